"""What a reader is told when arithmetic leaves the finite numbers."""

import math

import numpy as np
import pytest

from privlab.lab.arithmetic import in_words, noted_arithmetic, of_an_error, spoils


def test_what_numpy_meets_is_noted_once_each_and_warned_of_as_before():
    with noted_arithmetic() as met, pytest.warns(RuntimeWarning) as warned:
        weights = np.exp([1002.0, 1.0])
        weights / weights.sum() + weights / weights.sum()
    assert met == ["overflow", "invalid value"] and str(warned[0].message) == "overflow encountered"
    assert in_words(met).startswith("a number grew past 1.8e308") and ", and then something came" in in_words(met)
    with noted_arithmetic() as met:
        np.exp([-1002.0, 1.0])
    assert met == [] and in_words(met) == ""


@pytest.mark.parametrize(
    "raising, words",
    [
        (lambda: math.exp(1000), "a number grew past"),
        (lambda: 2.0**5000, "a number grew past"),
        (lambda: math.log(-1), "no number"),
        (lambda: 1 / 0, "divided by 0"),
        (lambda: int(math.nan), "none (NaN)"),
        (lambda: math.factorial(-1), ""),
        (lambda: np.uint8(300), ""),
        (lambda: [][1], ""),
    ],
)
def test_an_error_of_arithmetic_is_told_from_others(raising, words):
    with pytest.raises((ArithmeticError, ValueError, IndexError)) as raised:
        raising()
    assert words in in_words(of_an_error(raised.value)) and bool(words) == bool(of_an_error(raised.value))


def test_what_is_left_out_in_the_end_spoils_nothing():
    assert spoils(["divide by zero"], [1.0, math.inf]) and spoils(["overflow"], 3)
    assert not spoils(["divide by zero", "invalid value"], [1.0, 0.0]) and not spoils([], math.nan)
    assert not spoils(["divide by zero"], "no numbers")
