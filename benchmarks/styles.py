"""Every right answer of the tests in the place of its exercise: whether a cell breaks that hangs on it."""

import ast
import importlib
import os
import pathlib
import sys
import tempfile
import time

import nbformat
from jupyter_client.manager import start_new_kernel

from benchmarks import figure
from privlab.data.types import DataError
from privlab.lab.lessons import LESSONS, lesson

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOLVED = ROOT / "notebooks" / "solved"
QUICK = ("22", "63")  # lessons of the quick form
SECONDS = 400  # for one cell
SLOW = 5.0  # seconds: a cell that took longer is run for an exercise's first answer alone
ANSWERS = "import sys; sys.path.insert(0, {root!r}); import tests.lessons.test_{topic}; import tests.lessons.answers"
ONE = "{name} = tests.lessons.answers.RIGHT[{id!r}][{label!r}][2]"


def run(full=False, seed=0, trials=None, only=None):
    """How many cells break, by lesson and answer; each is named with what it raised.

    only : a lesson's number or name. The quick form runs two lessons, the long one all. seed, trials : unused.
    """
    try:
        chosen = [lesson(only)] if only else LESSONS if full else [lesson(number) for number in QUICK]
    except ValueError as error:
        raise DataError(str(error)) from None
    tried, broken = 0, []
    for each in chosen:
        count, found = styles_of(each)
        tried, broken = tried + count, broken + found
        print(f"{each.name}: {count} answers, {len(found)} cells break", file=sys.stderr, flush=True)
    for said in broken:
        print(f"broken: {said}", file=sys.stderr)
    yield figure("styles_tried", tried, "answers")
    yield figure("styles_broken", len(broken), "cells")


def styles_of(lesson):
    """How many right answers were tried in a lesson, and a sentence on each cell that broke.

    The solved lesson is run once; then, for each answer, the cells below that use what hangs on it.
    """
    from tests.lessons.answers import RIGHT

    importlib.import_module(f"tests.lessons.test_{lesson.topic}")
    book = nbformat.read(SOLVED / f"{lesson.name}.ipynb", 4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    count, broken = 0, []
    with tempfile.TemporaryDirectory() as room:
        own = {"PRIVLAB_PROGRESS": str(pathlib.Path(room, "progress.json")), "PRIVLAB_DATA": "drawn"}
        manager, client = start_new_kernel(cwd=str(SOLVED), env=os.environ | own)
        try:
            slow = set()
            for cell in cells:
                began = time.monotonic()
                broken_by(client, cell.source)
                slow |= {cell.source} if time.monotonic() - began > SLOW else set()
            broken_by(client, ANSWERS.format(root=str(ROOT), topic=lesson.topic))
            for place, cell in enumerate(cells):
                id = cell.metadata.get("exercise")
                below = hanging_on(id.split(".")[1], cells[place + 1 :]) if id else []
                # what breaks with the solution too, when it is run a second time, is no fault of an answer
                below = [source for source in below if source in slow or not broken_by(client, source)]
                for number, label in enumerate(RIGHT.get(id, ())):
                    count += 1
                    broken_by(client, ONE.format(name=id.split(".")[1], id=id, label=label))
                    for source in below:
                        if number and source in slow:
                            continue
                        if error := broken_by(client, source):
                            broken.append(f"{id}, {label}: {source.splitlines()[0]!r} raises {error}")
                for source in (cell.source, *below) if below else ():  # the solution again, for what comes after
                    broken_by(client, source)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return count, broken


def hanging_on(name, cells):
    """The sources of the cells that use a name, or what such a cell makes, but for other exercises."""
    changed, found = {name}, []
    for cell in cells:
        used, made = names_in(cell.source)
        if used & changed and not cell.metadata.get("exercise"):
            changed |= made
            found.append(cell.source)
    return found


def names_in(source):
    """The names that a cell reads and those that it makes, two sets; none of a cell that is no plain Python."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return set(), set()
    names = [node for node in nodes if isinstance(node, ast.Name)]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    made |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}, made


def broken_by(client, source):
    """What a cell raised, in a sentence, or a check's verdict that is not ✓; "" when all went well."""
    from tests.lessons.behind_the_cells import execute

    said, error = execute(client, source, SECONDS)
    is_check = source.startswith("check(") and "whose=" not in source
    return error or (said if is_check and not said.startswith("✓") else "")
