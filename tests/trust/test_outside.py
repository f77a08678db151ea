"""Nothing outside of the repository is read, and nothing that is no spec of ours is quoted."""

import json
from pathlib import Path

import pytest

from codeartifact_tf.files.file_tree import DISK, Disk
from codeartifact_tf.spec.schema import Kind, load
from codeartifact_tf.spec.source import SPEC_KEYS
from tests.conftest import Ran, Run
from tests.support.git import commit_all
from tests.support.git import run as git

SECRET = "AKIASECRETEXAMPLE"
SPEC = "domain: {name: acme, region: eu-west-1}\n"
TEAM = "repositories: {outer: }\n"
# What a file can hold that is no spec; each holds SECRET where a finding could quote it.
CREDENTIALS = {
    "ini": f"[default]\naws_access_key_id = {SECRET}\n",
    "ini-comment": f"# {SECRET}\n",
    "env": f"export AWS_SECRET_ACCESS_KEY={SECRET}\nA={SECRET}: {SECRET}\n",
    "json": json.dumps({SECRET: SECRET, "private_key": [SECRET]}),
    "key-again": f"{SECRET}: a\n{SECRET}: b\n",
    "alias": f"a: *{SECRET}\n",
    "alias-to-itself": f"a: &{SECRET} [*{SECRET}]\n",
    "tag": f"a: !{SECRET} b\n",
    "version": f"a: &{SECRET}:b c\n",
    "key-of-two-lines": f"{{{SECRET}\n: b}}\n",
    "list": f"[{SECRET}]\n",
    "text": SECRET,
    "tab": f"a:\n\t{SECRET}\n",
    "open-quote": f'"{SECRET}\n',
    "character": f"{SECRET}\x07\n",
    "two-documents": f"--- {SECRET}\n--- {SECRET}\n",
    "ignore-comment": f"{SECRET}: 1 # codeartifact-tf: ignore[{SECRET}] {SECRET}\n",
    "x-key": f"x-a: {SECRET}\n{SECRET}: 1\n",
    "merge-key": f"<<: {{{SECRET}: {SECRET}}}\n",
    "deep": f"{SECRET}: {'[' * 200}\n",
    "not-utf8": f"{SECRET}\n\udcff{SECRET}\n",
}
COMMANDS = ("lint", "check", "generate")
FORMATS = ("text", "json", "github", "sarif")
REVIEW_FORMATS = ("text", "markdown", "json", "github", "sarif", "shell")


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the repository."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a spec in a repository, which is the working folder."""
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "-q", "-b", "main")
    monkeypatch.chdir(repository)
    (repository / "registry").mkdir()
    return repository / "registry"


def _all(run: Run, spec: Path | str) -> list[Ran]:
    return [run(c, "--format", f, spec) for c in COMMANDS for f in FORMATS]


def _refused(done: Ran, place: str) -> None:
    assert done.code == 2
    assert f"{place}: error[file-outside]" in done.out


# What lies outside is not read.


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_nothing_of_a_file_outside_is_in_any_report(
    run: Run, registry: Path, outside: Path, kind: str
) -> None:
    _write(outside / "credentials", CREDENTIALS[kind])
    (registry / "team.yaml").symlink_to(outside / "credentials")
    spec = _write(
        registry / "domain.yaml", f"{SPEC}include:\n  - ../../home/credentials\n  - team.yaml\n"
    )
    for done in _all(run, spec):
        assert done.code == 2
        assert SECRET not in done.out + done.err
    out = run("lint", spec).out
    assert "domain.yaml:3:5: error[file-outside]" in out
    assert "domain.yaml:4:5: error[file-outside]" in out


