"""A notebook that shows an instructor's own exercises by name, for a class that does not have their checks."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

from privlab.lab.exercise import Exercise
from privlab.setup.errors import SetupError
from privlab.setup.grading.own import exercises_in

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write_sheet(exercises_file: Path, out: Path) -> str:
    """A sentence that says what was written: a notebook with the stub of each exercise of a file, below its task.

    The task is the docstring of the function that solves it; names in braces are those of the file, `{MODULUS}`. The
    docstring of the file is the sheet's heading and what stands below it.
    Raises SetupError for a file without exercises, and when the notebook cannot be written or is there already.
    """
    found = exercises_in(exercises_file)
    first = next(iter(found.values()))
    names = dict(first._function.__globals__)
    title = inspect.cleandoc(names.get("__doc__") or exercises_file.stem.replace("_", " "))
    cells = [_text(f"# {_filled(title, names)}")]
    for number, exercise in enumerate(found.values(), 1):
        cells += [_text(f"## {number}. {task(exercise)}"), _code(exercise.stub, exercise.id)]
    book = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number:03d}"
    if out.exists():
        raise SetupError(f"{out} is there already: move it, or name another file after --sheet.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{out} cannot be written ({error.strerror}): name another file after --sheet.") from error
    return f"{out} shows {', '.join(found)}."


def task(exercise: Exercise) -> str:
    """What an exercise asks: its function's docstring, with the numbers of its file; its name where there is none."""
    said = inspect.getdoc(exercise._function)
    return _filled(said, exercise._function.__globals__) if said else f"Write `{exercise.name}`."


def _filled(text, names):
    """The text with what stands in braces filled in, where that is a name of the file in capitals."""
    return re.sub(r"\{([A-Z][A-Z_0-9]*)\}", lambda found: str(names.get(found[1], found[0])), text)


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str, id: str) -> dict[str, Any]:
    metadata = {"exercise": id}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}
