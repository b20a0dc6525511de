"""Runs a check on a reader's code in a process of its own, which can be ended whatever the code does.

The process is a copy of this one (`fork`): it has all the reader's variables, and what it changes is gone with it. Time
is the processor's, so that a busy machine makes nobody's answer wrong. Windows cannot copy a process, and on macOS a
copy may not use Apple's matrix library: there the code runs in this process, and is ended by an exception. In a web
page it runs in the page's own Python, which the page ends.
"""

import contextlib
import dis
import faulthandler
import gc
import importlib
import importlib.util
import io
import itertools
import mmap
import os
import pickle
import random
import select
import signal
import struct
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

from privlab.lab.results import layers
from privlab.lab.time_limit import TooLong, time_limit
from privlab.lab.ways_out import catch_descriptors
from privlab.language import translate

CALL_SECONDS = 3.0  # of the processor, in one call of the reader's code
SECONDS = 20.0  # of the processor, in all
WALL_SECONDS = 60.0  # by the clock, for code that waits instead of working
MEMORY = 4 * 2**30  # bytes that the code may ask for
LOOK = 0.02  # seconds between two looks at the processor's clock
PROGRESS = struct.Struct("qdq")  # calls begun, the processor's seconds when the last one began, whether it goes on


class Ended(Exception):
    """The code was ended; the message says why, in a sentence about "your code"."""


class Progress:
    """How far the reader's code has come, for whoever watches from outside: `begin` and `end` around each call."""

    def __init__(self):
        self._memory = mmap.mmap(-1, PROGRESS.size)
        self._calls = 0

    def begin(self) -> None:
        """Notes that a call begins."""
        self._calls += 1
        self._memory[:] = PROGRESS.pack(self._calls, time.process_time(), 1)

    def end(self) -> None:
        """Notes that the call is over."""
        self._memory[:] = PROGRESS.pack(self._calls, 0.0, 0)

    def read(self) -> tuple[int, float, int]:
        """How many calls have begun, the processor's seconds when the last one did, and whether it goes on."""
        return PROGRESS.unpack(self._memory[:])


def can_fork() -> bool:
    """Whether the code can run in a copy of this process."""
    if not hasattr(os, "fork") or sys.platform in ("darwin", "emscripten"):
        return False
    torch = sys.modules.get("torch")
    return not (torch and torch.cuda.is_initialized())  # a copy cannot use the GPU of the first


def run_apart(work: Callable[[], Any], progress: Progress | None = None, seconds: float = SECONDS) -> Any:
    """What `work()` returns, from a process of its own; it must be something that pickle can carry.

    progress : noted by the work around each call of the reader's code; one call may take `CALL_SECONDS`.
    seconds : of the processor's time, for all of it.
    Raises Ended when the code takes too long, ends its process or needs too much memory, and whatever the work raises.
    In a web page the work runs here, and no time ends it.
    """
    progress = progress or Progress()
    if sys.platform == "emscripten":  # neither signals nor threads
        with contextlib.redirect_stdout(io.StringIO()):
            return work()
    if not can_fork():
        try:
            with contextlib.redirect_stdout(io.StringIO()), time_limit(seconds):
                return work()
        except TooLong:
            raise Ended(_too_long(progress, seconds)) from None
    reading, writing = os.pipe()
    state = random.getstate()  # a copy's generator gets a new seed from Python, and a check is to see the reader's own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of copies of processes with threads: see `_in_copy`
        child = os.fork()
    if child == 0:
        os.close(reading)
        random.setstate(state)
        _in_copy(work, writing)
    os.close(writing)
    try:
        answer = _wait(child, reading, progress, seconds)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return _result(answer, status)