@pytest.mark.parametrize(
    "pattern",
    [
        "../../home/team.yaml",
        "../../home/*.yaml",
        "../../**/team.yaml",
        "../../home/absent.yaml",
        "link.yaml",
        "folder/team.yaml",
        "folder/*.yaml",
        "folder/../team.yaml",
        "*.yaml",
        "chain/team.yaml",
        "dangling.yaml",
        "nothing/../../../home/team.yaml",
    ],
)
def test_valid_team_file_outside_is_refused_too(
    run: Run, registry: Path, outside: Path, pattern: str
) -> None:
    _write(outside / "team.yaml", TEAM)
    (registry / "link.yaml").symlink_to("../../home/team.yaml")
    (registry / "folder").symlink_to(outside)
    (registry / "chain").symlink_to("folder")
    (registry / "dangling.yaml").symlink_to(outside / "absent.yaml")
    (registry / "nothing").mkdir()
    spec = _write(registry / "domain.yaml", f"{SPEC}include: ['{pattern}']\n")
    _refused(run("lint", spec), f"{spec}:2:11")


def test_report_does_not_tell_what_there_is(run: Run, registry: Path, outside: Path) -> None:
    _write(outside / "here.yaml", TEAM)
    reports = []
    for name in ("here", "gone"):
        spec = _write(registry / "domain.yaml", f"{SPEC}include: [../../home/{name}.yaml]\n")
        reports.append(run("lint", spec).out.replace(name, "name"))
    assert reports[0] == reports[1]


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_spec_that_is_a_link_to_a_file_outside_is_not_read(
    run: Run, registry: Path, outside: Path, kind: str
) -> None:
    (registry / "domain.yaml").symlink_to(_write(outside / "credentials", CREDENTIALS[kind]))
    for done in (*_all(run, "registry/domain.yaml"), *_all(run, "registry"), *_all(run, ".")):
        assert done.code == 2
        assert SECRET not in done.out + done.err
    assert "registry/domain.yaml:1:1: error[file-unreadable]: it lies outside" in run("lint").out


def test_folder_of_a_spec_that_is_a_link_out_of_the_repository_is_not_read(
    run: Run, registry: Path, outside: Path
) -> None:
    _write(outside / "domain.yaml", SPEC)
    git(outside, "init", "-q", "-b", "main")
    registry.rmdir()
    registry.symlink_to(outside)
    assert "error[file-unreadable]: it lies outside" in run("lint", "registry").out


def test_files_of_the_repository_are_read_wherever_they_lie(run: Run, registry: Path) -> None:
    _write(registry.parent / "teams" / "one.yaml", TEAM)
    (registry / "linked").symlink_to("../teams")
    (registry / "two.yaml").symlink_to("../teams/one.yaml")
    spec = _write(registry / "domain.yaml", f"{SPEC}include: [../teams/*.yaml, linked/one.yaml]\n")
    assert "file-outside" not in run("lint", spec).out
    _write(registry / "domain.yaml", f"{SPEC}include: [two.yaml]\n")
    assert run("lint", spec).code == 0


def test_spec_elsewhere_is_read_with_its_own_repository(
    run: Run, registry: Path, monkeypatch: pytest.MonkeyPatch, outside: Path
) -> None:
    _write(registry.parent / "teams" / "one.yaml", TEAM)
    spec = _write(registry / "domain.yaml", f"{SPEC}include: [../teams/*.yaml]\n")
    monkeypatch.chdir(outside)
    assert run("lint", spec).code == 0


# Without git.


def test_without_git_the_working_folder_is_the_bound(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "a" / "teams" / "one.yaml", TEAM)
    _write(tmp_path / "two.yaml", TEAM)
    spec = _write(tmp_path / "a" / "b" / "domain.yaml", f"{SPEC}include: [../teams/*.yaml]\n")
    monkeypatch.chdir(tmp_path / "a")
    assert run("lint", "b").code == 0
    _write(spec, f"{SPEC}include: [../../two.yaml]\n")
    _refused(run("lint", "b"), "b/domain.yaml:2:11")


