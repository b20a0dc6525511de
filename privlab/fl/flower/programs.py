"""Flower's programs and the processes that run them, as seen from this kernel (lesson 55)."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from typing import Any

from privlab.fl.flower.forkserver import write_stand_ins
from privlab.processes import MARK, Processes, environment

HERE = pathlib.Path(__file__).parent
QUIET = {"FLWR_TELEMETRY_ENABLED": "0", "FLWR_DISABLE_UPDATE_CHECK": "1"}  # no reports to its makers, no updates
# what the fork server imports once for all: Flower's programs and what our apps need
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


class Programs:
    """Flower's programs in one folder, which holds all that they read and write.

    forked : True to start them by fork.
    seconds : how long a wait may take.
    """

    def __init__(self, forked: bool, seconds: float) -> None:
        self.seconds, self.processes = seconds, Processes()
        self.folder = self.processes.folder
        self.environment = _environment(self.folder)
        self._lie_in = pathlib.Path(sysconfig.get_path("scripts"))
        try:
            if forked:
                self._fork()
        except BaseException:
            self.close()
            raise
        self.environment["PATH"] = f"{self._lie_in}{os.pathsep}{os.environ.get('PATH', '')}"

    def start(self, name: str, program: str, *words: object) -> None:
        """Starts one of Flower's programs under a name. Raises RuntimeError when there is no such program."""
        self.processes.start(name, [self._path(program), *words], self.environment)

    def until(
        self, happened: Callable[[], object], sentence: str, name: str | None = None, seconds: float | None = None
    ) -> None:
        """Waits until `happened()`.

        Raises TimeoutError with the sentence when that takes too long, RuntimeError when the process `name` ends
        before.
        """
        seconds = seconds or self.seconds

        def ended() -> int | None:
            return self.processes.codes()[name] if name else None

        if not self.processes.wait(lambda: bool(happened()) or ended() is not None, seconds):
            raise TimeoutError(f"{sentence} within {seconds:g} s")
        if not happened():
            last = self.processes.last_line(name or "")
            raise RuntimeError(f"{sentence}: its program ended with status {ended()}; {last}")

    def command(self, *words: object) -> Mapping[str, Any]:
        """What `flwr` answers to these words. Raises RuntimeError with its reason when it says no."""
        done = subprocess.run(
            [self._path("flwr"), *map(str, words), "--format", "json"],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self.seconds,
        )
        start, end = done.stdout.find("{"), done.stdout.rfind("}")
        answer = json.loads(done.stdout[start : end + 1]) if start >= 0 else {}
        if not answer.get("success"):  # the exit status is 0 even then
            said = str(answer.get("error-message") or done.stdout + done.stderr).strip() or "it said nothing"
            raise RuntimeError(f"the server did not take it: {said.splitlines()[-1].strip()}")
        return answer

    def close(self) -> None:
        """Ends all processes, frees their ports and deletes the folder. A second call does nothing."""
        self.processes.close()

    def _fork(self) -> None:
        stand_ins, address = self.folder / "programs", self.folder / "forkserver"
        stand_ins.mkdir()
        write_stand_ins(stand_ins, address)
        if not os.access(stand_ins / "flwr", os.X_OK):
            print(
                f"This system starts no program that lies in {self.folder.parent}: the programs start as their users "
                "start them, which takes longer."
            )
            return
        words = [sys.executable, "-P", HERE / "forkserver.py", address, *IMPORTED]
        self.processes.start("forker", words, self.environment)
        self.until(address.exists, "the process that forks does not answer", "forker")
        self._lie_in = stand_ins

    def _path(self, program: str) -> str:
        path = shutil.which(program, path=str(self._lie_in))
        if path is None:
            raise RuntimeError(f"there is no program {program} in {self._lie_in}: install flwr 1.41 for this Python")
        return path


def _environment(folder: pathlib.Path) -> dict[str, str]:
    """What Flower needs to stay at home: no telemetry, no look for updates, its own files in our folder."""
    variables = {
        **environment(),
        "FLWR_HOME": str(folder / "home"),
        **QUIET,
        "FLWR_SUPEREXEC_TASK_POLL_INTERVAL": "0.3",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        MARK: str(folder),
    }
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):  # a notebook sets them, and JSON would come in colours
        variables.pop(name, None)
    return variables
