"""The program: `codeartifact-tf`, and `python -m codeartifact_tf`."""

import os
import sys
from typing import TextIO

_INTERRUPTED = 130


def main() -> int:
    """Run the command line of this process and give its exit code."""
    try:
        from codeartifact_tf.commands.command_line import main as run  # noqa: PLC0415 - which can be interrupted too
    except KeyboardInterrupt:
        return _INTERRUPTED
    code = run()
    for stream in (sys.stdout, sys.stderr):
        _let_go(stream)
    return code


def _let_go(stream: TextIO | None) -> None:
    """Drop what could not be written.

    Python would try again at its end, complain, and exit with 120. Source: the note on SIGPIPE in
    the documentation of its module `signal`.
    """
    if stream is None:  # it was closed before the start
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
