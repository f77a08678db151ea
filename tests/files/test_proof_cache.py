"""What is remembered changes the time of a run and never its answer, whatever became of it."""

import multiprocessing
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeartifact_tf import pipeline
from codeartifact_tf.files import proof_cache
from codeartifact_tf.files.output import Changes
from codeartifact_tf.files.paths import PACKAGE
from codeartifact_tf.files.proof_cache import NONE, Proofs
from codeartifact_tf.spec import schema
from codeartifact_tf.terraform import roundtrip
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.render import render
from codeartifact_tf.terraform.roundtrip import RoundTripError, verify
from tests.conftest import EXAMPLES, Run
from tests.support.amounts import examples
from tests.support.deployments import changed
from tests.support.mutations import MUTATIONS
from tests.support.strategies import deployments, dump, specs

_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
_STATEMENT = ("a statement", "with a text")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command line remembers, in this folder."""
    monkeypatch.delenv("CODEARTIFACT_TF_NO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "codeartifact-tf" / "proofs"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLES / "quick-start", tmp_path / "registry")
    monkeypatch.chdir(tmp_path / "registry")
    return Path("domain.yaml")


def _answer(path: Path, proven: Proofs) -> tuple[object, Changes | None]:
    outcome = pipeline.generate(path, proven=proven)
    return outcome.problems, outcome.changes


# The same answer


@settings(_SETTINGS, max_examples=examples(25))
@given(
    specs(), st.sampled_from(["", "\nnonsense: 1\n", "\nrules: {a: b}\n", "\n\t", "\nx: &a [*a]"])
)
def test_runs_with_and_without_a_cache_give_the_same_answer(
    spec: dict[str, object], more: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "domain.yaml"
        proven = Proofs(Path(folder) / "cache")
        path.write_bytes((dump(spec) + more).encode())
        answers = [_answer(path, known) for known in (NONE, proven, proven, NONE)]
        assert all(answer == answers[0] for answer in answers)


_NAMES = st.one_of(
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.text(
        st.characters(exclude_categories=["C"], exclude_characters="/"), min_size=1, max_size=20
    ),
)


@st.composite
def _damaged(draw: st.DrawFn, names: list[str]) -> dict[str, bytes | None]:
    """What may stand in a cache: name → content, None for a folder of the name."""
    near = st.sampled_from(names).flatmap(
        lambda name: st.sampled_from([name[:-1], f"{name}0", name.upper(), name[::-1], f".{name}"])
    )
    contents = st.one_of(st.none(), st.binary(max_size=50))
    return draw(st.dictionaries(near | _NAMES, contents, max_size=8))


@settings(_SETTINGS, max_examples=examples(40))
@given(st.data())
def test_no_content_of_a_cache_turns_into_a_proof(data: st.DataObject) -> None:
    statements = [_STATEMENT, ("another",), ()]
    names = [proof_cache._name(statement) for statement in statements]
    contents = data.draw(_damaged(names))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents.items():
            with suppress(OSError):  # names that the file system takes for one
                place = Path(folder) / name
                place.mkdir() if content is None else place.write_bytes(content)
        proven = Proofs(Path(folder))
        assert [proven.hold(*statement) for statement in statements] == [False] * 3
        proven.keep(*_STATEMENT)
        assert proven.hold(*_STATEMENT)


@pytest.mark.parametrize("kind", ["folder", "link to a file", "link to nothing", "pipe"])
def test_only_a_file_is_a_proof(kind: str, tmp_path: Path) -> None:
    place = tmp_path / proof_cache._name(_STATEMENT)
    (tmp_path / "file").touch()
    match kind:
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case _:
            place.symlink_to("file" if kind == "link to a file" else "nothing")
    assert not Proofs(tmp_path).hold(*_STATEMENT)


@settings(_SETTINGS, max_examples=examples(15))
@given(deployments(), deployments(), st.integers(0, 2**32))
def test_a_proof_is_of_these_files_and_this_domain_only(
    domain: Deployment, other: Deployment, seed: int
) -> None:
    def refuse(*_: object) -> None:
        raise RoundTripError("it was asked again")

    files = dict(render(domain, "domain.yaml"))
    edited = [mutation(files, Random(seed)) for mutation in MUTATIONS.values()]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        proven = Proofs(Path(folder))
        roundtrip.prove(domain, files, proven)
        patch.setattr(roundtrip, "verify", refuse)
        roundtrip.prove(domain, files, proven)
        asked_for = [(domain, text) for text in edited if text is not None]
        others = [other, changed(domain, protect=not domain.configuration.protect)]
        asked_for += [(one, files) for one in others if one != domain]
        for asked in asked_for:
            with pytest.raises(RoundTripError):
                roundtrip.prove(*asked, proven)


def test_parts_of_a_statement_do_not_run_together() -> None:
    statements = [("a", "bc"), ("ab", "c"), ("abc",), ("abc", ""), ("", "abc"), ("a", "b", "c"), ()]
    assert len({proof_cache._name(statement) for statement in statements}) == len(statements)


def test_what_failed_is_not_remembered(home: Path, spec: Path, run: Run) -> None:
    spec.write_text(spec.read_text() + "nonsense: 1\n")
    assert [run("lint").code for _ in range(2)] == [1, 1]
    assert not home.exists()


# What is saved, and when it is not


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that were really made."""
    made: list[str] = []

    def note(name: str, function: object) -> object:
        def noted(*arguments: object) -> object:
            made.append(name)
            return function(*arguments)  # type: ignore[operator]

        return noted

    monkeypatch.setattr(schema, "check", note("shape", schema.check))
    monkeypatch.setattr(roundtrip, "verify", note("round trip", verify))
    return made


