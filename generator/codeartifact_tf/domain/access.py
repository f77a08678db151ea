"""What resource policies let a principal do: IAM's documented logic, without identity policies.

Allow in the domain's policy or in the repository's is enough, an explicit Deny in either wins
(CodeArtifact user guide, "Repository policies", "Interaction between repository and domain
policies"; IAM user guide, "Policy evaluation logic"). What a policy leaves to the request, such as
a condition on an address, is a limit: it is kept beside the actions and never guessed.

Sets of actions are numbers, a bit for each action, because a domain has a thousand repositories.
Two simplifications err on the side of more access: `Put…PermissionsPolicy` is taken to ask the
policy that it changes, and two limits are never found to contradict one another.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from codeartifact_tf.aws.actions import ACTIONS, PREFIX
from codeartifact_tf.aws.policy_patterns import arn_matches, pattern
from codeartifact_tf.domain.model import Condition, Domain, Effect, Policy, Statement
from codeartifact_tf.domain.principals import (
    ACCOUNT_KEY,
    ARN_KEY,
    EVERYONE,
    ORGANIZATION_KEY,
    PATHS_KEY,
    PRINCIPAL_KEYS,
    Principal,
    PrincipalKind,
    is_limiting,
    named_by,
    role_of,
    subjects,
)

# Sets of actions.

Actions: TypeAlias = int
_BITS = {action: 1 << number for number, action in enumerate(ACTIONS)}


def actions_of(names: Iterable[str]) -> Actions:
    """The set of some actions."""
    found = 0
    for name in names:
        found |= _BITS[name]
    return found


def names_of(actions: Actions) -> tuple[str, ...]:
    """The names of the actions of a set, in the order of the table."""
    return tuple(action for action, bit in _BITS.items() if actions & bit)


def _at(level: str) -> Actions:
    return actions_of(action for action, levels in ACTIONS.items() if level in levels)


# Actions on the account as a whole ask no resource policy, so they are in none of these sets.
AT_DOMAIN = _at("domain") | _at("package group")
AT_REPOSITORY = _at("repository") | _at("package")
EVERYTHING = AT_DOMAIN | AT_REPOSITORY


@lru_cache(maxsize=4096)
def _meant(text: str) -> Actions:
    wanted = pattern(text.casefold())
    return actions_of(name for name in ACTIONS if wanted.matches(f"{PREFIX}{name}".casefold()))


# Limits: what only a request decides.


class LimitKind(StrEnum):
    """What a statement depends on."""

    CONDITION = "condition"
    RESOURCE = "resource"
    NOT_RESOURCE = "not resource"
    NOT_PRINCIPAL = "not principal"


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """Something that must hold for a statement to apply, and that the policy alone does not say.

    `is_of_others` is set where the limit names others than the principal in question: whether it
    is one of them is unknown, and the change has a row for them.
    """

    kind: LimitKind
    operator: str = ""
    key: str = ""
    values: tuple[str, ...] = ()
    is_of_others: bool = False

    def is_within(self, other: "Limit") -> bool:
        """Whether the other limit holds wherever this one does."""
        names = (self.kind, self.operator, self.key.casefold())
        if names != (other.kind, other.operator, other.key.casefold()):
            return False
        mine, theirs = set(self.values), set(other.values)
        is_negated = "Not" in self.operator or self.kind is not LimitKind.CONDITION
        if self.kind is LimitKind.RESOURCE:
            is_negated = False
        return theirs <= mine if is_negated else mine <= theirs


Limits: TypeAlias = frozenset[Limit]
Terms: TypeAlias = Mapping[Limits, Actions]
_ALWAYS: Limits = frozenset()


def _is_within(limits: Limits, others: Limits) -> bool:
    return all(any(mine.is_within(other) for mine in limits) for other in others)


# More terms are only held against those with the very same limits, else a policy of a hundred
# conditions would be compared ten thousand times. What is then not recognised is told as a gain.
_MAX_COMPARED = 24


def _beyond(limits: Limits, actions: Actions, terms: Terms) -> Actions:
    """The actions that none of the terms has wherever these limits hold."""
    actions &= ~(terms.get(limits, 0) | terms.get(_ALWAYS, 0))
    if not actions or len(terms) > _MAX_COMPARED:
        return actions
    for others, covered in terms.items():
        if actions & covered and _is_within(limits, others):
            actions &= ~covered
    return actions


# A policy, prepared.


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement with what it means: its actions, the principals it names, whom it is about.

    Its conditions are those on the principal, and for all others the limits that they are.
    """

    statement: Statement
    actions: Actions
    named: frozenset[Principal]
    subjects: frozenset[Principal]
    of_principal: tuple[Condition, ...]
    limits: Limits


