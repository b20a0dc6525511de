"""Numbers that are looked at first: what cannot be is refused by its name."""

import math

import pytest

from privlab.validation import between_0_and_1, positive


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf])
def test_what_is_not_positive_and_finite_is_refused_by_name(value):
    with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
        positive("epsilon", value)


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="epsilon must be a positive number, got 'one'"):
        positive("epsilon", "one")


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, math.nan])
def test_what_does_not_lie_between_0_and_1_is_refused_by_name(value):
    with pytest.raises(ValueError, match="delta must lie between 0 and 1, got"):
        between_0_and_1("delta", value)
    assert between_0_and_1("delta", 1e-5) == 1e-5
