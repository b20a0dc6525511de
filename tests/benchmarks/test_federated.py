"""The interval of a mean over seeds."""

import numpy as np
import pytest

from benchmarks.federated import interval


def test_an_interval_is_around_the_mean_and_needs_two_seeds():
    values = [0.1, 0.3, 0.2]
    mean, half = interval(values)
    assert np.isclose(mean, np.mean(values)) and half > 0
    with pytest.raises(ValueError, match="two seeds at least, got 1"):
        interval([1.0])
