"""An answer that is typed on a web page: run and judged in the page's own Python, which the page ends."""

import linecache
import traceback
from typing import Any

import numpy as np

from privlab.lab.checks import judge
from privlab.lab.exercise import Exercise, Verdict, exercises, find


def judged(id: str, code: str) -> dict[str, str]:
    """The verdict on the code of an answer: its `mark`, the `head` beside it, and the sentence below it as `rest`.

    The code runs beside the names of the exercise's file, and all else is as it is for `check`.
    Raises KeyError for an unknown id.
    """
    exercise = find(exercises, id)
    try:
        verdict = judge(exercise, _answer(exercise, code))
    except _Refused as refused:
        verdict = Verdict("?", str(refused))
    head, rest = verdict.parts
    return {"mark": verdict.mark, "head": head, "rest": rest}


class _Refused(Exception):
    """There is nothing to judge; the message says why."""


def _answer(exercise: Exercise, code: str) -> Any:
    """What the code says that the exercise's name is. Its source can be looked up, as that of a cell can."""
    file = f"<{exercise.id}>"
    linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
    names = {"np": np, **exercise.judge.__globals__}
    course = names.pop(exercise.name)
    try:
        exec(compile(code, file, "exec"), names)
    except (Exception, SystemExit) as error:
        lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == file]
        where = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        what = error.msg if isinstance(error, SyntaxError) else error
        in_line = f" in line {where}" if where else ""
        raise _Refused(f"your code raised {type(error).__name__}{in_line}: {what}") from None
    if exercise.name not in names or names[exercise.name] is course:
        raise _Refused(f"your code does not define {exercise.name}: write it as the exercise begins")
    return names[exercise.name]
