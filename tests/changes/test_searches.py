"""How search orders are compared: who moved past whom, and what counts as the same change."""

import pytest

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.searches import Delta, Move, Reach, Route
from tests.support.reviews import spec_with


def _delta(before: list[str], after: list[str]) -> Delta:
    """What changes for a repository with these upstreams, none of which has any."""
    bare: dict[str, list[str] | str] = {name: [] for name in {*before, *after}}
    old, new = (spec_with(app=upstreams, **bare) for upstreams in (before, after))
    (shift,) = compare(old, new).shifts
    return shift.delta


@pytest.mark.parametrize(
    ("after", "move"),
    [
        ("dcab", Move(("d", "c"), is_earlier=True, other="a")),
        ("cdba", Move(("b", "a"), is_earlier=False, other="d")),
        ("cdeab", Move(("a", "b"), is_earlier=False, other="e")),
        ("bcad", Move(("a",), is_earlier=False, other="c")),
        ("adbc", Move(("d",), is_earlier=True, other="b")),
        ("bcda", Move(("a",), is_earlier=False, other="d")),
        ("dabc", Move(("d",), is_earlier=True, other="a")),
        ("cdab", Move(("c", "d"), is_earlier=True, other="a")),
    ],
)
def test_a_move_names_the_nearest_that_was_passed(after: str, move: Move) -> None:
    assert _delta(sorted(after), [*after]).moves == (move,)


def test_what_is_asked_after_all_others_is_ahead_of_nobody() -> None:
    delta = _delta(["a", "b"], ["a", "new", "b", "last"])
    assert delta.gained == ("new", "last")
    assert delta.ahead == (Move(("new",), is_earlier=True, other="b"),)
    assert delta.reorders


def test_only_additions_at_the_end_do_not_reorder() -> None:
    assert not _delta(["a"], ["a", "b"]).reorders


def test_a_move_an_addition_ahead_and_a_loss_each_reorder() -> None:
    for before, after in (("ab", "ba"), ("a", "ba"), ("ab", "a")):
        assert _delta([*before], [*after]).reorders


def test_repositories_that_get_a_connection_themselves_change_alike() -> None:
    old, new = spec_with(aa=[], bb=[]), spec_with(aa="public:npmjs", bb="public:npmjs")
    first, second = compare(old, new).shifts
    assert first.delta == second.delta


def test_a_registry_is_reached_over_so_many_upstreams() -> None:
    rest: dict[str, list[str] | str] = {"lib": ["store"], "store": "public:npmjs"}
    old, new = spec_with(app=["lib"], **rest), spec_with(app=["store", "lib"], **rest)
    (shift,) = compare(old, new).shifts
    before, after = Route("store", 2), Route("store", 1)
    assert shift.delta.reach == (Reach("public:npmjs", before, after),)
