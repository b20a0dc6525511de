"""The attacker who knows the defense: he reads a planted layer through clipping and noise (lesson 53)."""

from dataclasses import dataclass

import numpy as np

from privlab.arrays import Booleans, Floats, Letters
from privlab.fl.gradients.gradient import Gradient
from privlab.fl.gradients.metrics import RECOVERED, nearest_public
from privlab.fl.gradients.models import SIDE
from privlab.fl.imprint.peeling import peel
from privlab.fl.imprint.planted_layer import Imprint, differences, divide_cells

NUMBERS = SIDE * SIDE + 1  # of a row: 784 pixels and the d alone


@dataclass(frozen=True)
class Stolen:
    """What the attacker has, by two ways; he keeps the better one.

    certified  letters that peeling certified.
    divided    [m, 28, 28] from 0 to 1, a picture from every cell, most of them no letter.
    """

    certified: Letters
    divided: Floats

    def recovered(self, truth: Letters) -> Booleans:
        """Which of the n true letters came back with an error under 1e-3 on the better of the two ways, [n].

        The truth chooses among the pictures, which is more than the attacker could.
        """
        ways = [
            nearest_public(truth, pictures)[1] < RECOVERED if len(pictures) else np.zeros(len(truth), bool)
            for pictures in (self.certified, self.divided)
        ]
        return max(ways, key=np.count_nonzero)

    def nearest(self, truth: Letters) -> Floats:
        """The attacker's picture that comes nearest to each true letter, [n, 28, 28], to be looked at."""
        pictures = np.concatenate([self.certified / 255, self.divided])
        return pictures[nearest_public(truth, pictures)[0]]


def steal(gradient: Gradient, imprint: Imprint, noise_std: float = 0.0) -> Stolen:
    """What comes out of a sum of clipped and noisy gradients of a planted `network`.

    gradient   the sum over all letters.
    noise_std  at least 0, the standard deviation of the noise on every number, which the attacker knows: it tells which
               rows differ by a letter and which by noise alone.
    Raises ValueError when the gradient is not shaped like the planted layer or not finite, or the noise is negative.
    """
    if not 0 <= noise_std < np.inf:
        raise ValueError(f"the noise must be a finite number of at least 0, got {noise_std}")
    pictures = np.concatenate([divide_cells(gradient, imprint), divide_runs(gradient, imprint, noise_std)])
    return Stolen(peel(gradient, imprint, tolerance=0.1).images, np.clip(pictures, 0, 1))


def divide_runs(gradient: Gradient, imprint: Imprint, noise_std: float) -> Floats:
    """The pictures between runs of rows that hold the same letters, [k, 28, 28].

    Rows between two letters' thresholds differ by noise alone, so that their mean holds less of it.

    Arguments as in `steal`. Raises ValueError when the gradient is not shaped like the planted layer or not finite.
    """
    cells = differences(gradient, imprint)
    runs = [np.zeros((0, NUMBERS))]
    for group in cells:
        rows = np.cumsum(group[::-1], axis=0)[::-1]
        energy = (group**2).sum(axis=1)
        # The energy of noise alone has mean 2 n s² and standard deviation 2 s² √(2 n) or so: six of these above it.
        alone = 2 * noise_std**2 * (NUMBERS + 6 * np.sqrt(2 * NUMBERS)) + 1e-18 * energy.max()
        ends = np.flatnonzero(energy > alone)
        if len(ends):
            means = [rows[first:last].mean(axis=0) for first, last in zip([0, *ends[:-1] + 1], ends + 1)]
            means.append(rows[ends[-1] + 1 :].mean(axis=0) if ends[-1] + 1 < len(rows) else np.zeros(NUMBERS))
            runs.append(-np.diff(means, axis=0))
    pictures = np.concatenate(runs)
    pictures = pictures[pictures[:, -1] != 0]
    return (pictures[:, :-1] / pictures[:, -1:]).reshape(-1, SIDE, SIDE)


def least_error(truth: Letters, noise_multiplier: float) -> Floats:
    """The mean squared error a pixel of the best unbiased reading of each letter alone, [n].

    A gradient of length C that holds the letter x as d (x, 1), in one row or spread over many, has C² = d² (|x|² + 1)
    in all; noise of C σ on every number leaves an error of σ² (|x|² + 1) on each pixel. It bounds no attacker who
    plants something else than x: less its public mean a letter is shorter, and a code of it is read through more noise
    by who knows what public letters look like (`privlab.fl.imprint.pixel_levels`). What bounds all of them is ε.

    noise_multiplier  at least 0, σ, the noise over the clipping bound C.
    """
    return noise_multiplier**2 * (((truth / 255) ** 2).sum(axis=(1, 2)) + 1)
