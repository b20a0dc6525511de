"""Every lesson run once, on the drawn letters: seconds, seconds of the processor, and the peak memory of its kernel
with all its children. `--only 11` runs one lesson.
"""

import os
import pathlib
import tempfile
import threading
import time
from typing import Any

import psutil

from benchmarks import figure
from privlab.data.types import DataError
from privlab.lab.lessons import LESSONS, lesson

ROOT = pathlib.Path(__file__).resolve().parents[1]


def memory_of(process, *, alone=False):
    """Bytes of memory of a process and all its children, or of it `alone`: proportional set size where the system
    tells it, else resident.
    """
    total = 0
    for each in [process] if alone else [process, *process.children(recursive=True)]:
        try:
            full = each.memory_full_info()
            total += getattr(full, "pss", None) or each.memory_info().rss
        except psutil.Error:  # it ended while it was being asked
            pass
    return total


def watched(process, done, peak):
    """None; keeps the largest memory of `process` in `peak[0]` until `done` is set."""
    while not done.wait(0.1):
        try:
            peak[0] = max(peak[0], memory_of(process))
        except psutil.NoSuchProcess:
            return


def processor_seconds():
    """Seconds of the processor that ended children of this process took, with theirs."""
    used = psutil.Process().cpu_times()
    return used.children_user + used.children_system


def runner(path: pathlib.Path, folder: pathlib.Path, **how: Any) -> Any:
    """A client that runs a notebook in `folder`, in a kernel of its own. how : as `NotebookClient` takes it."""
    import nbformat
    from nbclient import NotebookClient

    where = {"metadata": {"path": str(folder)}}
    return NotebookClient(
        nbformat.read(path, 4), kernel_name="python3", store_widget_state=False, resources=where, **how
    )


def run_lesson(path):
    """(seconds, peak bytes, seconds of the processor) of one notebook run from its first cell to its last, kernel start
    included.
    """
    began, before, peak, done, watch = time.perf_counter(), processor_seconds(), [0], threading.Event(), []

    def start_watching(notebook):
        process = psutil.Process(client.km.provisioner.process.pid)
        watch.append(threading.Thread(target=watched, args=(process, done, peak)))
        watch[0].start()

    client = runner(path, path.parent, timeout=300, on_notebook_start=start_watching)
    try:
        client.execute()
    finally:
        done.set()
        for each in watch:
            each.join()
    return time.perf_counter() - began, peak[0], processor_seconds() - before


def run(full, seed, trials, only=None):
    """Figures for every lesson and their totals, or for one lesson, by name or number. `seed` and `trials` change
    nothing: lessons fix their own seeds. Raises DataError for an unknown lesson.
    """
    from privlab.data import render

    try:
        names = [lesson(only).name] if only else [known.name for known in LESSONS]
    except ValueError as error:
        raise DataError(str(error)) from error
    render()
    seconds, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            PRIVLAB_DATA="drawn", TQDM_DISABLE="1", PRIVLAB_PROGRESS=str(pathlib.Path(folder, "progress.json"))
        )
        for name in names:
            path = ROOT / "notebooks" / f"{name}.ipynb"
            took, peak, processor = run_lesson(path)
            seconds.append(took)
            memory.append(peak / 1e9)
            print(f"{path.stem}: {took:.1f} s, {peak / 1e9:.2f} GB", flush=True)
            yield figure(f"lesson_seconds_{path.stem}", took, "s", 60, "drawn")
            yield figure(f"lesson_processor_seconds_{path.stem}", processor, "s", None, "drawn")
            yield figure(f"lesson_memory_gb_{path.stem}", peak / 1e9, "GB", 1.5, "drawn")
    if only:
        return
    yield figure("lesson_seconds_max", max(seconds), "s", 60, "drawn")
    yield figure("lesson_memory_gb_max", max(memory), "GB", 1.5, "drawn")
    yield figure("lessons_seconds_total", sum(seconds), "s", 420, "drawn")
