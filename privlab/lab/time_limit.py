"""Ends code that never returns, and leaves everything else in the kernel as it was."""

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Iterator

REPEAT = 0.05  # seconds until the next try, for code that swallows the first


class TooLong(BaseException):
    """The time is up. Not an `Exception`, so that a reader's `except Exception` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """A context whose body is ended by `TooLong` after `seconds` of wall clock, again and again if it swallows it.

    Uses an interval timer in the main thread where signals exist, elsewhere (Windows, another thread) an exception
    sent to the thread. Code in another thread can swallow it for ever; a call that is stuck inside compiled code ends
    when it comes back to Python.
    """
    outside = sys._getframe(2)  # the frame of the `with`, past contextlib's own
    main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds, outside) if main and hasattr(signal, "setitimer") else _by_exception(seconds, outside):
        yield


def _inside(frame, outside):
    """Whether this frame may be interrupted: the body of the context runs in it, not the context itself, nor an import.

    An import cut short would leave a library half imported in the kernel.
    """
    if frame is None or frame is outside or frame.f_code.co_filename in (__file__, contextlib.__file__):
        return False
    while frame is not None and frame is not outside:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return False
        frame = frame.f_back
    return True


@contextlib.contextmanager
def _by_signal(seconds, outside):
    def raise_again(frame, event, argument):
        if event == "line":
            raise TooLong
        return raise_again

    def interrupt(number, frame):
        if not _inside(frame, outside):
            return
        while frame is not None and frame is not outside:
            frame.f_trace = raise_again  # code that swallows this exception meets another on its next line
            frame = frame.f_back
        sys.settrace(lambda *event: None)  # new calls are left alone
        raise TooLong

    tracing = sys.gettrace()
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.settrace(tracing)


@contextlib.contextmanager
def _by_exception(seconds, outside):
    thread, done = threading.get_ident(), threading.Event()

    def interrupt():
        wait = seconds
        while not done.wait(wait):
            wait = REPEAT
            if _inside(sys._current_frames().get(thread), outside):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooLong))

    watch = threading.Thread(target=interrupt, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)
