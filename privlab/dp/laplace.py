"""The Laplace mechanism: a number plus noise as large as one person's influence over epsilon (lesson 22)."""

import math

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.validation import positive

NEIGHBOURS = ("replace one", "add or remove one")


def scale(*, sensitivity: float, epsilon: float) -> float:
    """The scale of the noise that makes a release epsilon-private: sensitivity / epsilon.

    sensitivity : the most that one person can change the value, in its unit; for several values, the most that one
    person can change the sum of the absolute changes (l1).
    Raises ValueError when either is not a positive finite number.
    Source: Dwork, McSherry, Nissim and Smith (2006).
    """
    return positive("sensitivity", sensitivity) / positive("epsilon", epsilon)


def release(value: Floats | float, *, sensitivity: float, epsilon: float, rng: np.random.Generator) -> Floats:
    """The value, a number or an array, plus Laplace noise of the scale sensitivity / epsilon for each number.

    sensitivity, epsilon : as for `scale`.
    Raises ValueError for a value that is not finite.
    Not secure because the noise is made of floating-point numbers, whose last digits tell the value, and can be
    replayed.
    Source: Dwork, McSherry, Nissim and Smith (2006).
    """
    if not np.all(np.isfinite(value)):
        raise ValueError("only finite numbers can be released")
    return value + rng.laplace(0, scale(sensitivity=sensitivity, epsilon=epsilon), np.shape(value))


def density(output: ArrayLike, value: ArrayLike, *, scale: ArrayLike) -> Floats:
    """The density of a release at `output` when the true value is `value`; arrays are allowed for all three."""
    return np.exp(-np.abs(np.subtract(output, value)) / scale) / (2 * np.asarray(scale))


def probability_within(distance: ArrayLike, *, scale: ArrayLike, bias: ArrayLike = 0.0) -> Floats:
    """The probability that Laplace noise plus `bias` is at most `distance` from zero; arrays are allowed.

    distance : 0 or more, in the unit of the scale.
    Without bias it is 1 - e^(-distance / scale).
    """

    def below(point):
        return np.where(point < 0, 0.5 * np.exp(np.minimum(point, 0)), 1 - 0.5 * np.exp(-np.maximum(point, 0)))

    distance, scale, bias = np.asarray(distance), np.asarray(scale), np.asarray(bias)
    return below((distance - bias) / scale) - below((-distance - bias) / scale)


def sensitivity_of_sum(low: float, high: float, neighbours: str = "replace one") -> float:
    """The most that one person can change a sum of numbers that lie between `low` and `high`, in their unit.

    neighbours : "replace one" (one person's number changes) or "add or remove one" (one person comes or goes).
    Raises ValueError for reversed or infinite bounds, or for another kind of neighbours.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"bounds are two finite numbers, the lower first, got {low} and {high}")
    if neighbours not in NEIGHBOURS:
        raise ValueError(f"neighbours are {' or '.join(map(repr, NEIGHBOURS))}, got {neighbours!r}")
    return high - low if neighbours == "replace one" else max(abs(low), abs(high))


def clipping_errors(values: ArrayLike, *, bounds: ArrayLike, epsilon: float) -> tuple[Floats, Floats]:
    """What an epsilon-private sum errs by when values are clipped to 0..bound: (bias, standard deviation), [bounds].

    values : 0 or more, at least one.  bounds : above 0.
    The bias is at most 0; the standard deviation is that of the noise for neighbours that replace one.
    Raises ValueError for no values, one below 0 or not-a-number, or a bound that is not positive.
    """
    values, bounds = np.asarray(values, dtype=float), np.atleast_1d(np.asarray(bounds, dtype=float))
    if values.size == 0 or not np.all(values >= 0) or not np.all(bounds > 0):
        raise ValueError("it takes values of 0 or more, at least one, and bounds above 0")
    ordered = np.sort(values)
    sums = np.concatenate([[0], np.cumsum(ordered)])  # of no value, of the smallest, of the two smallest, ...
    below = np.searchsorted(ordered, bounds)  # how many values each bound leaves alone
    bias = sums[below] + (len(ordered) - below) * bounds - sums[-1]
    return bias, math.sqrt(2) * bounds / positive("epsilon", epsilon)
