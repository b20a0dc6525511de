"""Word tests, pooled effects, biographies and their gap, edits of vectors, sensitivity: against hand counts, libraries,
controls.
"""

import hashlib
import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import norm

from privlab.data.types import DataError
from privlab.lessons.measuring_fairness import figures
from privlab.text.fairness import biographies, ceat, classifier, debiasing, prediction_sensitivity
from privlab.text.fairness import embeddings as text_vectors
from privlab.text.fairness.embeddings import Vectors, contexts, glove
from privlab.text.fairness.weat import TESTS, association, effect_size, permutation_p, splits, weat


def test_the_slices_are_the_published_ones():
    for name, begins in (("glove_slice.npz", "d9fe7d6f22fbb7a8"), ("minilm_contexts.npz", "3cfbb41431c79727")):
        with np.load(text_vectors.FOLDER / name) as found:
            assert hashlib.sha256(found["vectors"].tobytes()).hexdigest().startswith(begins)
    assert len(glove().words) == 435 and contexts().numbers.shape == (79, 8, 384) and len(text_vectors.sentences()) == 8
    assert np.allclose(np.linalg.norm(contexts().numbers, axis=-1), 1)


def test_a_missing_or_broken_slice_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(text_vectors, "FOLDER", tmp_path)
    with pytest.raises(DataError, match="glove_slice.npz are missing"):
        glove()
    (tmp_path / "minilm_contexts.npz").write_text("no vectors")
    with pytest.raises(DataError, match="broken"):
        contexts()


def test_words_outside_the_vocabulary_are_named():
    with pytest.raises(ValueError, match="no 'zebra'"):
        glove().of(["nurse", "zebra"])
    with pytest.raises(ValueError, match="'zebra'"):
        weat(glove(), (["zebra", "nurse"], ["he", "she"], ["he"], ["she"]))
    with pytest.raises(ValueError, match="there is no test 'WEAT-99'"):
        weat(glove(), "WEAT-99")
    with pytest.raises(ValueError, match="there is no test 'WEAT-99'"):
        ceat.associations(contexts(), "WEAT-99", 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match="one for each word"):
        glove().changed(np.zeros((3, 50)))


def test_lists_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="same number of words"):
        weat(glove(), (["nurse", "pilot", "dancer"], ["art", "poetry"], ["he"], ["she"]))
    with pytest.raises(ValueError, match="got 1 and 1"):
        effect_size([1.0], [2.0])
    with pytest.raises(ValueError, match="same association"):
        effect_size([1.0, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="same number of words"):
        ceat.pooled(np.ones((5, 7)))


def test_association_and_effect_by_hand():
    words, a, b = np.array([[2.0, 0.0], [0.0, 3.0]]), np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 5.0]])
    assert association(words, a, b) == pytest.approx([1, -1])
    assert effect_size([2.0, 4.0], [0.0, 0.0]) == pytest.approx(3 / np.std([2, 4, 0, 0], ddof=1))


@pytest.mark.parametrize("test, effect, count", [("WEAT-6", 1.71, 1), ("WEAT-7", 1.50, 3), ("WEAT-8", 1.48, 5)])
def test_weat_on_glove(test, effect, count):
    found = weat(glove(), test)
    assert round(found.effect, 2) == effect and (found.count, found.ways) == (count, 12_870)


def test_the_long_test_samples_its_relabellings():
    with pytest.raises(ValueError, match="pass rng"):
        weat(glove(), "WEAT-1")
    found = weat(glove(), "WEAT-1", np.random.default_rng(1))
    assert 1.0 < found.effect < 1.15 and found.p < 1e-3


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


def test_the_p_of_ceat_is_void_and_relabelling_is_not():
    rng = np.random.default_rng(5)
    for test, low, high in (("WEAT-6", 0.08, 0.25), ("WEAT-7", 0.0, 0.05), ("WEAT-8", 0.05, 0.2)):
        table = ceat.associations(contexts(), test, 1_000, rng)
        assert ceat.pooled(table).p < 1e-100
        assert ceat.significant(ceat.relabelled(table, 100, rng)).sum() >= 85
        assert low <= np.divide(*ceat.permutation_p(table[:100])) <= high


def test_a_sound_meta_analysis_is_not_called_significant():
    """Control: with fresh words in every draw the pooled p keeps its promise; 200 runs, one seed in 10^4 is outside."""
    rng = np.random.default_rng(6)
    found = [ceat.pooled(rng.normal(size=(60, 16))) for _ in range(200)]
    assert np.mean([ceat.significant(each) for each in found]) < 0.12


def test_biographies_hold_what_was_planted():
    people = biographies.write(20_000, 0.3, np.random.default_rng(7))
    for occupation in range(8):
        share = people.men[people.occupations == occupation].mean()
        assert abs(share - (0.8 if occupation < 4 else 0.2)) < 0.03
    words = glove().words
    counted = people.counts(words)
    for place in range(5):
        text = people.text(place).split()
        assert (counted[place] == [text.count(word) for word in words]).all()
        assert ("he" in text) == people.men[place] and ("she" in text) != people.men[place]
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


