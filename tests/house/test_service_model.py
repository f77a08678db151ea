"""What is written down of AWS is what botocore's model of the service says."""

import re
import sys
import unicodedata
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from codeartifact_tf.aws.actions import (
    ACTIONS,
    COPY_ACTIONS,
    CREATE_ACTIONS,
    DOMAIN_READ_ACTIONS,
    LINK_ACTIONS,
    LOGIN_ACTIONS,
    PUBLISH_ACTIONS,
)
from codeartifact_tf.aws.catalog import (
    EXTERNAL_CONNECTIONS,
    MAX_POLICY,
    PACKAGE_FORMATS,
    REGIONS,
)
from codeartifact_tf.spec.schema import Kind, load
from tests.support.amounts import examples
from tests.support.service_model import model, shapes


def _domain_field(name: str) -> dict[str, Any]:
    field: dict[str, Any] = load(Kind.DOMAIN)["properties"]["domain"]["properties"][name]
    return field


def _definition(name: str) -> dict[str, Any]:
    definition: dict[str, Any] = load(Kind.DOMAIN)["$defs"][name]
    return definition


class Pair(NamedTuple):
    """A shape of AWS's and the part of our schema that must accept the same texts."""

    shape: str
    schema: dict[str, Any]


PAIRS = [
    Pair("DomainName", _domain_field("name")),
    Pair("AccountId", _domain_field("owner")),
    Pair("RepositoryName", _definition("repositoryName")),
    Pair("ExternalConnectionName", _definition("externalConnectionName")),
    Pair("Description", _definition("description")),
    Pair("PackageGroupContactInfo", _definition("description")),
    Pair("TagKey", _definition("tagKey")),
    Pair("TagValue", _definition("tagValue")),
]


@cache
def _other() -> str:
    """A character class of Unicode's category C, which Java writes \\p{C} and Python cannot."""
    members = (n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n))[0] == "C")
    ranges = [
        [number for _, number in run]
        for _, run in groupby(enumerate(members), lambda pair: pair[1] - pair[0])
    ]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in ranges)


@cache
def _service_pattern(shape: str) -> re.Pattern[str]:
    return re.compile(str(shapes()[shape]["pattern"]).replace("\\P{C}", f"[^{_other()}]"))


def _service_accepts(shape: str, text: str) -> bool:
    facts = shapes()[shape]
    fits = facts.get("min", 0) <= len(text) <= facts["max"]
    return fits and _service_pattern(shape).fullmatch(text) is not None


# Unassigned characters are left out, because which they are depends on the version of Unicode, and
# surrogates, because no YAML file can hold one.
_CHARACTERS = st.characters(exclude_categories=["Cn", "Cs"])
_NAME_CHARACTERS = st.sampled_from("aAzZ09._-:é\n\u0661")


# Where a pattern is one of letters, texts that match it are rare enough to be drawn on purpose.
_NAMES = {
    "DomainName": "[a-z][a-z0-9-]{0,49}[a-z0-9]",
    "AccountId": "[0-9]{12}\n?",
    "RepositoryName": "[A-Za-z0-9][A-Za-z0-9._-]{1,100}\n?",
    "ExternalConnectionName": "[A-Za-z0-9][A-Za-z0-9.:_-]{1,100}\n?",
}


def _texts(shape: str) -> st.SearchStrategy[str]:
    longest = shapes()[shape]["max"]
    return st.one_of(
        st.text(_NAME_CHARACTERS, max_size=longest + 2),
        st.text(_CHARACTERS, max_size=20),
        st.builds(str.__mul__, _CHARACTERS, st.integers(longest - 1, longest + 1)),
        st.from_regex(_NAMES.get(shape, "[a-z]{3}"), fullmatch=True),
    )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.shape)
def test_schema_accepts_what_the_service_accepts_and_nothing_else(pair: Pair) -> None:
    validator = Draft202012Validator(pair.schema)

    @settings(max_examples=examples(150), deadline=None)
    @given(_texts(pair.shape))
    def same(text: str) -> None:
        assert validator.is_valid(text) == _service_accepts(pair.shape, text)

    same()


@pytest.mark.parametrize("name", ["description", "tagKey", "tagValue"])
def test_schema_refuses_every_character_that_the_service_refuses(name: str) -> None:
    categories = {chr(n): unicodedata.category(chr(n)) for n in range(sys.maxunicode + 1)}
    assigned = {c: category for c, category in categories.items() if category not in {"Cn", "Cs"}}
    refused = re.findall(_definition(name)["not"]["pattern"], "".join(assigned))
    assert refused == [c for c, category in assigned.items() if category[0] == "C"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.shape)
def test_schema_has_the_length_limits_of_the_service(pair: Pair) -> None:
    facts = shapes()[pair.shape]
    if pair.shape == "AccountId":  # ours says by its pattern how long it is
        validator = Draft202012Validator(pair.schema)
        accepted = [length for length in range(30) if validator.is_valid("1" * length)]
        assert accepted == [*range(facts["min"], facts["max"] + 1)]
    else:
        assert pair.schema["maxLength"] == facts["max"]
        assert pair.schema.get("minLength", 0) == facts.get("min", 0)


_WITHOUT_EXAMPLES = {"TagKey", "TagValue"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.shape)
def test_examples_of_the_schema_are_accepted_by_the_service(pair: Pair) -> None:
    examples = pair.schema.get("examples", [])
    assert bool(examples) is (pair.shape not in _WITHOUT_EXAMPLES)
    assert [text for text in examples if not _service_accepts(pair.shape, text)] == []


def test_key_is_as_long_as_the_service_allows() -> None:
    assert _domain_field("encryption_key")["maxLength"] == shapes()["Arn"]["max"]


def test_package_formats_are_those_of_the_service() -> None:
    formats = {connection.package_format for connection in EXTERNAL_CONNECTIONS.values()}
    assert formats <= set(PACKAGE_FORMATS)
    assert sorted(PACKAGE_FORMATS) == sorted(shapes()["PackageFormat"]["enum"])
    assert set(PUBLISH_ACTIONS) == set(PACKAGE_FORMATS)


def test_a_policy_is_as_long_as_the_service_allows() -> None:
    assert shapes()["PolicyDocument"]["max"] == MAX_POLICY


def test_actions_are_the_operations_of_the_service_and_those_for_permission_only() -> None:
    # Service Authorization Reference: these three are no operations of the API.
    only = {"AssociateWithDownstreamRepository", "PutPackageMetadata", "ReadFromRepository"}
    assert set(ACTIONS) == {*model()["operations"]} | only
    intents = (*DOMAIN_READ_ACTIONS, *LOGIN_ACTIONS, *CREATE_ACTIONS, *LINK_ACTIONS, *COPY_ACTIONS)
    assert {*intents, *(a for actions in PUBLISH_ACTIONS.values() for a in actions)} <= set(ACTIONS)


def test_service_model_tells_of_the_same_external_connections() -> None:
    request = shapes()["AssociateExternalConnectionRequest"]["members"]["externalConnection"]
    assert set(re.findall(r"public:[a-z-]+", request["documentation"])) == set(EXTERNAL_CONNECTIONS)


def test_regions_are_those_of_the_service() -> None:
    partition = Loader().load_data("endpoints")["partitions"][0]
    assert set(partition["services"]["codeartifact"]["endpoints"]) == REGIONS
