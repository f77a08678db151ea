"""What each command takes: its arguments, its options, and its help.

All of it is known before a command is imported, because `--help` needs no more. Whatever this
module imports has to be light: tables of formats import the modules of a format when one is used.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

import click

from codeartifact_tf.commands import options
from codeartifact_tf.commands.summaries import COMMANDS
from codeartifact_tf.reports import explanation_formats, rules_page
from codeartifact_tf.review import reports

_Function: TypeAlias = Callable[..., Any]
_Decorator: TypeAlias = Callable[[_Function], _Function]


def _command(name: str, *parameters: _Decorator, more: str = "") -> click.Command:
    """A command whose module is imported when it runs; `more` follows the sentence of its help."""

    def run(**arguments: object) -> int:
        function: Callable[..., int] = getattr(import_module(f"{__package__}.{name}"), name)
        return function(**arguments)

    function: _Function = run
    for parameter in reversed(parameters):
        function = parameter(function)
    return click.command(name, help=f"{COMMANDS[name]}\n\n{more}")(function)


# What the two commands that render take.
_RENDERS = (
    options.paths,
    options.findings_format,
    options.output_dir,
    options.templates,
    options.root,
    options.no_cache,
)

check = _command(
    "check",
    *_RENDERS,
    click.option(
        "--tracked",
        is_flag=True,
        help="Ask git, too: a generated file that was never added to it is missing.",
    ),
)

explain = _command(
    "explain",
    click.argument("path"),
    click.argument("repository"),
    options.format_option(explanation_formats.FORMATS),
    options.root,
    options.no_cache,
    more="Prints the search order, the public registries that are reached and by which path, where"
    " a fetched version is kept, and the counts against AWS's quotas.",
)

generate = _command(
    "generate",
    *_RENDERS,
)

init = _command(
    "init",
    click.argument("folder", type=click.Path(file_okay=False), default="."),
    click.option("--domain", default="acme", show_default=True, help="Name of the domain."),
    click.option("--region", default="eu-west-1", show_default=True, help="AWS Region."),
)

lint = _command("lint", options.paths, options.findings_format, options.root, options.no_cache)

review = _command(
    "review",
    options.paths,
    click.option(
        "--against",
        metavar="REV",
        help="Compare the working tree with where it left this revision of git (the merge base).",
    ),
    options.format_option(
        reports.REPORTS,
        "How the review is printed; github and sarif are its findings, shell its remedies.",
    ),
    options.fail_on,
    options.root,
    options.no_cache,
    more="With --against REV the specs of PATH are compared with those of a revision; without it"
    " there are two PATHs, the old and the new version, each a spec or a folder.",
)

rules = _command(
    "rules",
    click.argument("names", nargs=-1, metavar="[RULE]..."),
    options.format_option(rules_page.FORMATS),
)

schema = _command(
    "schema",
    click.argument("kind", type=click.Choice(("domain", "team", "review")), default="domain"),
)
