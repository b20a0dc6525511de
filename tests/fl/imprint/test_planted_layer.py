"""A planted layer takes sums apart: differences keep to the birthday theory, peeling gives all, and nothing from
nothing.
"""

import numpy as np
import pytest
import torch

from privlab import fl
from privlab.fl.gradients.defenses import add_noise, clip, total
from privlab.fl.gradients.gradient import Gradient, client_gradient
from privlab.fl.gradients.metrics import byte_exact
from privlab.fl.imprint.adaptive import least_error, steal
from privlab.fl.imprint.peeling import peel, whole_bytes
from privlab.fl.imprint.planted_layer import differences, divide_cells, expected_alone
from privlab.fl.secagg.distributed_dp import clipped_sum


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def made_up(count, seed):
    """Made-up letters, two soft strokes of ink each, uint8 [count, 28, 28]."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    slope, offset, wide = (
        rng.uniform(-1.5, 1.5, (count, 2)),
        rng.uniform(8, 20, (count, 2)),
        rng.uniform(40, 120, count),
    )
    away = np.abs(columns - offset[..., None, None] - slope[..., None, None] * (rows - 14)).min(axis=1)
    ink = np.clip(rng.integers(200, 256, (count, 1, 1)) - wide[:, None, None] * away, 0, 255)
    ink[:, :4] = ink[:, -4:] = ink[:, :, :4] = ink[:, :, -4:] = 0
    return np.rint(ink).astype(np.uint8)


PUBLIC, SECRET = made_up(4_000, 1), made_up(400, 2)


def planted(bins, groups, **more):
    plan = fl.imprint.plan(PUBLIC, bins=bins, groups=groups, rng=np.random.default_rng(3))
    return plan, fl.imprint.network(plan, np.random.default_rng(4), **more)


def some(trial, count=9):
    rng = np.random.default_rng(trial)
    return SECRET[rng.choice(len(SECRET), count, replace=False)], rng.integers(26, size=count)


def found(pictures, truth):
    have = {picture.tobytes() for picture in pictures}
    return np.array([letter.tobytes() in have for letter in truth])


def test_cells_are_equally_likely_and_no_letter_is_missed():
    plan = fl.imprint.plan(PUBLIC, bins=20, groups=3, rng=np.random.default_rng(1))
    for column in plan.cells(PUBLIC).T:
        counts = np.bincount(column, minlength=20)
        assert counts.min() > 150 and counts.max() < 250 and column.min() >= 0
    extremes = np.array([np.zeros((28, 28)), np.full((28, 28), 255)], np.uint8)
    assert plan.cells(extremes).min() >= 0


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


def test_peeling_returns_every_letter_of_every_sum():
    for bins, groups in ((48, 3), (36, 4)):
        plan, model = planted(bins, groups)
        for trial in range(15):
            letters, labels = some(trial)
            back = peel(client_gradient(model, letters, labels), plan)
            assert found(back.images, letters).all() and len(back.images) == 9 and back.complete


def test_peeling_knows_when_letters_are_left():
    plan, model = planted(9, 1)
    for trial in range(10):
        letters, labels = some(trial)
        back = peel(client_gradient(model, letters, labels), plan)
        assert back.complete == (len(back.images) == 9) and found(back.images, letters).sum() == len(back.images)


def test_two_hundred_letters_of_many_clients():
    plan, model = planted(110, 3)
    letters, labels = some(6, 200)
    updates = [client_gradient(model, letters[own : own + 8], labels[own : own + 8]) for own in range(0, 200, 8)]
    back = peel(total(updates), plan)
    assert found(back.images, letters).all() and back.complete


def test_identical_and_blank_letters():
    plan, model = planted(48, 3)
    letters, labels = some(7)
    letters[1], letters[2] = letters[0], 0
    back = peel(client_gradient(model, letters, labels), plan)
    assert found(back.images, letters).all() and len(back.images) == 8 and back.complete


def test_nothing_comes_out_of_what_does_not_hold_the_letters():
    rng = np.random.default_rng(8)
    plan, model = planted(48, 3)
    letters, labels = some(8)
    seen = client_gradient(model, letters, labels)
    for nothing in (seen.map(lambda part: rng.normal(0, part.std(), part.shape)), seen.map(np.zeros_like)):
        back = steal(nothing, plan)
        assert len(back.certified) == 0 and not back.recovered(letters).any()
    others, _ = some(9)
    others = np.array([each for each in others if not found(letters, each[None])[0]])
    assert not steal(seen, plan).recovered(others).any()


def test_amplification_changes_no_output_and_a_disguise_still_steals():
    plan, model = planted(48, 3)
    _, amplified = planted(48, 3, amplification=1000)
    letters, labels = some(10)
    inputs = torch.tensor(letters[:, None] / 255)
    torch.testing.assert_close(model(inputs), amplified(inputs))
    ours, theirs = (client_gradient(each, letters, labels).weights[0] for each in (model, amplified))
    np.testing.assert_allclose(1000 * ours, theirs, rtol=1e-9, atol=1e-15)
    _, disguised = planted(48, 3, amplification=1000, disguise=1)
    rows = disguised[1].weight.detach().numpy()
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.abs(rows @ rows.T - np.eye(144)).max() < 0.9
    assert steal(client_gradient(disguised, letters, labels), plan).recovered(letters).sum() >= 6


def test_the_adaptive_attacker_breaks_far_below_any_epsilon():
    plan, model = planted(48, 3, amplification=1000)
    _, plain = planted(48, 3)
    counts = np.zeros((4, 2), int)
    for trial in range(4):
        letters, labels = some(trial)
        for column, network in enumerate((model, plain)):
            gradient = clipped_sum(network, letters, labels, max_norm=1)
            for row, sigma in enumerate((0, 1e-4, 0.01, 0.15)):
                noisy = add_noise(gradient, sigma, np.random.default_rng(trial))
                counts[row, column] += steal(noisy, plan, noise_std=sigma).recovered(letters).sum()
    assert list(counts[0]) == [36, 36] and counts[1, 0] >= 32 and counts[1, 1] == 0 and not counts[2:].any()


def test_runs_of_rows_beat_single_rows():
    plan, model = planted(48, 3, amplification=1000)
    from privlab.fl.gradients.metrics import RECOVERED, matched

    better, single = 0, 0
    for trial in range(4):
        letters, labels = some(trial)
        noisy = add_noise(clipped_sum(model, letters, labels, max_norm=1), 4e-4, np.random.default_rng(trial))
        better += steal(noisy, plan, noise_std=4e-4).recovered(letters).sum()
        single += (matched(np.clip(divide_cells(noisy, plan), 0, 1), letters)[0] < RECOVERED).sum()
    assert better >= single + 4


def test_the_least_error_is_what_the_best_reading_has():
    """One letter in 50 equal rows of a clipped gradient; the error of the mean row over its d, within 5 %."""
    letter, rng = SECRET[0], np.random.default_rng(11)
    row = np.append(letter.ravel() / 255, 1)
    rows = np.repeat(row[None], 50, axis=0)
    rows = rows / np.linalg.norm(rows)
    d = rows[0, -1]
    errors = [
        (((rows + 1e-3 * rng.standard_normal(rows.shape)).mean(axis=0)[:-1] / d - row[:-1]) ** 2).mean()
        for _ in range(20)
    ]
    assert np.mean(errors) == pytest.approx(least_error(letter[None], 1e-3)[0], rel=0.05)


def test_whole_bytes_tell_letters_from_mixtures():
    rows = SECRET[:50].reshape(50, 784) / 255
    assert whole_bytes(rows + 1e-5, 0.05).all()
    mixed = (rows[:25] + 2 * rows[25:]) / 3
    assert not whole_bytes(mixed, 0.05).any()
    assert not whole_bytes(1 + rows[:1], 0.05)[0] and not whole_bytes(-rows[:1], 0.05)[0]


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
