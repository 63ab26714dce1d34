#!/usr/bin/env bash
# Builds the oracle for each given KubeRay release into .built/ (or the folder that ORACLE_BUILT names).
# A release that the Go module proxy does not serve is taken from KUBERAY_SOURCE: a Git repository of
# KubeRay with that release's tag, or a tree of that release. GOFLAGS may add flags (such as -cover).
# Ends with 1 where a build failed, with 3 where all that is wrong is that code cannot be had here.
set -euo pipefail

module=github.com/ray-project/kuberay/ray-operator
built=${ORACLE_BUILT:-.built}
nowhere=3

# left_out RELEASE REASON
left_out() {
  echo "KubeRay $1 is left out: $2" >&2
  return $nowhere
}

# download RELEASE PINS [MODULE]: gets a module, or all that are pinned. What does not come is no fault of
# ours; what comes and is not what was pinned may be.
download() {
  local release=$1 said
  if said=$(go mod download -modfile="${@:2}" 2>&1); then
    return
  elif [[ $said == *"SECURITY ERROR"* ]]; then
    echo "$said" >&2
    return 1
  fi
  said=${said%%$'\n'*}
  left_out "$release" "its code cannot be downloaded: ${said#go: }"
}

# source_of RELEASE: prints the folder with that release's ray-operator, found through KUBERAY_SOURCE.
source_of() {
  local tree=$KUBERAY_SOURCE unpacked=$built/source-$1
  if git -C "$tree" rev-parse --quiet --verify "v$1^{commit}" >/dev/null 2>&1; then
    mkdir -p "$unpacked"
    git -C "$tree" archive "v$1" ray-operator | tar -x -C "$unpacked"
    tree=$unpacked
  elif ! grep -qs "KUBERAY_VERSION = \"v$1\"" "$tree/ray-operator/controllers/ray/utils/constant.go"; then
    left_out "$1" "KUBERAY_SOURCE has neither its tag nor its tree" || return
  fi
  cd "$tree/ray-operator" && pwd
}

# build RELEASE
build() {
  local pins=$built/$1.mod series=${1%.*} folder
  cp "releases/$1.mod" "$pins" || return 1
  cp "releases/$1.sum" "${pins%.mod}.sum" || return 1
  if [ -z "${KUBERAY_SOURCE:-}" ]; then
    download "$1" "$pins" "$module" || return
  elif ! download "$1" "$pins" "$module" 2>/dev/null; then
    folder=$(source_of "$1") || return
    go mod edit -replace "$module=$folder" "$pins" || return 1
  fi
  download "$1" "$pins" || return
  folder=$(go list -modfile="$pins" -m -f '{{.Dir}}' "$module") || return 1
  rm -f internal/apiserver/crds/*.yaml
  cp "$folder"/config/crd/bases/*.yaml internal/apiserver/crds/ || return 1
  chmod u+w internal/apiserver/crds/*.yaml
  go build -modfile="$pins" -tags="kuberay${series/./_}" -buildvcs=false \
    -ldflags="-s -w -X main.release=$1" -o "$built/oracle-$1" . || return 1
  ln -sfn "$folder" "$built/kuberay-$1"
  echo "KubeRay $1: $built/oracle-$1"
}

cd "$(dirname "$0")"
if ! command -v go >/dev/null; then
  echo "no release of KubeRay is asked: Go is not installed" >&2
  exit $nowhere
fi
mkdir -p "$built"
built=$(cd "$built" && pwd)
worst=0
for release in "$@"; do
  status=0
  build "$release" || status=$?
  if [ $worst -ne 1 ] && [ $status -ne 0 ]; then
    worst=$status
  fi
done
exit $worst
