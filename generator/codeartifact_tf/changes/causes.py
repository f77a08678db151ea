"""Which repository was edited, and so makes the search of another differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from codeartifact_tf.changes.search_delta import Delta, Move, Ways
from codeartifact_tf.domain.model import Repository
from codeartifact_tf.domain.search import Step


def sources(repository: Repository) -> tuple[tuple[str, ...], str | None]:
    """Where a repository takes packages from: its upstreams, and its connection."""
    return repository.upstreams, repository.external_connection


def rewired(before: Mapping[str, Repository], after: Mapping[str, Repository]) -> frozenset[str]:
    """The repositories of both whose own upstreams or connection have changed."""
    both = before.keys() & after.keys()
    return frozenset(name for name in both if sources(before[name]) != sources(after[name]))


@dataclass(frozen=True)
class Graphs:
    """The repositories of both versions, and those that were edited."""

    before: Mapping[str, Repository]
    after: Mapping[str, Repository]

    @cached_property
    def rewired(self) -> frozenset[str]:
        """Those whose own upstreams or connection were edited."""
        return rewired(self.before, self.after)

    def opened(self, step: Step) -> str | None:
        """The first repository on the way to a step of the new version that got a new upstream."""
        return _first_without(step.path, self.before)

    def closed(self, step: Step) -> str | None:
        """The first repository on the way to a step of the old version that lost an upstream."""
        return _first_without(step.path, self.after)


def _first_without(path: tuple[str, ...], repositories: Mapping[str, Repository]) -> str | None:
    for name, upstream in pairwise(path):
        repository = repositories.get(name)
        if repository is not None and upstream not in repository.upstreams:
            return name
    return None


class Causes:
    """Whose edited upstreams or connection make the difference between two searches.

    Where nothing on the way was edited (a repository has left the 25 that AWS searches), it is the
    first edited one that is met: what was searched before it has stayed.
    """

    def __init__(self, graphs: Graphs, before: tuple[Step, ...], after: tuple[Step, ...]) -> None:
        self._graphs = graphs
        self._was, self._now = ({s.repository.name: s for s in order} for order in (before, after))
        edited = (name for name in (*self._was, *self._now) if name in graphs.rewired)
        self._first = next(edited, before[0].repository.name)

    def of(self, atom: Delta, ways: Ways) -> str:
        """Why a search differs in one thing."""
        match atom:
            case Delta(reach=(_,)):
                return self._of_reach(*ways)
            case Delta(moves=(Move(names=(name,), other=other),)):
                return self._of_move(name, other)
            case Delta(lost=(name,)):
                return self._graphs.closed(self._was[name]) or self._first
        (name,) = atom.gained
        return self._graphs.opened(self._now[name]) or self._first

    def _of_reach(self, was: Step | None, now: Step | None) -> str:
        opened = self._graphs.opened(now) if now else None
        closed = self._graphs.closed(was) if was else None
        holders = (step.repository.name for step in (now, was) if step)
        edited = (name for name in holders if name in self._graphs.rewired)
        return opened or closed or next(edited, self._first)

    def _of_move(self, name: str, other: str) -> str:
        ways = [self._now[each] for each in (name, other)]
        for way in ways:
            if opened := self._graphs.opened(way):
                return opened
        for each in (name, other):
            if closed := self._graphs.closed(self._was[each]):
                return closed
        common = [one for one, two in zip(*(way.path for way in ways), strict=False) if one == two]
        return common[-1] if common[-1] in self._graphs.rewired else self._first
