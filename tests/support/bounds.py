"""What a run of the program may take: seconds of the processor, and memory.

A machine that others share makes a run longer on the wall, so no test bounds that; HANG only ends
what would never end.
"""

import resource

PROCESSOR_SECONDS = 60
MEMORY = 2 * 1024**3
HANG = 600


def limit() -> None:
    """What a process does to itself before it becomes the program."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # The kernel ends a process that takes more, with SIGXCPU.
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
