"""The command `review`: what it compares, what it cannot compare, and its exit codes."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.git import Git, commit
from tests.support.reviews import SMALL, TAGGED, copy_bad_case


def test_paths_are_given_for_both_sides(run: Run, git: Git) -> None:
    commit({"one/domain.yaml": SMALL, "two/domain.yaml": SMALL.replace("acme", "other")})
    Path("one/domain.yaml").write_text(TAGGED)
    Path("two/domain.yaml").write_text(TAGGED.replace("acme", "other"))
    document = json.loads(run("review", "--against", "HEAD", "two", "--format", "json").out)
    assert [domain["domain"] for domain in document["domains"]] == ["other"]


def test_a_path_without_specs_is_wrong_usage(run: Run, git: Git) -> None:
    commit({"README": "x"})
    code, _, err = run("review", "--against", "HEAD")
    assert code == 2
    assert "there is no spec in ., neither now nor in HEAD" in err


def test_a_path_outside_of_the_repository_is_wrong_usage(
    run: Run, git: Git, tmp_path: Path
) -> None:
    commit({"domain.yaml": SMALL})
    code, _, err = run("review", "--against", "HEAD", ".", tmp_path)
    assert code == 2
    assert "is not in the git repository of ." in err


@pytest.mark.parametrize("paths", [[], ["one"], ["one", "two", "three"]])
def test_without_a_revision_there_are_two_paths(run: Run, paths: list[str]) -> None:
    code, _, err = run("review", *paths)
    assert code == 2
    assert "give --against REV, or two paths" in err


def test_two_folders_are_compared_by_the_places_in_them(run: Run, tmp_path: Path) -> None:
    for side, content in (("old", SMALL), ("new", TAGGED)):
        for name in ("acme", "other"):
            path = tmp_path / side / name / "domain.yaml"
            path.parent.mkdir(parents=True)
            path.write_text(content.replace("acme", name))
    out = run("review", tmp_path / "old", tmp_path / "new", "--format", "json").out
    found = [(d["domain"], len(d["changes"])) for d in json.loads(out)["domains"]]
    assert found == [("acme", 1), ("other", 1)]


def test_domains_that_swap_folders_are_compared_in_their_folders(run: Run, git: Git) -> None:
    # Terraform's state belongs to the folder, so that is what would be changed.
    other = SMALL.replace("acme", "other")
    commit({"one/domain.yaml": SMALL, "two/domain.yaml": other})
    Path("one/domain.yaml").write_text(other)
    Path("two/domain.yaml").write_text(SMALL)
    document = json.loads(run("review", "--against", "HEAD", "--format", "json").out)
    rows = [c["kind"] for d in document["domains"] for c in d["blocked"]]
    assert rows == ["domain-renamed", "domain-renamed"]


def test_a_new_version_that_terraform_would_refuse_is_not_compared(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "old.yaml").write_text(SMALL)
    (tmp_path / "new.yaml").write_text(SMALL.replace("npmjs]", "npmjs, missing]"))
    code, out, _ = run("review", tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert code == 1
    assert re.findall(r"error\[(.*?)\]", out) == ["unknown-upstream"]
    assert "Resolution" not in out


def test_a_new_version_with_a_broken_assertion_is_compared_all_the_same(
    run: Run, tmp_path: Path
) -> None:
    promise = "assertions: [{repositories: '*', must_not_reach: 'public:pypi'}]\n"
    (tmp_path / "old.yaml").write_text(SMALL + promise)
    new = SMALL.replace("public:npmjs]", "public:npmjs, public:pypi]") + promise
    (tmp_path / "new.yaml").write_text(new)
    code, out, _ = run("review", tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert code == 1
    assert re.findall(r"error\[(.*?)\]", out) == ["assertion"]
    assert re.findall(r"warning\[(.*?)\]", out) == ["public-registry-gained"]
    assert "now reaches public:pypi" in out


def test_an_old_version_that_is_not_yaml_is_an_error_at_its_place(run: Run, git: Git) -> None:
    commit({"registry/domain.yaml": "domain: [\n"})
    Path("registry/domain.yaml").write_text(SMALL)
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 1
    assert "HEAD:registry/domain.yaml:1:9: error[old-version-unreadable]: the old" in out


def test_an_old_version_with_errors_is_compared_all_the_same(run: Run, git: Git) -> None:
    commit({"registry/domain.yaml": SMALL.replace("npmjs]", "npmjs, missing]")})
    Path("registry/domain.yaml").write_text(TAGGED)
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 0
    assert "HEAD:registry/domain.yaml:3:38: warning[old-version-faulty]" in out
    assert "tags added" in out


@pytest.mark.parametrize(
    ("fail_on", "rule", "expected"),
    [
        ("error", "undeclared-deletion", 1),
        ("error", "search-order-changed", 0),
        ("warning", "search-order-changed", 1),
        ("never", "undeclared-deletion", 0),
    ],
)
def test_severity_that_fails_can_be_chosen(
    run: Run, tmp_path: Path, fail_on: str, rule: str, expected: int
) -> None:
    copy_bad_case(rule, tmp_path)
    files = (tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert run("review", *files, "--fail-on", fail_on).code == expected


def test_what_cannot_be_read_fails_whatever_was_chosen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(SMALL)
    files = (tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert run("review", *files, "--fail-on", "never").code == 2
