"""Wrong answers to exercises, each with the mark and the words that a check must find for it."""

import linecache

import numpy as np
import pytest

from privlab.lab.checks import judge
from privlab.lab.exercise import exercises

WRONG = {}  # from an exercise's id to its wrong answers: from a label to (mark, fragment of the message, answer)


def run(exercise, code):
    """The answer that `code` defines, run beside the names of the exercise's file; its source can be looked up."""
    file = f"<{exercise.id}, code {len(linecache.cache)}>"
    linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
    namespace = {"np": np, **exercise.judge.__globals__}
    exec(compile(code, file, "exec"), namespace)
    return namespace[exercise.name]


def edited(exercise, old, new):
    """The answer of the solution's code with `old`, which it has exactly once, replaced by `new`."""
    assert exercise.solution.count(old) == 1, f"{exercise.id} has {old!r} {exercise.solution.count(old)} times"
    return run(exercise, exercise.solution.replace(old, new))


def wrong(exercise, mark, fragment, label=None, *, edit=None, answer=None):
    """Notes a wrong answer; without `edit` and `answer` it is a decorator, and the function below it is the answer.

    mark, fragment : what the check must say, and some words of its sentence.
    label : str, what is wrong with the answer; a decorated function's name when left out.
    edit : (old, new), the solution's code with one thing changed.
    answer : an answer that is no function.
    """

    def note(answer):
        name = label or answer.__name__.replace("_", " ")
        noted = WRONG.setdefault(exercise.id, {})
        assert name not in noted, f"two wrong answers to {exercise.id} are labelled {name!r}"
        noted[name] = mark, fragment, answer
        return answer

    if edit is None and answer is None:
        return note
    return note(answer if edit is None else edited(exercise, *edit))


def recognised(topic):
    """A test of all wrong answers to a topic that were noted so far: each gets its mark and its own message."""
    cases = [
        pytest.param(exercise, *case, id=f"{exercise.name}: {label}")
        for exercise in exercises(topic).values()
        for label, case in WRONG[exercise.id].items()
    ]

    @pytest.mark.parametrize("exercise, mark, fragment, answer", cases)
    def test(exercise, mark, fragment, answer):
        verdict = judge(exercise, answer)
        assert verdict.mark == mark and mark in "?✗⚠", verdict
        assert fragment and fragment in verdict.sentence, verdict
        assert "\n" not in verdict.sentence

    return test
