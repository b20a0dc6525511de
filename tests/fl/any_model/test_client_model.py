"""The client as it is rebuilt sends what the true one sends."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from privlab.fl.any_model.client_model import ClientModel

pytestmark = pytest.mark.usefixtures("cpu")


def made(loss=cross_entropy, **options):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 20), nn.ReLU(), nn.Linear(20, 3))
    samples, labels = torch.randn(4, 6), torch.tensor([0, 1, 2, 0])
    sent = torch.autograd.grad(loss(model(samples), labels), list(model.parameters()))
    return ClientModel(model, loss, sent, (6,), **options), samples.double(), labels


def test_the_true_samples_have_no_residual_and_others_have():
    client, samples, labels = made()
    assert client.residual(samples, labels) < 1e-6 < 0.1 < client.residual(samples.flip(1), labels)
    assert client.tolerance == pytest.approx(1e3 * 2**-23), "what came back is of 32 bits"
    assert client.crossed and client.mean and client.classes == 3


def test_a_sum_is_told_from_a_mean_and_cross_entropy_from_others():
    summed, *_ = made(lambda outputs, labels: cross_entropy(outputs, labels, reduction="sum"))
    assert summed.crossed and not summed.mean
    other, *_ = made(lambda outputs, labels: mse_loss(outputs, nn.functional.one_hot(labels, 3).to(outputs)))
    assert other.mean and not other.crossed


def test_what_comes_back_for_each_sample_under_its_label_adds_up_to_the_gradient():
    client, samples, labels = made()
    rows = client.came_back(samples, "0.weight")
    assert rows.shape == (4, 3, 20)
    own = rows[torch.arange(4), labels]
    np.testing.assert_allclose(own.T @ samples / 4, client.seen["0.weight"], atol=1e-6)


def test_a_frozen_parameter_and_one_without_a_gradient_are_left_out():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 20), nn.ReLU(), nn.Linear(20, 3))
    model[2].bias.requires_grad_(False)
    loss = cross_entropy(model(torch.randn(2, 6)), torch.tensor([0, 1]))
    sent = torch.autograd.grad(loss, [each for each in model.parameters() if each.requires_grad])
    assert [*ClientModel(model, cross_entropy, sent, (6,)).seen] == ["0.weight", "0.bias", "2.weight"]
    assert [*ClientModel(model, cross_entropy, [*sent[:2], None, None], (6,)).seen] == ["0.weight", "0.bias"]
    assert model[2].bias.requires_grad is False, "the model stays as it is"
