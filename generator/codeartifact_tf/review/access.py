"""The words for a change of access: who, what in the words of a spec, where, and what it needs."""

from collections.abc import Iterable, Iterator, Sequence

from codeartifact_tf.aws.actions import WORDS, only_reads
from codeartifact_tf.changes.access import AccessChange
from codeartifact_tf.domain.access import (
    AT_DOMAIN,
    AT_REPOSITORY,
    EVERYTHING,
    Limit,
    LimitKind,
    names_of,
)
from codeartifact_tf.domain.access import actions_of as set_of
from codeartifact_tf.domain.principals import PrincipalKind
from codeartifact_tf.findings.phrases import (
    LISTED,
    Name,
    Phrase,
    count,
    joined,
    listed,
    repositories,
)

_LISTED = 25
_READING = 4

_KINDS = {
    PrincipalKind.ORGANIZATION: "organization",
    PrincipalKind.ORGANIZATIONAL_UNIT: "organizational unit",
    PrincipalKind.ACCOUNT: "account",
    PrincipalKind.PATTERN: "pattern",
    PrincipalKind.IAM: "principal",
    PrincipalKind.SERVICE: "service",
    PrincipalKind.FEDERATED: "identity provider",
    PrincipalKind.CANONICAL_USER: "canonical user",
    PrincipalKind.UNKNOWN: "unknown principal",
}


_ONLY_AT_DOMAIN = AT_DOMAIN & ~AT_REPOSITORY


def alike(changes: Iterable[AccessChange]) -> list[tuple[AccessChange, ...]]:
    """The changes that differ by the principal only, those that give most first."""
    groups: dict[object, list[AccessChange]] = {}
    for each in changes:
        key = (
            *(each.principal.kind, each.is_gain, each.is_own, each.is_only_allowed),
            *(each.of_domain, each.repositories, each.excepted),
            *(each.actions, each.limits, each.undecided),
        )
        groups.setdefault(key, []).append(each)
    return sorted(map(tuple, groups.values()), key=lambda group: _weight(group[0]))


def _weight(change: AccessChange) -> tuple[bool, bool, bool, int]:
    writing = sum(not only_reads(action) for action in change.actions)
    return change.is_only_allowed, not change.is_gain, bool(change.is_own), -writing


def sentence(group: Sequence[AccessChange]) -> Phrase:
    """Who gains or loses what, and where."""
    first = group[0]
    return (*_who(group), f" {_verb(first, len(group))} ", *_what(first), " ", *_where(first))


def kind_of(change: AccessChange) -> str:
    """Whether somebody else gains or loses, or one's own account is told about."""
    side = "gained" if change.is_gain else "lost"
    return f"{side}, {'allowed' if change.is_only_allowed else 'own' if change.is_own else 'other'}"


def _who(group: Sequence[AccessChange]) -> Phrase:
    first = group[0]
    kind, name = first.principal.kind, Name(first.principal.name)
    own = " of the owner's account" if first.is_own else ""
    if len(group) > 1:
        return (f"{count(len(group), _KINDS[kind])}{own}",)
    match kind:
        case PrincipalKind.EVERYONE:
            return ("everyone on AWS",)
        case PrincipalKind.OWNER:
            return ("the account that owns the domain",)
        case PrincipalKind.IAM:
            return name, own
        case PrincipalKind.ACCOUNT:
            return "the owner's account " if own else "account ", name
    what = "each principal like" if kind is PrincipalKind.PATTERN else _KINDS[kind]
    return f"{what} ", name, own


def _verb(change: AccessChange, number: int) -> str:
    is_, s = ("is", "s") if number == 1 else ("are", "")
    may_be = "may be" if change.undecided else is_
    if change.is_only_allowed:
        return f"{is_} allowed" if change.is_gain else f"{is_} no longer allowed"
    if change.is_own:
        return f"{may_be} no longer denied" if change.is_gain else f"{may_be} denied"
    if change.undecided:
        return "may gain" if change.is_gain else "may lose"
    return f"gain{s}" if change.is_gain else f"lose{s}"


def words_of(change: AccessChange) -> tuple[str, ...]:
    """The words of a spec that a change amounts to; all of a place is `administer`."""
    return _split(change)[0]


