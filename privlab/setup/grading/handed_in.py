"""What was handed in: notebooks in a folder or a zip, whose they are, and what is wrong with those that are none."""

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from privlab import settings
from privlab.setup.errors import SetupError

MEGABYTES = 100  # of a notebook; larger ones are not opened
ZIP_MEGABYTES = 4_000  # of all that a zip unpacks
DEPTH = 3  # zips in zips
MOST_CELLS = 3_000
PASSED_OVER = {".ipynb_checkpoints", "__MACOSX"}
# Folders that say what was handed in and not by whom: the learner is the folder around them.
COMMON = re.compile(
    r"(privlab-)?workbook|notebooks?|lessons?|solved|submissions?|hand[ _-]?ins?|week[ _-]?\d+|\d\d_[a-z_]+",
    re.IGNORECASE,
)
# Moodle: "Ada Lovelace_123456_assignsubmission_file_"; Canvas: "lovelaceada_LATE_123_4567_11_raises.ipynb"
MOODLE = re.compile(r"(?P<learner>.+?)_\d+_assignsubmission_file_?(?P<rest>.*)")
CANVAS = re.compile(r"(?P<learner>[^\W\d_]+)(?:_LATE)?_\d{2,}_\d{4,}_(?P<rest>.+)")


class HandedIn(NamedTuple):
    """One file that was handed in.

    learner : the folder that it lies in, else its name.
    place : where it lies, below what was handed in.
    book : the notebook as a dict with a list of `cells`; None when `said` tells why there is none.
    """

    learner: str
    place: str
    book: dict[str, Any] | None
    said: str


def handed_in(folder: Path) -> Iterator[HandedIn]:
    """Every notebook below a folder, or in a zip, one by one; the zips in it are opened too.

    Raises SetupError when nothing of that name is there.
    """
    if not folder.exists():
        raise SetupError(f"There is no {folder}: name the folder, or the zip, that holds what was handed in.")
    if folder.is_dir():
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        places = [(path.relative_to(folder).as_posix(), path) for path in files]
    else:
        places = [(folder.name, folder)]
    wanted = [(place, path) for place, path in places if _wanted(place)]
    known = learners_of([place for place, _ in wanted])
    done: dict[Path, Any] = {}  # by folder: the progress that lies in it
    for place, path in wanted:
        if place.lower().endswith(".zip"):
            outside = "" if path == folder else place[: -len(".zip")]
            yield from _in_zip(path, outside, place, DEPTH)
            continue
        if path.parent not in done:
            done[path.parent] = _progress(path.parent / settings.PROGRESS)
        yield _opened(known[place], place, path.stat().st_size, path.read_bytes, done[path.parent])


def _wanted(place):
    parts = PurePosixPath(place).parts
    if PASSED_OVER & set(parts) or parts[-1].startswith("._"):
        return False
    return place.lower().endswith((".ipynb", ".zip"))


def learners_of(places: list[str]) -> dict[str, str]:
    """Whose each file is, by its place: the folder that it lies in, else its file's name without the lesson's.

    Folders of one name in several places stay apart: they are told by their whole path.
    """
    found: dict[str, tuple[str, str]] = {}
    for place in places:
        path = PurePosixPath(place)
        folders = [part for part in path.parent.parts if part not in (".", "")]
        exported = MOODLE.fullmatch(path.name) or CANVAS.fullmatch(path.name)
        if exported:  # whatever zip they came in
            found[place] = exported["learner"], ""
            continue
        while len(folders) > 1 and COMMON.fullmatch(folders[-1]):
            folders.pop()
        if not folders or (len(folders) == 1 and COMMON.fullmatch(folders[0])):
            found[place] = _without_lesson(path.stem), ""
            continue
        moodle = MOODLE.fullmatch(folders[-1])
        found[place] = moodle["learner"] if moodle else folders[-1], "/".join(folders)
    wheres: dict[str, set[str]] = {}
    for name, where in found.values():
        wheres.setdefault(name, set()).add(where)
    return {place: where if where and len(wheres[name]) > 1 else name for place, (name, where) in found.items()}


def _without_lesson(stem):
    """A file's name without the lesson's: "ada" of "ada_11_raises (2)"; the whole name where nothing else is in it."""
    rest = re.sub(r"[\s_.-]*\d\d_[a-z_]+(?:\s*\(\d+\))?[\s_.-]*$", "", stem)
    return rest or stem


