"""What a run of the program may take: seconds of the processor, and memory.

A machine that others share makes a run longer on the wall, so no test bounds that; HANG only ends
what would never end.
"""

import resource

PROCESSOR_SECONDS = 60
MEMORY = 2 * 1024**3
HANG = 600


def limit(seconds: int = PROCESSOR_SECONDS) -> None:
    """What a process does to itself before it becomes the program; SIGXCPU ends a slow one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 10))
