#!/usr/bin/env bash
# Builds the oracle for each given KubeRay release into .built/ (or the folder that ORACLE_BUILT names).
# A release that the Go module proxy does not serve is taken from KUBERAY_SOURCE: a Git repository of
# KubeRay with that release's tag, or a tree of that release. GOFLAGS may add flags (such as -cover).
set -euo pipefail

module=github.com/ray-project/kuberay/ray-operator
built=${ORACLE_BUILT:-.built}

# source_of RELEASE: prints the folder with that release's ray-operator, found through KUBERAY_SOURCE.
source_of() {
  local tree=${KUBERAY_SOURCE:?} unpacked=$built/source-$1
  if git -C "$tree" rev-parse --quiet --verify "v$1^{commit}" >/dev/null 2>&1; then
    mkdir -p "$unpacked"
    git -C "$tree" archive "v$1" ray-operator | tar -x -C "$unpacked"
    tree=$unpacked
  elif ! grep -q "KUBERAY_VERSION = \"v$1\"" "$tree/ray-operator/controllers/ray/utils/constant.go"; then
    echo "KUBERAY_SOURCE has neither the tag v$1 nor the tree of that release" >&2
    return 1
  fi
  cd "$tree/ray-operator" && pwd
}

# build RELEASE: fails with a sentence where the release's code cannot be had.
build() {
  local pins=$built/$1.mod folder
  if [ ! -f "releases/$1.mod" ]; then
    echo "KubeRay $1: releases/$1.mod does not exist (see README.md)" >&2
    return 1
  fi
  cp "releases/$1.mod" "$pins"
  cp "releases/$1.sum" "${pins%.mod}.sum"
  if ! go mod download -modfile="$pins" "$module" 2>/dev/null; then
    if [ -z "${KUBERAY_SOURCE:-}" ]; then
      echo "KubeRay $1: the Go module proxy does not serve it and KUBERAY_SOURCE is not set" >&2
      return 1
    fi
    folder=$(source_of "$1") || return 1
    go mod edit -replace "$module=$folder" "$pins"
  fi
  folder=$(go list -modfile="$pins" -m -f '{{.Dir}}' "$module") || return 1
  rm -f internal/apiserver/crds/*.yaml
  cp "$folder"/config/crd/bases/*.yaml internal/apiserver/crds/
  chmod u+w internal/apiserver/crds/*.yaml
  local series=${1%.*}
  go build -modfile="$pins" -tags="kuberay${series/./_}" -ldflags="-X main.release=$1" -o "$built/.oracle-$1" . || return 1
  mv "$built/.oracle-$1" "$built/oracle-$1"
  ln -sfn "$folder" "$built/kuberay-$1"
  echo "KubeRay $1: $built/oracle-$1"
}

cd "$(dirname "$0")"
if ! command -v go >/dev/null; then
  echo "the oracle cannot be built: Go is not installed" >&2
  exit 1
fi
mkdir -p "$built"
built=$(cd "$built" && pwd)
missing=0
for release in "$@"; do
  build "$release" || missing=1
done
exit $missing
