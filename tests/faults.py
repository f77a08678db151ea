"""The program, struck by a signal at the n-th thing that it does.

python -m tests.faults N SIGNAL ARGUMENTS...

What it does are Python's audit events: every import, every call that touches a file. With N = 0 it
is not struck, and prints the number of its events and of the first that writes to stderr.
"""

import os
import sys

_WRITES = frozenset({"os.mkdir", "os.chmod", "os.rename", "os.remove"})


def main() -> int:
    struck, signal = int(sys.argv[1]), int(sys.argv[2])
    count = first_write = 0

    def strike(event: str, _: object) -> None:
        nonlocal count, first_write
        if event not in _WRITES and event.partition(".")[0] not in {"open", "import", "os"}:
            return
        count += 1
        if event in _WRITES and not first_write:
            first_write = count
        if count == struck:
            os.kill(os.getpid(), signal)

    sys.addaudithook(strike)
    from generator.cli import main as run

    code = run(sys.argv[3:])
    if not struck:
        sys.stderr.write(f"{count} {first_write}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
