"""The word test: against hand counts, the published figures, and where there is nothing to find."""

import itertools

import numpy as np
import pytest

from privlab.text.fairness import weat
from privlab.text.fairness.embeddings import glove
from privlab.text.fairness.weat import association, effect_size, permutation_p, splits


def test_words_and_tests_that_are_not_there_are_named():
    with pytest.raises(ValueError, match="'zebra'"):
        weat.measure(glove(), (["zebra", "nurse"], ["he", "she"], ["he"], ["she"]))
    with pytest.raises(ValueError, match="there is no test 'WEAT-99'"):
        weat.measure(glove(), "WEAT-99")


def test_lists_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="same number of words"):
        weat.measure(glove(), (["nurse", "pilot", "dancer"], ["art", "poetry"], ["he"], ["she"]))
    with pytest.raises(ValueError, match="got 1 and 1"):
        effect_size([1.0], [2.0])
    with pytest.raises(ValueError, match="same association"):
        effect_size([1.0, 1.0], [1.0, 1.0])


def test_association_and_effect_by_hand():
    words, a, b = np.array([[2.0, 0.0], [0.0, 3.0]]), np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 5.0]])
    assert association(words, a, b) == pytest.approx([1, -1])
    assert effect_size([2.0, 4.0], [0.0, 0.0]) == pytest.approx(3 / np.std([2, 4, 0, 0], ddof=1))


@pytest.mark.parametrize("test, effect, count", [("WEAT-6", 1.71, 1), ("WEAT-7", 1.50, 3), ("WEAT-8", 1.48, 5)])
def test_weat_on_glove(test, effect, count):
    found = weat.measure(glove(), test)
    assert round(found.effect, 2) == effect and (found.as_large, found.ways) == (count, 12_870)


def test_the_long_test_samples_its_relabellings():
    with pytest.raises(ValueError, match="pass rng"):
        weat.measure(glove(), "WEAT-1")
    found = weat.measure(glove(), "WEAT-1", np.random.default_rng(1))
    assert 1.0 < found.effect < 1.15 and found.p < 1e-3
    x, y = np.arange(100.0, 110), np.arange(10.0)  # no drawing is as large: the labels as they are count
    assert permutation_p(x, y, np.random.default_rng(1)) == (1, weat.DRAWS + 1)


def test_the_permutation_p_is_a_count_over_all_splits():
    rng = np.random.default_rng(2)
    for n in (2, 3, 4):
        x, y = rng.normal(size=(2, n))
        pooled = np.concatenate([x, y])
        sums = [pooled[list(chosen)].sum() for chosen in itertools.combinations(range(2 * n), n)]
        assert permutation_p(x, y) == (sum(each >= x.sum() - 1e-12 for each in sums), len(sums))
        assert len(splits(2 * n)) == len(sums) and (splits(2 * n).sum(axis=1) == n).all()


def test_the_permutation_p_is_uniform_where_there_is_nothing():
    """400 pairs of lists without association: the share below 0.1 lies in 0.04 to 0.16 but for one seed of 10^4."""
    rng = np.random.default_rng(3)
    found = [np.divide(*permutation_p(*rng.normal(size=(2, 5)))) for _ in range(400)]
    assert 0.04 < np.mean(np.array(found) <= 0.1) < 0.16
