"""The program: `codeartifact-tf`, and `python -m generator`."""

import sys

_INTERRUPTED = 130


def main() -> int:
    """Run the command line of this process and give its exit code."""
    try:
        from generator.cli import main as run  # noqa: PLC0415 - which can be interrupted too
    except KeyboardInterrupt:
        return _INTERRUPTED
    return run()


if __name__ == "__main__":
    sys.exit(main())
