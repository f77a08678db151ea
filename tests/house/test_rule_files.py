"""Each rule is a file with documentation and cases, and the schemas speak for rules that exist."""

import pytest

from codeartifact_tf import rules
from codeartifact_tf.spec.schema import Kind, load
from tests.conftest import ROOT
from tests.support.cases import OF_RULES, case_name, parts_of, specs_in

PACKAGE = ROOT / "generator" / "codeartifact_tf"


SETTABLE = [*(check.rule for check in rules.ABOUT_SPECS), rules.UNUSED_IGNORE]
WITH_CASES = [*(rule.name for rule in SETTABLE), "ignore-comment"]


@pytest.mark.parametrize("folder", ["specs", "changes"])
def test_every_file_of_the_folder_is_a_rule_of_its_name(folder: str) -> None:
    listed = {
        "specs": [check.rule.name for check in rules.ABOUT_SPECS],
        "changes": [check.rule.name for check in rules.ABOUT_CHANGES],
    }
    files = sorted((PACKAGE / "rules" / folder).glob("[a-z]*.py"))
    assert listed[folder] == [path.stem.replace("_", "-") for path in files]


def test_names_of_rules_are_unique() -> None:
    assert len({rule.name for rule in rules.ALL}) == len(rules.ALL)


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.name)
def test_rule_says_in_a_sentence_what_must_hold(rule: rules.Rule) -> None:
    assert rule.summary.endswith(".")
    assert "\n" not in rule.summary


@pytest.mark.parametrize("name", WITH_CASES)
def test_rule_has_a_good_and_a_bad_case(name: str) -> None:
    cases = {case_name(spec).partition("-")[0] for spec in specs_in(OF_RULES / name)}
    assert cases == {"good", "bad"}


def test_every_folder_of_cases_is_that_of_a_rule() -> None:
    assert sorted(folder.name for folder in OF_RULES.iterdir()) == sorted(WITH_CASES)


def test_every_expected_report_belongs_to_a_case() -> None:
    tests = ROOT / "tests"
    reports = [*tests.glob("spec/invalid/**/*.expected"), *OF_RULES.glob("**/*.expected")]
    assert len(reports) > 100
    assert [report for report in reports if not report.with_suffix(".yaml").is_file()] == []


@pytest.mark.parametrize("kind", Kind)
def test_schema_speaks_for_rules_that_exist(kind: Kind) -> None:
    comments = {part["$comment"] for part in parts_of(load(kind)) if "$comment" in part}
    assert comments
    assert comments <= {f"rule: {rule.name}" for rule in SETTABLE}
