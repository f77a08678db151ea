"""How much memory a custom template may take: the sandbox of Jinja leaves that to its users."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

_MOST = 2 * 1024**3


@contextmanager
def bounded() -> Iterator[None]:
    """Let what asks for more than 2 GB raise MemoryError, where the system can see to it."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft <= _MOST:
        yield
        return
    with suppress(OSError, ValueError):  # macOS has the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (_MOST, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
