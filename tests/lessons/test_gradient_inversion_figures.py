"""Lesson 51's trials, its pictures and the thresholds of its checks."""

import numpy as np
import pytest
from scipy.stats import chi2

from privlab.fl.gradients.models import dense_network
from privlab.lab.style import new_figure
from privlab.lessons.gradient_inversion import exercises, figures
from privlab.lessons.gradient_inversion.experiments import inversion_trial, whole_batches, whole_by_nearest, written

pytestmark = pytest.mark.usefixtures("cpu")


def test_a_word_is_written_with_its_letters(letters):
    images, labels = written("secrets", letters, np.random.default_rng(1))
    assert labels.tolist() == [ord(one) - ord("a") for one in "secrets"]
    for image, label in zip(images, labels):
        assert any(np.array_equal(image, each) for each in letters.images[letters.labels == label])
    assert len(np.unique(images.reshape(7, -1), axis=0)) == 7, "no picture twice"
    again, _ = written("secrets", letters, np.random.default_rng(1))
    assert np.array_equal(images, again)
    for word, said in (("", "at least one"), ("Ben", "a to z"), ("a b", "a to z"), ("eee", "a picture for each")):
        with pytest.raises(ValueError, match=said):
            written(word, letters, np.random.default_rng(1))


@pytest.mark.slow
def test_a_trial_is_one_client_and_one_attack(letters):
    for options in (dict(), dict(precision="float32"), dict(steps=3), dict(model=dense_network(5)), dict(hidden=128)):
        found, exact = inversion_trial(letters, 4, np.random.default_rng(1), **options)
        assert found.certified and found.batch_size == 4 and exact.tolist() == [True] * 4
    first, second = (inversion_trial(letters, 3, np.random.default_rng(2))[0].images for _ in range(2))
    assert np.array_equal(np.rint(255 * first), np.rint(255 * second))
    found, exact = inversion_trial(letters, 5, np.random.default_rng(1), max_samples=4)
    assert not found.certified and not exact.any(), "control: a batch beyond the attacker's limit"


@pytest.mark.slow
def test_whole_batches_are_counted_and_sixteen_bits_stop_this_attacker(letters):
    assert whole_batches(letters, (1, 4), trials=2) == [2, 2]
    assert whole_batches(letters, (6,), trials=2, sets=1000, precision="float16") == [0]
    assert whole_by_nearest(letters, letters.images[::-1], (1, 4), trials=2) == [2, 2], (
        "control: the letters themselves"
    )
    assert whole_by_nearest(letters, 255 - letters.images, (1, 4), trials=2) == [0, 0]


def test_the_slider_shows_the_batch_after_the_iterations_it_names(letters):
    truths = letters.images[:2]
    path = [np.zeros((2, 28, 28)), np.array([truths[0] / 255, np.ones((28, 28))]), truths / 255]
    _, axes = new_figure()
    for iterations, exact in ((0, 0), (1, 1), (2, 2), (50, 2)):
        axes.clear()
        said = figures.draw_batch_matching(axes, truths, path, iterations)
        assert said == f"after {iterations} iterations: {exact} of 2 letters byte-exact"
        (shown,) = axes.images
        assert np.array_equal(shown.get_array()[34:62, 34:62], path[min(iterations, 2)][1])


def test_batches_and_curves_are_drawn_and_said(letters):
    _, axes = new_figure()
    rows = [letters.images[:3], np.full((3, 28, 28), 7.0)]
    assert figures.draw_batches(axes, rows, ["written", "blur"]) == "written, blur"
    assert axes.images[0].get_array().max() == 1, "bytes and fractions on the same scale"
    axes.clear()
    found = {"64 bits": [2, 2], "16 bits": [2, 0]}
    said = figures.draw_breaks(axes, (1, 7), found, 2, "16 bits", [0, 0])
    assert said == "16 bits, whole batches byte-exact: 2 of 2 with 1, 0 of 2 with 7; by chance 0 of 4"
    assert [list(line.get_ydata()) for line in axes.lines] == [[0, 0], [2, 2], [2, 0]]
    axes.clear()
    said = figures.draw_stages(axes, {3: {0: 1.0, 50: 1.0}, 7: {0: 1.0, 50: 0.3}}, 0.0)
    assert said == "by chance 0; not all batches came back: 7 after 50"
    assert [list(line.get_ydata()) for line in axes.lines] == [[1, 1], [1, 0.3], [0, 0]]


def test_pictures_say_their_numbers():
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
