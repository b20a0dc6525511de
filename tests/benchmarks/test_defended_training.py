"""Trainings whose server sees every gradient through a defense."""

import numpy as np
import pytest

from benchmarks.experiments.defended_training import train_defended
from privlab.lessons.global_model_attack.experiments import ATTACKS, DEFENSES
from privlab.ml.membership.shadow_models import Networks, as_rows, draw_members
from tests.fl.made_up_letters import made_up

pytestmark = pytest.mark.usefixtures("cpu")
PUBLIC, PRIVATE = made_up(2_000, 1), made_up(600, 2)


def by_hand(weights, images, labels, clipped):
    """The mean gradient of one model of `Networks` over letters, one letter at a time with autograd."""
    import torch

    parts = [np.zeros(tuple(weight.shape[1:])) for weight in weights]
    for row, label in zip(as_rows(images), labels):
        own = [weight[:1].detach().double().requires_grad_() for weight in weights]
        hidden = torch.relu(row.double() @ own[0] + own[1])
        loss = torch.nn.functional.cross_entropy((hidden @ own[2] + own[3])[0], torch.tensor([int(label)]))
        grads = torch.autograd.grad(loss, own)
        scale = min(1, 1 / float(sum((grad**2).sum() for grad in grads).sqrt())) if clipped else 1
        parts = [part + scale * grad[0].numpy() for part, grad in zip(parts, grads)]
    return parts


@pytest.mark.slow
@pytest.mark.parametrize("defense", ["none", "clipping"])
def test_a_defended_step_follows_the_gradient_of_the_letters_it_takes(defense, monkeypatch):
    import torch

    monkeypatch.setattr("benchmarks.experiments.defended_training.SAMPLE_RATE", 1.0)
    monkeypatch.setattr(torch.optim, "Adam", lambda weights, learning_rate: torch.optim.SGD(weights, 1.0))
    images, labels = PRIVATE.images[:6], PRIVATE.labels[:6]
    before = [weight.detach().clone() for weight in Networks(1, hidden=128, seed=5).weights]
    after = train_defended(defense, images, labels, np.ones((1, 6), bool), seed=5, steps=1).weights
    for old, new, part in zip(before, after, by_hand(before, images, labels, defense == "clipping")):
        np.testing.assert_allclose((old - new.detach())[0].numpy() * 6, part, atol=2e-5)


@pytest.mark.slow
def test_every_defended_training_runs_and_noise_ruins_what_it_learns():
    members = draw_members(2, letters=100, rng=np.random.default_rng(3))
    images = PRIVATE.images[:100]
    labels = (images[:, :, :14].sum(axis=(1, 2), dtype=int) > images[:, :, 14:].sum(axis=(1, 2), dtype=int)).astype(int)
    right = {}
    for defense in DEFENSES:
        networks = train_defended(defense, images, labels, members, steps=40)
        right[defense] = (networks.scores(images).argmax(axis=-1) == labels)[members].mean()
    assert min(right[each] for each in ("none", "fp16", "int8")) > 0.85 and right["dp"] < right["none"]
    assert right["none"] == right["secure_sum"] and set(ATTACKS) == {"matching", "exact_inversion", "imprint"}
    with pytest.raises(ValueError, match="defense must be one of"):
        train_defended("prayer", images, labels, members)
