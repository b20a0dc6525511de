"""The intervals of a mean and of a ratio over seeds."""

import numpy as np
import pytest

from benchmarks.federated import interval, ratio_interval


def test_an_interval_is_around_the_mean_and_needs_two_seeds():
    values = [0.1, 0.3, 0.2]
    mean, half = interval(values)
    assert np.isclose(mean, np.mean(values)) and half > 0
    with pytest.raises(ValueError, match="two seeds at least, got 1"):
        interval([1.0])


def test_the_interval_of_a_ratio_is_that_of_the_mean_where_the_other_is_always_one():
    values = [0.1, 0.3, 0.2]
    assert np.allclose(ratio_interval(values, [1, 1, 1]), interval(values))


def test_the_interval_of_a_ratio_holds_it_in_19_of_20():
    rng = np.random.default_rng(1)
    pairs = rng.normal((3, 4), 0.4, size=(1_000, 5, 2))
    ends = np.array([ratio_interval(*pair.T) for pair in pairs])
    assert abs(np.mean(abs(ends[:, 0] - 3 / 4) < ends[:, 1]) - 0.95) < 0.02


def test_the_interval_of_a_ratio_has_no_width_where_one_follows_the_other():
    ratio, half = ratio_interval([2, 4, 6], [1, 2, 3])
    assert np.isclose(ratio, 2) and np.isclose(half, 0)
