"""Noise made by several parties: what the shares add up to, and what remains when a coalition subtracts its own."""

import numpy as np
import pytest

from privlab.dp import distributed_noise as noise

TINY = 1e-9


def test_the_honest_shares_add_up_to_the_discrete_laplace_and_others_do_not():
    """Chi-square at 10^-9 on 20,000 totals, with the shares of one party fewer and one more as controls."""
    shares = noise.shares_of_noise(1.0, honest=3, parties=5, trials=20_000, rng=np.random.default_rng(1))
    fits = [noise.fit_p_value(shares[:, :count].sum(axis=1), 1.0) > TINY for count in (2, 3, 4, 5)]
    assert fits == [False, True, False, False]


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("honest", [1, 3, 7])
def test_what_remains_of_enough_noise_is_exactly_the_discrete_laplace(epsilon, honest):
    assert noise.remaining_noise(epsilon, honest=honest, remaining=honest, reach=30) == pytest.approx(
        noise.discrete_laplace(epsilon, 30), abs=1e-12
    )
    assert noise.epsilon_left(epsilon, honest=honest, remaining=honest) == pytest.approx(epsilon)
    assert noise.epsilon_left(epsilon, honest=honest, remaining=honest + 2) == epsilon


def test_what_remains_is_a_distribution_and_the_one_that_is_drawn():
    probabilities = noise.remaining_noise(0.7, honest=5, remaining=3, reach=60)
    assert probabilities.sum() == pytest.approx(1, abs=1e-12)
    shares = noise.shares_of_noise(0.7, honest=5, parties=5, trials=50_000, rng=np.random.default_rng(2))
    drawn = shares[:, :3].sum(axis=1)
    assert np.mean(drawn == 0) == pytest.approx(probabilities[60], abs=0.012)  # five standard errors
    assert np.mean(np.abs(drawn) == 2) == pytest.approx(2 * probabilities[62], abs=0.012)


@pytest.mark.parametrize("remaining", [1, 2, 3, 4])
def test_epsilon_left_is_the_largest_log_ratio(remaining):
    ratios = np.abs(np.diff(np.log(noise.remaining_noise(1.0, honest=5, remaining=remaining, reach=40))))
    assert noise.epsilon_left(1.0, honest=5, remaining=remaining) == pytest.approx(ratios.max())
    assert noise.epsilon_left(1.0, honest=5, remaining=remaining) > 1.2


def test_the_test_of_fit_tells_other_noise_apart():
    rng = np.random.default_rng(3)
    first, second = rng.geometric(1 - np.exp(-1.0), (2, 2_000))
    assert noise.fit_p_value(first - second, 1.0) > TINY
    deviation = np.sqrt(2 * np.exp(-1.0)) / (1 - np.exp(-1.0))
    for other in (first - second + 1, np.round(rng.normal(0, deviation, 2_000)), 2 * (first - second), 0 * first):
        assert noise.fit_p_value(other, 1.0) < TINY
    with pytest.raises(ValueError, match="at least 200 numbers"):
        noise.fit_p_value(first[:199], 1.0)


def test_a_fit_is_rare_by_chance_only():
    """The p-value is uniform under its own noise: of 300 tests, 1 to 40 fall below 0.05 but at one of 10^6 seeds."""
    rng = np.random.default_rng(4)
    draws = rng.geometric(1 - np.exp(-0.5), (2, 300, 1_000))
    values = [noise.fit_p_value(numbers, 0.5) for numbers in draws[0] - draws[1]]
    assert 1 <= np.sum(np.array(values) < 0.05) <= 40 and np.mean(values) == pytest.approx(0.5, abs=0.09)


@pytest.mark.parametrize("epsilon", [0, -1, float("nan"), float("inf")])
def test_an_epsilon_that_cannot_be_is_refused(epsilon):
    for refused in (
        lambda: noise.discrete_laplace(epsilon, 3),
        lambda: noise.remaining_noise(epsilon, honest=3, remaining=3, reach=3),
        lambda: noise.shares_of_noise(epsilon, honest=3, parties=3, trials=1, rng=np.random.default_rng(1)),
    ):
        with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
            refused()


@pytest.mark.parametrize("honest", [0, float("nan")])
def test_noise_for_nobody_is_refused(honest):
    with pytest.raises(ValueError, match="at least one honest party"):
        noise.remaining_noise(1.0, honest=honest, remaining=1, reach=3)
    with pytest.raises(ValueError, match="at least one share of noise must remain"):
        noise.remaining_noise(1.0, honest=3, remaining=0, reach=3)
