"""Minibatches in two ciphertexts are the same training."""

import numpy as np
import pytest

from benchmarks.experiments.large_minibatches import in_parts
from privlab.he.circuits.evaluators import Count, Depth
from privlab.he.logreg.circuits import train_in_the_clear
from tests.he.examples import CUBIC, LEARNING_RATE, in_the_clear, sizes


def test_large_minibatches_in_two_parts():
    rng = np.random.default_rng(5)
    samples, start = [rng.uniform(-0.5, 0.5, (16, 8)) for _ in range(2)], rng.normal(0, 0.05, 8)
    training = in_parts(2, **sizes(16, 8))
    assert Depth()(training.circuit) == 6 and training.circuit.size == 64
    assert in_the_clear(training, samples, start) == pytest.approx(
        train_in_the_clear(samples, start, LEARNING_RATE, CUBIC), abs=1e-12
    )
    circuit = in_parts(6, **sizes(512, 64)).circuit
    assert (Depth()(circuit), circuit.size, Count()(circuit)["rotate"]) == (18, 16384, 120)
    with pytest.raises(ValueError, match="parts must be equal"):
        in_parts(2, **sizes(15, 8))
