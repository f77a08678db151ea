#!/usr/bin/env bash
# The comment on the pull request, also where no environment could be made: it needs only Python.
set -euo pipefail

interpreter=$RUNNER_TEMP/codeartifact-tf/python/bin/python
if [ ! -x "$interpreter" ]; then interpreter=$PYTHON; fi
exec "$interpreter" -I "$GITHUB_ACTION_PATH/action/comment.py"
