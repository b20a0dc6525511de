"""Other ways to train are what they say."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Depth
from privlab.he.logreg.circuits import cubic, sigmoid
from privlab.he.logreg.variants import all_at_once, diagonal, fixed_hessian, nesterov
from tests.he.examples import data, in_the_clear


def test_variants_are_what_they_say():
    samples, start = data(3, 8)
    polynomial, n = cubic(4.0), 8
    b = start
    for _ in range(2):
        b = b + 0.5 / (3 * n) * sum(Z.T @ polynomial(Z @ b) for Z in samples)
    training = all_at_once(3, steps=2, samples=n, features=n, learning_rate=0.5, polynomial=polynomial)
    assert in_the_clear(training, samples, start) == pytest.approx(b, abs=1e-12) and Depth()(training.circuit) == 6
    b = v = start
    for Z in samples:
        after = b + 0.5 / n * Z.T @ polynomial(Z @ b)
        b, v = after + 0.3 * (after - v), after
    training = nesterov(3, samples=n, features=n, learning_rate=0.5, polynomial=polynomial)
    assert in_the_clear(training, samples, start) == pytest.approx(b, abs=1e-12) and Depth()(training.circuit) == 12
    b = start
    for _ in range(2):
        b = b + diagonal(samples) * sum(Z.T @ polynomial(Z @ b) for Z in samples)
    training = fixed_hessian(3, steps=2, samples=n, features=n, polynomial=polynomial)
    assert in_the_clear(training, samples, start) == pytest.approx(b, abs=1e-12) and Depth()(training.circuit) == 8


def test_the_fixed_hessian_bounds_the_true_one():
    """Bonte and Vercauteren's bound: the true Hessian of the loss is at most the diagonal one: no step is too long."""
    samples, _ = data(3, 8)
    Z = np.concatenate(samples)
    u = Z @ np.random.default_rng(1).normal(size=8)
    true = Z.T @ (Z * (sigmoid(u) * (1 - sigmoid(u)))[:, None])
    assert np.linalg.eigvalsh(np.diag(1 / diagonal(samples)) - true).min() >= 0
    assert diagonal([np.array([[1.0, 0.0]])])[1] == 0
