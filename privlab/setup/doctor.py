"""`doctor`: what this machine has, and which lessons can run here, a line each.

What may fail is tried in a process of its own: a package that ends the process which imports it costs a line.
"""

import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from privlab import settings
from privlab.lab.lessons import LESSONS, Lesson
from privlab.processes import environment
from privlab.setup.letters import report

# Packages without a wheel for some machines, by the name they are imported by: what to say there.
ONLY = {
    "tenseal": "made for Linux, Windows and Macs with Apple silicon only",
    "private_set_intersection": "made for Linux on x86-64 and Macs with Apple silicon only, for Python 3.11 to 3.13",
}
# What lessons start beside their kernel: the number of the lesson, what it is, and the code that starts it.
STARTED = {
    "11": ("the parties", "from privlab.mpc import parties\nassert parties.run('total', [1, 2, 3])"),
    "32": (
        "the two processes",
        "import sys\nfrom privlab.processes import Processes, environment, python\n"
        "with Processes() as both:\n"
        "    for name in ('client', 'server'):\n"
        "        both.start(name, [sys.executable, '-P', '-c', 'import tenseal'], environment())\n"
        "    assert both.wait(lambda: None not in both.codes().values(), 60)\n"
        "    if any(both.codes().values()):\n"
        "        sys.exit(both.last_line('client'))",
    ),
    "55": (
        "the federation",
        "import numpy\nfrom privlab.fl.flower import Deployment\n"
        "node = numpy.zeros((1, 28, 28), 'uint8'), numpy.zeros(1, int)\n"
        "with Deployment([node], forked=True, guarded=True, seconds=90):\n    pass",
    ),
}
JUPYTER = "from jupyterlab.labapp import LabApp\nimport ipywidgets, matplotlib, numpy, ipykernel.kernelapp"
SECONDS = 120
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))  # of a container
TORCH = (
    "import torch\nfrom privlab.device import device\nprint(torch.cuda.get_device_name() if device() == 'cuda' else '')"
)


def tried(code: str) -> tuple[str, str]:
    """Why Python code cannot be run here, "" when it can, and what it printed; it runs in a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            env=environment(TQDM_DISABLE="1", PYTHONWARNINGS="ignore"),
            cwd=tempfile.gettempdir(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"it has not answered within {SECONDS} s", ""
    except OSError as error:
        return f"no process can be started: {error}", ""
    if done.returncode < 0:
        return f"it ended its process ({_signal(-done.returncode)}): it may be made for another processor", ""
    said = done.stderr.strip().splitlines()
    return (said[-1] if said else f"status {done.returncode}") if done.returncode else "", done.stdout.strip()


def _signal(number):
    """The name of a signal, "SIGILL"."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def python_line() -> str:
    """This Python, and where it lies."""
    return f"Python: {platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"


def torch_line(trouble: dict[str, str] | None = None) -> str:
    """The version of torch, and the device that lessons use; `trouble` as `lesson_line` takes it."""
    try:
        torch_version = version("torch")
    except PackageNotFoundError:
        return f"torch: missing; {repair()}"
    if trouble and "torch" in trouble:
        return f"torch: {torch_version}, cannot be imported: {trouble['torch']}"
    why, name = tried(TORCH)
    if why:
        return f"torch: {torch_version}, which device it uses cannot be told: {why}"
    return f"torch: {torch_version}, on {f'the GPU {name}' if name else 'the CPU'}"


def repair() -> str:
    """How to get a package that is missing."""
    return "`python3 course.py` installs it" if settings.checkout() else "`pip install` it into this Python"


def memory_line() -> str:
    """The memory of this machine in GB, all and free."""
    import psutil

    memory = psutil.virtual_memory()
    most = [int(path.read_text()) for path in LIMITS if path.is_file() and path.read_text().strip().isdigit()]
    total, available = (min(size, *most) if most else size for size in (memory.total, memory.available))
    return f"memory: {total / 1e9:.1f} GB, {available / 1e9:.1f} GB free (a lesson needs at most 1.5 GB)"