def _in_copy(work, writing):
    """Runs the work, sends what came of it, and ends the copy. Never returns.

    Other threads do not live on in a copy, so nothing here may wait for them: what is printed goes nowhere, and torch
    works on one thread.
    """
    try:
        gc.freeze()  # the system would copy all memory in which things that are there already are looked at
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        catch_descriptors()
        sys.stdout = sys.stderr = io.StringIO()
        _limit_memory()
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(1)
        last = next(reversed(sys.modules))
        try:
            said = pickle.dumps((True, work(), _loaded_after(last)))
        except BaseException as error:  # SystemExit too: it is an answer like another
            said = pickle.dumps((False, _portable(error), _loaded_after(last)))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(said)
    finally:
        os._exit(0)


def load_libraries(function: Callable) -> None:
    """Loads the installed libraries that a function imports in its body, which it would do anyway: some take longer to
    load than a call may take, and no copy of this process would keep them for the next.
    """
    waiting: list[Any] = [*layers(function)]
    seen: set[types.CodeType] = set()
    while waiting:
        code = waiting.pop()
        code = getattr(code, "__code__", code)
        if not isinstance(code, types.CodeType) or code in seen:
            continue
        seen.add(code)
        waiting += code.co_consts
        module: types.ModuleType | None = None
        for step in dis.get_instructions(code):
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                if step.opname == "IMPORT_NAME":
                    spec = importlib.util.find_spec(step.argval.split(".")[0])
                    module = (
                        importlib.import_module(step.argval) if spec and "site-packages" in str(spec.origin) else None
                    )
                elif step.opname == "IMPORT_FROM":
                    getattr(module, step.argval, None)  # some packages load their parts only then


def _loaded_after(last):
    """The installed libraries, and modules of this one, that were loaded after the module `last`: a list of names.

    Only these are looked at: the system copies every page of memory in which a copy looks at a module.
    """
    loaded = list(itertools.takewhile(lambda name: name != last, reversed(sys.modules)))
    return [
        name
        for name in loaded
        if name.startswith("privlab.")
        or ("." not in name and "site-packages" in str(getattr(sys.modules[name], "__file__", None)))
    ]


def _portable(error):
    """The exception, or one of the same message that pickle can carry."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return RuntimeError("".join(traceback.format_exception_only(error)).strip())


def _limit_memory():
    """Keeps the copy from taking all memory of the machine, where the system has such a limit."""
    import resource

    import psutil

    with contextlib.suppress(ValueError, OSError):
        most = psutil.Process().memory_info().vms + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _wait(child, reading, progress, seconds):
    """What the copy sends, bytes. Raises Ended when it takes too long."""
    import psutil

    parts, began, process = [], time.monotonic(), psutil.Process(child)
    while True:
        if select.select([reading], [], [], LOOK)[0]:
            part = os.read(reading, 1 << 16)
            if not part:
                return b"".join(parts)
            parts.append(part)
            continue
        spent = _spent(process)
        calls, when, going_on = progress.read()
        if spent > seconds or (going_on and spent - when > CALL_SECONDS) or time.monotonic() - began > WALL_SECONDS:
            raise Ended(_too_long(progress, spent))


def _spent(process):
    """The processor's seconds that a process has used."""
    import psutil

    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def _too_long(progress, spent):
    """Why the code was stopped: one call that never ended, or many that were slow."""
    calls, *_ = progress.read()
    if calls <= 3:
        return translate(
            "your code did not finish and was stopped; does a loop never end, or does it wait for something?"
        )
    return translate(
        "your code is too slow to be checked: {calls:,} calls took more than {spent:.0f} seconds; "
        "does it do more work than it must in every call?",
        calls=calls,
        spent=spent,
    )


def _result(answer, status):
    """What the work returned. Raises what it raised, or Ended when the copy said nothing."""
    if not answer:
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            raise Ended(translate("your code needed more memory than there is, and was stopped"))
        raise Ended(translate("your code ended the whole program (by os._exit, or by a crash): let it return instead"))
    good, value, libraries = pickle.loads(answer)
    for name in sorted(libraries):  # so that the next copy need not load them again
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if good:
        return value
    raise value
