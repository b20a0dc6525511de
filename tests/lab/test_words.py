"""Values in a verdict stand there as a reader would type them."""

from fractions import Fraction

import numpy as np

from privlab.lab.words import pasted


def test_numbers_of_numpy_are_numbers():
    assert pasted(np.float64(0.1) + np.float64(0.2)) == "0.3" and pasted(np.int64(7)) == "7"
    assert pasted([np.float64(1.5), (np.int64(2),)]) == "[1.5, (2,)]"


def test_what_can_be_typed_is_typed():
    assert pasted("a") == "'a'" and pasted(None) == "None" and pasted(Fraction(1, 3)) == "Fraction(1, 3)"


def test_arrays_are_told_by_their_numbers_or_their_shape():
    assert pasted(np.array([1.0, 2.5])) == "ndarray [1, 2.5]"
    assert pasted(np.zeros((3, 40))) == "ndarray of the shape (3, 40)"


def test_long_values_are_cut_and_stand_on_one_line():
    assert len(pasted("x" * 1_000)) < 90 and "\n" not in pasted(type("T", (), {"__repr__": lambda self: "a\n b"})())
