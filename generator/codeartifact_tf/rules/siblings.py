"""The findings about several specs of one domain in a run, which are held against each other.

Of a spec only what this needs is kept, because a run may have thousands of specs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codeartifact_tf.aws.catalog import MAX_REPOSITORIES
from codeartifact_tf.findings.phrases import count
from codeartifact_tf.findings.problem import Location, Problem, Severity
from codeartifact_tf.rules.severities import severity, strictest
from codeartifact_tf.rules.specs import repository_quota
from codeartifact_tf.spec.spec import Place, Spec


@dataclass(frozen=True, slots=True)
class Sibling:
    """A spec as others of its domain see it: which domain, what it defines, and where.

    `quota` is what the spec makes of too many repositories.
    """

    name: str
    region: str
    owner: str | None
    managed: bool
    quota: Severity | None
    place: Location
    repositories: Mapping[str, Location]

    def is_of(self, other: "Sibling") -> bool:
        """Whether both are of one domain: of one owner, where both name it."""
        return self.owner is None or other.owner is None or self.owner == other.owner


def sibling(spec: Spec) -> Sibling:
    """What others of the domain need to know of a spec."""
    domain = spec.domain
    return Sibling(
        domain.name,
        domain.region,
        domain.owner,
        spec.configuration.managed,
        severity(repository_quota.check.rule, spec),
        _location(spec.place("domain", "name")),
        {name: _location(each.place) for name, each in spec.declarations.items()},
    )


def _location(place: Place) -> Location:
    return place.source.location(place.bounds()[0])


_Found: TypeAlias = tuple[Sibling, Problem]


def conflicts(specs: Sequence[Sibling | None]) -> list[tuple[Problem, ...]]:
    """What is wrong with each of the specs because of the others; None is one that is not known."""
    domains: dict[tuple[str, str], list[Sibling]] = defaultdict(list)
    for each in filter(None, specs):
        domains[each.name, each.region].append(each)
    found: dict[int, list[Problem]] = defaultdict(list)
    for members in domains.values():
        if len(members) > 1:
            for own, problem in (*_managed(members), *_repositories(members), *_quota(members)):
                found[id(own)].append(problem)
    return [tuple(found[id(each)]) for each in specs]


def _managed(members: Iterable[Sibling]) -> Iterator[_Found]:
    managing = [each for each in members if each.managed]
    for own in managing:
        other = _other(own, managing)
        if other:
            message = f"the domain {own.name!r} is managed by another spec, too: {other.place}"
            fix = "write `managed: false` in all specs of the domain but one"
            yield own, _error("domain-managed-twice", own.place, message, fix)


def _repositories(members: Iterable[Sibling]) -> Iterator[_Found]:
    holders: dict[str, list[Sibling]] = defaultdict(list)
    for each in members:
        for name in each.repositories:
            holders[name].append(each)
    for name, defining in holders.items():
        for own in defining if len(defining) > 1 else ():
            other = _other(own, defining)
            if other:
                where = other.repositories[name]
                message = f"another spec of the domain defines the repository {name!r}: {where}"
                fix = "define it in one of them; a store of one's own can have another name"
                place = own.repositories[name]
                yield own, _error("repository-defined-twice", place, message, fix)


def _other(own: Sibling, siblings: Iterable[Sibling]) -> Sibling | None:
    return next((each for each in siblings if each is not own and each.is_of(own)), None)


def _quota(members: Sequence[Sibling]) -> Iterator[_Found]:
    """One finding, at the first spec of the domain. Who names no owner can be of each."""
    numbers = Counter[str | None]()
    for each in members:
        numbers[each.owner] += len(each.repositories)
    number = numbers.pop(None, 0) + max(numbers.values(), default=0)
    found = strictest(each.quota for each in members)
    if number > MAX_REPOSITORIES and found:
        own, rule = members[0], repository_quota.check.rule
        message = (
            f"the {count(len(members), 'spec')} of the domain {own.name!r} have {number:,}"
            f" repositories together; the quota is {MAX_REPOSITORIES:,}"
        )
        fix = f"have the quota raised and set `rules: {{{rule.name}: warning}}` in each of them"
        yield own, Problem(own.place, found, rule.name, message, fix)


def _error(rule: str, place: Location, message: str, fix: str) -> Problem:
    return Problem(place, Severity.ERROR, rule, message, fix)
