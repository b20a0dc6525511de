"""The processes of a federation, as seen from the kernel: start one, read its log, wait for it, end them all (lesson
55).
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import weakref

from privlab.fl.flower.supervisor import end

HOST = "127.0.0.1"
HERE = pathlib.Path(__file__).parent
APP = HERE / "app"
CLEANING = 30  # seconds that a keeper has to end everything; it takes one or two
GONE = "the federation was stopped, or its keeper ended: start it anew"
# what the forker imports once for all: the engine's programs and what our apps need
IMPORTED = (
    "flwr.superlink.cli",
    "flwr.superlink.main",
    "flwr.supernode.cli",
    "flwr.supernode.main",
    "flwr.supercore.cli",
    "flwr.cli.app",
    "flwr.serverapp.strategy",
    "flwr.clientapp",
    "flwr.server.strategy",
    "flwr.server.workflow",
    "flwr.client.mod",
)


class Processes:
    """A folder, and the processes that work in it. A keeper starts and ends them: it outlives a kernel that is killed.

    forked : True to start the engine's programs by fork. seconds : float, how long `until` waits.
    """

    def __init__(self, forked, seconds):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="federation-")).resolve()
        self.seconds, self._keeper, self._wishes = seconds, None, 0
        self.environment = _environment(self.folder)
        self.programs = pathlib.Path(sysconfig.get_path("scripts"))
        try:
            self._keeper = subprocess.Popen(
                [sys.executable, "-P", str(HERE / "supervisor.py"), str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
                cwd=tempfile.gettempdir(),
            )
            weakref.finalize(self, self._keeper.stdin.close)  # a federation that nobody holds any more ends
            if forked:
                self._fork()
        except BaseException:
            self.close()
            raise
        self.environment["PATH"] = f"{self.programs}{os.pathsep}{os.environ.get('PATH', '')}"

    def start(self, name, program, *words):
        """None; starts a program of the engine, or a path, under a name. Its words go to the log of that name.

        Raises RuntimeError when there is no such program.
        """
        words = [self._found(program), *words]
        self._ask(wish="start", name=name, words=[str(each) for each in words], environment=self.environment)

    def end(self, name):
        """None; asks the process of that name to end, and waits until it has."""
        self._ask(wish="end", name=name)
        self.until(lambda: self.code(name) is not None, f"{name} does not end")

    def code(self, name):
        """The status that the process of that name ended with; None while it runs."""
        return self._ask(wish="code", name=name)

    def log(self, name):
        """What the process of that name has said so far, str."""
        with contextlib.suppress(OSError):
            return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return ""

    def until(self, happened, sentence, name=None, seconds=None):
        """None; waits until `happened()`.

        Raises TimeoutError with the sentence when that takes too long, RuntimeError when the process `name` ends
        before.
        """
        until = time.monotonic() + (seconds or self.seconds)
        while not happened():
            if name and (code := self.code(name)) is not None:
                last = (self.log(name).strip().splitlines() or ["it said nothing"])[-1]
                raise RuntimeError(f"{sentence}: its program ended with status {code}; {last}")
            if time.monotonic() > until:
                raise TimeoutError(f"{sentence} within {seconds or self.seconds:g} s")
            time.sleep(0.05)

    def command(self, *words):
        """What `flwr` answers to these words, a dict. Raises RuntimeError with its reason when it says no."""
        done = subprocess.run(
            [self._found("flwr"), *map(str, words), "--format", "json"],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self.seconds,
        )
        start, end = done.stdout.find("{"), done.stdout.rfind("}")
        found = json.loads(done.stdout[start : end + 1]) if start >= 0 else {}
        if not found.get("success"):  # the exit status is 0 even then
            said = str(found.get("error-message") or done.stdout + done.stderr).strip().splitlines() or [
                "it said nothing"
            ]
            raise RuntimeError(f"the server did not take it: {said[-1].strip()}")
        return found

    def close(self):
        """None; ends all processes, frees their ports and deletes the folder. A second call does nothing."""
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
            end({}, str(self.folder))  # there is nothing to do, unless somebody killed the keeper
            shutil.rmtree(self.folder, ignore_errors=True)

    def _fork(self):
        from privlab.fl.flower.forkserver import write_stand_ins

        programs, line = self.folder / "programs", self.folder / "forker"
        programs.mkdir()
        write_stand_ins(programs, line)
        self.start("forker", sys.executable, "-P", HERE / "forkserver.py", line, *IMPORTED)
        self.until(line.exists, "the process that forks does not answer", "forker")
        self.programs = programs

    def check(self):
        """None. Raises RuntimeError when there is no federation any more."""
        if self._keeper is None or self._keeper.poll() is not None:
            raise RuntimeError(GONE)

    def _found(self, program):
        file = shutil.which(str(program), path=str(self.programs))
        if file is None:
            raise RuntimeError(f"there is no program {program} in {self.programs}: install flwr 1.41 for this Python")
        return file

    def _ask(self, **wish):
        self.check()
        self._wishes += 1
        self._keeper.stdin.write(json.dumps({**wish, "number": self._wishes}) + "\n")
        self._keeper.stdin.flush()
        for line in self._keeper.stdout:
            number, answer = json.loads(line)
            if number == self._wishes:  # an interrupt may have left the answer to an older wish in the pipe
                return answer
        raise RuntimeError(GONE)


def _environment(folder):
    """What the engine needs to stay at home: no telemetry, no look for updates, its own files in our folder."""
    found = {
        **os.environ,
        "FLWR_HOME": str(folder / "home"),
        "FLWR_TELEMETRY_ENABLED": "0",
        "FLWR_DISABLE_UPDATE_CHECK": "1",
        "FLWR_SUPEREXEC_TASK_POLL_INTERVAL": "0.3",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PRIVLAB_FEDERATION": str(folder),
    }
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):  # a notebook sets them, and JSON would come in colours
        found.pop(name, None)
    return found


def taken(port):
    """Whether a program listens at that port of this machine."""
    with socket.socket() as one:
        one.settimeout(0.5)
        return one.connect_ex((HOST, port)) == 0
