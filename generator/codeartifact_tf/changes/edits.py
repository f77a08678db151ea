"""By cause: what each edit of upstreams or of a connection moves, and for whom."""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from codeartifact_tf.changes.search_delta import Delta
from codeartifact_tf.changes.searches import Part, Shift

# The same formats move in the same way for all of these.
Effect: TypeAlias = tuple[Part, ...]


class Edit(NamedTuple):
    """Repositories that were edited in the same way, and what this moves; the gravest effect first.

    One edit has one cause, or as many as move the same formats for themselves in the same way:
    forty repositories that all get one more upstream are one edit.
    """

    causes: tuple[str, ...]
    effects: tuple[Effect, ...]

    @property
    def repositories(self) -> tuple[str, ...]:
        """For whom something moves, by name."""
        return tuple(sorted({part.repository for effect in self.effects for part in effect}))


def edits(shifts: Iterable[Shift]) -> tuple[Edit, ...]:
    """The edits, the gravest first."""
    of_cause: dict[str, list[Part]] = {}
    for shift in shifts:
        for part in shift.parts:
            of_cause.setdefault(part.cause, []).append(part)
    alike: dict[object, list[str]] = {}
    for cause, parts in of_cause.items():
        own = frozenset((p.formats, p.delta) for p in parts if p.repository == cause)
        alike.setdefault(own or cause, []).append(cause)
    found = (
        Edit(tuple(sorted(causes)), effects(part for cause in causes for part in of_cause[cause]))
        for causes in alike.values()
    )
    return tuple(sorted(found, key=lambda edit: weight(edit.effects[0])))


def effects(parts: Iterable[Part]) -> tuple[Effect, ...]:
    """The parts of one edit, those that move in the same way together, the gravest first."""
    groups: dict[tuple[tuple[str, ...], Delta], list[Part]] = {}
    for part in parts:
        groups.setdefault((part.formats, part.delta), []).append(part)
    found = (tuple(sorted(group, key=lambda p: p.repository)) for group in groups.values())
    return tuple(sorted(found, key=weight))


def weight(effect: Effect) -> tuple[int, int, str, tuple[str, ...]]:
    """First where registries are gained, then where they are lost; the largest first."""
    first = effect[0]
    return _rank(first.delta), -len(effect), first.repository, first.formats


def _rank(delta: Delta) -> int:
    gains = any(reach.before is None for reach in delta.reach)
    loses = any(reach.after is None for reach in delta.reach)
    return 0 if gains else 1 if loses else 2 if delta.lost else 3 if delta.reorders else 4
