"""eDP-SGD in our reading: micro-batches, their sensitivity, their noise; and what bad input is told."""

import numpy as np
import pytest
import torch

from privlab.dp.dpsgd_accountant import epsilon_by_renyi, epsilon_exactly
from privlab.ml.dpsgd.edpsgd import (
    clip_layers,
    decaying_noise_multipliers,
    micro_batches,
    micro_gradients,
    rescaled,
    step,
    train_edpsgd,
)
from tests.ml.dpsgd.networks import made, two_strokes

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.slow
def test_one_example_moves_the_micro_batches_by_up_to_twice_the_clip():
    """The whole point of lesson 42's discovery: more than C is reached, more than 2C never."""
    model, pixels, labels = made("dense", 6)
    one = micro_gradients(model, pixels, labels, np.zeros(6, int), 1)
    clips = np.array([0.3, 0.4])

    def moved(factor, target):
        with_it = torch.cat([pixels, factor * pixels[:1]]), torch.cat([labels, torch.tensor([target])])
        two = micro_gradients(model, *with_it, np.zeros(7, int), 1)
        change = [a.sum(0) - b.sum(0) for a, b in zip(clip_layers(one, clips), clip_layers(two, clips))]
        return float(sum(part.square().sum() for part in change).sqrt())

    reached = max(moved(factor, target) for factor in (-300, -30, 30, 300) for target in range(26))
    assert 1.2 * 0.5 < reached <= 2 * 0.5 + 1e-5


def test_examples_come_into_micro_batches_by_their_own_draws():
    """Dealt in turn each part would have just 500; drawn, the places say nothing of neighbours either."""
    groups = micro_batches(4_000, parts=8, rng=np.random.default_rng(1))
    assert 0 < abs(np.bincount(groups) - 500).max() < 5 * np.sqrt(500)
    steps = np.bincount((groups[1:] - groups[:-1]) % 8, minlength=8)
    assert abs(steps - 500).max() < 5 * np.sqrt(500)
    assert not np.array_equal(groups, micro_batches(4_000, parts=8, rng=np.random.default_rng(2)))


def test_clips_follow_the_noisy_sums_and_keep_their_length():
    clips, sizes = np.array([0.6, 0.8]), np.array([100, 100])
    for _ in range(100):
        clips = rescaled(clips, np.array([30.0, 1.0]), sizes, max_norm=1.0, noise_multiplier=0.1, parts=8)
    assert np.sum(clips**2) == pytest.approx(1) and clips[0] > 0.95 and clips[1] > 0
    drowned = rescaled(clips, np.zeros(2), sizes, max_norm=1.0, noise_multiplier=10.0, parts=8)
    assert np.isfinite(drowned).all() and np.sum(drowned**2) == pytest.approx(1)


def test_a_step_adds_noise_by_layer():
    """All gradients 0 (no example): what remains is noise, for 15,700 numbers of layer one 1 % near its deviation."""
    model, pixels, labels = made("dense", 0)
    summed, lengths = step(
        model,
        pixels,
        labels,
        np.zeros(0, int),
        parts=4,
        max_norms=np.array([0.3, 0.4]),
        noise_multiplier=2.0,
        generator=torch.Generator().manual_seed(1),
    )
    assert float(summed[0].std()) == pytest.approx(2.0 * 0.3 * 2**0.5, rel=0.03)
    assert float(summed[2].std()) == pytest.approx(2.0 * 0.4 * 2**0.5, rel=0.15)
    assert lengths == pytest.approx(
        [
            float((summed[0].square().sum() + summed[1].square().sum()).sqrt()),
            float((summed[2].square().sum() + summed[3].square().sum()).sqrt()),
        ]
    )


@pytest.mark.slow
def test_efficient_training_learns():
    model, pixels, _ = made("dense", 60)
    pixels, few = two_strokes(pixels)
    noises = decaying_noise_multipliers(0.3, decay=0.8, epochs=3)
    assert noises == pytest.approx([0.3, 0.24, 0.192])
    setting = dict(sample_rate=0.5, steps=15, learning_rate=0.5, parts=4)
    train_edpsgd(model, pixels, few, max_norm=1.0, noise_multipliers=noises, **setting)
    assert (model(pixels).argmax(1) == few).float().mean() > 0.9


@pytest.mark.slow
def test_a_decaying_noise_is_counted_exactly_and_by_renyi_a_tenth_too_high():
    """The schedule that lesson 42 compares, ten steps an epoch, by the library's distribution of the privacy loss."""
    from dp_accounting import dp_event
    from dp_accounting.pld.pld_privacy_accountant import PLDAccountant

    noises, account = decaying_noise_multipliers(4.0, decay=0.9, epochs=5), PLDAccountant()
    for noise in noises:
        account.compose(dp_event.PoissonSampledDpEvent(0.25, dp_event.GaussianDpEvent(noise / 2)), 10)
    run = dict(noise_multiplier=noises / 2, sample_rate=0.25, steps=10, delta=1e-5)
    assert epsilon_exactly(**run) == pytest.approx(account.get_epsilon(1e-5), abs=5e-3)
    assert 1.08 < epsilon_by_renyi(**run) / epsilon_exactly(**run) < 1.15


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: clip_layers((torch.ones(2, 3), torch.ones(2, 1)), [1.0, 1.0]), "1 layers need as many bounds"),
        (lambda: clip_layers(2 * (torch.ones(2, 3), torch.ones(2, 1)), [1.0]), "2 layers need as many bounds, got 1"),
        (lambda: decaying_noise_multipliers(1.0, decay=1.5, epochs=3), "decay must be above 0"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError, match=says):
        call()
