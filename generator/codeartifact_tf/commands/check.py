"""`codeartifact-tf check`: compares the committed Terraform with what specs say."""

import click

from codeartifact_tf.commands import exit_codes
from codeartifact_tf.commands.reporting import FOREIGN, report
from codeartifact_tf.commands.specs import generate_each, left_behind
from codeartifact_tf.files import git, output
from codeartifact_tf.files.file_tree import Disk
from codeartifact_tf.files.output import Changes, FileState
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.reports.findings import printable

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def check(  # noqa: PLR0913 - its options
    paths: tuple[str, ...],
    format_: str,
    output_dir: str | None,
    templates: str | None,
    disk: Disk,
    proven: Proofs,
    *,
    tracked: bool,
) -> int:
    """Tell whether the committed Terraform is what the specs say; print a diff of what is stale."""
    outcomes = generate_each(paths, format_, output_dir, templates, proven, disk)
    # Where a file is in the way of a generated one, that is what to mend first.
    plans = [each.changes for each in outcomes if each.changes and not each.changes.problems]
    if format_ == "text":
        for changes in plans:
            for line in output.diff(changes):
                click.echo(_coloured(line), nl=False)
    checked = [output.check(plan, _untracked(plan) if tracked else ()) for plan in plans]
    files = [file for found, _ in checked for file in found]
    problems = [problem for _, found in checked for problem in found]
    problems += left_behind(paths, output_dir)
    if format_ == "text":
        for file in files:
            if file.state is FileState.FOREIGN:
                click.echo(f"{file.path}: {FOREIGN}")
    code = report(format_, outcomes, files, problems)
    if code == exit_codes.FINE and format_ == "text":
        current = [file for file in files if file.state is FileState.UNCHANGED]
        click.echo(f"{len(current)} files are up to date.")
    return code


def _untracked(changes: Changes) -> tuple[str, ...]:
    """The current files that git would not commit."""
    try:
        return tuple(git.untracked(changes.folder, changes.unchanged))
    except git.NoRevision as error:
        raise click.ClickException(str(error)) from None


def _coloured(line: str) -> str:
    line = f"{printable(line.removesuffix(chr(10)))}\n"
    return click.style(line, fg=_COLOURS[line[0]]) if line[0] in _COLOURS else line
