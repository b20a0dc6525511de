"""Logistic regression with several classes, on inputs that are first made uncorrelated, so that it is found in few
steps.
"""

import dataclasses

import numpy as np
from scipy.optimize import minimize


@dataclasses.dataclass(frozen=True)
class Classifier:
    """A fitted classifier: `mean` [d], `whiten` [d, r], `weights` [r + 1, classes]."""

    mean: np.ndarray
    whiten: np.ndarray
    weights: np.ndarray

    def probabilities(self, x):
        """The chance of each class, float [n, classes]. x : float [n, d]."""
        return _softmax(_with_one((x - self.mean) @ self.whiten) @ self.weights)

    def predict(self, x):
        """The likeliest class of each row, int [n]. x : float [n, d]."""
        return self.probabilities(x).argmax(axis=1)


def fit(x, labels, penalty=1.0):
    """A fitted `Classifier`: least cross-entropy plus penalty / 2 times the squared weights (not those of the
    constant).

    Directions in which the inputs do not vary are left out. Whatever rescales the inputs changes nothing.

    x : float [n, d]. labels : int [n], from 0.
    Raises ValueError for fewer than two classes or inputs that do not vary.
    Source: Bishop (2006), section 4.3.4.
    """
    labels = np.asarray(labels).astype(int)
    mean = x.mean(axis=0)
    values, directions = np.linalg.eigh(np.cov(x, rowvar=False, bias=True).reshape(x.shape[1], -1))
    kept = values > 1e-6 * values[-1]
    if len(np.unique(labels)) < 2 or not values[-1] > 0:
        raise ValueError("a classifier needs two classes at least, and inputs that are not all alike")
    whiten = directions[:, kept] / np.sqrt(values[kept])
    z, truth = _with_one((x - mean) @ whiten), np.eye(labels.max() + 1)[labels]
    shape = z.shape[1], truth.shape[1]

    def loss(flat):
        weights = flat.reshape(shape)
        held = np.vstack([weights[:-1], np.zeros(shape[1])])
        chances = _softmax(z @ weights)
        value = -np.log(np.maximum(chances[truth > 0], 1e-300)).sum() + penalty / 2 * (held**2).sum()
        return value, (z.T @ (chances - truth) + penalty * held).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return Classifier(mean, whiten, found.x.reshape(shape))


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _with_one(x):
    return np.hstack([x, np.ones((len(x), 1))])
