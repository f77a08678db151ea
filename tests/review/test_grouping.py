"""In which order a review shows edits, and which are of one shape."""

from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.review.grouping import alike, shapes
from tests.support.reviews import spec_with


def _alike(comparison: Comparison) -> list[list[str]]:
    return [[*edit.repositories] for edit in alike(comparison)]


def test_public_registries_come_first_then_losses_then_moves_then_additions() -> None:
    rest: dict[str, list[str] | str] = {"x": [], "y": [], "npm": "public:npmjs"}
    old = spec_with(
        a_adds=["x"], b_moves=["x", "y"], c_loses=["x", "y"], d_leaves=["npm"], e_reaches=[], **rest
    )
    new = spec_with(
        a_adds=["x", "y"],
        b_moves=["y", "x"],
        c_loses=["x"],
        d_leaves=[],
        e_reaches=["npm"],
        **rest,
    )
    assert _alike(compare(old, new)) == [
        ["e_reaches"],
        ["d_leaves"],
        ["c_loses"],
        ["b_moves"],
        ["a_adds"],
    ]


def test_of_equal_danger_the_largest_group_comes_first() -> None:
    rest: dict[str, list[str] | str] = {"x": [], "y": []}
    old = spec_with(aa=["x"], bb=["y"], cc=["y"], **rest)
    new = spec_with(aa=[], bb=[], cc=[], **rest)
    assert _alike(compare(old, new)) == [["bb", "cc"], ["aa"]]


def _divisions(*later: str) -> Comparison:
    """Five teams, each with a division of its own: first and last of the old order, and others."""
    rest: dict[str, list[str] | str] = {"x": [], "y": [], "store": "public:npmjs"}
    divisions: dict[str, list[str] | str] = {f"division-{n}": ["store"] for n in range(5)}
    before = {f"team-{n}": [f"division-{n}", "x", "y"] for n in range(5)}
    after = {
        name: [upstreams[0], "y", "x"] if name in later else ["x", upstreams[0], "y"]
        for name, upstreams in before.items()
    }
    return compare(
        spec_with(**rest, **divisions, **before), spec_with(**rest, **divisions, **after)
    )


def test_four_or_more_changes_of_one_shape_are_one_group() -> None:
    assert _alike(_divisions()) == [[f"team-{n}" for n in range(5)]]
    assert _alike(_divisions("team-4")) == [[f"team-{n}" for n in range(4)], ["team-4"]]


def test_fewer_than_four_changes_of_one_shape_stay_apart() -> None:
    groups = _alike(_divisions("team-3", "team-4"))
    assert sorted(groups) == [["team-0"], ["team-1"], ["team-2"], ["team-3", "team-4"]]


def test_repositories_that_only_become_alike_are_of_different_shapes() -> None:
    rest: dict[str, list[str] | str] = {"x": [], "y": []}
    old = spec_with(aa=["x"], bb=["y"], cc=["x"], dd=[], ee=["x"], **rest)
    new = spec_with(aa=[], bb=[], cc=[], dd=["x"], ee=["y"], **rest)
    comparison = compare(old, new)
    found = shapes(comparison, comparison.after)
    assert found["aa"] == found["cc"]
    assert len({found[name] for name in ("aa", "bb", "dd", "ee", "x", "y")}) == 6


def test_moves_of_other_repositories_are_of_another_shape() -> None:
    rest: dict[str, list[str] | str] = {"x": [], "y": [], "z": []}
    before = {f"team-{n}": ["x", "y", "z"] for n in range(5)}
    orders = (["y", "x", "z"], ["x", "z", "y"], ["z", "x", "y"], ["y", "z", "x"], ["z", "y", "x"])
    after = {f"team-{n}": [*order] for n, order in enumerate(orders)}
    comparison = compare(spec_with(**rest, **before), spec_with(**rest, **after))
    assert sorted(_alike(comparison)) == [[f"team-{n}"] for n in range(5)]


def test_what_is_gained_or_lost_makes_a_shape_of_its_own() -> None:
    others: dict[str, list[str] | str] = {f"x{n}": [] for n in range(5)}
    teams = {f"team-{n}": ["base"] for n in range(5)}
    more = {name: [*upstreams, f"x{n}"] for n, (name, upstreams) in enumerate(teams.items())}
    few, many = spec_with(base=[], **others, **teams), spec_with(base=[], **others, **more)
    for comparison in (compare(few, many), compare(many, few)):
        assert _alike(comparison) == [[f"team-{n}"] for n in range(5)]


def test_a_move_past_another_repository_is_of_another_shape() -> None:
    names = ["x0", "x1", "x2", "x3", "x4"]
    rest: dict[str, list[str] | str] = {name: [] for name in ("m", *names)}
    before = {f"team-{n}": ["m", *names] for n in range(4)}
    after = {f"team-{n}": [*names[: n + 2], "m", *names[n + 2 :]] for n in range(4)}
    comparison = compare(spec_with(**rest, **before), spec_with(**rest, **after))
    assert _alike(comparison) == [[f"team-{n}"] for n in range(4)]


def test_an_addition_ahead_of_another_repository_is_of_another_shape() -> None:
    names = ["x0", "x1", "x2", "x3"]
    rest: dict[str, list[str] | str] = {name: [] for name in ("m", *names)}
    before = {f"team-{n}": names for n in range(4)}
    after = {f"team-{n}": [*names[:n], "m", *names[n:]] for n in range(4)}
    comparison = compare(spec_with(**rest, **before), spec_with(**rest, **after))
    assert _alike(comparison) == [[f"team-{n}"] for n in range(4)]
