"""How much of a letter came back, and what chance would have got (lesson 51)."""

import numpy as np

from privlab.arrays import Booleans, Floats, Images, Integers, Letters
from privlab.fl.gradients.gradient import pixels
from privlab.validation import real_numbers

RECOVERED = 1e-3  # mean squared error, on pixels from 0 to 1, under which a letter counts as recovered


def equal_pixels(reconstruction: Images, truth: Letters) -> Integers:
    """The number of pixels, of 784, that equal the true ones once they are rounded to whole bytes; one for each letter.

    reconstruction  floats [..., 28, 28], 0..1 where the attack succeeded.    truth  bytes of the same shape.
    Raises ValueError when the shapes differ or the truth is not uint8.
    """
    reconstruction, truth = _pair(reconstruction, truth)
    return (np.rint(255 * reconstruction) == truth).sum(axis=(-2, -1))


def byte_exact(reconstruction: Images, truth: Letters) -> Booleans:
    """Whether every one of the 784 pixels is equal after rounding to whole bytes; arguments as in `equal_pixels`."""
    return equal_pixels(reconstruction, truth) == 784


def mean_squared_error(reconstruction: Images, truth: Letters) -> Floats:
    """The mean squared difference of pixels on 0..1, one for each letter; arguments as in `equal_pixels`."""
    reconstruction, truth = _pair(reconstruction, truth)
    return ((reconstruction - truth / 255) ** 2).mean(axis=(-2, -1))


def recovered(reconstruction: Images, truth: Letters) -> Booleans:
    """Whether the mean squared error is under 1e-3: nearer than chance comes; arguments as in `equal_pixels`."""
    return mean_squared_error(reconstruction, truth) < RECOVERED


def nearest_public(private: Images, public: Images) -> tuple[Integers, Floats]:
    """The public letter that is nearest to each private one, and how near: what guessing without an attack can score.

    private, public  [n, 28, 28] and [m, 28, 28].
    Returns two arrays of length n: indices into `public`, and mean squared errors on 0..1.
    Raises ValueError when there is no letter or a shape does not fit.
    """
    private, public = (pixels(images).reshape(-1, 784) for images in (private, public))
    if not len(private) or not len(public):
        raise ValueError("the chance score needs at least one private and one public letter")
    nearest, errors = [], []
    for block in np.array_split(private, -(-len(private) // 256)):
        squares = (block**2).sum(1)[:, None] + (public**2).sum(1) - 2 * block @ public.T
        nearest.append(squares.argmin(1))
        errors.append(np.maximum(squares.min(1), 0) / 784)
    return np.concatenate(nearest), np.concatenate(errors)


def matched(reconstructions: Floats, truths: Letters) -> tuple[Floats, Booleans]:
    """How well each true letter came back when every one is given its own reconstruction, the best way in all.

    reconstructions  [m, 28, 28], in any order.    truths  [n, 28, 28].
    Returns two arrays of length n: mean squared errors (infinite where no reconstruction is left) and whether
    byte-exact.
    Raises ValueError when the truths are not uint8 or a shape does not fit.
    Source: Kuhn (1955), "The Hungarian method for the assignment problem".
    """
    reconstructions, truths = real_numbers("the reconstructions", reconstructions), np.asarray(truths)
    errors, exact = np.full(len(truths), np.inf), np.zeros(len(truths), dtype=bool)
    for own, true, error in zip(*_assignment(reconstructions, truths)):
        errors[true], exact[true] = error, byte_exact(reconstructions[own], truths[true])
    return errors, exact


def arranged(reconstructions: Floats, truths: Letters) -> Floats:
    """The reconstructions in the order of the true letters they are nearest to, black where none is left, [n, 28, 28].

    Arguments, errors and source: as in `matched`.
    """
    pictures = np.zeros(np.shape(truths))
    for own, true, _ in zip(*_assignment(real_numbers("the reconstructions", reconstructions), np.asarray(truths))):
        pictures[true] = reconstructions[own]
    return pictures


def _assignment(reconstructions, truths):
    """Indices into both that belong together, and their errors: the pairs with the smallest sum of squared errors."""
    from scipy.optimize import linear_sum_assignment

    if truths.dtype != np.uint8 or truths.shape[1:] != (28, 28) or reconstructions.shape[1:] != (28, 28):
        raise ValueError(
            f"matched needs floats [m, 28, 28] and uint8 [n, 28, 28], got {list(reconstructions.shape)} and "
            f"{truths.dtype} {list(truths.shape)}"
        )
    finite = np.nan_to_num(reconstructions, nan=1e6, posinf=1e6, neginf=-1e6)
    costs = ((finite[:, None] - truths / 255) ** 2).mean(axis=(2, 3))
    own, true = linear_sum_assignment(costs)
    return own, true, costs[own, true]


def _pair(reconstruction, truth):
    reconstruction, truth = real_numbers("the reconstruction", reconstruction), np.asarray(truth)
    if truth.dtype != np.uint8 or truth.shape[-2:] != (28, 28) or reconstruction.shape != truth.shape:
        raise ValueError(
            f"the letter must be uint8 [..., 28, 28] and the reconstruction shaped like it, got "
            f"{truth.dtype} {list(truth.shape)} and {list(reconstruction.shape)}"
        )
    return reconstruction, truth
