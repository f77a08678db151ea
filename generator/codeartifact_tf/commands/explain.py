"""`codeartifact-tf explain`: how one repository finds packages."""

import click

from codeartifact_tf import pipeline
from codeartifact_tf.commands import exit_codes
from codeartifact_tf.commands.printing import echo
from codeartifact_tf.commands.reporting import report
from codeartifact_tf.commands.specs import find
from codeartifact_tf.files.file_tree import Disk
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.outcome import held_together
from codeartifact_tf.reports import explanation
from codeartifact_tf.reports.explanation_formats import FORMATS


def explain(path: str, repository: str, format_: str, disk: Disk, proven: Proofs) -> int:
    """Tell how REPOSITORY of the spec at PATH finds packages."""
    outcomes = [pipeline.lint(spec, proven, disk) for spec in find((path,))]
    judged = held_together(outcomes, len(outcomes))
    if any(outcome.errors for outcome in judged):
        return report(format_, judged)
    specs = [outcome.spec for outcome in outcomes if outcome.spec]
    found = [spec for spec in specs if repository in spec.declarations]
    if not found:
        meant = nearest(repository, [name for spec in specs for name in spec.declarations])
        hint = f"; did you mean {meant!r}?" if meant else ""
        raise click.ClickException(f"there is no repository {repository!r} in {path}{hint}")
    echo(FORMATS[format_]([explanation.explain(spec, repository) for spec in found]))
    return exit_codes.FINE
