"""Many small networks trained at once: the halves they are given, what they learn, and that one is not mixed with
another.
"""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from privlab.ml.membership.shadow_models import as_rows, draw_members, train_together


@pytest.fixture(scope="module")
def blobs():
    """60 pictures of three letters, told apart by where their ink is."""
    rng = np.random.default_rng(1)
    labels = np.arange(60) % 3
    images = rng.integers(0, 60, (60, 28, 28))
    for place, label in enumerate(labels):
        images[place, 9 * label : 9 * label + 9] += 150
    return images.astype(np.uint8), labels


def test_every_row_is_half_and_every_letter_is_in_half_the_rows():
    members = draw_members(6, 50, np.random.default_rng(1))
    assert (members.sum(axis=1) == 25).all() and (members.sum(axis=0) == 3).all()
    assert len({row.tobytes() for row in members}) == 6


@pytest.mark.parametrize("models, letters", [(3, 10), (4, 9), (0, 10), (2.0, 10)])
def test_halves_come_in_pairs(models, letters):
    with pytest.raises(ValueError, match="halves come in pairs"):
        draw_members(models, letters, np.random.default_rng(1))


def test_networks_learn_their_letters_and_not_the_others(blobs):
    images, labels = blobs
    noise = np.random.default_rng(2).integers(0, 26, len(labels))  # labels without reason can only be learned by heart
    members = draw_members(4, 60, np.random.default_rng(3))
    right = (
        train_together(images, noise, members, hidden=64, epochs=60, batch=15).scores(images).argmax(axis=2) == noise
    )
    assert right[members].mean() > 0.95 and right[~members].mean() < 0.3
    sensible = train_together(images, labels, members, hidden=16, epochs=20, batch=15).scores(images).argmax(axis=2)
    assert (sensible == labels).mean() > 0.95


def test_together_is_the_same_as_alone(blobs):
    """Each model against a plain loop over one model, from the same weights, the same order: equal to rounding."""
    images, labels = blobs
    members = draw_members(2, 60, np.random.default_rng(4))
    together = train_together(images, labels, members, hidden=8, epochs=2, batch=10, rate=0.01, seed=5)
    pixels, answers = as_rows(images).cpu(), torch.as_tensor(labels).long()
    start = [each[0].detach().cpu() for each in train_together(images, labels, members, 8, epochs=0, seed=5).weights]
    generator = torch.Generator().manual_seed(5)
    orders = [torch.rand(2, 30, generator=generator).argsort(dim=1) for _ in range(2)]
    for model in range(2):
        weights = [each.clone().requires_grad_() for each in start]
        optimizer = torch.optim.Adam(weights, 0.01)
        own = torch.as_tensor(np.flatnonzero(members[model]))
        for order in orders:
            for rows in own[order[model]].split(10):
                hidden = torch.relu(pixels[rows] @ weights[0] + weights[1])
                optimizer.zero_grad()
                F.cross_entropy(hidden @ weights[2] + weights[3], answers[rows]).backward()
                optimizer.step()
        for one, many in zip(weights, together.weights):
            assert torch.allclose(one, many[model].cpu(), atol=1e-4)


def test_bad_input_is_one_sentence(blobs):
    images, labels = blobs
    members = draw_members(2, 60, np.random.default_rng(1))
    uneven = members.copy()
    uneven[0] = True
    for chosen, message in (
        (uneven, "equally many letters"),
        (np.zeros((2, 60), bool), "at least one"),
        (members[:, :50], "as many labels"),
        (members[0], "as many labels"),
    ):
        with pytest.raises(ValueError, match=message):
            train_together(images, labels, chosen, epochs=1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU: compares what it trains with the CPU")
def test_the_gpu_trains_the_same_networks(blobs, monkeypatch):
    images, labels = blobs
    members = draw_members(2, 60, np.random.default_rng(1))
    found = []
    for where in ("cpu", ""):
        monkeypatch.setenv("PRIVLAB_DEVICE", where)
        found.append(train_together(images, labels, members, hidden=8, epochs=2).scores(images))
    assert np.allclose(*found, atol=1e-3)