def clauses(policy: Policy) -> tuple[Clause, ...]:
    """The statements of a policy, prepared once for all places and principals."""
    return tuple(_clause(statement) for statement in policy)


def _clause(statement: Statement) -> Clause:
    actions = 0
    for text in statement.actions:
        actions |= _meant(text)
    if statement.not_actions:
        actions = EVERYTHING & ~actions
    of_principal = tuple(c for c in statement.conditions if c.key.casefold() in PRINCIPAL_KEYS)
    limits = frozenset(
        _limit_of(condition, is_of_others=False)
        for condition in statement.conditions
        if condition not in of_principal
    )
    named = named_by(statement)
    return Clause(statement, actions, named, subjects(statement), of_principal, limits)


# Where.

_WILDCARD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Target:
    """Resources that some actions act on: one ARN, or all ARNs that begin so.

    `apart` are names of repositories below the prefix that are looked at on their own.
    """

    actions: Actions
    arn: str
    is_prefix: bool
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Home:
    """The Region, account and name that are part of every ARN of a domain."""

    region: str
    owner: str | None
    domain: str

    @classmethod
    def of(cls, domain: Domain) -> "Home":
        """That of a domain."""
        return cls(domain.region, domain.owner, domain.name)

    def of_domain(self) -> tuple[Target, ...]:
        """The domain itself, and its package groups."""
        return (
            Target(_at("domain"), self._arn(f"domain/{self.domain}"), is_prefix=False),
            Target(
                _at("package group"), self._arn(f"package-group/{self.domain}/"), is_prefix=True
            ),
        )

    def of_repository(self, name: str) -> tuple[Target, ...]:
        """A repository and its packages."""
        below = f"{self.domain}/{name}"
        return (
            Target(_at("repository"), self._arn(f"repository/{below}"), is_prefix=False),
            Target(_at("package"), self._arn(f"package/{below}/"), is_prefix=True),
        )

    def of_repositories(self, apart: frozenset[str] = frozenset()) -> tuple[Target, ...]:
        """Every repository with its packages. What names one of those apart is not about it."""
        kinds = ("repository", "package")
        return tuple(
            Target(_at(kind), self._arn(f"{kind}/{self.domain}/"), is_prefix=True, apart=apart)
            for kind in kinds
        )

    def asked_of(self, repository: str | None) -> tuple[Target, ...]:
        """What the policy of a repository is asked about; that of the domain: all that is in it."""
        if repository is not None:
            return self.of_repository(repository)
        return (*self.of_domain(), *self.of_repositories())

    def _arn(self, rest: str) -> str:
        return f"arn:aws:codeartifact:{self.region}:{self.owner or ''}:{rest}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A clause at a place: which of its actions it has there, and of which resources."""

    clause: Clause
    terms: Terms


def placed(
    found: Iterable[Clause], targets: Iterable[Target], owner: str | None
) -> tuple[Placed, ...]:
    """The clauses that say something about these resources."""
    targets = tuple(targets)
    of_all = ((clause, _terms(clause, targets, owner)) for clause in found)
    return tuple(Placed(clause, terms) for clause, terms in of_all if terms)


def _terms(clause: Clause, targets: tuple[Target, ...], owner: str | None) -> Terms:
    terms: dict[Limits, Actions] = {}
    for target in targets:
        actions = clause.actions & target.actions
        limits = _resources(clause.statement, target, owner) if actions else None
        if limits is not None:
            terms[limits] = terms.get(limits, 0) | actions
    return terms


def _resources(statement: Statement, target: Target, owner: str | None) -> Limits | None:
    """The limit that the resources of a statement are for a target; None: it has none of them."""
    if statement.resources == ("*",):
        return None if statement.not_resources else _ALWAYS
    in_part = []
    for text in statement.resources:
        share = _share(text if owner else _of_any_account(text), target)
        if share is _Share.ALL:
            return None if statement.not_resources else _ALWAYS
        if share is _Share.PART:
            in_part.append(text)
    if statement.not_resources:
        return _limit(LimitKind.NOT_RESOURCE, in_part) if in_part else _ALWAYS
    return _limit(LimitKind.RESOURCE, in_part) if in_part else None


class _Share(StrEnum):
    """How much of a target a resource of a statement is."""

    ALL = "all"
    PART = "part"
    NONE = "none"


