"""What a check shows can be pasted; what it gets is read in many forms, and described in a reader's words."""

from fractions import Fraction

import numpy as np
import pytest

from privlab.lab.inputs import as_list, as_numbers, as_truth, described, pasted


def test_an_input_is_the_text_that_is_shown():
    assert np.array_equal(pasted("np.full((2, 3), 1 / 4)"), np.full((2, 3), 0.25))


@pytest.mark.parametrize(
    "value",
    [[0.5, 1], (0.5, 1), np.array([0.5, 1]), (part for part in (0.5, 1)), [Fraction(1, 2), 1], map(float, (0.5, 1))],
    ids=["list", "tuple", "array", "generator", "fractions", "map"],
)
def test_numbers_are_read_in_any_form(value):
    assert as_numbers(value).tolist() == [0.5, 1]


@pytest.mark.parametrize("value", [None, "1", {1: 2}, {1}, [[1], [1, 2]], object()], ids=lambda value: str(type(value)))
def test_what_holds_no_numbers_is_none(value):
    assert as_numbers(value) is None


def test_parts_are_a_list_and_text_has_none():
    assert (
        as_list((1, "a")) == as_list(iter([1, "a"])) == [1, "a"]
        and as_list(np.array([2])) == [2]
        and as_list({3}) == [3]
    )
    assert [as_list(value) for value in ("ab", b"ab", {1: 2}, None, 5)] == [None] * 5


@pytest.mark.parametrize("value", [True, 1, np.True_, np.array([True]), [1.0]], ids=str)
def test_true_is_read_in_any_form(value):
    assert as_truth(value) is True and as_truth(False) is False


@pytest.mark.parametrize("value", [None, "True", 2, np.array([True, True]), float("nan")], ids=str)
def test_what_is_neither_true_nor_false_is_none(value):
    assert as_truth(value) is None


@pytest.mark.parametrize(
    "value, words",
    [
        (np.zeros((2, 3)), "an array of float64 [2, 3]"),
        ([1, 2, 3], "a list of 3"),
        ((), "a tuple of 0"),
        (np.float64(1 / 3), "0.3333"),
        (np.array(7), "7"),
        (np.bool_(True), "True"),
        (2**80, "a whole number of 81 bits"),
        ("a long word, which nobody reads", "the text 'a long word, which n'"),
        ((each for each in ()), "a generator"),
        (None, "None"),
        (..., "..."),
        (object(), "a object"),
    ],
)
def test_results_are_described_in_words(value, words):
    assert described(value) == words
