"""`grade`: marks what was handed in, by the course's own checks, whatever the notebooks did or show.

course.py grade FOLDER [--exercises FILE] [--csv OUT]     FOLDER may be a zip of a learning platform
course.py grade --sheet OUT.ipynb --exercises FILE        writes a notebook of an instructor's own exercises
course.py grade --export nbgrader LESSON [--out FOLDER]   writes a lesson as an assignment of nbgrader, or of `otter`
"""

import argparse
import csv
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from privlab.lab.exercise import MARKS
from privlab.lab.lessons import lesson
from privlab.setup.errors import SetupError
from privlab.setup.grading.alike import Alike, alike
from privlab.setup.grading.answer_cells import known_exercises
from privlab.setup.grading.export import export
from privlab.setup.grading.handed_in import handed_in
from privlab.setup.grading.marks import Guessed, Quizzed, Row, graded
from privlab.setup.grading.own import exercises_in
from privlab.setup.grading.page import page
from privlab.setup.grading.sheet import write_sheet
from privlab.setup.grading.summary import Line, summary

EXPORTS = ("nbgrader", "otter")


def main(words: list[str]) -> int:
    """The exit status, 0. Writes the table of marks and, beside it, guesses, questions, the class and what is alike.

    Raises SetupError when there is nothing to grade, or the tables cannot be written.
    """
    asked = _asked(words)
    own = Path(asked.exercises).expanduser() if asked.exercises else None
    if asked.sheet:
        if own is None:
            raise SetupError("A sheet shows the exercises of a file of yours: name it after --exercises.")
        print(write_sheet(own, Path(asked.sheet).expanduser()))
        return 0
    if asked.export:
        kind, name = asked.export
        print(_exported(kind, name, asked.out))
        return 0
    if not asked.folder:
        raise SetupError("Name the folder, or the zip, that holds what was handed in: grade FOLDER.")
    table = Path(asked.csv).expanduser()
    found = graded(handed_in(Path(asked.folder).expanduser()), own, _tell)
    if not found.rows:
        raise SetupError(f"There is no notebook in {asked.folder}: name the folder that holds what was handed in.")
    known = {**known_exercises(), **(exercises_in(own) if own else {})}
    lines, same = summary(found), alike(found.answers, known)
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
        write_table(table, Row._fields, found.rows)
        write_table(_beside(table, "guesses"), Guessed._fields, found.guessed)
        write_table(_beside(table, "quizzes"), Quizzed._fields, found.quizzed)
        write_table(_beside(table, "class"), Line._fields, lines)
        write_table(_beside(table, "alike"), Alike._fields, same)
        web = table.with_suffix(".html")
        web.write_text(page(found, lines, same), encoding="utf-8", errors="replace")
    except OSError as error:
        raise SetupError(
            f"{table} cannot be written ({error.strerror}): name another file after --csv, and close it elsewhere."
        ) from error
    learners = {row.learner for row in found.rows}
    counts = {mark: sum(row.mark == mark for row in found.rows) for mark in reversed(MARKS)}
    print(f"{len(learners)} learners, {' '.join(f'{mark} {count}' for mark, count in counts.items())}", end="")
    print(f", not graded {sum(not row.exercise for row in found.rows)}")
    print(f"The marks are in {table}, the class is in {web}.")
    return 0


def _exported(kind, name, out):
    """The sentence about what was written for another grader."""
    if kind not in EXPORTS:
        raise SetupError(f"--export writes for nbgrader or otter, not for {kind}: type --export nbgrader LESSON.")
    try:
        known = lesson(name)
    except ValueError as error:
        raise SetupError(f"Name a lesson after the format: {error}.") from error
    return export(known, kind, Path(out or kind).expanduser())


def _asked(words):
    parser = argparse.ArgumentParser(prog="grade", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="what was handed in: a folder or a zip")
    parser.add_argument("--exercises", metavar="FILE", help="a Python file of exercises of your own")
    parser.add_argument("--csv", metavar="OUT", default="grades.csv", help="the table of marks (grades.csv)")
    parser.add_argument("--sheet", metavar="OUT.ipynb", help="write a notebook that shows the exercises of FILE")
    parser.add_argument("--export", nargs=2, metavar=("FORMAT", "LESSON"), help="write a lesson for nbgrader or otter")
    parser.add_argument("--out", metavar="FOLDER", help="where --export writes (a folder named like the format)")
    return parser.parse_args(words)


def _tell(done, of):
    if sys.stderr.isatty() and (done == of or done % 10 == 0):
        print(f"\r{done} of {of} answers judged", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _beside(table, word):
    """The file of another table: `grades_class.csv` beside `grades.csv`."""
    return table.with_name(f"{table.stem}_{word}.csv")


def write_table(file: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a table as CSV in UTF-8. What a spreadsheet would take for a formula gets an apostrophe before it."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.part")
    with partial.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(head)
        writer.writerows([_harmless(value) for value in row] for row in rows)
    os.replace(partial, file)


def _harmless(value):
    if not isinstance(value, str):
        return value
    text = "".join(letter for letter in value if letter >= " ").encode("utf-8", "replace").decode()
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text
