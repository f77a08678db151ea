"""Git is asked about the repository that is meant, believes no folder of it, and runs nothing."""

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.program.test_action import Runner, _event, runner
from tests.support import teams
from tests.support.git import commit_all
from tests.support.git import run as git
from tests.support.teams import DELETES, REACHES_MORE, SPEC

__all__ = ["runner"]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return teams.pull_request(tmp_path_factory.mktemp("pull") / "origin", DELETES)


@pytest.fixture
def workspace(
    origin: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Path:
    """The working folder: a checkout of a pull request that deletes a repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in teams.environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)
    folder = tmp_path / "workspace"
    git(tmp_path, "clone", "-q", "--branch", "pull", f"file://{origin}", folder.name)
    git(folder, "checkout", "-q", "--detach")
    monkeypatch.chdir(folder)
    capsys.readouterr()  # what was written on the way here
    return folder


def _program(folder: Path, name: str) -> tuple[str, Path]:
    """A program, and the file that it makes when it is run."""
    made = folder.parent / f"{name} was run"
    program = folder.parent / name
    program.write_text(f"#!/bin/sh\ntouch '{made}'\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program), made


def _plant(folder: Path, worktree: str, fsmonitor: str) -> None:
    """Make a folder one that git takes for a bare repository, whose `main` is what there is now."""
    source = folder.parent / "planted"
    git(folder.parent, "init", "-q", "-b", "main", source.name)
    for name in ("domain.yaml", "terraform"):
        if (folder / name).exists():
            place = source / "registry" / name
            place.parent.mkdir(exist_ok=True)
            copy = shutil.copytree if (folder / name).is_dir() else shutil.copy
            copy(folder / name, place)
    commit_all(source)
    git(source, "update-ref", "refs/remotes/origin/main", "HEAD")
    for name in ("HEAD", "objects", "refs", "index"):
        copy = shutil.copytree if (source / ".git" / name).is_dir() else shutil.copy
        copy(source / ".git" / name, folder / name)
    config = f"[core]\n\tbare = false\n\tworktree = {worktree}\n\tfsmonitor = {fsmonitor}\n"
    (folder / "config").write_text(config, encoding="utf-8")
    shutil.rmtree(source)


@pytest.mark.parametrize("against", ["main", "origin/main", "refs/remotes/origin/main"])
def test_a_folder_that_looks_like_a_repository_is_none(
    run: Run, workspace: Path, against: str
) -> None:
    git(workspace, "branch", "main", "origin/main")
    if against == "origin/main":
        git(workspace, "branch", "-q", "-D", "main")
    program, made = _program(workspace, "fsmonitor")
    _plant(workspace / "registry", "..", program)
    done = run("review", "--against", against, "registry")
    assert done.code == 1
    assert "payments" in done.out
    assert "undeclared-deletion" in done.out
    assert not made.exists()


def test_a_folder_that_looks_like_a_repository_runs_nothing(run: Run, workspace: Path) -> None:
    program, made = _program(workspace, "fsmonitor")
    terraform = workspace / "registry" / "terraform"
    _plant(terraform, "../..", program)
    git(workspace, "rm", "-q", "--cached", "registry/terraform/formats.tf")
    done = run("check", "--tracked", "registry")
    assert not made.exists()
    assert done.out.count("this file was never added to git") == 1
    assert "formats.tf" in done.out


def test_a_working_folder_that_looks_like_a_repository_is_none(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, made = _program(workspace, "fsmonitor")
    _plant(workspace / "registry", "..", program)
    monkeypatch.chdir(workspace / "registry" / "terraform")
    done = run("review", "--against", "origin/main", "..")
    assert (done.code, "undeclared-deletion" in done.out) == (1, True)
    run("check", "--tracked", "..")
    assert not made.exists()


@pytest.mark.xdist_group("action")
def test_the_action_is_not_shown_another_repository(runner: Runner, workspace: Path) -> None:
    program, made = _program(workspace, "fsmonitor")
    _plant(workspace / "registry", "..", program)
    done = runner.job(workspace, {"paths": "registry"}, **_event(workspace.parent, ""))
    assert done.code == 1
    assert "payments" in done.summary
    assert not made.exists()


def test_what_git_is_set_to_run_is_not_run(run: Run, workspace: Path) -> None:
    settings = (
        "core.fsmonitor",
        "diff.external",
        "diff.own.textconv",
        "diff.own.command",
        "filter.own.clean",
        "filter.own.smudge",
        "filter.own.process",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "credential.helper",
    )
    programs = [(name, *_program(workspace, name)) for name in settings]
    for name, program, _ in programs:
        git(workspace, "config", name, program)
    hook = workspace / ".git" / "hooks" / "post-index-change"
    program, hooked = _program(workspace, "hook")
    hook.parent.mkdir(exist_ok=True)
    shutil.copy(program, hook)
    attributes = "* diff=own filter=own\n"
    (workspace / ".gitattributes").write_text(attributes, encoding="utf-8")
    assert run("review", "--against", "origin/main", "registry").code == 1
    run("check", "--tracked", "registry")
    assert [name for name, _, made in programs if made.exists()] == []
    assert not hooked.exists()


def test_no_object_is_replaced(run: Run, workspace: Path) -> None:
    base = git(workspace, "merge-base", "origin/main", "HEAD").strip()
    git(workspace, "replace", base, "HEAD")
    assert "undeclared-deletion" in run("review", "--against", "origin/main", "registry").out


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"])
def test_variables_lead_to_no_other_repository(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    other = teams.pull_request(workspace.parent / "other", SPEC)
    monkeypatch.setenv("GIT_WORK_TREE", str(workspace))
    monkeypatch.setenv(name, str(other / ".git" / ("objects" if "OBJECT" in name else "")))
    assert "undeclared-deletion" in run("review", "--against", "origin/main", "registry").out


def test_the_index_of_a_commit_that_is_being_made_counts(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("check", "--tracked", "registry").code == 0
    monkeypatch.setenv("GIT_INDEX_FILE", str(workspace.parent / "an empty index"))
    assert "this file was never added to git" in run("check", "--tracked", "registry").out


@pytest.mark.parametrize("kind", ["submodule", "link"])
def test_another_repository_below_the_working_folder_is_refused(
    run: Run, workspace: Path, kind: str
) -> None:
    # Its commits are chosen by the pull request, its branches by somebody else.
    theirs = teams.pull_request(workspace.parent / "theirs", SPEC)
    if kind == "submodule":
        shutil.copytree(theirs, workspace / "vendored")
    else:
        (workspace / "vendored").symlink_to(theirs)
    for command in (("review", "--against", "main"), ("check", "--tracked")):
        done = run(*command, "vendored/registry")
        assert done.code == 2
        refused = "but the working folder is in" in done.err
        assert refused or (kind == "link" and "error[file-unreadable]: it lies outside" in done.out)


def test_a_repository_elsewhere_can_be_named(run: Run, workspace: Path) -> None:
    other = teams.pull_request(workspace.parent / "other", REACHES_MORE)
    done = run("review", "--against", "main", other / "registry")
    assert (done.code, "public:pypi" in done.out) == (0, True)


# Names of revisions.


@pytest.mark.xdist_group("action")
def test_a_tag_of_the_name_of_the_branch_does_not_decide_the_review(
    runner: Runner, workspace: Path
) -> None:
    git(workspace, "tag", "origin/main", "HEAD")
    git(workspace, "tag", "refs/remotes/origin/main", "HEAD")
    done = runner.job(workspace, {"paths": "registry"}, **_event(workspace.parent, ""))
    assert done.code == 1
    assert "title=undeclared-deletion::" in done.log


def test_recipes_name_the_base_branch_in_full() -> None:
    action = (ROOT / "action" / "review.sh").read_text(encoding="utf-8")
    for text in (action, teams.block("Atlantis", "yaml"), teams.block("GitHub Actions", "yaml")):
        assert text.count("origin/") == text.count("refs/remotes/origin/")
    template = (ROOT / "gitlab" / "codeartifact-tf.yml").read_text(encoding="utf-8")
    assert "origin/" not in template
    assert "_BRANCH_NAME" not in template


@pytest.mark.parametrize(
    ("made", "given", "candidates"),
    [
        ("tags/origin/main", "origin/main", "refs/tags/origin/main refs/remotes/origin/main"),
        ("heads/origin/main", "origin/main", "refs/heads/origin/main refs/remotes/origin/main"),
        ("tags/origin/main", "origin/main~0", "refs/tags/origin/main refs/remotes/origin/main"),
        ("tags/origin/main", "origin/main^0", "refs/tags/origin/main refs/remotes/origin/main"),
        ("tags/origin", "origin", "refs/tags/origin refs/remotes/origin/HEAD"),
        ("tags/pull", "pull", "refs/tags/pull refs/heads/pull"),
        ("remotes/pull/HEAD", "pull", "refs/heads/pull refs/remotes/pull/HEAD"),
    ],
)
def test_a_name_that_could_mean_several_is_an_error_that_names_them(
    run: Run, workspace: Path, made: str, given: str, candidates: str
) -> None:
    before = run("review", "--against", given, "registry")
    assert "ambiguous" not in before.err
    git(workspace, "update-ref", f"refs/{made}", "HEAD")
    done = run("review", "--against", given, "registry")
    assert (done.code, done.out) == (2, "")
    assert "is ambiguous" in done.err
    assert [name for name in candidates.split() if f"'{name}'" not in done.err] == []
    short = given.split("~", maxsplit=1)[0].split("^", maxsplit=1)[0]
    full = candidates.rsplit(maxsplit=1)[-1] + given.removeprefix(short)
    assert run("review", "--against", full, "registry").out == before.out.replace(given, full)


def test_a_name_that_is_also_the_beginning_of_a_commit_is_an_error(
    run: Run, workspace: Path
) -> None:
    commit = git(workspace, "rev-parse", "origin/main").strip()
    git(workspace, "tag", commit[:8], "HEAD")
    git(workspace, "tag", commit, "HEAD")
    done = run("review", "--against", commit[:8], "registry")
    assert (done.code, done.out) == (2, "")
    assert f"'{commit}'" in done.err
    assert f"'refs/tags/{commit[:8]}'" in done.err
    assert "undeclared-deletion" in run("review", "--against", commit, "registry").out


@pytest.mark.parametrize("name", ["HEAD", "@", "HEAD~0", "@{0}"])
def test_a_tag_called_head_changes_nothing(run: Run, workspace: Path, name: str) -> None:
    git(workspace, "update-ref", "refs/tags/HEAD", "origin/main")
    git(workspace, "update-ref", "refs/tags/@", "origin/main")
    assert (
        "Nothing changes"
        in run("review", "--against", name, "registry", "--format", "markdown").out
    )


def test_a_full_name_is_that_reference_or_none(run: Run, workspace: Path) -> None:
    name = "refs/remotes/origin/release"
    git(workspace, "tag", name, "HEAD")
    done = run("review", "--against", name, "registry")
    assert (done.code, done.out) == (2, "")
    assert f"git knows no revision '{name}' here" in done.err
