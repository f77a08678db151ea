"""The action runs its own code and nothing of the checkout, whatever files and variables say."""

import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.program.test_action import DOCUMENTED, STEPS, GitHub, Runner, _checkout, _event, github
from tests.support import teams
from tests.support.teams import REACHES_MORE

__all__ = ["github"]

# Modules that the interpreter, `venv`, pip, our package or comment.py would import by these names.
MODULES = (
    "sitecustomize.py",
    "usercustomize.py",
    "logging.py",
    "venv.py",
    "ensurepip/__init__.py",
    "ensurepip/__main__.py",
    "pip/__init__.py",
    "pip/__main__.py",
    "click.py",
    "yaml.py",
    "jinja2.py",
    "json.py",
    "urllib/__init__.py",
    "codeartifact_tf/__init__.py",
    "codeartifact_tf/__main__.py",
)


def _trap(workspace: Path) -> Path:
    """Fill a checkout with code and settings; gives the file that any of the code would make."""
    made = workspace.parent / "pwned"
    for name in MODULES:
        path = workspace / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(made)!r}, 'a').write({name!r})\n", encoding="utf-8")
    settings = "[global]\nindex-url = http://127.0.0.1:9/\nno-index = true\n"
    for name in ("pip.conf", "pip/pip.conf", ".pip/pip.conf", "setup.cfg", "pyproject.toml"):
        (workspace / name).parent.mkdir(exist_ok=True)
        (workspace / name).write_text(settings, encoding="utf-8")
    secret = "machine 127.0.0.1 login somebody password secret\n"
    (workspace / ".netrc").write_text(secret, encoding="utf-8")
    return made


def _variables(workspace: Path) -> dict[str, str]:
    """Variables of a job that bring files of the checkout into play."""
    return {
        "PYTHONPATH": f".:{workspace}",
        "PYTHONSTARTUP": str(workspace / "venv.py"),
        "PYTHONUSERBASE": str(workspace),
        "PYTHONWARNINGS": "error::click.Warning",
        "PIP_CONFIG_FILE": "pip.conf",
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_TARGET": str(workspace / "target"),
        "XDG_CONFIG_HOME": str(workspace),
        "XDG_CONFIG_DIRS": str(workspace),
        "NETRC": str(workspace / ".netrc"),
    }


@pytest.mark.xdist_group("pip")  # a group is begun early: this takes longest of all in its folder
@pytest.mark.parametrize("with_variables", [False, True], ids=["files", "variables"])
def test_nothing_of_the_checkout_is_run(
    github: tuple[GitHub, str], tmp_path: Path, with_variables: bool
) -> None:
    double, address = github
    origin = teams.pull_request(tmp_path / "origin", REACHES_MORE)
    workspace = _checkout(origin)
    made = _trap(workspace)
    variables = _variables(workspace) if with_variables else {}
    (tmp_path / "temp").mkdir()
    runner = Runner(tmp_path / "temp")
    code, log, _ = runner.step(STEPS[0], workspace, {"inputs.python": sys.executable}, variables)
    assert code == 0, log
    done = runner.job(workspace, DOCUMENTED, **_event(tmp_path, address), **variables)
    assert done.code == 0, done.log
    assert "public:pypi" in done.summary
    assert [comment["body"].count("public:pypi") > 0 for comment in double.comments] == [True]
    assert not made.exists(), made.read_text(encoding="utf-8")
    assert not (workspace / "target").exists()


def test_a_python_of_the_checkout_is_found_where_the_job_meant_it(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text("#!/bin/sh\necho theirs >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "temp").mkdir()
    context = {"inputs.python": "bin/python"}
    code, log, _ = Runner(tmp_path / "temp").step(STEPS[0], tmp_path, context, {})
    assert code == 2
    assert log.startswith("theirs\n::error title=codeartifact-tf::")


def test_every_python_of_the_action_is_isolated() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "action").glob("*.sh")]
    lines = [line for text in [*scripts, *(s["run"] for s in STEPS)] for line in text.splitlines()]
    started = [line for line in lines if 'python" ' in line or 'interpreter:-false}" ' in line]
    assert len(started) >= 3
    assert [line for line in started if '" -I ' not in line and "[ ! -x" not in line] == []


def test_the_action_has_no_cache(github: tuple[GitHub, str], tmp_path: Path) -> None:
    script = (ROOT / "action" / "review.sh").read_text(encoding="utf-8")
    assert "\nexport CODEARTIFACT_TF_NO_CACHE=1\n" in script
    workspace = _checkout(teams.pull_request(tmp_path / "origin", REACHES_MORE))
    (tmp_path / "temp").mkdir()
    runner = Runner(tmp_path / "temp")
    python = tmp_path / "temp" / "codeartifact-tf" / "python" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    variables = {**_event(tmp_path, github[1]), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert runner.job(workspace, DOCUMENTED, **variables).code == 0
    assert not (tmp_path / "cache").exists()
