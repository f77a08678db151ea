"""`codeartifact-tf generate`: writes the Terraform of specs."""

from collections.abc import Sequence

import click

from codeartifact_tf.commands.reporting import FOREIGN, report
from codeartifact_tf.commands.specs import generate_each, left_behind
from codeartifact_tf.files import output
from codeartifact_tf.files.file_tree import Disk
from codeartifact_tf.files.output import FileResult, FileState
from codeartifact_tf.files.proof_cache import Proofs

_WORDS = {
    FileState.WRITTEN: "written",
    FileState.DELETED: "deleted",
    FileState.FOREIGN: FOREIGN,
}


def generate(
    paths: tuple[str, ...],
    format_: str,
    output_dir: str | None,
    templates: str | None,
    disk: Disk,
    proven: Proofs,
) -> int:
    """Write the Terraform of every spec, if all of them are valid."""
    outcomes = generate_each(paths, format_, output_dir, templates, proven, disk)
    # Both are mended before anything is written: a moved spec needs its old folder, with the state.
    problems = left_behind(paths, output_dir)
    plans = [None if problems or each.errors else each.changes for each in outcomes]
    written = output.write_all(plans)
    if written is None:
        return report(format_, outcomes, (), problems)
    if format_ == "text":
        for file in written.files:
            if file.state in _WORDS:
                click.echo(f"{file.path}: {_WORDS[file.state]}")
        click.echo(_count(written.files))
    code = report(format_, outcomes, written.files, written.problems)
    if written.failure:
        raise written.failure  # after what was written has been reported
    return code


def _count(files: Sequence[FileResult]) -> str:
    states = [file.state for file in files]
    counts = [
        (state, states.count(state))
        for state in (FileState.WRITTEN, FileState.DELETED, FileState.UNCHANGED)
    ]
    shown = [f"{count} {state}" for state, count in counts if count or state is FileState.WRITTEN]
    return f"{', '.join(shown)}."
