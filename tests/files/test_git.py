"""`review --against`: the old version is read from git, and what cannot be read is said."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Ran, Run
from tests.support.git import Git, commit
from tests.support.reviews import SMALL, TAGGED


def test_only_what_the_branch_changed_is_compared(run: Run, git: Git) -> None:
    commit({"registry/domain.yaml": SMALL})
    base = git("rev-parse", "HEAD").strip()
    git("checkout", "-q", "-b", "topic")
    commit({"registry/domain.yaml": TAGGED})
    git("checkout", "-q", "main")
    commit({"registry/domain.yaml": SMALL.replace("shared", "renamed")})
    git("checkout", "-q", "topic")
    document = json.loads(run("review", "--against", "main", "--format", "json").out)
    (domain,) = document["domains"]
    assert domain["old"] == f"{base[:12]}:registry/domain.yaml"
    assert [change["kind"] for change in domain["changes"]] == ["tags-added"]
    assert document["findings"] == []


def test_what_is_not_committed_counts_as_new(run: Run, git: Git) -> None:
    commit({"registry/domain.yaml": SMALL})
    Path("registry/domain.yaml").write_text(TAGGED)
    assert "tags added" in run("review", "--against", "HEAD").out


def test_team_files_are_those_of_the_revision(run: Run, git: Git) -> None:
    spec = f"include: [teams/**/*.yaml]\n{SMALL}"
    commit({"registry/domain.yaml": spec, "registry/teams/a/x.yaml": "repositories: {app: {}}"})
    git("mv", "registry/teams/a", "registry/teams/b")
    Path("registry/teams/b/x.yaml").write_text("repositories: {app: {}, more: {}}")
    out = run("review", "--against", "HEAD").out
    assert "more: repository created" in out
    assert "app" not in out


def test_nothing_is_written(run: Run, git: Git) -> None:
    commit({"registry/domain.yaml": SMALL})
    Path("registry/domain.yaml").write_text(TAGGED)

    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in Path().rglob("*")}

    before = state()
    assert run("review", "--against", "HEAD").code == 0
    assert state() == before


def test_current_folder_may_be_any_below_the_root(
    run: Run, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({"deep/registry/domain.yaml": SMALL})
    monkeypatch.chdir("deep/registry")
    Path("domain.yaml").write_text(TAGGED)
    document = json.loads(run("review", "--against", "HEAD", "--format", "json").out)
    assert document["domains"][0]["old"] == "HEAD:deep/registry/domain.yaml"
    assert document["domains"][0]["new"] == "domain.yaml"


def test_paths_may_be_absolute_and_reach_through_a_link(run: Run, git: Git, tmp_path: Path) -> None:
    commit({"registry/domain.yaml": SMALL})
    Path("registry/domain.yaml").write_text(TAGGED)
    (tmp_path / "link").symlink_to(Path.cwd())
    for path in (Path.cwd() / "registry", tmp_path / "link" / "registry"):
        assert "tags added" in run("review", "--against", "HEAD", path).out


def test_names_of_files_can_be_anything_that_git_holds(run: Run, git: Git) -> None:
    name = 'registry/té am/"x"\tquoted\n.yaml'
    spec = f"include: ['té am/*']\n{SMALL}"
    commit({"registry/domain.yaml": spec, name: "repositories: {app: {}}"})
    Path(name).write_text("repositories: {app: {}, more: {}}")
    assert "more: repository created" in run("review", "--against", "HEAD").out


def test_links_are_followed_inside_of_the_repository(run: Run, git: Git) -> None:
    spec = f"include: [teams/*.yaml, linked/*.yaml]\n{SMALL}"
    commit({"registry/domain.yaml": spec, "shared/one.yaml": "repositories: {one: {}}"})
    Path("registry/teams").mkdir()
    Path("registry/teams/link.yaml").symlink_to("../../shared/one.yaml")
    Path("more").mkdir()
    Path("more/two.yaml").write_text("repositories: {two: {}}")
    Path("registry/linked").symlink_to("../more")
    commit({})
    out = run("review", "--against", "HEAD")
    assert (out.code, "Nothing changes in " in out.out) == (0, True)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("../../../outside.yaml", "leads out of the repository"),
        ("/etc/passwd", "leads out of the repository"),
        ("loop.yaml", "lead in a circle"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_finding(run: Run, git: Git, target: str, why: str) -> None:
    commit({"registry/domain.yaml": f"include: [teams/loop.yaml]\n{SMALL}"})
    Path("registry/teams").mkdir()
    Path("registry/teams/loop.yaml").symlink_to(target)
    commit({})
    Path("registry/teams/loop.yaml").unlink()
    Path("registry/teams/loop.yaml").write_text("repositories: {}")
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 2
    assert "error[old-version-unreadable]" in out
    assert why in out


def test_a_pointer_of_git_lfs_is_a_finding(run: Run, git: Git) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
    commit({"registry/domain.yaml": pointer})
    Path("registry/domain.yaml").write_text(SMALL)
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 2
    assert "HEAD:registry/domain.yaml:1:1: error[old-version-unreadable]" in out
    assert "a pointer of Git LFS" in out


def test_a_spec_in_a_submodule_is_a_finding(run: Run, git: Git, tmp_path: Path) -> None:
    commit({"README": "x"})
    head = git("rev-parse", "HEAD").strip()
    git("update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    git("commit", "-q", "-m", "submodule")
    Path("vendored").mkdir()
    Path("vendored/domain.yaml").write_text(SMALL)
    code, _, err = run("review", "--against", "HEAD", "vendored/domain.yaml")
    assert code == 2
    assert "it lies in the submodule vendored" in err


def test_no_git_is_one_sentence(run: Run, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    commit({"domain.yaml": SMALL})
    monkeypatch.setenv("PATH", os.devnull)
    assert run("review", "--against", "HEAD") == Ran(
        2, "", "Error: git is not installed, and --against reads the old version with it\n"
    )


def test_no_repository_is_one_sentence(
    run: Run, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    code, out, err = run("review", "--against", "HEAD")
    assert (code, out) == (2, "")
    assert err.startswith("Error: the old version cannot be read with git: not a git repository")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["nonsense", "--help", "-x", "main:domain.yaml", ""])
def test_an_unknown_revision_is_one_sentence(run: Run, git: Git, name: str) -> None:
    commit({"domain.yaml": SMALL})
    code, out, err = run("review", f"--against={name}")
    assert (code, out, err) == (2, "", f"Error: git knows no revision {name!r} here\n")


def test_histories_without_a_common_ancestor_are_one_sentence(run: Run, git: Git) -> None:
    commit({"domain.yaml": SMALL})
    git("checkout", "-q", "--orphan", "other")
    commit({"domain.yaml": TAGGED})
    code, _, err = run("review", "--against", "main")
    assert (code, err) == (2, "Error: 'main' and HEAD have no common ancestor here\n")


def test_a_shallow_clone_is_named_with_what_mends_it(
    run: Run, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({"domain.yaml": SMALL})
    first = git("rev-parse", "HEAD").strip()
    commit({"domain.yaml": TAGGED})
    git("clone", "-q", "--depth", "1", Path.cwd().as_uri(), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    code, _, err = run("review", "--against", first)
    assert code == 2
    assert "this is a shallow clone" in err
    command = re.findall("`(git fetch [^`]*)`", err)[0]
    subprocess.run(shlex.split(command), check=True, capture_output=True)
    assert "tags added" in run("review", "--against", first).out


def test_a_partial_clone_is_not_fetched_from(
    run: Run, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({"domain.yaml": SMALL})
    commit({"domain.yaml": TAGGED})
    git("config", "uploadpack.allowFilter", "true")
    url, clone = Path.cwd().as_uri(), str(tmp_path / "clone")
    git("clone", "-q", "--filter=blob:none", url, clone)
    monkeypatch.chdir(clone)
    code, out, _ = run("review", "--against", "HEAD~1")
    assert code == 2
    assert "is this a partial clone?" in out
