"""Starts Flower's programs by fork from one process that has already imported them (lesson 55). POSIX only.

A program: `forkserver.py SOCKET MODULE...`. A stand-in (`write_stand_ins`) is a small script named like the real
program: it sends its words, folder, environment and its three streams through the socket, lives as long as the forked
process, and hands back its exit status. What is forked is the program's own entry point, and nothing of it is changed.
"""

import contextlib
import gc
import importlib
import importlib.metadata
import json
import os
import pathlib
import selectors
import shlex
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from typing import NoReturn

# Started by a shell, and connected from the folder of the socket: what stands after "#!" may hold no space and not more
# than 127 characters, and the address of a socket not more than 107. To Python the shell's line is a string.
STAND_IN = """#!/bin/sh
'''exec' {python} -SEI "$0" "$@"
'''
import json, os, signal, socket, sys
wish = json.dumps([[{name!r}, *sys.argv[1:]], os.getcwd(), dict(os.environ)]).encode()
line = socket.socket(socket.AF_UNIX)
os.chdir({folder!r})
line.connect({socket!r})
socket.send_fds(line, [len(wish).to_bytes(4, "big")], [0, 1, 2])
line.sendall(wish)
words = line.makefile("r")
forked = int(words.readline())
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: os.kill(forked, number))
os._exit(int(words.readline() or 1))
"""


def stand_in(name: str, address: pathlib.Path) -> str:
    """The text of a stand-in for the program of that name. address : of the fork server's socket."""
    python = shlex.quote(sys.executable)
    return STAND_IN.format(python=python, name=name, folder=str(address.parent), socket=address.name)


def write_stand_ins(folder: pathlib.Path, address: pathlib.Path) -> None:
    """Writes a stand-in for each of Flower's programs to the folder. address : of the fork server's socket."""
    for entry in importlib.metadata.distribution("flwr").entry_points:
        if entry.group == "console_scripts":
            file = folder / entry.name
            file.write_text(stand_in(entry.name, address), encoding="utf-8")
            file.chmod(0o755)


def main(address: str, modules: Iterable[str]) -> None:
    """Forks for whoever asks, until the process that started the fork server is gone."""
    starter = os.getppid()
    os.chdir(os.path.dirname(address))
    for name in modules:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector would write to every page
    waiting = selectors.DefaultSelector()
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.path.basename(address))
    server.listen(64)
    waiting.register(server, selectors.EVENT_READ)
    ended, wake = socket.socketpair()
    for end in (ended, wake):
        end.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting.register(ended, selectors.EVENT_READ)
    forked: dict[socket.socket, int] = {}  # the line to each stand-in, and the process forked for it
    while os.getppid() == starter:
        for key, _ in waiting.select(0.5):
            if key.fileobj is ended:
                ended.recv(4096)
                tell(forked, waiting)
            elif key.fileobj is server:
                line = server.accept()[0]
                forked[line] = fork(line, [server, ended, wake, *forked])
                waiting.register(line, selectors.EVENT_READ)
            elif isinstance(key.fileobj, socket.socket):  # a stand-in says nothing more: it was killed
                waiting.unregister(key.fileobj)
                key.fileobj.close()
                _kill(forked.pop(key.fileobj))
    for number in forked.values():
        _kill(number)


def _kill(number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def tell(forked: dict[socket.socket, int], waiting: selectors.BaseSelector) -> None:
    """Hands the exit status of every process that has ended to its stand-in."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            for line in [line for line, number in forked.items() if number == ended[0]]:
                del forked[line]
                waiting.unregister(line)
                with contextlib.suppress(OSError):
                    line.sendall(b"%d\n" % (os.waitstatus_to_exitcode(ended[1]) % 256))
                line.close()


def fork(line: socket.socket, close: Iterable[socket.socket]) -> int:
    """The number of the forked process, which the stand-in at the other end of the line is told.

    close : sockets that are not the child's.
    """
    head, streams, _, _ = socket.recv_fds(line, 4, 3)
    wish, length = b"", int.from_bytes(head, "big")
    while len(wish) < length:
        wish += line.recv(length - len(wish))
    number = os.fork()
    if not number:
        for of_the_parent in (line, *close):
            of_the_parent.close()
        words, folder, environment = json.loads(wish)
        become(words, folder, environment, streams)
    for stream in streams:
        os.close(stream)
    line.sendall(b"%d\n" % number)
    return number


def become(words: list[str], folder: str, environment: dict[str, str], streams: Iterable[int]) -> NoReturn:
    """Never returns: the forked process runs the program that the words name, and ends with its status."""
    status = 1
    try:
        for standard, stream in enumerate(streams):
            os.dup2(stream, standard)
        os.setsid()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        signal.set_wakeup_fd(-1)
        for heard in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(heard, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        sys.modules["numpy"].random.seed()  # else every forked client draws the same "noise"
        sys.argv = words
        (entry,) = importlib.metadata.entry_points(group="console_scripts", name=words[0])
        status = entry.load()() or 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
