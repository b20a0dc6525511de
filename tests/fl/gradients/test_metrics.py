"""What counts as stolen, and what chance scores."""

import numpy as np
import pytest

from privlab.fl.gradients.metrics import (
    arranged,
    byte_exact,
    equal_pixels,
    matched,
    mean_squared_error,
    nearest_public,
    recovered,
)
from tests.fl.made_up_letters import batch

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.fixture
def letters():
    return np.random.default_rng(1).integers(0, 256, (5, 28, 28), dtype=np.uint8)


def test_byte_exact_forgives_rounding_and_nothing_else(letters):
    assert byte_exact(letters / 255, letters).tolist() == [True] * 5
    assert byte_exact(letters / 255 + 0.49 / 255, letters).all()
    off = letters / 255
    off[2, 3, 4] += 0.51 / 255
    off[4, 0, 0] = np.nan
    assert byte_exact(off, letters).tolist() == [True, True, False, True, False]
    assert equal_pixels(off, letters).tolist() == [784, 784, 783, 784, 783]


def test_recovered_is_a_mean_squared_error_under_a_thousandth(letters):
    for step, expected in ((0.031, True), (0.032, False)):
        assert recovered(letters[0] / 255 + step, letters[0]) == expected
    assert mean_squared_error(letters[0] / 255 + 0.1, letters[0]) == pytest.approx(0.01)
    assert not recovered(np.full((28, 28), np.nan), letters[0])


def test_scores_refuse_other_shapes_and_types(letters):
    flat = np.zeros(784)
    for reconstruction, truth in ((letters[0] / 255, letters), (letters / 255, letters / 255), (flat, flat)):
        with pytest.raises(ValueError, match="uint8"):
            byte_exact(reconstruction, truth)


def test_nearest_public_is_the_nearest(letters):
    public = np.random.default_rng(2).integers(0, 256, (300, 28, 28), dtype=np.uint8)
    public[17] = letters[3]
    places, errors = nearest_public(letters, public)
    all_errors = ((letters[:, None] / 255 - public / 255) ** 2).mean(axis=(2, 3))
    assert places.tolist() == all_errors.argmin(1).tolist() and places[3] == 17
    np.testing.assert_allclose(errors, all_errors.min(1), atol=1e-12)


def test_nearest_public_takes_more_than_one_block(letters):
    many = np.repeat(letters, 60, axis=0)
    assert nearest_public(many, letters)[0].tolist() == np.repeat(np.arange(5), 60).tolist()


def test_nearest_public_needs_letters(letters):
    for private, public in ((letters[:0], letters), (letters, letters[:0])):
        with pytest.raises(ValueError, match="at least one"):
            nearest_public(private, public)


def test_arranged_puts_the_reconstructions_in_the_order_of_the_truth(letters):
    images = letters[:4]
    assert np.array_equal(arranged(images[[2, 0, 3, 1]] / 255, images), images / 255)
    lost = arranged(images[[3, 1]] / 255, images)
    assert byte_exact(lost, images).tolist() == [False, True, False, True] and not lost[[0, 2]].any()
    assert not arranged(np.zeros((0, 28, 28)), images).any()


def test_matched_gives_every_letter_its_own_reconstruction():
    images = batch(8, 4)
    errors, exact = matched(images[[2, 0, 3, 1]] / 255, images)
    assert exact.all() and not errors.any()
    errors, exact = matched(np.array([images[0] / 255, images[0] / 255]), images)
    assert exact.tolist() == [True, False, False, False] and np.isinf(errors).sum() == 2
    assert matched(np.zeros((0, 28, 28)), images)[1].sum() == 0
    lost = images / 255
    lost[1, 0, 0] = np.nan
    assert matched(lost, images)[1].tolist() == [True, False, True, True]
    assert byte_exact(images / 255, images).all()
    for bad in (images / 255, images[:, :-1]):
        with pytest.raises(ValueError, match="matched needs"):
            matched(images / 255, bad)
