"""Letters read out of a gradient without a search: labels, division, batches, and none from what cannot hold them."""

import numpy as np
import pytest
import torch

from privlab.fl.gradients.analytic import (
    infer_label,
    infer_labels,
    invert_by_division,
    invert_convolution,
    invert_relu_layer,
)
from privlab.fl.gradients.gradient import Gradient, client_gradient
from privlab.fl.gradients.matching import match_gradient
from privlab.fl.gradients.metrics import byte_exact, matched, recovered
from privlab.fl.gradients.models import convolution_dense_network, dense_network
from tests.fl.made_up_letters import batch, strokes

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.mark.slow
def test_division_returns_every_letter_and_label():
    for seed in range(60):
        letter = strokes(seed)
        gradient = client_gradient(dense_network(seed, ("relu", "sigmoid", "tanh")[seed % 3]), letter, seed % 26)
        assert infer_label(gradient) == seed % 26
        assert byte_exact(invert_by_division(gradient), letter)


@pytest.mark.slow
def test_division_finds_nothing_where_the_letter_is_not():
    rng, letter = np.random.default_rng(1), strokes(0)
    for seed in range(1, 30):
        other = client_gradient(dense_network(seed), strokes(seed), 0)
        noise = other.map(lambda part: rng.normal(size=part.shape))
        assert not recovered(invert_by_division(other), letter)
        assert not recovered(invert_by_division(noise), letter)


def test_division_of_two_letters_is_a_mixture():
    both = np.array([strokes(1), strokes(2)])
    mixture = invert_by_division(client_gradient(dense_network(1), both, [0, 1]))
    assert not any(byte_exact(mixture, letter) for letter in both)


@pytest.mark.slow
def test_half_precision_and_a_secret_factor_hide_nothing():
    for seed in range(20):
        letter, gradient = strokes(seed), client_gradient(dense_network(seed), strokes(seed), 0)
        for changed in (gradient.map(lambda part: part.astype(np.float16)), gradient.map(lambda part: -3e-5 * part)):
            assert byte_exact(invert_by_division(changed), letter)


def test_attacks_refuse_what_they_cannot_use_in_one_sentence():
    model = dense_network(1, "sigmoid")
    gradient = client_gradient(model, strokes(1), 0)
    broken = gradient.map(lambda part: part * np.nan)
    zero = gradient.map(np.zeros_like)
    blank = client_gradient(model, np.zeros((28, 28), np.uint8), 0)
    batch = client_gradient(model, np.array([strokes(1), strokes(2)]), [0, 1])
    for call, said in (
        (lambda: invert_by_division(broken), "NaN"),
        (lambda: invert_by_division(zero), "no neuron"),
        (lambda: invert_by_division(blank), "blank"),
        (lambda: infer_label(broken), "NaN"),
        (lambda: infer_label(zero), "0 negative"),
        (lambda: infer_label(batch), "2 negative"),
        (lambda: match_gradient(broken, model, 0), "NaN"),
        (lambda: match_gradient(zero, model, 0), "zero"),
        (lambda: match_gradient(gradient, dense_network(1, hidden=8), 0), "shaped like the model"),
        (lambda: match_gradient(gradient, model, 26), "0 to 25"),
        (lambda: match_gradient(gradient, model, 0, iterations=0), "at least 1"),
        (lambda: dense_network(1, "swish"), "relu"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


def test_a_blank_letter_is_not_counted_as_stolen():
    blank = np.zeros((28, 28), np.uint8)
    found = client_gradient(dense_network(1), blank, 0)
    assert isinstance(found, Gradient) and infer_label(found) == 0
    with pytest.raises(ValueError, match="nothing to recover"):
        invert_by_division(found)


@pytest.mark.slow
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


def invert(seed, size, change=lambda gradient: gradient, **options):
    model, images = dense_network(seed), batch(seed, size)
    labels = np.random.default_rng(seed).integers(26, size=size)
    gradient = change(client_gradient(model, images, labels))
    found = invert_relu_layer(gradient, model, np.random.default_rng(seed), **options)
    return found, matched(found.images, images)[1]


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_every_letter_of_a_batch_comes_back_and_the_attacker_knows_it(size):
    for seed in range(4):
        found, exact = invert(seed, size)
        assert exact.all() and found.certified and found.batch_size == size and "certified" in found.reason


def test_repeated_labels_are_no_limit():
    model, images = dense_network(3), batch(3, 7)
    found = invert_relu_layer(client_gradient(model, images, [5] * 7), model, np.random.default_rng(1))
    assert found.certified and matched(found.images, images)[1].all()


@pytest.mark.slow
def test_single_precision_and_a_secret_factor_are_no_defense():
    for change in (
        lambda gradient: gradient.map(lambda part: part.astype(np.float32).astype(float)),
        lambda gradient: gradient.map(lambda part: -3e-5 * part),
    ):
        found, exact = invert(5, 7, change)
        assert exact.all() and found.certified


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_answer_is_the_same_again_and_the_threads_are_left():
    threads = torch.get_num_threads()
    first, second = (invert(6, 7)[0] for _ in range(2))
    assert np.array_equal(np.rint(255 * first.images), np.rint(255 * second.images))
    assert torch.get_num_threads() == threads


@pytest.mark.slow
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
