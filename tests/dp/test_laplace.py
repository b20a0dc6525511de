"""The Laplace mechanism: scale and shape of the noise, sensitivities, clipping, what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import kstest
from scipy.stats import laplace as reference

from privlab.dp import laplace


def release(value, sensitivity, epsilon, rng):
    return laplace.release(value, sensitivity=sensitivity, epsilon=epsilon, rng=rng)


def clipped_sum(values, low, high, rng, neighbours="replace one"):
    """A sum with ε = 1, clipped, with the noise that its neighbours need."""
    return release(np.clip(values, low, high).sum(), laplace.sensitivity_of_sum(low, high, neighbours), 1.0, rng)


@pytest.mark.slow
@pytest.mark.parametrize("epsilon, sensitivity", [(1.0, 1), (0.1, 5), (3.0, 0.5)])
def test_the_noise_is_laplace_of_the_promised_scale(epsilon, sensitivity):
    """50,000 releases: a right scale fails once in 10^6, one that is off by a tenth is found."""
    noise = release(np.full(50_000, 7.0), sensitivity, epsilon, np.random.default_rng(1)) - 7
    right = sensitivity / epsilon
    assert kstest(noise, reference(scale=right).cdf).pvalue > 1e-6
    for wrong in (1.1 * right, 0.9 * right, 2 * right, right / 2):
        assert kstest(noise, reference(scale=wrong).cdf).pvalue < 1e-6


def test_no_output_is_likelier_than_the_bound_and_the_bound_is_reached():
    outputs = np.linspace(-30, 30, 6_001)
    for epsilon, sensitivity in ((0.2, 1), (1.0, 3), (4.0, 1)):
        scale = laplace.scale(sensitivity=sensitivity, epsilon=epsilon)
        ratio = laplace.density(outputs, sensitivity, scale=scale) / laplace.density(outputs, 0, scale=scale)
        assert np.log(ratio).max() == pytest.approx(epsilon) and np.log(ratio).min() == pytest.approx(-epsilon)
        assert np.trapezoid(
            laplace.density(np.linspace(-400, 400, 400_001), 0, scale=scale), dx=0.002
        ) == pytest.approx(1, abs=1e-4)


def test_each_number_of_a_tuple_gets_its_own_noise():
    released = release(np.zeros((2, 3)), 2, 1.0, np.random.default_rng(1))
    assert released.shape == (2, 3) and len(np.unique(released)) == 6


def test_the_chance_to_be_near_agrees_with_the_distribution():
    for distance, scale, bias in ((1, 1, 0), (3, 2, -5), (2, 0.5, 1), (0, 1, 0)):
        right = reference.cdf(distance, bias, scale) - reference.cdf(-distance, bias, scale)
        assert laplace.probability_within(distance, scale=scale, bias=bias) == pytest.approx(right)
    assert laplace.probability_within(2 * math.log(20), scale=2) == pytest.approx(0.95)


@pytest.mark.parametrize(
    "low, high, replaced, gone", [(0, 100, 100, 100), (-50, 50, 100, 50), (20, 100, 80, 100), (-80, 10, 90, 80)]
)
def test_sensitivity_is_what_brute_force_finds(low, high, replaced, gone):
    values = np.linspace(low, high, 11)
    assert laplace.sensitivity_of_sum(low, high) == replaced == max(abs(a - b) for a in values for b in values)
    assert laplace.sensitivity_of_sum(low, high, "add or remove one") == gone == max(abs(values))


@pytest.mark.slow
def test_a_clipped_sum_moves_by_the_bound_at_most():
    rng = np.random.default_rng(1)
    sums = {loss: np.mean([clipped_sum([loss, 5, 40], 0, 10, rng) for _ in range(20_000)]) for loss in (0, 10, 1e9)}
    assert sums[0] == pytest.approx(15, abs=0.6) and sums[10] == pytest.approx(25, abs=0.6)
    assert sums[1e9] == pytest.approx(25, abs=0.6)


@pytest.mark.slow
@pytest.mark.parametrize("neighbours, right", [("replace one", 100), ("add or remove one", 80)])
def test_a_clipped_sum_gets_the_noise_of_its_neighbours(neighbours, right):
    """20,000 sums: a right scale fails once in 10^6, the scale of the other kind of neighbours is found."""
    rng, values = np.random.default_rng(1), [-500, 5, 40]
    noise = [clipped_sum(values, -80, 20, rng, neighbours) + 55 for _ in range(20_000)]
    assert kstest(noise, reference(scale=right).cdf).pvalue > 1e-6
    assert kstest(noise, reference(scale=180 - right).cdf).pvalue < 1e-6


def test_the_errors_of_clipping_are_bias_and_noise():
    losses, bounds = np.array([1.0, 20.0, 300.0]), np.array([10.0, 100.0, 1000.0])
    bias, spread = laplace.clipping_errors(losses, bounds=bounds, epsilon=0.5)
    assert bias == pytest.approx([np.clip(losses, 0, bound).sum() - 321 for bound in bounds])
    assert spread == pytest.approx(math.sqrt(2) * bounds / 0.5)


def test_no_bound_is_good_in_both_worlds_when_one_outlier_dominates():
    bounds, losses = np.geomspace(1, 1e6, 400), np.arange(1.0, 100.0)
    for epsilon in (0.5, 1.0, 2.0):
        worlds = (np.append(losses, last) for last in (50_000, 0))
        biases = (laplace.clipping_errors(world, bounds=bounds, epsilon=epsilon)[0] for world in worlds)
        near = [laplace.probability_within(25_000, scale=bounds / epsilon, bias=bias) for bias in biases]
        assert np.minimum(*near).max() <= math.exp(epsilon) / (1 + math.exp(epsilon))


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda rng: release(1, 1, 0, rng), "epsilon must be a positive"),
        (lambda rng: release(1, 1, math.nan, rng), "epsilon must be a positive"),
        (lambda rng: release(1, -1, 1, rng), "sensitivity must be a positive"),
        (lambda rng: release(1, math.inf, 1, rng), "sensitivity must be a positive"),
        (lambda rng: release(math.nan, 1, 1, rng), "only finite"),
        (lambda rng: release([1, -math.inf], 1, 1, rng), "only finite"),
        (lambda rng: laplace.sensitivity_of_sum(1, 0), "the lower first"),
        (lambda rng: laplace.sensitivity_of_sum(1, 1), "the lower first"),
        (lambda rng: laplace.sensitivity_of_sum(0, math.inf), "finite"),
        (lambda rng: laplace.clipping_errors([], bounds=[1], epsilon=1), "at least one"),
        (lambda rng: laplace.clipping_errors([1, math.nan], bounds=[1], epsilon=1), "0 or more"),
        (lambda rng: laplace.clipping_errors([1], bounds=[0], epsilon=1), "bounds above 0"),
        (lambda rng: laplace.sensitivity_of_sum(0, 1, "cousins"), "replace one"),
    ],
)
def test_bad_input_gets_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call(np.random.default_rng(1))
