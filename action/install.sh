#!/usr/bin/env bash
# An environment for the action: the tool is the action's own checkout, what it needs is locked.
set -euo pipefail

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "::error title=codeartifact-tf::'$PYTHON' is not Python 3.11 or newer; see actions/setup-python"
  exit 2
fi
"$PYTHON" -m venv "$RUNNER_TEMP/codeartifact-tf"
"$RUNNER_TEMP/codeartifact-tf/bin/python" -m pip install --quiet --disable-pip-version-check \
  --require-hashes --requirement "$GITHUB_ACTION_PATH/requirements.txt"