def test_what_was_proven_is_not_proven_again(
    home: Path, spec: Path, run: Run, asked: list[str]
) -> None:
    run("generate")
    assert asked == ["shape", "round trip"]
    for command in ("generate", "check", "lint"):
        assert run(command).code == 0
    assert asked == ["shape", "round trip"]
    spec.write_text(spec.read_text().replace("eu-west-1", "eu-west-2"))
    run("check")
    assert asked == ["shape", "round trip"] * 2


@pytest.mark.parametrize("stale", ["the tool", "a package", "Python"])
def test_another_version_of_anything_proves_again(
    stale: str, home: Path, spec: Path, run: Run, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate")
    match stale:
        case "the tool":
            package = Path(shutil.copytree(PACKAGE, spec.absolute().parent / "copy"))
            (package / "hcl.py").write_text("another line\n")
            monkeypatch.setattr(proof_cache, "PACKAGE", package)
        case "a package":
            listed = proof_cache._entries
            monkeypatch.setattr(
                proof_cache,
                "_entries",
                lambda place: [name.replace("lark-", "lark-9.") for name in listed(place)],
            )
        case "Python":
            monkeypatch.setattr(sys, "version", "3.99")
    proof_cache._code.cache_clear()
    try:
        assert run("check").code == 0
    finally:
        proof_cache._code.cache_clear()
    assert asked == ["shape", "round trip"] * 2


def test_nothing_is_remembered_where_the_packages_cannot_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_cache, "_entries", lambda _: ["lark-1.0.dist-info"])
    proof_cache._code.cache_clear()
    try:
        proven = Proofs(tmp_path / "cache")
        proven.keep(*_STATEMENT)
        assert not proven.hold(*_STATEMENT)
        assert not (tmp_path / "cache").exists()
    finally:
        proof_cache._code.cache_clear()


@pytest.mark.parametrize("how", ["option", "environment"])
def test_the_cache_can_be_switched_off(
    how: str, home: Path, spec: Path, run: Run, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate")
    before = sorted(home.iterdir())
    more = ["--no-cache"] if how == "option" else []
    if how == "environment":
        monkeypatch.setenv("CODEARTIFACT_TF_NO_CACHE", "1")
    assert run("check", *more).code == 0
    assert asked == ["shape", "round trip"] * 2
    assert sorted(home.iterdir()) == before


# The folder


def test_the_folder_is_where_the_xdg_specification_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somebody")
    for value, home in [
        ("/some/where", "/some/where"),
        ("a/b", "/somebody/.cache"),
        ("", "/somebody/.cache"),
    ]:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert proof_cache.folder() == Path(home) / "codeartifact-tf" / "proofs"


def _is_root() -> bool:
    return os.geteuid() == 0


@pytest.mark.parametrize("kind", ["a file", "below a file", "read-only", "a link to itself"])
def test_a_folder_that_cannot_be_written_changes_nothing(
    kind: str, home: Path, spec: Path, run: Run, asked: list[str]
) -> None:
    if kind == "read-only" and _is_root():
        pytest.skip("root may write everywhere")
    home.parent.mkdir(parents=True)
    match kind:
        case "a file":
            home.write_text("not a folder")
        case "below a file":
            home.parent.rmdir()
            home.parent.write_text("not a folder")
        case "read-only":
            home.mkdir(mode=0o500)
        case _:
            home.symlink_to(home)
    for _ in range(2):
        ran = run("check")
        assert (ran.code, ran.err) == (0, "")
    assert asked == ["shape", "round trip"] * 2


def test_a_folder_that_can_only_be_read_still_proves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proven = Proofs(tmp_path)
    proven.keep(*_STATEMENT)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", refuse)
    assert proven.hold(*_STATEMENT)


def test_the_folder_is_bounded_and_keeps_what_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_cache, "_MOST", 10)
    (tmp_path / "a file of somebody").touch()
    proven = Proofs(tmp_path)
    for number in range(40):
        proven.keep(str(number))
        past = number - 1000  # so that no clock is too coarse
        os.utime(tmp_path / proof_cache._name((str(number),)), (past + 10**6, past + 10**6))
        assert proven.hold("0")
        assert len(os.listdir(tmp_path)) <= 11
    assert proven.hold("39")
    assert (tmp_path / "a file of somebody").exists()


def _keep_many(folder: str, start: int) -> None:
    proof_cache._MOST = 20
    proven = Proofs(Path(folder))
    for number in range(start, start + 200):
        proven.keep(str(number))
        assert not proven.hold("never kept")
    assert proven._folder, "something failed"


def test_many_runs_at_once_do_not_disturb_one_another(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    runs = [
        context.Process(target=_keep_many, args=(str(tmp_path), start)) for start in (0, 50, 100)
    ]
    for process in runs:
        process.start()
    for process in runs:
        process.join()
    assert [process.exitcode for process in runs] == [0, 0, 0]
    assert len(os.listdir(tmp_path)) <= 20 + len(runs)
