"""Batches of letters: their labels counted, matched, scored, tried many times over, and their pictures."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.inversion import large_batches
from privlab.device import device
from privlab.fl.gradients.analytic import infer_labels
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch
from privlab.fl.gradients.metrics import arranged, byte_exact, matched
from privlab.fl.gradients.models import dense_network
from privlab.lab.style import new_figure
from privlab.lessons.gradient_inversion import figures
from privlab.lessons.gradient_inversion.experiments import inversion_trial, whole_batches, whole_by_nearest, written
from tests.fl.gradients.test_analytic import strokes


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


@pytest.fixture(scope="module")
def letters():
    """Two made-up pictures of each letter."""
    return SimpleNamespace(images=np.array([strokes(seed) for seed in range(52)]), labels=np.arange(52) % 26)


def test_the_labels_of_a_batch_are_counted(letters):
    rng = np.random.default_rng(1)
    for seed in range(20):
        model, places = dense_network(seed, ("relu", "sigmoid", "tanh")[seed % 3]), rng.integers(52, size=7)
        labels = letters.labels[places]
        assert infer_labels(client_gradient(model, letters.images[places], labels), model, 7) == sorted(labels)
    gradient = client_gradient(model, letters.images[:7], [4] * 7)
    assert infer_labels(gradient, model, 7) == [4] * 7


def test_labels_refuse_what_they_cannot_count(letters):
    model = dense_network(1)
    gradient = client_gradient(model, letters.images[:2], [0, 1])
    with pytest.raises(ValueError, match="at least 1, got 0"):
        infer_labels(gradient, model, 0)
    with pytest.raises(ValueError, match="NaN"):
        infer_labels(gradient.map(lambda part: part * np.nan), model, 2)


def test_matching_returns_a_batch_whose_labels_differ(letters):
    model, images = dense_network(3, "sigmoid"), letters.images[:4]
    gradient = client_gradient(model, images, [0, 1, 2, 3])
    found = match_batch(gradient, model, [0, 1, 2, 3], seed=1)
    assert matched(found.image, images)[1].all() and found.matched
    assert found.path.shape[1:] == (4, 28, 28) and not byte_exact(found.path[0], images).any(), "the start is noise"


def test_plain_steps_come_nearer_but_slowly(letters):
    model, images = dense_network(3, "sigmoid"), letters.images[:3]
    gradient = client_gradient(model, images, [0, 1, 2])
    short, long = (
        match_batch(gradient, model, [0, 1, 2], iterations=iterations, seed=1, learning_rate=100)
        for iterations in (10, 60)
    )
    quick = match_batch(gradient, model, [0, 1, 2], iterations=60, seed=1)
    assert quick.loss < long.loss < short.loss and len(long.path) == 61


def test_matching_a_batch_finds_nothing_with_the_wrong_model_or_in_noise(letters):
    rng, images = np.random.default_rng(2), letters.images[:3]
    model = dense_network(1, "sigmoid")
    gradient = client_gradient(model, images, [0, 1, 2])
    noise = gradient.map(lambda part: rng.normal(0, part.std(), part.shape))
    for tried, seen in ((dense_network(101, "sigmoid"), gradient), (model, noise)):
        found = match_batch(seen, tried, [0, 1, 2], iterations=60, seed=1)
        assert not found.matched and not (matched(found.image, images)[0] < 1e-3).any()


def test_matching_a_batch_refuses_bad_numbers(letters):
    model = dense_network(1, "sigmoid")
    gradient = client_gradient(model, letters.images[:2], [0, 1])
    for labels, options in (([], {}), ([26], {}), ([0, 1], dict(iterations=0)), ([0, 1], dict(learning_rate=-1.0))):
        with pytest.raises(ValueError, match="at least 1 iteration"):
            match_batch(gradient, model, labels, **options)
    with pytest.raises(ValueError, match="shaped like the model"):
        match_batch(gradient, dense_network(1, hidden=8), [0, 1])


def test_arranged_puts_the_reconstructions_in_the_order_of_the_truth(letters):
    images = letters.images[:4]
    assert np.array_equal(arranged(images[[2, 0, 3, 1]] / 255, images), images / 255)
    lost = arranged(images[[3, 1]] / 255, images)
    assert byte_exact(lost, images).tolist() == [False, True, False, True] and not lost[[0, 2]].any()
    assert not arranged(np.zeros((0, 28, 28)), images).any()


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


def test_a_trial_is_one_client_and_one_attack(letters):
    for options in (dict(), dict(precision="float32"), dict(steps=3), dict(model=dense_network(5)), dict(hidden=128)):
        found, exact = inversion_trial(letters, 4, np.random.default_rng(1), **options)
        assert found.certified and found.batch_size == 4 and exact.tolist() == [True] * 4
    first, second = (inversion_trial(letters, 3, np.random.default_rng(2))[0].images for _ in range(2))
    assert np.array_equal(np.rint(255 * first), np.rint(255 * second))
    found, exact = inversion_trial(letters, 5, np.random.default_rng(1), max_samples=4)
    assert not found.certified and not exact.any(), "control: a batch beyond the attacker's limit"


def test_whole_batches_are_counted_and_sixteen_bits_stop_this_attacker(letters):
    assert whole_batches(letters, (1, 4), trials=2) == [2, 2]
    assert whole_batches(letters, (6,), trials=2, sets=1000, precision="float16") == [0]
    assert whole_by_nearest(letters, letters.images[::-1], (1, 4), trials=2) == [2, 2], (
        "control: the letters themselves"
    )
    assert whole_by_nearest(letters, 255 - letters.images, (1, 4), trials=2) == [0, 0]


def test_large_batches_come_back(letters):
    assert large_batches(letters, sizes=(2, 3), hidden=128) == {2: 2, 3: 3}


def test_batches_are_inverted_and_matched_on_the_gpu(letters, monkeypatch):
    monkeypatch.delenv("PRIVLAB_DEVICE")
    if device() != "cuda":
        pytest.skip("no GPU that torch can use: the GPU path of batches was not run")
    assert large_batches(letters, sizes=(8,)) == {8: 8}
    model = dense_network(3, "sigmoid")
    found = match_batch(client_gradient(model, letters.images[:3], [0, 1, 2]), model, [0, 1, 2], seed=1)
    assert next(model.parameters()).is_cuda and matched(found.image, letters.images[:3])[1].all()


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
