"""The client as it is rebuilt sends what the true one sends."""

import copy

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


def test_a_residual_is_a_distance_over_a_length():
    client, samples, labels = made()
    mine, seen = (
        torch.cat([part.flatten() for part in parts])
        for parts in (client.sent(samples.flip(1), labels), client.seen.values())
    )
    assert client.residual(samples.flip(1), labels) == pytest.approx(float((mine - seen).norm() / seen.norm()))


def test_several_steps_are_done_again_as_the_client_did_them():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 20), nn.ReLU(), nn.Linear(20, 3))
    samples, labels, theirs = torch.randn(4, 6), torch.tensor([0, 1, 2, 0]), copy.deepcopy(model)
    optimizer = torch.optim.SGD(theirs.parameters(), 0.3)
    for _ in range(3):
        optimizer.zero_grad()
        cross_entropy(theirs(samples), labels).backward()
        optimizer.step()
    client = ClientModel(model, cross_entropy, theirs, (6,), steps=3, learning_rate=0.3)
    assert client.residual(samples.double(), labels) < 1e-5


def test_statistics_that_were_sent_stay_as_they_are():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 3))
    before = model[1].running_mean.clone()
    samples, labels = torch.randn(4, 6), torch.tensor([0, 1, 2, 0])
    theirs = copy.deepcopy(model)
    sent = torch.autograd.grad(cross_entropy(theirs(samples), labels), list(theirs.parameters()))
    client = ClientModel(model, cross_entropy, sent, (6,))
    client.sent(samples.double(), labels)
    assert torch.equal(client.model[1].running_mean, before.double()) and torch.equal(model[1].running_mean, before)


def test_a_gradient_of_another_shape_is_refused():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 20), nn.ReLU(), nn.Linear(20, 3))
    sent = torch.autograd.grad(cross_entropy(model(torch.randn(4, 6)), torch.tensor([0, 1, 2, 0])), model.parameters())
    with pytest.raises(ValueError, match="the gradient of 0.weight is .6, 20. and the parameter .20, 6."):
        ClientModel(model, cross_entropy, [sent[0].T, *sent[1:]], (6,))
