"""`doctor`: what this machine has, and which lessons can run here, a line each."""

import importlib.util
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from privlab.lab.lessons import LESSONS, Lesson
from privlab.setup.letters import report

# Packages without a wheel for some machines, by the name they are imported by: what to say there.
ONLY = {
    "tenseal": "made for Linux, Windows and Macs with Apple silicon only",
    "private_set_intersection": "made for Linux on x86-64 and Macs with Apple silicon only",
}


def python_line() -> str:
    """This Python, and where it lies."""
    return f"Python: {platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"


def torch_line() -> str:
    """The version of torch, and the device that lessons use."""
    try:
        torch_version = version("torch")
    except PackageNotFoundError:
        return "torch: missing; `python3 course.py` installs it"
    from privlab.device import device

    if device() == "cpu":
        return f"torch: {torch_version}, on the CPU"
    import torch

    return f"torch: {torch_version}, on the GPU {torch.cuda.get_device_name()}"


def memory_line() -> str:
    """The memory of this machine in GB, all and free."""
    import psutil

    memory = psutil.virtual_memory()
    return f"memory: {memory.total / 1e9:.1f} GB, {memory.available / 1e9:.1f} GB free (a lesson needs at most 1.5 GB)"


def missing(lesson: Lesson) -> list[str]:
    """The packages that a lesson needs and this Python lacks, a list of names."""
    return [name for name in lesson.requires if importlib.util.find_spec(name) is None]


def lesson_line(lesson: Lesson) -> str:
    """Whether a lesson can run here, and what is missing when it cannot."""
    lacking = missing(lesson)
    if not lacking:
        return f"lesson {lesson.number} {lesson.title}: can run"
    why = [f"{name} is missing ({ONLY.get(name, '`python3 course.py` installs it')})" for name in lacking]
    return f"lesson {lesson.number} {lesson.title}: cannot run, {'; '.join(why)}"


def lines() -> list[str]:
    """What this machine has and which lessons can run here, a list of lines."""
    return [python_line(), torch_line(), memory_line(), report(), *map(lesson_line, LESSONS)]


def main(words: list[str]) -> int:
    """0, the exit status; prints the lines."""
    print("\n".join(lines()))
    return 0
