"""The networks that are attacked: their weights come from a seed alone."""

import pytest
import torch

from privlab.fl.gradients.models import dense_network, trained
from tests.fl.made_up_letters import made_up

pytestmark = pytest.mark.usefixtures("cpu")


def test_weights_come_from_the_seed_alone_and_torch_keeps_its_own():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first = dense_network(7)
    assert torch.equal(torch.rand(1), expected)
    torch.manual_seed(6)
    again, other = dense_network(7), dense_network(8)
    assert torch.equal(first[1].weight, again[1].weight) and not torch.equal(first[1].weight, other[1].weight)
    assert first[1].weight.dtype == torch.float64 and float(first[1].weight.abs().max().detach()) <= 1 / 28


@pytest.mark.parametrize("settings, said", [(dict(activation="gelu"), "one of relu"), (dict(hidden=0), "neurons")])
def test_a_network_that_cannot_be_is_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        dense_network(1, **settings)


def test_a_few_steps_of_training_lower_the_loss_and_leave_the_model_as_it_was():
    letters, model = made_up(100, 1), dense_network(1, hidden=16)
    images, labels = torch.tensor(letters.images[:, None] / 255), torch.tensor(letters.labels.astype(int))
    before = torch.nn.functional.cross_entropy(model(images), labels)
    after = torch.nn.functional.cross_entropy(trained(model, letters, steps=20, seed=1)(images), labels)
    assert after < before and torch.equal(model[1].weight, dense_network(1, hidden=16)[1].weight)
