"""DP-SGD by hand and by the library: one sum, its noise, its batches; and what bad input is told."""

import numpy as np
import pytest
import torch

from privlab.ml.dpsgd.per_example import (
    clip_each,
    example_gradients,
    opacus_sum,
    per_example_sum,
    poisson_batch,
    private_sum,
)
from tests.ml.dpsgd.networks import MODELS, close, made, one_by_one, with_normalisation

pytestmark = pytest.mark.usefixtures("one_thread")


def lambda_model(code):
    """A linear model whose scores go through `code`."""
    model = torch.nn.Linear(3, 3)
    model.register_forward_hook(lambda model, seen, output: code(output))
    return model


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_opacus_gives_the_same_noisy_sum(name):
    model, pixels, labels = made(name)
    gradients = example_gradients(model, pixels, labels)
    ours = private_sum(gradients, max_norm=0.5, noise_multiplier=1.3, generator=torch.Generator().manual_seed(7))

    def theirs(max_norm, seed):
        generator = torch.Generator().manual_seed(seed)
        return opacus_sum(model, pixels, labels, max_norm=max_norm, noise_multiplier=1.3, generator=generator)

    assert close(ours, theirs(0.5, 7))
    assert not close(ours, theirs(0.5, 8), 1e-2)
    assert not close(ours, theirs(0.6, 7), 1e-2)


@pytest.mark.slow
def test_no_example_moves_the_sum_by_more_than_the_clip():
    model, pixels, labels = made("dense", 30)
    pixels[3] *= 1000  # whatever an example holds
    whole = per_example_sum(model, pixels, labels, 0.7)
    moved = []
    for place in range(30):
        rest = torch.arange(30) != place
        without = per_example_sum(model, pixels[rest], labels[rest], 0.7)
        moved.append(float(sum((a - b).square().sum() for a, b in zip(whole, without)).sqrt()))
    assert max(moved) <= 0.7 * (1 + 1e-4) and moved[3] > 0.69


def test_the_noise_has_the_deviation_it_says():
    """784,000 numbers of noise: the deviation is right to 1 % but at one seed of 10^9; none without noise."""
    gradients = (torch.zeros(2, 1000, 784),)
    (noisy,) = private_sum(gradients, max_norm=0.5, noise_multiplier=4.0, generator=torch.Generator().manual_seed(1))
    assert abs(float(noisy.std()) / 2 - 1) < 0.01 and abs(float(noisy.mean())) < 0.02
    (silent,) = private_sum(gradients, max_norm=0.5, noise_multiplier=0.0, generator=torch.Generator().manual_seed(1))
    assert not silent.any()


def test_a_batch_takes_each_example_by_a_draw_of_its_own():
    """2,000 batches: sizes are binomial within five standard errors, and nobody's place in the list matters."""
    rng = np.random.default_rng(4)
    batches = [poisson_batch(100, 0.2, rng) for _ in range(2_000)]
    sizes = np.array([len(batch) for batch in batches])
    assert abs(sizes.mean() - 20) < 5 * 4 / np.sqrt(2_000) and 14 < sizes.var() < 18
    taken = np.bincount(np.concatenate(batches), minlength=100)
    assert abs(taken - 400).max() < 5 * np.sqrt(2_000 * 0.16)
    assert min(sizes) < max(sizes)


def test_a_frozen_parameter_has_no_gradient_here_nor_in_opacus():
    model, pixels, labels = made("dense", 4)
    for value in model[1].parameters():
        value.requires_grad_(False)
    gradients = example_gradients(model, pixels, labels)
    assert [part.shape for part in gradients] == [(4, 26, 20), (4, 26)]
    ours = private_sum(gradients, max_norm=0.5, noise_multiplier=0.0, generator=None)
    theirs = opacus_sum(model, pixels, labels, max_norm=0.5, noise_multiplier=0.0, generator=None)
    assert close(ours, theirs)


def test_dropout_and_instance_normalisation_have_gradients_of_each_example():
    model = torch.nn.Sequential(torch.nn.InstanceNorm2d(1, affine=True), torch.nn.Flatten(), torch.nn.Linear(784, 26))
    assert close(per_example_sum(model, *made("dense", 4)[1:], 0.5), one_by_one(model, *made("dense", 4)[1:], 0.5))
    dropped = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 26), torch.nn.Dropout(0.5))
    weights, _ = example_gradients(dropped, torch.ones(50, 1, 28, 28), torch.zeros(50).long())
    assert len({part.numpy().tobytes() for part in weights}) > 40  # of the same picture with another mask each


@pytest.mark.parametrize(
    "call, says",
    [
        (
            lambda: example_gradients(with_normalisation(), torch.rand(2, 1, 28, 28), torch.zeros(2).long()),
            "batch normalisation",
        ),
        (
            lambda: example_gradients(
                lambda_model(lambda rows: rows if rows.sum() > 0 else -rows), torch.rand(2, 3), torch.zeros(2).long()
            ),
            "torch cannot write down a gradient",
        ),
        (lambda: clip_each((torch.ones(2, 3),), 0), "max_norm must be a positive"),
        (lambda: clip_each((torch.tensor([[1.0, float("nan")]]),), 1.0), "not finite"),
        (lambda: poisson_batch(10, 0, np.random.default_rng(0)), "sample_rate must be above 0"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError, match=says):
        call()
