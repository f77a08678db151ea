"""The arguments and options that several commands share."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from codeartifact_tf.reports.findings_formats import REPORTS

if TYPE_CHECKING:
    from codeartifact_tf.files.file_tree import Disk
    from codeartifact_tf.files.proof_cache import Proofs

_F = TypeVar("_F", bound=Callable[..., Any])

paths = click.argument("paths", nargs=-1, metavar="[PATH]...")
output_dir = click.option(
    "--output-dir",
    type=click.Path(),
    help="Where the Terraform of the one spec goes. [default: terraform/ beside the spec]",
)
templates = click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False),
    help="A folder whose templates replace built-in ones of the same name.",
)


def format_option(reports: Mapping[str, object], help_: str | None = None) -> Callable[[_F], _F]:
    """The option --format; its choices are the keys of a table of reports."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice([*reports]),
        default="text",
        show_default=help_ is not None,
        help=help_,
    )


findings_format = format_option(REPORTS, "How findings are printed.")
# The severities of findings that make the exit code 1.
FAILING: Mapping[str, frozenset[str]] = {
    "error": frozenset({"error"}),
    "warning": frozenset({"error", "warning"}),
    "never": frozenset(),
}
fail_on = click.option(
    "--fail-on",
    type=click.Choice([*FAILING]),
    default="error",
    show_default=True,
    help="The least severity of findings that makes the exit code 1.",
)


def _proofs(_: click.Context, __: click.Parameter, no_cache: bool) -> "Proofs":  # noqa: FBT001
    from codeartifact_tf.files import proof_cache  # noqa: PLC0415 - `--help` need not hash

    return proof_cache.NONE if no_cache else proof_cache.Proofs(proof_cache.folder())


no_cache = click.option(
    "--no-cache",
    "proven",
    is_flag=True,
    callback=_proofs,
    envvar="CODEARTIFACT_TF_NO_CACHE",
    show_envvar=True,
    help="Ignore the cache: prove everything again, and keep nothing.",
)


def _disk(_: click.Context, __: click.Parameter, root: str | None) -> "Disk":
    from pathlib import Path  # noqa: PLC0415 - like what follows 4 ms, which `--help` need not pay

    from codeartifact_tf.files.file_tree import DISK, Disk  # noqa: PLC0415

    return DISK if root is None else Disk(Path(root))


root = click.option(
    "--root",
    "disk",
    type=click.Path(exists=True, file_okay=False),
    callback=_disk,
    help="No spec or team file outside of this folder is read. [default: the git repository of the"
    " spec; without one the working folder, or the spec's own folder if it lies elsewhere]",
)
