"""What several rules ask about a grant: where it names a principal, and who denies the same."""

from collections.abc import Iterable

from codeartifact_tf.domain.access import Actions, clauses
from codeartifact_tf.domain.model import Effect, Policy, Statement
from codeartifact_tf.domain.principals import Principal, principal_of
from codeartifact_tf.spec.spec import Grant, Place


def entry_of(grant: Grant, principal: Principal) -> Place:
    """Where a grant names a principal; else the grant."""
    for text, place in grant.principals:
        if principal in {principal_of("AWS", text), Principal(principal.kind, text)}:
            return place
    return grant.place


def actions_in(statement: Statement) -> Actions:
    """The actions that a statement is about."""
    (clause,) = clauses((statement,))
    return clause.actions


def denied(policies: Iterable[Policy], *, to_everyone: bool = False) -> Actions:
    """The actions that a Deny is about, whomever it spares; or that it leaves to nobody."""
    found = 0
    for policy in policies:
        for statement in policy:
            is_for_all = statement.is_for_everyone and not statement.conditions
            if statement.effect is Effect.DENY and (is_for_all or not to_everyone):
                found |= actions_in(statement)
    return found
