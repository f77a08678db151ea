"""What lies in the output folders: findings about committed Terraform and the files beside it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codeartifact_tf import rules
from codeartifact_tf.changes.beside import Beside
from codeartifact_tf.files import beside
from codeartifact_tf.files.file_tree import DISK, Tree
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.terraform import marks, own_blocks, own_files
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.neighbours import Generated

if TYPE_CHECKING:
    from codeartifact_tf.rules.versions import Version

OUTPUT_FOLDER = "terraform"


def folder_of(spec: Path, output_dir: Path | None = None) -> Path:
    """Where the Terraform of a spec goes."""
    return output_dir or spec.parent / OUTPUT_FOLDER


def beside_of(tree: Tree, spec: Path, folder: Path) -> Beside:
    """The files beside the generated Terraform of a spec; none leads out of its repository."""
    try:
        # A folder of the user's choice can be anywhere.
        bounded = tree.around(spec) if folder.parent == spec.parent else tree
        files = own_files.read(bounded, folder, marks.mark(spec.name), marks.MARK)
    except OSError:  # the spec itself is beyond the bounds, which is reported
        files = ()
    return Beside(folder, tree.shown(folder), files)


def problems_beside(
    found: Beside, deployment: Deployment, names: Collection[str]
) -> tuple[Problem, ...]:
    """What the files beside the generated ones, which have these names, do to them."""
    return rules.beside(Generated(deployment, frozenset(names)), found.files, found.shown)


def of_version(tree: Tree, spec: Path, version: "Version") -> Iterator[Problem]:
    """What `review` reports of the Terraform of a new version, and of the files beside it."""
    folder = version.beside.folder
    if version.spec is None or not tree.is_folder(folder):
        return
    # Jinja costs 30 ms, which a review without Terraform need not pay.
    from codeartifact_tf.terraform import render  # noqa: PLC0415

    deployment = version.spec.deployment
    files = render.render(deployment, spec.name)
    found = problems_beside(version.beside, deployment, files)
    yield from (problem for problem in found if problem.severity is Severity.ERROR)
    if version.errors:
        return
    changed = beside.stale(tree, folder, files, marks.mark(spec.name), own_blocks.ENDINGS)
    if changed and not _means(deployment, {**files, **changed}):
        yield rules.stale(version.beside.shown, sorted(changed))


def _means(deployment: Deployment, files: Mapping[str, str | None]) -> bool:
    """Whether files say what the spec says, for example as custom templates write it."""
    from codeartifact_tf.terraform import roundtrip  # noqa: PLC0415

    present = {name: text for name, text in files.items() if text is not None}
    try:
        roundtrip.verify(deployment, present)
    except roundtrip.RoundTripError:
        return False
    return True


def left_behind(folders: Sequence[Path], paths: Sequence[Path]) -> tuple[Problem, ...]:
    """The findings that generated files below the paths are in none of the folders of the specs."""
    owned = {DISK.identity(folder) for folder in folders}
    found = beside.unowned(DISK, paths, owned, marks.MARK)
    return tuple(rules.unowned(DISK.shown(folder), names) for folder, names in found)
