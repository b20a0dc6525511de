"""points: what an answer earns where another grader counts, such as nbgrader or Otter-Grader."""

from typing import Any

from privlab.lab.checks import judge
from privlab.lab.exercise import exercises, find

POINTS = {"✓": 3, "⚠": 2}  # of an answer by its mark; every other mark earns none


def points(id: str, answer: Any, *, least: int = 2) -> int:
    """The points of an answer to an exercise: 3 for ✓ and 2 for ⚠. Nothing is printed and no progress is noted.

    id : str, the exercise, "raises.share".
    least : how many points are asked for, 2 or 3.
    Raises AssertionError, which says the mark and what the check says, for an answer that earns fewer: those graders
    take an error for points that are lost. Raises KeyError for an unknown id.
    """
    verdict = judge(find(exercises, id), answer)
    earned = POINTS.get(verdict.mark, 0)
    if earned < least:
        raise AssertionError(f"{verdict.mark} {id}: {verdict.sentence}")
    return earned
