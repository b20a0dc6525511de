"""A party's share of noise, drawn in secret in its own process: what shares add up to; no seed repeats them."""

import pathlib

import numpy as np
import pytest

from privlab.dp.distributed_noise import fit_p_value
from privlab.mpc import laplace_shares, parties

TINY = 1e-9


@pytest.mark.parametrize("epsilon, honest", [(1.0, 3), (0.2, 2)])
def test_shares_drawn_by_the_operating_system_add_up(epsilon, honest):
    """Unseeded: the chi-square test at 10^-9 is all that may fail by chance. Noise for an epsilon 1.5 times as large
    fails.
    """
    totals = np.array(
        [
            sum(laplace_shares.share_of_noise(epsilon=epsilon, honest=honest) for _ in range(honest))
            for _ in range(3_000)
        ]
    )
    assert fit_p_value(totals, epsilon) > TINY
    assert fit_p_value(totals, 1.5 * epsilon) < TINY


def test_a_seed_does_not_repeat_a_secret_share():
    import random

    drawn = []
    for _ in range(2):
        random.seed(1)
        np.random.default_rng(1)
        drawn.append([laplace_shares.share_of_noise(epsilon=0.05, honest=1) for _ in range(20)])
    assert drawn[0] != drawn[1]


@pytest.mark.slow
def test_real_parties_open_only_the_noisy_total_and_a_coalition_leaves_enough():
    """Five processes; two of them add nothing, as if they had subtracted their own shares. Chi-square at 10^-9."""
    inputs = [dict(number=10 * i, epsilon=1.0, honest=3, adds_noise=i < 3, releases=500) for i in range(5)]
    answers = parties.run("noisy_total", inputs)
    assert all(answer == answers[0] for answer in answers) and len(answers[0]) == 500
    errors = np.array(answers[0]) - 100
    assert fit_p_value(errors, 1.0) > TINY and fit_p_value(errors, 2.0) < TINY


@pytest.mark.slow
def test_the_noise_of_a_party_is_drawn_in_its_own_process():
    """The starter hands out a number and parameters; nothing it hands out, or could seed, decides the noise."""
    inputs = [dict(number=0, epsilon=0.01, honest=3, adds_noise=True, releases=3) for _ in range(3)]
    assert parties.run("noisy_total", inputs)[0] != parties.run("noisy_total", inputs)[0]
    folder = pathlib.Path(laplace_shares.__file__).parent
    program = (folder / "programs" / "noisy_total.py").read_text(encoding="utf-8")
    assert (
        'mine["noise"]' not in program
        and "seed" not in program
        and "SystemRandom" in (folder / "laplace_shares.py").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("epsilon", [0, -1, float("nan"), float("inf")])
def test_an_epsilon_that_cannot_be_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
        laplace_shares.share_of_noise(epsilon=epsilon, honest=3)


@pytest.mark.parametrize("honest", [0, float("nan")])
def test_noise_for_nobody_is_refused(honest):
    with pytest.raises(ValueError, match="at least one honest party"):
        laplace_shares.share_of_noise(epsilon=1.0, honest=honest)
