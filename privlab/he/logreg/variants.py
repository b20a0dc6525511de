"""Other ways to train a logistic regression on ciphertexts, to set beside minibatches: circuits of depth 3 or 4 a step.

Each takes its samples as blocks Z [m, n] with rows held twice, as `training.reassociated` does.
Source: Kim, Song, Kim, Lee and Cheon, "Logistic regression model training based on the approximate homomorphic
encryption" (2018) for Nesterov's step; Bonte and Vercauteren, "Privacy-preserving logistic regression training" (2018)
for the fixed Hessian.
"""

import numpy as np

from privlab.he.circuits.linear_algebra import Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.circuits import Training, change_factor, sent


def all_at_once(blocks, steps, samples, features, rate, polynomial):
    """The `Training` that takes every step on all samples, which lie in `blocks` blocks: depth 3 a step.

    blocks, steps, samples, features : int. rate : float. polynomial : `Cubic`.
    """

    def function(Z, b):
        for _ in range(steps):
            b = b + _change(Z, b, rate / (blocks * samples), polynomial)
        return b

    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * blocks, b=Row(samples, features, "twice"))
    return Training(circuit, lambda minibatches, start: sent(minibatches, start, polynomial))


def nesterov(minibatches, samples, features, rate, polynomial, momentum=0.3):
    """The `Training` that goes on a little in the last direction after each step: depth 4 a minibatch.

    v = b + rate/m * Z^T h(Zb), and the next b = v + momentum * (v - last v). The momentum's product costs a level.
    Arguments as in `training.baseline`; momentum : float.
    """

    def function(Z, b):
        last = b
        for each in Z:
            v = b + _change([each], b, rate / samples, polynomial)
            b, last = v * (1 + momentum) - last * momentum, v
        return b

    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * minibatches, b=Row(samples, features, "twice"))
    return Training(circuit, lambda minibatches, start: sent(minibatches, start, polynomial))


def fixed_hessian(blocks, steps, samples, features, polynomial):
    """The `Training` of Newton's method whose Hessian is bounded once, by its diagonal: depth 4 a step, on all samples.

    b = b + D Z^T h(Zb), D_jj = 1 / (1/4 sum over samples i and features k of |Z_ij Z_ik|), which the client sends: no
    circuit divides. Arguments as in `all_at_once`.
    """

    def function(Z, b, D):
        for _ in range(steps):
            b = b + D * _change(Z, b, 1 / (blocks * samples), polynomial)
        return b

    row = Row(samples, features, "twice")
    circuit = trace(function, Z=[Matrix(samples, features, "twice")] * blocks, b=row, D=row)

    def inputs(minibatches, start):
        return sent(minibatches, start, polynomial) | {"D": blocks * samples * diagonal(minibatches)}

    return Training(circuit, inputs)


def diagonal(minibatches):
    """The diagonal [n] of the fixed Hessian's inverse, for all of `minibatches` [m, n] together; 0 for a feature never
    used.
    """
    size = np.abs(np.concatenate(minibatches))
    total = 0.25 * (size * size.sum(axis=1, keepdims=True)).sum(axis=0)
    return np.where(total > 0.01 * total.max(), 1 / np.maximum(total, 1e-9), 0.0)


def _change(Z, b, step, polynomial):
    """step * Z^T h(Zb) over all blocks, at 3 levels below b."""
    by, parts, plain = change_factor(step, polynomial), [], []
    for each in Z:
        u = each @ b
        parts.append((each.first(by) * u) * (u * u - polynomial.a1))
        plain.append(each.first(by * polynomial.a0 * polynomial.size))
    return sum([*parts, *plain][1:], parts[0]).sum_rows().double()
