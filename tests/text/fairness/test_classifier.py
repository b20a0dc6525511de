"""The classifier: it finds a planted law, whatever rescales its inputs, and says what it cannot learn from."""

import numpy as np
import pytest

from privlab.text.fairness import classifier


def test_the_classifier_finds_the_least_penalised_cross_entropy():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 5))
    labels = (x @ rng.normal(size=(5, 3)) + rng.gumbel(size=(400, 3))).argmax(axis=1)
    probabilities = classifier.fit(x, labels).predict_proba(x)
    z = (x - x.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False))).T
    rows = np.hstack([z, np.ones((400, 1))])
    weights = np.linalg.lstsq(rows, np.log(probabilities), rcond=None)[0]
    weights -= weights.mean(axis=1, keepdims=True)
    slope = rows.T @ (probabilities - np.eye(3)[labels]) + np.vstack([weights[:-1], np.zeros(3)])
    assert np.abs(slope).max() < 2e-2, "where the loss is least, its slope is 0"
    scaled = classifier.fit(7 * x + 1, labels).predict_proba(7 * x + 1)
    assert np.allclose(probabilities, scaled, atol=1e-3)


def test_directions_without_variance_are_left_out():
    rng = np.random.default_rng(9)
    x = rng.normal(size=(100, 3))
    labels = (x[:, 0] > 0).astype(int)
    wide = np.hstack([x, x @ rng.normal(size=(3, 4))])
    assert np.allclose(
        classifier.fit(x, labels).predict_proba(x), classifier.fit(wide, labels).predict_proba(wide), atol=1e-3
    )


def test_one_class_and_inputs_that_are_all_alike_are_refused():
    x = np.random.default_rng(8).normal(size=(400, 5))
    with pytest.raises(ValueError, match="two classes"):
        classifier.fit(x, np.zeros(400))
    with pytest.raises(ValueError, match="not all alike"):
        classifier.fit(np.ones((400, 5)), x[:, 0] > 0)
