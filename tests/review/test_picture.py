"""What the flowchart draws: who is in it, along which arrows, and when there is none."""

from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.review.picture import mermaid
from tests.support.reviews import spec_with

_BARE: dict[str, list[str] | str] = {"a": [], "b": [], "c": []}


def _drawn(comparison: Comparison, limit: int = 10) -> list[str]:
    lines = mermaid(comparison, limit).splitlines()
    return [line.strip() for line in lines if not line.startswith("  classDef")]


def test_upstreams_of_both_versions_are_drawn_beside_what_changes() -> None:
    old, new = spec_with(app=["a", "b"], **_BARE), spec_with(app=["b", "c"], **_BARE)
    assert _drawn(compare(old, new)) == [
        "flowchart LR",
        'n0["app"]:::changed',
        'n1["a"]',
        'n2["b"]',
        'n3["c"]',
        "n0 --> n2",
        'n0 ==>|"new, 2."| n3',
        'n0 -.->|"gone"| n1',
    ]


def test_places_in_the_search_order_are_told_where_they_move_packages() -> None:
    stores: dict[str, list[str] | str] = {"npm": "public:npmjs", "py": "public:pypi"}
    old = spec_with(app=["a", "b"], web=["app", "npm", "py"], **_BARE, **stores)
    new = spec_with(app=["b", "a"], web=["app", "py", "npm"], **_BARE, **stores)
    lines = _drawn(compare(old, new))
    nodes = {line.split('"')[1]: line.split("[")[0] for line in lines if "[" in line}
    app, web = nodes["app"], nodes["web"]
    assert f'{app} -->|"1., was 2."| {nodes["b"]}' in lines
    assert f"{web} --> {nodes['py']}" in lines


def test_connections_are_drawn_as_they_stay_come_and_go() -> None:
    old = spec_with(app=["a"], a=["s"], s="public:npmjs", t="public:pypi", u=[])
    new = spec_with(app=["a"], a=[], s="public:npmjs", t=[], u="public:npmjs")
    assert [line for line in _drawn(compare(old, new)) if "p0" in line or "p1" in line] == [
        'p0(["public:pypi"])',
        "n1 -.-> p0",
        'p1(["public:npmjs"])',
        "n2 ==> p1",
        "n3 --> p1",
    ]


def test_of_many_repositories_those_that_change_are_drawn_and_the_rest_is_counted() -> None:
    old, new = (
        spec_with(app=["a"], web=["app"], **_BARE),
        spec_with(app=["b"], web=["app"], **_BARE),
    )
    lines = _drawn(compare(old, new), 2)
    assert [line for line in lines if line.startswith("n") and "[" in line] == [
        'n0["app"]:::changed',
        'n1["a"]',
    ]
    assert lines[-1] == 'more["and 2 more repositories"]'


def test_without_room_for_a_repository_there_is_no_picture() -> None:
    comparison = compare(spec_with(app=["a"], **_BARE), spec_with(app=[], **_BARE))
    assert mermaid(comparison, 0) == ""
    assert mermaid(comparison, 1) != ""


def test_repositories_that_nobody_uses_yet_are_not_drawn() -> None:
    comparison = compare(spec_with(**_BARE), spec_with(new=["a"], **_BARE))
    assert mermaid(comparison, 10) == ""


def test_a_long_name_is_cut_in_the_picture() -> None:
    name = "x" * 61
    _, first, *_ = _drawn(
        compare(spec_with(**{name: ["a"]}, **_BARE), spec_with(**{name: []}, **_BARE))
    )
    assert first == f'n0["{"x" * 60}#8230;"]:::changed'


def test_of_many_arrows_a_hundred_are_drawn() -> None:
    names = [f"x{number}" for number in range(10)]
    bare: dict[str, list[str] | str] = {name: [] for name in names}
    before = {f"app-{n}": names[n:] + names[:n] for n in range(11)}
    after = {name: upstreams[::-1] for name, upstreams in before.items()}
    lines = _drawn(compare(spec_with(**bare, **before), spec_with(**bare, **after)), 50)
    assert len([line for line in lines if "-->" in line]) == 100


def test_two_that_are_alike_are_named_and_of_more_the_first() -> None:
    def label(*names: str) -> str:
        old = spec_with(**_BARE, **{name: ["a"] for name in names})
        new = spec_with(**_BARE, **{name: list[str]() for name in names})
        return _drawn(compare(old, new))[1]

    assert label("x<", "y<") == 'n0["x#60;, y#60;"]:::changed'
    assert label("x<", "y<", "z<") == 'n0["x#60; and 2 more"]:::changed'
