"""The transformations in order, and the table of what each does."""

import numpy as np
import pytest

from privlab.he.logreg.circuits import train_in_the_clear
from privlab.he.logreg.comparison import effects, in_words, measure, steps
from tests.he.examples import CUBIC, LEARNING_RATE, data, in_the_clear


def test_each_step_of_the_lesson_has_its_depth_and_the_same_result():
    samples, zero = data(4, 8)[0], np.zeros(8)
    wanted = train_in_the_clear(samples, zero, LEARNING_RATE, CUBIC)
    trainings = steps(4, samples=8, learning_rate=LEARNING_RATE, polynomial=CUBIC)
    assert [measure(training)["depth"] for training in trainings.values()] == [20, 16, 12, 12, 10, 9, 7]
    first = in_words(measure(trainings["as it is written"]))
    assert first.startswith("depth 20, 16 products, at most 1 at one depth, ")
    assert [measure(training)["width"] for training in trainings.values()] == [1, 1, 2, 3, 6, 8, 6]
    for training in trainings.values():
        assert in_the_clear(training, samples, zero) == pytest.approx(wanted, abs=1e-12)


def test_what_each_transformation_does_stands_in_a_table():
    trainings = steps(4, samples=8, learning_rate=LEARNING_RATE, polynomial=CUBIC)
    head, *rows = effects(trainings, slots=16).splitlines()
    assert head.split() == "depth products rotations operations in one ring ring in its own".split()
    assert [row[:18].strip() for row in rows] == [*list(trainings)[:6], "by two processes"]
    numbers = [[int(word) for word in row[18:].replace("%", "").split()] for row in rows]
    assert [row[:3] for row in numbers] == [
        [20, 16, 40],
        [16, 16, 28],
        [12, 16, 28],
        [12, 22, 28],
        [10, 32, 37],
        [9, 40, 28],
        [9, 40, 28],
    ]
    assert [row[5] for row in numbers] == [65536, *6 * [32768]]
    assert numbers[0][4] == numbers[0][6] == 100 and numbers[-1][4] < 0.7 * numbers[-2][4]
    assert all(own == pytest.approx(one * ring / 65536, abs=1) for *_, one, ring, own in numbers)
