"""The reader's copy of the lessons: it follows the course until the reader changes it, then is never overwritten."""

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from privlab import settings
from privlab.language import language
from privlab.setup.errors import SetupError


class Workbook:
    """The folder in which a reader works, a copy of the notebooks of the course without their outputs.

    notebooks, folder : paths of the course's notebooks and of the copy, where they lie when left out.
    The file `.course.json` in it holds, for each lesson, the sources that were copied and the newest that were offered.
    """

    def __init__(self, notebooks=None, folder=None):
        self.notebooks, self.folder = Path(notebooks or settings.notebooks()), Path(folder or settings.workbook())
        self.record = self.folder / ".course.json"

    def notes(self) -> dict[str, Any]:
        """What `.course.json` holds, a dict; an empty one when it is missing or broken."""
        try:
            notes = json.loads(self.record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return notes if isinstance(notes, dict) else {}

    def note(self, **entries: Any) -> None:
        """Adds entries to `.course.json`."""
        noted = self.notes()
        if noted != {**noted, **entries}:
            with self.written():
                write(self.record, json.dumps({**noted, **entries}, indent=1, sort_keys=True).encode())

    @contextlib.contextmanager
    def written(self) -> Iterator[None]:
        """Context in which the folder is written: a folder that cannot be and a full disk are told in a sentence."""
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                why = f"The disk of {self.folder} is full: free some space, or let"
            else:
                why = f"Your workbook in {self.folder} cannot be written ({error.strerror}): let"
            raise SetupError(f"{why} PRIVLAB_WORKBOOK name another folder, then start again.") from error

    def sync(self) -> list[str]:
        """What happened to each lesson that has changed in the course, a list of sentences.

        A lesson whose cells' sources the reader has not changed is replaced by the course's. A changed one is kept, and
        the new one laid beside it, once. Lessons that are translated into the reader's language lie in a folder, `de`.
        Raises SetupError when the folder cannot be written, or the course does not speak that language.
        """
        try:
            translated = sorted((self.notebooks / language()).glob("*.ipynb"))
        except ValueError as error:
            raise SetupError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
        with self.written():
            self.folder.mkdir(parents=True, exist_ok=True)
        lessons = [*sorted(self.notebooks.glob("*.ipynb")), *translated]
        said = list(filter(None, map(self.follow, lessons)))
        self.lay_solved()
        return said

    def lay_solved(self) -> None:
        """Lays the solved twins beside the lessons, in `solved`, with all that they show; a changed one stays."""
        noted = dict(self.notes().get("solved", {}))
        for twin in sorted((self.notebooks / "solved").glob("*.ipynb")):
            mine, content = self.folder / "solved" / twin.name, twin.read_bytes()
            new = hashlib.sha256(content).hexdigest()
            if mine.exists() and (noted.get(twin.name) == new or sources(mine) != noted.get(f"{twin.name} says")):
                continue
            with self.written():
                write(mine, content)
            noted |= {twin.name: new, f"{twin.name} says": sources(twin)}
        self.note(solved=noted)

    def follow(self, lesson: Path) -> str | None:
        """What happened to the lesson at that path of the course, a sentence, or None when there is nothing to say."""
        name = lesson.relative_to(self.notebooks).as_posix()
        mine, noted = self.folder / name, self.notes().get(name, {})
        new, had = sources(lesson), sources(mine)
        if mine.exists() and (had is None or had not in (new, noted.get("copied"))):
            if noted.get("offered") == new:
                return None
            beside = free(mine, "new")
            with self.written():
                write(beside, without_outputs(lesson))
            self.note(**{name: {"copied": noted.get("copied"), "offered": new}})
            return f"{lesson.stem} is kept, with your changes; the course's new version of it is {beside.name}."
        if had != new:
            with self.written():
                write(mine, without_outputs(lesson))
        self.note(**{name: {"copied": new, "offered": new}})
        return f"{lesson.stem} follows the course, which has a new version of it." if had not in (None, new) else None

    def reset(self, name: str) -> Path | None:
        """Where the reader's copy of a lesson was kept, a path or None; the lesson is as in the course then.

        name : the lesson's name, as `11_raises`.
        Raises SetupError when the course has no notebook of that name.
        """
        lesson, mine = self.notebooks / f"{name}.ipynb", self.folder / f"{name}.ipynb"
        if not lesson.is_file():
            raise SetupError(f"There is no notebook {lesson}: build it with `python tools/build.py {name}`.")
        kept = free(mine, "old") if mine.exists() else None
        if kept:
            with self.written():
                os.replace(mine, kept)
        self.follow(lesson)
        return kept


def without_outputs(lesson: Path) -> bytes:
    """A notebook as a file that has not been run: what its cells will show is for the reader to find out."""
    book = json.loads(lesson.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        cell["metadata"].pop("mystnb", None)  # a picture's text alternative
    return (json.dumps(book, ensure_ascii=False, indent=1) + "\n").encode()


def sources(path: Path) -> str | None:
    """A hash of what a notebook's cells say, 64 hexadecimal digits, or None for a file that is no notebook.

    Running a notebook does not change it, nor does the empty cell that JupyterLab adds below the last.
    """
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        said = [(cell["cell_type"], "".join(cell["source"]).rstrip()) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return hashlib.sha256(json.dumps([cell for cell in said if cell[1]]).encode()).hexdigest()


def free(path: Path, word: str) -> Path:
    """A path beside `path` that is not taken: `name.word.ipynb`, then `name.word2.ipynb` and so on."""
    number, untaken = 1, path.with_suffix(f".{word}.ipynb")
    while untaken.exists():
        number += 1
        untaken = path.with_suffix(f".{word}{number}.ipynb")
    return untaken


def write(path: Path, content: bytes) -> None:
    """The file is written whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
