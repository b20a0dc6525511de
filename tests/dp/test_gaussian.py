"""The exact Gaussian mechanism: against an integral, a library, our own exact composition, and a simulation."""

import numpy as np
import pytest
from scipy import integrate, stats

from privlab.dp import pld
from privlab.dp.gaussian import delta_at, epsilon_at, mu_for, noise_multiplier_for, total_mu

BUDGETS = [(0.5, 0.14221), (1.5, 0.38721), (3.0, 0.71912), (8.0, 1.66603)]


@pytest.mark.parametrize("epsilon, mu", BUDGETS)
def test_known_budgets(epsilon, mu):
    assert mu_for(epsilon, 1e-5) == pytest.approx(mu, abs=1e-5)
    assert epsilon_at(mu_for(epsilon, 1e-5), delta=1e-5) == pytest.approx(epsilon, abs=1e-9)
    assert noise_multiplier_for(epsilon, 1e-5, 60) == pytest.approx(np.sqrt(60) / mu, rel=1e-4)


@pytest.mark.parametrize("epsilon, mu", [(0.1, 0.3), (1.0, 1.0), (4.0, 2.0), (0.0, 0.5)])
def test_delta_is_the_area_above_e_to_the_epsilon(epsilon, mu):
    """Integrated from the definition: max(0, p - e^ε q), with p and q normal densities that lie μ apart."""
    area, _ = integrate.quad(
        lambda x: max(0.0, stats.norm.pdf(x, mu) - np.exp(epsilon) * stats.norm.pdf(x)),
        -12,
        14,
        points=[epsilon / mu + mu / 2],
        limit=200,
    )
    assert delta_at(mu, epsilon=epsilon) == pytest.approx(area, abs=1e-9)


def test_many_releases_are_one_less_noisy_one():
    assert total_mu([3.0] * 9) == pytest.approx(1.0)
    assert total_mu([1.0, 2.0, 0.5], sensitivity=2) == pytest.approx(2 * np.sqrt(1 + 0.25 + 4))
    loss, _ = pld.sampled_gaussian(noise_multiplier=8.0, sample_rate=1.0)
    ours = loss.compose(60).epsilon(1e-5)
    assert epsilon_at(total_mu([8.0] * 60), delta=1e-5) == pytest.approx(ours, abs=1e-3)


@pytest.mark.slow
def test_the_library_agrees():
    from dp_accounting.pld import privacy_loss_distribution as library

    for epsilon in (0.5, 3.0):
        noise = noise_multiplier_for(epsilon, 1e-5, 40)
        theirs = library.from_gaussian_mechanism(noise, value_discretization_interval=1e-3).self_compose(40)
        assert theirs.get_epsilon_for_delta(1e-5) == pytest.approx(epsilon, abs=2e-3)


@pytest.mark.slow
def test_no_attack_beats_delta():
    """400,000 releases in two worlds: no threshold is likelier here than e^ε times its chance there plus δ, by 5
    deviations.
    """
    rng, (epsilon, delta) = np.random.default_rng(3), (1.0, 0.01)
    noise = noise_multiplier_for(epsilon, delta)
    here, there = 1 + noise * rng.normal(size=400_000), noise * rng.normal(size=400_000)
    gains = [np.mean(here > cut) - np.exp(epsilon) * np.mean(there > cut) for cut in np.linspace(-2, 15, 50)]
    assert delta - 0.004 < max(gains) < delta + 0.004  # and the best threshold nearly reaches it
    halved = 1 + noise / 2 * rng.normal(size=400_000), noise / 2 * rng.normal(size=400_000)
    assert (
        max(
            np.mean(halved[0] > cut) - np.exp(epsilon) * np.mean(halved[1] > cut)
            # with half the noise it is far exceeded
            for cut in np.linspace(-2, 15, 50)
        )
        > 3 * delta
    )


def test_extremes_stay_finite():
    assert delta_at(0.1, epsilon=1000.0) == 0.0
    assert 0 < delta_at(40.0, epsilon=800.0) <= 1
    assert epsilon_at(0.1, delta=0.999) == 0.0
    assert np.isfinite(epsilon_at(40.0, delta=1e-5))


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: noise_multiplier_for(0, 1e-5), "epsilon must be a positive"),
        (lambda: noise_multiplier_for(-1, 1e-5), "epsilon must be a positive"),
        (lambda: noise_multiplier_for(1, 0), "delta must lie between"),
        (lambda: noise_multiplier_for(1, 1e-5, 0), "releases must be a whole number"),
        (lambda: total_mu([1.0, 0.0]), "every noise must be a positive"),
        (lambda: total_mu([]), "every noise must be a positive"),
        (lambda: total_mu([1.0], sensitivity=-1), "sensitivity must be a positive"),
        (lambda: delta_at(1.0, epsilon=-0.1), "epsilon must be a finite number"),
        (lambda: epsilon_at(1.0, delta=2), "delta must lie between"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError, match=says):
        call()
