#!/usr/bin/env bash
# An environment for the action: the tool is the action's own checkout, what it needs is locked.
# The working folder is a pull request: Python looks for modules there, and pip for settings.
set -euo pipefail

home=$RUNNER_TEMP/codeartifact-tf
interpreter=$(command -v -- "$PYTHON" || true)
case $interpreter in
  "" | /*) ;;
  *) interpreter=$PWD/$interpreter ;;
esac
# Those of a job can name files of the checkout. PYTHON is in this list, too.
unset "${!PYTHON@}" "${!PIP_@}" NETRC XDG_CONFIG_HOME XDG_CONFIG_DIRS
rm -rf -- "$home"
mkdir -p -- "$home"
cd -- "$home"

if ! "${interpreter:-false}" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "::error title=codeartifact-tf::the input 'python' is not Python 3.11 or newer; see actions/setup-python"
  exit 2
fi
"$interpreter" -I -m venv "$home/python"
# No source archives: building one would install packages that no hash is known of.
"$home/python/bin/python" -I -m pip --isolated install --quiet --disable-pip-version-check \
  --require-hashes --only-binary :all: --requirement "$GITHUB_ACTION_PATH/requirements.txt"
