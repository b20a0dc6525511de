"""Whole batches out of one gradient of a ReLU layer: found, certified, and not from what cannot hold them."""

import numpy as np
import pytest
import torch

from privlab.fl.gradients.analytic import batch_size, invert_convolution, invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.metrics import byte_exact, matched
from privlab.fl.gradients.model_updates import client_update, invert_update
from privlab.fl.gradients.models import convolution_dense_network, dense_network
from tests.fl.gradients.test_analytic import strokes


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def batch(seed, size):
    return np.array([strokes(100 * seed + place) for place in range(size)])


def invert(seed, size, change=lambda gradient: gradient, **options):
    model, images = dense_network(seed), batch(seed, size)
    labels = np.random.default_rng(seed).integers(26, size=size)
    gradient = change(client_gradient(model, images, labels))
    found = invert_relu_layer(gradient, model, np.random.default_rng(seed), **options)
    return found, matched(found.images, images)[1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_every_letter_of_a_batch_comes_back_and_the_attacker_knows_it(size):
    for seed in range(4):
        found, exact = invert(seed, size)
        assert exact.all() and found.certified and found.batch_size == size and "certified" in found.reason


def test_repeated_labels_are_no_limit():
    model, images = dense_network(3), batch(3, 7)
    found = invert_relu_layer(client_gradient(model, images, [5] * 7), model, np.random.default_rng(1))
    assert found.certified and matched(found.images, images)[1].all()


def test_single_precision_and_a_secret_factor_are_no_defense():
    for change in (
        lambda gradient: gradient.map(lambda part: part.astype(np.float32).astype(float)),
        lambda gradient: gradient.map(lambda part: -3e-5 * part),
    ):
        found, exact = invert(5, 7, change)
        assert exact.all() and found.certified


def test_nothing_is_certified_that_the_gradient_does_not_hold():
    rng = np.random.default_rng(7)
    noise, wrong_model = (lambda gradient: gradient.map(lambda part: rng.normal(size=part.shape))), dense_network(99)

    def masked(gradient):
        return gradient.map(lambda part: rng.integers(-(2**63), 2**63, part.shape).astype(float))

    for change in (noise, masked):
        found, exact = invert(1, 7, change)
        assert not found.certified and not exact.any() and found.batch_size is None and len(found.images) == 0
        assert "no batch size fits" in found.reason
    gradient = client_gradient(dense_network(1), batch(1, 3), [1, 2, 3])
    found = invert_relu_layer(gradient, wrong_model, rng, sets=2000)
    assert not found.certified, "another model's neurons do not fire as these letters say"


def test_a_batch_beyond_the_limit_is_counted_and_left():
    found, _ = invert(1, 20)
    assert found.batch_size == 20 and not found.certified and "more than the 16" in found.reason
    full, _ = invert(2, 200)
    assert full.batch_size is None and "no batch size fits" in full.reason


def test_a_blank_letter_and_a_letter_twice():
    model = dense_network(4)
    images = np.concatenate([batch(4, 3), np.zeros((1, 28, 28), np.uint8)])
    found = invert_relu_layer(client_gradient(model, images, [0, 1, 2, 3]), model, np.random.default_rng(1))
    assert found.certified and matched(found.images, images)[1].all()
    twice = np.concatenate([batch(5, 3), batch(5, 1)])
    found = invert_relu_layer(client_gradient(model, twice, [0, 1, 2, 3]), model, np.random.default_rng(1))
    assert found.certified and found.batch_size == 3 and matched(found.images, twice[:3])[1].all()


def test_bad_input_is_one_sentence():
    model, rng = dense_network(1), np.random.default_rng(1)
    gradient = client_gradient(model, batch(1, 2), [0, 1])
    for call, said in (
        (lambda: invert_relu_layer(gradient.map(lambda part: part * np.nan), model, rng), "NaN"),
        (lambda: invert_relu_layer(gradient, dense_network(1, hidden=8), rng), "shaped like the layer"),
        (lambda: invert_relu_layer(gradient, dense_network(1, "sigmoid"), rng), "followed by ReLU"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
    nothing = invert_relu_layer(gradient.map(np.zeros_like), model, rng)
    assert nothing.batch_size is None and len(nothing.images) == 0 and "no neuron" in nothing.reason


def test_the_answer_is_the_same_again_and_the_threads_are_left():
    threads = torch.get_num_threads()
    first, second = (invert(6, 7)[0] for _ in range(2))
    assert np.array_equal(np.rint(255 * first.images), np.rint(255 * second.images))
    assert torch.get_num_threads() == threads


def test_the_batch_size_is_the_last_fall_of_the_singular_values():
    assert batch_size([5, 4, 3, 1e-15, 5e-16, 2e-16, 1e-16]) == 3
    assert batch_size([5, 4, 0.01, 1e-15, 5e-16, 2e-16, 1e-16]) == 3
    assert batch_size([5, 4, 3, 2, 1, 0.9, 1e-16]) is None
    assert batch_size([2.0]) == 1


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


@pytest.mark.parametrize("steps", [1, 5, 20])
def test_an_update_of_several_steps_is_taken_apart_and_replayed(steps):
    for seed in range(2):
        model, images, labels = dense_network(seed), batch(seed, 7), np.arange(7) + seed
        update = client_update(model, images, labels, steps=steps)
        found = invert_update(update, model, np.random.default_rng(1), steps=steps)
        assert found.certified and matched(found.images, images)[1].all()
        other = invert_update(update, dense_network(seed + 50), np.random.default_rng(1), steps=steps, sets=2000)
        assert not other.certified, "control: another model's weights"


def test_an_update_of_one_step_is_the_gradient_times_the_rate():
    model, images = dense_network(1), batch(1, 3)
    before = [each.detach().clone() for each in model.parameters()]
    update, gradient = client_update(model, images, [1, 2, 3], steps=1), client_gradient(model, images, [1, 2, 3])
    np.testing.assert_allclose(update.numbers, 0.1 * gradient.numbers, atol=1e-15)
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters())), "the model stays as it was"
    for bad in (dict(steps=0), dict(learning_rate=0.0), dict(learning_rate=np.nan)):
        with pytest.raises(ValueError, match="at least 1, got 0|a learning rate above 0"):
            client_update(model, images, [1, 2, 3], **bad)


def test_labels_are_read_from_what_came_back_even_of_a_trained_model():
    model, images, labels = dense_network(2), batch(2, 5), np.array([3, 3, 0, 25, 3])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    for _ in range(5):
        optimiser.zero_grad()
        said = model(torch.tensor(batch(9, 5)[:, None] / 255))
        torch.nn.functional.cross_entropy(said, torch.tensor(labels)).backward()
        optimiser.step()
    found = invert_update(client_update(model, images, labels, steps=1), model, np.random.default_rng(1), steps=1)
    assert found.certified and matched(found.images, images)[1].all()


def test_a_convolution_is_no_defense():
    model, images = convolution_dense_network(1, channels=12), batch(1, 5)
    gradient = client_gradient(model, images, [0, 1, 2, 3, 4])
    found = invert_convolution(gradient, model, np.random.default_rng(1))
    assert found.certified and matched(found.images, images)[1].all()
    noise = gradient.map(lambda part: np.random.default_rng(1).normal(size=part.shape))
    control = invert_convolution(noise, model, np.random.default_rng(1))
    assert not control.certified and len(control.images) == 0
    with pytest.raises(ValueError, match="a convolution, a ReLU"):
        invert_convolution(gradient, dense_network(1), np.random.default_rng(1))
