"""A team's repository with real commits, and what docs/ci.md tells a team to put there."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from codeartifact_tf.commands.command_line import main
from tests.conftest import ROOT
from tests.support.git import VARIABLES, commit_all, run

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

SPEC = """\
domain: {name: acme, region: eu-west-1}
repositories:
  shared: {upstreams: [public:npmjs]}
  payments: {upstreams: [shared]}
"""
OTHERS = """\
domain: {name: emea, region: eu-central-1}
repositories:
  shared: {upstreams: [public:npmjs]}
"""
REACHES_MORE = SPEC.replace("npmjs]", "npmjs, public:pypi]")
DELETES = SPEC.replace("  payments: {upstreams: [shared]}\n", "")
INVALID = SPEC.replace("[shared]", "[sharde]")

_OURS = ("GIT_", "GITHUB_", "RUNNER_", "CI", "PYTHON", "VIRTUAL_ENV", "PRE_COMMIT")


def environment(**more: str) -> dict[str, str]:
    """That of a fresh shell: what tells how packages are reached stays, what tests set does not."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, **VARIABLES, **more}


def write(folder: Path, spec: str, place: str = "registry") -> None:
    """Write the spec of a folder."""
    (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / place / "domain.yaml").write_text(spec, encoding="utf-8")


def generate(folder: Path) -> None:
    """Write `registry/terraform`."""
    assert main(["generate", str(folder / "registry")]) == 0


def pull_request(folder: Path, spec: str, *, stale: bool = False, base: str = "main") -> Path:
    """A repository with a base branch, the branch `change`, and their merge, `pull`."""
    run(folder.parent, "init", "-q", "-b", base, folder.name)
    write(folder, SPEC)
    write(folder, OTHERS, "registry/others")
    generate(folder)
    commit_all(folder, "first")
    run(folder, "checkout", "-q", "-b", "change")
    write(folder, spec)
    if not stale:
        generate(folder)
    commit_all(folder)
    # What others did in the meantime is not what the pull request changes.
    run(folder, "checkout", "-q", base)
    write(folder, OTHERS.replace("npmjs", "crates-io"), "registry/others")
    generate(folder)
    commit_all(folder, "meanwhile")
    run(folder, "checkout", "-q", "-b", "pull")
    run(folder, "merge", "-q", "--no-ff", "-m", "merge", "change")
    return folder


def block(heading: str, language: str, number: int = 0) -> str:
    """A block of code under a heading of docs/ci.md."""
    _, _, section = PAGE.partition(f"\n## {heading}\n")
    section, _, _ = section.partition("\n## ")
    found = re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return str(found[number])


class _Loader(yaml.SafeLoader):
    """YAML in which `on` is text, as all of these tools take it."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - that is how PyYAML has it
        letter: [(tag, what) for tag, what in resolvers if letter not in "oO" or "bool" not in tag]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(text: str) -> Any:
    """A YAML document."""
    return yaml.load(text, _Loader)


def shell(
    script: str, folder: Path, variables: Mapping[str, str], program: tuple[str, ...]
) -> "subprocess.CompletedProcess[str]":
    """Run a script in a folder; stdout and stderr are one, as in a log."""
    return subprocess.run(
        [*program, script],
        cwd=folder,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def copy_of_the_project(folder: Path) -> Path:
    """This project as it is on the disk, as a repository with one commit."""
    left_out = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    names = shutil.ignore_patterns(".git", *(line.rstrip("/") for line in left_out))
    shutil.copytree(ROOT, folder, ignore=names, dirs_exist_ok=True)
    run(folder, "init", "-q", "-b", "main")
    commit_all(folder)
    return folder
