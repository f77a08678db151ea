"""No other account as a whole may delete or change the policies of the domain or a repository.

An account as a whole means everybody there whom its administrators allow it, today and later; an
organization or a unit means every account in it. Who may delete repositories and package versions,
or replace the policy, can take everything from everybody. Allow that to a role that needs it, and
to an account only what its builds need: `read`, `publish`, `link`. Which accounts are others is
known only where `domain.owner` is given. Source: IAM user guide, "AWS JSON policy elements:
Principal" (account principals), and "Security best practices" (least privilege).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.actions import ACTIONS
from codeartifact_tf.domain.access import (
    Actions,
    Home,
    LimitKind,
    Target,
    actions_of,
    clauses,
    names_of,
    placed,
)
from codeartifact_tf.domain.model import Effect, Statement
from codeartifact_tf.domain.principals import (
    ARN_KEY,
    Principal,
    PrincipalKind,
    is_limiting,
    subjects,
)
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.grants import entry_of
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_POWERS = actions_of(
    action
    for action in ACTIONS
    if action.startswith(("Delete", "Dispose")) or action.endswith("PermissionsPolicy")
    if not action.startswith("Get")
)
_GROUPS = frozenset(
    {PrincipalKind.ACCOUNT, PrincipalKind.ORGANIZATION, PrincipalKind.ORGANIZATIONAL_UNIT}
)
_FEW = 3


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        targets = Home.of(spec.domain).asked_of(permissions.repository)
        for grant in permissions.grants:
            powers = _of_all(grant.statement, targets, spec.domain.owner) & _POWERS
            if not powers:
                continue
            for who in sorted(_whole(grant.statement, spec.domain.owner)):
                message = (
                    f"the whole {who.kind} {who.name} may {_words(powers, targets)}"
                    f" in {permissions.holder}"
                )
                fix = "allow it to the role that needs it, or allow less"
                yield Finding(entry_of(grant, who), message, fix)


def _of_all(statement: Statement, targets: tuple[Target, ...], owner: str | None) -> Actions:
    """What a statement allows on all of its targets, whatever else it depends on."""
    found = 0
    for each in placed(clauses((statement,)), targets, owner):
        for limits, actions in each.terms.items():
            if not any(limit.kind is LimitKind.RESOURCE for limit in limits):
                found |= actions
    return found if statement.effect is Effect.ALLOW else 0


def _whole(statement: Statement, owner: str | None) -> Iterator[Principal]:
    """The accounts, organizations and units whom a statement lets in as a whole."""
    is_narrowed = any(is_limiting(c) and c.key.casefold() == ARN_KEY for c in statement.conditions)
    if statement.not_principals or is_narrowed:
        return
    for principal in subjects(statement):
        is_other = principal.account is None or (owner and principal.account != owner)
        if principal.kind in _GROUPS and is_other:
            yield principal


def _words(powers: Actions, targets: tuple[Target, ...]) -> str:
    possible = 0
    for target in targets:
        possible |= target.actions
    if powers == possible & _POWERS:
        return "delete everything and replace the policies"
    names = names_of(powers)
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more
