"""Encrypted training by two processes with files between them: keys to decrypt lie on one side only (lesson 32)."""

import os
import pathlib
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.ckks.encrypted_run import refuse_what_does_not_fit
from privlab.he.ckks.two_processes import finish, reason
from privlab.he.logreg.circuits import warn_of_values_outside
from privlab.he.logreg.job import Job
from privlab.processes import Processes, environment, python

PROGRAMS = pathlib.Path(__file__).with_name("programs")


class Trained(NamedTuple):
    """What came of it: the weights [passes, n] after each pass, and how many bytes the client sent.

    seconds  "keys" (made, and loaded by the server), "passes" (encrypted, trained, decrypted), "server" (trained only).
    levels_left  the level of each pass's result, 0 when every level was used up.
    """

    weights: Floats
    seconds: dict[str, float]
    bytes_sent: int
    levels_left: list[int]


def train(
    job: Job, passes: Sequence[Sequence[Floats]], start: ArrayLike, folder: str | os.PathLike, seconds: float = 300
) -> Trained:
    """The trained weights. Between two passes the client refreshes: decrypts the weights, and encrypts them again.

    passes  the minibatches [m, n] of each.    start  the weights [n] before the first.
    folder  an empty one; the client's own files go to client/, all that the server sees to sent/.
    seconds  the time after which both are stopped. However the run ends, no process is left behind.
    Warns of values outside the reach of the job's polynomial, with their share.
    Raises ValueError when the machine lacks the memory, RuntimeError when a side fails, TimeoutError.
    Not secure because both run on one machine under one user, who could look into either.
    """
    folder, deadline = pathlib.Path(folder).resolve(), time.monotonic() + seconds
    own, sent = folder / "client", folder / "sent"
    refuse_what_does_not_fit(job.parameters().memory_bytes(job.training().circuit))
    every = [samples for minibatches in passes for samples in minibatches]
    warn_of_values_outside(every, start, learning_rate=job.learning_rate, reach=job.reach)
    for path in (own, sent):
        path.mkdir(parents=True)
    job.write(sent / "job.json")
    numbers: dict[str, Any] = {f"pass{number}": np.stack(minibatches) for number, minibatches in enumerate(passes)}
    np.savez(own / "numbers.npz", **numbers)
    np.save(own / "weights.npy", np.asarray(start, dtype=float))
    spent, levels_left, began = dict(keys=0.0, passes=0.0, server=0.0), [], time.perf_counter()
    with Processes() as processes:
        _client(own, sent, "keys", 0, deadline, processes)
        made = time.perf_counter()
        _client(own, sent, "send", 0, deadline, processes)  # ends before the server begins: memory holds one of them
        encrypted = time.perf_counter()
        server = _Server(sent, deadline, processes)
        spent["keys"] = time.perf_counter() - began - (encrypted - made)
        for number in range(len(passes)):
            trained, level = server.ask("train").split()
            _client(own, sent, "refresh" if number + 1 < len(passes) else "receive", number, deadline, processes)
            spent["server"] += float(trained)
            levels_left.append(int(level))
    spent["passes"] = time.perf_counter() - began - spent["keys"]
    bytes_sent = sum(path.stat().st_size for path in sent.glob("input-*")) * len(passes)
    weights = np.array([np.load(own / f"weights{number}.npy") for number in range(len(passes))])
    return Trained(weights, spent, bytes_sent, levels_left)


def _client(
    own: pathlib.Path, sent: pathlib.Path, step: str, number: int, deadline: float, processes: Processes
) -> None:
    """One step of the client's program, begun and ended."""
    words = python(PROGRAMS / "client.py", own, sent, step, number)
    finish(processes, f"client-{step}-{number}", words, deadline)


class _Server:
    """The server's process, given one word at a time."""

    def __init__(self, sent: pathlib.Path, deadline: float, processes: Processes) -> None:
        self.deadline, self.processes, self.answers = deadline, processes, 0
        processes.start("server", python(PROGRAMS / "server.py", sent), environment(), said="")
        self._answer()  # that it is ready

    def ask(self, word: str) -> str:
        """The line with which it answers."""
        self.processes.say("server", word + "\n")
        return self._answer()

    def _answer(self) -> str:
        def answered() -> bool:
            return self.processes.output("server").count("\n") > self.answers

        def over() -> bool:
            return answered() or self.processes.codes()["server"] is not None

        if not self.processes.wait(over, self.deadline - time.monotonic()):
            raise TimeoutError("the server did not finish in time and was stopped")
        if not answered():
            raise RuntimeError(f"the server failed: {reason(self.processes, 'server')}")
        self.answers += 1
        return self.processes.output("server").splitlines()[self.answers - 1]
