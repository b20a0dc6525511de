"""What arithmetic foretells, and what models show: taken over, repaired, hurried."""

import numpy as np
import pytest
import torch

from benchmarks.fairness import generated_disparity
from privlab.text.role_reversal import corpus, metrics
from privlab.text.role_reversal.distillation import language_model, train

pytestmark = pytest.mark.usefixtures("cpu", "one_thread")


def test_arithmetic_by_hand():
    assert metrics.predicted_disparity([0.9, 0.1], 0) == pytest.approx(np.log(9))
    assert metrics.predicted_disparity([0.9], 0.5) == pytest.approx(np.log(0.7 / 0.3))
    assert metrics.predicted_disparity(corpus.SHARES, 1) == pytest.approx(0)
    assert round(metrics.predicted_disparity(corpus.SHARES, 0), 3) == 1.686
    assert round(metrics.predicted_disparity(corpus.SHARES, 0.5), 3) == 0.680
    with pytest.raises(ValueError, match="from 0 to 1"):
        metrics.predicted_disparity(corpus.SHARES, 1.5)


def test_an_untrained_model_is_as_perplexed_as_it_has_words():
    model = language_model(embedding=8, hidden=8, seed=0)
    text = corpus.encode(corpus.sentences(100, np.random.default_rng(0)))
    assert 0.8 * len(corpus.WORDS) < metrics.perplexity(model, text) < 1.3 * len(corpus.WORDS)
    assert abs(metrics.legitimate(model)) < 0.7


def test_what_pads_a_sentence_surprises_nobody(monkeypatch):
    """A model that finds every word as likely as one in e, and never expects a sentence to be padded."""
    text = corpus.encode(corpus.sentences(20, np.random.default_rng(0)))
    said = torch.full((20, 11, len(corpus.WORDS)), -1.0)
    said[..., corpus.NUMBER[corpus.PAD]] = -50.0
    monkeypatch.setattr(metrics, "log_probabilities", lambda model, sentences: said)
    assert (text == corpus.NUMBER[corpus.PAD]).any() and metrics.perplexity(None, text) == pytest.approx(np.e)


@pytest.mark.slow
def test_what_is_built_on_a_model_that_knows_nothing_has_the_gap_of_its_own_data():
    model = language_model(embedding=16, hidden=16, seed=0)
    assert metrics.downstream_gap(model, seed=4) > 0.25 > 0.06 > abs(metrics.downstream_gap(model, seed=4, skew=0.5))


@pytest.mark.slow
def test_students_take_the_bias_over_and_both_repairs_remove_it(models):
    text, found = models
    measured = {name: metrics.disparity(model) for name, model in found.items()}
    assert measured["teacher"] > 1.2 and measured["base"] > 1.2
    assert 0.25 * measured["base"] < measured["mean"] < 0.65 * measured["base"]
    assert measured["both"] < 0.35
    assert metrics.legitimate(found["both"]) > 1.5
    assert metrics.perplexity(found["both"], text) < 1.08 * metrics.perplexity(found["base"], text)
    base, both = (generated_disparity(found[name], 0, continuations=60) for name in ("base", "both"))
    assert both < 0.6 * base


@pytest.mark.slow
def test_the_gap_downstream_is_the_task_s_own(models):
    _, found = models
    base, both = (metrics.downstream_gap(found[name], seed=4) for name in ("base", "both"))
    assert base > 0.25 and abs(base - both) < 0.06
    assert abs(metrics.downstream_gap(found["base"], seed=4, skew=0.5)) < 0.06


@pytest.mark.slow
def test_a_hurried_student_is_even_and_knows_nothing(models):
    text, _ = models
    hurried = train(language_model(embedding=32, hidden=64, seed=3), text, epochs=2, seed=3)
    assert metrics.disparity(hurried) < 0.6 and metrics.legitimate(hurried) < 1
