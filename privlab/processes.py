"""Processes of other programs: started, heard, waited for, and all ended, even when the process that asked is killed.

A keeper starts them, which is this file as a program: `processes.py FOLDER`, with a wish as JSON on each line of its
standard input, and an answer to each on its standard output. Its input ends when `close` is called, and just as well
when whoever asked is killed; then it ends all processes and deletes the folder.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

if sys.platform != "emscripten":  # a web page has neither processes nor this
    import psutil

HOST = "127.0.0.1"
LOOPBACK = "127.0.0.1,localhost"  # names of this machine, as settings of a proxy list them
MARK = "PRIVLAB_PROCESSES"  # stands in the environment of all processes, with the folder that they belong to
GRACE = 1.0  # seconds between asking processes to end and ending them: none has anything to save
CLEANING = 30  # seconds that a keeper has to end everything; it takes one or two
GONE = "what ran here was stopped, or its keeper ended: start it anew"


class Processes:
    """A folder, and processes by their names, which work in it; a context that leaves neither behind."""

    def __init__(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="privlab-")).resolve()
        self._keeper: Any = None  # a Popen
        self._wishes = 0
        try:
            self._keeper = subprocess.Popen(
                [sys.executable, "-P", __file__, str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # an interrupt is not for the keeper
                cwd=tempfile.gettempdir(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            weakref.finalize(self, self._keeper.stdin.close)  # processes that nobody holds any more end
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, name: str, words: Sequence[Any], environment: Mapping[str, str], said: str = "") -> None:
        """Starts a program under a name.

        words : the program and its arguments; paths are absolute. said : what it is told on its standard input, which
        stays open for `say`.
        """
        environment = {**environment, MARK: str(self.folder)}
        self._ask("start", name, words=list(map(str, words)), environment=environment, said=said)

    def say(self, name: str, text: str) -> None:
        """Tells the process of that name something more on its standard input."""
        self._ask("say", name, said=text)

    def codes(self) -> dict[str, int | None]:
        """By each name, the status that its process ended with; None while it runs."""
        return self._ask("codes")

    def end(self, name: str) -> None:
        """Asks the process of that name to end, and waits until it has, but not for ever."""
        self._ask("end", name)
        self.wait(lambda: self.codes()[name] is not None, CLEANING)

    def output(self, name: str) -> str:
        """What the process of that name has printed so far."""
        return self._text(f"{name}.out")

    def log(self, name: str) -> str:
        """What the process of that name has printed so far, and after it what it said of errors."""
        return self.output(name) + self._text(f"{name}.err")

    def last_line(self, name: str) -> str:
        """The last line of what the process of that name has said of errors, or else has printed."""
        lines = self.log(name).strip().splitlines()
        return lines[-1] if lines else "it gave no reason"

    def wait(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Whether `happened()` came true within so many seconds; waits until then."""
        until = time.monotonic() + seconds
        while not (true := happened()) and time.monotonic() < until:
            time.sleep(0.02)
        return true

    def close(self) -> None:
        """Ends all processes, frees their ports and deletes the folder. A second call does nothing."""
        keeper, self._keeper = self._keeper, None
        try:
            if keeper is not None:
                with contextlib.suppress(OSError):
                    keeper.stdin.close()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    keeper.wait(CLEANING)
        finally:
            if keeper is not None:
                keeper.kill()
                keeper.wait()
                keeper.stdout.close()
            _end_all({}, str(self.folder))  # there is nothing to do, unless somebody killed the keeper
            shutil.rmtree(self.folder, ignore_errors=True)

    def check(self) -> None:
        """Raises RuntimeError when there are no processes any more."""
        if self._keeper is None or self._keeper.poll() is not None:
            raise RuntimeError(GONE)

    def _text(self, file: str) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / file).read_text(encoding="utf-8", errors="replace")
        return ""

    def _ask(self, wish: str, name: str = "", **more: Any) -> Any:
        self.check()
        self._wishes += 1
        self._keeper.stdin.write(json.dumps({"wish": wish, "name": name, "number": self._wishes, **more}) + "\n")
        self._keeper.stdin.flush()
        for line in self._keeper.stdout:
            number, answer = json.loads(line)
            if number == self._wishes:  # an interrupt may have left the answer to an older wish in the pipe
                return answer
        raise RuntimeError(GONE)


def python(program: pathlib.Path, *words: object) -> list[object]:
    """The words that start a program file in a Python of its own, which finds privlab in `environment()`."""
    return [sys.executable, "-P", "-X", "utf8", program, *words]


def environment(**more: str) -> dict[str, str]:
    """The environment of this process, in which a Python finds privlab and no proxy stands between programs of this
    machine, with some variables more.
    """
    from privlab.settings import checkout  # not above: the keeper knows nothing of privlab

    root = checkout()
    known = os.pathsep.join(filter(None, (str(root) if root else "", os.environ.get("PYTHONPATH"))))
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**own, "no_proxy": LOOPBACK, "NO_PROXY": LOOPBACK, "PYTHONPATH": known, **more}


def free_ports(count: int) -> list[int]:
    """So many different TCP ports of this machine that no program holds."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]


def port_taken(port: int) -> bool:
    """Whether a program listens at that port of this machine."""
    with socket.socket() as one:
        one.settimeout(0.5)
        return one.connect_ex((HOST, port)) == 0


def belonging(folder: str) -> "list[psutil.Process]":
    """The processes that belong to a folder, with whatever they have started."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == folder and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _keep(folder: str) -> None:
    """The keeper: grants wishes until there are no more, then leaves no process and no file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the reader interrupts a cell, not the processes
    processes: dict[str, Any] = {}
    try:
        for line in sys.stdin:
            wish = json.loads(line)
            print(json.dumps([wish["number"], _grant(wish, processes, folder)]), flush=True)
    except BrokenPipeError:
        pass
    finally:
        _end_all(processes, folder)
        shutil.rmtree(folder, ignore_errors=True)


def _grant(wish: dict, processes: dict[str, Any], folder: str) -> dict[str, int | None] | None:
    """The answer to one wish: to `start` a process, `say` something to it, `end` it, or tell all `codes`."""
    name = wish["name"]
    if wish["wish"] == "start":
        with (
            open(os.path.join(folder, f"{name}.out"), "ab") as out,
            open(os.path.join(folder, f"{name}.err"), "ab") as err,
        ):
            processes[name] = subprocess.Popen(
                wish["words"],
                env=wish["environment"],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
    if wish["wish"] in ("start", "say"):
        with contextlib.suppress(OSError):  # one that has ended is told of by its code
            processes[name].stdin.write(wish["said"].encode())
            processes[name].stdin.flush()
    if wish["wish"] == "end" and processes[name].poll() is None:
        processes[name].terminate()
    return {name: process.poll() for name, process in processes.items()} if wish["wish"] == "codes" else None


def _end_all(processes: dict[str, Any], folder: str) -> None:
    """Asks all processes to end, the newest first, and ends those that do not, with whatever they have started."""
    for process in reversed(processes.values()):
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE * bool(processes)  # none were asked when somebody killed the keeper
    while belonging(folder) and time.monotonic() < until:
        for process in processes.values():
            process.poll()
        time.sleep(0.05)
    while left := belonging(folder):  # again, for what they were just about to start
        for one in left:
            with contextlib.suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(left, timeout=1)
        for process in processes.values():
            process.poll()


if __name__ == "__main__":
    _keep(sys.argv[1])
