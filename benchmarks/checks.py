"""The checks of all exercises, tried on the answers of the tests: what they let pass, what they refuse."""

import importlib
import multiprocessing
import os
import resource
import sys

from tqdm import tqdm

from benchmarks import figure
from privlab.data import render
from privlab.data.types import DataError
from privlab.lab.apart import can_fork, load_libraries
from privlab.lab.checks import judge
from privlab.lab.exercise import exercises
from privlab.lab.lessons import LESSONS, lesson

RUNS, FEW_RUNS = 20, 2
TOGETHER = 2  # checks that run at the same time
SLOWEST = 5  # right answers that are named with their time


def run(full=False, seed=0, trials=None, only=None):
    """How often the checks err; every answer is judged 20 times in the long form, twice in the quick one, or as often
    as `trials` says.

    seed : unused: the checks draw from the operating system, or from seeds of their own.
    only : a lesson's number or name; all lessons when left out.
    """
    try:
        chosen = [lesson(only)] if only else LESSONS
    except ValueError as error:
        raise DataError(str(error)) from None
    runs = trials or (RUNS if full else FEW_RUNS)
    os.environ.update(PRIVLAB_DATA="drawn", PRIVLAB_DEVICE="cpu")
    render()
    known = answers(chosen)
    for _, _, answer in filter(lambda case: callable(case[2]), known.values()):
        load_libraries(answer)  # a reader waits for that once, whatever is checked
    marks, longest = {}, {}
    for case, mark, seconds in tqdm(judged(known, list(known) * runs), total=len(known) * runs, disable=None):
        marks.setdefault(case, set()).add(mark)
        longest[case] = max(longest.get(case, 0), seconds)
    accepted = [case for case, (_, right, _) in known.items() if not right and "✓" in marks[case]]
    rejected = [case for case, (_, right, _) in known.items() if right and marks[case] != {"✓"}]
    flaky = [case for case in known if len(marks[case]) > 1]
    slowest = sorted((case for case, (_, right, _) in known.items() if right), key=longest.get)[: -SLOWEST - 1 : -1]
    for said, cases in (("accepted", accepted), ("rejected", rejected), ("flaky", flaky), ("slowest", slowest)):
        for case in cases:
            print(f"{said}: {': '.join(case)}, {longest[case]:.2f} s", file=sys.stderr)
    yield figure("checks_exercises", len({exercise.id for exercise, *_ in known.values()}), "exercises")
    yield figure("checks_cases", len(known), "answers")
    yield figure("checks_false_accepts", len(accepted), "answers")
    yield figure("checks_false_rejects", len(rejected), "answers")
    yield figure("checks_seconds_max", longest[slowest[0]], "s")
    yield figure("checks_flaky", len(flaky), "answers")


def judged(known, cases):
    """(case, its mark, the processor's seconds) for each of the cases, in any order."""
    if can_fork():
        with multiprocessing.get_context("fork").Pool(TOGETHER, _known.update, (known,)) as pool:
            yield from pool.imap_unordered(_judged_once, cases, chunksize=8)
    else:
        _known.update(known)
        yield from map(_judged_once, cases)


_known = {}  # the answers, in each of the processes that judge them


def _judged_once(case):
    exercise, _, answer = _known[case]
    before = spent()
    return case, judge(exercise, answer).mark, spent() - before


def answers(chosen):
    """Every answer that the tests note to the lessons chosen, and every solution: a dict from (exercise, label) to
    (exercise, right?, it).
    """
    from tests.lessons.answers import RIGHT, WRONG

    known = {}
    for each in chosen:
        importlib.import_module(f"tests.lessons.test_{each.topic}")
        for exercise in exercises(each.topic).values():
            known[exercise.id, "the solution"] = exercise, True, exercise.reference
            for noted, right in ((WRONG, False), (RIGHT, True)):
                for label, (_, _, answer) in noted.get(exercise.id, {}).items():
                    known[exercise.id, label] = exercise, right, answer
    return known


def spent():
    """The processor's seconds of this process and of those that it has ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(times.ru_utime + times.ru_stime for times in used)
