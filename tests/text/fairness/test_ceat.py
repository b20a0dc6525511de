"""The word test on words in sentences: the pooling is the textbook's, its p value is void and relabelling is not."""

import numpy as np
import pytest
from scipy.stats import norm

from privlab.text.fairness import ceat
from privlab.text.fairness.embeddings import Vectors, contexts
from privlab.text.fairness.weat import TESTS, association, effect_size


def test_what_cannot_be_tested_is_refused():
    with pytest.raises(ValueError, match="there is no test 'WEAT-99'"):
        ceat.associations(contexts(), "WEAT-99", 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="same number of words"):
        ceat.pooled(np.ones((5, 7)))


def test_pooling_equals_the_textbook_formula():
    table = ceat.associations(contexts(), "WEAT-8", 50, np.random.default_rng(4))
    found = ceat.pooled(table)
    effects = np.array([effect_size(row[:8], row[8:]) for row in table])
    variances = table.var(axis=1, ddof=1)
    weights = 1 / variances
    q = np.sum(weights * (effects - np.sum(weights * effects) / weights.sum()) ** 2)
    between = max(0, (q - 49) / (weights.sum() - np.sum(weights**2) / weights.sum()))
    weights = 1 / (variances + between)
    effect = np.sum(weights * effects) / weights.sum()
    assert found.effect == pytest.approx(effect) and found.between == pytest.approx(between)
    assert found.z == pytest.approx(effect * np.sqrt(weights.sum())) and found.p == pytest.approx(norm.sf(found.z))


def test_an_association_is_that_of_one_sentence_a_word():
    few = Vectors(contexts().words, contexts().numbers[:, :1])
    table = ceat.associations(few, "WEAT-7", 3, np.random.default_rng(0))
    x, y, a, b = (few.of(words)[:, 0] for words in TESTS["WEAT-7"])
    assert np.allclose(table, np.concatenate([association(x, a, b), association(y, a, b)]))


@pytest.mark.slow
def test_the_p_of_ceat_is_void_and_relabelling_is_not():
    rng = np.random.default_rng(5)
    for test, low, high in (("WEAT-6", 0.08, 0.25), ("WEAT-7", 0.0, 0.05), ("WEAT-8", 0.05, 0.2)):
        table = ceat.associations(contexts(), test, 1_000, rng)
        assert ceat.pooled(table).p < 1e-100
        labels = rng.permuted(np.tile(np.arange(16) < 8, (100, 1)), axis=1)
        assert ceat.significant(ceat.pooled(table, labels)).sum() >= 85
        assert low <= np.divide(*ceat.permutation_p(table[:100])) <= high


def test_five_percent_are_shared_out_to_both_sides():
    p = np.array([0.02, 0.03, 0.97, 0.98])
    assert ceat.significant(ceat.Pooled(p, p, p, p)).tolist() == [True, False, False, True]


def test_a_sound_meta_analysis_is_not_called_significant():
    """Control: with fresh words in every draw the pooled p keeps its promise; 200 runs, one seed in 10^4 is outside."""
    rng = np.random.default_rng(6)
    found = [ceat.pooled(rng.normal(size=(60, 16))) for _ in range(200)]
    assert np.mean([ceat.significant(each) for each in found]) < 0.12
