#!/usr/bin/env bash
# What action.yml runs: installs raypolicy from the action's own checkout, audits, and hands on what
# came of it. Ends with 0 whatever was found, so that the report can be uploaded; the status is an
# output. Inputs come in the environment and are only ever arguments.
set -euo pipefail

# -I: the working directory is what is audited; no module is to be taken from there.
python=
for name in python3 python; do
  if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$name
    break
  fi
done
if [[ -z $python ]]; then
  echo "::error title=raypolicy::Python 3.11 or later is needed; actions/setup-python has one"
  exit 1
fi

venv=$RUNNER_TEMP/raypolicy-$(cksum <<<"$ACTION_PATH" | tr -dc 0-9)
program=$venv/bin/raypolicy
if [[ ${RUNNER_OS:-} == Windows ]]; then
  program=$venv/Scripts/raypolicy
fi
if [[ ! -x $program ]]; then
  "$python" -I -m venv "$venv"
  "$(dirname "$program")/python" -I -m pip install --quiet --disable-pip-version-check "$ACTION_PATH"
fi

work=$(mktemp -d "$RUNNER_TEMP/raypolicy.XXXXXXXXXXXX")
sarif=$work/raypolicy.sarif
arguments=(check --format github --format "sarif=$sarif" --format "markdown=$work/summary.md")
if [[ -n $CONFIG ]]; then arguments+=("--config=$CONFIG"); fi
if [[ -n $FAIL_ON ]]; then arguments+=("--fail-on=$FAIL_ON"); fi
if [[ -n $BASELINE ]]; then arguments+=("--baseline=$BASELINE"); fi
if [[ -n $DIFF_BASE ]]; then arguments+=("--diff-base=$DIFF_BASE"); fi
while IFS= read -r line; do
  if [[ -n $line ]]; then arguments+=("$line"); fi
done <<<"$ARGS"
arguments+=(--)
while IFS= read -r line; do
  if [[ -n $line ]]; then arguments+=("$line"); fi
done <<<"$PATHS"

status=0
"$program" "${arguments[@]}" 2>"$work/words" || status=$?
# Names of files may stand in these words, and are not to be taken for commands to the runner.
token=${work##*.}
echo "::stop-commands::$token"
cat "$work/words"
echo "::$token::"

echo "exit-code=$status" >>"$GITHUB_OUTPUT"
if [[ -f $sarif ]]; then
  echo "sarif-file=$sarif" >>"$GITHUB_OUTPUT"
fi
if [[ -f $work/summary.md ]]; then
  cat "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
