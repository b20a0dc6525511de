"""The transformations in order, and the table of what each does."""

import numpy as np
import pytest

from privlab.he.logreg.circuits import train_in_the_clear
from privlab.he.logreg.comparison import effects, measure, steps
from tests.he.examples import CUBIC, LEARNING_RATE, data, in_the_clear


def test_each_step_of_the_lesson_has_its_depth_and_the_same_result():
    samples, zero = data(4, 8)[0], np.zeros(8)
    wanted = train_in_the_clear(samples, zero, LEARNING_RATE, CUBIC)
    trainings = steps(4, samples=8, learning_rate=LEARNING_RATE, polynomial=CUBIC)
    assert [measure(training)["depth"] for training in trainings.values()] == [20, 16, 12, 12, 10, 9, 7]
    assert [measure(training)["width"] for training in trainings.values()] == [1, 1, 2, 3, 6, 8, 6]
    for training in trainings.values():
        assert in_the_clear(training, samples, zero) == pytest.approx(wanted, abs=1e-12)


def test_what_each_transformation_does_stands_in_a_table():
    trainings = steps(4, samples=8, learning_rate=LEARNING_RATE, polynomial=CUBIC)
    head, *rows = effects(trainings, slots=16).splitlines()
    assert head.split() == ["depth", "width", "products", "rotations", "operations", "time"]
    assert [row[:20].strip() for row in rows] == [*list(trainings)[2:6], "by two processes"]
    numbers = [[int(word) for word in row[20:].replace("%", "").split()] for row in rows]
    assert [row[:4] for row in numbers] == [
        [12, 2, 16, 28],
        [12, 3, 22, 28],
        [10, 6, 32, 37],
        [9, 8, 40, 28],
        [9, 8, 40, 28],
    ]
    assert numbers[0][5] == 100 and numbers[-1][5] < 0.7 * numbers[-2][5]
