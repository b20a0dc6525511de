"""An instructor's own exercises: a Python file with the decorators of the course, which need not be public."""

from pathlib import Path

from privlab.lab.exercise import Exercise, module_of
from privlab.lab.lessons import LESSONS
from privlab.setup.errors import SetupError


def exercises_in(file: Path) -> dict[str, Exercise]:
    """The exercises of a file by their id, "survey.noisy_mean" of `survey.py`, in its order.

    Raises SetupError, in a sentence, for a file that is missing, cannot be run, holds no exercise, bears the name of a
    lesson, or has an exercise without a check.
    """
    if not file.is_file():
        raise SetupError(f"There is no file {file}: --exercises names a Python file of exercises.")
    if file.stem in {lesson.topic for lesson in LESSONS} or not file.stem.isidentifier() or file.suffix != ".py":
        raise SetupError(f"Call {file.name} by a name of its own, such as my_exercises.py: its exercises are named so.")
    try:
        module = module_of(file)
    except Exception as error:
        raise SetupError(
            f"{file} cannot be run ({type(error).__name__}: {error}): mend it, then grade again."
        ) from error
    found = {entry.id: entry for entry in vars(module).values() if isinstance(entry, Exercise)}
    if not found:
        raise SetupError(f"{file} holds no exercise: put `@exercise(...)` above a function that solves one.")
    for entry in found.values():
        if not hasattr(entry, "judge"):
            raise SetupError(f"{entry.id} has no check: write one below it, under `@{entry.name}.check`.")
    return found
