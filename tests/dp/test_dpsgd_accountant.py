"""The cost of a private training: Rényi's rule and the exact one against two libraries, an integral and each other."""

import numpy as np
import pytest
from scipy import stats

from privlab.dp import gaussian, pld
from privlab.dp.dpsgd_accountant import (
    ORDERS,
    epsilon_by_renyi,
    epsilon_exactly,
    noise_multiplier_for,
    renyi_of_sampled_gaussian,
)

RUNS = [(1.1, 0.01, 1_000), (0.8, 0.05, 200), (2.0, 0.2, 300), (4.0, 0.5, 100)]
DELTA = 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("noise_multiplier, sample_rate, steps", RUNS)
def test_renyis_rule_is_the_librarys(noise_multiplier, sample_rate, steps):
    from dp_accounting import dp_event, rdp

    accountant = rdp.RdpAccountant(orders=ORDERS.tolist())
    step = dp_event.PoissonSampledDpEvent(sample_rate, dp_event.GaussianDpEvent(noise_multiplier))
    accountant.compose(step, steps)
    ours = epsilon_by_renyi(noise_multiplier=noise_multiplier, sample_rate=sample_rate, steps=steps, delta=DELTA)
    assert ours == pytest.approx(accountant.get_epsilon(DELTA), rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("noise_multiplier, sample_rate, steps", RUNS)
def test_exactly_is_the_librarys(noise_multiplier, sample_rate, steps):
    from dp_accounting import dp_event
    from dp_accounting import pld as library

    accountant = library.PLDAccountant(value_discretization_interval=1e-4)
    step = dp_event.PoissonSampledDpEvent(sample_rate, dp_event.GaussianDpEvent(noise_multiplier))
    accountant.compose(step, steps)
    run = dict(noise_multiplier=noise_multiplier, sample_rate=sample_rate, steps=steps, delta=DELTA)
    ours = epsilon_exactly(**run)
    assert ours == pytest.approx(accountant.get_epsilon(DELTA), abs=2e-3)
    assert ours < epsilon_by_renyi(**run) < 1.25 * ours


def test_delta_of_one_step_is_the_area_above_e_to_the_epsilon():
    """Both directions, added up from the definition on 200,000 strips."""
    noise, rate = 0.9, 0.3
    x, strip = np.linspace(-9, 10, 200_000, retstep=True)
    without = stats.norm.pdf(x, 0, noise)
    within = (1 - rate) * without + rate * stats.norm.pdf(x, 1, noise)
    both = pld.sampled_gaussian(noise_multiplier=noise, sample_rate=rate)
    for one, (here, there) in zip(both, ((within, without), (without, within))):
        assert one.probabilities.sum() + one.infinite == pytest.approx(1, abs=1e-9)
        for epsilon in (0.05, 0.2, 0.5):
            area = np.maximum(0, here - np.exp(epsilon) * there).sum() * strip
            assert one.delta(epsilon) == pytest.approx(area, abs=1e-7)


def test_without_sampling_it_is_the_gaussian_mechanism():
    exact = gaussian.epsilon_at(gaussian.total_mu([6.0] * 50), delta=DELTA)
    assert epsilon_exactly(noise_multiplier=6.0, sample_rate=1.0, steps=50, delta=DELTA) == pytest.approx(
        exact, abs=1e-3
    )
    np.testing.assert_allclose(renyi_of_sampled_gaussian(noise_multiplier=6.0, sample_rate=1.0), ORDERS / 72)


def test_noises_that_change_add_up():
    def spent(noise_multiplier, steps):
        return epsilon_by_renyi(noise_multiplier=noise_multiplier, sample_rate=0.05, steps=steps, delta=DELTA)

    assert spent(1.0, 30) < spent([1.0, 2.0], [30, 60]) < spent(1.0, 90)
    assert spent([1.5, 1.5, 1.5], 10) == pytest.approx(spent(1.5, 30))


def test_exactly_noises_that_change_add_up_too():
    def spent(noise_multiplier, steps):
        return epsilon_exactly(noise_multiplier=noise_multiplier, sample_rate=0.05, steps=steps, delta=DELTA)

    assert spent(1.0, 30) < spent([1.0, 2.0], [30, 60]) < spent(1.0, 90)
    assert spent([1.5, 1.5, 1.5], 10) == pytest.approx(spent(1.5, 30), abs=2e-3)


@pytest.mark.slow
def test_the_noise_for_a_budget_is_enough_and_hardly_more():
    noise = noise_multiplier_for(1.5, DELTA, sample_rate=0.05, steps=300)
    assert 1.49 < epsilon_exactly(noise_multiplier=noise, sample_rate=0.05, steps=300, delta=DELTA) <= 1.5
    everybody = noise_multiplier_for(3.0, DELTA, sample_rate=1.0, steps=60)
    assert everybody == pytest.approx(gaussian.noise_multiplier_for(3.0, DELTA, 60), rel=2e-3)


def test_twice_the_sensitivity_is_half_the_noise():
    """The control of the control: an account made for C where 2C is true says much too little."""
    said, true = (
        epsilon_by_renyi(noise_multiplier=noise, sample_rate=0.05, steps=300, delta=DELTA) for noise in (2.0, 1.0)
    )
    assert true > 2 * said


@pytest.mark.parametrize(
    "call, changed, says",
    [
        (epsilon_exactly, dict(noise_multiplier=0), "noise multiplier must be a positive"),
        (epsilon_exactly, dict(sample_rate=1.1), "sample rate must be above 0 and at most 1"),
        (epsilon_by_renyi, dict(sample_rate=0), "sample rate must be a positive"),
        (epsilon_by_renyi, dict(delta=0), "delta must lie between"),
    ],
)
def test_bad_input(call, changed, says):
    with pytest.raises(ValueError, match=says):
        call(**dict(noise_multiplier=1.0, sample_rate=0.1, steps=10, delta=DELTA) | changed)


def test_no_noise_makes_a_training_cost_nothing():
    with pytest.raises(ValueError, match="epsilon must be a positive"):
        noise_multiplier_for(0, DELTA, sample_rate=0.1, steps=10)
