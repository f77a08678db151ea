"""The command line: finds the command, runs it, and turns failures into exit codes.

Nothing but the commands prints or exits.
"""

import gc
import io
import os
import sys
from contextlib import suppress
from importlib import import_module

import click

from codeartifact_tf import __version__
from codeartifact_tf.commands import exit_codes
from codeartifact_tf.commands.summaries import COMMANDS

# What click raises to print the help, where there are no arguments; before 8.2 it raised nothing.
_HELP = getattr(click.exceptions, "NoArgsIsHelpError", ())


class LazyGroup(click.Group):
    """A group that knows names and sentences of its commands, and looks up what one takes."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command as any group does, then put the real one in its place."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and command else command, rest


def load(name: str) -> click.Command:
    """What a command takes; the module of the command itself is imported when it runs."""
    command = getattr(import_module(f"{__package__}.interface"), name)
    assert isinstance(command, click.Command)
    return command


def main(arguments: list[str] | None = None) -> int:
    """Run a command line (without the program's name) and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe of another encoding gets escapes for what it cannot show.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    thresholds = gc.get_threshold()
    # Millions of small values are made, and hardly one is freed before the end: look less often.
    gc.set_threshold(100_000, *thresholds[1:])
    try:
        result = cli.main(args=arguments, prog_name="codeartifact-tf", standalone_mode=False)
    except click.ClickException as error:
        if not isinstance(error, _HELP):
            error.message = _escaped(error.message)  # type: ignore[misc]  # click prints it
        with suppress(OSError):
            error.show()
        return exit_codes.USAGE
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return exit_codes.INTERRUPTED
    except SystemExit:
        # Nobody reads the output any more; click keeps the interpreter from complaining about it.
        return exit_codes.USAGE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(_escaped(f"error: {where}{error.strerror or error}"))
        return exit_codes.USAGE
    except Exception:  # noqa: BLE001 - any other fault is ours
        import traceback  # noqa: PLC0415 - rarely needed

        lines = traceback.format_exc().split("\n")
        _complain("\n".join(map(_escaped, lines)))
        _complain("This is a bug in codeartifact-tf. Please report it.")
        return exit_codes.BUG
    finally:
        gc.set_threshold(*thresholds)
    return int(result or exit_codes.FINE)


def _escaped(text: str) -> str:
    from codeartifact_tf.files.paths import escaped  # noqa: PLC0415 - rarely needed

    return escaped(text)


def _complain(text: str) -> None:
    """Print to stderr if somebody still reads it: the exit code must not depend on that."""
    with suppress(OSError):
        click.echo(text, err=True)


@click.group(
    cls=LazyGroup,
    commands=[click.Command(name, help=summary) for name, summary in COMMANDS.items()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """AWS CodeArtifact domains as reviewed code.

    Reads one YAML spec per domain, checks it, renders Terraform, and reads its own Terraform back
    to prove that it says what the spec says. PATH is a spec, or a folder in which specs
    (domain.yaml) are found; the default is the current folder.
    """
    if os.environ.get("NO_COLOR"):
        click.get_current_context().color = False
