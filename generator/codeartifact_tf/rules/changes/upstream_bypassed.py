"""A repository does not go round what the others go through.

Where all teams take their packages through one repository, such as one with vetted packages only, a
new one that takes them from behind it gets what nobody has vetted. Reported by `review`, of new and
edited repositories, once for all with the same way; the others are those of the same folder of team
files or of the same beginning of the name, at least two, nine in ten of whom go through it.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.bypasses import Bypass
from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.domain.search import counted
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.review.words import bypass
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding, Place


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    for found in comparison.bypass_groups:
        first = found[0]
        who = counted(each.repository for each in found)
        place, *others = (_entry(comparison, each) for each in found)
        fix = f"put {first.gate!r} there instead, if its packages are what is wanted"
        yield Finding(place, f"{who} {plain(bypass(found))}", fix, others=tuple(others))


def _entry(comparison: Comparison, found: Bypass) -> Place:
    """The upstream by which the way begins."""
    declared = comparison.spec.declarations[found.repository]
    entries = (each.place for each in declared.upstreams if each.target == found.path[1])
    return next(entries, declared.packages_from)
