"""A weighted mean from a secure sum: right, and what the weight gives away."""

import numpy as np
import pytest

from privlab.fl.secagg.protocol import Federation
from privlab.fl.secagg.weighting import weighted, weighted_mean
from tests.fl.secagg.rounds import ROOT, updates

WEIGHTS = [1, 400, 37, 2.5, 0, 16, 999, 1000]


def summed(weights, plain, lost=()):
    rows = [weighted(row, weight, max_weight=1000) for row, weight in zip(plain, weights)]
    return weighted_mean(Federation(8, ROOT).sum(rows, lost).total, max_weight=1000)


def test_the_mean_is_that_of_numpy_and_the_weights_add_up():
    plain = updates(8)
    mean, weight = summed(WEIGHTS, plain)
    assert np.allclose(mean, np.average(plain, axis=0, weights=WEIGHTS), rtol=0, atol=1e-8)
    assert np.isclose(weight, sum(WEIGHTS), rtol=0, atol=1e-5)


def test_a_weight_gives_away_itself_and_a_heavy_client():
    plain = updates(8)
    (with_all, all_weights), (_, others) = summed(WEIGHTS, plain), summed(WEIGHTS, plain, lost=[1])
    assert np.isclose(all_weights - others, 400, atol=1e-5)  # two sums that differ by a client tell its weight
    heavy, _ = summed([1] * 7 + [1000], plain)
    assert (
        np.abs(heavy - plain[7]).max() < 7 / 1007 * 2 * np.abs(plain).max() and np.abs(with_all - plain[7]).max() > 0.3
    )


def test_a_weight_of_one_part_in_a_thousand_keeps_six_digits():
    plain = updates(8)
    mean, _ = summed([1] * 8, plain)
    assert np.abs(mean - plain.mean(axis=0)).max() < 1e-6


@pytest.mark.parametrize("weight", [-1, 1001, np.nan, np.inf, "7", None, [1]])
def test_weights_that_cannot_be_are_refused(weight):
    with pytest.raises(ValueError, match="a weight lies from 0 to the largest, 1000"):
        weighted([1.0, 2.0], weight, max_weight=1000)


def test_what_is_no_sum_of_weighted_rows_is_refused():
    for wrong, sentence in (
        ([[1.0, 2.0]], "two numbers or more"),
        ([1.0], "two numbers or more"),
        ([np.nan, 1.0], "two numbers or more"),
        ("sum", "text"),
        ([1.0, 0.0], "nobody in this sum"),
    ):
        with pytest.raises(ValueError, match=sentence):
            weighted_mean(wrong, max_weight=10)
    with pytest.raises(ValueError, match="one row"):
        weighted([[1.0]], 1, max_weight=10)
    with pytest.raises(ValueError, match="largest weight must be a positive"):
        weighted([1.0], 0, max_weight=0)
