"""Whom a server asks, how an answer counts, and what a watcher of the calls learns."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.fl.simulation.client_selection import calls, choose, client_weights, selection_probabilities, watcher_score
from privlab.fl.simulation.population import heavy_tailed_sizes


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=20).filter(any), st.floats(0, 2))
def test_chances_are_a_distribution_over_devices_with_letters(sizes, beta):
    probabilities = selection_probabilities(sizes, beta)
    assert np.isclose(probabilities.sum(), 1) and ((probabilities > 0) == (np.array(sizes) > 0)).all()
    count = np.count_nonzero(sizes)
    chosen = choose(probabilities, count, np.random.default_rng(0))
    assert set(chosen) == set(np.flatnonzero(sizes))
    with pytest.raises(ValueError, match="cannot be drawn"):
        choose(probabilities, count + 1, np.random.default_rng(0))


def test_beta_is_a_power_of_the_number_of_letters():
    for beta, expected in ((0, [0.5, 0.5, 0]), (0.5, [1 / 3, 2 / 3, 0]), (1, [0.2, 0.8, 0]), (2, [1 / 17, 16 / 17, 0])):
        assert selection_probabilities([1, 4, 0], beta) == pytest.approx(expected)


@pytest.mark.slow
def test_the_draw_follows_its_chances():
    """20,000 draws of two of three; each share within 5 standard deviations: wrong once in 10^6."""
    probabilities, rng = np.array([0.6, 0.3, 0.1]), np.random.default_rng(1)
    drawn = np.array([choose(probabilities, 2, rng) for _ in range(20_000)])
    assert np.allclose(np.bincount(drawn[:, 0]) / 20_000, probabilities, atol=0.018)
    second = [
        sum(probabilities[i] * probabilities[j] / (1 - probabilities[i]) for i in range(3) if i != j) for j in range(3)
    ]
    assert np.allclose(np.bincount(drawn[:, 1]) / 20_000, second, atol=0.018)


def test_unbiased_weights_give_every_device_its_part_in_the_mean():
    sizes = np.array([1, 10, 100, 5])
    probabilities = selection_probabilities(sizes, 0.5)
    parts = (
        3 * probabilities * client_weights(sizes, np.arange(4), "unbiased", probabilities) * 4 / 3
    )  # the rule divides by the 4 drawn here
    assert np.allclose(parts, sizes / sizes.sum())
    assert np.allclose(client_weights(sizes, [1, 2], "count"), [1 / 11, 10 / 11])
    assert client_weights(sizes, [0, 1, 3], "equal") == pytest.approx([1 / 3] * 3)
    with pytest.raises(ValueError, match="the rule must be"):
        client_weights(sizes, [0], "fair")


def noised_sizes(sizes, epsilon, rng):
    """Numbers of letters as devices tell them under local differential privacy, float64 [devices], from 1 to 1024.

    Each tells the logarithm of its number with Laplace noise, so that its whole activity is protected at `epsilon`.
    """
    said = np.log2(np.clip(sizes, 1, 1024)) + rng.laplace(0, 10 / epsilon, len(sizes))
    return 2.0 ** np.clip(said, 0, 10)


def test_a_watcher_finds_the_heavy_and_guesses_when_all_are_asked_alike():
    sizes = heavy_tailed_sizes(devices=400, letters=8_000)

    def score(probabilities, seed):
        return watcher_score(sizes, calls(probabilities, np.random.default_rng(seed), rounds=200, count=10))

    by_activity, alike = (
        np.mean([score(selection_probabilities(sizes, beta), seed) for seed in range(2)]) for beta in (1.0, 0.0)
    )
    assert by_activity > 0.95 and 0.38 < alike < 0.62
    noised = noised_sizes(sizes, 0.1, np.random.default_rng(0))
    assert score(noised / noised.sum(), 1) < 0.75
