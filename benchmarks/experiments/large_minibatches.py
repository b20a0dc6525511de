"""Training on minibatches too large for one ciphertext: 512 pictures, in two of half the rows (lesson 32)."""

import numpy as np

from privlab.he.circuits.ir import power_of_two
from privlab.he.circuits.linear_algebra import Block, Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import Training, change_factor, sent, total

PARTS = 2


def in_parts(minibatches, *, samples, features, learning_rate, polynomial):
    """The training of depth 3 a minibatch that holds each in two blocks of rows, without holding a row twice.

    Let a row be [x, y] in two halves, and b = [p, q]. The client sends [x, y] and [y, x], the server turns b to [q,
    p], and both halves of [x, y] * [p, q] + [y, x] * [q, p] hold the terms of the same sum: its window of half a row
    needs no mask. What [x, 0] and [y, 0] change is put side by side before the sum over rows, which so is taken once.
    Arguments as in `baseline`. Raises ValueError for odd sizes.
    """
    if samples % PARTS or features % 2 or features & features - 1:
        raise ValueError(
            f"the parts must be equal and the features a power of two; got {samples} in {PARTS}, {features}"
        )
    rows, half = samples // PARTS, features // 2
    factor, constant = change_factor(learning_rate / samples, polynomial), polynomial.a0 * polynomial.size
    row = Row(rows, features)

    def function(Z, Y, b):
        b = b.value
        for first in range(0, len(Z), PARTS):
            turned, products, plain = b.rotate(half), ([], []), ([], [])
            for z, y in zip(Z[first : first + PARTS], Y[first : first + PARTS]):
                u = (z.value * b + y.value * turned).sum(count=half)  # 1; right in the first half of a row
                square = u * u - polynomial.a1  # 2
                mask = np.tile(np.repeat([factor, 0.0], half), z.value.builder.size // features)
                for side, block in enumerate((z, y)):
                    masked = block.value * mask
                    products[side].append((masked * u) * square)  # 3
                    plain[side].append(masked * constant)
            left, right = (total([*products[side], *plain[side]]) for side in (0, 1))
            b = b + (left + right.rotate(-half)).sum(step=features, count=power_of_two(rows))
        return Block(b, row)

    blocks = [Matrix(rows, features)] * (minibatches * PARTS)
    circuit = trace(function, Z=blocks, Y=blocks, b=row)

    def inputs(minibatches, start):
        given = sent(minibatches, start, polynomial)
        pieces = [piece for minibatch in given["Z"] for piece in np.split(minibatch, PARTS)]
        return {"Z": pieces, "Y": [np.roll(piece, half, axis=1) for piece in pieces], "b": given["b"]}

    return Training(circuit, inputs)
