"""What leaves code beside its result: files that it writes, variables of the environment, connections, programs."""

import contextlib
import inspect
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

from privlab.language import translate

LIBRARY = os.path.dirname(os.__file__)  # where Python's own modules lie
WRITING = os.O_WRONLY | os.O_RDWR
MADE = ("os.mkdir", "os.rename", "os.link", "os.symlink", "os.utime", "os.chmod", "os.setxattr", "os.truncate")
_noted: list[str] | None = None  # while a watch goes on
_hooked = False
_threads: set[threading.Thread] = set()  # that were there before the watch
_beside: int | None = None  # in a copy of this process, the descriptor of what is written past Python's prints
MOST_WRITTEN = 2**30  # bytes of one file


@contextlib.contextmanager
def watched_ways() -> Iterator[list[str]]:
    """A context that lists what the code in it sends out beside its result, in words: "writes to 'sums.txt'".

    What an import writes or sets is left out. Not seen: what code in C sends, and what is written to files that were
    open before, but for the two to which Python prints: see `written_since`.
    """
    global _noted, _hooked
    if not _hooked:
        sys.addaudithook(_note)  # which Python never takes away again
        _hooked = True
    global _threads
    before, _noted, _threads = (_noted, _threads), [], {*threading.enumerate()}
    try:
        yield _noted
    finally:
        _noted, _threads = before


def leaves_a_thread() -> bool:
    """Whether, while a watch goes on, a thread of the code goes on, which may print when nobody looks; those that
    libraries keep are left out.
    """
    if _noted is None or threading.active_count() == len(_threads):
        return False
    for thread in {*threading.enumerate()} - _threads:
        does = getattr(thread, "function", None) or getattr(thread, "_target", None) or type(thread).run
        code = getattr(inspect.unwrap(does), "__code__", None)
        if code is None or not code.co_filename.startswith((LIBRARY, sys.prefix)):
            return True
    return False


def catch_descriptors() -> None:
    """Sends what is written to the descriptors 1 and 2, also by code in C, where `written_since` reads it.

    For a copy of this process, which prints for nobody.
    """
    global _beside
    import resource

    _beside = os.memfd_create("beside") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    for number in (1, 2):
        os.dup2(_beside, number)
    written()  # what was printed before this, and waits, is nobody's


def written() -> int:
    """How many bytes were written to the descriptors 1 and 2 by now, past Python's prints; 0 where nobody sees them."""
    if _beside is None:
        return 0
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
    return os.fstat(_beside).st_size


def written_since(before: int) -> str:
    """What was written past Python's prints after `before`, which `written` gave."""
    size = written() - before
    return os.pread(_beside, size, before).decode(errors="replace") if _beside is not None and size > 0 else ""


def _note(event, arguments):
    """Notes what Python tells of itself, where it is one of the ways out."""
    if _noted is not None and (way := _way(event, arguments)) and not _importing():
        _noted.append(way)


def _way(event: str, arguments: tuple[Any, ...]) -> str | None:
    """What an event is as a way out, in words; None where it is none."""
    if event == "open":
        path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & WRITING)
        kept = isinstance(path, str | bytes | os.PathLike) and os.fspath(path) not in (os.devnull, b"/dev/null")
        return translate("writes to {path!r}", path=os.fsdecode(path)) if writes and kept else None
    if event in ("os.putenv", "os.unsetenv"):
        return translate("sets the variable {name!r} of the environment", name=os.fsdecode(arguments[0]))
    if event in MADE:
        names = [os.fsdecode(name) for name in arguments[:2] if isinstance(name, str | bytes | os.PathLike)]
        return (
            translate("leaves something under the name {names}", names=" or ".join(map(repr, names))) if names else None
        )
    if event == "sqlite3.connect":
        return (
            translate("writes to {path!r}", path=os.fsdecode(arguments[0]))
            if arguments[0] not in (":memory:", "", b":memory:")
            else None
        )
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        return translate("sends something over a network")
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        return translate("starts another program")
    return None


def _importing():
    """Whether a module is being loaded just now."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
