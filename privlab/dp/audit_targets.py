"""Mechanisms to audit: correct ones and five broken ones, all of which promise epsilon = 1 (lesson 22).

Each is mechanism(data, samples, rng) -> outputs [samples] or [samples, numbers]. Not secure: the generators are seeded,
and the noise is made of floating-point numbers.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from privlab.dp.laplace import scale
from privlab.dp.randomized_response import respond

EPSILON = 1.0
BOUND = 10.0  # one person's value lies between 0 and this
LARGE = 1e6  # what one person's value may be where nothing bounds it


def laplace_count(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The number of ones in 0/1 data plus Laplace noise; correct."""
    return np.sum(data) + rng.laplace(0, scale(sensitivity=1, epsilon=EPSILON), samples)


def rounded_count(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The noisy count rounded to a whole number and cut off at 0; correct, since only the noisy count is looked at."""
    return np.maximum(np.rint(laplace_count(data, samples, rng)), 0)


def clipped_sum(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The sum of the values, each clipped to 0..BOUND, plus noise for one person; correct."""
    return np.clip(data, 0, BOUND).sum() + rng.laplace(0, scale(sensitivity=BOUND, epsilon=EPSILON), samples)


def two_counts(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The numbers of zeros and of ones, of which one person can change both: sensitivity 2; correct."""
    ones = np.sum(data)
    return [len(data) - ones, ones] + rng.laplace(0, scale(sensitivity=2, epsilon=EPSILON), (samples, 2))


def one_answer(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The randomized response of the first person; correct."""
    return respond(np.full(samples, data[0]), EPSILON, rng)


def half_the_scale(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """A count with noise of half the scale; broken."""
    return np.sum(data) + rng.laplace(0, scale(sensitivity=1, epsilon=EPSILON) / 2, samples)


def sensitivity_forgotten(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """A clipped sum with the noise of a count, although one person can change it by BOUND; broken."""
    return np.clip(data, 0, BOUND).sum() + rng.laplace(0, scale(sensitivity=1, epsilon=EPSILON), samples)


def seed_reused(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The numbers of zeros and of ones with one and the same noise, as two generators with one seed give it; broken."""
    ones = np.sum(data)
    return [len(data) - ones, ones] + rng.laplace(0, scale(sensitivity=2, epsilon=EPSILON), (samples, 1))


def clip_after_sum(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The sum clipped to what all together may reach, with noise for one person's BOUND; broken."""
    return np.clip(np.sum(data), 0, BOUND * len(data)) + rng.laplace(
        0, scale(sensitivity=BOUND, epsilon=EPSILON), samples
    )


def leaky_rounding(data: NDArray[Any], samples: int, rng: np.random.Generator) -> NDArray[Any]:
    """The exact sum plus noise that was rounded, so that the digits after the point are the sum's own; broken."""
    return np.clip(data, 0, BOUND).sum() + np.rint(rng.laplace(0, scale(sensitivity=BOUND, epsilon=EPSILON), samples))


ANSWERS, OTHER_ANSWERS = np.array([1, 1, 0, 1, 0]), np.array([0, 1, 0, 1, 0])
VALUES, OTHER_VALUES = np.array([2.5, 4.0, 7.0]), np.array([9.75, 4.0, 7.0])
EXTREME = np.array([LARGE, 4.0, 7.0])

# each with two neighbours that differ in the first person
CORRECT = {
    "count with noise": (laplace_count, ANSWERS, OTHER_ANSWERS),
    "rounded and cut off": (rounded_count, ANSWERS, OTHER_ANSWERS),
    "clipped sum": (clipped_sum, np.array([0.0, 4.0, 7.0]), EXTREME),
    "two counts": (two_counts, ANSWERS, OTHER_ANSWERS),
    "randomized answer": (one_answer, ANSWERS, OTHER_ANSWERS),
}
BROKEN = {
    "half the scale": (half_the_scale, ANSWERS, OTHER_ANSWERS),
    "sensitivity forgotten": (sensitivity_forgotten, VALUES, OTHER_VALUES),
    "seed reused": (seed_reused, ANSWERS, OTHER_ANSWERS),
    "clip after sum": (clip_after_sum, VALUES, EXTREME),
    "rounding that leaks": (leaky_rounding, VALUES, OTHER_VALUES),
}
