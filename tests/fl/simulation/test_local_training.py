"""What each device of a round learns."""

import numpy as np
import pytest
import torch

from privlab.fl.simulation.local_training import Network, client_updates
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
