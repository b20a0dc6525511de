"""The frames of the lessons: drawn where they are missing or old, taken from the cache where they are not."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from privlab.data.cache_folder import cache_folder, locked
from privlab.lab.lessons import Lesson
from privlab.settings import PACKAGE, notebooks
from privlab.setup.errors import SetupError
from privlab.setup.site.frames import MOST

LIBRARIES = ("matplotlib", "numpy", "scipy", "torch")
SURROUNDINGS = {"PRIVLAB_DATA": "drawn", "PRIVLAB_DEVICE": "cpu", "TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"} | {
    "PRIVLAB_LANGUAGE": ""  # pages are English
}
FIRST = "from privlab.setup.site import frames as _frames; _frames.watch()"
LAST = "_frames.keep({lesson!r}, {folder!r}, {most})"
SECONDS = 1800  # for a cell; drawing is one


def is_live(cell: Any) -> bool:
    """Whether a cell of a notebook shows a live figure."""
    return cell.cell_type == "code" and "explore(" in cell.source


def stored_line(cell: Any) -> str:
    """The line of numbers that a notebook holds under a live figure."""
    (line,) = [output.data["text/plain"] for output in cell.outputs if list(output.get("data", ())) == ["text/plain"]]
    return line


def frames_of(lesson: Lesson, most: int = MOST) -> Path:
    """The folder of a lesson's frames, drawn now unless they are in the cache. `figures.json` in it tells of each.

    Raises SetupError when a figure does not show what the notebook holds, or cannot stand on a page.
    """
    book = nbformat.read(notebooks() / f"{lesson.name}.ipynb", 4)
    live = [place for place, cell in enumerate(book.cells) if is_live(cell)]
    cells = [cell for cell in book.cells[: max(live, default=-1) + 1] if cell.cell_type == "code"]
    folder = cache_folder() / "site" / f"frames-{most}" / lesson.name
    with locked(folder.parent, lesson.name):
        if _state(folder, cells) == _noted(folder):
            return folder
        with tempfile.TemporaryDirectory() as made:
            _draw(lesson, cells, Path(made), most)
            told = json.loads(Path(made, "figures.json").read_text(encoding="utf-8"))["figures"]
            stored = [stored_line(book.cells[place]) for place in live]
            for number, (each, line) in enumerate(zip(told, stored, strict=True)):
                if each["line"] != line:
                    raise SetupError(
                        f"Figure {number + 1} of {lesson.name} says {each['line']!r} here, and {line!r} in the "
                        f"notebook: build the lesson anew (tools/build.py {lesson.name})."
                    )
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(made, folder)
        Path(folder, "state.json").write_text(json.dumps(_state(folder, cells)), encoding="utf-8")
    return folder


def _draw(lesson, cells, folder, most):
    """Runs a lesson's cells up to its last live figure, then draws the frames in their kernel."""
    code = [FIRST, *(cell.source for cell in cells), LAST.format(lesson=lesson.name, folder=str(folder), most=most)]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in code])
    resources = {"metadata": {"path": str(notebooks())}}
    quiet = ["--log-level=ERROR"]  # a kernel warns at each start that it talks over TCP
    client = NotebookClient(
        book,
        timeout=SECONDS,
        kernel_name="python3",
        store_widget_state=False,
        resources=resources,
        extra_arguments=quiet,
    )
    with tempfile.TemporaryDirectory() as progress:
        surroundings = os.environ | SURROUNDINGS | {"PRIVLAB_PROGRESS": str(Path(progress, "progress.json"))}
        try:
            client.execute(env=surroundings)
        except CellExecutionError as error:
            raise SetupError(f"The figures of {lesson.name} cannot be drawn: {error.ename}: {error.evalue}.") from error
        except (DeadKernelError, AssertionError) as error:  # nbclient trips when it clears a dead kernel away
            raise SetupError(
                f"The kernel of {lesson.name} ended while its figures were drawn, most likely for lack of memory: type "
                "the same command again, what is drawn is kept."
            ) from error


def _state(folder, cells):
    """What the frames in a folder depend on, as hashes; None when there are none."""
    file = folder / "figures.json"
    if not file.is_file():
        return None
    files = {PACKAGE / name for name in json.loads(file.read_text(encoding="utf-8"))["modules"]}
    files |= {data for module in files for data in module.parent.glob("*.npz")}
    files |= {data for kept in ("weights", "text") for data in (PACKAGE / "data" / kept).iterdir() if data.is_file()}
    if any("recorded" in cell.source for cell in cells):
        files.add(PACKAGE / "figures.json")
    return {
        "cells": _hash("\n\n".join(cell.source for cell in cells).encode()),
        "files": {
            each.relative_to(PACKAGE).as_posix(): _hash(each.read_bytes()) for each in sorted(files) if each.is_file()
        },
        "versions": {library: version(library) for library in LIBRARIES},
    }


def _noted(folder):
    """What `_state` was when the frames in a folder were drawn."""
    file = folder / "state.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _hash(content):
    return hashlib.sha256(content).hexdigest()


def frames_of_all(lessons: Iterable[Lesson], most: int = MOST) -> dict[str, Path]:
    """The folder of each lesson's frames, by its name; as many lessons at once are drawn as there are cores."""
    lessons = list(lessons)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return dict(zip((lesson.name for lesson in lessons), pool.map(lambda each: frames_of(each, most), lessons)))
