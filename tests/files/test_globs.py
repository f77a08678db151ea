"""The globs of `include` mean what Python's mean, and say what they cannot read."""

import os
from glob import glob
from pathlib import Path

import pytest

from codeartifact_tf.files.globs import expand

FILES = ("a.yaml", "b.yml", ".hidden.yaml", "x/c.yaml", "x/y/d.yaml", ".git/e.yaml", "x/.f.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (tmp_path / "outside.yaml").touch()
    return root


@pytest.mark.parametrize(
    "pattern",
    [
        *("*.yaml", "*", "?.y*", "[ab].*", "a.yaml", "x/*.yaml", "*/*.yaml", "*/*/*.yaml"),
        *("**/*.yaml", "**/d.yaml", "x/**/*.yaml", "**", "../*.yaml", "./*.yaml", ".*"),
        *("nothing/*.yaml", "nothing.yaml", "x/.*", "**/.*.yaml", "a.yaml/*", "x"),
    ],
)
def test_patterns_mean_what_pythons_globs_mean(pattern: str, folder: Path) -> None:
    expected = {
        os.path.normpath(folder / match)
        for match in glob(pattern, root_dir=folder, recursive=True)
        if not (folder / match).is_dir()
    }
    found = [os.path.normpath(path) for path in expand(folder, pattern)]
    assert set(found) == expected
    assert found == [*dict.fromkeys(found)]


def test_a_loop_of_links_ends(folder: Path) -> None:
    (folder / "x" / "loop").symlink_to(folder)
    found = [path.relative_to(folder).as_posix() for path in expand(folder, "**/*.yaml")]
    assert found == ["a.yaml", "x/c.yaml", "x/y/d.yaml"]


@pytest.mark.parametrize(
    "pattern",
    ["**/x/../" * 60, "**/" * 300, "*/" * 150, "*/../" * 150],
    ids=lambda pattern: pattern[:6],
)
def test_no_pattern_asks_for_more_ways_than_can_be_walked(pattern: str, folder: Path) -> None:
    (folder / "x" / "x").mkdir()
    for name in ("one", "other", "third"):
        (folder / name).symlink_to(folder)
        (folder / "x" / name).mkdir()
    found = {path.resolve() for path in expand(folder, f"{pattern}a.yaml")}
    assert found <= {(folder / "a.yaml").resolve()}
    assert found or pattern == "*/" * 150  # more links in a row than the system follows


def test_a_folder_that_cannot_be_listed_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listdir(path: Path) -> list[str]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "listdir", listdir)  # root, who runs CI, may list everything
    with pytest.raises(PermissionError):
        list(expand(folder, "*.yaml"))
