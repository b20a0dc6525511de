"""Letters found by matching gradients, single and in batches, and not from what cannot hold them."""

import os

import numpy as np
import pytest
import torch

from privlab.device import device
from privlab.fl.gradients.analytic import infer_label, invert_by_division
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch, match_gradient
from privlab.fl.gradients.metrics import byte_exact, matched, recovered
from privlab.fl.gradients.models import built, dense_network
from tests.fl.made_up_letters import strokes

pytestmark = pytest.mark.usefixtures("cpu")


def convolutional_network(seed):
    """A network of two 5x5 tanh convolutions that step by 2 and a layer of 26 letters."""
    nn = torch.nn
    return built(
        seed,
        lambda: nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2),
            nn.Tanh(),
            nn.Conv2d(16, 16, 5, stride=2, padding=2),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(16 * 7**2, 26),
        ),
    )


@pytest.mark.slow
def test_matching_returns_every_letter_on_the_sigmoid_network():
    for seed in range(10):
        model, letter = dense_network(seed, "sigmoid"), strokes(seed)
        gradient = client_gradient(model, letter, seed)
        found = match_gradient(gradient, model, infer_label(gradient), seed=seed)
        assert found.matched and byte_exact(found.image, letter)
        assert not recovered(found.path[0], letter), "the start is noise"
        assert len(np.unique(found.path[:5].mean(axis=(1, 2)))) == 5, "each iteration keeps its own picture"


@pytest.mark.slow
def test_matching_returns_a_letter_through_convolutions():
    model, letter = convolutional_network(3), strokes(3)
    gradient = client_gradient(model, letter, 3)
    found = match_gradient(gradient, model, infer_label(gradient))
    assert found.matched and byte_exact(found.image, letter)
    with pytest.raises(ValueError, match="dense first layer"):
        invert_by_division(gradient)


@pytest.mark.slow
def test_matching_finds_nothing_with_the_wrong_model_or_in_noise():
    rng, letter = np.random.default_rng(2), strokes(1)
    for seed in range(4):
        gradient = client_gradient(dense_network(seed, "sigmoid"), letter, 1)
        noise = gradient.map(lambda part: rng.normal(0, part.std(), part.shape))
        for model, seen in ((dense_network(seed + 100, "sigmoid"), gradient), (dense_network(seed, "sigmoid"), noise)):
            found = match_gradient(seen, model, 1, iterations=40, starts=1)
            assert not found.matched and not recovered(found.image, letter)


@pytest.mark.slow
def test_matching_with_the_wrong_label_does_not_match():
    model, letter = dense_network(1, "sigmoid"), strokes(1)
    found = match_gradient(client_gradient(model, letter, 1), model, 2, iterations=40, starts=1)
    assert not found.matched and not byte_exact(found.image, letter)


@pytest.mark.slow
def test_matching_starts_again_and_keeps_the_best():
    model, letter = dense_network(1, "sigmoid"), strokes(1)
    gradient = client_gradient(model, letter, 1)
    losses = [match_gradient(gradient, model, 1, iterations=2, seed=4, starts=starts).loss for starts in (1, 2, 3)]
    assert losses[0] >= losses[1] >= losses[2] and losses[0] > losses[2]
    assert match_gradient(gradient, model, 1, seed=4, starts=3).matched


@pytest.mark.slow
def test_matching_is_the_same_on_every_run_and_leaves_the_threads():
    model, letter = dense_network(1, "sigmoid"), strokes(1)
    gradient, threads = client_gradient(model, letter, 1), torch.get_num_threads()
    first, second = (match_gradient(gradient, model, 1, seed=9) for _ in range(2))
    assert np.array_equal(first.path, second.path) and torch.get_num_threads() == threads


@pytest.mark.slow
def test_matching_returns_a_batch_whose_labels_differ(letters):
    model, images = dense_network(3, "sigmoid"), letters.images[:4]
    gradient = client_gradient(model, images, [0, 1, 2, 3])
    found = match_batch(gradient, model, [0, 1, 2, 3], seed=1)
    assert matched(found.image, images)[1].all() and found.matched
    assert found.path.shape[1:] == (4, 28, 28) and not byte_exact(found.path[0], images).any(), "the start is noise"


@pytest.mark.slow
def test_plain_steps_come_nearer_but_slowly(letters):
    model, images = dense_network(3, "sigmoid"), letters.images[:3]
    gradient = client_gradient(model, images, [0, 1, 2])
    short, long = (
        match_batch(gradient, model, [0, 1, 2], iterations=iterations, seed=1, learning_rate=100)
        for iterations in (10, 60)
    )
    quick = match_batch(gradient, model, [0, 1, 2], iterations=60, seed=1)
    assert quick.loss < long.loss < short.loss and len(long.path) == 61


@pytest.mark.slow
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


def test_the_attack_runs_on_the_gpu(monkeypatch):
    monkeypatch.delenv("PRIVLAB_DEVICE")
    if device() != "cuda":
        pytest.skip("no GPU that torch can use: the GPU path of gradient inversion was not run")
    for model in (dense_network(1, "sigmoid"), convolutional_network(1)):
        gradient = client_gradient(model, strokes(1), 4)
        found = match_gradient(gradient, model, infer_label(gradient))
        assert next(model.parameters()).is_cuda and found.matched and byte_exact(found.image, strokes(1))
        assert isinstance(gradient.numbers, np.ndarray) and os.environ.get("PRIVLAB_DEVICE") is None
