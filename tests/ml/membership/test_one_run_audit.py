"""Leakage in guesses that stand before the target is seen."""

import numpy as np
import pytest
import torch

from privlab.ml.membership.attacks import in_turn, likelihood_ratios
from privlab.ml.membership.metrics import area
from privlab.ml.membership.one_run_audit import measure_leakage, scores_of_attacks
from privlab.ml.membership.shadow_models import draw_members
from tests.ml.membership.simulated import drawn_by_coins


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_guesses_at_randomized_answers_show_less_than_was_promised(epsilon):
    """The whole score is one randomized answer at ε, drawn anew for each letter: in 30 runs seldom too high, and near
    it.
    """
    shown = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        members = drawn_by_coins(400, rng)
        told = members ^ (rng.random(members.shape) > np.exp(epsilon) / (1 + np.exp(epsilon)))
        shown.append(measure_leakage(told + 1e-3 * rng.normal(size=told.shape), members, share=0.25).epsilon_lower)
    assert sum(each > epsilon for each in shown) <= 4  # 1.5 expected at 95 %
    assert np.mean(shown) > 0.5 * epsilon


def test_nothing_leaks_from_noise_and_everything_from_the_key():
    rng = np.random.default_rng(1)
    members = drawn_by_coins(400, rng)
    assert measure_leakage(rng.normal(size=members.shape), members).epsilon_lower < 0.3
    everything = measure_leakage(10.0 * members + rng.normal(size=members.shape), members)
    assert everything.right == everything.guesses and everything.epsilon_lower > 4


def test_thresholds_stand_before_a_target_is_looked_at():
    """Targets of which all letters look like members are guessed to be, nearly all of them: a threshold taken from
    their own answers would guess as many in as out.
    """
    rng = np.random.default_rng(1)
    members = drawn_by_coins(400, rng)
    scores = rng.normal(size=members.shape) + 3.0 * members
    scores[:4] = 3.0 + 0.1 * rng.normal(size=(4, 400))
    leaked = measure_leakage(scores, members)
    assert (leaked.ratios > 0).all()
    high = np.quantile(in_turn(likelihood_ratios, scores[4:], members[4:]), 0.9)
    assert leaked.guesses == (leaked.ratios > high).sum() != 2 * 0.1 * leaked.ratios.size


@pytest.mark.parametrize(
    "options, message",
    [({"targets": 14}, "three shadows"), ({"targets": 0}, "three shadows"), ({"share": 0.6}, "between 0 and 0.5")],
)
def test_leakage_refuses(options, message):
    members = drawn_by_coins(50, np.random.default_rng(1))
    with pytest.raises(ValueError, match=message):
        measure_leakage(np.zeros(members.shape), members, **options)


class Seer:
    """A reader that says nothing of any letter."""

    def parameters(self):
        yield torch.zeros(1)

    def __call__(self, pixels):
        return torch.zeros(len(pixels), 26)


@pytest.mark.slow
def test_attacks_on_models_that_answer_alike_find_nothing_and_on_others_their_members():
    rng = np.random.default_rng(1)
    members, labels = draw_members(14, targets=8, letters=200, rng=rng), rng.integers(26, size=200)
    images, strangers = np.zeros((200, 28, 28), np.uint8), np.zeros((400, 28, 28), np.uint8)
    told, unseen = rng.normal(size=(14, 200, 26)), rng.normal(size=(14, 400, 26))
    outside = strangers, rng.integers(26, size=400), unseen
    nothing = scores_of_attacks(Seer(), (images, labels, told), outside, members, targets=8)
    assert list(nothing) == ["threshold", "quantile", "offline", "lira"]
    assert all(abs(area(each, members[:8]) - 0.5) < 0.06 for each in nothing.values())
    told[:, np.arange(200), labels] += 6 * members
    assert all(
        area(each, members[:8]) > 0.95
        for each in scores_of_attacks(Seer(), (images, labels, told), outside, members, targets=8).values()
    )
