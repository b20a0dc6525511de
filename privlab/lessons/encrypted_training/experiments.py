"""What a cubic in place of the sigmoid does to a training, for many reaches and rates (lesson 32)."""

from typing import NamedTuple

import numpy as np

from privlab.he.logreg.circuits import Cubic, cubic, sigmoid, train_in_the_clear, values_of

RUN_AWAY = 1e6


class CubicRun(NamedTuple):
    """A training by sigmoid beside the same by cubic.

    histogram, edges : of the values that occur, the highest bar 0.4. outside, values : int, how many of them lie
    outside the reach, and all. sigmoid_correct, cubic_correct : the share told right before and after each minibatch.
    largest : the largest weight at the end of the training by cubic, counted up to `RUN_AWAY`.
    """

    polynomial: Cubic
    histogram: np.ndarray
    edges: np.ndarray
    outside: int
    values: int
    sigmoid_correct: list
    cubic_correct: list
    largest: float


def cubic_runs(task, start, rates, reaches):
    """A dict from (rate, reach) to `CubicRun`. task : `digit_pictures.Task`. start : weights [64]."""
    runs = {}
    for rate in rates:
        values = values_of(task.minibatches, start, rate)
        counts, edges = np.histogram(values, np.linspace(-8, 8, 65))
        exact, _ = _correct(task, start, rate, sigmoid)
        for reach in reaches:
            polynomial = cubic(reach)
            by_cubic, weights = _correct(task, start, rate, polynomial)
            runs[rate, reach] = CubicRun(
                polynomial,
                0.4 * counts / max(counts.max(), 1),
                edges,
                int((np.abs(values) > reach).sum()),
                len(values),
                exact,
                by_cubic,
                float(np.abs(weights).max()),
            )
    return runs


def _correct(task, weights, rate, curve):
    shares = [task.accuracy(weights)]
    for minibatch in task.minibatches:
        weights = np.clip(train_in_the_clear([minibatch], weights, rate, curve), -RUN_AWAY, RUN_AWAY)
        shares.append(task.accuracy(weights))
    return shares, weights
