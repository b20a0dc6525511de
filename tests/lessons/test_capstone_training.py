"""The training of three clinics: budgets, letters, noise, and a Byzantine tablet (lesson 90)."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from privlab.lessons.capstone.attacks import membership
from privlab.lessons.capstone.exercises import COLLEAGUES
from privlab.lessons.capstone.scenario import ROUNDS, gather
from privlab.lessons.capstone.training import accuracy, backdoor, follow, train
from tests.lessons.capstone_choices import OPEN


@pytest.mark.slow
def test_noise_other_than_planned_is_what_is_added(clinics):
    thin = OPEN.noise_std / ROUNDS**0.5
    assert accuracy(train(OPEN, clinics, noise_std=OPEN.noise_std)) == accuracy(train(OPEN, clinics))
    assert accuracy(train(OPEN, clinics, noise_std=thin)) > accuracy(train(OPEN, clinics)) + 0.02
    assert membership(OPEN, clinics, np.random.default_rng((0, 1)), noise_std=thin) > 0.3


@pytest.mark.slow
def test_the_colleagues_training_comes_to_what_the_check_of_notes_says(clinics):
    thin = OPEN.noise_std / ROUNDS**0.5
    honest = [accuracy(train(OPEN, clinics, seed=seed, noise_std=thin)) for seed in range(6)]
    measured = {
        "accuracy": np.mean(honest),
        "attacked_accuracy": accuracy(train(OPEN, clinics, byzantine=True, noise_std=thin)),
        "members": membership(OPEN, clinics, np.random.default_rng((0, 1)), noise_std=thin),
    }
    assert measured == pytest.approx(COLLEAGUES, abs=0.02)


@pytest.mark.slow
def test_a_liar_ruins_what_nobody_sees_and_not_what_the_server_bounds(clinics):
    plain = replace(OPEN, aggregation="plain")
    honest = train(plain, clinics)
    seen, unseen = (train(choice, clinics, byzantine=True) for choice in (plain, OPEN))
    assert accuracy(honest) > 0.75 and backdoor(honest) < 0.15
    assert accuracy(seen) > accuracy(honest) - 0.08
    assert accuracy(unseen) < accuracy(honest) - 0.3 and backdoor(unseen) > 0.9


@pytest.mark.slow
def test_more_budget_and_more_letters_read_more(clinics):
    few = gather(50)
    assert accuracy(train(OPEN, clinics)) > accuracy(train(replace(OPEN, epsilon=0.1), clinics)) + 0.2
    assert accuracy(train(OPEN, clinics)) > accuracy(train(OPEN, few)) + 0.2
    assert accuracy(train(OPEN, clinics)) > accuracy(train(replace(OPEN, public_start=False), clinics)) + 0.2


class Still:
    """A model whose gradients are zero: what moves it is noise."""

    momentum = 0.0

    def __init__(self):
        self.moves = []

    def learning_rate(self, letters, *, max_norm, epsilon):
        return 1.0

    def clipped_sum(self, indices, max_norm):
        return torch.zeros(20_000)

    def step(self, move):
        self.moves.append(move)


def test_a_round_draws_the_noise_that_it_is_told_to():
    """20,000 numbers: the standard error of their spread is 0.5 %."""
    model = Still()
    choice = SimpleNamespace(max_norm=1.0, epsilon=1.0, noise_std=3.0)
    for noise_std, spread in ((None, 0.3), (5.0, 0.5), (0.0, 0.0)):
        model.moves.clear()
        follow(model, [(np.arange(3), False)] * 2, choice, 10.0, seed=1, noise_std=noise_std)
        first, second, _ = model.moves
        assert float(first.std()) == pytest.approx(spread, rel=0.04) and abs(float(first.mean())) < 0.02
        assert noise_std == 0.0 or abs(float((first * second).mean())) < 0.05 * spread**2
