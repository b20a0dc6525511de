"""Letters stolen from gradients: by division, by matching, and not from what cannot hold them."""

import os

import numpy as np
import pytest
import torch

from privlab.device import device
from privlab.fl.gradients.analytic import infer_label, invert_by_division
from privlab.fl.gradients.gradient import Gradient, client_gradient, pixels
from privlab.fl.gradients.matching import match_gradient
from privlab.fl.gradients.metrics import byte_exact, recovered
from privlab.fl.gradients.models import built, dense_network


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


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


def strokes(seed):
    """A made-up letter: two strokes of ink with soft edges, uint8 [28, 28]."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    ink = np.zeros((28, 28))
    for _ in range(2):
        slope, offset = rng.uniform(-1.5, 1.5), rng.uniform(8, 20)
        ink = np.maximum(ink, 255 - 90 * np.abs(columns - offset - slope * (rows - 14)))
    ink[:4] = ink[-4:] = ink[:, :4] = ink[:, -4:] = 0
    return np.clip(ink, 0, 255).astype(np.uint8)


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


def test_weights_come_from_the_seed_alone_and_torch_keeps_its_own():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first = dense_network(7)
    assert torch.equal(torch.rand(1), expected)
    torch.manual_seed(6)
    again, other = dense_network(7), dense_network(8)
    assert torch.equal(first[1].weight, again[1].weight) and not torch.equal(first[1].weight, other[1].weight)
    assert first[1].weight.dtype == torch.float64 and float(first[1].weight.abs().max().detach()) <= 1 / 28


def test_division_returns_every_letter_and_label():
    for seed in range(60):
        letter = strokes(seed)
        gradient = client_gradient(dense_network(seed, ("relu", "sigmoid", "tanh")[seed % 3]), letter, seed % 26)
        assert infer_label(gradient) == seed % 26
        assert byte_exact(invert_by_division(gradient), letter)


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


def test_matching_returns_every_letter_on_the_sigmoid_network():
    for seed in range(10):
        model, letter = dense_network(seed, "sigmoid"), strokes(seed)
        gradient = client_gradient(model, letter, seed)
        found = match_gradient(gradient, model, infer_label(gradient), seed=seed)
        assert found.matched and byte_exact(found.image, letter)
        assert not recovered(found.path[0], letter), "the start is noise"
        assert len(np.unique(found.path[:5].mean(axis=(1, 2)))) == 5, "each iteration keeps its own picture"


def test_matching_returns_a_letter_through_convolutions():
    model, letter = convolutional_network(3), strokes(3)
    gradient = client_gradient(model, letter, 3)
    found = match_gradient(gradient, model, infer_label(gradient))
    assert found.matched and byte_exact(found.image, letter)
    with pytest.raises(ValueError, match="dense first layer"):
        invert_by_division(gradient)


def test_matching_finds_nothing_with_the_wrong_model_or_in_noise():
    rng, letter = np.random.default_rng(2), strokes(1)
    for seed in range(4):
        gradient = client_gradient(dense_network(seed, "sigmoid"), letter, 1)
        noise = gradient.map(lambda part: rng.normal(0, part.std(), part.shape))
        for model, seen in ((dense_network(seed + 100, "sigmoid"), gradient), (dense_network(seed, "sigmoid"), noise)):
            found = match_gradient(seen, model, 1, iterations=40, starts=1)
            assert not found.matched and not recovered(found.image, letter)


def test_matching_with_the_wrong_label_does_not_match():
    model, letter = dense_network(1, "sigmoid"), strokes(1)
    found = match_gradient(client_gradient(model, letter, 1), model, 2, iterations=40, starts=1)
    assert not found.matched and not byte_exact(found.image, letter)


def test_matching_starts_again_and_keeps_the_best():
    model, letter = dense_network(1, "sigmoid"), strokes(1)
    gradient = client_gradient(model, letter, 1)
    losses = [match_gradient(gradient, model, 1, iterations=2, seed=4, starts=starts).loss for starts in (1, 2, 3)]
    assert losses[0] >= losses[1] >= losses[2] and losses[0] > losses[2]
    assert match_gradient(gradient, model, 1, seed=4, starts=3).matched


def test_matching_is_the_same_on_every_run_and_leaves_the_threads():
    model, letter = dense_network(1, "sigmoid"), strokes(1)
    gradient, threads = client_gradient(model, letter, 1), torch.get_num_threads()
    first, second = (match_gradient(gradient, model, 1, seed=9) for _ in range(2))
    assert np.array_equal(first.path, second.path) and torch.get_num_threads() == threads


def test_half_precision_and_a_secret_factor_hide_nothing():
    for seed in range(20):
        letter, gradient = strokes(seed), client_gradient(dense_network(seed), strokes(seed), 0)
        for changed in (gradient.map(lambda part: part.astype(np.float16)), gradient.map(lambda part: -3e-5 * part)):
            assert byte_exact(invert_by_division(changed), letter)


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


def test_the_attack_runs_on_the_gpu(monkeypatch):
    monkeypatch.delenv("PRIVLAB_DEVICE")
    if device() != "cuda":
        pytest.skip("no GPU that torch can use: the GPU path of gradient inversion was not run")
    for model in (dense_network(1, "sigmoid"), convolutional_network(1)):
        gradient = client_gradient(model, strokes(1), 4)
        found = match_gradient(gradient, model, infer_label(gradient))
        assert next(model.parameters()).is_cuda and found.matched and byte_exact(found.image, strokes(1))
        assert isinstance(gradient.numbers, np.ndarray) and os.environ.get("PRIVLAB_DEVICE") is None
