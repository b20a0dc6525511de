"""The picture of what the reader has done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privlab.lab.exercise import exercises, quizzes
from privlab.lab.figures import show
from privlab.lab.lessons import LESSONS
from privlab.lab.progress_file import load
from privlab.language import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_progress(
    axes: Axes, done: dict[str, Any], rows: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]]
) -> str:
    """The line of numbers; draws a row a lesson and a square an exercise or question, filled when it is done."""
    for row, (_title, checks, questions) in enumerate(rows):
        marks = [done["checks"].get(id, "○") for id in checks] + [
            "✓" if done["quizzes"].get(id) else "○" for id in questions
        ]
        for column, mark in enumerate(marks):
            axes.scatter(
                column,
                row,
                s=330,
                marker="s" if column < len(checks) else "o",
                linewidths=2,
                facecolors="C0" if mark == "✓" else "white",
                edgecolors="C0",
            )
            axes.annotate(
                mark if mark != "○" else "",
                (column, row),
                ha="center",
                va="center",
                color="white" if mark == "✓" else "black",
            )
    axes.set_yticks(range(len(rows)), [title for title, *_ in rows])
    axes.set(
        xticks=[], xlim=(-0.6, max(8, max(len(c) + len(q) for _, c, q in rows)) - 0.4), ylim=(len(rows) - 0.4, -0.6)
    )
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    every = [id for _, checks, _ in rows for id in checks]
    right = sum(done["checks"].get(id) == "✓" for id in every)
    answered = sum(bool(value) for value in done["quizzes"].values())
    asked = sum(len(questions) for *_, questions in rows)
    said = translate(
        "{right} of {every} exercises passed, {answered} of {asked} questions answered",
        right=right,
        every=len(every),
        answered=answered,
        asked=asked,
    )
    compared = [guess["near"] for guess in done["guesses"].values() if guess.get("near") is not None]
    return said + (
        translate(", {near} of {compared} guesses near what came out", near=sum(compared), compared=len(compared))
        if compared
        else ""
    )


def next_step(done: dict[str, Any]) -> str:
    """What to do next, a sentence: what is open in the lesson where something was done last, else in those after it."""
    dated = [
        (each[0], id) for part in ("tries", "answers") for id, entries in done[part].items() for each in entries[-1:]
    ] + [(guess["date"], id) for id, guess in done["guesses"].items() if "date" in guess]
    last = max(dated)[1].split(".")[0] if dated else LESSONS[0].topic
    here = next((number for number, lesson in enumerate(LESSONS) if lesson.topic == last), 0)
    for lesson in (*LESSONS[here:], *LESSONS[:here]):
        for id in exercises(lesson.topic):
            mark = done["checks"].get(id)
            if mark != "✓":
                stands = (
                    translate("; your answer is {mark} now, and hint({id!r}) helps", mark=mark, id=id) if mark else ""
                )
                return translate(
                    "Next: the exercise {id} in {name}{stands}.", id=id, name=lesson.name, stands=stands
                ).replace("'", '"')
        for id in quizzes(lesson.topic):
            if not done["quizzes"].get(id):
                return translate("Next: the question {id} in {name}.", id=id, name=lesson.name)
    return translate("All exercises are passed and all questions answered.")


def progress() -> None:
    """Draws what is done and what is not, lesson by lesson, and says what to do next."""
    done = load()
    rows = [
        (f"{lesson.number}  {lesson.title}", tuple(exercises(lesson.topic)), tuple(quizzes(lesson.topic)))
        for lesson in LESSONS
    ]
    show(
        draw_progress,
        alt=translate("A row for each lesson: squares are exercises, circles are questions, filled ones are done"),
        size=(8, 0.8 + 0.5 * len(rows)),
        done=done,
        rows=rows,
    )
    print(next_step(done))
