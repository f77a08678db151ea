"""The specs that a command line names, and what a run over all of them gives."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from codeartifact_tf import committed, pipeline
from codeartifact_tf.files.file_tree import Disk
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.outcome import Outcome, held_together
from codeartifact_tf.spec import loader


def find(paths: tuple[str, ...]) -> list[Path]:
    """The specs at the paths as given; a path without one is wrong usage."""
    try:
        found, empty = loader.find(paths or (".",))
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}") from None
    for path in empty:
        other = loader.misnamed(path)
        what_to_do = f"rename {other}" if other else "`init` writes a first one"
        raise click.UsageError(f"there is no {loader.SPEC_FILE} in {path}; {what_to_do}")
    return found


def each(run: Callable[[Path], Outcome], specs: list[Path], format_: str) -> list[Outcome]:
    """Run over the specs, with a progress bar where a person waits for many.

    Specs of one domain are held against each other. The outcomes are without their specs.
    """
    if len(specs) > 1 and format_ == "text" and sys.stderr.isatty():
        with click.progressbar(specs, label="Specs", file=sys.stderr, show_pos=True) as bar:
            return held_together(map(run, bar), len(specs))
    return held_together(map(run, specs), len(specs))


def generate_each(
    paths: tuple[str, ...],
    format_: str,
    output_dir: str | None,
    templates: str | None,
    proven: Proofs,
    disk: Disk,
) -> list[Outcome]:
    """What the Terraform of every spec should be, compared with what is on disk."""
    folder = None if output_dir is None else Path(output_dir)
    own = None if templates is None else Path(templates)
    specs = find(paths)
    if folder is not None and len(specs) > 1:
        raise click.ClickException(f"--output-dir is for one spec, but there are {len(specs)}")
    homes: dict[str, Path] = {}
    for spec in specs:
        other = homes.setdefault(os.path.realpath(committed.folder_of(spec, folder)), spec)
        if other is not spec:
            raise click.ClickException(f"{other} and {spec} would write to the same folder")
    return each(lambda spec: pipeline.generate(spec, folder, own, proven, disk), specs, format_)


def left_behind(paths: tuple[str, ...], output_dir: str | None = None) -> tuple[Problem, ...]:
    """The findings that generated files below the paths belong to no spec there."""
    own = () if output_dir is None else (Path(output_dir),)
    given = [Path(path) for path in paths or (".",)]
    return committed.left_behind([*map(committed.folder_of, find(paths)), *own], given)
