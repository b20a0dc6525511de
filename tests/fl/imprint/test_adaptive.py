"""The attacker who knows clip and noise: what he gets, where he breaks, and nothing from nothing."""

import numpy as np
import pytest
import torch

from privlab.fl.gradients.defenses import add_noise
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.imprint.adaptive import least_error, steal
from privlab.fl.imprint.planted_layer import divide_cells
from privlab.fl.secagg.distributed_dp import clipped_sum
from tests.fl.imprint.planted import SECRET, found, planted, some

pytestmark = pytest.mark.usefixtures("cpu")


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert least_error(np.zeros((1, 28, 28), np.uint8), 0.1) == pytest.approx(0.01), "of black only the d alone is left"