def test_without_git_a_spec_elsewhere_has_the_files_of_its_folder(
    run: Run, tmp_path: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(outside)
    _write(tmp_path / "a" / "teams" / "one.yaml", TEAM)
    spec = _write(tmp_path / "a" / "domain.yaml", f"{SPEC}include: [teams/*.yaml]\n")
    assert run("lint", spec).code == 0
    other = _write(tmp_path / "a" / "b" / "domain.yaml", f"{SPEC}include: [../teams/*.yaml]\n")
    _refused(run("lint", other), f"{other}:2:11")
    for command in COMMANDS[::-1]:
        assert run(command, "--root", tmp_path / "a", other).code == 0
    assert run("explain", "--root", tmp_path / "a", other, "outer").code == 0
    assert run("review", "--root", tmp_path / "a", other, other).code == 0


def test_root_can_be_narrower_than_the_repository(run: Run, registry: Path) -> None:
    _write(registry.parent / "one.yaml", TEAM)
    _write(registry / "domain.yaml", f"{SPEC}include: [../one.yaml]\n")
    assert run("lint", "registry").code == 0
    _refused(run("lint", "--root", "registry", "registry"), "registry/domain.yaml:2:11")


def test_bound_is_that_of_the_spec_and_not_of_the_disk(tmp_path: Path) -> None:
    file = _write(tmp_path / "a", "text")
    assert DISK.read(file, 4) == b"text"
    (tmp_path / "b").mkdir()
    with pytest.raises(OSError, match="outside"):
        Disk(tmp_path / "b").around(file).read(file, 4)


# Git's objects.


def test_review_reads_nothing_outside_on_either_side(
    run: Run, registry: Path, outside: Path
) -> None:
    _write(outside / "credentials", CREDENTIALS["json"])
    (registry / "team.yaml").symlink_to("../../home/credentials")
    _write(registry / "domain.yaml", f"{SPEC}include: [team.yaml, ../../home/credentials]\n")
    commit_all(registry.parent)
    for format_ in REVIEW_FORMATS:
        done = run("review", "--against", "HEAD", "--format", format_, ".")
        assert done.code == 2
        assert SECRET not in done.out + done.err
    out = run("review", "--against", "HEAD", "--format", "github", ".").out
    assert "file=registry/domain.yaml,line=2,col=11,title=file-outside" in out


def test_old_version_with_a_file_outside_is_refused_as_the_new_one(
    run: Run, registry: Path, outside: Path
) -> None:
    _write(outside / "team.yaml", TEAM)
    _write(registry / "domain.yaml", f"{SPEC}include: [../../home/team.yaml]\n")
    commit_all(registry.parent)
    _write(registry / "domain.yaml", SPEC)
    out = run("review", "--against", "HEAD", ".").out
    assert "old-version-unreadable" in out or "file-outside" in out


# What is not ours is not quoted, even within the repository.


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_file_that_is_no_spec_is_not_quoted(run: Run, registry: Path, kind: str) -> None:
    _write(registry / "credentials", CREDENTIALS[kind])
    spec = _write(registry / "domain.yaml", f"{SPEC}include: [credentials]\n")
    alone = registry / "credentials"
    for done in (*_all(run, spec), *_all(run, alone)):
        assert done.code == 1
        assert SECRET not in done.out + done.err
    assert f"{alone}:" in run("lint", spec).out
    commit_all(registry.parent)
    for format_ in REVIEW_FORMATS:
        done = run("review", "--against", "HEAD", "--format", format_, ".")
        assert SECRET not in done.out + done.err


def test_fault_in_a_spec_is_quoted_as_soon_as_it_is_one(run: Run, registry: Path) -> None:
    spec = _write(registry / "domain.yaml", f"{SPEC}repositories: [a\n")
    assert "2 | repositories: [a" in run("lint", spec).out
    _write(spec, f"x-a: [a\n{SPEC}")
    assert " | " not in run("lint", spec).out


def test_spec_keys_are_those_of_the_schemas() -> None:
    assert {*load(Kind.DOMAIN)["properties"], *load(Kind.TEAM)["properties"]} == SPEC_KEYS
