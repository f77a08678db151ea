"""A proof counts only where nobody but its own user could have put it."""

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from codeartifact_tf import pipeline
from codeartifact_tf.files import proof_cache
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.terraform import custom_templates, roundtrip
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.roundtrip import verify
from tests.conftest import EXAMPLES, ROOT
from tests.support import teams

STATEMENT = ("a statement", "with a text")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A folder that holds a proof."""
    folder = tmp_path / "cache" / "proofs"
    Proofs(folder).keep(*STATEMENT)
    assert Proofs(folder).hold(*STATEMENT)
    return folder


def _proof(folder: Path) -> Path:
    return folder / proof_cache._name(STATEMENT)


def test_what_is_kept_is_for_its_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Proofs(tmp_path / "proofs").keep(*STATEMENT)
    finally:
        os.umask(before)
    places = (tmp_path / "proofs", _proof(tmp_path / "proofs"))
    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o700, 0o600]


@pytest.mark.parametrize(
    ("place", "mode"),
    [
        ("folder", 0o720),
        ("folder", 0o702),
        ("folder", 0o777),
        ("folder", 0o1777),
        ("file", 0o620),
        ("file", 0o602),
        ("file", 0o644),
        ("parent", 0o777),
    ],
)
def test_what_others_can_write_is_no_proof(cache: Path, place: str, mode: int) -> None:
    {"folder": cache, "file": _proof(cache), "parent": cache.parent}[place].chmod(mode)
    proven = Proofs(cache)
    assert not proven.hold(*STATEMENT)
    if place != "file":
        proven.keep("another")
        assert len(os.listdir(cache)) == 1


@pytest.mark.parametrize("place", ["folder", "file", "parent"])
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_is_of_another_user_is_no_proof(cache: Path, place: str) -> None:
    os.chown({"folder": cache, "file": _proof(cache), "parent": cache.parent}[place], 1234, -1)
    assert not Proofs(cache).hold(*STATEMENT)


def test_what_is_of_another_user_is_no_proof_whoever_asks(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    assert not Proofs(cache).hold(*STATEMENT)


def test_the_folder_is_no_link(cache: Path) -> None:
    (cache.parent / "link").symlink_to(cache)
    proven = Proofs(cache.parent / "link")
    assert not proven.hold(*STATEMENT)
    proven.keep("another")
    assert len(os.listdir(cache)) == 1


def test_a_file_of_several_names_is_no_proof(cache: Path) -> None:
    os.link(_proof(cache), cache.parent / "other")
    assert not Proofs(cache).hold(*STATEMENT)


def test_a_folder_that_is_exchanged_afterwards_is_not_believed(cache: Path) -> None:
    proven = Proofs(cache)
    assert proven.hold(*STATEMENT)
    cache.rename(cache.parent / "moved")
    Proofs(cache).keep("another")
    assert not proven.hold("another")


@pytest.mark.parametrize("kind", ["checkout", "working folder"])
def test_what_a_pull_request_can_commit_is_no_proof(
    cache: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    # A checkout makes its files those of the user, with rights that a umask of 077 narrows.
    if kind == "checkout":
        (cache.parent / ".git").mkdir()
    else:
        monkeypatch.chdir(cache.parent)
    proven = Proofs(cache)
    assert not proven.hold(*STATEMENT)
    proven.keep("another")
    assert len(os.listdir(cache)) == 1


def test_what_custom_templates_render_is_always_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def count(deployment: Deployment, files: Mapping[str, str]) -> None:
        made.append(deployment)
        verify(deployment, files)

    monkeypatch.setattr(roundtrip, "verify", count)
    monkeypatch.setattr(custom_templates, "verify", count)
    shutil.copytree(EXAMPLES / "quick-start", tmp_path / "registry")
    (tmp_path / "templates").mkdir()
    shutil.copy(ROOT / "templates" / "terraform" / "outputs.tf.j2", tmp_path / "templates")
    spec, proven = tmp_path / "registry" / "domain.yaml", Proofs(tmp_path / "proofs")
    for templates in (None, None, tmp_path / "templates", tmp_path / "templates"):
        outcome = pipeline.generate(spec, templates=templates, proven=proven)
        assert outcome.problems == ()
    assert len(made) == 3


def test_recipes_for_servers_use_no_cache() -> None:
    template = (ROOT / "gitlab" / "codeartifact-tf.yml").read_text(encoding="utf-8")
    for text in (template, teams.block("Atlantis", "yaml")):
        commands = [part.split() for part in text.split("codeartifact-tf ")[1:]]
        run = [words for words in commands if words[0] in {"check", "review"} and "--" in words[1]]
        assert len(run) >= 2
        assert [words for words in run if words[1] != "--no-cache"] == []
