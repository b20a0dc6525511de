"""What a client sends is the gradient of its letters, and bad letters are refused in one sentence."""

import numpy as np
import pytest
import torch

from privlab.fl.gradients.gradient import client_gradient, pixels
from privlab.fl.gradients.models import dense_network
from tests.fl.made_up_letters import strokes

pytestmark = pytest.mark.usefixtures("cpu")


def test_the_gradient_is_what_a_step_of_the_weights_changes():
    model, letter = dense_network(1, "tanh", hidden=8), strokes(1)
    gradient = client_gradient(model, letter, 3)

    def loss():
        with torch.no_grad():
            said = model(torch.tensor(letter[None, None] / 255))
            return float(torch.nn.functional.cross_entropy(said, torch.tensor([3])))

    for parameter, part in zip(model.parameters(), gradient.parts):
        place = np.unravel_index(np.abs(part).argmax(), part.shape)
        with torch.no_grad():
            parameter[place] += 1e-5
            above = loss()
            parameter[place] -= 2e-5
            below = loss()
            parameter[place] += 1e-5
        assert (above - below) / 2e-5 == pytest.approx(part[place], rel=1e-6)


def test_a_batch_is_the_average_of_its_letters():
    model, images = dense_network(1), np.array([strokes(seed) for seed in range(5)])
    alone = np.mean([client_gradient(model, image, label).numbers for label, image in enumerate(images)], axis=0)
    np.testing.assert_allclose(client_gradient(model, images, np.arange(5)).numbers, alone, atol=1e-15)


@pytest.mark.parametrize(
    "images, labels, said",
    [
        (np.zeros((0, 28, 28), np.uint8), [], "at least one letter"),
        (np.zeros((28, 27), np.uint8), 0, r"\[28, 28\]"),
        (np.full((28, 28), np.nan), 0, "NaN"),
        (np.full((28, 28), 7.0), 0, "0 to 1"),
        (np.zeros((28, 28), np.int64), 0, "uint8"),
        (np.zeros((28, 28), np.uint8), 26, "0 to 25"),
        (np.zeros((28, 28), np.uint8), -1, "0 to 25"),
        (np.zeros((28, 28), np.uint8), 0.5, "whole numbers"),
        (np.zeros((2, 28, 28), np.uint8), [0], "2 letters need 2"),
    ],
)
def test_a_client_refuses_bad_letters_in_one_sentence(images, labels, said):
    with pytest.raises(ValueError, match=said):
        client_gradient(dense_network(1), images, labels)


def test_a_client_refuses_a_model_without_biases():
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 26, bias=False)).double()
    with pytest.raises(ValueError, match="weights and biases"):
        client_gradient(model, strokes(1), 0)


def test_pixels_accept_bytes_and_fractions():
    assert np.array_equal(pixels(strokes(1)), pixels(strokes(1) / 255))
