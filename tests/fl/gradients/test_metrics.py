"""What counts as stolen, what chance scores, and the pictures of lesson 51."""

import importlib.util
import pathlib

import numpy as np
import pytest
from scipy.stats import chi2

from privlab.fl.gradients.metrics import byte_exact, equal_pixels, mean_squared_error, nearest_public, recovered
from privlab.lab.style import new_figure
from privlab.lessons.gradient_inversion import exercises, figures

ROOT = pathlib.Path(__file__).resolve().parents[3]


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


def test_the_slider_shows_the_iteration_it_names(letters):
    spec = importlib.util.spec_from_file_location("picture", ROOT / "tools" / "picture.py")
    picture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(picture)
    secret, path = letters[0], np.array([np.zeros((28, 28)), letters[1] / 255, letters[0] / 255])
    _, axes = new_figure(panels=3)
    seen = picture.gradient_picture(np.random.default_rng(1).normal(size=1000))
    assert seen.shape == (32, 32) and np.abs(seen).max() == 1
    for iterations, last, said in (
        (0, path[0], "after 0 iterations"),
        (1, path[1], "after 1 iterations"),
        (2, path[2], "after 2 iterations: byte-exact"),
        (50, path[2], "byte-exact"),
    ):
        for each in axes:
            each.clear()
        assert said in picture.draw_matching(axes, secret, seen, path, iterations)
        assert np.array_equal(axes[2].images[0].get_array(), last)


def test_pictures_say_their_numbers(letters):
    _, axes = new_figure(panels=3)
    rows = np.zeros((3, 784))
    rows[1] = 1
    assert figures.draw_rows(axes, rows) == "1 of 3 rows are not zero: 1"
    _, axes = new_figure()
    said = figures.draw_nearest(axes, np.array([0.0005, 0.01, 0.02]))
    assert said == "1 of 3 letters have a public one nearer than 0.001; the nearest is at 0.0005"


def test_the_threshold_of_the_split_check_is_the_quantile_it_says():
    assert pytest.approx(chi2.isf(1e-9, 255), abs=1) == exercises.UNEVEN


def test_a_fair_share_passes_the_attacks_of_the_check_many_times():
    numbers = exercises._gradient_in_fixed_point()
    assert exercises._pixels_in(numbers) == 784, "positive control: the gradient itself gives the letter"
    rng = np.random.default_rng(3)
    for _ in range(50):
        share = rng.integers(2**64, size=len(numbers), dtype=np.uint64)
        assert exercises._pixels_in(share) < 750
        for values in share.view(np.uint8).reshape(-1, 8).T:
            counts, even = np.bincount(values, minlength=256), len(share) / 256
            assert ((counts - even) ** 2).sum() / even < exercises.UNEVEN