def _split(change: AccessChange) -> tuple[tuple[str, ...], list[str]]:
    """The words of a spec for some actions, and the actions for which there is none."""
    names = frozenset(change.actions)
    if set_of(names) in {AT_REPOSITORY, EVERYTHING}:
        return ("administer",), []
    words = tuple(word for word, (needed, _) in WORDS.items() if needed <= names)
    for word in words:
        names -= WORDS[word][1]
    return words, [action for action in change.actions if action in names]


def _what(change: AccessChange) -> Phrase:
    words, left = _split(change)
    if words == ("administer",):
        return ("everything",)
    lacking = _lacking(change)
    if len(lacking) < len(left):
        return (f"everything except {_listed(lacking)}",)
    dangerous = [action for action in left if not only_reads(action)]
    reading = [action for action in left if only_reads(action)]
    shown = [f"`{word}`" for word in words] + dangerous + reading[:_READING]
    more = len(reading) - _READING
    if more > 0:
        return (f"{', '.join(shown)} and {count(more, 'action')} that only read",)
    return (_listed(shown),)


def _lacking(change: AccessChange) -> tuple[str, ...]:
    """The actions that there are at the place as well."""
    found = set_of(change.actions)
    every = EVERYTHING if change.of_domain and found & _ONLY_AT_DOMAIN else AT_REPOSITORY
    return names_of(every & ~found)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _where(change: AccessChange) -> Phrase:
    if not change.of_domain:
        names = change.repositories
        if len(names) == 1:
            return "at repository ", Name(names[0])
        return (f"at {repositories(len(names))}",)
    found = set_of(change.actions)
    if not found & AT_REPOSITORY:
        return ("at the domain",)
    what = "the domain and all its repositories" if found & _ONLY_AT_DOMAIN else "all repositories"
    if not change.excepted:
        return (f"at {what}",)
    return (f"at {what} except ", *listed(change.excepted, _LISTED))


def details(group: Sequence[AccessChange]) -> Iterator[Phrase]:
    """Whom it concerns, what it depends on, and what follows."""
    first = group[0]
    if len(group) > 1:
        yield listed([each.principal.name for each in group], _LISTED)
    if len(first.repositories) > 1:
        yield "at ", *listed(first.repositories, _LISTED)
    yield from _depends(first)
    if first.is_only_allowed:
        yield ("identity policies may allow the same",)
    elif first.principal.kind is PrincipalKind.UNKNOWN:
        yield ("nobody can tell from the spec who this is",)
    elif first.is_own is None:
        yield ("`domain.owner` is not given: this can be the account that owns the domain",)
    if "GetAuthorizationToken" in first.actions and not first.is_gain and not first.is_only_allowed:
        yield ("builds fail when they need the next token, at most 12 hours after the apply",)


def _depends(change: AccessChange) -> Iterator[Phrase]:
    for limit in change.limits:
        yield _limit(limit)
    if change.undecided and change.is_gain:
        if not change.limits:
            yield ("another statement denies a part of it",)
        yield ("the policy alone does not decide this, so it counts as a gain",)
    elif change.undecided:
        if not change.limits:
            yield ("a part of it stays allowed",)
        yield ("the policy alone does not decide this, so it counts as a loss",)


def _limit(limit: Limit) -> Phrase:
    values = listed(limit.values, _LISTED)
    match limit.kind:
        case LimitKind.CONDITION:
            key = f"{limit.operator} {limit.key}"
            return "depends on the condition ", Name(key), ": ", *values
        case LimitKind.RESOURCE:
            return "only for resources like ", *values
        case LimitKind.NOT_RESOURCE:
            return "not for resources like ", *values
        case LimitKind.NOT_PRINCIPAL:
            return "depends on how AWS reads this list of NotPrincipal: ", *values


def first_policy(names: Sequence[str | None]) -> Phrase:
    """What the first policy of a domain or of repositories does to one that was made by hand."""
    found = [name for name in names if name is not None]
    parts: list[Phrase] = [("the domain",)] if None in names else []
    if found:
        noun = "repository " if len(found) == 1 else "repositories "
        parts.append((noun, *listed(found, LISTED)))
    subject = joined(parts, " and ")
    return (
        "First policy that the spec gives to ",
        *subject,
        ": it replaces any that was put there by hand.",
    )


def summary(group: Sequence[AccessChange]) -> Phrase:
    """The sentence with its details, as a finding has it."""
    return joined([sentence(group), *details(group)], "; ")
