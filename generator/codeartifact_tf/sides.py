"""The two versions that a review compares: where each is read from, and what its specs became."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codeartifact_tf import committed
from codeartifact_tf.files.file_tree import Tree
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.outcome import Outcome
from codeartifact_tf.rules.versions import Version


@dataclass(frozen=True, slots=True)
class Side:
    """A version to compare: where its files are read from, and the specs, by what pairs them.

    `paths` are where the specs were looked for.
    """

    tree: Tree
    specs: Mapping[str, Path]
    paths: Sequence[str] = ()


def versions(side: Side, outcomes: Mapping[str, Outcome]) -> dict[str, Version]:
    """Each spec of a side as it is compared, with what lies beside its Terraform."""
    found = {}
    for key, outcome in outcomes.items():
        path = side.specs[key]
        beside = committed.beside_of(side.tree, path, committed.folder_of(path))
        shown = side.tree.shown(path)
        found[key] = Version(outcome.spec, outcome.errors, beside, outcome.silenced, shown)
    return found


def problems(side: Side, found: Mapping[str, Version]) -> Iterator[Problem]:
    """The findings about the Terraform of a side: of its versions, and of what no spec owns."""
    for key, path in side.specs.items():
        yield from committed.of_version(side.tree, path, found[key])
    folders = [committed.folder_of(path) for path in side.specs.values()]
    yield from committed.left_behind(folders, [Path(path) for path in side.paths])
