"""Counts against quotas, and how far a change reaches."""

import pytest

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.quotas import Headroom, Quota, Radius
from tests.support.reviews import spec_with


def test_counts_that_rise_are_told_the_fullest_first() -> None:
    bare: dict[str, list[str] | str] = {name: [] for name in "xyz"}
    old = spec_with(aa=["x"], bb=["x"], cc=["x", "y"], dd=[], ee=["x", "y"], **bare)
    new = spec_with(
        aa=["x", "y"], bb=["x", "y", "z"], cc=["x", "y", "z"], dd=["x", "y"], ee=["x"], **bare
    )
    found = compare(old, new).headroom
    upstreams = [each for each in found if each.quota is Quota.UPSTREAMS]
    assert upstreams == [
        Headroom(Quota.UPSTREAMS, 10, 1, 3, ("bb",)),
        Headroom(Quota.UPSTREAMS, 10, 2, 3, ("cc",)),
        Headroom(Quota.UPSTREAMS, 10, 0, 2, ("dd",)),
        Headroom(Quota.UPSTREAMS, 10, 1, 2, ("aa",)),
    ]
    searched = [(each.before, each.after) for each in found if each.quota is Quota.SEARCHED]
    assert searched == [(2, 4), (3, 4), (1, 3), (2, 3)]


def test_repositories_are_counted_where_their_number_rises() -> None:
    one, two = spec_with(aa=[]), spec_with(aa=[], bb=[])
    assert compare(one, two).headroom == (Headroom(Quota.REPOSITORIES, 1000, 1, 2),)
    assert compare(two, one).headroom == ()
    assert compare(one, spec_with(bb=[])).headroom == ()


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
