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

    server : `Server`. seconds : float, the time after which a run is given up.
    Raises ValueError where the system cannot make a copy of a process (Windows).
    """

    def __init__(self, server, seconds=600):
        if not hasattr(os, "fork"):
            raise ValueError("this system cannot copy a process: use Executor, one process")
        super().__init__(server)
        self.seconds = seconds

    def evaluate(self, circuit, ciphertexts, width):
        """As `Executor.evaluate`. width : int, the slots of a row, as in `schedule.plan`.

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
            return [results[each] for each in circuit.outputs]
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
        """A dict from places to the results of one worker, which takes the most urgent node that it can work out."""
        where, nodes = self.plan.where, self.circuit.nodes
        wanted = {
            each for node in nodes for each in node.arguments if where.get(each) == worker != where.get(node.place)
        }
        results, left = {}, [place for place in self.plan.order if where[place] == worker]
        while left:
            place = next(
                (each for each in left if all(self._is_there(one, worker, results) for one in nodes[each].arguments)),
                None,
            )
            if place is None:
                self._wait()
                continue
            left.remove(place)
            for each in nodes[place].arguments:
                if each not in results:
                    fetched = each in where
                    results[each] = (
                        load("ciphertext", self.folder / str(each), self.parameters)
                        if fetched
                        else self.step(nodes[each])
                    )
            results[place] = self.step(nodes[place], *(results[each] for each in nodes[place].arguments))
            if place in wanted:
                save(results[place], self.folder / str(place), self.parameters)
        return results

    def _is_there(self, place, worker, results):
        where = self.plan.where.get(place)
        return where is None or place in results or where != worker and (self.folder / str(place)).exists()

    def _wait(self):
        if (self.folder / "error").exists():
            raise RuntimeError(f"the other worker failed: {(self.folder / 'error').read_text()}")
        if time.monotonic() > self.deadline:
            raise TimeoutError("the other worker did not finish in time and was stopped")
        time.sleep(PAUSE)
