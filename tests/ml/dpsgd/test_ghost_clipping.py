"""Clipping by hand, ghost clipping and book-keeping: one sum."""

import pytest
import torch
from torch import nn

from privlab.ml.dpsgd.ghost_clipping import _forward_and_back, _norms, bookkept_sum, ghost_sum
from privlab.ml.dpsgd.per_example import example_gradients, per_example_sum
from tests.ml.dpsgd.networks import MODELS, close, made, with_normalisation

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("clip", [0.2, 3.0, 100.0])
def test_all_ways_to_clip_give_one_sum(name, clip):
    """Clipped for all, for some and for none; and the negative control, another clip, is another sum."""
    model, pixels, labels = made(name)
    slow = [torch.zeros_like(value) for value in model.parameters()]
    for place in range(len(pixels)):
        loss = nn.functional.cross_entropy(model(pixels[place : place + 1]), labels[place : place + 1])
        found = torch.autograd.grad(loss, list(model.parameters()))
        length = sum(part.square().sum() for part in found).sqrt()
        slow = [total + part * min(1.0, clip / float(length)) for total, part in zip(slow, found)]
    for way in (per_example_sum, ghost_sum, bookkept_sum):
        assert close(way(model, pixels, labels, clip), slow), way.__name__
    assert close(bookkept_sum(model, pixels, labels, clip, chunk=5), slow)
    assert not close(per_example_sum(model, pixels, labels, 0.1), slow)


@pytest.mark.parametrize("name", MODELS)
def test_lengths_without_gradients_are_the_lengths(name):
    model, pixels, labels = made(name)
    slow = sum(part.flatten(1).square().sum(1) for part in example_gradients(model, pixels, labels)).sqrt()
    assert torch.allclose(_norms(_forward_and_back(model, pixels, labels)[1]), slow, rtol=1e-5)


def test_other_layers_are_refused():
    with pytest.raises(ValueError, match="only Linear and Conv2d"):
        bookkept_sum(with_normalisation(), torch.rand(2, 1, 28, 28), torch.zeros(2).long(), 1.0)
