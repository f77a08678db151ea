"""Where in a spec a principal gains or loses access: the entry, the statement, or the key above."""

from collections.abc import Iterator

from codeartifact_tf.changes.access import AccessChange
from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.domain.access import actions_of, clauses
from codeartifact_tf.domain.model import Effect, Statement
from codeartifact_tf.rules.grants import entry_of
from codeartifact_tf.spec.spec import Permissions, Place, Spec


def place_of(comparison: Comparison, change: AccessChange) -> Place:
    """The new statement that gives or takes it, else the key of the permissions, or of the holder.

    An access that is lost with a statement, or gained with a Deny, has no statement any more.
    """
    spec = comparison.spec
    found = [*_permissions(comparison, change)]
    effect = Effect.ALLOW if change.is_gain else Effect.DENY
    actions = actions_of(change.actions)
    known = _known(comparison.old)
    for permissions in found:
        for grant in permissions.grants:
            statement = grant.statement
            if statement.effect is effect and (permissions.repository, statement) not in known:
                (clause,) = clauses((statement,))
                if clause.actions & actions and change.principal in clause.subjects:
                    return entry_of(grant, change.principal)
    if found:
        return found[0].place.key()
    if change.repositories:
        return spec.declarations[change.repositories[0]].place
    return spec.section("domain")


def _known(old: Spec | None) -> frozenset[tuple[str | None, Statement]]:
    """The statements that there were, each with its holder."""
    permissions = old.permissions if old else ()
    return frozenset((each.repository, s) for each in permissions for s in each.policy)


def _permissions(comparison: Comparison, change: AccessChange) -> Iterator[Permissions]:
    """Those of the repository, then those of the domain."""
    by_holder = {each.repository: each for each in comparison.spec.permissions}
    for holder in (*change.repositories[:1], None):
        if holder in by_holder:
            yield by_holder[holder]
