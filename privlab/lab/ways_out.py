"""What leaves code beside its result: files that it writes, variables of the environment, connections, programs."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR
_noted: list[str] | None = None  # while a watch goes on
_hooked = False


@contextlib.contextmanager
def watched_ways() -> Iterator[list[str]]:
    """A context that lists what the code in it sends out beside its result, in words: "writes to 'sums.txt'".

    What an import writes or sets is left out. Not seen: what code in C sends, and what is written to files that were
    open before.
    """
    global _noted, _hooked
    if not _hooked:
        sys.addaudithook(_note)  # which Python never takes away again
        _hooked = True
    before, _noted = _noted, []
    try:
        yield _noted
    finally:
        _noted = before


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
        return f"writes to {os.fsdecode(path)!r}" if writes and kept else None
    if event == "os.putenv":
        return f"sets the variable {os.fsdecode(arguments[0])!r} of the environment"
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        return "sends something over a network"
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        return "starts another program"
    return None


def _importing():
    """Whether a module is being loaded just now."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
