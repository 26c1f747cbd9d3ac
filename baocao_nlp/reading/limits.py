"""What a file may cost: limits that no report comes near, and that what is made to harm runs into."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file.

    Attributes
    ----------
    file : bytes of a file, and of all that it unpacks to.
    text : bytes of text in a Word file or a web page.
    pages : of a PDF file.
    seconds : that other programs and the pages of a PDF file may take; `extract_many` stops whatever takes longer.
    """

    file: int = 200 << 20
    text: int = 10 << 20
    pages: int = 2000
    seconds: float = 1800


class _OverdueError(BaseException):
    """Not an `Exception`: no library on the way may take it for one of its own."""


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Stop what is done inside after some seconds, where it can be: in a main thread, on a system with alarms that
    nobody else has set.

    Raises
    ------
    TimeoutError
        Where it was stopped.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        raise _OverdueError

    is_free = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    )
    if not is_free:
        yield
        return
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _OverdueError:
        raise TimeoutError(f"took more than {seconds:g} seconds") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
