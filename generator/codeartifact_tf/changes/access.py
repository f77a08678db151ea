"""Who may do what after a change and could not before, and the other way round.

Only resource policies are known. In the account that owns the domain identity policies may allow
the same, so for its principals only a Deny takes or gives something; a changed Allow is recorded
as `is_only_allowed`. What an account gains is not gained again by its roles, and what everyone
gains by nobody else. What a domain gives is not gained again at a repository.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from codeartifact_tf.domain.access import (
    EVERYTHING,
    Actions,
    Clause,
    Gain,
    Home,
    Limit,
    Limits,
    Placed,
    Rights,
    clauses,
    gain,
    names_of,
    placed,
    rights,
    without,
)
from codeartifact_tf.domain.model import Domain, Policy
from codeartifact_tf.domain.principals import (
    EVERYONE,
    UNKNOWN_OWNER,
    Principal,
    PrincipalKind,
    is_part_of,
    role_of,
    units_above,
)
from codeartifact_tf.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class AccessChange:
    """What a principal gains or loses, the same at all these places.

    `of_domain` means the domain with all its repositories except those `excepted`. `is_own` says
    whether the principal belongs to the account that owns the domain; None: the spec does not say
    which account that is. `limits` are what the policies leave to the request: where one is, and
    where a part was allowed or is denied otherwise, the change is `undecided`.
    """

    principal: Principal
    is_gain: bool
    is_own: bool | None
    is_only_allowed: bool
    of_domain: bool
    repositories: tuple[str, ...]
    excepted: tuple[str, ...]
    actions: tuple[str, ...]
    limits: tuple[Limit, ...]
    undecided: bool


@dataclass(frozen=True, slots=True)
class AccessChanges:
    """All changes of access, and what is given its first policy; None is the domain."""

    changes: tuple[AccessChange, ...] = ()
    first_policies: tuple[str | None, ...] = ()


def access(old: Spec | None, new: Spec) -> AccessChanges:
    """What a change does to the access of each principal."""
    domains = (old.domain, new.domain) if old else (new.domain,)
    names = frozenset(each.name for domain in domains for each in domain.repositories)
    before = _side(old.domain, old.domain.policy, names) if old else None
    after = _side(new.domain, _policy(old, new), names)
    found = [*_changes(before, after, is_gain=True)]
    if before is not None:
        found += _changes(after, before, is_gain=False)
    return AccessChanges(tuple(found), tuple(_first_policies(old, new)) if old else ())


def _policy(old: Spec | None, new: Spec) -> Policy:
    """The policy of the new domain: one that is no longer managed keeps what it has."""
    is_left = old is not None and old.configuration.managed and not new.configuration.managed
    return old.domain.policy if old is not None and is_left else new.domain.policy


def _first_policies(old: Spec, new: Spec) -> Iterator[str | None]:
    if new.domain.policy and not old.domain.policy:
        yield None
    without_policy = {each.name for each in old.domain.repositories if not each.policy}
    for each in new.domain.repositories:
        if each.policy and each.name in without_policy:
            yield each.name


# A version of the domain, prepared.


@dataclass(frozen=True, slots=True)
class _Side:
    """The policies of a version: that of the domain, and those of its repositories.

    `anywhere` is what the domain's policy says about repositories without naming one that either
    version has. If none of its statements names a resource, that holds for each (`is_uniform`).
    """

    home: Home
    policy: Policy
    clauses: tuple[Clause, ...]
    at_domain: tuple[Placed, ...]
    anywhere: tuple[Placed, ...]
    is_uniform: bool
    repositories: Mapping[str, Policy]

    def own_clauses(self, name: str) -> tuple[Clause, ...]:
        """What the policy of a repository itself says."""
        return clauses(self.repositories.get(name, ()))

    def at_repository(self, name: str, own: tuple[Clause, ...]) -> tuple[Placed, ...]:
        """What both policies say about a repository."""
        targets, owner = self.home.of_repository(name), self.home.owner
        given = self.anywhere if self.is_uniform else placed(self.clauses, targets, owner)
        return (*given, *placed(own, targets, owner))


def _side(domain: Domain, policy: Policy, names: frozenset[str]) -> _Side:
    home = Home.of(domain)
    found = clauses(policy)
    return _Side(
        home,
        policy,
        found,
        placed(found, home.of_domain(), domain.owner),
        placed(found, home.of_repositories(names), domain.owner),
        all(statement.resources == ("*",) for statement in policy),
        {each.name: each.policy for each in domain.repositories},
    )


# From one version to the other. For losses the two are exchanged.

_Key: TypeAlias = tuple[Limits, bool]
_Parts: TypeAlias = dict[_Key, Actions]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A principal, and whether its Allows or, as of the owner's account, its Denies count."""

    principal: Principal
    is_own: bool | None
    is_only_allowed: bool


