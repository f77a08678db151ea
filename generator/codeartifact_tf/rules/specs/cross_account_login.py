"""Principals of another account that may read, publish or create repositories may also log in.

Reading and publishing need an authorization token, and another account gets one only if the policy
of the domain allows `GetAuthorizationToken`: add the principal, its account or its organization to
`domain.permissions.login`. An organization or a unit that may log in is taken to hold every
account. Which accounts are others is known only where `domain.owner` is given, and nothing is said
of a domain that is not managed here. A principal that logs in also needs
`sts:GetServiceBearerToken` in an identity policy, which this tool cannot see. Source: user guide,
"Domain policies" (domain-policies).
"""

from collections.abc import Iterable, Iterator

from codeartifact_tf.domain.model import Statement
from codeartifact_tf.domain.policies import account_of, allows, groups, is_whole_account
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Grant, Permissions, Place, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    if not spec.configuration.managed:
        return
    logins = [s for s in spec.domain.policy if allows(s, "GetAuthorizationToken")]
    if any(_is_for_all(statement) for statement in logins):
        return
    for permissions in spec.permissions:
        for grant in permissions.grants:
            deed = _deed(grant.statement, permissions)
            if deed is None:
                continue
            for who, place in (
                *_strangers(grant, spec.domain.owner, logins),
                *_groups(grant, logins),
            ):
                message = f"{who} may {deed}, but cannot log in"
                fix = "add it to domain.permissions.login, or its account or organization"
                yield Finding(place, message, fix)


def _deed(statement: Statement, permissions: Permissions) -> str | None:
    """What a statement allows that is of no use without a token."""
    if statement.not_principals:
        return None
    if any(allows(statement, a) for a in ("ReadFromRepository", "PublishPackageVersion")):
        return f"use packages of {permissions.holder}"
    is_creation = permissions.repository is None and allows(statement, "CreateRepository")
    return "create repositories" if is_creation else None


def _is_for_all(statement: Statement) -> bool:
    is_everyone = statement.is_for_everyone or "*" in _names(statement)
    return statement.not_principals or (is_everyone and not groups(statement))


def _names(statement: Statement) -> tuple[str, ...]:
    return dict(statement.principals).get("AWS", ())


def _strangers(
    grant: Grant, owner: str | None, logins: Iterable[Statement]
) -> Iterator[tuple[str, Place]]:
    """Principals of other accounts without a login of themselves or their account."""
    allowed = {name for statement in logins for name in _names(statement)}
    if owner is None or any(groups(statement) for statement in logins):
        return
    for name, place in grant.principals:
        account = account_of(name)
        if account not in {None, owner} and not any(_covers(a, name) for a in allowed):
            yield name, place


def _covers(allowed: str, name: str) -> bool:
    """The same, or of one account that one of the two names as a whole."""
    is_whole = is_whole_account(allowed) or is_whole_account(name)
    return allowed == name or (is_whole and account_of(allowed) == account_of(name))


def _groups(grant: Grant, logins: Iterable[Statement]) -> Iterator[tuple[str, Place]]:
    """Organizations and units without a login of their own, or of what they are in."""
    allowed = {_prefix(name) for statement in logins for name in groups(statement)}
    places = dict(grant.principals)
    for name in groups(grant.statement):
        if not any(f"{name}/".startswith(prefix) for prefix in allowed):
            yield name, places.get(name, grant.place)


def _prefix(group: str) -> str:
    """How the paths of all accounts of an organization or a unit begin."""
    return f"{group.removesuffix('*').removesuffix('/')}/"
