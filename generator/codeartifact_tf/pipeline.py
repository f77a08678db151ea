"""The whole journey on one screen: YAML → Spec → rules → files → read back → changes on disk."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codeartifact_tf import committed, rules
from codeartifact_tf.files import output, proof_cache
from codeartifact_tf.files.file_tree import DISK, Tree
from codeartifact_tf.files.paths import shown
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.problem import Problem, Severity, Silenced, ordered
from codeartifact_tf.spec import loader
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform import marks, own_blocks

if TYPE_CHECKING:
    from codeartifact_tf.review.review import Review
    from codeartifact_tf.rules.versions import Version

OUTPUT_FOLDER = "terraform"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one spec. `changes` is None where an error or the command stopped earlier.

    `is_unreadable` says that a file could not be read at all; `silenced` is what comments silence.
    """

    problems: tuple[Problem, ...]
    is_unreadable: bool
    spec: Spec | None = None
    changes: output.Changes | None = None
    silenced: tuple[Silenced, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that prevent writing anything."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def lint(path: Path, proven: Proofs = proof_cache.NONE, tree: Tree = DISK) -> Outcome:
    """Validate a spec: its text, its shape, its rules."""
    loaded = loader.load(path, proven, tree)
    # What is wrong with the shape of a value is reported once, not again by a rule.
    places = {problem.location for problem in loaded.problems}
    judged = rules.check(loaded.spec) if loaded.spec else rules.Judged(())
    more = (problem for problem in judged.problems if problem.location not in places)
    is_unreadable = any(source.unreadable for source in loaded.sources)
    problems = ordered([*loaded.problems, *more])
    return Outcome(problems, is_unreadable, loaded.spec, silenced=judged.silenced)


def held_together(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Hold the specs of one domain against each other; the outcomes are then without their specs.

    Each spec holds its text and a tree of it, and there may be many.
    """
    light, siblings = [], []
    for outcome in outcomes:
        siblings.append(rules.sibling(outcome.spec) if outcome.spec else None)
        light.append(replace(outcome, spec=None))
    return [
        replace(outcome, problems=ordered((*outcome.problems, *more))) if more else outcome
        for outcome, more in zip(light, rules.conflicts(siblings), strict=True)
    ]


def generate(
    path: Path,
    output_dir: Path | None = None,
    templates: Path | None = None,
    proven: Proofs = proof_cache.NONE,
    tree: Tree = DISK,
) -> Outcome:
    """Validate, render, read back, and compare with what is on disk. Writes nothing there."""
    # Jinja costs 30 ms, which `lint`, `explain` and `review` need not pay.
    from codeartifact_tf.terraform import custom_templates, render, roundtrip  # noqa: PLC0415

    linted = lint(path, proven, tree)
    if linted.errors or linted.spec is None:
        return linted
    deployment, folder = linted.spec.deployment, folder_of(path, output_dir)
    problems = () if output_dir else output.refusals(folder, shown(folder), path.parent)
    if templates is None:
        files = render.render(deployment, path.name)
        roundtrip.prove(deployment, files, proven)
    else:
        files, faults = custom_templates.render(deployment, path.name, templates)
        problems = (*faults, *problems)
    if problems:
        return replace(linted, problems=ordered((*linted.problems, *problems)))
    ours = output.Ours(marks.mark(path.name), own_blocks.ENDINGS)
    changes = output.plan(folder, shown(folder), files, ours)
    # What takes the name of a generated file is a problem of the plan.
    more = changes.problems or committed.problems_beside(
        committed.beside_of(tree, path, folder), deployment, files
    )
    return replace(linted, problems=ordered((*linted.problems, *more)), changes=changes)


def folder_of(spec: Path, output_dir: Path | None = None) -> Path:
    """Where the Terraform of a spec goes."""
    return output_dir or spec.parent / OUTPUT_FOLDER


@dataclass(frozen=True, slots=True)
class Side:
    """A version to compare: where its files are read from, and the specs, by what pairs them.

    `paths` are where the specs were looked for.
    """

    tree: Tree
    specs: Mapping[str, Path]
    paths: Sequence[str] = ()


def review(
    old: Side, new: Side, style: Callable[[str, str], str], proven: Proofs = proof_cache.NONE
) -> "tuple[Review, tuple[Outcome, ...]]":
    """Compare the specs of two versions, each with its counterpart. Writes nothing."""
    from codeartifact_tf.review.review import DomainReview, Review  # noqa: PLC0415
    from codeartifact_tf.rules.versions import compare_versions  # noqa: PLC0415

    olds, news = (
        {key: lint(path, proven, side.tree) for key, path in side.specs.items()}
        for side in (old, new)
    )
    outcomes = (*olds.values(), *held_together(news.values()))
    versions = _versions(new, news)
    compared = compare_versions(_versions(old, olds), versions)
    # Every error of the new version, those between specs of one domain included.
    problems = [
        *compared.problems,
        *(error for each in outcomes[len(olds) :] for error in each.errors),
    ]
    for key, path in new.specs.items():
        problems += committed.of_version(new.tree, path, versions[key])
    folders = [folder_of(path) for path in new.specs.values()]
    problems += committed.left_behind(folders, [Path(path) for path in new.paths])
    domains = [DomainReview(c, shown(folder_of(c.spec.source.path))) for c in compared.comparisons]
    found = Review(
        domains,
        ordered(problems),
        rules.BY_NAME,
        style,
        silenced=sorted(compared.silenced, key=lambda each: each.problem.location),
        unknown=sorted(compared.unknown),
    )
    return found, outcomes


def _versions(side: Side, outcomes: Mapping[str, Outcome]) -> "dict[str, Version]":
    from codeartifact_tf.rules.versions import Version  # noqa: PLC0415

    found = {}
    for key, outcome in outcomes.items():
        path = side.specs[key]
        beside = committed.beside_of(side.tree, path, folder_of(path))
        shown_ = side.tree.shown(path)
        found[key] = Version(outcome.spec, outcome.errors, beside, outcome.silenced, shown_)
    return found
