"""Edits of vectors: what moves the word test, and what moves the gap."""

import collections

import numpy as np
import pytest

from privlab.text.fairness import biographies, debiasing, weat
from privlab.text.fairness.embeddings import glove


@pytest.mark.slow
def test_the_same_vectors_give_any_gap_and_edits_move_test_or_gap():
    vectors = glove()
    high, low, none = (biographies.measure(vectors, skew, seed=1)[0] for skew in (0.4, -0.4, 0))
    assert high >= 0.12 and low <= -0.12 and abs(none) <= 0.05
    debiased, equal = debiasing.debiased(vectors), debiasing.made_equal(vectors)
    assert abs(biographies.measure(debiased, 0.4, seed=1)[0] - high) <= 0.04
    assert abs(biographies.measure(equal, 0.4, seed=1)[0]) <= 0.05
    assert weat.measure(vectors, "WEAT-7").effect - weat.measure(debiased, "WEAT-7").effect >= 1.5
    for test in ("WEAT-6", "WEAT-7", "WEAT-8", debiasing.OCCUPATION_TEST):
        assert abs(weat.measure(vectors, test).effect - weat.measure(equal, test).effect) <= 0.15


def test_debiasing_leaves_nothing_along_the_direction():
    vectors = glove()
    direction = debiasing.gender_direction(vectors)
    assert np.abs(debiasing.debiased(vectors).numbers @ direction).max() < 1e-12
    assert np.allclose(debiasing.debiased(vectors, 2).numbers @ direction, -vectors.numbers @ direction)


def test_on_the_task_s_own_text_the_test_has_the_gap_s_sign():
    for skew in (-0.3, 0.3):
        people = biographies.write(2_000, skew, np.random.default_rng(9))
        assert np.sign(weat.measure(debiasing.of_text(people), debiasing.OWN_TEST).effect) == np.sign(skew)


def test_words_are_near_that_occur_together_more_often_than_by_chance(monkeypatch):
    """With all its singular vectors, the vectors' products squared are those of the information, counted in pairs."""
    people = biographies.write(60, 0.3, np.random.default_rng(9))
    monkeypatch.setattr(debiasing, "DIMENSIONS", 1_000)
    vectors = debiasing.of_text(people)
    texts = [
        {*people.text(person).split(), biographies.NAMES[people.occupations[person]]}.intersection(vectors.words)
        for person in range(60)
    ]
    pairs = [(one, other) for text in texts for one in text for other in text if one != other]
    both, alone = collections.Counter(pairs), collections.Counter(one for one, _ in pairs)
    information = np.zeros((len(vectors.words), len(vectors.words)))
    for (one, other), count in both.items():
        by_chance = alone[one] / len(pairs) * alone[other] / len(pairs)
        information[vectors.row_of[one], vectors.row_of[other]] = max(0, np.log(count / len(pairs) / by_chance))
    products = vectors.numbers @ vectors.numbers.T
    assert np.allclose(products @ products, information @ information, atol=1e-6)
