"""`codeartifact-tf review`: compares two versions of specs."""

import os
from dataclasses import replace
from pathlib import Path

import click

from codeartifact_tf import pipeline
from codeartifact_tf.commands.options import FAILING
from codeartifact_tf.commands.printing import echo, style
from codeartifact_tf.commands.reporting import exit_code
from codeartifact_tf.commands.specs import find
from codeartifact_tf.files import git
from codeartifact_tf.files.file_tree import Disk, Tree
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.review.reports import REPORTS
from codeartifact_tf.sides import Side
from codeartifact_tf.spec import loader


def review(
    paths: tuple[str, ...],
    against: str | None,
    format_: str,
    fail_on: str,
    disk: Disk,
    proven: Proofs,
) -> int:
    """Tell what a change does to everyone's builds."""
    if against is None:
        if len(paths) != len(("old", "new")):
            raise click.UsageError("give --against REV, or two paths: the old and the new version")
        old, new = (Side(disk, _below(path), (path,)) for path in paths)
        return _review(old, new, format_, fail_on, proven)
    given = paths or (".",)
    try:
        with git.opened(against, Path(given[0])) as tree:
            outside = [path for path in given if not tree.covers(Path(path))]
            if outside:
                raise click.UsageError(f"{outside[0]} is not in the git repository of {given[0]}")
            old, new = Side(tree, _present(given, tree)), Side(disk, _present(given, disk), given)
            if not old.specs and not new.specs:
                raise click.UsageError(
                    f"there is no spec in {' '.join(given)}, neither now nor in {tree.label}"
                )
            return _review(old, new, format_, fail_on, proven, tree.about)
    except git.NoRevision as error:
        raise click.ClickException(str(error)) from None


def _present(given: tuple[str, ...], tree: Tree) -> dict[str, Path]:
    """The specs that there are in a tree, by their paths."""
    found, _ = loader.find(tuple(path for path in given if tree.exists(Path(path))), tree)
    return {os.path.normpath(path): path for path in found}


def _below(given: str) -> dict[str, Path]:
    """The specs of one of two versions, by their paths in its folder."""
    if not Path(given).is_dir():
        return {loader.SPEC_FILE: Path(given)}
    return {path.relative_to(given).as_posix(): path for path in find((given,))}


def _review(
    old: Side, new: Side, format_: str, fail_on: str, proven: Proofs, about: str = ""
) -> int:
    review, outcomes = pipeline.review(old, new, style, proven)
    review = replace(review, about=about)
    echo(REPORTS[format_](review))
    return exit_code(outcomes, review.problems, FAILING[fail_on])
