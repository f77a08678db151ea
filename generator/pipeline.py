"""The whole journey on one screen: YAML → Spec → rules → files → read back → changes on disk."""

import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from generator import loader, output, proofs, rules
from generator.memory import bounded
from generator.model import Domain
from generator.nearest import nearest
from generator.output import Changes
from generator.paths import shown
from generator.problem import Location, Problem, Severity, ordered
from generator.proofs import Proofs
from generator.renderers import terraform
from generator.roundtrip import RoundTripError, verify
from generator.spec import Spec

OUTPUT_FOLDER = "terraform"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one spec. `changes` is None where an error or the command stopped earlier.

    `is_unreadable` says that a file could not be read at all.
    """

    problems: tuple[Problem, ...]
    is_unreadable: bool
    spec: Spec | None = None
    changes: Changes | None = None

    @property
    def has_errors(self) -> bool:
        """Whether an error stands in the way of writing anything."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def lint(path: Path, proven: Proofs = proofs.NONE) -> Outcome:
    """Validate a spec: its text, its shape, its rules."""
    loaded = loader.load(path, proven)
    # What is wrong with the shape of a value is said once, not again by a rule.
    places = {problem.location for problem in loaded.problems}
    found = rules.check(loaded.spec) if loaded.spec else ()
    more = (problem for problem in found if problem.location not in places)
    is_unreadable = any(source.unreadable for source in loaded.sources)
    return Outcome(ordered([*loaded.problems, *more]), is_unreadable, loaded.spec)


def generate(
    path: Path,
    output_dir: Path | None = None,
    templates: Path | None = None,
    proven: Proofs = proofs.NONE,
) -> Outcome:
    """Validate, render, read back, and compare with what is on disk. Writes nothing there."""
    outcome = lint(path, proven)
    if outcome.has_errors or outcome.spec is None:
        return outcome
    files, problems = _render(outcome.spec, path.name, templates, proven)
    folder = folder_of(path, output_dir)
    where = shown(folder)
    if output_dir is None and output.leads_out(folder, path.parent):
        message = "the output folder is a symbolic link that leads out of the folder of the spec"
        problems = (*problems, Problem(Location(where), Severity.ERROR, "output-folder", message))
    if problems:
        return replace(outcome, problems=ordered((*outcome.problems, *problems)))
    changes = output.plan(folder, where, files, terraform.mark(path.name))
    problems = ordered((*outcome.problems, *changes.problems))
    return replace(outcome, problems=problems, changes=changes)


def folder_of(spec: Path, output_dir: Path | None = None) -> Path:
    """Where the Terraform of a spec goes."""
    return output_dir or spec.parent / OUTPUT_FOLDER


def _render(
    spec: Spec, origin: str, templates: Path | None, proven: Proofs
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    if templates is None:
        files = terraform.render(spec.domain, origin)
        _verify(spec.domain, files, proven)
        return files, ()
    unknown = _unknown_templates(templates)
    if unknown:
        return {}, unknown
    try:
        with bounded():
            return _render_own(spec, origin, templates, proven)
    except MemoryError as error:  # a template can also ask for more than can be read back
        return {}, (_template_error(error, templates),)


def _render_own(
    spec: Spec, origin: str, templates: Path, proven: Proofs
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    try:
        files = terraform.render(spec.domain, origin, templates)
    except Exception as error:  # noqa: BLE001 - a template of the user's can fail in any way
        return {}, (_template_error(error, templates),)
    try:
        _verify(spec.domain, files, proven)
    except RoundTripError:
        return {}, tuple(_changed_meaning(spec, origin, templates, files))
    return files, ()


def _verify(domain: Domain, files: Mapping[str, str], proven: Proofs) -> None:
    """Read the files back, unless just these were read back as just this domain before."""
    statement = ("the round trip of", repr(domain), *chain.from_iterable(files.items()))
    if not proven.hold(*statement):
        verify(domain, files)
        proven.keep(*statement)


def _unknown_templates(templates: Path) -> tuple[Problem, ...]:
    known = terraform.template_names()
    return tuple(
        _template_problem(
            templates / name,
            1,
            f"there is no template {name!r} to replace",
            f"did you mean {meant!r}?"
            if (meant := nearest(name, known))
            else "templates: " + ", ".join(sorted(known)),
        )
        for name in sorted(os.listdir(templates))
        if name.endswith(".tf.j2") and name not in known
    )


def _template_error(error: Exception, templates: Path) -> Problem:
    """The innermost line of a custom template that an error passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames]
    places.append((getattr(error, "filename", None) or "", getattr(error, "lineno", None)))
    folder, place, line = templates.resolve(), templates, 1
    for filename, number in places:
        if Path(filename).is_relative_to(folder):
            place, line = templates / Path(filename).relative_to(folder), number or 1
    said = str(error) or "the templates ask for too much"
    return _template_problem(place, line, f"{type(error).__name__}: {said}")


def _changed_meaning(
    spec: Spec, origin: str, templates: Path, files: Mapping[str, str]
) -> list[Problem]:
    """The custom templates which, each alone, make the files say something else."""
    built_in = terraform.render(spec.domain, origin)
    problems = []
    for name in files:
        place = templates / f"{name}.j2"
        if not place.is_file():
            continue
        try:
            verify(spec.domain, {**built_in, name: files[name]})
        except RoundTripError as error:
            problems.append(
                _template_problem(place, 1, f"the template changes the meaning: {error}")
            )
    return problems or [
        _template_problem(templates, 1, "the templates change the meaning together")
    ]


def _template_problem(place: Path, line: int, message: str, fix: str = "") -> Problem:
    return Problem(Location(shown(place), line), Severity.ERROR, "template", message, fix)
