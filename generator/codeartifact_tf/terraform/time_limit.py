"""How much processor time a custom template may take: the sandbox of Jinja has no such limit.

After SECONDS a signal raises an exception, where the interpreter next looks for one. It does so
between any two steps of a template, but not within one step: a single sum of very long lists, or
arithmetic with very long numbers (the renderer bounds those), takes as long as it takes. After
three times SECONDS the system therefore ends the process. In a thread other than the main one
only that second limit holds, and on Windows neither does. Time in which the process waits does not
count; a template has nothing to wait for.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from jinja2.debug import rewrite_traceback_stack

SECONDS = 60.0
_AGAIN = 0.1
_LAST = 3


class TooSlow(Exception):
    """The time is used up."""


class _Expired(BaseException):
    """Raised by the signal: no `except Exception` on the way keeps it."""


@contextmanager
def bounded() -> Iterator[None]:
    """Raise TooSlow once what runs within has taken SECONDS of processor time."""
    seconds = SECONDS
    if not hasattr(signal, "setitimer"):
        yield
        return
    is_running = threading.current_thread() is threading.main_thread()

    def expire(_: int, __: FrameType | None) -> None:
        if is_running:
            raise _Expired

    is_main = is_running
    before = signal.signal(signal.SIGPROF, expire) if is_main else None
    try:
        if is_main:
            # Again and again: an exception within a destructor is dropped.
            signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
        signal.setitimer(signal.ITIMER_VIRTUAL, _LAST * seconds)
        yield
        is_running = False
    except _Expired:
        is_running = False
        message = f"the templates take more than {seconds:g} seconds of processor time"
        # Jinja does this for exceptions of its own kinds: the lines become those of templates.
        trace = rewrite_traceback_stack().__traceback__
        raise TooSlow(message).with_traceback(trace) from None
    finally:
        is_running = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if is_main:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before or signal.SIG_DFL)
