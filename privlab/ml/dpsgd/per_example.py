"""DP-SGD by hand: a gradient for every example, each clipped, noise on their sum (lesson 42)."""

import numpy as np

from privlab.device import cpu_when_full
from privlab.validation import positive


def poisson_batch(n, rate, rng):
    """The places of a batch, int [about rate * n], into which each of n examples comes by a draw of its own.

    n : int. rate : float above 0, at most 1. rng : numpy Generator: shown randomness, a release draws in secret.
    Raises ValueError for a rate out of range.
    """
    if not 0 < rate <= 1:
        raise ValueError(f"rate must be above 0 and at most 1, got {rate}")
    return np.flatnonzero(rng.random(n) < rate)


@cpu_when_full
def example_gradients(model, pixels, labels):
    """The gradient of each example's own cross-entropy loss: a tuple of tensors [n, ...], one for each parameter.

    model : torch module without layers that mix examples. pixels : float tensor [n, 1, 28, 28]. labels : int tensor
    [n].
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
    found = vmap(grad(loss), in_dims=(None, 0, 0))(parameters, pixels, labels)
    return tuple(found[name] for name in parameters)


def clip_each(gradients, clip):
    """The examples' gradients, each as a whole shortened to length `clip` where it is longer.

    gradients : tensors [n, ...], one for each parameter. clip : float > 0.
    Raises ValueError when `clip` is not positive or a gradient is not finite.
    Source: Abadi et al. (2016), algorithm 1.
    """
    positive("clip", clip)
    lengths = sum(part.flatten(1).square().sum(1) for part in gradients).sqrt()
    if not lengths.isfinite().all():
        raise ValueError("a gradient holds a number that is not finite, and no clipping bounds it")
    factors = (clip / lengths.clamp(min=1e-12)).clamp(max=1)
    return tuple(part * factors.view(-1, *[1] * (part.ndim - 1)) for part in gradients)


def private_sum(gradients, clip, noise, generator):
    """The noisy sum of the clipped gradients: a tuple of tensors, one for each parameter.

    gradients, clip : as in `clip_each`. noise : float >= 0, the standard deviation over `clip`.
    generator : torch.Generator: shown randomness, a release draws in secret.
    Source: Abadi et al. (2016), algorithm 1, before the division by the expected batch.
    """
    import torch

    return tuple(
        part.sum(0) + torch.normal(0.0, noise * clip, part.shape[1:], generator=generator).to(part)
        for part in clip_each(gradients, clip)
    )


def opacus_sum(model, pixels, labels, clip, noise, generator):
    """The same sum as `private_sum`, made by the library Opacus: a tuple of tensors, one for each parameter.

    All arguments as in `example_gradients` and `private_sum`; a generator with the same seed gives the same noise.
    """
    import copy
    import warnings

    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about hooks of torch, nothing a reader could mend
        from opacus import GradSampleModule
        from opacus.optimizers import DPOptimizer

        wrapped = GradSampleModule(copy.deepcopy(model), loss_reduction="sum")
        optimizer = DPOptimizer(
            torch.optim.SGD(wrapped.parameters(), lr=1.0),
            noise_multiplier=noise,
            max_grad_norm=clip,
            expected_batch_size=len(pixels),
            loss_reduction="sum",
            generator=generator,
        )
        torch.nn.functional.cross_entropy(wrapped(pixels), labels, reduction="sum").backward()
        optimizer.pre_step()
    return tuple(value.grad.detach() for value in wrapped.parameters())


@cpu_when_full
def train_privately(model, pixels, labels, *, noise, clip, rate, steps, pace, seed=0, momentum=0.0, gradient=None):
    """None; trains `model` in place by DP-SGD on batches drawn by chance.

    pixels : float tensor [n, 1, 28, 28]. labels : int tensor [n]. noise, clip : as in `private_sum`.
    rate : float, the chance with which a step takes each example. steps : int. pace : float > 0, the learning rate.
    seed : int, of batches and noise. gradient : function (model, pixels, labels, clip) that gives the clipped sum, such
    as `privlab.ml.dpsgd.ghost_clipping.bookkept_sum`; left out, by hand. What it costs: `privlab.dp.dpsgd_accountant`.
    The division is by the expected batch, rate * n, with n treated as public: the batch that came is a secret.
    """
    import torch

    positive("clip", clip)
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    gradient = gradient or by_hand
    parameters = list(model.parameters())
    velocities = [torch.zeros_like(value) for value in parameters]
    for step in range(steps):
        batch = torch.as_tensor(poisson_batch(len(pixels), rate, rng), device=pixels.device)
        summed = gradient(model, pixels[batch], labels[batch], clip)
        slower = min(1.0, 2 - 2 * step / steps)
        with torch.no_grad():
            for value, velocity, part in zip(parameters, velocities, summed):
                if noise:
                    part = part + torch.normal(0.0, noise * clip, part.shape, generator=generator).to(part)
                velocity.mul_(momentum).add_(part / (rate * len(pixels)))
                value -= pace * slower * velocity


def by_hand(model, pixels, labels, clip):
    """The sum of the clipped gradients, each of them written down: a tuple of tensors, one for each parameter."""
    return tuple(part.sum(0) for part in clip_each(example_gradients(model, pixels, labels), clip))
