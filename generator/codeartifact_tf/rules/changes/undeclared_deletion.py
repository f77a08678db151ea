"""A repository that disappears is listed in removed.

Without an entry Terraform deletes the repository with every package in it, and protection does not
help: `prevent_destroy` goes with the block that it stands in. `destroy: false` keeps the repository
and its packages, `destroy: true` says that they are meant to go. A store repository disappears when
the last upstream that names its connection does. Reported by `review`.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import LISTED, listed, plain, repositories
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding
from codeartifact_tf.terraform.labels import label_of


@about_change(Severity.ERROR, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    for loss in comparison.losses:
        name = loss.repository
        if name is None or loss.in_removed or name in comparison.after:
            continue
        repository = comparison.before[name]
        what = "store repository" if repository.external_connection else "repository"
        message = f"the {what} {name!r} disappears, and with it every package in it"
        if loss.dependants:
            names = plain(listed(loss.dependants, LISTED))
            search = "searches" if len(loss.dependants) == 1 else "search"
            message += f"; {repositories(len(loss.dependants))} {search} it: {names}"
        resource = comparison.resources_before[name]
        label = resource.label
        taken = any(after.label == label for after in comparison.resources_after.values())
        more = "" if label == label_of(name) else f", terraform_label: {label}"
        fix = f"add `{name}: {{destroy: false{more}}}` to `removed` to keep it and its packages"
        if taken:  # renamed under its label: an entry in `removed` could not name it
            fix = (
                "AWS cannot rename: define a second repository, copy the packages, then remove this"
            )
        elif resource.protect:
            fix += "; its protection goes with its block"
        yield Finding(comparison.spec.section("repositories"), message, fix)
