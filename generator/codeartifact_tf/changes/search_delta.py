"""The difference of two searches for packages of one format, without the name of whose it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from codeartifact_tf.domain.formats import of_formats
from codeartifact_tf.domain.search import Step, package_format, public_registries
from codeartifact_tf.subsequence import longest_increasing


class Move(NamedTuple):
    """Repositories that are asked earlier, or later, than another that they followed, or led."""

    names: tuple[str, ...]
    is_earlier: bool
    other: str


class Reach(NamedTuple):
    """A public registry that another repository asks than before, or none.

    `before` and `after` hold the connection: "" is the repository itself, None: not reached. How
    far away the holder is changes no answer.
    """

    connection: str
    before: str | None
    after: str | None


class Delta(NamedTuple):
    """A change of a search order without the name of whose it is, so that many can have the same.

    `gained` and `lost` are the repositories that are searched now, or no more, in search order;
    `ahead` are those gained that are asked before one which was asked already.
    """

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    ahead: tuple[Move, ...] = ()
    reach: tuple[Reach, ...] = ()

    @property
    def reorders(self) -> bool:
        """Whether another repository may answer those who asked already, or none."""
        return bool(self.moves or self.ahead or self.lost)


# The steps that ask a registry first, before and after; None where it is not reached.
Ways: TypeAlias = tuple[Step | None, Step | None]
_NO_WAYS: Ways = (None, None)


def names_of(order: tuple[Step, ...]) -> list[str]:
    """The repositories that are searched after the one that was asked."""
    return [step.repository.name for step in order[1:]]


class Search(NamedTuple):
    """Where a request of a format looks, and the registries that it reaches by their first step."""

    order: tuple[Step, ...]
    registries: Mapping[str, Step]


def searches(
    order: tuple[Step, ...], holds: Mapping[str, frozenset[str]], formats: Iterable[str]
) -> Iterator[Search]:
    """The search for packages of each of the formats, in a search order of all formats."""
    registries: dict[str | None, dict[str, Step]] = {}
    for step in public_registries(order):
        connection = step.repository.external_connection or ""
        registries.setdefault(package_format(connection), {}).setdefault(connection, step)
    of_any = registries.get(None, {})
    for name in formats:
        yield Search(of_formats(order, holds, (name,)), of_any | registries.get(name, {}))


def atoms(before: Search, after: Search) -> Iterator[tuple[Delta, Ways]]:
    """What differs, one thing at a time; of a registry with the steps that ask it first."""
    was, now = names_of(before.order), names_of(after.order)
    old, new = before.registries, after.registries
    for connection in sorted(old.keys() | new.keys()):
        ways = old.get(connection), new.get(connection)
        holder, other = map(_holder, ways)
        if holder != other:
            yield Delta(reach=(Reach(connection, holder, other),)), ways
    positions = {name: number for number, name in enumerate(was)}
    ahead = dict(_ahead(positions, now))
    for name in now:
        if name not in positions:
            moves = (Move((name,), is_earlier=True, other=ahead[name]),) if name in ahead else ()
            yield Delta(gained=(name,), ahead=moves), _NO_WAYS
    for name in was:
        if name not in {*now}:
            yield Delta(lost=(name,)), _NO_WAYS
    for move in _moves(positions, now):
        yield Delta(moves=(move,)), _NO_WAYS


def joined(deltas: Sequence[Delta]) -> Delta:
    """Several things that differ as one."""
    return Delta(
        tuple(name for delta in deltas for name in delta.gained),
        tuple(name for delta in deltas for name in delta.lost),
        _together(move for delta in deltas for move in delta.moves),
        _together(move for delta in deltas for move in delta.ahead),
        tuple(reach for delta in deltas for reach in delta.reach),
    )


def _together(moves: Iterable[Move]) -> tuple[Move, ...]:
    """The moves, those past the same repository as one."""
    found: dict[tuple[bool, str], list[str]] = {}
    for move in moves:
        found.setdefault((move.is_earlier, move.other), []).extend(move.names)
    return tuple(Move(tuple(names), *key) for key, names in found.items())


def _ahead(positions: Mapping[str, int], now: list[str]) -> Iterator[tuple[str, str]]:
    """The repositories gained that stand before one of old, each with the nearest such."""
    waiting: list[str] = []
    for name in now:
        if name not in positions:
            waiting.append(name)
        else:
            yield from ((each, name) for each in waiting)
            waiting = []


def _holder(step: Step | None) -> str | None:
    if step is None:
        return None
    return step.repository.name if step.via else ""


def _moves(positions: Mapping[str, int], now: list[str]) -> Iterator[Move]:
    """The fewest moves, a repository each, that make the new order of those searched both times."""
    common = [name for name in now if name in positions]
    still = {*longest_increasing([positions[name] for name in common])}
    for number, name in enumerate(common):
        if number not in still:
            place = positions[name]
            behind = (n for n in range(number + 1, len(common)) if n in still)
            ahead = (n for n in range(number - 1, -1, -1) if n in still)
            passed = next((n for n in behind if positions[common[n]] < place), None)
            if passed is None:
                passed = next(n for n in ahead if positions[common[n]] > place)
            yield Move((name,), passed > number, common[passed])
