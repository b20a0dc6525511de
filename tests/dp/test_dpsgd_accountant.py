"""The cost of a private training: Rényi's rule and the exact one against two libraries, an integral and each other."""

import numpy as np
import pytest
from scipy import stats

from privlab.dp import pld
from privlab.dp.dpsgd_accountant import ORDERS, epsilon_by_renyi, epsilon_exactly, noise_for, renyi_of_sampled_gaussian
from privlab.dp.gaussian import gaussian_epsilon, gaussian_mu, gaussian_noise

RUNS = [(1.1, 0.01, 1_000), (0.8, 0.05, 200), (2.0, 0.2, 300), (4.0, 0.5, 100)]
DELTA = 1e-5


@pytest.mark.parametrize("noise, rate, steps", RUNS)
def test_renyis_rule_is_the_librarys(noise, rate, steps):
    from dp_accounting import dp_event, rdp

    accountant = rdp.RdpAccountant(orders=ORDERS.tolist())
    accountant.compose(dp_event.PoissonSampledDpEvent(rate, dp_event.GaussianDpEvent(noise)), steps)
    assert epsilon_by_renyi(noise, rate, steps, DELTA) == pytest.approx(accountant.get_epsilon(DELTA), rel=1e-6)


@pytest.mark.parametrize("noise, rate, steps", RUNS)
def test_exactly_is_the_librarys(noise, rate, steps):
    from dp_accounting import dp_event
    from dp_accounting import pld as library

    accountant = library.PLDAccountant(value_discretization_interval=1e-4)
    accountant.compose(dp_event.PoissonSampledDpEvent(rate, dp_event.GaussianDpEvent(noise)), steps)
    ours = epsilon_exactly(noise, rate, steps, DELTA)
    assert ours == pytest.approx(accountant.get_epsilon(DELTA), abs=2e-3)
    assert ours < epsilon_by_renyi(noise, rate, steps, DELTA) < 1.25 * ours


def test_delta_of_one_step_is_the_area_above_e_to_the_epsilon():
    """Both directions, added up from the definition on 200,000 strips."""
    noise, rate = 0.9, 0.3
    x, strip = np.linspace(-9, 10, 200_000, retstep=True)
    without = stats.norm.pdf(x, 0, noise)
    within = (1 - rate) * without + rate * stats.norm.pdf(x, 1, noise)
    for one, (here, there) in zip(pld.sampled_gaussian(noise, rate), ((within, without), (without, within))):
        assert one.chances.sum() + one.infinite == pytest.approx(1, abs=1e-9)
        for epsilon in (0.05, 0.2, 0.5):
            area = np.maximum(0, here - np.exp(epsilon) * there).sum() * strip
            assert one.delta(epsilon) == pytest.approx(area, abs=1e-7)


def test_without_sampling_it_is_the_gaussian_mechanism():
    exact = gaussian_epsilon(DELTA, gaussian_mu([6.0] * 50))
    assert epsilon_exactly(6.0, 1.0, 50, DELTA) == pytest.approx(exact, abs=1e-3)
    np.testing.assert_allclose(renyi_of_sampled_gaussian(6.0, 1.0), ORDERS / 72)


def test_noises_that_change_add_up():
    both = epsilon_by_renyi([1.0, 2.0], 0.05, [30, 60], DELTA)
    assert epsilon_by_renyi(1.0, 0.05, 30, DELTA) < both < epsilon_by_renyi(1.0, 0.05, 90, DELTA)
    assert epsilon_by_renyi([1.5, 1.5, 1.5], 0.05, 10, DELTA) == pytest.approx(epsilon_by_renyi(1.5, 0.05, 30, DELTA))


def test_the_noise_for_a_budget_is_enough_and_hardly_more():
    noise = noise_for(1.5, DELTA, 0.05, 300)
    assert 1.49 < epsilon_exactly(noise, 0.05, 300, DELTA) <= 1.5
    assert noise_for(3.0, DELTA, 1.0, 60) == pytest.approx(gaussian_noise(3.0, DELTA, 60), rel=2e-3)


def test_twice_the_sensitivity_is_half_the_noise():
    """The control of the control: an account made for C where 2C is true says much too little."""
    said, true = (epsilon_by_renyi(noise, 0.05, 300, DELTA) for noise in (2.0, 1.0))
    assert true > 2 * said


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: epsilon_exactly(0, 0.1, 10, DELTA), "noise must be a positive"),
        (lambda: epsilon_exactly(1.0, 1.1, 10, DELTA), "rate must be above 0 and at most 1"),
        (lambda: epsilon_by_renyi(1.0, 0, 10, DELTA), "rate must be a positive"),
        (lambda: epsilon_by_renyi(1.0, 0.1, 10, 0), "delta must lie between"),
        (lambda: noise_for(0, DELTA, 0.1, 10), "epsilon must be a positive"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError, match=says):
        call()
