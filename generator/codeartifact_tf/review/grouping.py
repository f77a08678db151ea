"""Which edits a review shows as one, and which of their effects: those of one shape."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from codeartifact_tf.changes.causes import sources
from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.edits import Edit, Effect, effects, weight
from codeartifact_tf.changes.search_delta import Delta

_MANY_GROUPS = 4
# Each round tells repositories apart by one more step upstream.
_ROUNDS = 6


@dataclass(frozen=True)
class Grouping:
    """What a review shows of a comparison as one."""

    comparison: Comparison

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of the comparison, the gravest first.

        Where there are many edits of one shape, or many effects of one edit, these are one: they
        differ only in names of repositories that have upstreams of one shape themselves, such as
        twenty divisions that all lose the same.
        """
        edits = self.comparison.edits
        if max((len(edits), *(len(edit.effects) for edit in edits))) < _MANY_GROUPS:
            return edits
        merged: dict[object, list[Edit]] = {}
        for edit in edits:
            merged.setdefault(_shape_of_edit(edit, self.shapes), []).append(edit)
        found = (
            Edit(
                tuple(sorted(cause for edit in group for cause in edit.causes)),
                _alike(effects(p for edit in group for e in edit.effects for p in e), self.shapes),
            )
            for alike in merged.values()
            for group in ([alike] if len(alike) >= _MANY_GROUPS else [[edit] for edit in alike])
        )
        return tuple(sorted(found, key=lambda edit: weight(edit.effects[0])))

    @cached_property
    def shapes(self) -> Mapping[str, object]:
        """What each repository has in common with all whose upstreams are of the same shape.

        A repository that takes packages from nowhere is like no other.
        """
        return _shapes(self.comparison)


def _shape_of_edit(edit: Edit, shapes: Mapping[str, object]) -> object:
    """What the edited repositories have in common with others that were edited alike."""
    own = frozenset(
        (part.formats, _shape_of_delta(part.delta, shapes))
        for effect in edit.effects
        for part in effect
        if part.repository in edit.causes
    )
    return own or edit.causes


def _alike(found: tuple[Effect, ...], shapes: Mapping[str, object]) -> tuple[Effect, ...]:
    merged: dict[object, list[Effect]] = {}
    for effect in found:
        first = effect[0]
        shape = first.formats, _shape_of_delta(first.delta, shapes)
        merged.setdefault(shape, []).append(effect)
    whole: list[Effect] = []
    for group in merged.values():
        parts = sorted((part for effect in group for part in effect), key=lambda p: p.repository)
        whole += [tuple(parts)] if len(group) >= _MANY_GROUPS else group
    return tuple(sorted(whole, key=weight))


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
