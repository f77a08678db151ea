"""The findings about the files in the folder of the generated Terraform."""

from collections.abc import Sequence

from codeartifact_tf.files.paths import escaped
from codeartifact_tf.findings.phrases import LISTED, count
from codeartifact_tf.findings.problem import Location, Problem, Severity
from codeartifact_tf.rules.table import BY_NAME
from codeartifact_tf.terraform.neighbours import Effect, Generated, OwnFile, judge


def beside(generated: Generated, files: Sequence[OwnFile], folder: str) -> tuple[Problem, ...]:
    """What the files that are not generated do to the generated ones."""
    return tuple(
        Problem(
            Location(f"{folder}/{escaped(each.file)}", each.line),
            Severity(BY_NAME[each.effect].severity),
            each.effect,
            each.message,
            each.fix,
        )
        for each in judge(generated, files)
    )


def unowned(folder: str, names: Sequence[str]) -> Problem:
    """The finding that no spec owns the generated files of a folder."""
    files = f"{count(len(names), 'generated file')} of this folder"
    belong = "belongs" if len(names) == 1 else "belong"
    message = f"{files} {belong} to no spec: {_listed(names)}"
    fix = "if the spec was moved, move this folder along, with its state; else delete it"
    place = Location(f"{folder}/{escaped(names[0])}")
    return Problem(place, Severity.ERROR, Effect.UNOWNED, message, fix)


def stale(folder: str, names: Sequence[str]) -> Problem:
    """The finding of a review that committed Terraform is not what the new version says."""
    message = f"the Terraform of this folder is not what the new version says: {_listed(names)}"
    place = Location(f"{folder}/{escaped(names[0])}")
    fix = "run `codeartifact-tf generate`"
    return Problem(place, Severity.WARNING, "stale-file", message, fix)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return f"{', '.join(map(escaped, names[:LISTED]))}{more}"
