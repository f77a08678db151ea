"""A repository that disappears is listed in removed.

Without an entry Terraform deletes the repository with every package in it, and protection does not
help: `prevent_destroy` goes with the block that it stands in. `destroy: false` keeps the repository
and its packages, `destroy: true` says that they are meant to go. A store repository disappears when
the last upstream that names its connection does. Reported by `review`, once for all repositories
that disappear in the same way.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.domain.search import counted
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.lost import searched_by
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding
from codeartifact_tf.terraform.labels import label_of

if TYPE_CHECKING:
    from codeartifact_tf.changes.losses import Loss


@about_change(Severity.ERROR, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    labels = {resource.label for resource in comparison.resources_after.values()}
    groups: dict[tuple[bool, bool, bool, str], list[tuple[str, Loss]]] = {}
    for loss in comparison.losses:
        name = loss.repository
        if name is None or loss.in_removed or name in comparison.after:
            continue
        resource = comparison.resources_before[name]
        is_store = comparison.before[name].external_connection is not None
        # Renamed under its label: an entry in `removed` could not name it.
        is_renamed = resource.label in labels
        is_protected = resource.protect and not is_renamed
        own_entry = "" if resource.label == label_of(name) else name
        kind = is_store, is_renamed, is_protected, own_entry
        groups.setdefault(kind, []).append((name, loss))
    for kind, found in groups.items():
        names = [name for name, _ in found]
        message = f"{_who(names, is_store=kind[0])}{searched_by([loss for _, loss in found])}"
        fix = _fix(comparison, names, is_renamed=kind[1], is_protected=kind[2])
        yield Finding(comparison.spec.section("repositories"), message, fix)


def _who(names: list[str], *, is_store: bool) -> str:
    what = "store " if is_store else ""
    if len(names) == 1:
        return f"the {what}repository {names[0]!r} disappears, and with it every package in it"
    many = counted(names).replace("repositories", f"{what}repositories", 1)
    return f"{many} disappear, and with them every package in them"


def _fix(comparison: Comparison, names: list[str], *, is_renamed: bool, is_protected: bool) -> str:
    if is_renamed:
        return "AWS cannot rename: define a second repository, copy the packages, then remove this"
    label = comparison.resources_before[names[0]].label
    more = "" if label == label_of(names[0]) else f", terraform_label: {label}"
    entry = f"`{names[0]}: {{destroy: false{more}}}`"
    if len(names) > 1:
        fix = f"add each of them to `removed`, such as {entry}, to keep it and its packages"
    else:
        fix = f"add {entry} to `removed` to keep it and its packages"
    return f"{fix}; its protection goes with its block" if is_protected else fix
