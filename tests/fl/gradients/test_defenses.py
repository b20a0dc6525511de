"""What clients do to a gradient: each keeps its shape and does what it says."""

import numpy as np
import pytest

from privlab.fl.gradients.defenses import add_noise, clip, eight_bits, half_precision, length, prune, signs, total
from privlab.fl.gradients.gradient import Gradient


def gradient(seed=1, scale=1.0):
    rng = np.random.default_rng(seed)
    return Gradient(
        (scale * rng.normal(size=(40, 30)), scale * rng.normal(size=(5, 40))),
        (scale * rng.normal(size=40), scale * rng.normal(size=5)),
    )


def test_clipping_shortens_what_is_long_and_leaves_the_rest():
    long, short = gradient(scale=3), gradient(scale=1e-3)
    assert length(long) == pytest.approx(np.linalg.norm(long.numbers))
    clipped = clip(long, 0.5)
    assert length(clipped) == pytest.approx(0.5)
    np.testing.assert_allclose(clipped.numbers / 0.5, long.numbers / length(long))
    assert np.array_equal(clip(short, 0.5).numbers, short.numbers)
    assert np.array_equal(clip(gradient(scale=0), 1).numbers, gradient(scale=0).numbers)


def test_a_letter_moves_a_sum_of_clipped_gradients_by_the_bound_at_most():
    several = [gradient(seed, scale) for seed, scale in enumerate((5, 0.01, 2, 100))]
    with_all, without = (total(clip(each, 0.7) for each in chosen) for chosen in (several, several[:-1]))
    assert np.linalg.norm(with_all.numbers - without.numbers) <= 0.7 + 1e-12


def test_noise_has_its_standard_deviation_and_none_changes_nothing():
    """1,445 numbers: the spread is within 15 %, 8 standard errors."""
    plain = gradient()
    added = add_noise(plain, 2.0, np.random.default_rng(2)).numbers - plain.numbers
    assert added.std() == pytest.approx(2, rel=0.15) and abs(added.mean()) < 0.45
    assert np.array_equal(add_noise(plain, 0, np.random.default_rng(2)).numbers, plain.numbers)


def test_rounding_keeps_as_many_digits_as_it_says():
    plain = gradient()
    halved, rounded = half_precision(plain), eight_bits(plain)
    np.testing.assert_allclose(halved.numbers, plain.numbers, rtol=1e-3, atol=1e-7)
    assert not np.array_equal(halved.numbers, plain.numbers) and halved.numbers.dtype == np.float64
    for part, true in zip(rounded.parts, plain.parts):
        step = np.abs(true).max() / 127
        assert np.abs(part - true).max() <= step / 2 + 1e-12 and len(np.unique(np.rint(part / step))) <= 255
        assert np.rint(np.abs(part / step)).max() == 127 and np.allclose(part / step, np.rint(part / step))
    zero = gradient(scale=0)
    assert np.array_equal(eight_bits(zero).numbers, zero.numbers)


def test_pruning_keeps_the_largest_and_signs_keep_signs():
    plain = gradient()
    for part, true in zip(prune(plain, 0.9).parts, plain.parts):
        kept = part != 0
        assert kept.sum() == pytest.approx(0.1 * true.size, abs=1) and np.array_equal(part[kept], true[kept])
        assert np.abs(true[~kept]).max() <= np.abs(true[kept]).min()
    assert np.array_equal(prune(plain, 0).numbers, plain.numbers)
    for part, true in zip(signs(plain).parts, plain.parts):
        assert np.array_equal(np.sign(part), np.sign(true))
        assert np.unique(np.abs(part)) == pytest.approx([np.abs(true).mean()]), "the layer's mean size"


def test_defenses_refuse_what_they_cannot_use_in_one_sentence():
    for call, said in (
        (lambda: clip(gradient(), -1), "clipping bound"),
        (lambda: clip(gradient().map(lambda part: part * np.nan), 1), "NaN"),
        (lambda: add_noise(gradient(), -1, np.random.default_rng(1)), "standard deviation"),
        (lambda: prune(gradient(), 1), "below 1"),
        (lambda: total([]), "at least one"),
        (lambda: total([gradient(), Gradient((np.ones((2, 2)),), (np.ones(2),))]), "same shape"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
