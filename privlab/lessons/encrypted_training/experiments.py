"""What a cubic in place of the sigmoid does to a training, for many reaches and learning rates (lesson 32)."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from privlab.arrays import Floats
from privlab.he.logreg.circuits import Cubic, Curve, cubic, sigmoid, train_in_the_clear, values_of
from privlab.he.logreg.task import Task

RUN_AWAY = 1e6


class CubicRun(NamedTuple):
    """A training by sigmoid beside the same by cubic.

    histogram, edges  of the values that occur, the highest bar 0.4.
    outside, values  how many of them lie outside the reach, and all.
    sigmoid_correct, cubic_correct  the share told right before and after each minibatch.
    largest  the largest weight at the end of the training by cubic, counted up to `RUN_AWAY`.
    """

    polynomial: Cubic
    histogram: Floats
    edges: Floats
    outside: int
    values: int
    sigmoid_correct: list[float]
    cubic_correct: list[float]
    largest: float


def cubic_runs(
    task: Task, start: Floats, *, learning_rates: Iterable[float], reaches: Iterable[float]
) -> dict[tuple[float, float], CubicRun]:
    """The trainings from the weights `start` [64], by learning rate and reach."""
    runs = {}
    for learning_rate in learning_rates:
        values = values_of(task.minibatches, start, learning_rate)
        counts, edges = np.histogram(values, np.linspace(-8, 8, 65))
        sigmoid_correct, _ = _correct(task, start, learning_rate, sigmoid)
        for reach in reaches:
            polynomial = cubic(reach)
            cubic_correct, weights = _correct(task, start, learning_rate, polynomial)
            runs[learning_rate, reach] = CubicRun(
                polynomial,
                0.4 * counts / max(int(counts.max()), 1),
                edges,
                int((np.abs(values) > reach).sum()),
                len(values),
                sigmoid_correct,
                cubic_correct,
                float(np.abs(weights).max()),
            )
    return runs


def _correct(task: Task, weights: Floats, learning_rate: float, curve: Curve) -> tuple[list[float], Floats]:
    """The share told right before and after each minibatch, and the weights at the end."""
    shares = [task.accuracy(weights)]
    for minibatch in task.minibatches:
        weights = np.clip(train_in_the_clear([minibatch], weights, learning_rate, curve), -RUN_AWAY, RUN_AWAY)
        shares.append(task.accuracy(weights))
    return shares, weights
