"""Which edits a review shows as one, and which of their effects: those of one shape."""

from collections.abc import Iterable, Iterator, Mapping

from codeartifact_tf.changes.causes import sources
from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.edits import Edit, Effect, effects, weight
from codeartifact_tf.changes.search_delta import Delta

_MANY_GROUPS = 4
# Each round tells repositories apart by one more step upstream.
_ROUNDS = 6


def alike(comparison: Comparison) -> tuple[Edit, ...]:
    """The edits of the comparison, the gravest first.

    Where there are many edits of one shape, or many effects of one edit, these are one: they differ
    only in names of repositories that have upstreams of one shape themselves, such as twenty
    divisions that all lose the same.
    """
    edits = comparison.edits
    if max((len(edits), *(len(edit.effects) for edit in edits))) < _MANY_GROUPS:
        return edits
    named = {name for edit in edits for effect in edit.effects for name in _names(effect[0].delta)}
    found = shapes(comparison, named)
    merged: dict[object, list[Edit]] = {}
    for edit in edits:
        merged.setdefault(_shape_of_edit(edit, found), []).append(edit)
    whole = (
        Edit(
            tuple(sorted(cause for edit in group for cause in edit.causes)),
            _alike(effects(p for edit in group for e in edit.effects for p in e), found),
        )
        for same in merged.values()
        for group in ([same] if len(same) >= _MANY_GROUPS else [[edit] for edit in same])
    )
    return tuple(sorted(whole, key=lambda edit: weight(edit.effects[0])))


def _names(delta: Delta) -> Iterator[str]:
    yield from (*delta.gained, *delta.lost)
    for move in (*delta.moves, *delta.ahead):
        yield from (*move.names, move.other)


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


def shapes(comparison: Comparison, names: Iterable[str]) -> Mapping[str, object]:
    """What each of these has in common with all of them whose upstreams are of the same shape.

    A repository that takes packages from nowhere is like no other.
    """
    wanted = _upstream_of(comparison, names)
    found: dict[str, object] = dict.fromkeys(wanted, 0)
    for _ in range(_ROUNDS):
        numbers: dict[object, int] = {}
        found = {
            name: numbers.setdefault(_shape(comparison, name, found), len(numbers))
            for name in wanted
        }
    return found


def _upstream_of(comparison: Comparison, names: Iterable[str]) -> list[str]:
    """These and everything upstream of them, in either version; sorted."""
    found, pending = set(names), list(names)
    while pending:
        name = pending.pop()
        for side in (comparison.before, comparison.after):
            repository = side.get(name)
            more = set(repository.upstreams) - found if repository else set()
            found |= more
            pending += more
    return sorted(found)


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
