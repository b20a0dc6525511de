"""Labels are counted first; then samples are matched, by what is known of pictures where squares do not arrive."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot

from privlab.fl.any_model.client_model import ClientModel
from privlab.fl.any_model.prior_matching import count_labels, match_samples, variation

pytestmark = pytest.mark.usefixtures("cpu")


def rebuilt(model, samples, labels, loss=cross_entropy, **options):
    model = model.double()
    sent = torch.autograd.grad(loss(model(samples), labels), list(model.parameters()))
    return ClientModel(model, loss, sent, samples.shape[1:], **options)


@pytest.mark.parametrize("bias", [True, False], ids=["biases", "no biases"])
def test_the_labels_of_a_batch_are_counted_with_and_without_biases(bias):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(30, 64), nn.Sigmoid(), nn.Linear(64, 8, bias=bias))
    for count in (1, 4, 9):
        labels = torch.randint(8, (count,))
        client = rebuilt(model, torch.rand(count, 30).double(), labels)
        assert count_labels(client, count, client.probes) == sorted(labels.tolist())


def test_under_another_loss_no_label_is_counted():
    def squared(outputs, labels):
        return ((outputs - one_hot(labels, 8)) ** 2).mean()

    client = rebuilt(nn.Sequential(nn.Linear(30, 8)), torch.rand(2, 30).double(), torch.tensor([1, 2]), squared)
    assert count_labels(client, 2, client.probes) is None


@pytest.mark.slow
def test_a_smooth_model_gives_up_its_batch_and_another_model_nothing():
    torch.manual_seed(2)
    samples, labels = torch.rand(2, 1, 5, 5).double(), torch.tensor([0, 3])

    def model():
        return nn.Sequential(nn.Conv2d(1, 8, 3), nn.Sigmoid(), nn.Flatten(), nn.Linear(72, 5))

    client = rebuilt(model(), samples, labels)
    found, residual = match_samples(client, [0, 3], seconds=20, seed=1)
    assert residual < 1e-6 and (found - samples).abs().max() < 1e-3
    other = rebuilt(model(), samples, labels)
    other.seen = client.seen
    found, residual = match_samples(other, [0, 3], seconds=0.5, seed=1)
    assert residual > 0.1 and ((found - samples) ** 2).mean() > 0.01, "control: another model's gradient"


def test_variation_is_of_pictures_alone():
    assert variation(torch.ones(2, 1, 4, 4)) == 0 == variation(torch.rand(2, 30))
    assert variation(torch.arange(16.0).reshape(1, 1, 4, 4)) == 5
