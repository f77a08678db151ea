"""Ways round a repository that the others go through, such as one that holds only vetted packages.

The others are those of the same folder of team files (of the spec itself: of that file), or with
the same beginning of the name, that the change leaves alone and that serve nobody else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.changes.causes import rewired
from codeartifact_tf.domain.model import Repository
from codeartifact_tf.domain.search import Step, by_name, downstreams, search_order, searched
from codeartifact_tf.spec.spec import Spec

_FEWEST = 2
# With one exception among ten the rest still goes through it.
_SHARE = 90
# Lists of upstreams in a family that are compared to find what is reached by a gate only: the most
# common ones, so that a family of ten thousand costs no more.
_MAX_COMPARED = 500
_PREFIX = re.compile("[^-_.]+[-_.]")


class Kinship(StrEnum):
    """What repositories have in common with the one that is judged by them."""

    FOLDER = "folder"
    FILE = "file"
    PREFIX = "prefix"


class Bypass(NamedTuple):
    """A repository that reaches without the gate what others reach only through it.

    `path` leads to that. Of `others`, who have `name` in common with it, `through` take the gate.
    """

    repository: str
    gate: str
    path: tuple[str, ...]
    kinship: Kinship
    name: str
    through: int
    others: int


def bypasses(old: Spec, new: Spec) -> Iterator[Bypass]:
    """The new and the edited repositories that go round what others go through, by name."""
    before, after = by_name(old.domain), by_name(new.domain)
    changed = rewired(before, after) | (after.keys() - before.keys())
    declared = sorted(changed & new.declarations.keys())
    judged = [name for name in declared if after[name].upstreams]
    if not judged:
        return
    families = _families(new, before, changed)
    gates: dict[tuple[Kinship, str], tuple[_Gate, ...]] = {}
    for name in judged:
        for kin in _kin(new, name):
            if len(families.get(kin, ())) < _FEWEST:
                continue
            if kin not in gates:
                gates[kin] = tuple(_gates(after, families[kin]))
            found = _round(before, after, name, gates[kin])
            if found:
                gate, path = found
                yield Bypass(name, gate.name, path, *kin, gate.through, len(families[kin]))
                break


def _kin(spec: Spec, name: str) -> Iterator[tuple[Kinship, str]]:
    """By what a repository belongs to others."""
    file = spec.declarations[name].place.source.file
    if file == spec.source.file:
        yield Kinship.FILE, file
    else:
        yield Kinship.FOLDER, str(PurePosixPath(file).parent)
    if prefix := _PREFIX.match(name):
        yield Kinship.PREFIX, prefix[0]


def _families(
    spec: Spec, before: Mapping[str, Repository], changed: Iterable[str]
) -> dict[tuple[Kinship, str], list[Repository]]:
    """Those that stay, take packages from others and serve nobody, by what they share."""
    repositories = by_name(spec.domain)
    below = downstreams(repositories)
    left_alone = before.keys() - set(changed)
    found: dict[tuple[Kinship, str], list[Repository]] = {}
    for name in sorted(left_alone & spec.declarations.keys()):
        if repositories[name].upstreams and not below[name]:
            for kin in _kin(spec, name):
                found.setdefault(kin, []).append(repositories[name])
    return found


class _Gate(NamedTuple):
    """A repository that so many go through, and what they reach only so.

    `behind` are all that a search from it meets, itself included.
    """

    name: str
    through: int
    only: frozenset[str]
    behind: frozenset[str]


def _gates(repositories: Mapping[str, Repository], family: list[Repository]) -> Iterator[_Gate]:
    """The gates of a family, in the search order of its first members."""
    counts = Counter(repository.upstreams for repository in family)
    orders = {upstreams: _names(repositories, upstreams) for upstreams in counts}
    common = [upstreams for upstreams, _ in counts.most_common(_MAX_COMPARED)]
    met: Counter[str] = Counter()
    for upstreams, number in counts.items():
        met.update(dict.fromkeys(orders[upstreams], number))
    for name, through in met.items():
        if through * 100 < len(family) * _SHARE or repositories[name].external_connection:
            continue
        behind = {*searched(repositories, name, MAX_SEARCHED)}
        only = behind - {name}
        for upstreams in common if only else ():
            if name in orders[upstreams]:
                only.difference_update(_names(repositories, upstreams, without=name))
        if only:
            yield _Gate(name, through, frozenset(only), frozenset(behind))


def _names(
    repositories: Mapping[str, Repository], upstreams: tuple[str, ...], without: str | None = None
) -> dict[str, None]:
    """What a repository with these upstreams searches, in search order, less itself."""
    found: dict[str, None] = {}
    for upstream in upstreams:
        found |= dict.fromkeys(searched(repositories, upstream, MAX_SEARCHED, without))
    return found


def _round(
    before: Mapping[str, Repository],
    after: Mapping[str, Repository],
    name: str,
    gates: Iterable[_Gate],
) -> tuple[_Gate, tuple[str, ...]] | None:
    """The first gate that a repository goes round, and its way; None if it did so before."""
    order: tuple[Step, ...] | None = None
    for gate in gates:
        if name not in gate.behind:
            order = order or search_order(after, name, MAX_SEARCHED)
            way = _way(order, gate)
            if way and not _way(search_order(before, name, MAX_SEARCHED), gate):
                return gate, way
    return None


def _way(order: Iterable[Step], gate: _Gate) -> tuple[str, ...] | None:
    """The first way of a search that leads round a gate to what is behind it."""
    for step in order:
        if step.repository.name in gate.only and gate.name not in step.path:
            return step.path
    return None
