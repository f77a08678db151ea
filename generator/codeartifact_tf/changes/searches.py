"""For whom packages come from elsewhere: the search orders of two domains, compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.domain.search import (
    Step,
    all_downstreams,
    by_name,
    downstreams,
    public_registries,
    search_order,
)
from codeartifact_tf.subsequence import longest_increasing


@dataclass(frozen=True, slots=True)
class Move:
    """Repositories that are asked earlier, or later, than another that they followed, or led."""

    names: tuple[str, ...]
    is_earlier: bool
    other: str


@dataclass(frozen=True, slots=True)
class Route:
    """How a public registry is reached: who holds the connection ("" for itself), over how many."""

    holder: str
    hops: int


@dataclass(frozen=True, slots=True)
class Reach:
    """A public registry whose route changes; None where it is not reached."""

    connection: str
    before: Route | None
    after: Route | None


@dataclass(frozen=True, slots=True)
class Delta:
    """A change of a search order without the name of whose it is, so that many can have the same.

    `gained` and `lost` are the repositories that are searched now, or no more, in search order;
    `ahead` are those gained that are asked before one which was asked already.
    """

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moves: tuple[Move, ...]
    ahead: tuple[Move, ...]
    reach: tuple[Reach, ...]

    @property
    def reorders(self) -> bool:
        """Whether another repository may answer those who asked already, or none."""
        return bool(self.moves or self.ahead or self.lost)


@dataclass(frozen=True, slots=True)
class Shift:
    """A repository that finds packages elsewhere than before; at most 25 steps, as AWS searches.

    `ways` has for each registry of `delta.reach` the steps that ask it first, before and after;
    None where it is not reached.
    """

    repository: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    delta: Delta
    ways: tuple[tuple[Step | None, Step | None], ...]


def sources(repository: Repository) -> tuple[tuple[str, ...], str | None]:
    """Where a repository takes packages from: its upstreams, and its connection."""
    return repository.upstreams, repository.external_connection


def rewired(before: Mapping[str, Repository], after: Mapping[str, Repository]) -> frozenset[str]:
    """The repositories of both whose own upstreams or connection have changed."""
    both = before.keys() & after.keys()
    return frozenset(name for name in both if sources(before[name]) != sources(after[name]))


def shifts(old: Domain, new: Domain) -> Iterator[Shift]:
    """The repositories of both that find packages elsewhere, by name."""
    before, after = by_name(old), by_name(new)
    was_below, is_below = downstreams(before), downstreams(after)
    every = before.keys() | after.keys()
    below = {name: (*was_below.get(name, ()), *is_below.get(name, ())) for name in every}
    touched = (before.keys() ^ after.keys()) | rewired(before, after)
    # The searches of all others do not meet what has changed.
    for name in sorted((touched | all_downstreams(touched, below)) & before.keys() & after.keys()):
        was, now = (search_order(side, name, MAX_SEARCHED) for side in (before, after))
        shift = _shift(name, was, now)
        if shift is not None:
            yield shift


def _shift(name: str, before: tuple[Step, ...], after: tuple[Step, ...]) -> Shift | None:
    was, now = ([step.repository.name for step in side[1:]] for side in (before, after))
    old, new = _registries(before), _registries(after)
    reach = tuple(
        Reach(connection, route, other)
        for connection in sorted(old.keys() | new.keys())
        if (route := _route(old.get(connection))) != (other := _route(new.get(connection)))
    )
    if was == now and not reach:
        return None
    positions = {name: number for number, name in enumerate(was)}
    gained = tuple(name for name in now if name not in positions)
    lost = tuple(name for name in was if name not in {*now})
    moves, ahead = tuple(_moves(positions, now)), tuple(_ahead(positions, now))
    ways = tuple((old.get(each.connection), new.get(each.connection)) for each in reach)
    return Shift(name, before, after, Delta(gained, lost, moves, ahead, reach), ways)


def _ahead(positions: Mapping[str, int], now: list[str]) -> Iterator[Move]:
    """The repositories gained that stand before one of old, by the nearest such."""
    waiting: list[str] = []
    for name in now:
        if name not in positions:
            waiting.append(name)
        elif waiting:
            yield Move(tuple(waiting), is_earlier=True, other=name)
            waiting = []


def _registries(order: tuple[Step, ...]) -> dict[str, Step]:
    """The public registries that a search reaches, each by the step that asks it first."""
    found: dict[str, Step] = {}
    for step in public_registries(order):
        found.setdefault(step.repository.external_connection or "", step)
    return found


def _route(step: Step | None) -> Route | None:
    return Route(step.repository.name if step.via else "", len(step.path) - 1) if step else None


def _moves(positions: Mapping[str, int], now: list[str]) -> Iterator[Move]:
    """The fewest repositories whose moves make the new order of those searched both times."""
    common = [name for name in now if name in positions]
    still = {*longest_increasing([positions[name] for name in common])}
    moves: dict[tuple[bool, str], list[str]] = {}
    for number, name in enumerate(common):
        if number not in still:
            place = positions[name]
            behind = (n for n in range(number + 1, len(common)) if n in still)
            ahead = (n for n in range(number - 1, -1, -1) if n in still)
            passed = next((n for n in behind if positions[common[n]] < place), None)
            if passed is None:
                passed = next(n for n in ahead if positions[common[n]] > place)
            moves.setdefault((passed > number, common[passed]), []).append(name)
    for (is_earlier, other), names in moves.items():
        yield Move(tuple(names), is_earlier, other)
