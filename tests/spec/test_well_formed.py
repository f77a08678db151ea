"""A spec with refused values: the rules see none of them, and no gap is another fault."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeartifact_tf import pipeline
from codeartifact_tf.outcome import Outcome
from codeartifact_tf.spec import loader, schema
from codeartifact_tf.spec.schema import Kind
from codeartifact_tf.spec.well_formed import is_name

HERE = Path(__file__).parent
DOMAIN = "domain: {name: acme, region: eu-west-1}\n"
# Values that some part of the schema refuses; some of them have no type that the part expects.
REFUSED: tuple[Any, ...] = (
    *("", " ", "²", "a b", "a\nb", ":", "public:", "arn:", "arn:aws:iam::²:root", "*", "x" * 2000),
    *("codeartifact:[", "/npm/a/b/c/d$", "1e400%", "{", "\\", 5, -1.5, 10**400, None, True, [], {}),
)


def _lint(folder: Path, text: str) -> Outcome:
    spec = folder / "domain.yaml"
    spec.write_text(text, encoding="utf-8")
    return pipeline.lint(spec)


def _rules(folder: Path, text: str) -> list[str]:
    return sorted({problem.rule for problem in _lint(folder, DOMAIN + text).problems})


def _refused_in(outcome: Outcome) -> list[Any]:
    assert outcome.spec is not None
    main = outcome.spec.source
    kinds = {file: Kind.DOMAIN if file is main else Kind.TEAM for file in outcome.spec.sources}
    found = (path for file, kind in kinds.items() for path in schema.refused(file.data, kind))
    return [path for path in found if not is_name(path)]


CASES = sorted((*HERE.glob("invalid/*.yaml"), *HERE.glob("invalid/*/domain.yaml")))
WITH_SPEC = [case for case in CASES if loader.load(case).spec]


def test_there_are_cases_with_a_spec() -> None:
    assert len(WITH_SPEC) > len(CASES) // 4


@pytest.mark.parametrize("case", WITH_SPEC, ids=lambda case: case.relative_to(HERE).as_posix())
def test_spec_of_an_invalid_case_holds_nothing_that_the_schema_refuses(case: Path) -> None:
    assert _refused_in(pipeline.lint(case)) == []


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(part, (*path, step))


_EVERY_KEY = schema.load(Kind.DOMAIN)["examples"][0] | {
    key: part["examples"][0]
    for key, part in schema.load(Kind.DOMAIN)["properties"].items()
    if "examples" in part
}
_EVERY_KEY["repositories"] = {
    "vendor": {"external_connection": "public:npmjs", "formats": ["npm"], "protect": True},
    "aa": {
        "upstreams": ["public:npmjs", "public:pypi"],
        "tags": {"team": "a"},
        "description": "d",
        "terraform_label": "label",
        "permissions": {
            "read": ["444455556666", {"organization": "o-a1b2c3d4e5"}],
            "policy": [
                {
                    "Sid": "Own",
                    "Effect": "Allow",
                    "Principal": {"AWS": ["444455556666"]},
                    "Action": ["codeartifact:ReadFromRepository"],
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
                }
            ],
        },
    },
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*_paths(_EVERY_KEY)]), st.sampled_from(REFUSED), st.booleans())
def test_no_value_makes_a_rule_fail(
    tmp_path: Path, path: tuple[str | int, ...], value: Any, on_key: bool
) -> None:
    data = json.loads(json.dumps(_EVERY_KEY))
    parent = data
    for step in path[:-1]:
        parent = parent[step]
    if on_key and isinstance(parent, dict):
        parent[str(value)] = parent.pop(path[-1])
    else:
        parent[path[-1]] = value
    outcome = _lint(tmp_path, json.dumps(data))
    assert outcome.spec is None or _refused_in(outcome) == []


# What the fuzzing found.


def test_holder_of_a_connection_without_a_name(tmp_path: Path) -> None:
    text = "repositories: {'': {external_connection: public:pypi}, aa: {upstreams: [public:pypi]}}"
    assert _rules(tmp_path, text) == ["invalid-value"]


def test_known_keys_where_they_are_unknown(tmp_path: Path) -> None:
    tags = "tags: {terraform_label: 'a\u200bb'}"
    text = f"defaults: {{terraform_label: 5, external_connection: x, {tags}}}"
    assert _rules(tmp_path, text) == ["invalid-value", "unknown-key"]


# A gap is not another fault.


def test_repository_with_a_refused_name_is_judged_and_others_can_refer_to_it(
    tmp_path: Path,
) -> None:
    text = (
        "repositories: {-aa: {upstreams: [bb]}}\n"
        "assertions: [{repositories: '*aa', must_not_reach: public:*}]\n"
    )
    assert _rules(tmp_path, text) == ["invalid-value", "unknown-upstream"]


def test_connection_that_is_refused_leaves_no_repository_with_the_defaults(tmp_path: Path) -> None:
    text = (
        "defaults: {upstreams: [shared]}\n"
        "repositories:\n"
        "  shared: {upstreams: [vendor]}\n"
        "  vendor: {external_connection: 'public npmjs'}\n"
    )
    assert _rules(tmp_path, text) == ["invalid-value"]


def test_label_that_is_refused_does_not_fall_back_to_the_one_that_another_has(
    tmp_path: Path,
) -> None:
    text = "repositories: {a.b: {terraform_label: a b 2}, a-b: }\n"
    assert _rules(tmp_path, text) == ["invalid-value"]


def test_assertion_with_a_refused_entry_is_not_violated(tmp_path: Path) -> None:
    text = (
        "repositories: {aa: {upstreams: [bb]}, bb: }\n"
        "assertions: [{repositories: aa, only_reach: ['b b', cc*]}]\n"
    )
    assert _rules(tmp_path, text) == ["invalid-value"]


def test_statement_with_a_refused_condition_is_not_open_to_everyone(tmp_path: Path) -> None:
    text = (
        "repositories:\n"
        "  aa:\n"
        "    permissions:\n"
        "      policy:\n"
        "        - {Effect: Allow, Principal: '*', Action: 'codeartifact:*', Resource: '*',\n"
        "           Condition: {StringEqual: {aws:PrincipalOrgID: o-a1b2c3d4e5}}}\n"
    )
    assert _rules(tmp_path, text) == ["invalid-value"]


def test_rest_of_a_spec_with_refused_values_is_judged(tmp_path: Path) -> None:
    spec = (
        "domain: {name: Acme, region: eu west 1}\n"
        "repositories:\n"
        "  aa: {upstreams: ['b b', cc], description: \"a\\nb\"}\n"
    )
    problems = _lint(tmp_path, spec).problems
    found = [(problem.location.line, problem.location.column, problem.rule) for problem in problems]
    assert found == [
        (1, 16, "invalid-value"),
        (1, 30, "invalid-value"),
        (3, 20, "invalid-value"),
        (3, 27, "unknown-upstream"),
        (3, 45, "invalid-value"),
    ]
