"""A class on one machine: many kernels that run lesson 11 at once. Memory at the peak, seconds, failures, and what one
user's JupyterLab takes beside the kernel.

Three kernels, with `--full` thirty; `--trials N` takes N. It stops before the machine would swap.
"""

import os
import pathlib
import statistics
import tempfile
import threading
import time

import psutil

from benchmarks import figure
from benchmarks.lessons import ROOT, memory_of, processor_seconds, runner
from benchmarks.startup import seconds_until_it_answers
from privlab.data.types import DataError

LESSON = ROOT / "notebooks" / "11_raises.ipynb"
RESERVE = 1.5e9  # bytes that stay free; below, the system would begin to swap


class Seat(threading.Thread):
    """One learner's kernel, which runs the lesson from its first cell to its last. `seconds` is None when it failed."""

    def __init__(self, folder: pathlib.Path):
        super().__init__(daemon=True)
        self.folder, self.seconds, self.said = folder, None, ""

    def run(self):
        self.folder.mkdir()
        progress = str(self.folder / "progress.json")
        client = runner(LESSON, self.folder, timeout=900)
        began = time.perf_counter()
        try:
            client.execute(env={**os.environ, "PRIVLAB_PROGRESS": progress})
            self.seconds = time.perf_counter() - began
        except Exception as error:  # whatever ends a kernel is a failure to be counted
            self.said = f"{type(error).__name__}: {error}"[:500]


def kernels():
    """The processes that this one has started, and theirs."""
    return psutil.Process().children(recursive=True)


def run_class(count: int, folder: pathlib.Path):
    """(the seats, bytes at the peak of all kernels together) of a class that starts at once.

    Raises DataError, and ends all kernels, when the machine is about to swap.
    """
    seats = [Seat(folder / f"seat_{number}") for number in range(count)]
    peak = 0
    for seat in seats:
        seat.start()
    while any(seat.is_alive() for seat in seats):
        # children of children are among them: each counts for itself
        peak = max(peak, sum(memory_of(each, alone=True) for each in kernels()))
        if psutil.virtual_memory().available < RESERVE:
            for each in kernels():
                each.kill()
            for seat in seats:
                seat.join(60)
            raise DataError(
                f"{count} kernels would make this machine swap (they held {peak / 1e9:.1f} GB): close what else runs, "
                "or ask for fewer with --trials"
            )
        time.sleep(0.5)
    return seats, peak


def server_memory(folder: pathlib.Path):
    """Bytes of one user's JupyterLab as the course starts it, before a kernel is opened."""
    found = []

    def look(server):
        time.sleep(2)
        found.append(memory_of(psutil.Process(server.pid)))

    variables = {"PRIVLAB_WORKBOOK": str(folder / "workbook"), "PRIVLAB_DATA": "drawn"}
    seconds_until_it_answers(["privlab", "lab"], folder, variables, then=look)
    return found[0]


def run(full, seed, trials):
    """Figures of a class. `seed` changes nothing: the lesson fixes its own.

    Raises DataError when the machine is about to swap.
    """
    from privlab.data import render

    render()
    count = trials or (30 if full else 3)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ.update(PRIVLAB_DATA="drawn", TQDM_DISABLE="1")
        server = server_memory(folder)
        before = processor_seconds()
        seats, peak = run_class(count, folder)
    for seat in seats:
        print(f"{seat.folder.name}: {f'{seat.seconds:.1f} s' if seat.seconds else seat.said}", flush=True)
    seconds = [seat.seconds for seat in seats if seat.seconds]
    yield figure("classroom_kernels", count, "kernels")
    yield figure("classroom_failures", count - len(seconds), "kernels", None, "drawn")
    yield figure("classroom_seconds_median", statistics.median(seconds) if seconds else None, "s", None, "drawn")
    yield figure("classroom_seconds_max", max(seconds, default=None), "s", None, "drawn")
    processor = (processor_seconds() - before) / count
    yield figure("classroom_processor_seconds_a_kernel", processor, "s", None, "drawn")
    yield figure("classroom_memory_peak_gb", peak / 1e9, "GB", psutil.virtual_memory().total / 1e9, "drawn")
    yield figure("classroom_memory_gb_a_kernel", peak / 1e9 / count, "GB", None, "drawn")
    yield figure("classroom_server_memory_gb", server / 1e9, "GB")
