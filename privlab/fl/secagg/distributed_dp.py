"""A secure sum that puts out a private gradient: clients add shares of discrete noise before they mask (lesson 53).

The noise is discrete Gaussian: whole numbers, since only these survive arithmetic modulo 2^64, and accounted like the
continuous one. Sums of it are nearly of its own kind: by Kairouz, Liu and Steinke (2021) the shares of n clients, each
with a standard deviation of s steps, are off by less than 10 n e^(-π² s²), and s is a hundred million here.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Images, Integers, Labels, Residues
from privlab.dp import gaussian
from privlab.fl.gradients.defenses import clip, total
from privlab.fl.gradients.gradient import Gradient, client_gradient, pixels
from privlab.validation import positive, whole_number

if TYPE_CHECKING:
    import torch

BITS = 32  # after the binary point


def clipped_sum(model: torch.nn.Module, images: Images, labels: Labels, max_norm: float) -> Gradient:
    """The sum of the gradients of single letters, each clipped to `max_norm`.

    model, images, labels : as in `client_gradient`.
    max_norm : adding or leaving out a letter moves the sum by at most this much.
    Raises ValueError when there is no letter, a letter or label cannot be, or the bound is not positive.
    Source: Abadi and others (2016).
    Not secure because it has no noise yet.
    """
    images, labels = pixels(images), np.asarray(labels)
    if images.ndim != 3 or not len(images) or labels.shape != (len(images),):
        raise ValueError(
            f"a sum needs at least one letter and a label for each, got {list(images.shape)} and {list(labels.shape)}"
        )
    return total(clip(client_gradient(model, image, label), max_norm) for image, label in zip(images, labels))


def spent(
    noise_multiplier: float, *, rounds: int, numbers: int, max_norm: float, delta: float, bits: int = BITS
) -> float:
    """The epsilon, at `delta`, of releasing `rounds` noisy sums of gradients; neighbours differ in one letter.

    Rounding each number to the grid moves a client's sum by up to half a step in either world, which is added to the
    clipping bound as sensitivity; discrete noise counts as Gaussian noise whose variance is 16 steps² smaller, since
    randomly rounded Gaussian noise is discrete but for one part in 10^130 (Peikert 2010).

    noise_multiplier : standard deviation of the total noise over `max_norm`.
    numbers : how many a gradient has. bits : after the binary point.
    Raises ValueError for a number out of range.
    Source: Balle and Wang (2018) for Gaussian noise; Kairouz, Liu and Steinke (2021) for shares of discrete noise.
    """
    rounds, numbers = whole_number("the number of rounds", rounds), whole_number("the number of numbers", numbers)
    step = 2.0 ** -min(whole_number("the bits", bits, least=0), 62)
    noise_std = positive("noise multiplier", noise_multiplier) * positive("max norm", max_norm)
    mu = gaussian.total_mu(
        [np.sqrt(noise_std**2 - 16 * step**2)] * rounds, sensitivity=max_norm + np.sqrt(numbers) * step
    )
    return gaussian.epsilon_at(mu, delta=delta)


def discrete_gaussian(standard_deviation: float, size: int) -> Integers:
    """Whole numbers [size]: k with a probability in proportion to e^(-k² / 2 σ²), from the operating system.

    standard_deviation : σ, above 0 and up to 10^15. size : at least 0.
    Raises ValueError for a standard deviation or a size that cannot be.
    Source: Canonne, Kamath and Steinke (2020), whose rejection this is: discrete Laplace numbers, kept so often as
    needed.
    Not secure because floating point decides which numbers are kept: each probability is off by about 10^-15.
    """
    if positive("the standard deviation", standard_deviation) > 1e15:
        raise ValueError(f"the standard deviation may be up to 1e15, got {standard_deviation:g}: use fewer bits")
    size, laplace = whole_number("the size", size, least=0), int(standard_deviation) + 1
    kept = np.zeros(0, dtype=np.int64)
    while len(kept) < size:
        count = 3 * (size - len(kept)) + 64
        rest = _below(laplace, count)
        rest = rest[_uniform(len(rest)) < np.exp(-rest / laplace)]
        number = rest + laplace * np.floor(-np.log1p(-_uniform(len(rest)))).astype(np.int64)
        negative = _uniform(len(number)) < 0.5
        number, negative = number[(number != 0) | ~negative], negative[(number != 0) | ~negative]
        away = (number - standard_deviation**2 / laplace) / standard_deviation
        keep = _uniform(len(number)) < np.exp(-(away**2) / 2)
        kept = np.concatenate([kept, np.where(negative, -number, number)[keep]])
    return kept[:size]


def _words(count: int) -> Residues:
    return np.frombuffer(secrets.token_bytes(8 * count), dtype=np.uint64)


def _uniform(count: int) -> Floats:
    """Numbers from 0 to below 1 in steps of 2^-53."""
    return np.multiply(_words(count) >> np.uint64(11), 2.0**-53, dtype=np.float64)


def _below(bound: int, count: int) -> Integers:
    """About `count` whole numbers from 0 to bound - 1, each equally likely."""
    words = _words(count)
    return (words[words <= np.uint64(2**64 - 2**64 % bound - 1)] % np.uint64(bound)).astype(np.int64)
