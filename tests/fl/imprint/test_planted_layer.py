"""A planted layer sorts letters into cells, and differences keep to the birthday theory."""

import numpy as np
import pytest
import torch

from privlab import fl
from privlab.fl.gradients.defenses import clip, prune
from privlab.fl.gradients.gradient import Gradient, client_gradient
from privlab.fl.gradients.metrics import byte_exact
from privlab.fl.imprint.adaptive import steal
from privlab.fl.imprint.peeling import peel
from privlab.fl.imprint.planted_layer import LOWER, differences, divide_cells, expected_alone
from tests.fl.imprint.planted import PUBLIC, SECRET, found, planted, some

pytestmark = pytest.mark.usefixtures("cpu")


def test_cells_are_equally_likely_and_no_letter_is_missed():
    plan = fl.imprint.plan(PUBLIC, bins=20, groups=3, rng=np.random.default_rng(1))
    for column in plan.cells(PUBLIC).T:
        counts = np.bincount(column, minlength=20)
        assert counts.min() > 150 and counts.max() < 250 and column.min() >= 0
    extremes = np.array([np.zeros((28, 28)), np.full((28, 28), 255)], np.uint8)
    assert plan.cells(extremes).min() >= 0


def test_no_public_letter_lies_on_a_threshold():
    """One byte of one pixel moves a number by twice the room that is left."""
    plan = fl.imprint.plan(PUBLIC, bins=20, groups=1, rng=np.random.default_rng(1))
    numbers = PUBLIC.reshape(-1, 28 * 28) / 255 @ plan.directions[0]
    assert np.abs(numbers[:, None] - plan.thresholds[0]).min() == pytest.approx(LOWER, rel=1e-3)


def test_amplification_changes_no_output():
    plan = fl.imprint.plan(PUBLIC, bins=8, groups=2, rng=np.random.default_rng(1))
    pixels = torch.as_tensor(SECRET[:5, None] / 255)
    one, other = (
        fl.imprint.network(plan, np.random.default_rng(2), amplification=times)(pixels) for times in (1, 1_000)
    )
    assert torch.allclose(one, other, atol=1e-9) and float(one.detach().std()) > 0


def test_a_cell_holds_the_letters_between_two_thresholds():
    plan, model = planted(12, 2)
    letters, labels = some(1, 5)
    alone = [differences(client_gradient(model, letter, label), plan) for letter, label in zip(letters, labels)]
    together = differences(client_gradient(model, letters, labels), plan)
    np.testing.assert_allclose(together, np.mean(alone, axis=0), atol=1e-15)
    for each, letter, cells in zip(alone, letters, plan.cells(letters)):
        size = np.abs(each[..., -1])
        assert [list(np.flatnonzero(row > 1e-9 * size.max())) for row in size] == [[cell] for cell in cells]
        first, second = (each[group, cell] for group, cell in enumerate(cells))
        np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-15)  # the same d in every group
        assert byte_exact((first[:-1] / first[-1]).reshape(28, 28), letter)


def test_division_returns_the_letters_that_lie_alone_and_hardly_any_other():
    """Now and then one of two letters in a cell passes back so little that the other one rounds to its own bytes."""
    others = 0
    for bins in (9, 36, 144):
        plan, model = planted(bins, 1)
        for trial in range(10):
            letters, labels = some(trial)
            cells = plan.cells(letters)[:, 0]
            back = np.rint(255 * np.clip(divide_cells(client_gradient(model, letters, labels), plan), 0, 1))
            back, alone = found(back.astype(np.uint8), letters), np.bincount(cells)[cells] == 1
            assert back[alone].all()
            others += back[~alone].sum()
    assert others <= 5


def all_alone(letters, bins):
    """The probability that no two letters share a cell."""
    return np.prod(np.maximum(1 - np.arange(letters) / bins, 0))


def test_the_birthday_theory_is_what_random_cells_do():
    """40,000 trials: the mean is within 8 standard errors, the rate within 8 of 0.0025."""
    cells = np.sort(np.random.default_rng(5).integers(36, size=(40_000, 9)), axis=1)
    same = np.diff(cells, axis=1) == 0
    alone = 9 - (np.pad(same, ((0, 0), (0, 1))) | np.pad(same, ((0, 0), (1, 0)))).sum(axis=1)
    assert alone.mean() == pytest.approx(expected_alone(9, 36), abs=0.08)
    assert (alone == 9).mean() == pytest.approx(all_alone(9, 36), abs=0.02)
    assert expected_alone(9, 9) == pytest.approx(3.51, abs=0.01) and all_alone(9, 8) == 0


def test_a_planted_model_refuses_what_it_cannot_use_in_one_sentence():
    rng = np.random.default_rng(1)
    plan, model = planted(12, 2)
    letters, labels = some(1)
    gradient = client_gradient(model, letters, labels)
    other = Gradient(tuple(part[:-1] for part in gradient.weights), tuple(part[:-1] for part in gradient.biases))
    for call, said in (
        (lambda: fl.imprint.plan(PUBLIC, bins=0, groups=1, rng=rng), "bins must be a whole number of at least 1"),
        (lambda: fl.imprint.plan(PUBLIC[:0], bins=9, groups=1, rng=rng), "1 public letter"),
        (lambda: fl.imprint.network(plan, rng, amplification=0), "amplification"),
        (lambda: fl.imprint.network(plan, rng, disguise=-1), "disguise"),
        (lambda: differences(other, plan), "another model"),
        (lambda: peel(gradient.map(lambda part: part * np.nan), plan), "NaN"),
        (lambda: steal(gradient, plan, noise_std=-1), "at least 0"),
        (lambda: clip(gradient, 0), "clipping bound"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


@pytest.mark.slow
def test_idle_neurons_never_fire_and_change_nothing_else():
    plan = fl.imprint.plan(PUBLIC, bins=48, groups=3, rng=np.random.default_rng(1), idle=1296)
    network = fl.imprint.network(plan, np.random.default_rng(1), amplification=1000)
    assert not (network[:3](torch.as_tensor(SECRET[:, None] / 255))[:, plan.neurons :] > 0).any()
    letters, labels = some(1)
    gradient = client_gradient(network, letters, labels)
    kept = prune(gradient, 0.9)
    np.testing.assert_array_equal(kept.weights[0], gradient.weights[0])
    assert steal(kept, plan).recovered(letters).all()
    bare = fl.imprint.plan(PUBLIC, bins=48, groups=3, rng=np.random.default_rng(1))
    network = fl.imprint.network(bare, np.random.default_rng(1), amplification=1000)
    bitten = prune(client_gradient(network, letters, labels), 0.9)
    assert steal(bitten, bare).recovered(letters).sum() < 5, "without idle neurons pruning bites"
