"""A planted layer: a model that makes the gradient of many letters fall apart into single letters (lesson 53).

All neurons of a group compute the same number of a letter, each less a threshold of its own. A letter fires the neurons
whose thresholds lie below its number, so that neighbouring rows of the gradient differ by the letters in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Images, Integers
from privlab.device import device
from privlab.fl.gradients.gradient import Gradient, pixels
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import real_numbers, whole_number

if TYPE_CHECKING:
    from torch import nn

HIDDEN = 64
LOWER = 0.5 / 255 / SIDE**2  # half a byte of brightness: thresholds lie lower by it, so that no letter lies on one


@dataclass(frozen=True)
class Imprint:
    """The first layer that an adversarial server plants: `groups` groups of `bins` neurons.

    directions  [groups, 784], how each group turns a letter into a number; the first is its brightness.
    thresholds  [groups, bins], from low to high.
    idle        neurons beside them that no letter fires: of a gradient with many zeros, pruning drops the zeros.
    """

    directions: Floats
    thresholds: Floats
    idle: int = 0

    @property
    def neurons(self) -> int:
        """The number of neurons that sort, groups times bins."""
        return self.thresholds.size

    def cells(self, images: Images) -> Integers:
        """The cell of each letter in each group, [n, groups]: the index of the highest threshold below its number."""
        columns = (pixels(images).reshape(-1, SIDE * SIDE) @ self.directions.T).T
        return np.array([np.searchsorted(row, column) - 1 for row, column in zip(self.thresholds, columns)]).T


def plan(public: Images, *, bins: int, groups: int, rng: np.random.Generator, idle: int = 0) -> Imprint:
    """An `Imprint` whose thresholds are quantiles of public letters, so that every cell is equally likely.

    The lowest threshold of a group lies below every possible letter, so that none is missed.

    public        letters like those of the clients.
    bins, groups  at least 1: neurons in each group, and groups.
    rng           of the directions after the first.
    idle          neurons that never fire.
    Raises ValueError when a number is below 1 (of idle ones: below 0) or there is no public letter.
    Source: Fowl, Geiping, Czaja, Goldblum and Goldstein (2022), "Robbing the Fed", for one group; several are our own.
    """
    bins, groups = whole_number("bins", bins), whole_number("groups", groups)
    idle = whole_number("idle neurons", idle, least=0)
    if not len(public):
        raise ValueError("an imprint needs at least 1 public letter, got none")
    brightness = np.full((1, SIDE * SIDE), 1 / SIDE**2)
    directions = np.vstack([brightness, rng.standard_normal((groups - 1, SIDE * SIDE)) / SIDE])
    numbers = pixels(public).reshape(-1, SIDE * SIDE) @ directions.T
    thresholds = np.quantile(numbers, np.arange(bins) / bins, axis=0, method="lower").T - LOWER
    thresholds[:, 0] = np.minimum(directions, 0).sum(axis=1) - LOWER  # below every possible letter
    return Imprint(directions, thresholds, idle)


def network(imprint: Imprint, rng: np.random.Generator, *, amplification: float = 1, disguise: float = 0) -> nn.Module:
    """The network that the server sends: 784, the planted neurons, 64 and 26, in float64 on the device in use.

    It has the shape of any dense network. The second layer adds up all planted neurons with the same weights, so that a
    letter passes the same number back to each neuron that it fired.

    rng            of all other weights.
    amplification  above 0, by which the first layer is divided and the second multiplied: the outputs stay, the first
                   layer's gradient grows, and of a clipped gradient it keeps nearly all the length.
    disguise       at least 0, how long the noise is that is laid on each planted row, over the row's own length; the
                   cells' edges blur, and rows no longer point the same way.
    Raises ValueError when the amplification is not positive or the disguise negative.
    Source: Fowl, Geiping, Czaja, Goldblum and Goldstein (2022); Shi and others (2025) at scale.
    Not secure because it is an attack.
    """
    import torch
    from torch import nn

    if not 0 < amplification < np.inf or not 0 <= disguise < np.inf:
        raise ValueError(
            f"the amplification must be positive and the disguise at least 0, both finite, got "
            f"{amplification} and {disguise}"
        )
    first = np.repeat(imprint.directions, imprint.thresholds.shape[1], axis=0) / amplification
    if disguise:
        lengths = np.linalg.norm(first, axis=1, keepdims=True)
        first = first + disguise * lengths / SIDE * rng.standard_normal(first.shape)
    idle = rng.standard_normal((imprint.idle, SIDE * SIDE)) / SIDE / amplification
    second = np.repeat(rng.standard_normal((HIDDEN, 1)), imprint.neurons + imprint.idle, axis=1)
    last = rng.uniform(-1, 1, (LETTERS, HIDDEN)) / np.sqrt(HIDDEN)
    weights = (np.vstack([first, idle]), second * amplification / imprint.neurons, last)
    silent = -np.maximum(idle, 0).sum(axis=1)  # below every possible sum
    biases = (np.append(-imprint.thresholds.ravel() / amplification, silent), np.zeros(HIDDEN), np.zeros(LETTERS))
    layers = [nn.utils.skip_init(nn.Linear, *weight.shape[::-1], dtype=torch.float64) for weight in weights]
    with torch.no_grad():
        for layer, weight, bias in zip(layers, weights, biases):
            layer.weight.copy_(torch.from_numpy(weight))
            layer.bias.copy_(torch.from_numpy(bias))
    return nn.Sequential(nn.Flatten(), layers[0], nn.ReLU(), layers[1], nn.Tanh(), layers[2]).to(device())


def differences(gradient: Gradient, imprint: Imprint) -> Floats:
    """What each cell holds: the sum over its letters of d (x, 1), [groups, bins, 785], the last column the d alone.

    A row of the first layer's gradient is the sum over all letters above its threshold; the next row lacks one cell.

    gradient  of a `network`; sums and averages over clients serve as well.
    Raises ValueError when the gradient is not shaped like the planted layer or not finite.
    Source: Fowl, Geiping, Czaja, Goldblum and Goldstein (2022).
    """
    weights, biases = (real_numbers("a gradient", parts[0]) for parts in (gradient.weights, gradient.biases))
    neurons = imprint.neurons + imprint.idle
    if weights.shape != (neurons, SIDE * SIDE) or biases.shape != (neurons,):
        raise ValueError(
            f"the gradient's first layer is {list(weights.shape)}, the planted one was "
            f"[{neurons}, {SIDE * SIDE}]: a client used another model"
        )
    rows = np.column_stack([weights, biases])[: imprint.neurons].reshape(*imprint.thresholds.shape, -1)
    if not np.isfinite(rows).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: nothing can be read from it")
    return rows - np.concatenate([rows[:, 1:], np.zeros_like(rows[:, :1])], axis=1)


def divide_cells(gradient: Gradient, imprint: Imprint) -> Floats:
    """The picture in every cell that is not empty, [k, 28, 28]: a letter where one lies alone, else a mixture.

    Raises ValueError as `differences` does.
    """
    cells = differences(gradient, imprint).reshape(-1, SIDE * SIDE + 1)
    size = np.abs(cells[:, -1])
    filled = cells[size > 1e-9 * size.max(initial=0)]
    return (filled[:, :-1] / filled[:, -1:]).reshape(-1, SIDE, SIDE)


def expected_alone(letters: int, bins: Floats | int) -> Floats | float:
    """The expected number of letters that lie in a cell alone when each falls into one of `bins` cells at random.

    The question of the shared birthdays: each of the others misses this cell with probability 1 - 1 / bins.
    """
    return letters * (1 - 1 / bins) ** (letters - 1)
