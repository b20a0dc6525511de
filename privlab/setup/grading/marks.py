"""Marks: a row for each exercise of each learner, and beside them questions and guesses, from what was handed in."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from privlab.lab.exercise import MARKS, Exercise, exercises, quizzes
from privlab.lab.guesses import predictions
from privlab.setup.grading.answer_cells import (
    Answer,
    answer_to,
    code_cells,
    known_exercises,
    lessons_of,
    unknown_exercises,
)
from privlab.setup.grading.desks import judge_all
from privlab.setup.grading.handed_in import HandedIn
from privlab.setup.grading.own import exercises_in

NOT_TRIED = ("not tried yet", "no cell of this notebook answers it")


class Row(NamedTuple):
    """A line of the table. A notebook that could not be graded has one without `exercise` and `mark`.

    attempts, hints, solution_seen : what the notebook says of how the answer came about; empty where it says nothing.
    """

    learner: str
    lesson: str
    exercise: str
    mark: str
    attempts: str
    hints: str
    solution_seen: str
    said: str


class Quizzed(NamedTuple):
    """Whether a learner has answered a question rightly, and how often it was answered."""

    learner: str
    lesson: str
    question: str
    right: str
    attempts: str


class Guessed(NamedTuple):
    """A learner's guess, what came out, and whether it was near."""

    learner: str
    lesson: str
    prediction: str
    guess: str
    outcome: str
    near: str


class Graded(NamedTuple):
    """What a class handed in. `answers` holds the code that was judged, by learner and exercise."""

    rows: list[Row]
    quizzed: list[Quizzed]
    guessed: list[Guessed]
    answers: dict[tuple[str, str], str]


def graded(
    files: Iterable[HandedIn], own_file: Path | None = None, told: Callable[[int, int], None] = lambda done, of: None
) -> Graded:
    """The marks of all that was handed in, ordered by learner and exercise.

    own_file : an instructor's own exercises.  told : is called with how many answers are judged, of how many.
    The same answer with the same steps before it is judged once. Of two notebooks with one exercise the better counts.
    """
    own = exercises_in(own_file) if own_file else {}
    course_s = known_exercises()
    rows: list[Row] = []
    quizzed: dict[tuple[str, str], Quizzed] = {}
    guessed: dict[tuple[str, str], Guessed] = {}
    found: list[tuple[HandedIn, Answer, Exercise]] = []
    for file in files:
        if file.book is None:
            rows.append(_without_mark(file, "", file.said))
            continue
        lessons = lessons_of(file.book, file.place)
        asked = [(lesson.name, exercise) for lesson in lessons for exercise in exercises(lesson.topic).values()]
        if _holds_own(file, own, bool(asked)):
            assert own_file
            asked += [(own_file.stem, exercise) for exercise in own.values()]
        if not asked:
            rows.append(_without_mark(file, "", "no lesson of this course is in the notebook: is it the right file?"))
        for id in unknown_exercises(file.book, set(course_s) | set(own)):
            said = f"this edition has no exercise {id}: is the notebook of another edition, or is --exercises missing?"
            rows.append(_without_mark(file, "", said))
        found += [(file, answer_to(exercise, name, file.book), exercise) for name, exercise in asked]
        done = file.book["metadata"]["privlab"]
        for lesson in lessons:
            for question in quizzes(lesson.topic):
                if question in _part(done, "quizzes"):
                    quizzed[file.learner, question] = _quizzed(file.learner, lesson.name, question, done)
            for id, asked_for in predictions(lesson.topic).items():
                if isinstance(_part(done, "guesses").get(id), dict):
                    guessed[file.learner, id] = _guessed(file.learner, lesson.name, id, asked_for, done)
        file.book.clear()  # a class's notebooks together may be large
        file.book["privlab"] = done
    jobs = {
        (answer.exercise, answer.source, answer.steps): {
            "exercise": answer.exercise,
            "file": str(own_file) if answer.exercise in own else "",
            "source": answer.source,
            "steps": [list(step) for step in answer.steps],
        }
        for _, answer, _ in found
        if not answer.said
    }
    ordered = sorted(jobs, key=lambda key: key[0])
    verdicts = judge_all([jobs[key] for key in ordered], told=lambda done: told(done, len(ordered)))
    marks = dict(zip(ordered, verdicts))
    best: dict[tuple[str, str], tuple[Row, str]] = {}
    for file, answer, exercise in found:
        assert file.book is not None
        row = _row(file, answer, exercise, marks.get((answer.exercise, answer.source, answer.steps)))
        key = row.learner, row.exercise
        if key not in best or MARKS.index(row.mark) > MARKS.index(best[key][0].mark):
            best[key] = row, answer.source
    rows += [row for row, _ in best.values()]
    places = {id: number for number, id in enumerate([*course_s, *own])}
    rows.sort(key=lambda row: (row.learner.casefold(), row.learner, places.get(row.exercise, -1), row.said))
    answers = {key: source for key, (row, source) in best.items() if source and row.mark != "○"}
    return Graded(rows, list(quizzed.values()), list(guessed.values()), answers)


def _holds_own(file, own, others):
    """Whether a notebook holds an instructor's own exercises; one without any lesson is searched for them by name."""
    if not own:
        return False
    cells = code_cells(file.book)
    stem = next(iter(own)).split(".")[0]
    named = any(str(cell["exercise"]).split(".")[0] == stem or f'"{stem}.' in cell["source"] for cell in cells)
    return named or (
        not others and any(f"def {entry.name}(" in cell["source"] for cell in cells for entry in own.values())
    )


def _without_mark(file, lesson, said):
    return Row(file.learner, lesson, "", "", "", "", "", f"{file.place}: {said}")


def _row(file, answer, exercise, verdict):
    """The line of one answer."""
    done = file.book["privlab"]
    mark, said = (verdict["mark"], verdict["said"]) if verdict else ("?", answer.said)
    if answer.said in NOT_TRIED or mark == "○":
        mark, said = "○", answer.said or "not tried yet"
    noted = any(isinstance(done.get(part), dict) for part in ("checks", "tries", "hints", "solutions"))
    hints = [entry for entry in _entries(done, "hints", exercise.id)]
    return Row(
        file.learner,
        answer.lesson,
        exercise.id,
        mark,
        str(len(_entries(done, "tries", exercise.id))) if noted else "",
        str(len(hints)) if noted else "",
        ("yes" if _entries(done, "solutions", exercise.id) else "no") if noted else "",
        " ".join(said.split()),
    )


def _part(done: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of a learner's progress, of which nothing is sure."""
    return done[name] if isinstance(done.get(name), dict) else {}


def _entries(done, part, id):
    """The notes of one exercise: a list, whatever stands there."""
    noted = _part(done, part).get(id)
    return noted if isinstance(noted, list) else []


def _quizzed(learner, lesson, question, done):
    right = "yes" if _part(done, "quizzes")[question] is True else "no"
    return Quizzed(learner, lesson, question, right, str(len(_entries(done, "answers", question))))


def _guessed(learner, lesson, id, asked, done):
    noted = _part(done, "guesses")[id]
    near = noted.get("near")
    near = ("yes" if near else "no") if isinstance(near, bool) else ""
    guess = noted.get("guess", "")
    try:
        guess = asked.said(guess)
    except (TypeError, ValueError, OverflowError):
        guess = str(guess)
    return Guessed(learner, lesson, id, str(guess)[:500], str(noted.get("outcome", ""))[:500], near)
