"""What each device of a round learns."""

import numpy as np
import pytest
import torch

from privlab.fl.simulation.local_training import Network, aggregate, client_updates
from privlab.fl.simulation.population import Devices


def test_an_update_of_one_step_is_the_gradient_of_autograd(easy_letters):
    pixels, labels, _ = easy_letters
    network, rows = Network(), np.arange(40)
    devices = Devices(pixels, labels, rows, np.array([40]))
    weights = network.initial_weights(3)
    learnt = client_updates(
        network, weights, devices, [0], np.random.default_rng(5), steps=1, batch=16, learning_rate=0.5
    )[0]
    picked = rows[(np.random.default_rng(5).random((1, 1, 16)) * 40).astype(int)[0, 0]]
    asked = weights.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(
        network.scores(asked, torch.from_numpy(pixels[picked])), torch.from_numpy(labels[picked])
    )
    assert torch.allclose(learnt, -0.5 * torch.autograd.grad(loss, asked)[0], atol=1e-6)


def test_a_device_takes_as_many_steps_as_it_has_batches(easy_letters):
    """Of 20, 40 and 9,999 letters in batches of 20: one step, two, and no more than were asked for."""
    pixels, labels, _ = easy_letters
    network, weights = Network(), Network().initial_weights(1)
    for letters, steps in ((20, 1), (21, 2), (40, 2), (9_999, 3)):
        devices = Devices(pixels, labels, np.arange(letters), np.array([letters]))
        by_epoch, by_steps = (
            client_updates(network, weights, devices, [0], np.random.default_rng(5), batch=20, **settings)[0]
            for settings in (dict(steps=3, epoch=True), dict(steps=steps))
        )
        assert torch.equal(by_epoch, by_steps)


def test_a_small_device_rests_while_a_large_one_goes_on(easy_letters):
    """Of one batch and of two, all of the same letter: one step and two."""
    pixels, labels, _ = easy_letters
    network, weights = Network(), Network().initial_weights(1)
    devices = Devices(pixels, labels, np.zeros(60, int), np.array([20, 40]))
    small, large = client_updates(
        network, weights, devices, [0, 1], np.random.default_rng(5), steps=3, batch=20, learning_rate=0.01, epoch=True
    )
    one, two = (
        client_updates(
            network, weights, devices, [0], np.random.default_rng(5), steps=steps, batch=20, learning_rate=0.01
        )[0]
        for steps in (1, 2)
    )
    assert not torch.allclose(one, two, atol=1e-3)
    assert torch.allclose(small, one, atol=1e-5) and torch.allclose(large, two, atol=1e-5)


def test_a_proximal_term_holds_back(easy_letters):
    pixels, labels, _ = easy_letters
    devices, weights = Devices(pixels, labels, np.arange(100), np.array([100])), Network().initial_weights(1)
    free, held = (
        client_updates(Network(), weights, devices, [0], np.random.default_rng(5), proximal=proximal)[0].norm()
        for proximal in (0.0, 2.0)
    )
    assert held < 0.5 * free


def test_a_correction_is_added_to_the_gradient(easy_letters):
    pixels, labels, _ = easy_letters
    devices, weights = Devices(pixels, labels, np.arange(100), np.array([100])), Network().initial_weights(1)
    control = torch.randn(1, len(weights), generator=torch.Generator().manual_seed(1))
    plain, corrected = (
        client_updates(
            Network(), weights, devices, [0], np.random.default_rng(5), steps=1, learning_rate=0.5, control=each
        )
        for each in (None, control)
    )
    assert torch.allclose(corrected, plain - 0.5 * control, atol=1e-5)


def test_first_weights_are_as_wide_as_their_layer_has_inputs():
    first, first_bias, last, last_bias = Network().parts(Network().initial_weights(1))
    assert 0.99 / 14 < first.abs().max() <= 1 / 14 and 0.99 / 8 < last.abs().max() <= 1 / 8
    assert not first_bias.any() and not last_bias.any()


def test_an_average_counts_each_update_as_much_as_it_weighs():
    updates = torch.tensor([[1.0, 0.0], [0.0, 10.0]])
    assert aggregate(updates, np.array([0.25, 0.75])).tolist() == [0.25, 7.5]


def test_devices_of_a_round_do_not_touch_each_other(easy_letters):
    """A device learns the same beside others as alone, given the same letters; labels of -1 teach nothing."""
    pixels, labels, _ = easy_letters
    network = Network()
    alone = Devices(pixels, labels, np.arange(1), np.array([1]))
    both = Devices(pixels, labels, np.arange(2), np.array([1, 1]))
    weights = network.initial_weights(0)
    one = client_updates(network, weights, alone, [0], np.random.default_rng(0))
    two = client_updates(network, weights, both, [0, 1], np.random.default_rng(1))
    assert torch.allclose(one[0], two[0], atol=1e-5) and not torch.allclose(two[0], two[1], atol=1e-3)
    assert not client_updates(
        network, weights, both, [0, 1], np.random.default_rng(1), labels=np.full(len(labels), -1)
    ).any()
    with pytest.raises(ValueError, match="at least one device"):
        client_updates(network, weights, both, [], np.random.default_rng(1))
