"""The whole journey on one screen: YAML → Spec → rules → files → read back → changes on disk."""

import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from codeartifact_tf import rules
from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.domain.model import Domain
from codeartifact_tf.files import output, proof_cache
from codeartifact_tf.files.file_tree import DISK, Tree
from codeartifact_tf.files.output import Changes
from codeartifact_tf.files.paths import shown
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Location, Problem, Severity, ordered
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.spec import loader
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform import render
from codeartifact_tf.terraform.memory_limit import bounded
from codeartifact_tf.terraform.roundtrip import RoundTripError, verify

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


def lint(path: Path, proven: Proofs = proof_cache.NONE, tree: Tree = DISK) -> Outcome:
    """Validate a spec: its text, its shape, its rules."""
    loaded = loader.load(path, proven, tree)
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
    proven: Proofs = proof_cache.NONE,
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
    changes = output.plan(folder, where, files, render.mark(path.name))
    problems = ordered((*outcome.problems, *changes.problems))
    return replace(outcome, problems=problems, changes=changes)


@dataclass(frozen=True, slots=True)
class Side:
    """A version to compare: where its files are read from, and the specs, by what pairs them."""

    tree: Tree
    specs: Mapping[str, Path]


def review(
    old: Side, new: Side, style: Callable[[str, str], str], proven: Proofs = proof_cache.NONE
) -> tuple[Review, tuple[Outcome, ...]]:
    """Compare the specs of two versions, each with its counterpart. Writes nothing.

    Of the new version only errors are told; with those that no spec may lower nothing is compared.
    """
    olds = {key: lint(path, proven, old.tree) for key, path in old.specs.items()}
    news = {key: lint(path, proven, new.tree) for key, path in new.specs.items()}
    pairs = _pairs(olds, news)
    comparisons, problems = [], []
    for before, after in pairs:
        found, comparison = _compare(before, after)
        problems += found
        comparisons += [comparison] if comparison else []
    domains = [
        DomainReview(comparison, shown(folder_of(comparison.spec.source.path)))
        for comparison in comparisons
    ]
    outcomes = (*olds.values(), *news.values())
    return Review(domains, ordered(problems), rules.BY_NAME, style), outcomes


def _pairs(
    olds: Mapping[str, Outcome], news: Mapping[str, Outcome]
) -> list[tuple[Outcome | None, Outcome | None]]:
    """Specs of one place belong together; of those that are left, those of one domain."""
    gone = {key: outcome for key, outcome in olds.items() if key not in news}
    homes: dict[tuple[object, ...], list[str]] = {}
    for key, outcome in gone.items():
        for identity in _identities(outcome):
            homes.setdefault(identity, []).append(key)
    pairs: list[tuple[Outcome | None, Outcome | None]] = []
    for key, outcome in news.items():
        match = olds.get(key)
        for identity in _identities(outcome) if match is None else ():
            keys = [home for home in homes.get(identity, ()) if home in gone]
            if match is None and len(keys) == 1:
                match = gone.pop(keys[0])
        pairs.append((match, outcome))
    return [*pairs, *((outcome, None) for outcome in gone.values())]


def _identities(outcome: Outcome) -> tuple[tuple[object, ...], ...]:
    if outcome.spec is None:
        return ()
    domain = outcome.spec.domain
    return (domain.name, domain.region, domain.owner), (domain.name, domain.region)


def _compare(old: Outcome | None, new: Outcome | None) -> tuple[list[Problem], Comparison | None]:
    errors = [p for p in new.problems if p.severity is Severity.ERROR] if new else []
    # A broken assertion is no reason to be silent about what the change does; a cycle is.
    if any(rules.BY_NAME[problem.rule].fixed for problem in errors):
        return errors, None
    faults = [p for p in old.problems if p.severity is Severity.ERROR] if old else []
    if old and old.spec is None:
        return [*errors, *(_unreadable_old(fault) for fault in faults)], None
    comparison = compare(old.spec if old else None, new.spec if new else None)
    problems = [*errors, *rules.compare(comparison)]
    force = rules.severity(rules.OLD_VERSION_FAULTY, comparison.spec)
    if faults and force:
        count = f"{len(faults)} error{'s' * (len(faults) != 1)}"
        message = f"the old version has {count}, the first is {faults[0].rule}: {faults[0].message}"
        problems.append(
            replace(
                faults[0],
                severity=force,
                rule=rules.OLD_VERSION_FAULTY.name,
                message=message,
                fix="",
            )
        )
    return problems, comparison


def _unreadable_old(fault: Problem) -> Problem:
    message = f"the old version cannot be compared with: {fault.message}"
    return replace(fault, rule="old-version-unreadable", message=message)


def folder_of(spec: Path, output_dir: Path | None = None) -> Path:
    """Where the Terraform of a spec goes."""
    return output_dir or spec.parent / OUTPUT_FOLDER


def _render(
    spec: Spec, origin: str, templates: Path | None, proven: Proofs
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    if templates is None:
        files = render.render(spec.domain, origin)
        _verify(spec.domain, files, proven)
        return files, ()
    unknown = _unknown_templates(templates)
    if unknown:
        return {}, unknown
    try:
        with bounded():
            return _render_own(spec, origin, templates)
    except MemoryError as error:  # a template can also ask for more than can be read back
        return {}, (_template_error(error, templates),)


def _render_own(
    spec: Spec, origin: str, templates: Path
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    try:
        files = render.render(spec.domain, origin, templates)
    except Exception as error:  # noqa: BLE001 - a template of the user's can fail in any way
        return {}, (_template_error(error, templates),)
    try:
        verify(spec.domain, files)  # always: what a template of others made is not remembered
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
    known = render.template_names()
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
    built_in = render.render(spec.domain, origin)
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
