"""Biographies hold the bias that was planted, and the gap is counted as by hand."""

import numpy as np
import pytest

from privlab.text.fairness import biographies
from privlab.text.fairness.embeddings import glove


@pytest.mark.slow
def test_biographies_hold_what_was_planted():
    people = biographies.write(20_000, 0.3, np.random.default_rng(7))
    for occupation in range(8):
        share = people.men[people.occupations == occupation].mean()
        assert abs(share - (0.8 if occupation < 4 else 0.2)) < 0.03
    words = glove().words
    counted = people.counts(words)
    for person in range(5):
        text = people.text(person).split()
        assert (counted[person] == [text.count(word) for word in words]).all()
        assert ("he" in text) == people.men[person] and ("she" in text) != people.men[person]
    with pytest.raises(ValueError, match="skew"):
        biographies.write(10, 0.6, np.random.default_rng(0))


def test_the_gap_by_hand():
    occupations = np.repeat(np.arange(8), 4)
    men = np.tile([True, True, False, False], 8)
    predictions = occupations.copy()
    predictions[2] = 1  # a woman engineer missed
    predictions[4 * 7] = 0  # a man dancer missed
    assert biographies.gaps(predictions, occupations, men) == pytest.approx([0.5, 0, 0, 0, 0, 0, 0, -0.5])
    assert biographies.gap(predictions, occupations, men) == pytest.approx(1 / 8)
    with pytest.raises(ValueError, match="no man or no woman is engineer"):
        biographies.gap(predictions, occupations, np.where(occupations == 0, True, men))


def test_skills_are_mostly_those_of_the_occupation():
    """60 % on purpose and an eighth of the rest by chance: 65 %, of 15,000 skills within five standard deviations."""
    people = biographies.write(5_000, 0.0, np.random.default_rng(7))
    assert (people.skills // 5 == people.occupations[:, None]).mean() == pytest.approx(0.65, abs=0.02)
