"""Domain → files through templates of the user's, or what is wrong with these templates.

A custom template can fail in any way, take too much memory or time, or change the meaning of the
files.
Each of these is a finding at the template, never a failure of the run.
"""

import os
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from codeartifact_tf.files.paths import shown
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Location, Problem, Severity
from codeartifact_tf.terraform import memory_limit, time_limit
from codeartifact_tf.terraform import render as built_in
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.roundtrip import RoundTripError, verify


def render(
    deployment: Deployment, origin: str, templates: Path
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """File name → text, read back; or no files and the findings about the templates."""
    unknown = tuple(_unknown(templates))
    if unknown:
        return {}, unknown
    try:
        with memory_limit.bounded(), time_limit.bounded():
            return _render(deployment, origin, templates)
    # A template can also ask for more than can be read back.
    except (MemoryError, time_limit.TooSlow) as error:
        return {}, (_failed(error, templates),)


def _render(
    deployment: Deployment, origin: str, templates: Path
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    try:
        files = built_in.render(deployment, origin, templates)
    except Exception as error:  # noqa: BLE001 - a template of the user's can fail in any way
        return {}, (_failed(error, templates),)
    try:
        verify(deployment, files)  # always: what a template of others renders is never cached
    except RoundTripError:
        alone = tuple(_changes_of_meaning(deployment, origin, templates, files))
        together = _problem(templates, 1, "the templates change the meaning together")
        return {}, alone or (together,)
    return files, ()


def _unknown(templates: Path) -> Iterator[Problem]:
    known = built_in.template_names()
    for name in sorted(os.listdir(templates)):
        if name.endswith(".tf.j2") and name not in known:
            meant = nearest(name, known)
            fix = f"did you mean {meant!r}?" if meant else f"templates: {', '.join(sorted(known))}"
            yield _problem(templates / name, 1, f"there is no template {name!r} to replace", fix)


def _failed(error: Exception, templates: Path) -> Problem:
    """The finding at the innermost line of a custom template that an error passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames]
    places.append((getattr(error, "filename", None) or "", getattr(error, "lineno", None)))
    folder, place, line = templates.resolve(), templates, 1
    for filename, number in places:
        if Path(filename).is_relative_to(folder):
            place, line = templates / Path(filename).relative_to(folder), number or 1
    said = str(error) or "the templates ask for too much"
    return _problem(place, line, f"{type(error).__name__}: {said}")


def _changes_of_meaning(
    deployment: Deployment, origin: str, templates: Path, files: Mapping[str, str]
) -> Iterator[Problem]:
    """Of each custom template that, alone, makes the files say something else."""
    unchanged = built_in.render(deployment, origin)
    for name, text in files.items():
        place = templates / f"{name}.j2"
        if not place.is_file():
            continue
        try:
            verify(deployment, {**unchanged, name: text})
        except RoundTripError as error:
            yield _problem(place, 1, f"the template changes the meaning: {error}")


def _problem(place: Path, line: int, message: str, fix: str = "") -> Problem:
    return Problem(Location(shown(place), line), Severity.ERROR, "template", message, fix)
