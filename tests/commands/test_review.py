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


def test_terraform_that_is_not_what_the_new_version_says_is_reported(run: Run, git: Git) -> None:
    commit({"domain.yaml": SMALL})
    run("generate", ".")
    commit({})
    outputs = Path("terraform/outputs.tf")
    text = outputs.read_text()
    outputs.write_text(text.replace("\n\nlocals", "\n\n# Mine.\nlocals"))
    # Another layout, as custom templates give it, means the same.
    assert "stale-file" not in run("review", "--against", "HEAD").out
    outputs.write_text(text.replace('region = "eu-west-1"', 'region = "us-east-1"'))
    assert "warning[stale-file]" in run("review", "--against", "HEAD").out


def test_a_file_beside_is_new_only_once_and_its_errors_are_reported_always(
    run: Run, git: Git
) -> None:
    override = 'output "domain" {\n  value = 1\n}\n'
    commit({"domain.yaml": SMALL, "terraform/x_override.tf": override})
    ran = run("review", "--against", "HEAD")
    assert ran.code == 1
    assert "error[terraform-overridden]" in ran.out
    assert "New files" not in ran.out
    commit({"terraform/own.tf": "locals {\n  a = 1\n}\n"})
    assert (
        "New files beside the generated Terraform\n  own.tf\n"
        in run("review", "--against", "HEAD^").out
    )


def test_provider_settings_that_stay_weaken_nothing(run: Run, git: Git) -> None:
    provider = 'provider "aws" {{\n  profile = "{}"\n}}\n'
    commit({"domain.yaml": SMALL, "terraform/x_override.tf": provider.format("one")})
    commit({"terraform/y.tf": "# mine\n"})
    assert "guard-weakened" not in run("review", "--against", "HEAD^").out
    commit({"terraform/x_override.tf": "\n" + provider.format("two")})
    out = run("review", "--against", "HEAD^").out
    assert (
        "terraform/x_override.tf:2:1: warning[guard-weakened]: the provider aws gets another" in out
    )
    assert "two" not in out


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
