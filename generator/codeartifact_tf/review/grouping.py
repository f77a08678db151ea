"""Which repositories a review shows as one: those with the same change, or of one shape."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.searches import Delta, Shift, sources

_MANY_GROUPS = 4
# Each round tells repositories apart by one more step upstream.
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Grouping:
    """The shifts of a comparison in groups: first where public registries do, then the largest.

    `same` are those of one change, `alike` those of one shape where there are many of these: they
    differ only in names of repositories that have upstreams of one shape themselves, such as
    twenty divisions that all lose the same. `shapes` has for each repository what it has in common
    with all whose upstreams are of the same shape; a repository that takes packages from nowhere is
    like no other.
    """

    same: tuple[tuple[Shift, ...], ...]
    alike: tuple[tuple[Shift, ...], ...]
    shapes: Mapping[str, object]


def grouped(comparison: Comparison) -> Grouping:
    """The groups of a comparison."""
    same = _same(comparison.shifts)
    shapes = _shapes(comparison)
    return Grouping(same, _alike(same, shapes), shapes)


def _same(shifts: Iterable[Shift]) -> tuple[tuple[Shift, ...], ...]:
    groups: dict[Delta, list[Shift]] = {}
    for shift in shifts:
        groups.setdefault(shift.delta, []).append(shift)
    return tuple(sorted(map(tuple, groups.values()), key=_weight))


def _alike(
    same: tuple[tuple[Shift, ...], ...], shapes: Mapping[str, object]
) -> tuple[tuple[Shift, ...], ...]:
    merged: dict[object, list[tuple[Shift, ...]]] = {}
    for group in same:
        merged.setdefault(_shape_of_delta(group[0].delta, shapes), []).append(group)
    found: list[tuple[Shift, ...]] = []
    for groups in merged.values():
        whole = sorted((s for group in groups for s in group), key=lambda s: s.repository)
        found += [tuple(whole)] if len(groups) >= _MANY_GROUPS else groups
    return tuple(sorted(found, key=_weight))


def _shape_of_delta(delta: Delta, shapes: Mapping[str, object]) -> object:
    def of(names: Iterable[str]) -> tuple[object, ...]:
        return tuple(shapes.get(name, name) for name in names)

    moves = tuple((of(m.names), m.is_earlier, *of([m.other])) for m in delta.moves)
    ahead = tuple((of(m.names), *of([m.other])) for m in delta.ahead)
    return of(delta.gained), of(delta.lost), moves, ahead, delta.reach


def _shapes(comparison: Comparison) -> Mapping[str, object]:
    names = sorted(comparison.before.keys() | comparison.after.keys())
    shapes: dict[str, object] = dict.fromkeys(names, 0)
    for _ in range(_ROUNDS):
        numbers: dict[object, int] = {}
        shapes = {
            name: numbers.setdefault(_shape(comparison, name, shapes), len(numbers))
            for name in names
        }
    return shapes


def _shape(comparison: Comparison, name: str, shapes: Mapping[str, object]) -> object:
    sides = comparison.before.get(name), comparison.after.get(name)
    if not any(side and any(sources(side)) for side in sides):
        return name
    return tuple(
        (tuple(shapes.get(up, up) for up in side.upstreams), side.external_connection)
        if side
        else None
        for side in sides
    )


def _weight(group: tuple[Shift, ...]) -> tuple[int, int, str]:
    return _rank(group[0].delta), -len(group), group[0].repository


def _rank(delta: Delta) -> int:
    gains = any(reach.before is None for reach in delta.reach)
    loses = any(reach.after is None for reach in delta.reach)
    return 0 if gains else 1 if loses else 2 if delta.lost else 3 if delta.moves else 4
