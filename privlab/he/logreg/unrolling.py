"""Training circuits that unroll the loop over minibatches: a little over depth 2 for each (lesson 32).

Within a block of minibatches the weights between two of them are never formed. What minibatch j needs of them is

    u_j = Z_j b + sum of G_ji h(u_i) over i < j,   G_ji = rate/m * Z_j Z_i^T,

and G hangs on the data alone, so the client sends it. A product with G turns a column of slots into a row. To turn it
back costs a level (`unrolled_once`); to work everything out twice, in two chains that lie across each other and
exchange only the u, costs none (`unrolled`).
Source: the depths 5k and 2.5k are those of Crockett, "A low-depth homomorphic circuit for logistic regression model
training" (2020); these circuits are our own derivation of them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.he.circuits.ir import power_of_two
from privlab.he.circuits.linear_algebra import Block, Column, Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import Cubic, Training, change_factor, sent, total


def unrolled(
    minibatches: int,
    *,
    samples: int,
    features: int,
    learning_rate: float,
    polynomial: Cubic,
    unroll: int,
    from_zero: bool = False,
) -> Training:
    """The training of depth 2 * unroll + 1 for every `unroll` minibatches, which must be square.

    unroll  a divisor of `minibatches`.
    from_zero  True when everyone may know that the first weights are 0: the whole takes two levels less.
    Raises ValueError for other sizes.
    """
    blocks, pairs = _blocks(minibatches, samples, features, unroll)
    step = learning_rate / samples
    factor = change_factor(step, polynomial)

    def logits(own: list[Block], matrices: list[Block], us: list[Block | None]) -> Block:
        curved = [_curved(matrix, u, polynomial) for matrix, u in zip(matrices, us) if u is not None]
        return total([*own, *curved, *(matrix * (polynomial.a0 * polynomial.size) for matrix in matrices)])

    def function(Z, T, G, H, b, c):
        for block in range(blocks):
            # u of the minibatches so far, as columns and as rows
            columns, rows, zero = [], [], from_zero and block == 0
            here = slice(block * unroll, (block + 1) * unroll)
            for j, (z, t) in enumerate(zip(Z[here], T[here])):
                if zero and j == 0:  # all u are 0
                    columns, rows = [None], [None]
                    continue
                earlier = [block * len(pairs) + pairs.index((j, i)) for i in range(j)]
                own, across = ([], []) if zero else ([z * b], [t * c])
                column = logits(own, [G[pair] for pair in earlier], rows).sum_columns()
                row = logits(across, [H[pair] for pair in earlier], columns).sum_rows().double()
                columns, rows = [*columns, column], [*rows, row]
            change = logits([], [z.first(factor) for z in Z[here]], columns).sum_rows().double()
            across = logits([], [(t * factor).double() for t in T[here]], rows).sum_columns()
            b, c = (change, across) if zero else (b + change, c + across)
        return b

    n, grams, count = samples, len(pairs) * blocks, minibatches
    circuit = trace(
        function,
        Z=[Matrix(n, n, "twice")] * minibatches,
        T=[Matrix(n, n, "zeros")] * minibatches,
        G=[Matrix(n, n, "twice")] * grams,
        H=[Matrix(n, n, "zeros")] * grams,
        b=Row(n, n, "twice"),
        c=Column(n, n, "twice"),
    )

    def inputs(minibatches: Sequence[Floats], start: ArrayLike) -> dict:
        if from_zero and np.any(start):
            raise ValueError("this circuit begins with all weights 0: leave out from_zero for others")
        if len(minibatches) != count:
            raise ValueError(f"this circuit takes {count} minibatches, got {len(minibatches)}")
        given, G = sent(minibatches, start, polynomial), grams_of(minibatches, unroll=unroll, step=step)
        return given | {"T": [z.T for z in given["Z"]], "G": G, "H": [gram.T for gram in G], "c": given["b"]}

    return Training(circuit, inputs)


def unrolled_once(
    minibatches: int, *, samples: int, features: int, learning_rate: float, polynomial: Cubic, unroll: int
) -> Training:
    """The training that unrolls with one chain: each u is turned into a row by a mask, so no depth is gained.

    unroll  a divisor of `minibatches`. Raises ValueError for other sizes.
    """
    blocks, pairs = _blocks(minibatches, samples, features, unroll)
    step = learning_rate / samples
    factor = change_factor(step, polynomial)
    n, grams, rows = samples, len(pairs) * blocks, power_of_two(samples)
    diagonal = np.concatenate([np.eye(rows), np.zeros((rows, rows))], axis=1)

    def as_row(u: Block) -> Block:
        turned = u.value * np.tile(diagonal.ravel(), u.value.builder.size // diagonal.size)
        return Block(turned, Matrix(n, n, "zeros")).sum_rows().double()

    def added(matrices: list[Block], us: list[Block]) -> list[Block]:
        curved = [_curved(matrix, u, polynomial) for matrix, u in zip(matrices, us)]
        return [*curved, *(matrix * (polynomial.a0 * polynomial.size) for matrix in matrices)]

    def function(Z, G, b):
        for block in range(blocks):
            us, rows = [], []
            here = Z[block * unroll : (block + 1) * unroll]
            for j, z in enumerate(here):
                rows += [as_row(us[-1])] if j else []
                seen = [G[block * len(pairs) + pairs.index((j, i))] for i in range(j)]
                us.append(total([z * b, *added(seen, rows)]).sum_columns())
            b = b + total(added([z.first(factor) for z in here], us)).sum_rows().double()
        return b

    twice = Matrix(n, n, "twice")
    circuit = trace(function, Z=[twice] * minibatches, G=[twice] * grams, b=Row(n, n, "twice"))

    def inputs(minibatches: Sequence[Floats], start: ArrayLike) -> dict:
        return sent(minibatches, start, polynomial) | {"G": grams_of(minibatches, unroll=unroll, step=step)}

    return Training(circuit, inputs)


def grams_of(minibatches: Sequence[Floats], *, unroll: int, step: float) -> list[Floats]:
    """All G_ji = step * Z_j Z_i^T, block after block, j before i; what the client works out in the clear."""
    return [
        step * minibatches[first + j] @ minibatches[first + i].T
        for first in range(0, len(minibatches), unroll)
        for j, i in _pairs(unroll)
    ]


def _curved(matrix: Block, u: Block, polynomial: Cubic) -> Block:
    return (matrix * u) * (u * u - polynomial.a1)


def _pairs(unroll: int) -> list[tuple[int, int]]:
    return [(j, i) for j in range(unroll) for i in range(j)]


def _blocks(minibatches: int, samples: int, features: int, unroll: int) -> tuple[int, list[tuple[int, int]]]:
    """How many blocks, and the pairs in each. Raises ValueError for sizes that do not unroll."""
    if samples != features or unroll < 1 or minibatches < 1 or minibatches % unroll:
        raise ValueError(
            f"unrolling takes square minibatches and a divisor of {minibatches}; got {samples} x {features} "
            f"and {unroll}"
        )
    return minibatches // unroll, _pairs(unroll)
