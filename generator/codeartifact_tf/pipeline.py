"""The whole journey on one screen: YAML → Spec → rules → files → read back → changes on disk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codeartifact_tf import rules
from codeartifact_tf.changes.beside import Beside
from codeartifact_tf.files import beside, output, proof_cache
from codeartifact_tf.files.file_tree import DISK, Tree
from codeartifact_tf.files.paths import shown
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.problem import Problem, Severity, ordered
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.rules.versions import Version, compare_versions
from codeartifact_tf.spec import loader
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform import (
    custom_templates,
    own_blocks,
    own_files,
    render,
    roundtrip,
)
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.neighbours import Generated, OwnFile

OUTPUT_FOLDER = "terraform"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one spec. `changes` is None where an error or the command stopped earlier.

    `is_unreadable` says that a file could not be read at all.
    """

    problems: tuple[Problem, ...]
    is_unreadable: bool
    spec: Spec | None = None
    changes: output.Changes | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that prevent writing anything."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def lint(path: Path, proven: Proofs = proof_cache.NONE, tree: Tree = DISK) -> Outcome:
    """Validate a spec: its text, its shape, its rules."""
    loaded = loader.load(path, proven, tree)
    # What is wrong with the shape of a value is reported once, not again by a rule.
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
    linted = lint(path, proven)
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
    ours = output.Ours(render.mark(path.name), own_blocks.ENDINGS)
    changes = output.plan(folder, shown(folder), files, ours)
    # What takes the name of a generated file is a problem of the plan.
    more = changes.problems or rules.beside(
        Generated(deployment, frozenset(files)), _own_files(DISK, path, folder), DISK.shown(folder)
    )
    return replace(linted, problems=ordered((*linted.problems, *more)), changes=changes)


def _own_files(tree: Tree, spec: Path, folder: Path) -> tuple[OwnFile, ...]:
    return own_files.read(tree, folder, render.mark(spec.name), render.MARK)


def left_behind(
    specs: Sequence[Path], paths: Sequence[Path], more: Sequence[Path] = ()
) -> tuple[Problem, ...]:
    """The findings that generated files below the paths belong to none of these specs.

    `more` are further folders of their Terraform.
    """
    owned = {DISK.identity(folder) for folder in (*map(folder_of, specs), *more)}
    found = beside.unowned(DISK, paths, owned, render.MARK)
    return tuple(rules.unowned(DISK.shown(folder), names) for folder, names in found)


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
) -> tuple[Review, tuple[Outcome, ...]]:
    """Compare the specs of two versions, each with its counterpart. Writes nothing."""
    olds, news = (
        {key: lint(path, proven, side.tree) for key, path in side.specs.items()}
        for side in (old, new)
    )
    outcomes = (*olds.values(), *news.values())
    versions = _versions(new, news)
    comparisons, problems = compare_versions(_versions(old, olds), versions)
    for key, path in new.specs.items():
        problems += _about_files(new.tree, path, versions[key])
    problems += left_behind([*new.specs.values()], [Path(path) for path in new.paths])
    domains = [DomainReview(c, shown(folder_of(c.spec.source.path))) for c in comparisons]
    return Review(domains, ordered(problems), rules.BY_NAME, style), outcomes


def _versions(side: Side, outcomes: Mapping[str, Outcome]) -> dict[str, Version]:
    return {
        key: Version(outcome.spec, outcome.errors, _beside(side.tree, side.specs[key]))
        for key, outcome in outcomes.items()
    }


def _beside(tree: Tree, spec: Path) -> Beside:
    folder = folder_of(spec)
    return Beside(folder, tree.shown(folder), _own_files(tree, spec, folder))


def _about_files(tree: Tree, path: Path, version: Version) -> Iterator[Problem]:
    """What `review` reports of the Terraform of a new version, and of the files beside it."""
    if version.spec is None:
        return
    deployment, folder, shown_ = version.spec.deployment, folder_of(path), version.beside.shown
    files = render.render(deployment, path.name)
    found = rules.beside(Generated(deployment, frozenset(files)), version.beside.files, shown_)
    yield from (problem for problem in found if problem.severity is Severity.ERROR)
    if version.errors:
        return
    changed = beside.stale(tree, folder, files, render.mark(path.name), own_blocks.ENDINGS)
    if changed and not _means(deployment, {**files, **changed}):
        yield rules.stale(shown_, sorted(changed))


def _means(deployment: Deployment, files: Mapping[str, str | None]) -> bool:
    """Whether files say what the spec says, for example as custom templates write it."""
    try:
        roundtrip.verify(
            deployment, {name: text for name, text in files.items() if text is not None}
        )
    except roundtrip.RoundTripError:
        return False
    return True
