"""A change deletes no repository with its packages.

Reported by `review` of a repository that is replaced, or listed in removed with `destroy: true`:
its packages go for good, and what other repositories have not fetched from it is gone for them too.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import LISTED, listed, plain, repositories
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    spec = comparison.spec
    for loss in comparison.losses:
        name = loss.repository
        if name is None or not (loss.in_removed or name in comparison.after):
            continue  # domain-lost, or undeclared-deletion
        how = "replaced" if name in comparison.after else "destroyed"
        message = f"repository {name!r} is {how}, and every package in it is lost"
        if loss.dependants:
            names = plain(listed(loss.dependants, LISTED))
            search = "searches" if len(loss.dependants) == 1 else "search"
            message += f"; {repositories(len(loss.dependants))} {search} it: {names}"
        if name in comparison.after:
            remedies = loss.change.row.remedies if loss.change else ()
            fix = next((f"instead: {remedy.title}" for remedy in remedies), "")
            yield Finding(spec.declarations[name].place, message, fix)
            continue
        label = comparison.resources_before[name].label
        place = next(entry.place.key() for entry in spec.removed if entry.label == label)
        yield Finding(place, message, "`destroy: false` keeps it and its packages")
