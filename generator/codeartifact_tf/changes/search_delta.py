"""The difference of two searches for packages of one format, without the name of whose it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from codeartifact_tf.domain.formats import of_formats
from codeartifact_tf.domain.search import Step, package_format, public_registries
from codeartifact_tf.subsequence import longest_increasing


@dataclass(frozen=True, slots=True)
class Move:
    """Repositories that are asked earlier, or later, than another that they followed, or led."""

    names: tuple[str, ...]
    is_earlier: bool
    other: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A public registry that another repository asks than before, or none.

    `before` and `after` hold the connection: "" is the repository itself, None: not reached. How
    far away the holder is changes no answer.
    """

    connection: str
    before: str | None
    after: str | None


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


# The steps that ask a registry first, before and after; None where it is not reached.
Ways: TypeAlias = tuple[Step | None, Step | None]


def names_of(order: tuple[Step, ...]) -> list[str]:
    """The repositories that are searched after the one that was asked."""
    return [step.repository.name for step in order[1:]]


@dataclass(frozen=True, slots=True)
class Search:
    """Where a request of a format looks, and the registries that it reaches by their first step."""

    order: tuple[Step, ...]
    registries: Mapping[str, Step]

    @property
    def key(self) -> object:
        """What tells the searches of two formats apart."""
        holders = ((connection, _holder(step)) for connection, step in self.registries.items())
        return tuple(names_of(self.order)), frozenset(holders)


def search_for(order: tuple[Step, ...], holds: Mapping[str, frozenset[str]], name: str) -> Search:
    """The search for packages of a format, in a search order of all formats."""
    registries: dict[str, Step] = {}
    for step in public_registries(order):
        connection = step.repository.external_connection or ""
        if package_format(connection) in (name, None):
            registries.setdefault(connection, step)
    return Search(of_formats(order, holds, (name,)), registries)


def delta_of(before: Search, after: Search) -> tuple[Delta, tuple[Ways, ...]]:
    """What differs, and for each registry of its reach the steps that ask it first."""
    was, now = names_of(before.order), names_of(after.order)
    old, new = before.registries, after.registries
    reach = tuple(
        Reach(connection, holder, other)
        for connection in sorted(old.keys() | new.keys())
        if (holder := _holder(old.get(connection))) != (other := _holder(new.get(connection)))
    )
    positions = {name: number for number, name in enumerate(was)}
    gained = tuple(name for name in now if name not in positions)
    lost = tuple(name for name in was if name not in {*now})
    moves, ahead = tuple(_moves(positions, now)), tuple(_ahead(positions, now))
    ways = tuple((old.get(each.connection), new.get(each.connection)) for each in reach)
    return Delta(gained, lost, moves, ahead, reach), ways


def _ahead(positions: Mapping[str, int], now: list[str]) -> Iterator[Move]:
    """The repositories gained that stand before one of old, by the nearest such."""
    waiting: list[str] = []
    for name in now:
        if name not in positions:
            waiting.append(name)
        elif waiting:
            yield Move(tuple(waiting), is_earlier=True, other=name)
            waiting = []


def _holder(step: Step | None) -> str | None:
    if step is None:
        return None
    return step.repository.name if step.via else ""


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
