"""For whom packages come from elsewhere: the search orders of two domains, compared by format.

A repository holds the formats of the old version and of the new one: what was published stays. Each
effect names its cause: the repository whose own upstreams or connection were edited.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.changes.causes import Causes, Graphs
from codeartifact_tf.changes.search_delta import (
    Delta,
    Ways,
    atoms,
    joined,
    names_of,
    searches,
)
from codeartifact_tf.domain.formats import FETCHED, held, of_formats
from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.domain.search import (
    Step,
    all_downstreams,
    by_name,
    downstreams,
    package_format,
    search_order,
)


class Part(NamedTuple):
    """What one edited repository, the cause, changes for another that searches these formats.

    `before` and `after` are where requests of these formats look, the asked repository included.
    `ways` has for each registry of `delta.reach` the steps that ask it first, before and
    after; None where it is not reached.
    """

    repository: str
    cause: str
    formats: tuple[str, ...]
    delta: Delta
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    ways: tuple[Ways, ...]


class Shift(NamedTuple):
    """A repository whose search changes; at most 25 steps, as AWS searches.

    Without parts nothing moves: no format is asked for in what has changed.
    """

    repository: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    parts: tuple[Part, ...]

    @property
    def is_elsewhere(self) -> bool:
        """Whether packages come from elsewhere, and not only from more repositories at the end."""
        return any(part.delta.reorders or part.delta.reach for part in self.parts)


def shifts(old: Domain, new: Domain) -> Iterator[Shift]:
    """The repositories of both whose search changes, by name."""
    before, after = by_name(old), by_name(new)
    was_below, is_below = downstreams(before), downstreams(after)
    every = before.keys() | after.keys()
    below = {name: (*was_below.get(name, ()), *is_below.get(name, ())) for name in every}
    graphs = Graphs(before, after)
    touched = (before.keys() ^ after.keys()) | graphs.rewired
    # The searches of all others do not meet what has changed.
    names = sorted((touched | all_downstreams(touched, below)) & before.keys() & after.keys())
    if not names:
        return
    was_held, is_held = held(old), held(new)
    nothing: frozenset[str] = frozenset()
    holds = {name: was_held.get(name, nothing) | is_held.get(name, nothing) for name in every}
    classes = _classes(holds, (*before.values(), *after.values()))
    for name in names:
        was, now = (search_order(side, name, MAX_SEARCHED) for side in (before, after))
        if names_of(was) != names_of(now) or _holders(was) != _holders(now):
            yield Shift(name, was, now, tuple(_parts(was, now, holds, classes, graphs)))


def _holders(order: tuple[Step, ...]) -> list[str | None]:
    return [step.repository.external_connection for step in order]


def _classes(
    holds: Mapping[str, frozenset[str]], repositories: Iterable[Repository]
) -> tuple[tuple[str, ...], ...]:
    """The formats whose searches never differ: the same repositories may hold them, no registry."""
    connections = {each.external_connection for each in repositories}
    fetched = {package_format(connection) for connection in connections if connection}
    found: dict[object, list[str]] = {}
    for name in FETCHED:
        holders = frozenset(each for each, formats in holds.items() if name in formats)
        found.setdefault(name if name in fetched else holders, []).append(name)
    return tuple(map(tuple, found.values()))


def _parts(
    before: tuple[Step, ...],
    after: tuple[Step, ...],
    holds: Mapping[str, frozenset[str]],
    classes: tuple[tuple[str, ...], ...],
    graphs: Graphs,
) -> Iterator[Part]:
    """The parts of a shift: what differs for the same formats, from the same cause, is one."""
    differing: dict[Delta, tuple[list[str], Ways]] = {}
    firsts = [formats[0] for formats in classes]
    sides = (searches(order, holds, firsts) for order in (before, after))
    for formats, was, now in zip(classes, *sides, strict=True):
        for atom, ways in atoms(was, now):
            differing.setdefault(atom, ([], ways))[0].extend(formats)
    causes = Causes(graphs, before, after)
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[Delta, Ways]]] = {}
    for atom, (names, ways) in differing.items():
        key = causes.of(atom, ways), tuple(sorted(names))
        groups.setdefault(key, []).append((atom, ways))
    for (cause, moved), found in groups.items():
        yield Part(
            before[0].repository.name,
            cause,
            moved,
            joined([atom for atom, _ in found]),
            of_formats(before, holds, moved),
            of_formats(after, holds, moved),
            tuple(ways for atom, ways in found if atom.reach),
        )
