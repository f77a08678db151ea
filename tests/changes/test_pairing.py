"""Which old and which new spec belong together when files move."""

from collections.abc import Mapping

from codeartifact_tf.changes.pairing import pairs
from codeartifact_tf.spec.spec import Spec
from tests.support.reviews import spec_of


def _spec(name: str = "acme", owner: str | None = None, region: str = "eu-west-1") -> Spec:
    domain = {"name": name, "region": region, **({"owner": owner} if owner else {})}
    return spec_of({"domain": domain, "repositories": {}})


_ONE, _OTHER = "111122223333", "444455556666"


def _pairs(old: Mapping[str, Spec | None], new: Mapping[str, Spec | None]) -> set[object]:
    return {*pairs(old, new)}


def test_a_spec_at_its_old_place_stays_with_it_whatever_it_describes() -> None:
    assert _pairs({"a": _spec(), "b": _spec("other")}, {"a": _spec("other"), "b": _spec()}) == {
        ("a", "a"),
        ("b", "b"),
    }


def test_a_spec_that_moves_is_found_by_its_domain() -> None:
    old = {"a": _spec(), "b": _spec("other")}
    new = {"c": _spec("other"), "d": _spec(), "e": _spec("third")}
    assert pairs(old, new) == [("b", "c"), ("a", "d"), (None, "e")]


def test_a_spec_that_moves_and_names_its_owner_is_still_the_same() -> None:
    assert pairs({"a": _spec()}, {"b": _spec(owner=_ONE)}) == [("a", "b")]
    assert pairs({"a": _spec(owner=_ONE)}, {"b": _spec()}) == [("a", "b")]


def test_of_two_owners_the_same_one_is_meant() -> None:
    old = {"a": _spec(owner=_ONE), "b": _spec(owner=_OTHER)}
    assert pairs(old, {"c": _spec(owner=_OTHER)}) == [("b", "c"), ("a", None)]


def test_of_two_that_could_be_meant_neither_is() -> None:
    old = {"a": _spec(owner=_ONE), "b": _spec(owner=_OTHER)}
    assert pairs(old, {"c": _spec()}) == [(None, "c"), ("a", None), ("b", None)]


def test_an_old_spec_belongs_to_one_new_spec_only() -> None:
    assert pairs({"a": _spec()}, {"b": _spec(), "c": _spec()}) == [("a", "b"), (None, "c")]


def test_a_spec_that_cannot_be_built_belongs_to_its_place_only() -> None:
    assert pairs({"a": None, "b": None}, {"a": None, "c": None}) == [
        ("a", "a"),
        (None, "c"),
        ("b", None),
    ]


def test_a_domain_of_the_same_name_in_another_region_is_another() -> None:
    assert pairs({"a": _spec()}, {"b": _spec(region="eu-north-1")}) == [(None, "b"), ("a", None)]
