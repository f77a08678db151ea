"""A principal that could log in, read, publish, copy or link still can.

Builds of another account fail when they need the next token, at most 12 hours after the apply, or
at once where they may no longer read or publish; promotion fails without `copy`, and an apply that
gives a repository its upstream without `link`. Reported by `review` where a change takes the
Allow, and where it adds a Deny, which also binds principals of the owner's account. A role that
keeps what its account has loses nothing. Nothing is said about the login where the domain is no
longer managed here. Source: CodeArtifact user guide, "Domain policies" and "Repository policies".
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.review import access
from codeartifact_tf.rules.access_places import place_of
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding

_USES = frozenset(
    {
        *("GetAuthorizationToken", "ReadFromRepository", "PublishPackageVersion"),
        *("CopyPackageVersions", "AssociateWithDownstreamRepository"),
    }
)


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    lost = (
        change
        for change in comparison.access.changes
        if not change.is_gain
        and not change.is_only_allowed
        and not _USES.isdisjoint(change.actions)
    )
    for group in access.alike(lost):
        message = plain(access.summary(group))
        yield Finding(
            place_of(comparison, group[0]), message, "if it still needs that, give it back"
        )
