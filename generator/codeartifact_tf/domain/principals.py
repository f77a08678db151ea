"""Whom a statement of a policy is about: accounts, roles, organizations, services, everyone."""

from dataclasses import dataclass
from enum import StrEnum

from codeartifact_tf.aws.policy_patterns import arn_matches
from codeartifact_tf.domain.model import Condition, Statement
from codeartifact_tf.domain.policies import account_of, is_whole_account


class PrincipalKind(StrEnum):
    """What a principal is; the value is its name in the JSON of a review.

    A pattern is an ARN with wildcards, as conditions on aws:PrincipalArn have. The owner is the
    account that owns the domain, where the spec does not say which one that is. Unknown is what
    only Terraform knows, such as a reference.
    """

    EVERYONE = "everyone"
    ORGANIZATION = "organization"
    ORGANIZATIONAL_UNIT = "organizational unit"
    ACCOUNT = "account"
    OWNER = "owner"
    PATTERN = "pattern"
    IAM = "iam"
    SERVICE = "service"
    FEDERATED = "federated"
    CANONICAL_USER = "canonical user"
    UNKNOWN = "unknown"


_KINDS = {
    "Service": PrincipalKind.SERVICE,
    "Federated": PrincipalKind.FEDERATED,
    "CanonicalUser": PrincipalKind.CANONICAL_USER,
}


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """Somebody who may do something. The name of an account is its id."""

    kind: PrincipalKind
    name: str = ""

    @property
    def account(self) -> str | None:
        """The account that it is or belongs to, where that is known."""
        return account_of(self.name)


EVERYONE = Principal(PrincipalKind.EVERYONE)
UNKNOWN_OWNER = Principal(PrincipalKind.OWNER)

ORGANIZATION_KEY = "aws:principalorgid"
PATHS_KEY = "aws:principalorgpaths"
ACCOUNT_KEY = "aws:principalaccount"
ARN_KEY = "aws:principalarn"
PRINCIPAL_KEYS = frozenset({ORGANIZATION_KEY, PATHS_KEY, ACCOUNT_KEY, ARN_KEY})


def principal_of(kind: str, name: str) -> Principal:
    """The principal that a statement names, such as `AWS` and an ARN."""
    if name == "*":
        return EVERYONE
    if kind in _KINDS:
        return Principal(_KINDS[kind], name)
    account = account_of(name)
    if account is None:
        return Principal(PrincipalKind.UNKNOWN, name)
    if is_whole_account(name):
        return Principal(PrincipalKind.ACCOUNT, account)
    return Principal(PrincipalKind.IAM, name)


def named_by(statement: Statement) -> frozenset[Principal]:
    """The principals that a statement lists as Principal or NotPrincipal."""
    if statement.is_for_everyone:
        return frozenset({EVERYONE})
    return frozenset(
        principal_of(kind, name) for kind, names in statement.principals for name in names
    )


def subjects(statement: Statement) -> frozenset[Principal]:
    """Whose access a statement can change.

    A statement for everyone that a condition limits to organizations, accounts or ARNs is about
    these. Where several conditions do so, the narrowest is taken; the others stay conditions.
    """
    named = named_by(statement)
    if statement.not_principals:
        return named | {EVERYONE}
    if EVERYONE not in named:
        return named
    limited = [condition for condition in statement.conditions if is_limiting(condition)]
    for key in (ARN_KEY, ACCOUNT_KEY, PATHS_KEY, ORGANIZATION_KEY):
        for condition in limited:
            if condition.key.casefold() == key:
                return frozenset(_of_condition(key, value) for value in condition.values)
    return frozenset({EVERYONE})


_LIMITING = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
)


def is_limiting(condition: Condition) -> bool:
    """Whether a condition says who the principals are: those outside of it do not meet it."""
    return (
        condition.key.casefold() in PRINCIPAL_KEYS
        and condition.operator.removeprefix("ForAnyValue:") in _LIMITING
        and all(value.strip("*?") and "${" not in value for value in condition.values)
    )


def _of_condition(key: str, value: str) -> Principal:
    if key == ORGANIZATION_KEY:
        return Principal(PrincipalKind.ORGANIZATION, value)
    if key == PATHS_KEY:
        return Principal(PrincipalKind.ORGANIZATIONAL_UNIT, value)
    if "*" in value or "?" in value:
        return Principal(PrincipalKind.PATTERN, value)
    return principal_of("AWS", value)


def is_part_of(principal: Principal, other: Principal) -> bool:
    """Whether a principal is part of another one, and so may do what the other may do."""
    if principal == other:
        return False
    match other.kind:
        case PrincipalKind.EVERYONE:
            return True
        case PrincipalKind.ACCOUNT:
            return principal.account == other.name
        case PrincipalKind.PATTERN:
            return principal.kind is PrincipalKind.IAM and arn_matches(other.name, principal.name)
        case PrincipalKind.IAM:
            return principal.kind is PrincipalKind.IAM and role_of(principal) == other.name
    return other in units_above(principal)


def units_above(principal: Principal) -> tuple[Principal, ...]:
    """The organization of a unit, and the units in which it is: each is `o-…/r-…/ou-…/*`."""
    if principal.kind is not PrincipalKind.ORGANIZATIONAL_UNIT:
        return ()
    organization, *ids = principal.name.removesuffix("/*").split("/")
    paths = ("/".join((organization, *ids[:count], "*")) for count in range(2, len(ids)))
    units = (Principal(PrincipalKind.ORGANIZATIONAL_UNIT, path) for path in paths)
    return Principal(PrincipalKind.ORGANIZATION, organization), *units


def role_of(principal: Principal) -> str | None:
    """The ARN of the role whose session this is, if the role is in no path."""
    partition, _, rest = principal.name.removeprefix("arn:").partition(":sts::")
    account, _, session = rest.partition(":assumed-role/")
    role = session.partition("/")[0]
    return f"arn:{partition}:iam::{account}:role/{role}" if role else None
