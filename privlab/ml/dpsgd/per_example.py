"""DP-SGD by hand: a gradient for every example, each clipped, noise on their sum."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Integers
from privlab.device import cpu_when_full
from privlab.validation import positive

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module


def poisson_batch(n: int, sample_rate: float, rng: np.random.Generator) -> Integers:
    """The indices of a batch, [about sample_rate * n], into which each of n examples comes by a draw of its own.

    sample_rate : above 0, at most 1. rng : shown randomness, a release draws in secret.
    Raises ValueError for a rate out of range.
    """
    if not 0 < sample_rate <= 1:
        raise ValueError(f"sample_rate must be above 0 and at most 1, got {sample_rate}")
    return np.flatnonzero(rng.random(n) < sample_rate)


@cpu_when_full
def example_gradients(model: Module, pixels: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
    """The gradient of each example's own cross-entropy loss: tensors [n, ...], one for each parameter.

    model : without layers that mix examples. pixels : float [n, 1, 28, 28]. labels : int [n].
    Raises ValueError for a model with batch normalisation: there no example has a gradient of its own.
    """
    import torch
    from torch.func import functional_call, grad, vmap

    if any(isinstance(layer, torch.nn.modules.batchnorm._NormBase) for layer in model.modules()):
        raise ValueError("batch normalisation mixes the examples of a batch, so that none has a gradient of its own")
    parameters = {name: value.detach() for name, value in model.named_parameters()}

    def loss(parameters, one, label):
        scores = functional_call(model, parameters, one[None])
        return torch.nn.functional.cross_entropy(scores, label[None])

    if not len(pixels):
        return tuple(value.new_zeros(0, *value.shape) for value in parameters.values())
    gradients = vmap(grad(loss), in_dims=(None, 0, 0))(parameters, pixels, labels)
    return tuple(gradients[name] for name in parameters)


def clip_factors(norms: Tensor, max_norm: float) -> Tensor:
    """What gradients of these norms are multiplied by so that none is longer than `max_norm`: 1 for the short ones.

    Raises ValueError when `max_norm` is not positive or a norm is not finite.
    """
    positive("max_norm", max_norm)
    if not norms.isfinite().all():
        raise ValueError("a gradient holds a number that is not finite, and no clipping bounds it")
    return (max_norm / norms.clamp(min=1e-12)).clamp(max=1)


def clip_each(gradients: Sequence[Tensor], max_norm: float) -> tuple[Tensor, ...]:
    """The examples' gradients, each as a whole shortened to length `max_norm` where it is longer.

    gradients : tensors [n, ...], one for each parameter.
    Raises ValueError when `max_norm` is not positive or a gradient is not finite.
    Source: Abadi et al. (2016), algorithm 1.
    """
    norms = sum(part.flatten(1).square().sum(1) for part in gradients).sqrt()
    factors = clip_factors(norms, max_norm)
    return tuple(part * factors.view(-1, *[1] * (part.ndim - 1)) for part in gradients)


def private_sum(
    gradients: Sequence[Tensor], *, max_norm: float, noise_multiplier: float, generator: Generator | None
) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients with Gaussian noise on every number: a tensor for each parameter.

    gradients, max_norm : as in `clip_each`. noise_multiplier : at least 0, the standard deviation over `max_norm`.
    generator : shown randomness, a release draws in secret.
    Source: Abadi et al. (2016), algorithm 1, before the division by the expected batch.
    """
    import torch

    noise_std = noise_multiplier * max_norm
    return tuple(
        part.sum(0) + torch.normal(0.0, noise_std, part.shape[1:], generator=generator).to(part)
        for part in clip_each(gradients, max_norm)
    )


def opacus_sum(
    model: Module,
    pixels: Tensor,
    labels: Tensor,
    *,
    max_norm: float,
    noise_multiplier: float,
    generator: Generator | None,
) -> tuple[Tensor, ...]:
    """The same sum as `private_sum`, made by the library Opacus.

    All arguments as in `example_gradients` and `private_sum`; a generator with the same seed gives the same noise.
    """
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about hooks of torch, nothing a reader could mend
        from opacus import GradSampleModule
        from opacus.optimizers import DPOptimizer

        wrapped = GradSampleModule(copy.deepcopy(model), loss_reduction="sum")
        optimizer = DPOptimizer(
            torch.optim.SGD(wrapped.parameters(), lr=1.0),
            noise_multiplier=noise_multiplier,
            max_grad_norm=max_norm,
            expected_batch_size=len(pixels),
            loss_reduction="sum",
            generator=generator,
        )
        torch.nn.functional.cross_entropy(wrapped(pixels), labels, reduction="sum").backward()
        optimizer.pre_step()
    return tuple(value.grad.detach() for value in wrapped.parameters())


def per_example_sum(model: Module, pixels: Tensor, labels: Tensor, max_norm: float) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients, each of them written down: a tensor for each parameter."""
    return tuple(part.sum(0) for part in clip_each(example_gradients(model, pixels, labels), max_norm))


@cpu_when_full
def train(
    model: Module,
    pixels: Tensor,
    labels: Tensor,
    *,
    max_norm: float,
    noise_multiplier: float,
    sample_rate: float,
    steps: int,
    learning_rate: float,
    momentum: float = 0.0,
    seed: int = 0,
    clipped_sum: Callable[[Module, Tensor, Tensor, float], Sequence[Tensor]] = per_example_sum,
) -> None:
    """Trains `model` in place by DP-SGD on batches drawn by chance.

    pixels : float [n, 1, 28, 28]. labels : int [n]. max_norm, noise_multiplier : as in `private_sum`.
    sample_rate : the probability with which a step takes each example. seed : of batches and noise.
    clipped_sum : gives the sum of a batch's clipped gradients, such as `bookkept_sum`.
    What it costs: `privlab.dp.dpsgd_accountant`.
    The division is by the expected batch, sample_rate * n, with n treated as public: the batch that came is a secret.
    Not secure because its batches and noise come from a seed that is shown.
    """
    import torch

    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    noise_std, expected = noise_multiplier * positive("max_norm", max_norm), sample_rate * len(pixels)
    parameters = list(model.parameters())
    velocities = [torch.zeros_like(value) for value in parameters]
    for step in range(steps):
        batch = torch.as_tensor(poisson_batch(len(pixels), sample_rate, rng), device=pixels.device)
        summed = clipped_sum(model, pixels[batch], labels[batch], max_norm)
        slower = min(1.0, 2 - 2 * step / steps)
        with torch.no_grad():
            for value, velocity, part in zip(parameters, velocities, summed):
                if noise_std:
                    part = part + torch.normal(0.0, noise_std, part.shape, generator=generator).to(part)
                velocity.mul_(momentum).add_(part / expected)
                value -= learning_rate * slower * velocity
