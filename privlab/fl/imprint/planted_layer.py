"""A planted layer: a model that makes the gradient of many letters fall apart into single letters (lesson 53).

All neurons of a group compute the same number of a letter, each less a threshold of its own. A letter fires the neurons
whose thresholds lie below its number, so that neighbouring rows of the gradient differ by the letters in between.
"""

from dataclasses import dataclass

import numpy as np

from privlab.device import device
from privlab.fl.gradients.gradient import pixels
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import real_numbers, whole_number

HIDDEN = 64


@dataclass(frozen=True)
class Imprint:
    """The first layer that an adversarial server plants: `groups` groups of `bins` neurons.

    directions : float [groups, 784], how each group turns a letter into a number; the first is its brightness.
    thresholds : float [groups, bins], from low to high.
    idle : int, neurons beside them that no letter fires: of a gradient with many zeros, pruning drops the zeros.
    """

    directions: np.ndarray
    thresholds: np.ndarray
    idle: int = 0

    @property
    def neurons(self):
        """The number of neurons that sort, groups times bins."""
        return self.thresholds.size

    def statistics(self, images):
        """The number of each letter in each group, float [n, groups]. images : letters, as `pixels` takes them."""
        return pixels(images).reshape(-1, SIDE * SIDE) @ self.directions.T

    def cells(self, images):
        """The cell of each letter in each group, int [n, groups]: the place of the highest threshold below its number."""
        columns = self.statistics(images).T
        return np.array([np.searchsorted(row, column) - 1 for row, column in zip(self.thresholds, columns)]).T


def plan_imprint(public, bins, groups, rng, idle=0):
    """An `Imprint` whose thresholds are quantiles of public letters, so that every cell is equally likely.

    The lowest threshold of a group lies below every possible letter, so that none is missed.

    public : uint8 [n, 28, 28], letters like those of the clients.
    bins, groups : int, at least 1: neurons in each group, and groups.
    rng : seeded numpy Generator, of the directions after the first.  idle : int, neurons that never fire.
    Raises ValueError when a number is below 1 (of idle ones: below 0) or there is no public letter.
    Source: Fowl, Geiping, Czaja, Goldblum and Goldstein (2022), "Robbing the Fed", for one group; several are our own.
    """
    bins, groups, idle = (
        whole_number("bins", bins),
        whole_number("groups", groups),
        whole_number("idle neurons", idle, 0),
    )
    if not len(public):
        raise ValueError("an imprint needs at least 1 public letter, got none")
    directions = np.vstack(
        [np.full((1, SIDE * SIDE), 1 / SIDE**2), rng.standard_normal((groups - 1, SIDE * SIDE)) / SIDE]
    )
    numbers = pixels(public).reshape(-1, SIDE * SIDE) @ directions.T
    # Half a byte of brightness lower: no letter lies on a threshold.
    thresholds = np.quantile(numbers, np.arange(bins) / bins, axis=0, method="lower").T - 0.5 / 255 / SIDE**2
    thresholds[:, 0] = np.minimum(directions, 0).sum(axis=1) - 0.5 / 255 / SIDE**2  # below every possible letter
    return Imprint(directions, thresholds, idle)


def imprint_network(imprint, rng, amplification=1, disguise=0):
    """The network that the server sends: 784, the planted neurons, 64 and 26, a torch module in float64.

    It has the shape of any dense network. The second layer adds up all planted neurons with the same weights, so that a
    letter passes the same number back to each neuron that it fired.

    rng : seeded numpy Generator, of all other weights.
    amplification : float > 0, by which the first layer is divided and the second multiplied: the outputs stay, the
    first
        layer's gradient grows, and of a clipped gradient it keeps nearly all the length.
    disguise : float >= 0, how long the noise is that is laid on each planted row, over the row's own length; the cells'
        edges blur, and rows no longer point the same way.
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


def differences(gradient, imprint):
    """What each cell holds: the sum over its letters of d (x, 1), float [groups, bins, 785], the last column the d
    alone.

    A row of the first layer's gradient is the sum over all letters above its threshold; the next row lacks one cell.

    gradient : `Gradient` of an `imprint_network`; sums and averages over clients serve as well.
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


def divide_cells(gradient, imprint, at_least=0.0):
    """The picture in every cell that is not empty, floats [k, 28, 28]: a letter where one lies alone, else a mixture.

    at_least : float, what a cell's d must exceed to count as a letter: some standard deviations where there is noise.
    Raises ValueError as `differences` does.
    """
    cells = differences(gradient, imprint).reshape(-1, SIDE * SIDE + 1)
    size = np.abs(cells[:, -1])
    filled = cells[size > max(at_least, 1e-9 * size.max(initial=0))]
    return (filled[:, :-1] / filled[:, -1:]).reshape(-1, SIDE, SIDE)


def expected_alone(letters, bins):
    """The expected number of letters that lie in a cell alone when each falls into one of `bins` cells at random.

    The question of the shared birthdays: each of the others misses this cell with chance 1 - 1 / bins.
    """
    return letters * (1 - 1 / bins) ** (letters - 1)


def chance_all_alone(letters, bins):
    """The chance that no two letters share a cell, float from 0 to 1."""
    return float(np.prod(np.maximum(1 - np.arange(letters) / bins, 0)))
