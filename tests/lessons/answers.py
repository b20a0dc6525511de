"""Answers to exercises: wrong ones with the mark and the words that a check must find for them, right ones for ✓."""

import linecache

import numpy as np
import pytest

from privlab.lab.checks import judge
from privlab.lab.exercise import exercises

WRONG = {}  # from an exercise's id to its wrong answers: from a label to (mark, fragment of the message, answer)
RIGHT = {}  # from an exercise's id to right answers in other styles: from a label to (mark, fragment, answer)


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

    return _noting(WRONG, exercise, mark, fragment, label, edit, answer)


def right(exercise, label=None, *, edit=None, answer=None):
    """Notes a right answer in another style than the solution's, which must get ✓; else as `wrong`."""
    return _noting(RIGHT, exercise, "✓", "", label, edit, answer)


def _noting(noted, exercise, mark, fragment, label, edit, answer):
    """Notes one answer, or gives the decorator that does."""

    def note(answer):
        name = label or answer.__name__.replace("_", " ")
        labels = noted.setdefault(exercise.id, {})
        assert name not in labels, f"two answers to {exercise.id} are labelled {name!r}"
        labels[name] = mark, fragment, answer
        return answer

    if edit is None and answer is None:
        return note
    return note(answer if edit is None else edited(exercise, *edit))


def recognised(topic):
    """A test of all answers to a topic that were noted so far: each gets its mark, a wrong one its own message.

    The first answer to each exercise is tried in the fast tier too.
    """
    cases = [
        pytest.param(exercise, *case, id=f"{exercise.name}: {label}", marks=[pytest.mark.slow] if number else [])
        for exercise in exercises(topic).values()
        for number, (label, case) in enumerate([*WRONG[exercise.id].items(), *RIGHT.get(exercise.id, {}).items()])
    ]

    @pytest.mark.parametrize("exercise, mark, fragment, answer", cases)
    def test(exercise, mark, fragment, answer):
        verdict = judge(exercise, answer)
        assert verdict.mark == mark and mark in "?✗⚠✓", verdict
        assert (fragment or mark == "✓") and fragment in verdict.sentence, verdict
        assert "\n" not in verdict.sentence

    return test
