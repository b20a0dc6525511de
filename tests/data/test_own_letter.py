"""A letter of the reader's own."""

import numpy as np
import pytest

from privlab.data import letter_from_strokes, letters

ROUND = [(np.cos(t), np.sin(t)) for t in np.linspace(0, 2 * np.pi, 40)]
STEM = [(1, -1), (1, 1)]


def test_it_is_centred_and_as_large_wherever_and_however_small_it_was_drawn():
    here = letter_from_strokes([ROUND, STEM])
    there = letter_from_strokes([[(40 + 3 * x, 90 + 3 * y) for x, y in stroke] for stroke in (ROUND, STEM)])
    assert here.shape == (28, 28) and here.dtype == np.uint8 and here.max() == 255
    assert np.abs(here.astype(int) - there).max() <= 40
    rows, columns = (np.flatnonzero((here > 128).any(axis=axis)) for axis in (1, 0))
    for inked in (rows, columns):
        assert 18 <= np.ptp(inked) + 1 <= 24 and abs(inked.mean() - 13.5) <= 1


def test_it_has_about_as_much_ink_as_the_letters_of_the_course():
    theirs = letters().test
    least, most = np.quantile(theirs.images[theirs.labels == 0].mean(axis=(1, 2)), (0.02, 0.98))
    assert least < letter_from_strokes([ROUND, STEM]).mean() < most


@pytest.mark.parametrize("strokes", [[[(3, 4)]], [[(3, 4), (3, 4)]], [STEM, [(5, 5)]], [[(0, 0), (1e6, 1)]]])
def test_dots_and_flat_lines_are_letters_too(strokes):
    assert letter_from_strokes(strokes).max() == 255


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_nothing_drawn_is_said_so(strokes):
    with pytest.raises(ValueError, match="draw at least one stroke"):
        letter_from_strokes(strokes)
