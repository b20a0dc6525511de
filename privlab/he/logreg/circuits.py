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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import Circuit
from privlab.he.circuits.linear_algebra import Block, Matrix, Row
from privlab.he.circuits.tracing import trace

ROOM = 8.0  # weights up to 4 fit with 6 bits before the point
Curve = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Cubic:
    """h(u) = a0 - a1 u - a3 u^3; `size` is the K of the module's text."""

    a0: float
    a1: float
    a3: float

    @property
    def size(self) -> float:
        """sqrt(-a3): inputs are sent times this."""
        return float(np.sqrt(-self.a3))

    def __call__(self, u: Floats) -> Floats:
        return self.a0 - self.a1 * u - self.a3 * u**3


def cubic(reach: float) -> Cubic:
    """The cubic nearest the sigmoid of -u, by least squares for u from -reach to reach.

    Raises ValueError for no such range.
    """
    if not 0 < reach < np.inf:
        raise ValueError(f"the reach must be a positive number, got {reach}")
    u = np.linspace(-reach, reach, 20_001)
    a1, a3 = np.linalg.lstsq(np.stack([u, u**3], 1), 1 / (1 + np.exp(-u)) - 0.5, rcond=None)[0]
    return Cubic(0.5, float(a1), float(a3))


def sigmoid(u: Floats) -> Floats:
    """The sigmoid of -u, which no circuit computes."""
    return 1 / (1 + np.exp(u))


def train_in_the_clear(minibatches: Sequence[Floats], start: ArrayLike, learning_rate: float, curve: Curve) -> Floats:
    """The weights [n] after one step on each of the minibatches [m, n], from `start` [n]; the curve is h in h(Zb)."""
    weights = np.asarray(start, dtype=float)
    for samples in minibatches:
        weights = weights + learning_rate / len(samples) * samples.T @ curve(samples @ weights)
    return weights


def values_of(minibatches: Sequence[Floats], start: ArrayLike, learning_rate: float) -> Floats:
    """All values Zb that the sigmoid is asked for in a training in the clear, one after another."""
    values, weights = [], np.asarray(start, dtype=float)
    for samples in minibatches:
        values.append(samples @ weights)
        weights = train_in_the_clear([samples], weights, learning_rate, sigmoid)
    return np.concatenate(values)


def warn_of_values_outside(
    minibatches: Sequence[Floats], start: ArrayLike, *, learning_rate: float, reach: float
) -> float:
    """The share of values outside [-reach, reach], where no cubic is near the sigmoid; warns where there are any."""
    outside = float((np.abs(values_of(minibatches, start, learning_rate)) > reach).mean())
    if outside:
        warnings.warn(
            f"{100 * outside:.2g} % of the values lie outside [-{reach:g}, {reach:g}], where the cubic is not near the "
            "sigmoid: take a larger reach or a smaller learning rate",
            stacklevel=2,
        )
    return outside


class Training(NamedTuple):
    """A training circuit, and `inputs(minibatches, start)`, the values by name that the client sends it.

    The circuit's result is ROOM times the weights: `weights(result)` is the weights.
    """

    circuit: Circuit
    inputs: Callable[[Sequence[Floats], ArrayLike], dict[str, Any]]

    @staticmethod
    def weights(result: ArrayLike) -> Floats:
        """The weights that a result of the circuit means."""
        return np.asarray(result) / ROOM


def baseline(minibatches: int, *, samples: int, features: int, learning_rate: float, polynomial: Cubic) -> Training:
    """The training of depth 5 a minibatch: products, masked sums, the cubic, products.

    minibatches  how many, each of `samples` rows and `features` columns.
    """
    step, size = ROOM * learning_rate / samples, polynomial.size

    def function(Z: list[Block], b: Block) -> Block:
        for z in Z:
            u = (z * b).sum_columns(size / ROOM)  # 1, 2: the mask carries size / ROOM
            h = (u * u - polynomial.a1) * (u * (step / size)) + step * polynomial.a0  # 3, 4
            b = b + h @ z  # 5
        return b

    circuit = trace(function, Z=[Matrix(samples, features)] * minibatches, b=Row(samples, features))
    return Training(circuit, lambda minibatches, start: {"Z": list(minibatches), "b": ROOM * np.asarray(start)})


def without_masks(
    minibatches: int, *, samples: int, features: int, learning_rate: float, polynomial: Cubic
) -> Training:
    """The training of depth 4 a minibatch: as the baseline, but rows are held twice, so that sums need no mask."""
    factor, size = change_factor(learning_rate / samples, polynomial), polynomial.size

    def function(Z: list[Block], b: Block) -> Block:
        for z in Z:
            u = z @ b  # 1
            h = (u * u - polynomial.a1) * u + size * polynomial.a0  # 2, 3
            b = b + (z.first(factor) * h).sum_rows().double()  # 4
        return b

    return training_on_rows_twice(function, minibatches, samples, features, polynomial)


def reassociated(minibatches: int, *, samples: int, features: int, learning_rate: float, polynomial: Cubic) -> Training:
    """The training of depth 3 a minibatch: rows held twice need no mask, and the products are taken the other way."""
    step = learning_rate / samples

    def function(Z: list[Block], b: Block) -> Block:
        for z in Z:
            b = b + change([z], b, step, polynomial)
        return b

    return training_on_rows_twice(function, minibatches, samples, features, polynomial)


def change(Z: Sequence[Block], b: Block, step: float, polynomial: Cubic) -> Block:
    """step * Z^T h(Zb) over all blocks Z, whose rows are held twice, at 3 levels below b."""
    factor = change_factor(step, polynomial)
    products, constants = [], []
    for z in Z:
        u = z @ b  # 1
        products.append((z.first(factor) * u) * (u * u - polynomial.a1))  # 2, 3
        constants.append(z.first(factor * polynomial.a0 * polynomial.size))
    return total([*products, *constants]).sum_rows().double()


def total(blocks: Sequence[Block]) -> Block:
    """The sum of blocks in their order: products first, so that they are finished once."""
    return sum(blocks[1:], blocks[0])


def training_on_rows_twice(
    function: Callable[..., Block], blocks: int, samples: int, features: int, polynomial: Cubic
) -> Training:
    """The training by a function of Z and b, whose blocks of samples x features hold each row twice."""
    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * blocks, b=Row(samples, features, "twice"))
    return Training(circuit, lambda minibatches, start: sent(minibatches, start, polynomial))


def change_factor(step: float, polynomial: Cubic) -> float:
    """step * (ROOM / K)^2: times it, what the inputs Z say becomes a change of the weights as they travel."""
    return step * (ROOM / polynomial.size) ** 2


def sent(minibatches: Sequence[Floats], start: ArrayLike, polynomial: Cubic) -> dict[str, Any]:
    """The values of the inputs Z and b: samples and weights as they travel."""
    return {"Z": [polynomial.size / ROOM * samples for samples in minibatches], "b": ROOM * np.asarray(start)}
