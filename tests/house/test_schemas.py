"""The JSON Schemas: valid, closed, described, and the same in other languages."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from codeartifact_tf.spec.schema import Kind, load, without_rules
from tests.support.cases import parts_of


def _objects(kind: Kind) -> list[dict[str, Any]]:
    return [
        part
        for part in parts_of(load(kind))
        if isinstance(part.get("properties"), dict) and "object" in part.get("type", ())
    ]


@pytest.mark.parametrize("kind", Kind)
def test_schema_is_valid(kind: Kind) -> None:
    schema = load(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", Kind)
def test_schema_is_closed_and_lets_notes_pass_everywhere(kind: Kind) -> None:
    assert _objects(kind)
    for part in _objects(kind):
        assert part["additionalProperties"] is False
        assert part["patternProperties"] == {"^x-": True}


@pytest.mark.parametrize("kind", Kind)
def test_every_property_is_described(kind: Kind) -> None:
    for part in _objects(kind):
        for name, field in part["properties"].items():
            assert "$ref" in field or {"title", "description"} <= set(field), name


@pytest.mark.parametrize("kind", Kind)
def test_every_definition_is_described(kind: Kind) -> None:
    definitions = load(kind)["$defs"]
    assert definitions
    for name, definition in definitions.items():
        assert {"title", "description"} <= set(definition), name


@pytest.mark.parametrize("kind", Kind)
def test_schema_has_no_choice_that_answers_without_a_reason(kind: Kind) -> None:
    assert [part for part in parts_of(load(kind)) if {"oneOf", "anyOf"} & set(part)] == []


@pytest.mark.parametrize("kind", Kind)
def test_every_reference_leads_somewhere_and_every_definition_is_used(kind: Kind) -> None:
    references = {part["$ref"] for part in parts_of(load(kind)) if "$ref" in part}
    assert references == {f"#/$defs/{name}" for name in load(kind)["$defs"]}


@pytest.mark.parametrize("kind", Kind)
def test_what_stands_beside_a_reference_does_not_validate(kind: Kind) -> None:
    # The validator has definitions in the place of references.
    references = [part for part in parts_of(without_rules(load(kind))) if "$ref" in part]
    assert references
    for part in references:
        assert {key for key, value in part.items() if value} <= {"$ref", "description"}


@pytest.mark.parametrize("kind", Kind)
def test_examples_of_the_schema_are_valid(kind: Kind) -> None:
    schema = load(kind)
    count = 0
    for part in parts_of(schema):
        examples = part.get("examples", ())
        validator = Draft202012Validator({**part, "$defs": schema.get("$defs", {})})
        for example in examples if isinstance(examples, list) else ():
            assert validator.is_valid(example), example
            count += 1
    assert count > 10


def test_patterns_mean_the_same_in_other_languages() -> None:
    # ECMA 262, which JSON Schema asks for, knows neither \A nor \Z, and Python no \p{…}.
    patterns = [
        part["pattern"]
        for kind in Kind
        for part in parts_of(load(kind))
        if isinstance(part.get("pattern"), str)
    ]
    assert len(patterns) > 10
    assert [text for text in patterns if re.search(r"\\[AZzpPdDwWsSbB]|\(\?", text)] == []
