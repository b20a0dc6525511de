"""Circuits and data that tests of several modules share."""

import numpy as np

from privlab.he.circuits.evaluators import Plain
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import baseline, cubic, reassociated, without_masks
from privlab.he.logreg.unrolling import unrolled

X = np.linspace(-1, 1, 8)
CUBIC, LEARNING_RATE = cubic(8.0), 4.0


def random_function(seed, operations=8):
    """A function of x and y with random operations, the same for encrypted values and numpy vectors of 8."""

    def function(x, y):
        rng = np.random.default_rng(seed)
        values = [(x, 0), (y, 0)]
        for _ in range(operations):
            (a, deep), (b, other) = (values[int(index)] for index in rng.integers(0, len(values), 2))
            kind = int(rng.integers(0, 7))
            plain = rng.uniform(-1, 1, 8)
            if kind <= 1 and max(deep, other) < 3:
                values.append((a * b, max(deep, other) + 1))
            elif kind == 2 and deep < 3:
                values.append((a * plain, deep + 1))
            elif kind == 3:
                values.append(((a - b) if a is not b else -a, max(deep, other)))
            elif kind == 4:
                values.append((a.rotate(3) if hasattr(a, "rotate") else np.roll(a, -3), deep))
            elif kind == 5:
                values.append((a + plain, deep))
            else:
                values.append((a + b, max(deep, other)))
        return values[-1][0] + values[-2][0] + x

    return function


def sizes(samples, features=None):
    return dict(samples=samples, features=features or samples, learning_rate=LEARNING_RATE, polynomial=CUBIC)


def data(minibatches, n, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.uniform(-0.5, 0.5, (n, n)) for _ in range(minibatches)], rng.normal(0, 0.05, n)


def in_the_clear(training, samples, start):
    return training.weights(Plain()(training.circuit, **training.inputs(samples, start)))


def circuits(minibatches, n):
    yield 5 * minibatches, baseline(minibatches, **sizes(n))
    yield 4 * minibatches, without_masks(minibatches, **sizes(n))
    yield 3 * minibatches, reassociated(minibatches, **sizes(n))
    for unroll in (divisor for divisor in (2, 3, 6) if minibatches % divisor == 0):
        yield (2 * unroll + 1) * minibatches // unroll, unrolled(minibatches, unroll=unroll, **sizes(n))


def any_circuit(seed):
    """A random circuit on vectors of a random length, its values, and a scale: products, sums, rotations, matrices."""
    rng = np.random.default_rng(seed)
    n, scale_bits = int(rng.choice([3, 5, 8, 12, 16, 32, 100, 128, 512, 2048])), int(rng.choice([28, 30, 34, 38]))
    steps = [
        (int(rng.integers(9)), *map(int, rng.integers(0, 99, 2)), rng.uniform(-1, 1, n), int(rng.integers(1, n)))
        for _ in range(int(rng.integers(3, 10)))
    ]
    matrix = rng.normal(size=(n, n)) / np.sqrt(n) if n <= 32 else None

    def function(x, y):
        values = [(x, 0), (y, 0)]
        for kind, i, j, plain, turn in steps:
            (a, deep), (b, other) = values[i % len(values)], values[j % len(values)]
            if kind <= 1 and max(deep, other) < 3:
                values.append((a * b, max(deep, other) + 1))
            elif kind == 2 and deep < 3:
                values.append((a * plain, deep + 1))
            elif kind == 3:
                values.append((a - b if a is not b else -a, max(deep, other)))
            elif kind == 4 and deep < 3:
                values.append((a.rotate(turn), deep + 1))
            elif kind == 5:
                values.append((a + plain, deep))
            elif kind == 6 and matrix is not None and deep < 3:
                values.append((matrix @ a, deep + 1))
            elif kind == 7 and deep < 3:
                values.append(((a / n).sum() + b, max(deep + 1, other)))
            else:
                values.append((a + b, max(deep, other)))
        return values[-1][0] + values[-2][0] + x

    circuit = trace(function, x=n, y=n)
    values = {name: rng.uniform(-1, 1, n) for name in ("x", "y")}
    return circuit, {name: value for name, value in values.items() if name in circuit.layouts}, scale_bits
