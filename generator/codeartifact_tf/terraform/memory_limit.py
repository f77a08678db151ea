"""How much memory a custom template may take: the sandbox of Jinja leaves that to its users."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MORE = 1792 * 1024**2
"""Bytes: with what Python and its packages take, a process stays below 2 GB."""


@contextmanager
def bounded() -> Iterator[None]:
    """Let what asks for more than 1.75 GB raise MemoryError, where the system can see to it.

    The limit counts from what the process holds already, not from zero: below that every
    request fails, those of the interpreter too, whose answer to some is to crash.
    """
    try:
        import resource  # noqa: PLC0415 - Windows has none

        most = _held(resource.getpagesize()) + _MORE
    except (ImportError, OSError):  # no such module, no /proc: no limit can be set there
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft <= most:
        yield
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _held(page_size: int) -> int:
    """The bytes of address space of this process. Source: proc(5), the first field of statm."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * page_size