def _changes(old: _Side | None, new: _Side, *, is_gain: bool) -> Iterator[AccessChange]:
    domain_differs = old is None or (old.policy, old.home) != (new.policy, new.home)
    everybody: frozenset[Principal] = frozenset()
    at_domain: dict[_Seen, _Parts] = {}
    anywhere: dict[_Seen, _Parts] = {}
    if domain_differs:
        everybody = _subjects([*new.clauses, *(old.clauses if old else ())])
        seen = [*_seen(everybody, new.home.owner, is_new=old is None)]
        at_domain = _gains(seen, old.at_domain if old else (), new.at_domain, is_gain=is_gain)
        anywhere = _gains(seen, old.anywhere if old else (), new.anywhere, is_gain=is_gain)
    touched = [*_touched(old, new, domain_differs=domain_differs, is_gain=is_gain)]
    at_repositories: dict[_Seen, dict[str, _Parts]] = {}
    for name in touched:
        for each, parts in _at_repository(old, new, name, everybody, is_gain=is_gain).items():
            at_repositories.setdefault(each, {})[name] = parts
    for each in sorted({*at_domain, *anywhere, *at_repositories}, key=_rank):
        everywhere = at_domain.get(each, {}), anywhere.get(each, {})
        found = at_repositories.get(each, {})
        places = {name: found.get(name, {}) for name in touched}
        yield from _rows(each, everywhere, places, is_gain=is_gain)


def _rank(seen: _Seen) -> tuple[bool, int, str]:
    kinds = [*PrincipalKind]
    return seen.is_only_allowed, kinds.index(seen.principal.kind), seen.principal.name


def _touched(
    old: _Side | None, new: _Side, *, domain_differs: bool, is_gain: bool
) -> Iterator[str]:
    """The repositories where something else may hold than at all others.

    A repository that comes or goes loses nothing: what becomes of it is told elsewhere.
    """
    is_uniform = new.is_uniform and (old is None or old.is_uniform)
    before = old.repositories if old else {}
    for name, policy in new.repositories.items():
        if name not in before and not is_gain:
            continue
        was = before.get(name, ())
        if was != policy or (domain_differs and (was or policy or not is_uniform)):
            yield name


def _at_repository(
    old: _Side | None, new: _Side, name: str, everybody: frozenset[Principal], *, is_gain: bool
) -> dict[_Seen, _Parts]:
    now = new.own_clauses(name)
    was = old.own_clauses(name) if old else ()
    # Where the domain's policy stays, it changes nothing for those whom only it names.
    whom = everybody | _subjects([*now, *was])
    seen = _seen(whom, new.home.owner, is_new=old is None)
    before = old.at_repository(name, was) if old else ()
    return _gains(seen, before, new.at_repository(name, now), is_gain=is_gain)


def _subjects(found: Iterable[Clause]) -> frozenset[Principal]:
    return frozenset({principal for clause in found for principal in clause.subjects})


def _seen(whom: frozenset[Principal], owner: str | None, *, is_new: bool) -> Iterator[_Seen]:
    own = Principal(PrincipalKind.ACCOUNT, owner) if owner else UNKNOWN_OWNER
    for principal in {*whom, EVERYONE, own}:
        is_own = _is_own(principal, owner)
        if not is_own:
            yield _Seen(principal, is_own, is_only_allowed=False)
            continue
        if principal is not UNKNOWN_OWNER:
            yield _Seen(principal, is_own, is_only_allowed=True)
        if not is_new:
            yield _Seen(principal, is_own, is_only_allowed=False)


def _is_own(principal: Principal, owner: str | None) -> bool | None:
    if principal == UNKNOWN_OWNER:
        return True
    if principal.account is None:
        return None if principal.kind is PrincipalKind.UNKNOWN else False
    return principal.account == owner if owner else None


