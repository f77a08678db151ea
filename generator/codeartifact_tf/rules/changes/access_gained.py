"""A change gives nobody outside of the owner's account new access.

Another account, an organization, a service or everyone has nothing but the resource policies, so
what a change adds there is what they may do from the next apply on. Reported by `review` for each
gain: as an error where it is more than reading and logging in, else as a warning. A removed Deny is
a gain as well; for a principal of the owner's account it is a warning, because identity policies
decide there too, and a changed Allow is only told in the review. A warning is also what a principal
of an unknown account gains, and each gain in a spec that is new. What a policy leaves to the
request, such as a condition on an address, counts as a gain.

If the gain is wanted, put an ignore comment with the reason at the place of the finding: in the
same change it makes an error a warning, which quotes the reason. Source: CodeArtifact user guide,
"Domain policies" and "Repository policies"; IAM user guide, "Policy evaluation logic".
"""

from collections.abc import Iterator

from codeartifact_tf.aws.actions import only_reads
from codeartifact_tf.changes.access import AccessChange
from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.review import access
from codeartifact_tf.rules.access_places import place_of
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding


@about_change(Severity.ERROR, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    gained = (c for c in comparison.access.changes if c.is_gain and not c.is_only_allowed)
    for group in access.alike(gained):
        message = plain(access.summary(group))
        fix = "if that is not wanted, take it out; a policy is in force with the next apply"
        yield Finding(place_of(comparison, group[0]), message, fix, _severity(comparison, group[0]))


def _severity(comparison: Comparison, change: AccessChange) -> Severity:
    is_harmless = all(map(only_reads, change.actions))
    is_certain = change.is_own is False and comparison.old is not None
    return Severity.ERROR if is_certain and not is_harmless else Severity.WARNING
