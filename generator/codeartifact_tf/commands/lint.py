"""`codeartifact-tf lint`: checks specs."""

import click

from codeartifact_tf import pipeline
from codeartifact_tf.commands.reporting import report
from codeartifact_tf.commands.specs import each, find
from codeartifact_tf.files.file_tree import Disk
from codeartifact_tf.files.proof_cache import Proofs


def lint(paths: tuple[str, ...], format_: str, disk: Disk, proven: Proofs) -> int:
    """Check the specs, and nothing else."""
    outcomes = each(lambda spec: pipeline.lint(spec, proven, disk), find(paths), format_)
    code = report(format_, outcomes)
    if format_ == "text" and not any(outcome.problems for outcome in outcomes):
        click.echo(f"{len(outcomes)} spec{'s' * (len(outcomes) != 1)} without findings.")
    return code
