"""For whom packages come from elsewhere: the search orders of two domains, compared by format.

A repository holds the formats of the old version and of the new one: what was published stays. Each
effect is told of the repository whose own upstreams or connection were edited and so caused it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.changes.causes import Causes, Graphs, rewired
from codeartifact_tf.changes.search_delta import (
    Delta,
    Search,
    Ways,
    atoms,
    joined,
    names_of,
    search_for,
)
from codeartifact_tf.domain.formats import FETCHED, held, of_formats
from codeartifact_tf.domain.model import Domain
from codeartifact_tf.domain.search import Step, all_downstreams, by_name, downstreams, search_order


@dataclass(frozen=True, slots=True)
class Part:
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


@dataclass(frozen=True, slots=True)
class Shift:
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
    touched = (before.keys() ^ after.keys()) | rewired(before, after)
    # The searches of all others do not meet what has changed.
    names = sorted((touched | all_downstreams(touched, below)) & before.keys() & after.keys())
    if not names:
        return
    was_held, is_held = held(old), held(new)
    nothing: frozenset[str] = frozenset()
    holds = {name: was_held.get(name, nothing) | is_held.get(name, nothing) for name in every}
    graphs = Graphs(before, after)
    for name in names:
        was, now = (search_order(side, name, MAX_SEARCHED) for side in (before, after))
        if names_of(was) != names_of(now) or _holders(was) != _holders(now):
            yield Shift(name, was, now, tuple(_parts(was, now, holds, graphs)))


def _holders(order: tuple[Step, ...]) -> list[str | None]:
    return [step.repository.external_connection for step in order]


def _parts(
    before: tuple[Step, ...],
    after: tuple[Step, ...],
    holds: Mapping[str, frozenset[str]],
    graphs: Graphs,
) -> Iterator[Part]:
    """The parts of a shift: what differs for the same formats, from the same cause, is one."""
    searches: dict[object, tuple[list[str], Search, Search]] = {}
    for name in FETCHED:
        was, now = (search_for(order, holds, name) for order in (before, after))
        searches.setdefault((was.key, now.key), ([], was, now))[0].append(name)
    differing: dict[Delta, tuple[list[str], Ways]] = {}
    for formats, was, now in searches.values():
        for atom, ways in atoms(was, now):
            differing.setdefault(atom, ([], ways))[0].extend(formats)
    causes = Causes(graphs, before, after)
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[Delta, Ways]]] = {}
    for atom, (formats, ways) in differing.items():
        key = causes.of(atom, ways), tuple(sorted(formats))
        groups.setdefault(key, []).append((atom, ways))
    for (cause, names), found in groups.items():
        yield Part(
            before[0].repository.name,
            cause,
            names,
            joined([atom for atom, _ in found]),
            of_formats(before, holds, names),
            of_formats(after, holds, names),
            tuple(ways for atom, ways in found if atom.reach),
        )
