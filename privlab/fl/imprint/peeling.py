"""Peeling: letters that lie alone in one group of a planted layer are taken out of the others, until none is left.

The idea is that of invertible Bloom lookup tables. A letter lies in one cell of every group, with the same d in each.
"""

from dataclasses import dataclass

import numpy as np

from privlab.arrays import Booleans, Floats, Letters
from privlab.fl.gradients.gradient import Gradient
from privlab.fl.gradients.models import SIDE
from privlab.fl.imprint.planted_layer import Imprint, differences

NOTHING = 1e-9  # as a part of the largest cell: below it a cell is empty but for rounding


@dataclass(frozen=True)
class Peeled:
    """What peeling came to.

    images    letters that were certified, in the order in which they were found.
    complete  whether all cells are empty after they were taken out: the attacker's proof that he has them all.
    """

    images: Letters
    complete: bool


def whole_bytes(pictures: Floats, tolerance: float) -> Booleans:
    """Whether all 784 pixels of a picture are whole numbers from 0 to 255, within a tolerance; one bool a picture.

    It certifies a letter without seeing the truth: a mixture of two letters has hundreds of pixels in between.

    pictures   [..., 784], 0..1 for a letter.
    tolerance  in bytes; half a byte would let everything pass.
    """
    values = 255 * pictures
    whole = np.abs(values - np.rint(values)) <= tolerance
    return np.all(whole & (values >= -tolerance) & (values <= 255 + tolerance), axis=-1)


def peel(gradient: Gradient, imprint: Imprint, tolerance: float = 0.05) -> Peeled:
    """The letters of a gradient: certified in one cell, taken out of their cells in all groups, repeated.

    gradient   of a `network`; sums and averages over clients serve as well.
    tolerance  in bytes, of `whole_bytes`.
    Raises ValueError when the gradient is not shaped like the planted layer or not finite.
    Source: Goodrich and Mitzenmacher (2011), "Invertible Bloom lookup tables"; on gradients our own.
    """
    cells = differences(gradient, imprint)
    largest = np.abs(cells[..., -1]).max(initial=0)
    letters: dict[bytes, bool] = {}
    # The surest first: beside a letter that passes back much, one that passes back little looks like a rounding error.
    for allowed in np.minimum([1e-6, 1e-4, 1e-2, tolerance], tolerance):
        candidates = list(map(tuple, np.argwhere(_certified(cells, largest, allowed))))
        while candidates:
            cell = cells[candidates.pop()].copy()
            if not _certified(cell, largest, allowed):
                continue  # taken out meanwhile
            letter = np.rint(255 * cell[:-1] / cell[-1])
            key = letter.astype(np.uint8).tobytes()
            if key in letters:
                continue  # what rounding leaves of a letter must not be found again
            letters[key] = True
            for group, statistic in enumerate(imprint.directions @ letter / 255):
                index = np.searchsorted(imprint.thresholds[group], statistic) - 1
                cells[group, index] -= cell[-1] * np.append(letter / 255, 1)
                candidates.append((group, index))
    images = np.frombuffer(b"".join(letters), dtype=np.uint8).reshape(-1, SIDE, SIDE)
    return Peeled(images, bool(largest and (np.abs(cells[..., -1]) <= 1e3 * NOTHING * largest).all()))


def _certified(cells, largest, tolerance):
    """Whether a cell holds one letter alone: it is not empty, and its quotient is made of whole bytes."""
    amount = cells[..., -1:]
    filled = np.abs(amount[..., 0]) > NOTHING * largest
    quotient = np.divide(cells[..., :-1], amount, out=np.full_like(cells[..., :-1], np.nan), where=amount != 0)
    return filled & whole_bytes(quotient, tolerance)
