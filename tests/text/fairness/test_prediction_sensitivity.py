"""Accumulated prediction sensitivity and the swap of pronouns: by hand, and on texts with a proxy."""

import numpy as np
import pytest
import torch

from privlab.text.fairness import prediction_sensitivity

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.slow
def test_gradients_are_those_of_the_formula():
    bags = prediction_sensitivity.write(400, 0.3, np.random.default_rng(10))
    model = prediction_sensitivity.fit(bags.words, bags.jobs, seed=1)
    probabilities = prediction_sensitivity.probabilities(model, bags.words)
    weights = model.weight.detach().numpy()
    by_hand = probabilities[:, [2]] * (weights[2] - probabilities @ weights)
    assert np.allclose(prediction_sensitivity.gradients(model, bags.words, 2), np.abs(by_hand), atol=1e-6)
    gradient = np.array([[0.3, 0.0, -0.1], [0.0, 0.0, 0.0]])
    assert prediction_sensitivity.accumulated(np.abs(gradient), np.abs(gradient)) == pytest.approx([0.25, 0])


@pytest.mark.slow
def test_a_proxy_is_seen_by_the_sensitivity_and_exactly_not_by_the_swap():
    proxy = [prediction_sensitivity.measure(skew, seed=11, pronouns=False, hobbies=0.9) for skew in (0.0, 0.4)]
    assert proxy[1]["prediction_sensitivity"] >= 1.6 * proxy[0]["prediction_sensitivity"]
    assert proxy[0]["counterfactual"] == proxy[1]["counterfactual"] == 0
    assert proxy[1]["gap"] >= 0.12 and abs(proxy[0]["gap"]) <= 0.08
    plain = prediction_sensitivity.measure(0.4, seed=11)
    assert plain["counterfactual"] > 0.2 and plain["gap"] > 0.2


def test_swapping_twice_is_the_text_itself():
    bags = prediction_sensitivity.write(50, 0.2, np.random.default_rng(12))
    turned = prediction_sensitivity.swapped(bags.words)
    assert (prediction_sensitivity.swapped(turned) == bags.words).all() and (turned != bags.words).any()
    with pytest.raises(ValueError, match="skew"):
        prediction_sensitivity.write(5, 1, np.random.default_rng(0))


def test_the_swap_looks_at_the_class_that_was_predicted():
    """A man is an engineer by his pronoun alone, a woman a pilot: each probability falls from 95 % to 5 %."""
    model = torch.nn.Linear(len(prediction_sensitivity.WORDS), 2, bias=False)
    with torch.no_grad():
        model.weight.zero_()
        for job, word in enumerate(("he", "she")):
            model.weight[job, prediction_sensitivity.WORDS.index(word)] = 3
    words = np.zeros((2, len(prediction_sensitivity.WORDS)), np.float32)
    for row, word in enumerate(("he", "she")):
        words[row, prediction_sensitivity.WORDS.index(word)] = 1
    fall = np.tanh(1.5)  # of a sigmoid from 3 to -3
    assert prediction_sensitivity.counterfactual(model, words) == pytest.approx([fall, fall], abs=1e-6)
