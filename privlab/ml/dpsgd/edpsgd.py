"""eDP-SGD in our reading: gradients of micro-batches instead of examples, bounds set by the training itself.

The paper names three parts, micro-batches, a scaled bound for each layer, and noise that decays from epoch to epoch,
and not their constants. Those are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.device import cpu_when_full
from privlab.ml.dpsgd.per_example import clip_each, poisson_batch
from privlab.validation import positive, whole_number

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module


def micro_batches(examples: int, *, parts: int, rng: np.random.Generator) -> Integers:
    """The micro-batch of each example, [examples] from 0 to parts - 1, drawn for each on its own.

    Dealt out in turn, one more example would move all that follow it, and no sensitivity would hold.
    rng : shown randomness, a release draws in secret.
    Raises ValueError when there is no part or a number is not whole.
    """
    parts = whole_number("the number of micro-batches", parts)
    return rng.integers(parts, size=whole_number("examples", examples, least=0))


def micro_gradients(model: Module, pixels: Tensor, labels: Tensor, groups: Integers, parts: int) -> tuple[Tensor, ...]:
    """The gradient of the mean loss of each micro-batch: tensors [parts, ...], one for each parameter.

    groups : [n], the micro-batch of each example, as `micro_batches` gives it. An empty one has gradient 0.
    """
    import torch

    gradients = []
    for part in range(parts):
        mine = torch.as_tensor(groups == part, device=pixels.device)
        if mine.any():
            loss = torch.nn.functional.cross_entropy(model(pixels[mine]), labels[mine])
            gradients.append(torch.autograd.grad(loss, list(model.parameters())))
        else:
            gradients.append(tuple(torch.zeros_like(value) for value in model.parameters()))
    return tuple(torch.stack(values) for values in zip(*gradients))


def clip_layers(gradients: Sequence[Tensor], max_norms: Sequence[float] | Floats) -> tuple[Tensor, ...]:
    """The micro-batches' gradients, each layer of each shortened to that layer's bound where it is longer.

    gradients : tensors [parts, ...], weights and biases in turn. max_norms : above 0, one for each layer.
    Raises ValueError when their number does not fit or a gradient is not finite.
    Source: He et al. (2023) for bounds by layer.
    """
    if len(gradients) != 2 * len(max_norms):
        raise ValueError(f"{len(gradients) // 2} layers need as many bounds, got {len(max_norms)}")
    layers = zip(gradients[::2], gradients[1::2])
    return tuple(part for layer, max_norm in zip(layers, max_norms) for part in clip_each(layer, float(max_norm)))


def rescaled(
    max_norms: Floats, noisy_norms: Floats, sizes: Integers, *, max_norm: float, noise_multiplier: float, parts: int
) -> Floats:
    """The layers' bounds for the next step, [layers], their squares adding up to that of `max_norm`.

    They follow the lengths of the sums just released, less what the noise alone would measure. What is computed from a
    release costs nothing: the true gradients' lengths would be one more question to the data.
    max_norms : [layers], of the step before. noisy_norms : lengths of the noisy sums, [layers].
    sizes : numbers in each layer. noise_multiplier : as `step` adds it. parts : micro-batches.
    """
    drowned = noise_multiplier**2 * len(max_norms) * np.square(max_norms) * sizes
    signal = np.maximum(np.square(noisy_norms) - drowned, (0.02 * parts * max_norm) ** 2)
    wanted = max_norm * np.sqrt(signal / signal.sum())
    mixed = 0.9 * max_norms + 0.1 * wanted
    return max_norm * mixed / np.sqrt(np.sum(mixed**2))


def step(
    model: Module,
    pixels: Tensor,
    labels: Tensor,
    groups: Integers,
    *,
    parts: int,
    max_norms: Floats,
    noise_multiplier: float,
    generator: Generator,
) -> tuple[tuple[Tensor, ...], Floats]:
    """The noisy sum of the micro-batches' clipped gradients, and its lengths by layer.

    A layer with bound c gets noise of standard deviation noise_multiplier * c * √layers: all layers together then cost
    what one release with `noise_multiplier` costs, in units of the length of all bounds together.
    One example changes one micro-batch's gradient, from any to any other of length C at most: by up to 2C, not C.
    """
    import torch

    clipped = clip_layers(micro_gradients(model, pixels, labels, groups, parts), max_norms)
    summed = [part.sum(0) for part in clipped]
    if noise_multiplier:
        for index, part in enumerate(summed):
            noise_std = noise_multiplier * float(max_norms[index // 2]) * len(max_norms) ** 0.5
            summed[index] = part + torch.normal(0.0, noise_std, part.shape, generator=generator).to(part)
    layers = zip(summed[::2], summed[1::2])
    norms = [float(sum(part.square().sum() for part in layer).sqrt()) for layer in layers]
    return tuple(summed), np.array(norms)


def decaying_noise_multipliers(first: float, *, decay: float, epochs: int) -> Floats:
    """The noise multiplier of each epoch, [epochs]: the first, and each next one `decay` times the one before.

    decay : above 0, at most 1.
    Raises ValueError for a decay out of range or a number of epochs that cannot be.
    """
    epochs = whole_number("the number of epochs", epochs)
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be above 0 and at most 1, got {decay}")
    return positive("the first noise multiplier", first) * decay ** np.arange(epochs, dtype=np.float64)


@cpu_when_full
def train_edpsgd(
    model: Module,
    pixels: Tensor,
    labels: Tensor,
    *,
    max_norm: float,
    noise_multipliers: Sequence[float] | Floats,
    sample_rate: float,
    steps: int,
    learning_rate: float,
    parts: int = 8,
    seed: int = 0,
) -> None:
    """Trains `model` in place by eDP-SGD as we read it.

    pixels : float [n, 1, 28, 28]. labels : int [n]. max_norm : the length of all layers' bounds together.
    noise_multipliers : one for each epoch of `steps` steps. parts : micro-batches a step. seed : of batches and noise.
    sample_rate : the probability with which a step takes each example.
    What it costs: `privlab.dp.dpsgd_accountant.epsilon_by_renyi` of half of `noise_multipliers`, since the sensitivity
    is twice the bound.
    Source: our reading of Dupuy, Arava, Gupta and Rumshisky (2022).
    Not secure because its batches and noise come from a seed that is shown.
    """
    import torch

    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    parameters = list(model.parameters())
    sizes = np.array([weights.numel() + bias.numel() for weights, bias in zip(parameters[::2], parameters[1::2])])
    max_norms = np.full(len(sizes), max_norm / len(sizes) ** 0.5)
    for noise_multiplier in noise_multipliers:
        for _ in range(steps):
            batch = torch.as_tensor(poisson_batch(len(pixels), sample_rate, rng), device=pixels.device)
            summed, noisy_norms = step(
                model,
                pixels[batch],
                labels[batch],
                micro_batches(len(batch), parts=parts, rng=rng),
                parts=parts,
                max_norms=max_norms,
                noise_multiplier=noise_multiplier,
                generator=generator,
            )
            max_norms = rescaled(
                max_norms, noisy_norms, sizes, max_norm=max_norm, noise_multiplier=noise_multiplier, parts=parts
            )
            with torch.no_grad():
                for value, part in zip(parameters, summed):
                    value -= learning_rate * part / parts
