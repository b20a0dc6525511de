"""Private training of assistants: lengths and clipped sums from two factors equal those of commands one by one."""
import numpy as np
import pytest
import torch

from privlab.text.canaries import draw_codes, planted
from privlab.text.learning import rows_of, to_tensors
from privlab.text.private_tagger import clipped_sum, train_privately
from privlab.text.tagger import Taggers, new_taggers


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def one_by_one(taggers, data, command):
    """The gradients of one command under every model, by taking that command alone."""
    parameters = {name: part.clone().requires_grad_() for name, part in taggers.parameters.items()}
    alone = Taggers(parameters)
    some = rows_of(data, slice(command, command + 1))
    loss = alone.read(alone.look_up(some.words), some.lengths).losses(some.tags, some.intents).sum()
    return dict(zip(parameters, torch.autograd.grad(loss, parameters.values())))


def double(taggers):
    return Taggers({name: part.double() for name, part in taggers.parameters.items()})


@pytest.mark.parametrize("clip", [0.5, 3.0, 1e6])
def test_sums_and_lengths_equal_those_of_commands_one_by_one(clip):
    codes = draw_codes(2, np.random.default_rng(1))
    data = to_tensors(planted(codes, [3, 0], seed=1, size=15), "cpu")
    taggers = double(new_taggers(2, seed=3))
    sums, lengths = clipped_sum(taggers, rows_of(data, slice(None)), clip)
    expected = {name: torch.zeros_like(part) for name, part in taggers.parameters.items()}
    for command in range(15):
        gradient = one_by_one(taggers, data, command)
        own = sum(part.flatten(1).square().sum(1) for part in gradient.values()).sqrt()
        torch.testing.assert_close(lengths[:, command], own)
        for name, part in gradient.items():
            expected[name] += part * (clip / own).clamp(max=1).view(-1, *[1] * (part.dim() - 1))
    for name, part in expected.items():
        torch.testing.assert_close(sums[name], part)
