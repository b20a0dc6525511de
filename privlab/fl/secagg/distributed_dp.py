"""A secure sum that outputs a private gradient: every client adds its share of discrete noise before it masks (lesson
53).

The noise is discrete Gaussian: whole numbers, since only these survive arithmetic modulo 2^64, and accounted like the
continuous one. Sums of it are nearly of its own kind: by Kairouz, Liu and Steinke (2021) the shares of n clients, each
with a standard deviation of s steps, are off by less than 10 n e^(-π² s²), and s is a hundred million here.
"""

import secrets

import numpy as np

from privlab.dp import gaussian
from privlab.fl.gradients.defenses import clip, total
from privlab.fl.gradients.gradient import client_gradient, pixels
from privlab.mpc.fixed_point import decode, encode
from privlab.validation import positive, whole_number

BITS = 32  # after the binary point


def clipped_sum(model, images, labels, bound):
    """The sum of the gradients of single letters, each clipped to `bound`; a `Gradient`.

    model, images, labels : as in `client_gradient`.
    bound : float > 0, the clipping bound C: adding or leaving out a letter moves the sum by at most C.
    Raises ValueError when there is no letter, a letter or label cannot be, or the bound is not positive.
    Source: Abadi and others (2016).
    Not secure because it has no noise yet.
    """
    images, labels = pixels(images), np.asarray(labels)
    if images.ndim != 3 or not len(images) or labels.shape != (len(images),):
        raise ValueError(
            f"a sum needs at least one letter and a label for each, got {list(images.shape)} and {list(labels.shape)}"
        )
    return total(clip(client_gradient(model, image, label), bound) for image, label in zip(images, labels))


def share_of_noise(standard_deviation, honest, size):
    """One client's share of noise, int64 [size], drawn from the operating system in the client's own process.

    standard_deviation : float > 0, of the sum of the shares of `honest` clients, in steps of the fixed point.
    honest : int, at least 1, for how many the shares are sized; what others add comes on top.
    Raises ValueError for a standard deviation that is not positive, or fewer than one honest client.
    Source: Kairouz, Liu and Steinke (2021), the distributed discrete Gaussian mechanism.
    """
    honest = whole_number("the number of honest clients, for whom the noise is sized,", honest)
    return discrete_gaussian(positive("the standard deviation", standard_deviation) / np.sqrt(honest), size)


def private_update(gradient, noise, honest, bits=BITS):
    """What a client hands to the secure sum, floats [n] on the grid of the fixed point: its sum and its share of noise.

    gradient : `Gradient`, the client's `clipped_sum`.
    noise : float > 0, standard deviation of the total noise, in the gradient's unit.
    honest : int, how many clients are trusted to add their share.
    bits : int, digits after the binary point; the secure sum must use the same.
    Raises ValueError when the noise is not positive, or a number is missing or too large for the sum.
    """
    share = share_of_noise(positive("noise", noise) * 2.0**bits, honest, gradient.numbers.size)
    return decode(encode(gradient.numbers, bits) + share.view(np.uint64), bits)


def spent(noise_multiplier, rounds, numbers, bound, delta, bits=BITS):
    """The epsilon, at `delta`, of releasing `rounds` noisy sums of gradients; neighbours differ in one letter.

    Rounding each number to the grid moves a client's sum by up to half a step in either world, which is added to the
    clipping bound as sensitivity; discrete noise counts as Gaussian noise whose variance is 16 steps² smaller, since
    randomly rounded Gaussian noise is discrete but for one part in 10^130 (Peikert 2010).

    noise_multiplier : float > 0, standard deviation of the total noise over the clipping bound.
    rounds : int, at least 1.  numbers : int, how many a gradient has.  bound : float > 0.
    delta : float between 0 and 1.
    Raises ValueError for a number out of range.
    Source: Balle and Wang (2018) for Gaussian noise; Kairouz, Liu and Steinke (2021) for shares of discrete noise.
    """
    step = 2.0**-bits
    noise = np.sqrt((positive("noise multiplier", noise_multiplier) * positive("bound", bound)) ** 2 - 16 * step**2)
    mu = gaussian.total_mu([noise] * rounds, sensitivity=bound + np.sqrt(numbers) * step)
    return gaussian.epsilon_at(mu, delta=delta)


def discrete_gaussian(standard_deviation, size):
    """Whole numbers int64 [size]: k with a chance in proportion to e^(-k² / 2 σ²), from the operating system.

    standard_deviation : float > 0, up to 10^15. size : int, at least 0.
    Raises ValueError for a standard deviation or a size that cannot be.
    Source: Canonne, Kamath and Steinke (2020), whose rejection this is: discrete Laplace numbers, kept so often as
    needed.
    Not secure because floating point decides which numbers are kept: each chance is off by about 10^-15.
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


def _words(count):
    return np.frombuffer(secrets.token_bytes(8 * count), dtype=np.uint64)


def _uniform(count):
    """Numbers from 0 to below 1 in steps of 2^-53."""
    return (_words(count) >> np.uint64(11)) * 2.0**-53


def _below(bound, count):
    """About `count` whole numbers from 0 to bound - 1, each equally likely."""
    words = _words(count)
    return (words[words <= np.uint64(2**64 - 2**64 % bound - 1)] % np.uint64(bound)).astype(np.int64)
