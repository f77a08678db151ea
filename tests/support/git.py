"""git as tests run it: without anybody's settings, with commits that are the same everywhere."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

VARIABLES = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "C",
    "GIT_COMMITTER_EMAIL": "c@example.com",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def environment() -> dict[str, str]:
    """The environment of this process, with our variables of git's and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **VARIABLES}


def run(folder: Path, *arguments: str) -> str:
    """Run git in a folder; it must succeed."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit_all(folder: Path, message: str = "change") -> None:
    """Commit everything that is there."""
    run(folder, "add", "-A")
    run(folder, "commit", "-q", "--allow-empty", "-m", message)


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in the current folder, which is a new repository; so does what the test runs."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    home = tmp_path / "repository"
    home.mkdir()
    monkeypatch.chdir(home)

    def call(*arguments: str) -> str:
        return run(Path(), *arguments)

    call("init", "-q", "-b", "main")
    return call


def commit(files: Mapping[str, str], message: str = "change") -> None:
    """Write files in the current folder, and commit everything that is there."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    commit_all(Path(), message)
