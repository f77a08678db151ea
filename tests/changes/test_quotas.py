"""Counts against quotas, and how far a change reaches."""

import pytest

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.quotas import Headroom, Quota, Radius
from tests.support.reviews import spec_with


def _with(number: int, name: str = "app") -> dict[str, list[str] | str]:
    return {name: [f"x{n}" for n in range(number)]}


def test_counts_that_come_close_to_a_quota_are_told_the_fullest_first() -> None:
    bare: dict[str, list[str] | str] = {f"x{n}": [] for n in range(10)}
    old = spec_with(**bare, **_with(7, "aa"), **_with(7, "bb"), **_with(6, "cc"), **_with(8, "dd"))
    new = spec_with(**bare, **_with(8, "aa"), **_with(10, "bb"), **_with(7, "cc"), **_with(9, "dd"))
    assert compare(old, new).headroom == (
        Headroom(Quota.UPSTREAMS, 10, 7, 10, ("bb",)),
        Headroom(Quota.UPSTREAMS, 10, 7, 8, ("aa",)),
    )
    assert compare(new, old).headroom == ()


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [(18, 19, False), (18, 20, True), (20, 24, False), (20, 25, True), (25, 25, False)],
)
def test_searches_are_told_that_reach_four_fifths_of_the_quota_or_all_of_it(
    before: int, after: int, *, is_told: bool
) -> None:
    chain: dict[str, list[str] | str] = {f"c{n:02}": [f"c{n + 1:02}"] for n in range(30)}
    chain["c30"] = []
    old, new = (spec_with(app=[f"c{31 - n + 1:02}"], **chain) for n in (before, after))
    expected = (Headroom(Quota.SEARCHED, 25, before, after, ("app",)),) if is_told else ()
    assert compare(old, new).headroom == expected


def test_repositories_are_told_where_their_number_comes_close_to_the_quota() -> None:
    few, many = (spec_with(**{f"a{n}": [] for n in range(number)}) for number in (799, 800))
    assert compare(few, many).headroom == (Headroom(Quota.REPOSITORIES, 1000, 799, 800),)
    assert compare(many, few).headroom == ()


@pytest.mark.parametrize(
    ("changed", "total", "percent", "needed"),
    [
        (1, 4, "25.0 %", "25%"),
        (1, 3, "33.4 %", "34%"),
        (1, 1000, "0.1 %", "1%"),
        (1, 3000, "0.1 %", "1%"),
        (0, 0, "0.0 %", "0%"),
        (3, 3, "100.0 %", "100%"),
    ],
)
def test_a_share_is_never_rounded_down(changed: int, total: int, percent: str, needed: str) -> None:
    radius = Radius(changed, total, "20%", None)
    assert (radius.percent, radius.needed) == (percent, needed)
    for limit in ("5", None):
        assert Radius(changed, total, limit, "20%").needed == str(changed)


def test_a_limit_is_raised_if_only_the_old_one_is_exceeded() -> None:
    assert Radius(2, 10, "20%", "10%").is_raised
    assert not Radius(3, 10, "20%", "10%").is_raised
    assert not Radius(1, 10, "20%", "10%").is_raised
    assert not Radius(2, 10, "20%", None).is_raised
    assert Radius(2, 10, None, "10%").is_exceeded is False
