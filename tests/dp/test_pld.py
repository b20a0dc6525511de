"""Exact composition against closed forms, counting and the library; the grid only ever makes delta larger."""

import math
import time

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom, norm

from privlab.dp import pld

RELEASES = pytest.mark.parametrize("releases", [1, 2, 37, 1000])


def gaussian_loss(noise_multiplier):
    """The loss of one Gaussian release: of one that takes every record."""
    return pld.sampled_gaussian(noise_multiplier=noise_multiplier, sample_rate=1.0)[0]


def gaussian_delta(epsilon, standard_deviation):
    """Delta of the Gaussian mechanism in closed form (Balle and Wang 2018)."""
    mean = 1 / standard_deviation
    return norm.cdf(mean / 2 - epsilon / mean) - math.exp(epsilon) * norm.cdf(-mean / 2 - epsilon / mean)


@RELEASES
@pytest.mark.parametrize("delta", [1e-3, 1e-6, 1e-10])
def test_exact_composition_of_gaussian_releases_is_the_closed_form(releases, delta):
    """k releases with Gaussian noise are one with noise smaller by √k, so we know the truth; ours is never below it."""
    total = gaussian_loss(20.0).compose(releases)
    true = brentq(lambda epsilon: gaussian_delta(epsilon, 20 / math.sqrt(releases)) - delta, 0, 50)
    epsilon = total.epsilon(delta)
    assert true - 1e-6 < epsilon < true + 1e-4 * math.sqrt(releases) + 3e-4 * (delta < 1e-9)
    assert total.delta(epsilon) == pytest.approx(delta, rel=1e-6)


@pytest.mark.parametrize("delta", [0, 9e-11, 1e-15, 1, -1e-6, math.nan])
def test_a_delta_that_rounding_would_decide_is_refused(delta):
    with pytest.raises(ValueError, match="below which rounding counts"):
        pld.laplace(1.0).epsilon(delta)


@pytest.mark.parametrize("noise_multiplier, sample_rate", [(1, 1.01), (1, 0), (0, 0.5), (1, math.nan), (math.inf, 0.5)])
def test_a_sampling_that_cannot_be_is_refused(noise_multiplier, sample_rate):
    with pytest.raises(ValueError, match="sample rate|noise multiplier"):
        pld.sampled_gaussian(noise_multiplier=noise_multiplier, sample_rate=sample_rate)
    pld.check_sampling(1.0, 1.0)


@RELEASES
def test_exact_composition_of_two_outcomes_is_the_binomial(releases):
    """The fair-coin poll asked k times: the loss is ln 3 times (yes - no), and δ a sum that can be written down."""
    spacing = math.log(3) / 400
    poll = pld.PrivacyLoss(-400, np.concatenate([[0.25], np.zeros(799), [0.75]]), spacing=spacing)
    total = poll.compose(releases)
    yes = np.arange(releases + 1)
    losses, probabilities = math.log(3) * (2 * yes - releases), binom.pmf(yes, releases, 0.75)
    for epsilon in (0.5, 0.5 * releases, 1.05 * releases):
        exact = np.sum(probabilities * -np.expm1(np.minimum(0, epsilon - losses)))
        assert total.delta(epsilon) == pytest.approx(exact, rel=1e-9, abs=1e-11)


@pytest.mark.slow
def test_two_laplace_releases_by_counting():
    """δ is the mean of (1 - e^(ε - loss))+; 1,000,000 samples, off by more than five standard errors at one of 10^6
    seeds.
    """
    noise = np.random.default_rng(1).laplace(size=(2, 1_000_000))
    losses = (0.8 * (np.abs(noise / 0.8 - 1) - np.abs(noise / 0.8))).sum(axis=0)
    sampled = np.maximum(0, -np.expm1(0.7 - losses))
    total = pld.laplace(0.8).compose(2)
    assert total.delta(0.7) == pytest.approx(sampled.mean(), abs=5 * sampled.std() / 1000)
    assert abs(pld.laplace(0.88).compose(2).delta(0.7) - sampled.mean()) > 20 * sampled.std() / 1000


