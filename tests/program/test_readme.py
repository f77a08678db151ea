"""The commands of the README do what it says, to the byte."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _shell(command: str, folder: Path) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def _tour() -> list[tuple[str, str]]:
    """The commands of the console blocks and what the README says that they print."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            steps.append((command, printed))
    return steps


def test_the_tour_prints_what_the_readme_says(tmp_path: Path) -> None:
    steps = _tour()
    assert len(steps) > 10
    for command, printed in steps:
        assert (command, _shell(command, tmp_path)) == (command, printed)


def test_make_targets_of_the_readme_exist() -> None:
    help_text = _shell("make help", ROOT)
    targets = sorted(set(re.findall(r"\bmake ([a-z]+)", README)))
    assert targets
    for target in targets:
        assert f"make {target} " in help_text


def test_links_lead_somewhere() -> None:
    pages = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"))
    targets = [
        page.parent / target
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert targets
    assert [target for target in targets if not target.exists()] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_is_there(shell: str, tmp_path: Path) -> None:
    command = f"_CODEARTIFACT_TF_COMPLETE={shell}_source codeartifact-tf"
    assert "_CODEARTIFACT_TF_COMPLETE" in _shell(command, tmp_path)
