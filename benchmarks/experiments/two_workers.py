"""Two processes that work out one circuit: the library holds Python's lock, so threads would take turns (lesson 32)."""

import contextlib
import os
import pathlib
import shutil
import tempfile
import time

from privlab.he.ckks.executor import Executor
from privlab.he.ckks.schedule import plan
from privlab.he.ckks.serialization import load, save

PAUSE = 0.0005  # seconds between two looks for a file


class Workers(Executor):
    """Runs circuits like `Executor`, by two processes that share keys and ciphertexts and pass results through files.

    seconds  the time after which a run is given up.
    Raises ValueError where the system cannot make a copy of a process (Windows).
    """

    def __init__(self, server, seconds=600):
        if not hasattr(os, "fork"):
            raise ValueError("this system cannot copy a process: use Executor, one process")
        super().__init__(server)
        self.seconds = seconds

    def evaluate(self, circuit, ciphertexts, width):
        """As `Executor.evaluate`, by `plan` for rows of `width` slots.

        Raises RuntimeError when the other process fails, TimeoutError; no process is left behind.
        """
        self.circuit, self.plan = circuit, plan(circuit, width)
        self.prepare(circuit, ciphertexts)
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder, self.deadline = pathlib.Path(tempfile.mkdtemp(dir=memory)), time.monotonic() + self.seconds
        self.other = os.fork()
        if self.other == 0:
            self._other_half()
        try:
            results = self._half(0)
            return [results[output] for output in circuit.outputs]
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.other, 9)
            if self.other:
                os.waitpid(self.other, 0)
            shutil.rmtree(self.folder)

    def _other_half(self):
        """Never returns."""
        code = 1
        try:
            self._half(1)
            code = 0
        except BaseException as error:
            (self.folder / "error").write_text(str(error))
        finally:
            os._exit(code)

    def _half(self, worker):
        """The results of one worker by their nodes' indices; it takes the most urgent node that it can work out."""
        by, nodes = self.plan.worker, self.circuit.nodes
        wanted = {
            argument
            for node in nodes
            for argument in node.arguments
            if by.get(argument) == worker != by.get(node.index)
        }
        results, left = {}, [index for index in self.plan.order if by[index] == worker]
        while left:
            possible = (
                index
                for index in left
                if all(self._is_there(other, worker, results) for other in nodes[index].arguments)
            )
            index = next(possible, None)
            if index is None:
                self._wait()
                continue
            left.remove(index)
            for argument in nodes[index].arguments:
                if argument not in results:
                    results[argument] = self._fetched(argument) if argument in by else self.step(nodes[argument])
            results[index] = self.step(nodes[index], *(results[argument] for argument in nodes[index].arguments))
            if index in wanted:
                save(results[index], self.folder / str(index), self.parameters)
        return results

    def _fetched(self, index):
        return load("ciphertext", self.folder / str(index), self.parameters)

    def _is_there(self, index, worker, results):
        by = self.plan.worker.get(index)
        return by is None or index in results or by != worker and (self.folder / str(index)).exists()

    def _wait(self):
        if (self.folder / "error").exists():
            raise RuntimeError(f"the other worker failed: {(self.folder / 'error').read_text()}")
        if time.monotonic() > self.deadline:
            raise TimeoutError("the other worker did not finish in time and was stopped")
        time.sleep(PAUSE)
