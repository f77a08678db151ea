#!/usr/bin/env bash
# `check` and `review` in GitHub Actions: the log, the annotations, the job summary, the outputs.
# Of action.yml come PATHS, AGAINST and FAIL_ON, the other variables are GitHub's.
set -euo pipefail

home=$RUNNER_TEMP/codeartifact-tf
said=$home/stderr findings=$home/findings review=$home/review.md json=$home/review.json
: >"$findings"
rm -f -- "$review" "$json"
# Nothing is taken for proven because of a file on this machine.
export CODEARTIFACT_TF_NO_CACHE=1

# The working folder is a pull request: no module and no setting is taken from there.
tool() {
  "$home/python/bin/python" -I "$GITHUB_ACTION_PATH/action/tool.py" "$@" 2>"$said"
}

# Text of a pull request for the log, where the runner would obey a line such as `::add-mask::x`.
quoted() {
  local token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  cat
  printf '\n::%s::\n' "$token"
}

# What a command said on stderr, if anything, as an annotation.
complaint() {
  local text
  text=$(cat "$said")
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  if [ -n "$text" ]; then
    echo "::error title=codeartifact-tf::${text//$'\n'/%0A}"
  fi
}

specs=()
while read -r line; do
  if [ -n "$line" ]; then specs+=("$line"); fi
done <<<"${PATHS:-.}"

code=0
tool check --format github -- "${specs[@]}" >>"$findings" || code=$?
complaint
if grep -q 'title=stale-file::' "$findings"; then
  tool check -- "${specs[@]}" | quoted || true
  printf '**%s**\n\n' \
    "The Terraform is not what the specs say: run \`codeartifact-tf generate\` and commit it." \
    >>"$GITHUB_STEP_SUMMARY"
fi

old=$AGAINST
# In full, because a tag can have the short name, too.
if [ -z "$old" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then old=refs/remotes/origin/$GITHUB_BASE_REF; fi
if [ -n "$old" ]; then
  options=(--against="$old" --fail-on="$FAIL_ON")
  status=0
  tool review "${options[@]}" --format markdown -- "${specs[@]}" >"$review" || status=$?
  complaint
  if [ -s "$review" ]; then
    tool review "${options[@]}" --format json -- "${specs[@]}" >"$json" || true
    tool review "${options[@]}" --format github -- "${specs[@]}" >>"$findings" || true
    # The comment has room for 60,000 characters, the summary for a megabyte.
    tool review "${options[@]}" --format summary -- "${specs[@]}" >>"$GITHUB_STEP_SUMMARY" || true
    printf 'review=%s\njson=%s\n' "$review" "$json" >>"$GITHUB_OUTPUT"
  fi
  code=$((code > status ? code : status))
else
  echo "::notice title=codeartifact-tf::no review: this is no pull request, and 'against' is not given"
fi

# Both commands tell what is wrong with a spec: once is enough.
awk '!seen[$0]++' "$findings"
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
exit "$code"
