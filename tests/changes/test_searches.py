"""How search orders are compared: who moved past whom, and what counts as the same change."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.search_delta import Delta, Move, Reach
from codeartifact_tf.changes.searches import Part
from codeartifact_tf.domain.formats import FETCHED
from codeartifact_tf.domain.search import by_name
from codeartifact_tf.spec.spec import Spec
from tests.support.amounts import examples
from tests.support.reviews import spec_of, spec_with


def _delta(before: list[str], after: list[str]) -> Delta:
    """What changes for a repository with these upstreams, none of which has any."""
    bare: dict[str, list[str] | str] = {name: [] for name in {*before, *after}}
    old, new = (spec_with(app=upstreams, **bare) for upstreams in (before, after))
    (part,) = _parts(old, new)
    assert part.formats == tuple(sorted(FETCHED))
    return part.delta


def _parts(old: Spec, new: Spec) -> list[Part]:
    return [part for shift in compare(old, new).shifts for part in shift.parts]


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
    first, second = _parts(spec_with(aa=[], bb=[]), spec_with(aa="public:npmjs", bb="public:npmjs"))
    assert first.delta == second.delta
    assert first.formats == ("npm",)


def test_how_far_away_a_registry_is_moves_nothing() -> None:
    rest: dict[str, list[str] | str] = {"lib": ["store"], "store": "public:npmjs"}
    old, new = spec_with(app=["lib"], **rest), spec_with(app=["lib", "store"], **rest)
    assert _parts(old, new) == []
    parts = _parts(old, spec_with(app=["store", "lib"], **rest))
    assert [(part.formats, part.delta.reach) for part in parts] == [(("npm",), ())]


def test_a_registry_gained_and_lost_is_of_its_format_only() -> None:
    rest: dict[str, list[str] | str] = {"npm": "public:npmjs", "py": "public:pypi"}
    parts = _parts(spec_with(app=["npm"], **rest), spec_with(app=["py"], **rest))
    assert [(part.formats, part.delta.gained, part.delta.lost) for part in parts] == [
        (("npm",), (), ("npm",)),
        (("pypi",), ("py",), ()),
    ]
    assert parts[0].delta.reach == (Reach("public:npmjs", "npm", None),)
    assert parts[1].delta.reach == (Reach("public:pypi", None, "py"),)


def test_stores_of_different_formats_may_change_places() -> None:
    rest: dict[str, list[str] | str] = {"npm": "public:npmjs", "py": "public:pypi"}
    old, new = spec_with(app=["npm", "py"], **rest), spec_with(app=["py", "npm"], **rest)
    assert compare(old, new).shifts == ()
    assert not compare(old, new).is_empty


_PUBLISH = {"publish": ["111122223333"]}


@pytest.mark.parametrize(
    ("repositories", "domain", "formats"),
    [
        ({"one": {"formats": ["npm"]}, "two": {"formats": ["pypi"]}}, {}, None),
        ({"one": {"formats": ["npm"]}, "two": {"formats": ["npm", "pypi"]}}, {}, ("npm",)),
        ({"one": {"formats": ["generic"]}, "two": {}}, {}, None),
        ({"one": {"formats": ["npm"]}, "two": {}}, {}, ("npm",)),
        (
            {
                "one": {"external_connection": "public:npmjs"},
                "two": {"external_connection": "public:pypi", "permissions": _PUBLISH},
            },
            {},
            ("npm",),
        ),
        (
            {
                "one": {
                    "external_connection": "public:npmjs",
                    "permissions": {"copy": ["111122223333"]},
                },
                "two": {"formats": ["pypi"]},
            },
            {},
            ("pypi",),
        ),
        (
            {
                "one": {"external_connection": "public:npmjs", "formats": ["cargo"]},
                "two": {"external_connection": "public:pypi", "formats": ["cargo", "npm"]},
            },
            {},
            ("cargo", "npm"),
        ),
        (
            {
                "one": {"external_connection": "public:npmjs"},
                "two": {"external_connection": "public:pypi"},
            },
            _PUBLISH,
            tuple(sorted(FETCHED)),
        ),
    ],
)
def test_two_upstreams_change_places_for_the_formats_that_both_may_hold(
    repositories: dict[str, Any], domain: dict[str, Any], formats: tuple[str, ...] | None
) -> None:
    def spec(upstreams: list[str]) -> Spec:
        body = {"name": "acme", "region": "eu-west-1"} | ({"permissions": domain} if domain else {})
        rest = {**repositories, "app": {"upstreams": upstreams}}
        return spec_of({"domain": body, "repositories": rest})

    parts = _parts(spec(["one", "two"]), spec(["two", "one"]))
    assert [part.formats for part in parts] == ([formats] if formats else [])


def test_a_package_group_that_lets_publish_to_a_store_makes_it_hold_that_format() -> None:
    def spec(upstreams: list[str]) -> Spec:
        repositories = {
            "app": {"upstreams": upstreams},
            "own": {"formats": ["npm", "pypi"]},
            "py": {"external_connection": "public:pypi"},
        }
        groups = {"/npm/acme/*": {"publish": ["py"]}}
        return spec_of(
            {
                "domain": {"name": "acme", "region": "eu-west-1"},
                "repositories": repositories,
                "package_groups": groups,
            }
        )

    (part,) = _parts(spec(["own", "py"]), spec(["py", "own"]))
    assert part.formats == ("npm", "pypi")


def test_a_repository_holds_the_formats_of_both_versions() -> None:
    def spec(upstreams: list[str], formats: list[str]) -> Spec:
        repositories = {
            "app": {"upstreams": upstreams},
            "one": {"formats": formats},
            "two": {"formats": ["npm"]},
        }
        head = {"name": "acme", "region": "eu-west-1"}
        return spec_of({"domain": head, "repositories": repositories})

    (part,) = _parts(spec(["one", "two"], ["npm"]), spec(["two", "one"], ["pypi"]))
    assert part.formats == ("npm",)


def test_each_effect_is_told_of_the_edit_that_causes_it() -> None:
    rest: dict[str, list[str] | str] = {"npm": "public:npmjs", "own": [], "more": []}
    old = spec_with(app=["platform"], platform=["own"], **rest)
    new = spec_with(app=["platform", "more"], platform=["own", "npm"], **rest)
    found = {(p.repository, p.cause, p.formats, p.delta.gained) for p in _parts(old, new)}
    everything = tuple(sorted(FETCHED))
    assert found == {
        ("platform", "platform", ("npm",), ("npm",)),
        ("app", "platform", ("npm",), ("npm",)),
        ("app", "app", everything, ("more",)),
    }


def test_of_a_swap_upstream_the_edited_repository_is_the_cause() -> None:
    rest: dict[str, list[str] | str] = {"aa": [], "bb": []}
    old = spec_with(app=["platform"], platform=["aa", "bb"], **rest)
    new = spec_with(app=["platform"], platform=["bb", "aa"], **rest)
    assert {(p.repository, p.cause) for p in _parts(old, new)} == {
        ("platform", "platform"),
        ("app", "platform"),
    }


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two versions of up to eight repositories; an upstream stands later in the alphabet."""
    names = [f"r{n}" for n in range(draw(st.integers(2, 8)))]

    def body(number: int) -> dict[str, Any]:
        connection = draw(st.sampled_from((None, None, "public:npmjs", "public:pypi")))
        formats = draw(st.lists(st.sampled_from(("npm", "pypi", "generic")), unique=True))
        rest = {"formats": formats} if formats else {}
        if connection:
            return {"external_connection": connection, **rest}
        later = names[number + 1 :]
        upstreams = draw(st.lists(st.sampled_from(later), unique=True)) if later else []
        return {"upstreams": upstreams, **rest}

    old = {name: body(number) for number, name in enumerate(names)}
    new = {
        name: body(number) if draw(st.booleans()) else old[name]
        for number, name in enumerate(names)
        if number or draw(st.booleans())
    }
    return old, new


