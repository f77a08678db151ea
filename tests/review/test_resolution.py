"""What a review says of searches and retention: the examples of AWS's user guide."""

import json

from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.review.reports import REPORTS
from codeartifact_tf.review.review import DomainReview, Review
from tests.support.reviews import said, spec_with


def test_three_upstreams_are_searched_in_their_order() -> None:
    one, two, three = "upstream-1", "upstream-2", "upstream-3"
    ups: dict[str, list[str] | str] = {one: [], two: [], three: []}
    words = said(spec_with(my_repo=[], **ups), spec_with(my_repo=[one, two, three], **ups))
    assert "searched after: my_repo, upstream-1, upstream-2, upstream-3\n" in words


def test_a_search_goes_into_depth_before_it_goes_on() -> None:
    rest: dict[str, list[str] | str] = {"BB": [], "CC": [], "DD": ["EE"], "EE": []}
    words = said(
        spec_with(my_repo=["BB", "AA"], AA=["CC", "DD"], **rest),
        spec_with(my_repo=["AA", "BB"], AA=["CC", "DD"], **rest),
    )
    assert "searched after: my_repo, AA, CC, DD, EE, BB\n" in words
    assert "BB is now asked after EE" in words


def _kept(comparison: Comparison, asked: str, found: str) -> list[str]:
    """Where the JSON says that a version is kept which was found in a repository."""
    document = json.loads(REPORTS["json"](Review([DomainReview(comparison, "terraform")], [])))
    (edit,) = [g for g in document["domains"][0]["resolution"] if asked in g["repositories"]]
    way, *_ = [way for e in edit["effects"] for way in e["after"] if way["path"][-1] == found]
    kept: list[str] = way["retained_in"]
    return kept


def test_a_version_is_kept_where_it_was_asked_for_and_not_in_between() -> None:
    chain: dict[str, list[str] | str] = {"BB": ["CC"], "CC": ["DD"], "DD": []}
    comparison = compare(spec_with(AA=[], **chain), spec_with(AA=["BB"], **chain))
    assert _kept(comparison, "AA", "BB") == ["AA", "BB"]
    assert _kept(comparison, "AA", "CC") == ["AA", "CC"]
    assert _kept(comparison, "AA", "DD") == ["AA", "DD"]


def test_a_version_from_a_public_registry_is_kept_at_both_ends() -> None:
    stores: dict[str, list[str] | str] = {"BB": ["CC"], "CC": "public:npmjs"}
    old, new = spec_with(AA=[], **stores), spec_with(AA=["BB"], **stores)
    assert "what is fetched from public:npmjs is kept in AA, CC; not in BB" in said(old, new)
    assert _kept(compare(old, new), "AA", "CC") == ["AA", "CC"]


def test_another_holder_of_a_connection_keeps_what_is_fetched() -> None:
    rest: dict[str, list[str] | str] = {"SS": "public:npmjs", "VV": "public:npmjs"}
    words = said(spec_with(AA=["SS"], **rest), spec_with(AA=["VV"], **rest))
    assert "npm: AA reaches public:npmjs (npmjs.com) by AA → VV, before by AA → SS" in words
    assert "what is fetched from public:npmjs is kept in AA, VV" in words
