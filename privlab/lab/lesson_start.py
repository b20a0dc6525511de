"""The first line of every lesson."""

import importlib.util
import warnings

import numpy as np

from privlab.device import device
from privlab.lab import progress_file
from privlab.lab.lessons import lesson as find_lesson
from privlab.settings import command


def start(lesson: str, seed: int, solved: bool = False) -> np.random.Generator:
    """A numpy `Generator` seeded for what the lesson shows; prints one line that says what the lesson runs on.

    lesson : the lesson's name, `"11_raises"`.
    seed : whole number; the same seed shows the same numbers. Secrets never come from this generator.
    solved : True in the solved twins, which record no progress.
    Raises ImportError in one sentence when a package that the lesson needs is missing, ValueError for an unknown
    lesson.
    """
    this = find_lesson(lesson)
    missing = [name for name in this.requires if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f"lesson {this.number} needs {' and '.join(missing)}, which this Python does not have: "
            f"run {command('doctor')} to see what can be installed here"
        )
    progress_file.recording = not solved
    warnings.filterwarnings("ignore", module="torch|opacus")
    said = [f"Lesson {this.number}", f"seed {seed}"]
    if "torch" in this.requires:
        said.append({"cpu": "on the CPU", "cuda": "on the GPU"}[device()])
    if this.letters:
        from privlab.data import data_in_use

        said.append(data_in_use().description)
    print(" · ".join(said))
    return np.random.default_rng(seed)
