"""A lesson as an assignment of another grader: a source notebook of nbgrader, or one of Otter-Grader.

Both take a notebook that holds the solutions, hand out one without them, and run what comes back from its first cell to
its last. A cell behind each answer asks the course's own check, by `privlab.lab.points`.
"""

import json
import re
from pathlib import Path
from typing import Any

from privlab import settings
from privlab.lab.exercise import Exercise, exercises, find
from privlab.lab.lessons import Lesson
from privlab.lab.points import POINTS
from privlab.setup.errors import SetupError
from privlab.setup.workbook import without_outputs

FULL, PART = POINTS["✓"], POINTS["⚠"]
NBGRADER_CONFIG = '''"""Settings of nbgrader for lessons of the course."""

import os
import tempfile

c = get_config()  # noqa: F821  nbgrader defines it
c.CourseDirectory.course_id = "privlab"
c.ClearSolutions.code_stub = {"python": "..."}  # an answer that was not tried, as the lessons have it
c.ExecutePreprocessor.timeout = 300  # seconds for a cell; the longest takes one minute on two cores
os.environ.setdefault("PRIVLAB_PROGRESS", os.path.join(tempfile.gettempdir(), "graded_progress.json"))  # not one's own
'''
OTTER_CONFIG = """# ASSIGNMENT CONFIG
name: {name}
init_cell: false
check_all_cell: false
export_cell: false
tests:
    ok_format: false"""


def export(lesson: Lesson, kind: str, folder: Path) -> str:
    """A sentence that says what was written below `folder`: a lesson as an assignment, each exercise worth 3 points.

    kind : "nbgrader", for `source/LESSON/LESSON.ipynb` of a course folder and its settings, or "otter", for
    `LESSON.ipynb`, which `otter assign` takes.
    Raises SetupError when the notebook is there already, or cannot be written.
    """
    book = json.loads(without_outputs(settings.notebooks() / f"{lesson.name}.ipynb"))
    question = _nbgrader_question if kind == "nbgrader" else _otter_question
    cells = [] if kind == "nbgrader" else [_cell("raw", OTTER_CONFIG.format(name=lesson.name))]
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])
        id = cell["metadata"].get("exercise")
        cells += question(find(exercises, id), cell) if id else [cell]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number:03d}"
    book["cells"] = cells
    below = Path("source", lesson.name) if kind == "nbgrader" else Path()
    out = folder / below / f"{lesson.name}.ipynb"
    if out.exists():
        raise SetupError(f"{out} is there already: move it, or name another folder after --out.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        config = folder / "nbgrader_config.py"
        if kind == "nbgrader" and not config.exists():
            config.write_text(NBGRADER_CONFIG, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{out} cannot be written ({error.strerror}): name another folder after --out.") from error
    then = f"nbgrader generate_assignment {lesson.name}" if kind == "nbgrader" else f"otter assign {out.name} dist"
    count = sum("exercise" in cell["metadata"] for cell in cells)
    return f"{out} holds {count} exercises of {FULL} points each. In {folder}, type `{then}`."


def solved(exercise: Exercise, begin: str, end: str) -> str:
    """The code of an answer cell with the solution between two comments: without them and what is between, dots in
    their place, it is what a learner starts from.
    """
    stub, solution = exercise.stub, exercise.solution
    head, dots, rest = stub.rpartition("    ...")
    if dots and not rest and solution.startswith(head):
        return f"{head}    {begin}\n{solution[len(head) :]}\n    {end}"
    return f"{stub}\n{begin}\n{solution}\n{end}"


def _nbgrader_question(exercise, cell):
    """The answer's cell, and the one behind it that gives the points: all, a part, or none by an error."""
    name = re.sub(r"\W", "-", exercise.id)
    cell["source"] = solved(exercise, "### BEGIN SOLUTION", "### END SOLUTION")
    cell["metadata"]["nbgrader"] = _nbgrader_metadata(name, solution=True)
    said = f'from privlab.lab.points import points\n\npoints("{exercise.id}", {exercise.name})'
    test = _cell("code", said)
    test["metadata"]["nbgrader"] = _nbgrader_metadata(f"{name}-points", grade=True, locked=True, points=FULL)
    return [cell, test]


def _nbgrader_metadata(name, **more):
    return {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
        **more,
    }


def _otter_question(exercise, cell):
    """The cells of a question with two tests, one that an answer is right, one that it is private as well."""
    cell["source"] = solved(exercise, "# BEGIN SOLUTION", "# END SOLUTION")
    cell["metadata"]["otter"] = {"tests": [exercise.name]}  # here, since `use` may put the course's answer in its place
    tests = [("right", PART, f"least={PART}"), ("private", FULL - PART, f"least={FULL}")]
    return [
        _cell("raw", f"# BEGIN QUESTION\nname: {exercise.name}\npoints: {FULL}\ncheck_cell: false"),
        _cell("raw", "# BEGIN SOLUTION"),
        cell,
        _cell("raw", "# END SOLUTION"),
        _cell("raw", "# BEGIN TESTS"),
        *(_cell("code", _otter_test(exercise, *test)) for test in tests),
        _cell("raw", "# END TESTS"),
        _cell("raw", "# END QUESTION"),
    ]


def _otter_test(exercise, name, worth, least):
    return (
        f'""" # BEGIN TEST CONFIG\npoints: {worth}\n""" # END TEST CONFIG\n'
        f"def test_{name}({exercise.name}):\n"
        f"    from privlab.lab.points import points\n"
        f'    points("{exercise.id}", {exercise.name}, {least})'
    )


def _cell(kind: str, source: str) -> dict[str, Any]:
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **more}