def test_the_classifier_is_the_library_s():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(8)
    x = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 5))
    labels = (x @ rng.normal(size=(5, 3)) + rng.gumbel(size=(400, 3))).argmax(axis=1)
    found = classifier.fit(x, labels)
    z = (x - found.mean) @ found.whiten
    library = LogisticRegression(tol=1e-8, max_iter=1_000).fit(z, labels).predict_proba(z)
    assert np.abs(found.probabilities(x) - library).max() < 2e-3
    assert np.allclose(found.probabilities(x), classifier.fit(7 * x + 1, labels).probabilities(7 * x + 1), atol=1e-3)
    with pytest.raises(ValueError, match="two classes"):
        classifier.fit(x, np.zeros(400))


def test_the_same_vectors_give_any_gap_and_edits_move_test_or_gap():
    vectors = glove()
    high, low, none = (biographies.measure(vectors, skew, 1)[0] for skew in (0.4, -0.4, 0))
    assert high >= 0.12 and low <= -0.12 and abs(none) <= 0.05
    debiased, equal = debiasing.debiased(vectors), debiasing.made_equal(vectors)
    assert abs(biographies.measure(debiased, 0.4, 1)[0] - high) <= 0.04
    assert abs(biographies.measure(equal, 0.4, 1)[0]) <= 0.05
    assert weat(vectors, "WEAT-7").effect - weat(debiased, "WEAT-7").effect >= 1.5
    for test in ("WEAT-6", "WEAT-7", "WEAT-8", debiasing.OCCUPATION_TEST):
        assert abs(weat(vectors, test).effect - weat(equal, test).effect) <= 0.15


def test_debiasing_leaves_nothing_along_the_direction():
    vectors = glove()
    direction = debiasing.gender_direction(vectors)
    assert np.abs(debiasing.debiased(vectors).numbers @ direction).max() < 1e-12
    assert np.allclose(debiasing.debiased(vectors, 2).numbers @ direction, -vectors.numbers @ direction)


def test_on_the_task_s_own_text_the_test_has_the_gap_s_sign():
    for skew in (-0.3, 0.3):
        people = biographies.write(2_000, skew, np.random.default_rng(9))
        assert np.sign(weat(debiasing.of_text(people), debiasing.OWN_TEST).effect) == np.sign(skew)


def test_gradients_are_those_of_the_formula():
    bags = prediction_sensitivity.write(400, 0.3, np.random.default_rng(10))
    model = prediction_sensitivity.fit(bags.words, bags.jobs, seed=1, steps=50)
    chances = prediction_sensitivity.probabilities(model, bags.words)
    weights = model.weight.detach().numpy()
    by_hand = chances[:, [2]] * (weights[2] - chances @ weights)
    assert np.allclose(prediction_sensitivity.gradients(model, bags.words, 2), np.abs(by_hand), atol=1e-6)
    told = np.array([[0.3, 0.0, -0.1], [0.0, 0.0, 0.0]])
    assert prediction_sensitivity.accumulated(np.abs(told), np.abs(told)) == pytest.approx([0.25, 0])


def test_a_proxy_is_seen_by_the_sensitivity_and_exactly_not_by_the_swap():
    proxy = [prediction_sensitivity.measure(skew, 11, pronouns=False, hobbies=0.9) for skew in (0.0, 0.4)]
    assert proxy[1]["sensitivity"] >= 1.6 * proxy[0]["sensitivity"]
    assert proxy[0]["counterfactual"] == proxy[1]["counterfactual"] == 0
    assert proxy[1]["gap"] >= 0.12 and abs(proxy[0]["gap"]) <= 0.08
    plain = prediction_sensitivity.measure(0.4, 11)
    assert plain["counterfactual"] > 0.2 and plain["gap"] > 0.2


def test_swapping_twice_is_the_text_itself():
    bags = prediction_sensitivity.write(50, 0.2, np.random.default_rng(12))
    turned = prediction_sensitivity.swapped(bags.words)
    assert (prediction_sensitivity.swapped(turned) == bags.words).all() and (turned != bags.words).any()
    with pytest.raises(ValueError, match="skew"):
        prediction_sensitivity.write(5, 1, np.random.default_rng(0))


def test_the_lines_of_the_figures():
    results, words = {"WEAT-8": weat(glove(), "WEAT-8")}, {"WEAT-8": TESTS["WEAT-8"][:2]}
    line = figures.draw_words(Figure().subplots(), "WEAT-8", results, words)
    assert "d = 1.48" in line and "of 12,870 ways to label the words, 5 " in line
    table = ceat.associations(contexts(), "WEAT-8", 60, np.random.default_rng(1))
    labels = np.random.default_rng(2).permuted(np.tile(np.arange(16) < 8, (100, 1)), axis=1)
    found = ceat.significant(ceat.pooled(table[:50], labels)).sum()
    assert f"CEAT calls {found} significant" in figures.draw_relabelled(Figure().subplots(), 50, table, labels)
    line = figures.draw_test_and_task(
        Figure().subplots(1, 2), "as sold", 0.4, (-0.4, 0.4), {"as sold": {"WEAT-7": 1.5}}, {"as sold": [-0.2, 0.02]}
    )
    assert "WEAT-7 1.50" in line and line.endswith("about none")
    line = figures.draw_measures(
        Figure().subplots(1, 2), "they", (0, 0.4), {"they": {"sensitivity": [0.1, 0.2], "counterfactual": [0.0, 0.0]}}
    )
    assert "0 at every skew, exactly" in line