def _gains(
    seen: Iterable[_Seen], old: Iterable[Placed], new: Iterable[Placed], *, is_gain: bool
) -> dict[_Seen, _Parts]:
    """What each gains at a place, less what a wider principal gains there."""
    found = {each: gained for each in seen if (gained := _gain(each, old, new)).terms}
    patterns = [each for each in found if each.principal.kind is PrincipalKind.PATTERN]
    parts: dict[_Seen, _Parts] = {}
    for each, gained in found.items():
        left = gained
        for other in (*_wider(each), *patterns):
            if other in found and is_part_of(each.principal, other.principal):
                left = without(left, found[other])
        if told := _parts(left, is_gain=is_gain):
            parts[each] = told
    return parts


def _wider(seen: _Seen) -> Iterator[_Seen]:
    """Those whom this one may be a part of: everyone, its organization, its account, its role."""
    for group in (EVERYONE, *units_above(seen.principal)):
        yield _Seen(group, is_own=False, is_only_allowed=False)
    account, role = seen.principal.account, role_of(seen.principal)
    if account is not None:
        whole = Principal(PrincipalKind.ACCOUNT, account)
        yield _Seen(whole, seen.is_own, seen.is_only_allowed)
    if role is not None:
        whole = Principal(PrincipalKind.IAM, role)
        yield _Seen(whole, seen.is_own, seen.is_only_allowed)


# Identity policies may allow everything to the principals of the account that owns the domain.
_BY_IDENTITY: Mapping[Limits, Actions] = {frozenset(): EVERYTHING}


def _gain(seen: _Seen, old: Iterable[Placed], new: Iterable[Placed]) -> Gain:
    was, now = rights(old, seen.principal), rights(new, seen.principal)
    if seen.is_only_allowed:
        was, now = Rights(was.allowed), Rights(now.allowed)
    elif seen.is_own:
        was, now = Rights(_BY_IDENTITY, was.denied), Rights(_BY_IDENTITY, now.denied)
    return gain(was, now)


def _parts(gained: Gain, *, is_gain: bool) -> _Parts:
    """The actions by what they depend on, and whether that leaves them undecided."""
    parts: _Parts = {}
    unsure = gained.hindered if is_gain else gained.partly
    for limits, actions in gained.terms.items():
        if any(limit.is_of_others for limit in limits):
            continue
        for undecided in (False, True):
            some = actions & (unsure if undecided else ~unsure)
            if some:
                key = limits, undecided or bool(limits)
                parts[key] = parts.get(key, 0) | some
    return parts


# Rows: the places with the same change together.


def _rows(
    seen: _Seen, everywhere: tuple[_Parts, _Parts], places: Mapping[str, _Parts], *, is_gain: bool
) -> Iterator[AccessChange]:
    domain, anywhere = everywhere
    for key in sorted({*domain, *anywhere}, key=_order):
        every = anywhere.get(key, 0)
        excepted = tuple(name for name, parts in places.items() if every & ~parts.get(key, 0))
        actions = domain.get(key, 0) | every
        yield _row(seen, key, actions, is_gain=is_gain, of_domain=True, excepted=excepted)
    groups: dict[tuple[_Key, Actions], list[str]] = {}
    for name, parts in places.items():
        for key, actions in parts.items():
            every = anywhere.get(key, 0)
            left = actions if every & ~actions else actions & ~every
            if left:
                groups.setdefault((key, left), []).append(name)
    for (key, actions), names in sorted(groups.items(), key=lambda item: item[1]):
        yield _row(seen, key, actions, is_gain=is_gain, repositories=tuple(names))


def _order(key: _Key) -> tuple[bool, list[Limit]]:
    return key[1], sorted(key[0])


def _row(  # noqa: PLR0913 - the fields of a row
    seen: _Seen,
    key: _Key,
    actions: Actions,
    *,
    is_gain: bool,
    of_domain: bool = False,
    repositories: tuple[str, ...] = (),
    excepted: tuple[str, ...] = (),
) -> AccessChange:
    limits, undecided = key
    return AccessChange(
        seen.principal,
        is_gain,
        seen.is_own,
        seen.is_only_allowed,
        of_domain,
        repositories,
        excepted,
        names_of(actions),
        tuple(sorted(limits)),
        undecided,
    )
