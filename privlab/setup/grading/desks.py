"""Judges many answers at a time, each at a desk: a process that judges one after the other."""

import json
import os
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 150.0  # seconds until a desk that says nothing is replaced; it ends what it judges long before
MOST_DESKS = 8
LOST = {"mark": "?", "said": "your code ended the process that judges it, or needed too much memory"}
Job = dict[str, Any]


def judge_all(
    jobs: Sequence[Job], desks: int | None = None, told: Callable[[int], None] = lambda done: None
) -> list[dict[str, str]]:
    """The verdicts, each with `mark` and `said`, of jobs as `desk.judged` takes them, in their order.

    desks : how many work at a time; as many as there are cores when left out.
    told : is called with the number of those that are done.
    """
    waiting: queue.Queue[int] = queue.Queue()
    for number in range(len(jobs)):
        waiting.put(number)
    verdicts: list[dict[str, str]] = [LOST] * len(jobs)
    done: list[int] = []

    def work():
        desk = None
        try:
            while True:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                desk = desk or _Desk()
                said = desk.judged(jobs[number])
                if said is None:
                    desk.close()
                    desk = None
                verdicts[number] = said or LOST
                done.append(number)
                told(len(done))
        finally:
            if desk:
                desk.close()

    workers = [
        threading.Thread(target=work, daemon=True)
        for _ in range(min(len(jobs), desks or os.cpu_count() or 1, MOST_DESKS))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return verdicts


class _Desk:
    """One process that judges."""

    def __init__(self):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1", "PRIVLAB_DEVICE": "cpu"}
        environment |= {"MPLBACKEND": "agg", "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "privlab.setup.grading.desk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def judged(self, job: Job) -> dict[str, str] | None:
        """The verdict on a job, or None when this desk can do no more."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        try:
            stdin.write((json.dumps(job) + "\n").encode())
            stdin.flush()
            if os.name != "nt" and not select.select([stdout], [], [], PATIENCE)[0]:
                return None
            return json.loads(stdout.readline())
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        """Ends the process; what it judges at the moment ends with it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
