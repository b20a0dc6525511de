"""Noise made by several parties, shown with a seed and drawn in their own processes: what it adds up to, and what
remains.
"""

import pathlib

import numpy as np
import pytest

from privlab.dp import distributed_noise as noise
from privlab.mpc import laplace_shares as secret_noise
from privlab.mpc import parties

TINY = 1e-9


def test_the_honest_shares_add_up_to_the_discrete_laplace_and_others_do_not():
    """Chi-square at 10^-9 on 20,000 totals, with the shares of one party fewer and one more as controls."""
    shares = noise.shares_of_noise(1.0, honest=3, parties=5, trials=20_000, rng=np.random.default_rng(1))
    fits = [noise.chance_of_fit(shares[:, :count].sum(axis=1), 1.0) > TINY for count in (2, 3, 4, 5)]
    assert fits == [False, True, False, False]


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("honest", [1, 3, 7])
def test_what_remains_of_enough_noise_is_exactly_the_discrete_laplace(epsilon, honest):
    assert noise.remaining(epsilon, honest, honest, 30) == pytest.approx(noise.discrete_laplace(epsilon, 30), abs=1e-12)
    assert noise.epsilon_left(epsilon, honest, honest) == pytest.approx(epsilon)
    assert noise.epsilon_left(epsilon, honest, honest + 2) == epsilon


def test_what_remains_is_a_distribution_and_the_one_that_is_drawn():
    chances = noise.remaining(0.7, 5, 3, 60)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    drawn = noise.shares_of_noise(0.7, 5, 5, 50_000, np.random.default_rng(2))[:, :3].sum(axis=1)
    assert np.mean(drawn == 0) == pytest.approx(chances[60], abs=0.012)  # five standard errors
    assert np.mean(np.abs(drawn) == 2) == pytest.approx(2 * chances[62], abs=0.012)


@pytest.mark.parametrize("silent", [1, 2, 3, 4])
def test_epsilon_left_is_the_largest_log_ratio(silent):
    ratios = np.abs(np.diff(np.log(noise.remaining(1.0, 5, silent, 40))))
    assert noise.epsilon_left(1.0, 5, silent) == pytest.approx(ratios.max())
    assert noise.epsilon_left(1.0, 5, silent) > 1.2


def test_the_test_of_fit_tells_other_noise_apart():
    rng = np.random.default_rng(3)
    first, second = rng.geometric(1 - np.exp(-1.0), (2, 2_000))
    assert noise.chance_of_fit(first - second, 1.0) > TINY
    deviation = np.sqrt(2 * np.exp(-1.0)) / (1 - np.exp(-1.0))
    for other in (first - second + 1, np.round(rng.normal(0, deviation, 2_000)), 2 * (first - second), 0 * first):
        assert noise.chance_of_fit(other, 1.0) < TINY
    with pytest.raises(ValueError, match="at least 200 numbers"):
        noise.chance_of_fit(first[:199], 1.0)


def test_a_fit_is_rare_by_chance_only():
    """The p-value is uniform under its own noise: of 300 tests, 1 to 40 fall below 0.05 but at one of 10^6 seeds."""
    rng = np.random.default_rng(4)
    draws = rng.geometric(1 - np.exp(-0.5), (2, 300, 1_000))
    values = [noise.chance_of_fit(each, 0.5) for each in draws[0] - draws[1]]
    assert 1 <= np.sum(np.array(values) < 0.05) <= 40 and np.mean(values) == pytest.approx(0.5, abs=0.09)


@pytest.mark.parametrize("epsilon, honest", [(1.0, 3), (0.2, 2)])
def test_shares_drawn_by_the_operating_system_add_up(epsilon, honest):
    """Unseeded: the chi-square test at 10^-9 is all that may fail by chance. Noise for an epsilon 1.5 times as large
    fails.
    """
    totals = np.array(
        [sum(secret_noise.share_of_noise(epsilon=epsilon, honest=honest) for _ in range(honest)) for _ in range(3_000)]
    )
    assert noise.chance_of_fit(totals, epsilon) > TINY
    assert noise.chance_of_fit(totals, 1.5 * epsilon) < TINY


def test_a_seed_does_not_repeat_a_secret_share():
    import random

    drawn = []
    for _ in range(2):
        random.seed(1)
        np.random.default_rng(1)
        drawn.append([secret_noise.share_of_noise(epsilon=0.05, honest=1) for _ in range(20)])
    assert drawn[0] != drawn[1]


def test_real_parties_open_only_the_noisy_total_and_a_coalition_leaves_enough():
    """Five processes; two of them add nothing, as if they had subtracted their own shares. Chi-square at 10^-9."""
    inputs = [dict(number=10 * i, epsilon=1.0, honest=3, adds_noise=i < 3, releases=500) for i in range(5)]
    answers = parties.run("noisy_total", inputs)
    assert all(each == answers[0] for each in answers) and len(answers[0]) == 500
    errors = np.array(answers[0]) - 100
    assert noise.chance_of_fit(errors, 1.0) > TINY and noise.chance_of_fit(errors, 2.0) < TINY


def test_the_noise_of_a_party_is_drawn_in_its_own_process():
    """The starter hands out a number and parameters; nothing it hands out, or could seed, decides the noise."""
    inputs = [dict(number=0, epsilon=0.01, honest=3, adds_noise=True, releases=3) for _ in range(3)]
    assert parties.run("noisy_total", inputs)[0] != parties.run("noisy_total", inputs)[0]
    folder = pathlib.Path(secret_noise.__file__).parent
    program = (folder / "programs" / "noisy_total.py").read_text(encoding="utf-8")
    assert (
        'mine["noise"]' not in program
        and "seed" not in program
        and "SystemRandom" in (folder / "laplace_shares.py").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("epsilon", [0, -1, float("nan"), float("inf")])
def test_an_epsilon_that_cannot_be_is_refused(epsilon):
    for refused in (
        lambda: noise.discrete_laplace(epsilon, 3),
        lambda: noise.remaining(epsilon, 3, 3, 3),
        lambda: noise.shares_of_noise(epsilon, 3, 3, 1, np.random.default_rng(1)),
        lambda: secret_noise.share_of_noise(epsilon=epsilon, honest=3),
    ):
        with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
            refused()


@pytest.mark.parametrize("honest", [0, float("nan")])
def test_noise_for_nobody_is_refused(honest):
    for refused in (
        lambda: noise.remaining(1.0, honest, 1, 3),
        lambda: secret_noise.share_of_noise(epsilon=1.0, honest=honest),
    ):
        with pytest.raises(ValueError, match="at least one honest party"):
            refused()
    with pytest.raises(ValueError, match="at least one share of noise must remain"):
        noise.remaining(1.0, 3, 0, 3)
