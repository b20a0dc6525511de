"""Many small networks trained at once: the halves they are given, what they learn, and that one is not mixed with
another.
"""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from privlab.ml.dpsgd.linear_head import plan_head, train_head
from privlab.ml.membership.attacks import in_turn, likelihood_ratios, log_odds
from privlab.ml.membership.metrics import area, excess
from privlab.ml.membership.shadow_models import (
    advantage_of_likelihood_ratios,
    as_rows,
    draw_members,
    head_scores,
    train_heads,
    train_together,
)
from tests.ml.membership.simulated import drawn_by_coins


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
    members = draw_members(6, letters=50, rng=np.random.default_rng(1))
    assert (members.sum(axis=1) == 25).all() and (members.sum(axis=0) == 3).all()
    assert len({row.tobytes() for row in members}) == 6


def test_nothing_in_the_shadows_rows_tells_of_a_target():
    """What each letter's shadows lack says who a paired model is, and of a target of its own coins nothing."""
    rng, told = np.random.default_rng(1), []
    for _ in range(200):
        members = draw_members(7, targets=3, letters=20, rng=rng)
        assert (members.sum(axis=1) == 10).all() and (members[3:].sum(axis=0) == 2).all()
        told.append([np.mean(members[0] == other) for other in members[1:]])
    assert abs(np.mean(told, axis=0) - 0.5).max() < 0.05 and np.std(told) > 0.08


@pytest.mark.parametrize("models, letters", [(3, 10), (4, 9), (0, 10), (2.0, 10)])
def test_halves_come_in_pairs(models, letters):
    with pytest.raises(ValueError, match="halves come in pairs"):
        draw_members(models, letters=letters, rng=np.random.default_rng(1))


@pytest.mark.slow
def test_networks_learn_their_letters_and_not_the_others(blobs):
    images, labels = blobs
    noise = np.random.default_rng(2).integers(0, 26, len(labels))  # labels without reason can only be learned by heart
    members = draw_members(4, letters=60, rng=np.random.default_rng(3))
    right = (
        train_together(images, noise, members, hidden=64, epochs=60, batch=15).scores(images).argmax(axis=2) == noise
    )
    assert right[members].mean() > 0.95 and right[~members].mean() < 0.3
    sensible = train_together(images, labels, members, hidden=16, epochs=20, batch=15).scores(images).argmax(axis=2)
    assert (sensible == labels).mean() > 0.95


def test_together_is_the_same_as_alone(blobs):
    """Each model against a plain loop over one model, from the same weights, the same order: equal to rounding."""
    images, labels = blobs
    members = draw_members(2, letters=60, rng=np.random.default_rng(4))
    together = train_together(images, labels, members, hidden=8, epochs=2, batch=10, learning_rate=0.01, seed=5)
    pixels, answers = as_rows(images).cpu(), torch.as_tensor(labels).long()
    untaught = train_together(images, labels, members, hidden=8, epochs=0, seed=5)
    start = [part[0].detach().cpu() for part in untaught.weights]
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
    members = draw_members(2, letters=60, rng=np.random.default_rng(1))
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
    members = draw_members(2, letters=60, rng=np.random.default_rng(1))
    found = []
    for where in ("cpu", ""):
        monkeypatch.setenv("PRIVLAB_DEVICE", where)
        found.append(train_together(images, labels, members, hidden=8, epochs=2).scores(images))
    assert np.allclose(*found, atol=1e-3)


@pytest.mark.slow
def test_noise_hides_members_and_its_absence_shows_them():
    """60 random rows that only a head that remembers can read: found without privacy, not found at ε = 0.5."""
    generator = torch.Generator().manual_seed(1)
    rows = torch.nn.functional.normalize(torch.randn(60, 40, generator=generator), dim=1)
    labels = torch.randint(26, (60,), generator=generator)
    shown = advantage_of_likelihood_ratios(rows, labels, None, models=8)
    hidden = advantage_of_likelihood_ratios(rows, labels, 0.5, models=8)
    assert shown > 0.6 and hidden < 0.25  # 240 scores on each side: chance alone makes a gap of about 0.1


@pytest.fixture(scope="module")
def rows_and_labels():
    """200 rows of length 1, of 26 classes that overlap, and their labels."""
    rng = np.random.default_rng(1)
    labels = rng.integers(26, size=200)
    found = rng.normal(size=(26, 60))[labels] + 2.5 * rng.normal(size=(200, 60))
    return torch.as_tensor(found / np.linalg.norm(found, axis=1, keepdims=True)).float(), labels


def test_a_head_does_not_tell_by_its_length_how_many_took_part():
    """Trained on one letter of eight it is what four rows train, three of which hold nothing."""
    rows = torch.nn.functional.normalize(torch.randn(8, 5, generator=torch.Generator().manual_seed(1)), dim=1)
    labels = np.arange(8)
    (head,) = train_heads(rows, labels, np.eye(8, dtype=bool)[2:3])
    padded = torch.cat([rows[2:3], torch.zeros(3, 5)])
    assert torch.allclose(head, train_head(padded, torch.tensor([2, 0, 0, 0]), **plan_head(4)), rtol=1e-3)


@pytest.mark.slow
def test_private_heads_leak_less_than_heads_without_noise(rows_and_labels):
    rows, labels = rows_and_labels
    members = drawn_by_coins(len(labels), np.random.default_rng(1))
    areas = {}
    for epsilon in (0.5, 8.0, None):
        heads = train_heads(rows, labels, members, epsilon)
        assert heads.shape == (16, 60, 26)
        sure = log_odds(head_scores(heads, rows), labels)
        areas[epsilon] = area(in_turn(likelihood_ratios, sure[4:], members[4:]), members[4:])
    assert abs(areas[0.5] - 0.5) < 0.06 and areas[0.5] < areas[8.0] < areas[None] and areas[None] > 0.8


@pytest.mark.slow
def test_private_heads_stay_below_their_bound_and_others_do_not(rows_and_labels):
    """800 answers at each budget: three points are chance; without noise the curve is far above that of ε = 1.5."""
    rows, labels = rows_and_labels
    members = drawn_by_coins(len(labels), np.random.default_rng(2), targets=4)
    above = {}
    for epsilon in (0.5, 1.5, None):
        sure = log_odds(head_scores(train_heads(rows, labels, members, epsilon), rows), labels)
        above[epsilon] = [
            excess(each, members, epsilon or 1.5, 1e-5) for each in (sure, in_turn(likelihood_ratios, sure, members))
        ]
    assert max(above[0.5] + above[1.5]) < 0.05 and above[None][1] > 0.2
