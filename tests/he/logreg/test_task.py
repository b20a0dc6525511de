"""Threes and eights as 64 numbers."""

import numpy as np
import pytest

from privlab.data.types import Pictures, Split
from privlab.he.logreg.task import Task, pooled, three_or_eight


def test_right_answers_are_those_of_one_sign():
    task = Task([], np.array([[1.0], [2.0], [-1.0], [3.0]]), np.array([1, 1, 1, -1]), "made")
    assert (task.correct(np.ones(1)), task.accuracy(np.ones(1)), task.correct(-np.ones(1))) == (2, 0.5, 2)
    assert task.correct(np.array([0.0])) == 0
    assert Task([], np.array([[1.0], [2.0], [3.0]]), np.ones(3), "made").correct(np.ones(1)) == 3


def test_pictures_are_sixty_four_numbers_and_a_corner_for_the_bias():
    rng = np.random.default_rng(0)
    made = Pictures(rng.integers(0, 256, (500, 8, 8), dtype=np.uint8), np.arange(500) % 10, None, "made")
    task = three_or_eight(Split(made, made), count=6, rng=rng)
    assert [minibatch.shape for minibatch in task.minibatches] == [(64, 64)] * 6 and task.source == "made"
    assert len(task.labels) == 100 and task.correct(np.eye(64)[0]) == 50, "the bias alone says three to all"
    assert (task.pictures[:, 1:] ** 2).sum(1).mean() == pytest.approx(4, rel=0.05)
    assert set(np.concatenate([minibatch[:, 0] for minibatch in task.minibatches])) == {-1.0, 1.0}
    big = np.zeros((1, 28, 28), np.uint8)
    big[0, 2:6, 2:6] = 255
    assert pooled(big).reshape(8, 8)[1, 1] == 1 and pooled(big).sum() == 1
    with pytest.raises(ValueError, match="28 x 28 or 8 x 8"):
        pooled(np.zeros((1, 9, 9)))
