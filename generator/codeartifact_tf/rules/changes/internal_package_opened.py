"""A change opens no way by which a stranger's package could answer for an internal one.

Reported by `review` where a package group which kept strangers out is taken away or lets in more,
and where repositories come to reach a public registry that nothing closes: once for each name and
registry, for all repositories that it opens it to. Names that the change takes out of
`internal_packages` count too. A repository that is new is no finding where others could get such
packages before.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS
from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.exposures import ExposureChange
from codeartifact_tf.domain.search import counted, shortened
from codeartifact_tf.findings.phrases import path, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding, Place


@about_change(Severity.WARNING, fixed=False, promise=True)
def check(comparison: Comparison) -> Iterator[Finding]:
    for change in comparison.exposures:
        if change.is_open:
            opening = change.opening
            registry = EXTERNAL_CONNECTIONS[opening.connection].registry
            part = ""
            if opening.packages != change.own.packages:
                part = f" (in the package group {str(opening.packages)!r})"
            way = plain(path(shortened(opening.path)))
            message = (
                f"{counted(opening.repositories)} can now get a stranger's"
                f" {change.own.text!r}{part} from {registry}: {way}"
            )
            yield Finding(_place(comparison, change), message, _fix(change))


def _place(comparison: Comparison, change: ExposureChange) -> Place:
    """The entry; where the change takes it out, what is left of them, or the whole spec."""
    if change.own in comparison.spec.internal_packages:
        return change.own.place / "pattern"
    return comparison.spec.place("internal_packages").key()


def _fix(change: ExposureChange) -> str:
    barriers = ", ".join(map(str, change.opening.barriers))
    if barriers:
        return f"restore {barriers}, which kept it out"
    return f"add the package group {str(change.opening.packages)!r} with external_upstream: BLOCK"