@pytest.mark.slow
@pytest.mark.parametrize(
    "epsilon, releases, delta", [(0.1, 1000, 1e-6), (1 / 30, 1000, 1e-5), (0.5, 100, 1e-3), (1.0, 3, 1e-6)]
)
def test_exact_composition_is_the_librarys(epsilon, releases, delta):
    from dp_accounting.pld import privacy_loss_distribution as library

    laplace = library.from_laplace_mechanism(1 / epsilon).self_compose(releases).get_epsilon_for_delta(delta)
    assert pld.laplace(epsilon).compose(releases).epsilon(delta) == pytest.approx(laplace, abs=1e-4)
    gaussian = library.from_gaussian_mechanism(4 / epsilon).self_compose(releases).get_epsilon_for_delta(delta)
    assert gaussian_loss(4 / epsilon).compose(releases).epsilon(delta) == pytest.approx(gaussian, abs=1e-4)


@pytest.mark.slow
def test_the_grid_only_ever_makes_delta_larger():
    fine, coarse = pld.laplace(0.1, spacing=1e-5).compose(50), pld.laplace(0.1, spacing=0.013).compose(50)
    for epsilon in (0.5, 1.0, 2.0, 3.0):
        assert fine.delta(epsilon) <= coarse.delta(epsilon) <= 1.2 * fine.delta(epsilon) + 1e-9


def test_a_distribution_of_losses_stays_one():
    for one in (pld.laplace(0.3), gaussian_loss(5.0)):
        for releases in (1, 8):
            total = one.compose(releases)
            assert (total.probabilities >= 0).all() and total.probabilities.sum() + total.infinite == pytest.approx(
                1, abs=1e-10
            )
            # in the other world it is a distribution too: the mean of e^(-loss) is 1, but for what counts as infinite
            assert np.dot(total.probabilities, np.exp(-total.losses)) == pytest.approx(1, abs=1e-6)


def test_what_loses_everything_once_in_a_while_does_so_more_often_in_many_releases():
    """A mechanism that publishes the data with a chance of 1 in 100,000 and says nothing otherwise."""
    one = pld.PrivacyLoss(0, np.array([1 - 1e-5]), 1e-5)
    assert one.compose(1_000).delta(0) == pytest.approx(1 - (1 - 1e-5) ** 1_000)
    assert one.compose(1_000).epsilon(0.005) == np.inf


def test_edges_of_the_exact_rule():
    assert pld.laplace(0.2).epsilon(0.5) == 0.0
    assert pld.laplace(0.2).epsilon(1e-10) == pytest.approx(0.2, abs=1e-6)
    assert pld.PrivacyLoss(0, np.array([0.9]), 0.1).epsilon(0.05) == np.inf
    assert (
        pld.laplace(900.0, spacing=1.0).epsilon(1e-6) == np.inf
    )  # beyond what a float holds, and never less than the truth
    assert 20 < pld.laplace(20.0, spacing=0.01).compose(2).epsilon(1e-6) <= 40


def test_a_thousand_releases_take_a_moment():
    pld.laplace(0.1).compose(2)
    begin = time.perf_counter()
    pld.laplace(0.1).compose(1000).epsilon(1e-6)
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize("number", [0, -1, float("nan"), float("inf")])
def test_an_epsilon_a_noise_and_a_spacing_that_cannot_be_are_refused(number):
    with pytest.raises(ValueError, match="^epsilon must be a positive finite number"):
        pld.laplace(number)
    with pytest.raises(ValueError, match="noise multiplier must be a positive finite number"):
        gaussian_loss(number)
    with pytest.raises(ValueError, match="spacing must be a positive finite number"):
        pld.laplace(1.0, spacing=number)


@pytest.mark.parametrize("releases", [0, -3, 1.5, True, float("nan"), float("inf"), "3"])
def test_a_number_of_releases_that_cannot_be_is_refused(releases):
    with pytest.raises(ValueError, match="releases must be a whole number of at least 1"):
        pld.laplace(0.1).compose(releases)


@pytest.mark.parametrize("delta", [0, 1, -1e-6, float("nan")])
def test_a_delta_that_cannot_be_is_refused(delta):
    with pytest.raises(ValueError, match="delta must lie between"):
        pld.laplace(0.1).epsilon(delta)
