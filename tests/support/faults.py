"""The program, struck by a signal at the n-th thing that it does from its first writing on.

python -m tests.support.faults N SIGNAL ARGUMENTS...

What it does are Python's audit events: every call that touches a file. With N = 0 it is not struck,
and prints the number of its events to stderr.
"""

import os
import sys

_WRITES = frozenset({"os.mkdir", "os.chmod", "os.rename", "os.remove"})


def main() -> int:
    struck, signal = int(sys.argv[1]), int(sys.argv[2])
    count = 0

    def strike(event: str, _: object) -> None:
        nonlocal count
        if event in _WRITES or (count and event.partition(".")[0] in {"open", "os"}):
            count += 1
            if count == struck:
                os.kill(os.getpid(), signal)

    sys.addaudithook(strike)
    from codeartifact_tf.commands.command_line import main as run

    code = run(sys.argv[3:])
    if not struck:
        sys.stderr.write(f"{count}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
