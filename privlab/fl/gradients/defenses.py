"""What clients do to a gradient before they send it, in the hope that it tells less (lesson 53).

Only noise that is sized for a clipped gradient is a defense that anything has been proved about.
"""

from collections.abc import Iterable

import numpy as np

from privlab.fl.gradients.gradient import Gradient
from privlab.validation import positive, real_numbers


def length(gradient: Gradient) -> float:
    """The Euclidean length of a gradient, all its numbers in one row."""
    return float(np.linalg.norm(real_numbers("a gradient", gradient.numbers)))


def clip(gradient: Gradient, max_norm: float) -> Gradient:
    """The gradient, shortened to `max_norm` where it is longer: one letter can move a sum by no more than that.

    max_norm  above 0, the longest that the gradient of one letter may be.
    Raises ValueError when the bound is not positive or the gradient holds numbers that are missing or infinite.
    Source: Abadi and others (2016), who clip the gradient of each example.
    Not secure because a shorter gradient points the same way: without noise it tells as much.
    """
    positive("the clipping bound", max_norm)
    norm = length(gradient)
    if not np.isfinite(norm):
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be clipped")
    return gradient.map(lambda part: part * min(1, max_norm / norm)) if norm > max_norm else gradient


def total(gradients: Iterable[Gradient]) -> Gradient:
    """The sum of several gradients of one shape. Raises ValueError when there is none, or when the shapes differ."""
    gradients = list(gradients)
    if not gradients:
        raise ValueError("a sum needs at least one gradient, got none")
    shapes = {tuple(part.shape for part in gradient.parts) for gradient in gradients}
    if len(shapes) > 1:
        raise ValueError("only gradients of the same shape add up: each client must use the model that the server sent")
    weights = tuple(sum(parts) for parts in zip(*(gradient.weights for gradient in gradients)))
    return Gradient(weights, tuple(sum(parts) for parts in zip(*(gradient.biases for gradient in gradients))))


def add_noise(gradient: Gradient, noise_std: float, rng: np.random.Generator) -> Gradient:
    """The gradient with independent Gaussian noise of standard deviation `noise_std`, at least 0, on every number.

    Raises ValueError for a negative standard deviation.
    Source: Abadi and others (2016).
    Not secure because `rng` can be replayed: see `privlab.fl.secagg.distributed_dp`, where each client asks the system.
    """
    if not 0 <= noise_std < np.inf:
        raise ValueError(f"the standard deviation must be a finite number of at least 0, got {noise_std}")
    return gradient.map(lambda part: part + noise_std * rng.standard_normal(part.shape))


def half_precision(gradient: Gradient) -> Gradient:
    """The gradient rounded to 16-bit floats, about three decimal digits.

    Not secure because a pixel needs only eight bits.
    """
    return gradient.map(lambda part: part.astype(np.float16).astype(np.float64))


def eight_bits(gradient: Gradient) -> Gradient:
    """The gradient rounded to 255 steps, -127 to 127, of one size for each layer.

    Not secure because the steps of a layer with large numbers are fine enough for most pixels.
    """

    def rounded(part):
        step = np.abs(part).max() / 127
        return np.rint(part / step) * step if step else part

    return gradient.map(rounded)


def prune(gradient: Gradient, dropped: float) -> Gradient:
    """The gradient with the smallest numbers of each layer set to 0.

    dropped  from 0 to below 1, the part of each layer's numbers that is dropped.
    Raises ValueError for another part.
    Source: Zhu, Liu and Han (2019), who propose it against gradient matching.
    Not secure because the largest numbers, which stay, are those of the ink; and a server that plants idle neurons has
    nothing dropped but zeros.
    """
    if not 0 <= dropped < 1:
        raise ValueError(f"the part that is dropped must be at least 0 and below 1, got {dropped}")
    return gradient.map(lambda part: np.where(np.abs(part) >= np.quantile(np.abs(part), dropped), part, 0.0))


def signs(gradient: Gradient) -> Gradient:
    """The gradient with every number replaced by its sign times the layer's mean size.

    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar (2018), signSGD, made to save bandwidth.
    Not secure because the signs of the last layer tell which neurons fired: see `privlab.fl.imprint.sign_attack`.
    """
    return gradient.map(lambda part: np.sign(part) * np.abs(part).mean())