def _share(resource: str, target: Target) -> _Share:
    literal = _WILDCARD.split(resource, maxsplit=1)[0]
    is_beside = not literal.startswith(target.arn) if target.is_prefix else True
    if is_beside and not target.arn.startswith(literal):
        return _Share.NONE  # most of them, and at no cost
    if target.apart and _is_apart(resource, literal, target):
        return _Share.NONE
    wanted = pattern(resource)
    if wanted.covers(target.arn) if target.is_prefix else wanted.matches(target.arn):
        return _Share.ALL
    return _Share.PART if target.is_prefix and wanted.meets(target.arn) else _Share.NONE


def _is_apart(resource: str, literal: str, target: Target) -> bool:
    """Whether a resource is one of the repositories apart, or is in one of them."""
    name, slash, _ = literal.removeprefix(target.arn).partition("/")
    is_whole = bool(slash) or literal == resource
    return literal.startswith(target.arn) and is_whole and name in target.apart


def _limit(kind: LimitKind, values: list[str]) -> Limits:
    return frozenset({Limit(kind, values=tuple(sorted(values)))})


def _of_any_account(arn: str) -> str:
    """An ARN of whichever account, because the spec does not say who owns the domain."""
    parts = arn.split(":", 5)
    return ":".join((*parts[:4], "*", parts[5])) if len(parts) > 5 else arn  # noqa: PLR2004 - an ARN


# Who.


@dataclass(frozen=True, slots=True)
class Rights:
    """What policies allow and deny to a principal at a place."""

    allowed: Terms = field(default_factory=dict)
    denied: Terms = field(default_factory=dict)

    @property
    def live(self) -> Terms:
        """What is allowed and not denied for certain."""
        left = {limits: _beyond(limits, a, self.denied) for limits, a in self.allowed.items()}
        return {limits: actions for limits, actions in left.items() if actions}


def rights(found: Iterable[Placed], principal: Principal) -> Rights:
    """What the clauses at a place allow and deny to a principal."""
    sides: dict[Effect, dict[Limits, Actions]] = {Effect.ALLOW: {}, Effect.DENY: {}}
    for each in found:
        limits = _applies(each.clause, principal)
        if limits is None:
            continue
        terms = sides[each.clause.statement.effect]
        for more, actions in each.terms.items():
            both = limits | more if more else limits
            terms[both] = terms.get(both, 0) | actions
    return Rights(sides[Effect.ALLOW], sides[Effect.DENY])


def _applies(clause: Clause, principal: Principal) -> Limits | None:
    """What a clause depends on for a principal; None: it is not about it at all."""
    limits = _names(clause, principal)
    if limits is None:
        return None
    found = {*clause.limits, *limits}
    for condition in clause.of_principal:
        answer = _judged(condition, principal)
        if answer is False:
            return None
        if answer is None:
            found.add(
                _limit_of(condition, is_of_others=_is_of_others(condition, clause, principal))
            )
    return frozenset(found) if len(found) > len(clause.limits) else clause.limits


def _is_of_others(condition: Condition, clause: Clause, principal: Principal) -> bool:
    is_about = principal in clause.subjects
    return not is_about and EVERYONE in clause.named and is_limiting(condition)


def _limit_of(condition: Condition, *, is_of_others: bool) -> Limit:
    operator, key, values = condition.operator, condition.key, condition.values
    return Limit(LimitKind.CONDITION, operator, key, values, is_of_others)


def _names(clause: Clause, principal: Principal) -> Limits | None:
    """Whether a clause names a principal, itself or with its account or everyone."""
    named, statement = clause.named, clause.statement
    account = principal.account
    whole = Principal(PrincipalKind.ACCOUNT, account) if account else None
    is_listed = principal in named or EVERYONE in named or _role_is_in(named, principal)
    if not statement.not_principals:
        return _ALWAYS if is_listed or whole in named else None
    if statement.effect is Effect.ALLOW:
        return None if is_listed or whole in named else _ALWAYS
    # IAM user guide, "NotPrincipal": with Deny, an account must be listed beside its user or role,
    # else the statement may deny the account. What an account alone exempts it does not say.
    unsure = frozenset({Limit(LimitKind.NOT_PRINCIPAL, values=tuple(sorted(_texts(named))))})
    match principal.kind:
        case PrincipalKind.OWNER:
            return unsure
        case PrincipalKind.ACCOUNT | PrincipalKind.IAM if EVERYONE not in named:
            is_whole = whole in named
            if is_listed and is_whole and principal.kind is PrincipalKind.IAM:
                return None
            return unsure if is_listed or is_whole else _ALWAYS
    return None if is_listed else _ALWAYS


def _role_is_in(named: frozenset[Principal], principal: Principal) -> bool:
    role = role_of(principal) if principal.kind is PrincipalKind.IAM else None
    return role is not None and Principal(PrincipalKind.IAM, role) in named


def _texts(named: Iterable[Principal]) -> Iterator[str]:
    return (each.name or "*" for each in named)


