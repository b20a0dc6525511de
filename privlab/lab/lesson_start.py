"""The first line of every lesson."""

import importlib.util
import warnings

import numpy as np

from privlab.device import device
from privlab.lab import progress_file
from privlab.lab.lessons import lesson as find_lesson
from privlab.language import speak, translate
from privlab.settings import command


def start(lesson: str, seed: int, solved: bool = False, language: str = "") -> np.random.Generator:
    """A numpy `Generator` seeded for what the lesson shows; prints one line that says what the lesson runs on.

    lesson : the lesson's name, `"11_raises"`.
    seed : whole number; the same seed shows the same numbers. Secrets never come from this generator.
    solved : True in the solved twins, which record no progress.
    language : "de" in a lesson that is written in German; else the reader's own, by the setting.
    Raises ImportError in one sentence when a package that the lesson needs is missing, ValueError for an unknown
    lesson.
    """
    this = find_lesson(lesson)
    speak(language)
    missing = [name for name in this.requires if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            translate(
                "lesson {number} needs {missing}, which this Python does not have: run {doctor} to "
                "see what can be installed here",
                number=this.number,
                missing=" and ".join(missing),
                doctor=command("doctor"),
            )
        )
    progress_file.recording = not solved
    warnings.filterwarnings("ignore", module="torch|opacus")
    said = [translate("Lesson {number}", number=this.number), translate("seed {seed}", seed=seed)]
    if "torch" in this.requires:
        said.append({"cpu": translate("on the CPU"), "cuda": translate("on the GPU")}[device()])
    if this.letters:
        from privlab.data import data_in_use

        said.append(data_in_use().description)
    print(" · ".join(said))
    return np.random.default_rng(seed)
