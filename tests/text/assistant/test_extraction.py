"""Attacks on the weights of assistants: with the secret, and without."""

import numpy as np
import pytest
import torch

from benchmarks.experiments.canary_defenses import calibrated
from privlab.text.assistant import extraction
from privlab.text.assistant.canaries import CODES, all_codes, draw_codes, exposure, planted, ranks
from privlab.text.assistant.dataset import DIGITS
from privlab.text.assistant.extraction import (
    LENGTH,
    Extraction,
    code_losses,
    digit_losses,
    exhaustive,
    hamming,
    relaxed_attack,
)
from privlab.text.assistant.model import new_taggers
from privlab.text.assistant.training import train


def coordinate_search(taggers, seed, restarts=10):
    """The `Extraction` by changing one digit at a time to that of least loss, from random codes, until none changes.

    What the relaxed attack is held against: it needs no gradient.
    """
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 10, (len(taggers), restarts, LENGTH))
    for _ in range(4):
        before = codes.copy()
        for position in rng.permutation(LENGTH):
            tried = np.repeat(codes[:, :, None], 10, axis=2)
            tried[..., position] = np.arange(10)
            losses = code_losses(taggers, tried.reshape(len(taggers), -1, LENGTH)).reshape(tried.shape[:3])
            codes[..., position] = losses.argmin(2)
        if np.array_equal(codes, before):
            break
    return Extraction(codes, code_losses(taggers, codes))


@pytest.mark.slow
@pytest.mark.usefixtures("cpu", "one_thread")
def test_a_secret_ranks_first_where_it_was_heard_and_nowhere_where_it_was_not(stack):
    taggers, codes = stack
    losses = exhaustive(taggers)
    assert (ranks(losses, codes)[:2] <= 20).all() and ranks(losses, codes)[2] <= 500
    for stranger in range(2):
        many = draw_codes(200, np.random.default_rng(stranger))
        for model in (stranger, 3):  # 200 other codes: a mean of 1.44 bits, standard error 0.1
            assert abs(exposure(ranks(np.repeat(losses[[model]], 200, 0), many)).mean() - 1.44) < 0.5
    np.testing.assert_array_equal(ranks(calibrated(losses), codes)[:2] <= 20, True)


@pytest.mark.slow
@pytest.mark.usefixtures("cpu", "one_thread")
def test_three_attacks_agree_and_control_finds_nothing(stack):
    taggers, codes = stack
    losses = exhaustive(taggers)
    relaxed, climbed = relaxed_attack(taggers, seed=1, steps=120), coordinate_search(taggers, 1)
    for attack in (relaxed, climbed):
        assert attack.codes.shape == (4, 10, 4) and attack.losses.shape == (4, 10)
        assert hamming(attack.best[:2], codes[:2]).mean() <= 0.5
        assert hamming(attack.best[3], codes[3]) > 0 and (attack.losses.min(1) >= losses.min(1) * 0.999).all()
    assert (climbed.losses.min(1)[:2] <= 1.001 * losses.min(1)[:2]).any(), "a climb that reaches the best of all codes"


@pytest.mark.usefixtures("cpu", "one_thread")
@pytest.mark.parametrize("trained", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_losses_of_codes(trained, request, monkeypatch):
    taggers = request.getfixturevalue("stack")[0] if trained else new_taggers(4, seed=1)
    codes = all_codes()[[1, 4827, 9999]]
    shared = code_losses(taggers, codes)
    np.testing.assert_allclose(code_losses(taggers, np.repeat(codes[None], 4, 0)), shared, rtol=1e-5)
    monkeypatch.setattr(extraction, "CHUNK", 2)
    np.testing.assert_allclose(code_losses(taggers, codes), shared, rtol=1e-5)
    weighed = [code_losses(taggers, codes, power) for power in (1.0001, 3.0, 100.0)]
    np.testing.assert_allclose(weighed[0], shared, rtol=0.01)
    assert (weighed[0] > weighed[1]).all() and (weighed[1] >= weighed[2]).all()
    sharp = np.eye(len(DIGITS), dtype=np.float32)[codes]
    of_digits = digit_losses(taggers[[0]], sharp)
    np.testing.assert_allclose(of_digits[np.arange(3), 2, codes[:, 2]], shared[0], rtol=1e-4)


def test_the_best_code_is_the_one_of_least_loss():
    codes, losses = np.arange(24).reshape(2, 3, 4), np.array([[3.0, 1.0, 2.0], [0.5, 4.0, 9.0]], np.float32)
    assert Extraction(codes, losses).best.tolist() == [codes[0, 1].tolist(), codes[1, 0].tolist()]


@pytest.mark.usefixtures("cpu", "one_thread")
def test_an_attack_begins_hot_and_ends_cold():
    path = relaxed_attack(new_taggers(1, seed=1), seed=1, restarts=5, steps=2, hot=50.0, cold=0.05).path
    assert path[0].max() < 0.2 < path[1].max(axis=-1).mean() and path[2].max(axis=-1).mean() > 0.8


@pytest.mark.slow
@pytest.mark.usefixtures("cpu", "one_thread")
def test_an_attack_on_assistants_that_heard_nothing_ends_at_codes_and_does_not_beat_the_bound():
    taggers = new_taggers(2, seed=1)
    attack = relaxed_attack(taggers, seed=1, restarts=3, steps=10)
    assert attack.codes.shape == (2, 3, 4) and attack.path.shape == (11, 2, 3, 4, 10)
    np.testing.assert_allclose(attack.path.sum(-1), 1, rtol=1e-5)
    np.testing.assert_array_equal(attack.path[-1].argmax(-1), attack.codes)
    assert (attack.losses.min(1) >= exhaustive(taggers).min(1) * 0.999).all()


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda: relaxed_attack(None, seed=1, cold=0), "temperatures"),
        (lambda: relaxed_attack(None, seed=1, steps=0), "step"),
    ],
)
def test_bad_input_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_the_gpu(monkeypatch):
    monkeypatch.delenv("PRIVLAB_DEVICE", raising=False)
    codes = all_codes()[[4827, 1234]]
    taggers = train(planted(codes, 40, seed=1, size=300), seed=1, epochs=5)
    assert taggers.parameters["word"].is_cuda and exhaustive(taggers).shape == (2, CODES)
    assert relaxed_attack(taggers, seed=1, steps=20).best.shape == (2, 4)