def _in_zip(source, outside, place, depth):
    """The notebooks of a zip. source : its path, or its bytes as a file.  outside : the folder that it stands for."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and _wanted(entry.filename)]
            if sum(entry.file_size for entry in archive.infolist()) > ZIP_MEGABYTES * 1e6:
                raise ValueError(f"it unpacks to more than {ZIP_MEGABYTES:,} MB")
            names = {entry: _joined(outside, entry.filename) for entry in entries}
            known = learners_of([name for name in names.values()])
            for entry, name in names.items():
                if not entry.filename.lower().endswith(".zip"):
                    yield _opened(known[name], name, entry.file_size, lambda: _unpacked(archive, entry), {})
                elif depth > 1:
                    yield from _in_zip(io.BytesIO(_unpacked(archive, entry)), name[: -len(".zip")], name, depth - 1)
                else:
                    yield HandedIn(known[name], name, None, "a zip in a zip in a zip: unpack it and grade it again")
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError) as error:
        learner = learners_of([place])[place]
        yield HandedIn(learner, place, None, f"this zip cannot be read ({error}): ask for it once more")


def _joined(outside, name):
    """The place of a file in a zip. What its name says of folders above the zip is left out."""
    inside = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    where = outside.split("/") if outside else []
    if where and len(inside) == 1 and len(where) > 1:
        where.pop()  # a learner's own zip in the learner's folder
    return "/".join([*where, *inside])


def _unpacked(archive, entry):
    """The bytes of a file in a zip, no more of them than it claims."""
    with archive.open(entry) as file:
        content = file.read(int(ZIP_MEGABYTES * 1e6))
    return content


def _opened(learner, place, size, read, done):
    """One file as `HandedIn`."""
    if size > MEGABYTES * 1e6:
        said = f"the notebook has {size / 1e6:,.0f} MB, more than {MEGABYTES}: ask for it without its outputs"
        return HandedIn(learner, place, None, said)
    try:
        content = read()
    except (OSError, RuntimeError, zipfile.BadZipFile, EOFError) as error:
        return HandedIn(learner, place, None, f"the file cannot be read ({error}): ask for it once more")
    book, said = book_of(content)
    if book is not None:
        kept = book["metadata"].get("privlab")
        book["metadata"]["privlab"] = kept if isinstance(kept, dict) else done
    return HandedIn(learner, place, book, said)


def book_of(content: bytes) -> tuple[dict[str, Any] | None, str]:
    """A notebook's cells with their sources as text and its metadata, outputs left out; or None, and why not."""
    if not content.strip():
        return None, "the file is empty: ask for it once more"
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None, "this is no notebook (its JSON is broken): ask for the file once more"
    if isinstance(read, dict) and isinstance(read.get("worksheets"), list):  # before Jupyter 3
        read = {
            **read,
            "cells": [cell for sheet in read["worksheets"] if isinstance(sheet, dict) for cell in _all(sheet)],
        }
    if not isinstance(read, dict) or not isinstance(read.get("cells"), list):
        return None, "this is no notebook (it has no cells): ask for the file once more"
    cells = [cell for cell in map(_plain, read["cells"]) if cell]
    if not cells:
        return None, "the notebook has no cells: ask for it once more"
    if len(cells) > MOST_CELLS:
        return None, f"the notebook has {len(cells):,} cells, more than {MOST_CELLS:,}: is it the right file?"
    metadata = read.get("metadata")
    return {"cells": cells, "metadata": dict(metadata) if isinstance(metadata, dict) else {}}, ""


def _all(sheet):
    return sheet.get("cells") if isinstance(sheet.get("cells"), list) else []


def _plain(cell):
    """A cell's kind, source and the exercise that its metadata names; None for what is no cell."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input", ""))
    source = "".join(map(str, source)) if isinstance(source, list) else source
    metadata = cell.get("metadata")
    id = metadata.get("exercise") if isinstance(metadata, dict) else None
    return {
        "cell_type": str(cell.get("cell_type")),
        "source": source.replace("\r\n", "\n") if isinstance(source, str) else "",
        "exercise": id if isinstance(id, str) else None,
    }


def _progress(file):
    """What a learner's progress file holds, for notebooks that were handed in with the whole workbook."""
    try:
        read = json.loads(file.read_text(encoding="utf-8")) if os.path.getsize(file) < 1e7 else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
