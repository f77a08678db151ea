"""`codeartifact-tf init`: writes a first spec."""

import shlex
from pathlib import Path

import click

from codeartifact_tf.commands import exit_codes
from codeartifact_tf.files.paths import shown
from codeartifact_tf.spec import starter


def init(folder: str, domain: str, region: str) -> int:
    """Write a first spec, and the JSON Schema for your editor, to FOLDER."""
    home = Path(folder)
    try:
        written = starter.write(home, domain, region)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} exists already") from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for path in written:
        click.echo(f"{shown(path)}: written")
    click.echo(f"Next: codeartifact-tf generate {shlex.quote(shown(home))}")
    return exit_codes.FINE
