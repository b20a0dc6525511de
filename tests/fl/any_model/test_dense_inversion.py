"""One dense layer: the number of samples, why it cannot be inverted, and samples with several labels."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from privlab import data
from privlab.fl.any_model import dense_inversion
from privlab.fl.any_model.client_model import ClientModel
from privlab.fl.any_model.dense_inversion import _back_through, _told, different_samples, invert_dense, why_not
from privlab.fl.gradients.models import dense_network, trained

pytestmark = pytest.mark.usefixtures("cpu")


def rebuilt(model, samples, labels, **options):
    model = model.double()
    sent = torch.autograd.grad(cross_entropy(model(samples), labels), list(model.parameters()))
    return ClientModel(model, cross_entropy, sent, samples.shape[1:], **options)


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.Sigmoid()])
def test_the_number_of_different_samples_is_read_from_the_widest_layer(activation):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(30, 64), activation, nn.Linear(64, 4))
    for count in (1, 3, 6):
        samples = torch.randn(count, 30).double()
        assert different_samples(rebuilt(model, samples, torch.arange(count) % 4)) == count
    assert different_samples(rebuilt(model, torch.randn(60, 30).double(), torch.arange(60) % 4)) is None


def test_one_sample_with_several_labels_is_told_with_each_of_them():
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 4))
    samples, labels = torch.randn(2, 30).double()[[0, 0, 0, 1]], torch.tensor([2, 3, 3, 1])
    client = rebuilt(model, samples, labels)
    found = invert_dense(client, client.uses[0], np.random.default_rng(1), sets=2000)
    own = [int((found.samples - one).abs().sum(1).argmin()) for one in samples]
    assert found.certified and sorted(zip(*found.batch)) == sorted(zip(own, labels.tolist()))


def test_one_sample_comes_back_whatever_the_activation_is():
    torch.manual_seed(3)
    samples = torch.randn(1, 30).double()
    for activation in (nn.Sigmoid(), nn.GELU(), nn.LeakyReLU()):
        client = rebuilt(nn.Sequential(nn.Linear(30, 64), activation, nn.Linear(64, 4)), samples, torch.tensor([1]))
        found = invert_dense(client, client.uses[0], np.random.default_rng(1), sets=10)
        assert found.certified and torch.allclose(found.samples, samples, atol=1e-8) and found.batch == ([0], [1])


def test_a_layer_that_mixes_is_refused_with_its_reason():
    torch.manual_seed(4)

    class Tokens(nn.Module):
        def __init__(self, twice=False):
            super().__init__()
            self.first, self.last, self.twice = nn.Linear(5, 5), nn.Linear(5, 3), twice

        def forward(self, samples):
            between = torch.relu(self.first(samples))
            return self.last(self.first(between) if self.twice else between.mean(1))

    client = rebuilt(Tokens(), torch.randn(2, 4, 5).double(), torch.tensor([0, 1]))
    assert "several places" in why_not(client, client.uses[0]) and why_not(client, client.uses[1]) == ""
    model = Tokens(twice=True)
    client = rebuilt(model, torch.randn(2, 5).double(), torch.tensor([0, 1]))
    assert "works 2 times" in why_not(client, client.uses[0])
    client = rebuilt(model, torch.randn(2, 5).double(), torch.tensor([0, 1]), steps=2, learning_rate=0.1)
    assert "change the layers before last.weight" in why_not(client, client.uses[2])


def one_of_two_classes():
    """A client with one sample of the second of two classes, and the sample."""
    torch.manual_seed(5)
    sample = torch.randn(1, 30).double()
    return rebuilt(nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 2)), sample, torch.tensor([1])), sample


def test_a_label_that_would_send_the_opposite_is_not_the_label():
    client, sample = one_of_two_classes()
    found = invert_dense(client, client.uses[0], np.random.default_rng(1), sets=10)
    assert found.certified and found.batch == ([0], [1]) and torch.allclose(found.samples, sample, atol=1e-8)


def test_what_would_have_sent_something_else_is_not_certified():
    client, sample = one_of_two_classes()
    use, wrong = client.uses[0], sample + 1
    found = _told(client, use, wrong, client.came_back(wrong, use.weight)[:, 1], None)
    assert found.batch == ([0], [1]) and not found.certified and "something else" in found.reason
    assert _told(client, use, sample, client.came_back(sample, use.weight)[:, 1], None).certified


def test_two_searches_must_find_the_same_sample(monkeypatch):
    client, _ = one_of_two_classes()
    for apart in (0.0, 1.0):
        starts = iter([0.0, apart])
        monkeypatch.setattr(dense_inversion, "_search", lambda *_: (torch.full((1, 3), next(starts)), 0.0))
        assert _back_through(client, client.uses[0], np.ones((1, 4)))[2] is (apart == 0)


def test_batches_whose_gradients_were_rounded_to_32_bits_are_taken_apart():
    """Of four digits with labels as they come; two equal labels make their gradients nearly alike."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for seed in range(12):
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Flatten(), nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
        chosen = torch.randperm(len(digits.images))[:4]
        samples = torch.as_tensor(digits.images[chosen] / 16, dtype=torch.float32)
        labels = torch.as_tensor(digits.target[chosen])
        sent = torch.autograd.grad(cross_entropy(model(samples), labels), list(model.parameters()))
        client = ClientModel(model, cross_entropy, sent, samples.shape[1:])
        assert invert_dense(client, client.uses[0], np.random.default_rng(1), sets=20_000).certified, (seed, labels)


@pytest.mark.slow
def test_in_a_model_in_training_the_layer_behind_tells_the_batch_apart(monkeypatch):
    letters = data.letters()
    model = trained(dense_network(0), letters.train, steps=100, seed=0)
    taken = {True: 0, False: 0}
    for trial in range(4):
        chosen = np.random.default_rng(trial).choice(len(letters.test.labels), 7, replace=False)
        samples = torch.as_tensor(letters.test.images[chosen, None] / 255.0)
        labels = torch.as_tensor(letters.test.labels[chosen].astype(int))
        for behind in taken:
            with monkeypatch.context() as patch:
                if not behind:
                    patch.setattr(dense_inversion, "_following", lambda client, use: None)
                client = rebuilt(model, samples, labels)
                taken[behind] += invert_dense(client, client.uses[0], np.random.default_rng(1), sets=20_000).certified
    assert taken[True] == 4 and taken[False] <= 2, taken
