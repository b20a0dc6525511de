"""The Laplace mechanism: a number plus noise as large as one person's influence over epsilon (lesson 22)."""

import math

import numpy as np

from privlab.validation import positive

NEIGHBOURS = ("replace one", "add or remove one")


def scale(epsilon, sensitivity):
    """The scale of the noise that makes a release epsilon-private: sensitivity / epsilon.

    epsilon : float > 0.  sensitivity : float > 0, the most that one person can change the value, in its unit.
    For a tuple of values the sensitivity is that of the sum of the absolute changes (l1).
    Raises ValueError when either is not a positive finite number.
    Source: Dwork, McSherry, Nissim and Smith (2006).
    """
    return positive("sensitivity", sensitivity) / positive("epsilon", epsilon)


def release(value, epsilon, sensitivity, rng):
    """The value, a number or an array, plus Laplace noise of the scale sensitivity / epsilon for each number.

    value : float or array, finite.  epsilon, sensitivity : as for `scale`.  rng : numpy Generator.
    Raises ValueError for a value that is not finite.
    Not secure because the noise is made of floating-point numbers, whose last digits tell the value, and can be
    replayed.
    Source: Dwork, McSherry, Nissim and Smith (2006).
    """
    if not np.all(np.isfinite(value)):
        raise ValueError("only finite numbers can be released")
    return value + rng.laplace(0, scale(epsilon, sensitivity), np.shape(value))


def density(output, value, scale):
    """The density of a release at `output` when the true value is `value`; arrays are allowed for all three."""
    return np.exp(-np.abs(np.subtract(output, value)) / scale) / (2 * np.asarray(scale))


def chance_within(distance, scale, bias=0.0):
    """The probability that Laplace noise plus `bias` is at most `distance` from zero; arrays are allowed.

    distance : >= 0, in the unit of the scale.  scale : > 0.
    Without bias it is 1 - e^(-distance / scale).
    """

    def below(point):
        return np.where(point < 0, 0.5 * np.exp(np.minimum(point, 0)), 1 - 0.5 * np.exp(-np.maximum(point, 0)))

    return below((distance - bias) / np.asarray(scale)) - below((-distance - bias) / np.asarray(scale))


def sensitivity_of_sum(low, high, neighbours="replace one"):
    """The most that one person can change a sum of numbers that lie between `low` and `high`, in their unit.

    neighbours : "replace one" (one person's number changes) or "add or remove one" (one person comes or goes).
    Raises ValueError for reversed or infinite bounds, or for another kind of neighbours.
    """
    _check_bounds(low, high)
    if neighbours not in NEIGHBOURS:
        raise ValueError(f"neighbours are {' or '.join(map(repr, NEIGHBOURS))}, got {neighbours!r}")
    return high - low if neighbours == "replace one" else max(abs(low), abs(high))


def clipped_sum(values, low, high, epsilon, rng, neighbours="replace one"):
    """The epsilon-private sum of the values, each first brought between `low` and `high`; a float.

    values : array, at least one number.  low, high : bounds that were chosen without looking at the values.
    epsilon, rng, neighbours : as for `release` and `sensitivity_of_sum`.
    Raises ValueError for no values, reversed bounds or not-a-number among the values.
    Not secure for the reasons given at `release`.
    """
    values = np.asarray(values, dtype=float)
    if values.size == 0:
        raise ValueError("there is nothing to add up")
    if np.isnan(values).any():
        raise ValueError("not-a-number has no place between two bounds: take it out first")
    sensitivity = sensitivity_of_sum(low, high, neighbours)
    return float(release(np.clip(values, low, high).sum(), epsilon, sensitivity, rng))


def clipping_errors(values, bounds, epsilon):
    """What an epsilon-private sum errs by when values are clipped to 0..bound: (bias, standard deviation), two arrays.

    values : array of numbers >= 0.  bounds : array of positive upper bounds.
    The bias is at most 0; the standard deviation is that of the noise for neighbours that replace one.
    Raises ValueError for no values, one below 0 or not-a-number, or a bound that is not positive.
    """
    bounds = np.atleast_1d(np.asarray(bounds, dtype=float))
    if np.size(values) == 0 or not np.all(np.asarray(values) >= 0) or not np.all(bounds > 0):
        raise ValueError("it takes values of 0 or more, at least one, and bounds above 0")
    ordered = np.sort(np.asarray(values, dtype=float))
    kept = np.concatenate([[0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, bounds)
    bias = kept[below] + (len(ordered) - below) * bounds - kept[-1]
    return bias, math.sqrt(2) * bounds / positive("epsilon", epsilon)


def _check_bounds(low, high):
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"bounds are two finite numbers, the lower first, got {low} and {high}")
