"""A change does not lose the domain.

Reported by `review` if the domain would be deleted or replaced, if an empty one would take its
place in another Region, or if its spec is gone: an apply of what is left then destroys everything,
and no protection is left to stop it.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import repositories
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding


@about_change(Severity.ERROR, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    spec = comparison.spec
    place = spec.place("domain", "name")
    for loss in comparison.losses:
        if loss.repository is not None:
            continue
        if loss.change is None:
            domain = spec.domain
            count = repositories(len(domain.repositories))
            message = (
                f"the spec of the domain {domain.name!r} is gone: an apply of what is left destroys"
                f" it with its {count}, and nothing protects them"
            )
            fix = "`terraform state rm` what is to stay before the folder goes"
            yield Finding(place, message, fix)
            continue
        what = " and ".join(loss.change.outcome.lost)
        title = loss.change.row.title.replace("`", "")
        remedy = next((r.title for r in loss.change.row.remedies), "")
        fix = f"instead: {remedy}" if remedy else ""
        yield Finding(place, f"{title}; lost: {what}", fix)
