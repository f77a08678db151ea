"""`codeartifact-tf rules`: lists and explains the rules."""

import click

from codeartifact_tf.commands import exit_codes
from codeartifact_tf.commands.printing import echo
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.reports.rules_page import FORMATS, force
from codeartifact_tf.rules import ALL, BY_NAME


def rules(names: tuple[str, ...], format_: str) -> int:
    """List the rules, or explain the RULEs that are named."""
    for name in names:
        if name not in BY_NAME:
            meant = nearest(name, BY_NAME)
            raise click.UsageError(
                f"there is no rule {name!r}{f'; did you mean {meant!r}?' if meant else ''}"
            )
    chosen = [BY_NAME[name] for name in names] or list(ALL)
    if format_ == "text" and not names:
        formatter = click.HelpFormatter(max_width=100)
        formatter.write_dl([(rule.name, f"{force(rule)}. {rule.summary}") for rule in ALL])
        echo(formatter.getvalue())
    else:
        echo(FORMATS[format_](chosen))
    return exit_codes.FINE
