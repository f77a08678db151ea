"""The whole journey on one screen: YAML → Spec → rules → files → read back → changes on disk."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from codeartifact_tf import committed, rules
from codeartifact_tf.files import output, proof_cache
from codeartifact_tf.files.file_tree import DISK, Tree
from codeartifact_tf.files.paths import shown
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.problem import ordered
from codeartifact_tf.outcome import Outcome, held_together
from codeartifact_tf.spec import loader
from codeartifact_tf.terraform import marks, own_blocks

if TYPE_CHECKING:
    from codeartifact_tf.review.review import Review
    from codeartifact_tf.sides import Side


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


def generate(
    path: Path,
    output_dir: Path | None = None,
    templates: Path | None = None,
    proven: Proofs = proof_cache.NONE,
    tree: Tree = DISK,
) -> Outcome:
    """Validate, render, read back, and compare with what is on disk. Writes nothing there."""
    from codeartifact_tf.terraform.proven import files_of  # noqa: PLC0415 - Jinja costs 30 ms

    linted = lint(path, proven, tree)
    if linted.errors or linted.spec is None:
        return linted
    deployment, folder = linted.spec.deployment, committed.folder_of(path, output_dir)
    refused = () if output_dir else output.refusals(folder, shown(folder), path.parent)
    files, faults = files_of(deployment, path.name, templates, proven)
    if faults or refused:
        return linted.reporting((*faults, *refused))
    ours = output.Ours(marks.mark(path.name), own_blocks.ENDINGS)
    changes = output.plan(folder, shown(folder), files, ours)
    beside = committed.beside_of(tree, path, folder)
    # What takes the name of a generated file is a problem of the plan.
    more = changes.problems or committed.problems_beside(beside, deployment, files)
    return replace(linted.reporting(more), changes=changes)


def review(
    old: "Side", new: "Side", style: Callable[[str, str], str], proven: Proofs = proof_cache.NONE
) -> "tuple[Review, tuple[Outcome, ...]]":
    """Compare the specs of two versions, each with its counterpart. Writes nothing."""
    from codeartifact_tf import sides  # noqa: PLC0415 - like what follows only for `review`
    from codeartifact_tf.review.review import DomainReview, Review  # noqa: PLC0415
    from codeartifact_tf.rules.versions import compare_versions  # noqa: PLC0415

    olds, news = (
        {key: lint(path, proven, side.tree) for key, path in side.specs.items()}
        for side in (old, new)
    )
    outcomes = (*olds.values(), *held_together(news.values(), len(news)))
    versions = sides.versions(new, news)
    compared = compare_versions(sides.versions(old, olds), versions)
    # Every error of the new version, those between specs of one domain included.
    errors = (error for each in outcomes[len(olds) :] for error in each.errors)
    found = ordered([*compared.problems, *errors, *sides.problems(new, versions)])
    domains = [
        DomainReview(each, shown(committed.folder_of(each.spec.source.path)))
        for each in compared.comparisons
    ]
    silenced = sorted(compared.silenced, key=lambda each: each.problem.location)
    unknown = sorted(compared.unknown)
    review = Review(domains, found, rules.BY_NAME, style, silenced=silenced, unknown=unknown)
    return review, outcomes
