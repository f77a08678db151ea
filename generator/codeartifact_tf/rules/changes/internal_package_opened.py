"""A change opens no way by which a stranger's package could answer for an internal one.

Reported by `review` where a package group which kept strangers out is taken away or lets in more,
and where repositories come to reach a public registry that nothing closes: once for each name and
registry, for all repositories that it opens it to. Names that the change takes out of
`internal_packages` count too. A repository that is new is no finding where others could get such
packages before.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS
from codeartifact_tf.changes.comparison import Access, Comparison
from codeartifact_tf.domain.search import counted, shortened
from codeartifact_tf.findings.phrases import path, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.spec.spec import Finding, Place

SEVERITY = Severity.WARNING
FIXED = False


def compare(comparison: Comparison) -> Iterator[Finding]:
    for access in comparison.accesses:
        if access.is_open:
            opening = access.opening
            registry = EXTERNAL_CONNECTIONS[opening.connection].registry
            part = ""
            if opening.packages != access.own.packages:
                part = f" (in the package group {str(opening.packages)!r})"
            way = plain(path(shortened(opening.path)))
            message = (
                f"{counted(opening.repositories)} can now get a stranger's"
                f" {access.own.text!r}{part} from {registry}: {way}"
            )
            yield Finding(_place(comparison, access), message, _fix(access))


def _place(comparison: Comparison, access: Access) -> Place:
    """The entry; where the change takes it out, what is left of them, or the whole spec."""
    if access.own in comparison.spec.internal_packages:
        return access.own.place / "pattern"
    return comparison.spec.place("internal_packages").key()


def _fix(access: Access) -> str:
    barriers = ", ".join(map(str, access.opening.barriers))
    if barriers:
        return f"restore {barriers}, which kept it out"
    return f"add the package group {str(access.opening.packages)!r} with external_upstream: BLOCK"
