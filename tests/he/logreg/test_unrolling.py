"""Minibatches at once: one chain gains no depth, a public start saves two levels."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Depth
from privlab.he.logreg.circuits import train_in_the_clear
from privlab.he.logreg.unrolling import unrolled, unrolled_once
from tests.he.examples import CUBIC, LEARNING_RATE, data, in_the_clear, sizes


@pytest.mark.parametrize("unroll", [2, 3])
def test_one_chain_gains_no_depth(unroll):
    samples, start = data(6, 8)
    training = unrolled_once(6, unroll=unroll, **sizes(8))
    assert Depth()(training.circuit) == 18
    assert in_the_clear(training, samples, start) == pytest.approx(
        train_in_the_clear(samples, start, LEARNING_RATE, CUBIC), abs=1e-12
    )


@pytest.mark.parametrize("unroll, depth", [(2, 13), (3, 12), (6, 11)])
def test_a_public_start_saves_two_levels(unroll, depth):
    samples, zero = data(6, 8)[0], np.zeros(8)
    training = unrolled(6, unroll=unroll, **sizes(8), from_zero=True)
    assert Depth()(training.circuit) == depth
    assert in_the_clear(training, samples, zero) == pytest.approx(
        train_in_the_clear(samples, zero, LEARNING_RATE, CUBIC), abs=1e-12
    )
    with pytest.raises(ValueError, match="all weights 0"):
        training.inputs(samples, zero + 0.1 * (np.arange(len(zero)) == 3))


def test_unrolling_takes_square_minibatches_and_a_divisor():
    for minibatches, samples, features, unroll in ((2, 8, 3, 2), (2, 8, 8, 0), (0, 8, 8, 1), (3, 8, 8, 2)):
        with pytest.raises(ValueError, match="square minibatches"):
            unrolled(minibatches, unroll=unroll, **sizes(samples, features))
    with pytest.raises(ValueError, match="takes 2 minibatches, got 1"):
        unrolled(2, unroll=2, **sizes(8)).inputs([np.zeros((8, 8))], np.zeros(8))
