"""Training on minibatches too large for one ciphertext: 512 pictures, in two ciphertexts of half the rows (lesson 32)."""

import numpy as np

from privlab.he.circuits.linear_algebra import Block, Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import Training, change_factor, sent


def in_parts(minibatches, samples, features, rate, polynomial, parts=2):
    """The `Training` of depth 3 a minibatch that holds each in `parts` blocks of rows, without holding a row twice.

    Let a row be [x, y] in two halves, and b = [p, q]. The client sends [x, y] and [y, x], the server turns b to [q,
    p], and both halves of [x, y] * [p, q] + [y, x] * [q, p] hold the terms of the same sum: its window of half a row
    needs no mask. What [x, 0] and [y, 0] change is put side by side before the sum over rows, which so is taken once.
    Arguments as in `training.baseline`; parts : int, a divisor of `samples`. Raises ValueError for odd sizes.
    """
    if samples % parts or features % 2 or features & features - 1:
        raise ValueError(
            f"the parts must be equal and the features a power of two; got {samples} in {parts}, {features}"
        )
    rows, half = samples // parts, features // 2
    by, constant = change_factor(rate / samples, polynomial), polynomial.a0 * polynomial.size
    row = Row(rows, features)

    def function(Z, Y, b):
        b = b.value
        for blocks in zip(_grouped(Z, parts), _grouped(Y, parts)):
            turned, products, plain = b.rotate(half), ([], []), ([], [])
            for z, y in zip(*blocks):
                u = (z.value * b + y.value * turned).sum(1, half)  # 1; right in the first half of a row
                square = u * u - polynomial.a1  # 2
                mask = np.tile(np.repeat([by, 0.0], half), z.value.builder.size // features)
                for side, each in enumerate((z, y)):
                    first = each.value * mask
                    products[side].append((first * u) * square)  # 3
                    plain[side].append(first * constant)
            left, right = (sum([*more, *rest][1:], more[0]) for more, rest in zip(products, plain))
            b = b + (left + right.rotate(-half)).sum(features, _power(rows))
        return Block(b, row)

    blocks = [Matrix(rows, features)] * (minibatches * parts)
    circuit = trace(function, Z=blocks, Y=blocks, b=row)

    def inputs(minibatches, start):
        given = sent(minibatches, start, polynomial)
        pieces = [each for minibatch in given["Z"] for each in np.split(minibatch, parts)]
        return {"Z": pieces, "Y": [np.roll(each, half, axis=1) for each in pieces], "b": given["b"]}

    return Training(circuit, inputs)


def _grouped(blocks, parts):
    return [blocks[start : start + parts] for start in range(0, len(blocks), parts)]


def _power(number):
    return 1 << (number - 1).bit_length()
