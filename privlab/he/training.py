"""Circuits that train a logistic regression on encrypted minibatches, from depth 5 a minibatch down to a little over 2.

One step on a minibatch Z (its rows are the samples times their labels, -1 or 1) is b <- b + rate/m * Z^T h(Zb), with a cubic
h(u) = A0 - A1 u - A3 u^3 near the sigmoid of -u. With K = sqrt(-A3) the customer sends K Z, so that u' = K u and

    K^2 Z^T h = K A0 Z'^T 1 + Z'^T (u' o (u'^2 - A1)),

in which every constant is near 1. The products are taken as (Z' o u') o (u'^2 - A1): one level less than the other way.
Source: the depths 5k and 2.5k are those of Crockett, "A low-depth homomorphic circuit for logistic regression model training"
(2020); these circuits are our own derivation of them.
"""
from typing import NamedTuple

import numpy as np

from privlab.he.linear import Column, Matrix, Row
from privlab.he.tracing import trace


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
    """The `Cubic` nearest the sigmoid of -u, by least squares for u from -reach to reach."""
    u = np.linspace(-reach, reach, 20_001)
    a1, a3 = np.linalg.lstsq(np.stack([u, u**3], 1), 1 / (1 + np.exp(-u)) - 0.5, rcond=None)[0]
    return Cubic(0.5, float(a1), float(a3))


def train_in_the_clear(minibatches, start, rate, sigmoid):
    """The weights [n] after one step on each of `minibatches` [m, n], from `start` [n]; `sigmoid` is applied as h(Zb)."""
    weights = np.asarray(start, dtype=float)
    for samples in minibatches:
        weights = weights + rate / len(samples) * samples.T @ sigmoid(samples @ weights)
    return weights


class Training(NamedTuple):
    """A training circuit and what the customer sends it: `circuit`, and `inputs(minibatches, start)`, a dict of values."""

    circuit: object
    inputs: object


def baseline(minibatches, samples, features, rate, polynomial):
    """The `Training` of depth 5 a minibatch: products, masked sums, the cubic, products.

    minibatches, samples, features : int, how many, rows and columns of each. rate : float. polynomial : `Cubic`.
    """
    step, size = rate / samples, polynomial.size

    def function(Z, b):
        for each in Z:
            u = (each * b).sum_columns(size)                   # 1, 2: the mask carries K
            h = (u * u - polynomial.a1) * (u * (step / size)) + step * polynomial.a0  # 3, 4
            b = b + h @ each                                   # 5
        return b

    circuit = trace(function, Z=[Matrix(samples, features)] * minibatches, b=Row(samples, features))
    return Training(circuit, lambda minibatches, start: {"Z": list(minibatches), "b": start})


def reassociated(minibatches, samples, features, rate, polynomial):
    """The `Training` of depth 3 a minibatch: rows held twice need no mask, and the products are taken the other way.

    Arguments as in `baseline`.
    """
    step, size = rate / samples, polynomial.size

    def function(Z, b):
        for each in Z:
            u = each @ b                                                              # 1
            h = (each.first(step / size**2) * u) * (u * u - polynomial.a1)            # 2, 3
            b = b + (h + each.first(step * polynomial.a0 / size)).sum_rows().double()
        return b

    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * minibatches, b=Row(samples, features, "twice"))
    return Training(circuit, lambda minibatches, start: {"Z": [size * each for each in minibatches], "b": start})


def unrolled(minibatches, samples, features, rate, polynomial, unroll):
    """The `Training` of depth 2 * unroll + 1 for every `unroll` minibatches, which must be square.

    Within a block the weights between two minibatches are never formed: u_j = Z_j b + sum of G_ji h(u_i) over i < j, with
    G_ji = rate/m * Z_j Z_i^T sent by the customer. A sum over rows turns a column into a row, so the whole is worked out
    twice, in two chains that lie across each other and exchange only the u.
    Arguments as in `baseline`; unroll : int, a divisor of `minibatches`. Raises ValueError for other sizes.
    """
    if samples != features or minibatches % unroll:
        raise ValueError(f"unrolling takes square minibatches and a divisor of {minibatches}; got {samples} x {features} "
                         f"and {unroll}")
    step, size = rate / samples, polynomial.size
    blocks = range(minibatches // unroll)
    pairs = [(j, i) for j in range(unroll) for i in range(j)]

    def curved(matrix, u):
        return (matrix * u) * (u * u - polynomial.a1)

    def logits(first, weights, second, seen):
        terms = [first * weights, *(curved(matrix, u) for matrix, u in zip(second, seen))]
        return sum(terms[1:], terms[0]), [matrix * (polynomial.a0 * size) for matrix in second]

    def function(Z, T, G, H, b, c):
        for block in blocks:
            columns, rows = [], []  # u of the minibatches so far, as columns and as rows
            here = slice(block * unroll, (block + 1) * unroll)
            for j, (z, t) in enumerate(zip(Z[here], T[here])):
                at = [block * len(pairs) + pairs.index((j, i)) for i in range(j)]
                curve, plain = logits(z, b, [G[place] for place in at], rows)
                across, flat = logits(t, c, [H[place] for place in at], columns)
                columns.append(sum(plain, curve).sum_columns())
                rows.append(sum(flat, across).sum_rows().double())
            curve = [curved(z.first(step / size**2), u) for z, u in zip(Z[here], columns)]
            plain = [z.first(step * polynomial.a0 / size) for z in Z[here]]
            b = b + sum(plain, sum(curve[1:], curve[0])).sum_rows().double()
            curve = [curved((t * (step / size**2)).double(), u) for t, u in zip(T[here], rows)]
            plain = [(t * (step * polynomial.a0 / size)).double() for t in T[here]]
            c = c + sum(plain, sum(curve[1:], curve[0])).sum_columns()
        return b

    n, grams = samples, len(pairs) * len(blocks)
    circuit = trace(function, Z=[Matrix(n, n, "twice")] * minibatches, T=[Matrix(n, n, "zeros")] * minibatches,
                    G=[Matrix(n, n, "twice")] * grams, H=[Matrix(n, n, "zeros")] * grams,
                    b=Row(n, n, "twice"), c=Column(n, n, "twice"))

    def inputs(minibatches, start):
        Z = [size * each for each in minibatches]
        G = [step * minibatches[block * unroll + j] @ minibatches[block * unroll + i].T for block in blocks for j, i in pairs]
        return {"Z": Z, "T": [each.T for each in Z], "G": G, "H": [each.T for each in G], "b": start, "c": start}

    return Training(circuit, inputs)
