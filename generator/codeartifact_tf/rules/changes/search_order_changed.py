"""The search order does not change for those who asked before.

The first repository in search order that has a version answers. Reported by `review` where a change
asks repositories in another order, asks a new one before an old one, or no longer asks one: another
may answer with the same version, or none. What holds no packages of a format answers nobody who
asks for that format, and a repository that is added at the end is no finding. One edit is one
finding, at the upstreams that were edited; so are many edits that do the same.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.edits import Effect
from codeartifact_tf.domain.search import counted
from codeartifact_tf.findings.phrases import joined, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.review.words import formats, order
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding

_TOLD = 3


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    for edit in comparison.edits:
        found = [effect for effect in edit.effects if effect[0].delta.reorders]
        if not found:
            continue
        message = "; ".join(_sentence(effect) for effect in found[:_TOLD])
        if len(found) > _TOLD:
            message += f"; and {len(found) - _TOLD:,} more of this kind"
        declared = comparison.spec.declarations
        place, *others = (declared[cause].packages_from for cause in edit.causes)
        yield Finding(place, message, others=tuple(others))


def _sentence(effect: Effect) -> str:
    first = effect[0]
    moved = plain(joined(list(order(first.delta)), ", "))
    return f"{formats(first.formats)}: for {counted(p.repository for p in effect)} {moved}"
