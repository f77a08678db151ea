"""A change deletes no repository with its packages.

Reported by `review` of a repository that is replaced, or listed in removed with `destroy: true`:
its packages go for good, and what other repositories have not fetched from it is gone for them too.
Repositories that are lost in the same way are one finding.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.losses import Loss
from codeartifact_tf.domain.search import counted
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.lost import searched_by
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding, Place


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[tuple[str, Loss]]] = {}
    for loss in comparison.losses:
        name = loss.repository
        if name is None or not (loss.in_removed or name in comparison.after):
            continue  # domain-lost, or undeclared-deletion
        groups.setdefault(_how(comparison, name, loss), []).append((name, loss))
    for (how, fix), found in groups.items():
        who = counted(name for name, _ in found)
        what = "is {}, and every package in it is lost"
        if len(found) > 1:
            what = "are {}, and every package in them is lost"
        message = f"{who} {what.format(how)}{searched_by([loss for _, loss in found])}"
        place, *others = (_place(comparison, name) for name, _ in found)
        yield Finding(place, message, fix, others=tuple(others))


def _how(comparison: Comparison, name: str, loss: Loss) -> tuple[str, str]:
    """What Terraform does with it, and what to do instead."""
    if name not in comparison.after:
        return "destroyed", "`destroy: false` keeps it and its packages"
    remedies = loss.change.row.remedies if loss.change else ()
    return "replaced", next((f"instead: {remedy.title}" for remedy in remedies), "")


def _place(comparison: Comparison, name: str) -> Place:
    if name in comparison.after:
        return comparison.spec.declarations[name].place
    label = comparison.resources_before[name].label
    return next(entry.place.key() for entry in comparison.spec.removed if entry.label == label)
