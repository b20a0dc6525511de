"""A secure sum that outputs a private gradient: the noise is what it says, adds up, and is accounted."""

import numpy as np
import pytest

from privlab.dp.gaussian import noise_multiplier_for
from privlab.fl.gradients.defenses import length
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.models import dense_network
from privlab.fl.secagg.additive import as_gradient, share_updates
from privlab.fl.secagg.distributed_dp import BITS, clipped_sum, discrete_gaussian, spent
from privlab.mpc.fixed_point import decode, encode
from privlab.validation import positive, whole_number


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def share_of_noise(standard_deviation, honest, size):
    """One client's share of noise: `honest` such shares have the standard deviation, in steps, together."""
    honest = whole_number("the number of honest clients, for whom the noise is sized,", honest)
    return discrete_gaussian(positive("the standard deviation", standard_deviation) / np.sqrt(honest), size)


def private_update(gradient, noise_std, honest):
    """What a client hands to the secure sum: its clipped sum and its share of noise, on the grid of the fixed point."""
    share = share_of_noise(positive("noise", noise_std) * 2.0**BITS, honest, gradient.numbers.size)
    return decode(encode(gradient.numbers, BITS) + share.view(np.uint64), BITS)


def fits(numbers, standard_deviation):
    """The p-value of a chi-square test against the discrete Gaussian."""
    from scipy.special import chdtrc

    places = np.arange(-int(12 * standard_deviation) - 3, int(12 * standard_deviation) + 4)
    chances = np.exp(-(places**2) / 2 / standard_deviation**2)
    expected = len(numbers) * chances / chances.sum()
    wide = expected >= 10
    reach = int(np.abs(places[wide]).max())
    seen = np.array([(numbers == place).sum() for place in range(-reach, reach + 1)])
    seen = np.append(seen, len(numbers) - seen.sum())
    expected = np.append(expected[wide], expected[~wide].sum())
    return float(chdtrc(len(expected) - 1, ((seen - expected) ** 2 / expected).sum()))


@pytest.mark.parametrize("standard_deviation", [0.4, 1, 2.7])
def test_noise_is_discrete_gaussian(standard_deviation):
    """40,000 numbers; a right sampler fails in one of 10^9 runs, and one that is 5 % too wide is found out."""
    numbers = discrete_gaussian(standard_deviation, 40_000)
    assert numbers.dtype == np.int64 and fits(numbers, standard_deviation) > 1e-9
    assert fits(discrete_gaussian(1.1 * standard_deviation, 40_000), standard_deviation) < 1e-9


def test_wide_noise_is_gaussian_to_its_last_bits():
    """Spread, fourth moment and the lowest byte of 60,000 numbers; each right in all but one of 10^12 runs."""
    numbers = discrete_gaussian(3e9, 60_000)
    scaled = numbers / 3e9
    assert abs(scaled.mean()) < 0.03 and scaled.std() == pytest.approx(1, abs=0.022)
    assert (scaled**4).mean() == pytest.approx(3, abs=0.3)
    counts = np.bincount(numbers.astype(np.uint64) & np.uint64(255), minlength=256)
    assert ((counts - 60_000 / 256) ** 2).sum() / (60_000 / 256) < 450


def test_shares_add_up_to_the_noise_and_are_never_the_same():
    """Spread of 40,000 sums within 3 %, 8 standard errors."""
    shares = np.array([share_of_noise(1000.0, 5, 40_000) for _ in range(5)])
    assert shares.sum(axis=0).std() == pytest.approx(1000, rel=0.03)
    assert shares[0].std() == pytest.approx(1000 / np.sqrt(5), rel=0.03)
    assert not np.array_equal(shares[0], shares[1])


def test_the_sum_of_single_clipped_gradients():
    model, rng = dense_network(1, hidden=16), np.random.default_rng(1)
    images, labels = rng.integers(0, 256, (4, 28, 28), dtype=np.uint8), np.arange(4)
    alone = [client_gradient(model, image, label) for image, label in zip(images, labels)]
    bound = np.median([length(each) for each in alone])
    expected = sum(each.numbers * min(1, bound / length(each)) for each in alone)
    np.testing.assert_allclose(clipped_sum(model, images, labels, bound).numbers, expected, atol=1e-12)
    assert length(clipped_sum(model, images[:1], labels[:1], 1e-3)) == pytest.approx(1e-3)


def test_the_secure_sum_has_the_noise_and_nothing_else():
    """12,986 numbers: the spread of the noise is within 6 %, 8 standard errors or more."""
    model, rng = dense_network(1, hidden=16), np.random.default_rng(2)
    images, labels = rng.integers(0, 256, (6, 28, 28), dtype=np.uint8), np.arange(6)
    sums = [clipped_sum(model, images[own : own + 2], labels[own : own + 2], 1) for own in (0, 2, 4)]
    updates = [private_update(each, 0.5, honest=3) for each in sums]
    grid = np.concatenate(updates) * 2.0**32
    assert np.array_equal(grid, np.rint(grid)), "what is masked lies on the grid of the fixed point"
    released = as_gradient(share_updates(updates).total, model)
    noise = released.numbers - sum(each.numbers for each in sums)
    assert noise.std() == pytest.approx(0.5, rel=0.06)
    exact = as_gradient(share_updates([each.numbers for each in sums]).total, model)
    np.testing.assert_allclose(exact.numbers, sum(each.numbers for each in sums), atol=3 * 2.0**-33)


def test_what_is_spent_is_the_gaussian_s_and_a_little_for_rounding():
    for epsilon in (1.5, 8, 50):
        sigma = noise_multiplier_for(epsilon, 1e-5)
        assert epsilon < spent(sigma, rounds=1, numbers=200_000, max_norm=1, delta=1e-5) < epsilon + 1e-4
    common = dict(numbers=1000, max_norm=1, delta=1e-5)
    once = spent(1.0, rounds=1, **common)
    assert spent(2.0, rounds=4, **common) == pytest.approx(once, rel=1e-6)
    assert spent(1.0, rounds=1, **common, bits=8) > 1.05 * once


def test_a_private_sum_refuses_what_it_cannot_use_in_one_sentence():
    model, images = dense_network(1, hidden=4), np.zeros((2, 28, 28), np.uint8)
    gradient = client_gradient(model, np.full((28, 28), 9, np.uint8), 0)
    for call, said in (
        (lambda: clipped_sum(model, images[:0], [], 1), "at least one letter"),
        (lambda: clipped_sum(model, images, [1], 1), "label for each"),
        (lambda: clipped_sum(model, images, [1, 2], 0), "clipping bound"),
        (lambda: private_update(gradient, 0, 2), "noise"),
        (lambda: private_update(gradient, 1, 0), "honest clients"),
        (lambda: private_update(gradient.map(lambda part: part * np.nan), 1, 2), "NaN"),
        (lambda: spent(0, rounds=1, numbers=10, max_norm=1, delta=1e-5), "noise multiplier"),
        (lambda: spent(1, rounds=1, numbers=10, max_norm=1, delta=0), "delta"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