def _found(spec: Spec, held: dict[str, set[str]], name: str, package_format: str) -> Any:
    """Where a request looks, and which registries it reaches: by the definition, slowly."""
    order: list[str] = []

    def visit(each: str) -> None:
        if each not in order:
            order.append(each)
            for upstream in by_name(spec.domain)[each].upstreams:
                visit(upstream)

    visit(name)
    connections = {each: by_name(spec.domain)[each].external_connection for each in order}
    of_format = {"npm": "public:npmjs", "pypi": "public:pypi"}.get(package_format)
    holders: dict[str, str] = {}
    for each in order:
        if connections[each] == of_format and of_format:
            holders.setdefault(of_format, each)
    return [each for each in order[1:] if package_format in held[each]], holders


@settings(max_examples=examples(300))
@given(versions=_graphs())
def test_parts_are_what_differs_for_a_format_and_nothing_else(
    versions: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    head = {"name": "acme", "region": "eu-west-1"}
    old, new = (spec_of({"domain": head, "repositories": each}) for each in versions)
    held: dict[str, set[str]] = {}
    for spec in (old, new):
        for each in spec.domain.repositories:
            own = {"public:npmjs": {"npm"}, "public:pypi": {"pypi"}}.get(
                each.external_connection or "", set()
            )
            named = own | {*each.formats} if own or each.formats else {*FETCHED}
            held.setdefault(each.name, set()).update(named)
    parts = _parts(old, new)
    for name in by_name(old.domain).keys() & by_name(new.domain).keys():
        for package_format in FETCHED:
            (was, registries), (now, others) = (
                _found(spec, held, name, package_format) for spec in (old, new)
            )
            mine = [p for p in parts if p.repository == name and package_format in p.formats]
            gained = {each for part in mine for each in part.delta.gained}
            lost = {each for part in mine for each in part.delta.lost}
            assert (gained, lost) == ({*now} - {*was}, {*was} - {*now})
            assert bool(mine) is ((was, registries) != (now, others))
            assert any(part.delta.reach for part in mine) is (registries != others)
            assert all(part.cause in versions[0] for part in mine)
            assert all(versions[0][p.cause] != versions[1].get(p.cause) for p in mine)
