"""What clients do to a gradient before they send it, in the hope that it tells less (lesson 53).

Each function takes a `Gradient` and gives one of the same shape. Only noise that is sized for a clipped gradient is a
defense that anything has been proved about.
"""

import numpy as np

from privlab.fl.gradients.gradient import Gradient
from privlab.validation import positive, real_numbers


def length(gradient):
    """The Euclidean length of a `Gradient`, all its numbers in one row; float."""
    return float(np.linalg.norm(real_numbers("a gradient", gradient.numbers)))


def clip(gradient, bound):
    """The `Gradient`, shortened to `bound` where it is longer: then one letter can move a sum by no more than that.

    bound : float > 0, the longest that the gradient of one letter may be.
    Raises ValueError when the bound is not positive or the gradient holds numbers that are missing or infinite.
    Source: Abadi and others (2016), who clip the gradient of each example.
    Not secure because a shorter gradient points the same way: without noise it tells as much.
    """
    positive("the clipping bound", bound)
    long = length(gradient)
    if not np.isfinite(long):
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be clipped")
    return gradient.each(lambda part: part * min(1, bound / long)) if long > bound else gradient


def total(gradients):
    """The sum of several gradients of one shape, a `Gradient`.

    Raises ValueError when there is none, or when the shapes differ.
    """
    gradients = list(gradients)
    if not gradients:
        raise ValueError("a sum needs at least one gradient, got none")
    shapes = {tuple(part.shape for part in each.parts) for each in gradients}
    if len(shapes) > 1:
        raise ValueError("only gradients of the same shape add up: each client must use the model that the server sent")
    weights = tuple(sum(parts) for parts in zip(*(each.weights for each in gradients)))
    return Gradient(weights, tuple(sum(parts) for parts in zip(*(each.biases for each in gradients))))


def add_noise(gradient, standard_deviation, rng):
    """The `Gradient` with independent Gaussian noise on every number.

    standard_deviation : float >= 0.  rng : seeded numpy Generator.
    Raises ValueError for a negative standard deviation.
    Source: Abadi and others (2016).
    Not secure because `rng` can be replayed: see `privlab.fl.secagg.distributed_dp`, where each client asks the system.
    """
    if not 0 <= standard_deviation < np.inf:
        raise ValueError(f"the standard deviation must be a finite number of at least 0, got {standard_deviation}")
    return gradient.each(lambda part: part + standard_deviation * rng.standard_normal(part.shape))


def half_precision(gradient):
    """The `Gradient` rounded to 16-bit floats, about three decimal digits.

    Not secure because a pixel needs only eight bits.
    """
    return gradient.each(lambda part: part.astype(np.float16).astype(np.float64))


def eight_bits(gradient):
    """The `Gradient` rounded to 255 steps, -127 to 127, of one size for each layer.

    Not secure because the steps of a layer with large numbers are fine enough for most pixels.
    """

    def rounded(part):
        step = np.abs(part).max() / 127
        return np.rint(part / step) * step if step else part

    return gradient.each(rounded)


def prune(gradient, dropped):
    """The `Gradient` with the smallest numbers of each layer set to 0.

    dropped : float from 0 to below 1, the part of each layer's numbers that is dropped.
    Raises ValueError for another part.
    Source: Zhu, Liu and Han (2019), who propose it against gradient matching.
    Not secure because the largest numbers, which stay, are those of the ink; and a server that plants idle neurons has
    nothing dropped but zeros.
    """
    if not 0 <= dropped < 1:
        raise ValueError(f"the part that is dropped must be at least 0 and below 1, got {dropped}")
    return gradient.each(lambda part: np.where(np.abs(part) >= np.quantile(np.abs(part), dropped), part, 0.0))


def signs(gradient):
    """The `Gradient` with every number replaced by its sign times the layer's mean size.

    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar (2018), signSGD, made to save bandwidth.
    Not secure because the signs of the last layer tell which neurons fired: see `privlab.fl.imprint.sign_attack`.
    """
    return gradient.each(lambda part: np.sign(part) * np.abs(part).mean())
