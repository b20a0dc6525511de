"""What went into any dense layer: with and without biases, of any width, and what the certificate does not say."""

import types

import numpy as np
import pytest
import torch

from privlab.fl.gradients.layer_inversion import _Task, batch_size, invert_layer

pytestmark = pytest.mark.usefixtures("cpu")


def layer(seed, width, neurons, *, bias):
    """A drawn layer with a ReLU and a last layer behind it: weight, bias and the last weight."""
    draw = torch.Generator().manual_seed(seed)
    weight, last = (torch.randn(size, generator=draw, dtype=float) for size in ((neurons, width), (5, neurons)))
    return weight / width**0.5, torch.randn(neurons, generator=draw, dtype=float) / 9 if bias else None, last / 99


def gradients(inputs, weight, bias, last):
    """Of the weight and, where there is one, of the bias: floats [m, n] and [m]."""
    parts = [part.clone().requires_grad_() for part in (weight, bias) if part is not None]
    sums = torch.as_tensor(inputs) @ parts[0].T + (parts[1] if len(parts) > 1 else 0)
    scores = torch.relu(sums) @ last.T
    loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(inputs)) % 5)
    return [part.numpy() for part in torch.autograd.grad(loss, parts)]


def errors(found, inputs):
    return np.abs(found[:, None] - inputs).max(axis=2).min(axis=0)


@pytest.mark.parametrize("scale", [1, 40])
def test_inputs_of_any_size_come_back_as_they_are_and_none_is_clipped(scale):
    weight, bias, last = layer(1, 40, 96, bias=True)
    inputs = scale * np.random.default_rng(1).standard_normal((5, 40))
    weights, biases = gradients(inputs, weight, bias, last)
    found = invert_layer(weights, biases, weight, bias, np.random.default_rng(1))
    assert found.certified and found.batch_size == 5 and "at least 5 different" in found.reason
    assert errors(found.inputs, inputs).max() < 1e-7 * scale


@pytest.mark.parametrize("bias", [False, True], ids=["no bias", "a bias whose gradient is kept back"])
def test_without_a_bias_gradient_inputs_come_back_up_to_their_lengths(bias):
    weight, biases, last = layer(2, 40, 96, bias=bias)
    inputs = np.random.default_rng(2).standard_normal((4, 40))
    weights = gradients(inputs, weight, biases, last)[0]
    found = invert_layer(weights, None, weight, biases, np.random.default_rng(1))
    assert found.certified and errors(found.inputs, inputs / np.linalg.norm(inputs, axis=1, keepdims=True)).max() < 1e-7
    other, _, _ = layer(3, 40, 96, bias=False)
    control = invert_layer(weights, None, other, biases, np.random.default_rng(1), sets=1000)
    assert not control.certified, "control: another model's weights"


def test_equal_inputs_count_once_and_the_certificate_says_so():
    weight, bias, last = layer(4, 40, 96, bias=True)
    inputs = np.random.default_rng(4).standard_normal((3, 40))[[0, 1, 2, 0]]
    found = invert_layer(*gradients(inputs, weight, bias, last), weight, bias, np.random.default_rng(1))
    assert found.certified and found.batch_size == 3 and "at least 3 different" in found.reason


def test_what_does_not_fit_is_one_sentence():
    weight, bias, last = layer(5, 40, 96, bias=True)
    weights, biases = gradients(np.ones((1, 40)), weight, bias, last)
    for call, said in (
        (lambda: invert_layer(weights[:, 1:], biases, weight, bias, np.random.default_rng(1)), "shaped like the layer"),
        (lambda: invert_layer(weights * np.nan, biases, weight, bias, np.random.default_rng(1)), "NaN"),
        (lambda: invert_layer(weights, None, weight, bias, np.random.default_rng(1), sets=0), "number of sets"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


def test_the_batch_size_is_the_last_fall_of_the_singular_values():
    assert batch_size([5, 4, 3, 1e-15, 5e-16, 2e-16, 1e-16]) == 3
    assert batch_size([5, 4, 0.01, 1e-15, 5e-16, 2e-16, 1e-16]) == 3
    assert batch_size([5, 4, 3, 2, 1, 0.9, 1e-16]) is None
    assert batch_size([2.0]) == 1


def test_the_certificate_takes_every_neuron_at_its_word():
    """Two letters and two neurons: whoever fires gave something back, and whoever is silent nothing."""
    task = types.SimpleNamespace(rest=0.0, values=torch.ones(2), rounding=lambda basis: torch.full((2, 1), 1e-14))

    def certified(sums, came_back):
        return _Task.certified(task, None, torch.tensor(sums), torch.tensor(came_back))

    assert certified([[1.0, -1.0], [-1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]])
    assert not certified([[1.0, -1.0], [-1.0, 1.0]], [[1.0, 0.5], [0.0, 1.0]]), "a silent one gave something back"
    assert not certified([[1.0, -1.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]), "one that fires gave nothing back"


def test_a_batch_larger_than_is_to_be_tried_is_told_and_left():
    weight, bias, last = layer(1, 40, 96, bias=True)
    sent = gradients(np.random.default_rng(1).standard_normal((5, 40)), weight, bias, last)
    found = invert_layer(*sent, weight, bias, np.random.default_rng(1), max_samples=4)
    assert not found.certified and found.batch_size == 5 and not len(found.inputs)
    assert "more than the 4 to be tried" in found.reason


def test_the_layer_behind_tells_the_letters_apart_where_most_neurons_fire_for_all():
    weight, last = layer(7, 40, 96, bias=True)[0], layer(8, 96, 12, bias=True)[0]  # more scores than letters
    bias, inputs = torch.full((96,), 1.1, dtype=float), np.random.default_rng(7).standard_normal((5, 40))
    parts = [part.clone().requires_grad_() for part in (weight, bias, last)]
    scores = torch.relu(torch.as_tensor(inputs) @ parts[0].T + parts[1]) @ parts[2].T
    loss = torch.nn.functional.cross_entropy(scores, torch.arange(5))
    weights, biases, behind = (part.numpy() for part in torch.autograd.grad(loss, parts))
    given = (weights, biases, weight, bias, np.random.default_rng(1))
    found = invert_layer(*given, sets=2000, following=(last, behind))
    assert found.certified and errors(found.inputs, inputs).max() < 1e-7