def workbook_line() -> str:
    """Where the reader works, and whether that can be written."""
    folder = settings.workbook()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    room = f"{shutil.disk_usage(there).free / 1e9:.1f} GB free"
    if os.access(there, os.W_OK):
        return f"workbook: {folder}, {room}"
    return f"workbook: {folder} cannot be written: let PRIVLAB_WORKBOOK name a folder that can"


def settings_lines() -> list[str]:
    """The variables of the course that are set, and those of others that may stand in its way, a line each."""
    lines = [f"{name}: {settings.setting(name)}" for name in settings.VARIABLES if settings.setting(name)]
    if os.environ.get("PYTHONPATH"):
        lines.append(
            f"PYTHONPATH: {os.environ['PYTHONPATH']}: unset it, else what lies there comes before the course's"
        )
    if os.environ.get("PYTHONHOME"):
        lines.append(f"PYTHONHOME: {os.environ['PYTHONHOME']}: unset it")
    return lines or [f"settings: none of {', '.join(settings.VARIABLES)}"]


def missing(lesson: Lesson) -> list[str]:
    """The packages that a lesson needs and this Python lacks, a list of names."""
    return [name for name in lesson.requires if importlib.util.find_spec(name) is None]


def lesson_line(lesson: Lesson, trouble: dict[str, str] | None = None) -> str:
    """Whether a lesson can run here, and what is missing when it cannot.

    trouble : what was found when packages were imported and programs started: from the name of a package, or the
        number of a lesson, to the reason why it failed.
    """
    trouble, lacking = trouble or {}, missing(lesson)
    why = [f"{name} is missing ({ONLY.get(name) or repair()})" for name in lacking]
    why += [f"{name} cannot be imported: {trouble[name]}" for name in lesson.requires if name in trouble]
    if not why and lesson.number in trouble:
        why = [f"{STARTED[lesson.number][0]} cannot be started: {trouble[lesson.number]}"]
    return f"lesson {lesson.number} {lesson.title}: " + (f"cannot run, {'; '.join(why)}" if why else "can run")


def found() -> dict[str, str]:
    """What fails here, as `lesson_line` takes it: every package is imported and every program started, apart."""
    packages = dict.fromkeys(name for lesson in LESSONS for name in lesson.requires)
    codes = {name: f"import {name}" for name in packages if importlib.util.find_spec(name)}
    codes |= {"JupyterLab": JUPYTER} | {number: code for number, (_, code) in STARTED.items()}
    with ThreadPoolExecutor(2) as workers:
        reasons = [why for why, _ in workers.map(tried, codes.values())]
    return {name: why for name, why in zip(codes, reasons, strict=True) if why}


def said_by(line: Callable[[], str]) -> str:
    """What a line says, or why it cannot: the doctor is never itself what ends in a traceback."""
    try:
        return line()
    except Exception as error:
        name = getattr(line, "func", line).__name__.removesuffix("_line")
        return f"{name}: cannot be told ({type(error).__name__}: {error})"


def lines(trouble: dict[str, str] | None = None) -> list[str]:
    """What this machine has and which lessons can run here, a list of lines; packages that are there count as sound,
    unless `trouble` says otherwise.
    """
    torch: Callable[[], str] = partial(torch_line, trouble)
    machine = [python_line, torch, memory_line, letters_line, workbook_line]
    return [*map(said_by, machine), *settings_lines(), *(lesson_line(lesson, trouble) for lesson in LESSONS)]


def letters_line() -> str:
    """The letters in use and where they lie."""
    return report()


def main(words: list[str]) -> int:
    """The exit status: 0 when every lesson can run here, else 1. Prints the lines; imports and starts everything."""
    print("Importing the packages, and starting what lessons start ...", file=sys.stderr)
    trouble = found()
    told = lines(trouble)
    lab = trouble.get("JupyterLab")
    print("\n".join([*told, f"JupyterLab: cannot be started: {lab}" if lab else "JupyterLab: can be started"]))
    return int(bool(lab) or any(": cannot run, " in line for line in told))
