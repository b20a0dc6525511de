"""Other ways to train a logistic regression on ciphertexts, to set beside minibatches: circuits of depth 3 or 4 a step.

Each takes its samples as blocks Z [m, n] with rows held twice, as `reassociated` does.
Source: Kim, Song, Kim, Lee and Cheon, "Logistic regression model training based on the approximate homomorphic
encryption" (2018) for Nesterov's step; Bonte and Vercauteren, "Privacy-preserving logistic regression training" (2018)
for the fixed Hessian.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.linear_algebra import Block, Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import Cubic, Training, change, sent, training_on_rows_twice

MOMENTUM = 0.3  # how much of the last change Nesterov's step goes on


def all_at_once(
    blocks: int, *, steps: int, samples: int, features: int, learning_rate: float, polynomial: Cubic
) -> Training:
    """The training that takes every step on all samples, which lie in `blocks` blocks: depth 3 a step."""

    def function(Z: list[Block], b: Block) -> Block:
        for _ in range(steps):
            b = b + change(Z, b, learning_rate / (blocks * samples), polynomial)
        return b

    return training_on_rows_twice(function, blocks, samples, features, polynomial)


def nesterov(minibatches: int, *, samples: int, features: int, learning_rate: float, polynomial: Cubic) -> Training:
    """The training that goes on a little in the last direction after each step: depth 4 a minibatch.

    v = b + rate/m * Z^T h(Zb), and the next b = v + MOMENTUM * (v - last v), whose product costs a level.
    """

    def function(Z: list[Block], b: Block) -> Block:
        last = b
        for z in Z:
            v = b + change([z], b, learning_rate / samples, polynomial)
            b, last = v * (1 + MOMENTUM) - last * MOMENTUM, v
        return b

    return training_on_rows_twice(function, minibatches, samples, features, polynomial)


def fixed_hessian(blocks: int, *, steps: int, samples: int, features: int, polynomial: Cubic) -> Training:
    """The training of Newton's method whose Hessian is bounded once, by its diagonal: depth 4 a step, on all samples.

    b = b + D Z^T h(Zb), D_jj = 1 / (1/4 sum over samples i and features k of |Z_ij Z_ik|), which the client sends: no
    circuit divides.
    """

    def function(Z: list[Block], b: Block, D: Block) -> Block:
        for _ in range(steps):
            b = b + D * change(Z, b, 1 / (blocks * samples), polynomial)
        return b

    row = Row(samples, features, "twice")
    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * blocks, b=row, D=row)

    def inputs(minibatches: Sequence[Floats], start: ArrayLike) -> dict:
        return sent(minibatches, start, polynomial) | {"D": blocks * samples * diagonal(minibatches)}

    return Training(circuit, inputs)


def diagonal(minibatches: Sequence[Floats]) -> Floats:
    """The diagonal [n] of the fixed Hessian's inverse, for all minibatches [m, n] together; 0 for an unused feature."""
    size = np.abs(np.concatenate(minibatches))
    bounds = 0.25 * (size * size.sum(axis=1, keepdims=True)).sum(axis=0)
    return np.where(bounds > 0.01 * bounds.max(), 1 / np.maximum(bounds, 1e-9), 0.0)
