"""Circuits that train a logistic regression on encrypted minibatches, at depth 5, 4 and 3 a minibatch (lesson 32).

One step on a minibatch Z (its rows are the samples times their labels, -1 or 1) is b <- b + rate/m * Z^T h(Zb), with a
cubic h(u) = A0 - A1 u - A3 u^3 near the sigmoid of -u. With K = sqrt(-A3) the client sends K Z, so that u' = K u and

    K^2 Z^T h = K A0 Z'^T 1 + Z'^T (u' o (u'^2 - A1)),

in which every constant is near 1. Weights travel times `ROOM` and samples divided by it, so that the noise of the last
sum counts that much less. The products are taken as (Z' o u') o (u'^2 - A1): one level less than the other way.
Source: the depths 5k and 2.5k are those of Crockett, "A low-depth homomorphic circuit for logistic regression model
training" (2020); these circuits are our own derivation of them.
"""

import warnings
from typing import NamedTuple

import numpy as np

from privlab.he.circuits.linear_algebra import Matrix, Row
from privlab.he.circuits.tracing import trace

ROOM = 8.0  # weights up to 4 fit with 6 bits before the point


class Cubic(NamedTuple):
    """h(u) = a0 - a1 u - a3 u^3; `size` is the K of the module's text."""

    a0: float
    a1: float
    a3: float

    @property
    def size(self):
        """sqrt(-a3): inputs are sent times this."""
        return float(np.sqrt(-self.a3))

    def __call__(self, u):
        return self.a0 - self.a1 * u - self.a3 * u**3


def cubic(reach=8.0):
    """The `Cubic` nearest the sigmoid of -u, by least squares for u from -reach to reach. Raises ValueError for no such
    range.
    """
    if not 0 < reach < np.inf:
        raise ValueError(f"the reach must be a positive number, got {reach}")
    u = np.linspace(-reach, reach, 20_001)
    a1, a3 = np.linalg.lstsq(np.stack([u, u**3], 1), 1 / (1 + np.exp(-u)) - 0.5, rcond=None)[0]
    return Cubic(0.5, float(a1), float(a3))


def train_in_the_clear(minibatches, start, rate, sigmoid):
    """The weights [n] after one step on each of `minibatches` [m, n], from `start` [n]; `sigmoid` is applied as h(Zb)."""
    weights = np.asarray(start, dtype=float)
    for samples in minibatches:
        weights = weights + rate / len(samples) * samples.T @ sigmoid(samples @ weights)
    return weights


def sigmoid(u):
    """The sigmoid of -u, which no circuit computes."""
    return 1 / (1 + np.exp(u))


def values_of(minibatches, start, rate):
    """All values Zb that the sigmoid is asked for in a training in the clear, an array."""
    values, weights = [], np.asarray(start, dtype=float)
    for samples in minibatches:
        values.append(samples @ weights)
        weights = train_in_the_clear([samples], weights, rate, sigmoid)
    return np.concatenate(values)


def warn_of_values_outside(minibatches, start, rate, reach):
    """The share of values outside [-reach, reach], where the cubic is not near the sigmoid; warns when there are any."""
    outside = float((np.abs(values_of(minibatches, start, rate)) > reach).mean())
    if outside:
        warnings.warn(
            f"{100 * outside:.2g} % of the values lie outside [-{reach:g}, {reach:g}], where the cubic is not near the "
            "sigmoid: take a larger reach or a smaller rate",
            stacklevel=2,
        )
    return outside


class Training(NamedTuple):
    """A training circuit and what the client sends it: `circuit`, and `inputs(minibatches, start)`, a dict of values.

    The circuit's result is ROOM times the weights: `weights(result)` is the weights.
    """

    circuit: object
    inputs: object

    @staticmethod
    def weights(result):
        """The weights that a result of the circuit means."""
        return np.asarray(result) / ROOM


def baseline(minibatches, samples, features, rate, polynomial):
    """The `Training` of depth 5 a minibatch: products, masked sums, the cubic, products.

    minibatches, samples, features : int, how many, rows and columns of each. rate : float. polynomial : `Cubic`.
    """
    step, size = ROOM * rate / samples, polynomial.size

    def function(Z, b):
        for each in Z:
            u = (each * b).sum_columns(size / ROOM)  # 1, 2: the mask carries K
            h = (u * u - polynomial.a1) * (u * (step / size)) + step * polynomial.a0  # 3, 4
            b = b + h @ each  # 5
        return b

    circuit = trace(function, Z=[Matrix(samples, features)] * minibatches, b=Row(samples, features))
    return Training(circuit, lambda minibatches, start: {"Z": list(minibatches), "b": ROOM * np.asarray(start)})


def without_masks(minibatches, samples, features, rate, polynomial):
    """The `Training` of depth 4 a minibatch: as the baseline, but rows are held twice, so that sums need no mask.

    Arguments as in `baseline`.
    """
    step, size = rate / samples, polynomial.size

    def function(Z, b):
        for each in Z:
            u = each @ b  # 1
            h = (u * u - polynomial.a1) * u + size * polynomial.a0  # 2, 3
            b = b + (each.first(change_factor(step, polynomial)) * h).sum_rows().double()  # 4
        return b

    return _training(function, minibatches, samples, features, polynomial)


def reassociated(minibatches, samples, features, rate, polynomial):
    """The `Training` of depth 3 a minibatch: rows held twice need no mask, and the products are taken the other way.

    Arguments as in `baseline`.
    """
    step, size = rate / samples, polynomial.size

    def function(Z, b):
        for each in Z:
            u = each @ b  # 1
            h = (each.first(change_factor(step, polynomial)) * u) * (u * u - polynomial.a1)  # 2, 3
            b = b + (h + each.first(change_factor(step, polynomial) * polynomial.a0 * size)).sum_rows().double()
        return b

    return _training(function, minibatches, samples, features, polynomial)


def _training(function, minibatches, samples, features, polynomial):
    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * minibatches, b=Row(samples, features, "twice"))
    return Training(circuit, lambda minibatches, start: sent(minibatches, start, polynomial))


def change_factor(step, polynomial):
    """step * (ROOM / K)^2: times it, what the inputs Z say becomes a change of the weights as they travel."""
    return step * (ROOM / polynomial.size) ** 2


def sent(minibatches, start, polynomial):
    """The values of the inputs Z and b: samples and weights as they travel."""
    return {"Z": [polynomial.size / ROOM * each for each in minibatches], "b": ROOM * np.asarray(start)}
