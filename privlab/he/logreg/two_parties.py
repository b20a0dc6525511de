"""Encrypted training by two processes with files between them: keys to decrypt lie on one side only (lesson 32)."""

import contextlib
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.ckks.encrypted_run import refuse_what_does_not_fit
from privlab.he.logreg.circuits import warn_of_values_outside
from privlab.he.logreg.job import Job

ROOT = pathlib.Path(__file__).resolve().parents[3]
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
    folder, deadline = pathlib.Path(folder), time.monotonic() + seconds
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
    _client(own, sent, "keys", 0, deadline)
    made = time.perf_counter()
    _client(own, sent, "send", 0, deadline)  # ends before the server begins, so that memory holds one of them
    encrypted = time.perf_counter()
    with _Server(sent, deadline) as server:
        spent["keys"] = time.perf_counter() - began - (encrypted - made)
        for number in range(len(passes)):
            trained, level = server.ask("train").split()
            _client(own, sent, "refresh" if number + 1 < len(passes) else "receive", number, deadline)
            spent["server"] += float(trained)
            levels_left.append(int(level))
    spent["passes"] = time.perf_counter() - began - spent["keys"]
    bytes_sent = sum(path.stat().st_size for path in sent.glob("input-*")) * len(passes)
    weights = np.array([np.load(own / f"weights{number}.npy") for number in range(len(passes))])
    return Trained(weights, spent, bytes_sent, levels_left)


def _command(program, *arguments):
    known = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    words = [sys.executable, "-P", str(PROGRAMS / f"{program}.py"), *map(str, arguments)]
    return dict(
        args=words,
        env={**os.environ, "PYTHONPATH": known},
        text=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _client(own, sent, step, number, deadline):
    """None, once the client's program has done one step and ended."""
    try:
        done = subprocess.run(
            **_command("client", own, sent, step, number),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=max(0.0, deadline - time.monotonic()),
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError("the client did not finish in time and was stopped") from None
    if done.returncode:
        raise RuntimeError(f"the client failed: {_last(done.stderr)}")


class _Server:
    """The server's process, given one word at a time."""

    def __init__(self, sent, deadline):
        self.deadline, self.said = deadline, queue.Queue()
        self.process = subprocess.Popen(
            **_command("server", sent), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.errors = []
        for stream, take in ((self.process.stdout, self.said.put), (self.process.stderr, self.errors.append)):
            threading.Thread(target=self._listen, args=(stream, take), daemon=True).start()

    def _listen(self, stream, take):
        for line in stream:
            take(line.strip())
        if stream is self.process.stdout:
            take(None)

    def __enter__(self):
        try:
            self._answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def ask(self, word):
        """The line with which it answers."""
        with contextlib.suppress(OSError):  # one that has ended is told of below
            self.process.stdin.write(word + "\n")
            self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        try:
            line = self.said.get(timeout=max(0.0, self.deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("the server did not finish in time and was stopped") from None
        if line is None:
            self.process.wait()
            time.sleep(0.05)  # its last words may still be on their way
            raise RuntimeError(f"the server failed: {_last(' '.join(self.errors[-1:]))}")
        return line


def _last(text):
    """The last line of what a program said before it failed, without the kind of error."""
    lines = text.strip().splitlines() or ["it gave no reason"]
    return lines[-1].partition(": ")[2] or lines[-1]
