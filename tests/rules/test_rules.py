"""Every case of a rule about a spec against its recorded report; `good…` cases have no findings."""

import json
import shutil
from pathlib import Path

import pytest

from codeartifact_tf import rules
from codeartifact_tf.spec.schema import Kind, load
from tests.conftest import Run
from tests.support.cases import (
    OF_RULES,
    WITHOUT_FINDINGS,
    case_name,
    compare,
    is_refused_by_published_schema,
    parts_of,
    specs_in,
)


def exit_code(report: str) -> int:
    """What `lint` must exit with after a report: warnings alone do not fail."""
    return 1 if ": error[" in report else 0


def _rule_of(spec: Path) -> str:
    return spec.relative_to(OF_RULES).parts[0]


def _id(spec: Path) -> str:
    return f"{_rule_of(spec)}/{case_name(spec)}"


SPECS = [spec for folder in sorted(OF_RULES.iterdir()) for spec in specs_in(folder)]
GOOD = [spec for spec in SPECS if case_name(spec).startswith("good")]
BAD = [spec for spec in SPECS if case_name(spec).startswith("bad")]


COMMENTS = {part.get("$comment", "") for part in parts_of(load(Kind.DOMAIN))}
IN_SCHEMA = {comment.removeprefix("rule: ") for comment in COMMENTS - {""}}

# What a schema cannot see though it knows the rule: values that only defaults, or the store
# repository that a connection stands for, bring together.
BEYOND_A_SCHEMA = {"duplicate-upstream/bad-store", "tag-count/bad-merged"}


def test_every_case_is_good_or_bad() -> None:
    assert set(SPECS) == {*GOOD, *BAD}


@pytest.mark.parametrize("spec", GOOD, ids=_id)
def test_good_case_has_no_findings(run: Run, monkeypatch: pytest.MonkeyPatch, spec: Path) -> None:
    monkeypatch.chdir(spec.parent)
    assert run("lint", spec.name) == (0, WITHOUT_FINDINGS, "")


@pytest.mark.parametrize("spec", BAD, ids=_id)
def test_bad_case_is_reported(
    run: Run, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, spec: Path
) -> None:
    monkeypatch.chdir(spec.parent)
    code, out, err = run("lint", spec.name)
    compare(out, spec, record=request.config.getoption("record"))
    assert (code, err) == (exit_code(out), "")


@pytest.mark.parametrize("spec", BAD, ids=_id)
def test_bad_case_is_reported_under_the_name_of_its_rule(run: Run, spec: Path) -> None:
    findings = json.loads(run("lint", "--format", "json", spec).out)["findings"]
    assert _rule_of(spec) in {finding["rule"] for finding in findings}


@pytest.mark.parametrize("spec", GOOD, ids=_id)
def test_published_schema_alone_accepts_good_case(spec: Path) -> None:
    assert not is_refused_by_published_schema(spec)


@pytest.mark.parametrize("spec", [spec for spec in BAD if _rule_of(spec) in IN_SCHEMA], ids=_id)
def test_published_schema_alone_refuses_what_it_can_see(spec: Path) -> None:
    assert is_refused_by_published_schema(spec) == (_id(spec) not in BEYOND_A_SCHEMA)


@pytest.mark.parametrize("spec", [spec for spec in BAD if _rule_of(spec) not in IN_SCHEMA], ids=_id)
def test_what_only_a_rule_can_say_passes_the_schema(spec: Path) -> None:
    assert not is_refused_by_published_schema(spec)


def _with_rules(spec: Path, folder: Path, rule: str, severity: str) -> Path:
    text = spec.read_text(encoding="utf-8")
    copy = folder / "domain.yaml"
    if spec.name == copy.name:
        shutil.copytree(spec.parent, folder, dirs_exist_ok=True)
    copy.write_text(f'{text}rules: {{{rule}: "{severity}"}}\n', encoding="utf-8")
    return copy


def _plain_bad(rule: rules.Rule) -> Path:
    alone = OF_RULES / rule.name / "bad.yaml"
    return alone if alone.is_file() else OF_RULES / rule.name / "bad" / "domain.yaml"


OF_LINT = [*(check.rule for check in rules.ABOUT_SPECS), rules.UNUSED_IGNORE]
OPEN_RULES = [rule for rule in OF_LINT if not rule.fixed]
FIXED_RULES = [rule for rule in OF_LINT if rule.fixed and _plain_bad(rule).is_file()]


@pytest.mark.parametrize("rule", OPEN_RULES, ids=lambda rule: rule.name)
def test_rule_that_is_off_says_nothing(run: Run, tmp_path: Path, rule: rules.Rule) -> None:
    spec = _with_rules(_plain_bad(rule), tmp_path, rule.name, "off")
    findings = json.loads(run("lint", "--format", "json", spec).out)["findings"]
    assert rule.name not in {finding["rule"] for finding in findings}


@pytest.mark.parametrize("severity", ["error", "warning"])
@pytest.mark.parametrize("rule", OPEN_RULES, ids=lambda rule: rule.name)
def test_rule_has_the_severity_that_the_spec_sets(
    run: Run, tmp_path: Path, rule: rules.Rule, severity: str
) -> None:
    spec = _with_rules(_plain_bad(rule), tmp_path, rule.name, severity)
    findings = json.loads(run("lint", "--format", "json", spec).out)["findings"]
    assert {f["severity"] for f in findings if f["rule"] == rule.name} == {severity}


@pytest.mark.parametrize("rule", FIXED_RULES, ids=lambda rule: rule.name)
def test_fixed_rule_cannot_be_lowered(run: Run, tmp_path: Path, rule: rules.Rule) -> None:
    spec = _with_rules(_plain_bad(rule), tmp_path, rule.name, "warning")
    code, out, _ = run("lint", spec)
    assert code == 1
    assert f"the rule '{rule.name}' is always an error" in out


def test_several_faults_are_all_reported_in_order(run: Run, tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").write_text(
        "domain: {name: acme, region: mars-olympus-1}\n"
        "repositories:\n"
        "  payments: {upstreams: [sahred, payments]}\n"
        "  shared: {tags: {aws:x: y}, upstreams: [public:npmsj]}\n"
    )
    findings = json.loads(run("lint", "--format", "json", tmp_path).out)["findings"]
    assert [(f["line"], f["rule"]) for f in findings] == [
        (1, "unknown-region"),
        (3, "unknown-upstream"),
        (3, "self-upstream"),
        (4, "reserved-tag"),
        (4, "unknown-connection"),
    ]


def test_lowering_unknown_connection_leaves_no_entry_without_a_repository(
    run: Run, tmp_path: Path
) -> None:
    # An entry that nothing holds could not be rendered, so it stays an error of another name.
    (tmp_path / "domain.yaml").write_text(
        "domain: {name: acme, region: eu-west-1}\n"
        'rules: {unknown-connection: "off"}\n'
        "repositories:\n"
        "  shared: {upstreams: [public:brand-new]}\n"
        "  vendor: {external_connection: public:newest}\n"
        "  team: {upstreams: [public:newest]}\n"
    )
    findings = json.loads(run("lint", "--format", "json", tmp_path).out)["findings"]
    assert [(f["line"], f["rule"]) for f in findings] == [(4, "unknown-upstream")]
