"""The checks of all exercises, tried on the answers of the tests: what they let pass, what they refuse."""

import importlib
import os
import resource
import sys

from tqdm import tqdm

from benchmarks import figure
from privlab.data import render
from privlab.lab.checks import judge
from privlab.lab.exercise import exercises
from privlab.lab.lessons import LESSONS

RUNS, FEW_RUNS = 20, 2


def run(full=False, seed=0, trials=None):
    """How often the checks err; every answer is judged 20 times in the long form, twice in the quick one.

    seed : unused: the checks draw from the operating system, or from seeds of their own.
    """
    runs = trials or (RUNS if full else FEW_RUNS)
    os.environ.update(PRIVLAB_DATA="drawn", PRIVLAB_DEVICE="cpu")
    render()
    known = answers()
    marks, longest = {}, {}
    for number in range(runs):
        for case, (exercise, right, answer) in tqdm(known.items(), desc=f"run {number + 1}", disable=None):
            before = spent()
            marks.setdefault(case, set()).add(judge(exercise, answer).mark)
            if right:
                longest[case] = max(longest.get(case, 0), spent() - before)
    accepted = [case for case, (_, right, _) in known.items() if not right and "✓" in marks[case]]
    rejected = [case for case, (_, right, _) in known.items() if right and marks[case] != {"✓"}]
    flaky = [case for case in known if len(marks[case]) > 1]
    slowest = max(longest, key=longest.get)
    for said, cases in (("accepted", accepted), ("rejected", rejected), ("flaky", flaky), ("slowest", [slowest])):
        for case in cases:
            print(f"{said}: {': '.join(case)}", file=sys.stderr)
    yield figure("checks_exercises", len({exercise.id for exercise, *_ in known.values()}), "exercises")
    yield figure("checks_cases", len(known), "answers")
    yield figure("checks_false_accepts", len(accepted), "answers")
    yield figure("checks_false_rejects", len(rejected), "answers")
    yield figure("checks_seconds_max", longest[slowest], "s")
    yield figure("checks_flaky", len(flaky), "answers")


def answers():
    """Every answer that the tests note, and every solution: a dict from (exercise, label) to (exercise, right?, it)."""
    from tests.lessons.answers import RIGHT, WRONG

    known = {}
    for lesson in LESSONS:
        importlib.import_module(f"tests.lessons.test_{lesson.topic}")
        for exercise in exercises(lesson.topic).values():
            known[exercise.id, "the solution"] = exercise, True, exercise.reference
            for noted, right in ((WRONG, False), (RIGHT, True)):
                for label, (_, _, answer) in noted.get(exercise.id, {}).items():
                    known[exercise.id, label] = exercise, right, answer
    return known


def spent():
    """The processor's seconds of this process and of those that it has ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(times.ru_utime + times.ru_stime for times in used)