# Conditions.

_STRANGERS = frozenset(
    {
        PrincipalKind.EVERYONE,
        PrincipalKind.ORGANIZATION,
        PrincipalKind.ORGANIZATIONAL_UNIT,
        PrincipalKind.SERVICE,
    }
)
_COMPARED = frozenset({"Equals", "EqualsIgnoreCase", "Like"})


def _judged(condition: Condition, principal: Principal) -> bool | None:
    """Whether a condition holds for every request of a principal; None: that cannot be decided."""
    operator = condition.operator.removeprefix("ForAnyValue:")
    if "Not" in operator:  # as where the key is missing, which meets both
        operator = operator.removeprefix("ForAllValues:")
    family = "String" if operator.startswith("String") else operator[:3]
    is_negated = "Not" in operator
    comparison = operator.removeprefix(family).removeprefix("Not").removesuffix("IfExists")
    if family not in {"String", "Arn"} or comparison not in _COMPARED:
        return None
    if any("${" in value for value in condition.values):
        return None
    key = condition.key.casefold()
    known = _known(key, principal)
    if known is not None:
        if any(_compared(family, comparison, value, known) for value in condition.values):
            return not is_negated
        if principal.kind is not PrincipalKind.PATTERN:
            return is_negated
    if _is_outside(condition, key, principal) and (is_negated or "IfExists" not in operator):
        return is_negated
    return None


def _known(key: str, principal: Principal) -> str | None:
    """The value of a key in each request of a principal; that of a pattern has wildcards."""
    kind, name = principal.kind, principal.name
    match key:
        case str() if key == ACCOUNT_KEY:
            return principal.account
        case str() if key == ARN_KEY:
            is_arn = kind is PrincipalKind.IAM and ":iam::" in name
            return name if is_arn or kind is PrincipalKind.PATTERN else None
        case str() if key == ORGANIZATION_KEY and kind is PrincipalKind.ORGANIZATION:
            return name
        case str() if kind is PrincipalKind.ORGANIZATIONAL_UNIT:
            if key == PATHS_KEY:
                return name
            return name.partition("/")[0] if key == ORGANIZATION_KEY else None
    return None


def _compared(family: str, comparison: str, value: str, known: str) -> bool:
    if value == known:  # also where both are the same pattern
        return True
    if family == "Arn":
        return arn_matches(value, known)
    if comparison == "Like":
        return pattern(value).matches(known)
    return comparison == "EqualsIgnoreCase" and value.casefold() == known.casefold()


def _is_outside(condition: Condition, key: str, principal: Principal) -> bool:
    """Whether no value of a condition on a principal's key can be this one's.

    Everyone, an organization and a service stand for those of them whom no condition names. An
    account can only have ARNs that do not name another one.
    """
    if principal.kind in _STRANGERS:
        return all(value.strip("*?") for value in condition.values)
    if key != ARN_KEY or principal.account is None:
        return False
    return not any(_may_be_of(value, principal.account) for value in condition.values)


def _may_be_of(arn: str, account: str) -> bool:
    parts = arn.split(":", 5)
    return len(parts) < 6 or pattern(parts[4]).matches(account)  # noqa: PLR2004 - an ARN


# What a change gives.


@dataclass(frozen=True, slots=True)
class Gain:
    """What is allowed now and was not before, by what it depends on.

    Some of these actions were allowed before in part (`partly`), others are denied in part now
    (`hindered`).
    """

    terms: Terms
    partly: Actions
    hindered: Actions


def gain(before: Rights, after: Rights) -> Gain:
    """What a change gives to a principal; with the two exchanged, what it takes.

    An Allow more never takes, a Deny more never gives.
    """
    had, has = before.live, after.live
    terms: dict[Limits, Actions] = {}
    for limits, actions in has.items():
        if more := _beyond(limits, actions, had):
            terms[limits] = more
    left = _union(has) & ~_union(terms)
    for limits, actions in before.denied.items():
        if more := _beyond(limits, actions, after.denied) & left:
            terms[limits] = terms.get(limits, 0) | more
    return Gain(terms, _union(had), _union(after.denied))


def without(gained: Gain, other: Gain) -> Gain:
    """What a principal gains beyond what a wider one gains as surely."""
    sure = {limits: actions & ~other.hindered for limits, actions in other.terms.items()}
    left = {limits: _beyond(limits, actions, sure) for limits, actions in gained.terms.items()}
    terms = {limits: actions for limits, actions in left.items() if actions}
    return Gain(terms, gained.partly, gained.hindered)


def _union(terms: Terms) -> Actions:
    found = 0
    for actions in terms.values():
        found |= actions
    return found
