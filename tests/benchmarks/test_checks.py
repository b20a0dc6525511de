"""Which answers the checks are tried on."""

import pytest

from benchmarks.checks import answers, run
from privlab.data.types import DataError
from privlab.lab.lessons import lesson


def test_the_answers_of_one_lesson_are_its_own():
    known = answers([lesson("00")])
    assert {exercise.id for exercise, *_ in known.values()} == {"start_here.publish"}
    assert {right for _, right, _ in known.values()} == {True, False}
    assert known["start_here.publish", "the solution"][1]


def test_an_unknown_lesson_is_told_in_a_sentence():
    with pytest.raises(DataError, match="there is no lesson '99'"):
        next(run(only="99"))
