"""The sparse vector technique: many questions, of which only the first that is above a threshold is paid for
(lesson 24)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.validation import all_positive, real_numbers

REACH, STEPS = 40, 100  # how far the threshold's noise is followed, in scales, and points a scale


def above_threshold(
    counts: Iterable[float], threshold: float, *, sensitivity: float, epsilon: float, rng: np.random.Generator
) -> int | None:
    """The place of the first count that is, with noise, at least the noisy threshold; None when there is none.

    counts : one after the other; those behind the first one above are never looked at.
    sensitivity : the most by which one person changes any count, up or down.
    epsilon : of the place together with all that was below, however many.
    Raises ValueError for a sensitivity or an epsilon that is not a positive number.
    Not secure because the noise is made of floating-point numbers, whose last digits tell the value, and can be
    replayed.
    Source: Dwork, Naor, Reingold, Rothblum and Vadhan (2009); Dwork and Roth (2014), algorithm 1.
    """
    all_positive(sensitivity=sensitivity, epsilon=epsilon)
    noisy_threshold = threshold + rng.laplace(0, 2 * sensitivity / epsilon)
    for place, count in enumerate(counts):
        if count + rng.laplace(0, 4 * sensitivity / epsilon) >= noisy_threshold:
            return place
    return None


def stop_probabilities(counts: ArrayLike, threshold: float, *, threshold_scale: float, count_scale: float) -> Floats:
    """With which probability each count is the first above the threshold, and last that none is: [counts + 1].

    threshold_scale, count_scale : of the Laplace noise on the threshold, drawn once, and on each count; 0 is no noise.
    `above_threshold` has the scales 2 and 4 times sensitivity / epsilon. Exact to six digits, since the threshold's
    noise is followed on a fine grid.
    Raises ValueError for a scale below 0, or for no counts.
    """
    counts = real_numbers("counts", counts).ravel()
    if not counts.size or min(threshold_scale, count_scale) < 0:
        raise ValueError("it takes at least one count, and scales of 0 or more")
    grid, weights = _noise_of_threshold(threshold_scale)
    above = _at_least(threshold + grid[:, None] - counts, count_scale)  # [grid, counts]
    still_below = np.cumprod(np.hstack([np.ones((len(grid), 1)), 1 - above]), axis=1)
    return weights @ np.hstack([still_below[:, :-1] * above, still_below[:, -1:]])


def loss_of_a_yes(questions: ArrayLike, *, threshold_scale: float, count_scale: float) -> Floats:
    """The privacy loss of the first yes coming to the last of so many questions, an array: the logarithm of its
    probability in one world over that in its neighbour.

    questions : numbers of questions, 1 or more each.
    In one world all counts but the last lie 1 below the threshold and the last on it, in the other one it is the other
    way round. With the scales of `above_threshold` at sensitivity 1 the loss nears epsilon and never exceeds it.
    threshold_scale, count_scale : as for `stop_probabilities`; the counts have noise.
    """
    before = np.asarray(questions)[..., None] - 1
    grid, weights = _noise_of_threshold(threshold_scale)
    low, on = (_at_least(grid - level, count_scale) for level in (-1, 0))
    return np.log((1 - low) ** before * on @ weights) - np.log((1 - on) ** before * low @ weights)


def _noise_of_threshold(scale):
    """Numbers on a fine grid, and with which probability Laplace noise of this scale lies around each."""
    if not scale:
        return np.zeros(1), np.ones(1)
    edges = np.linspace(-REACH, REACH, 2 * REACH * STEPS + 1)
    below = np.where(edges < 0, np.exp(np.minimum(edges, 0)) / 2, 1 - np.exp(-np.maximum(edges, 0)) / 2)
    weights = np.where(edges[1:] > 0, 0, np.diff(below))  # above 0 a difference of numbers near 1 would lose digits
    return scale * (edges[1:] + edges[:-1]) / 2, weights + weights[::-1]


def _at_least(distance, scale):
    """The probability that Laplace noise of this scale is at least `distance`."""
    if not scale:
        return (distance <= 0).astype(float)
    distance = distance / scale
    return np.where(distance > 0, np.exp(-np.maximum(distance, 0)) / 2, 1 - np.exp(np.minimum(distance, 0)) / 2)
