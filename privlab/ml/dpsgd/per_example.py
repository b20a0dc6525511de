"""DP-SGD by hand: a gradient for every example, each clipped, noise on their sum."""

from __future__ import annotations

import contextlib
import copy
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Integers
from privlab.device import cpu_when_full
from privlab.validation import positive

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module
    from torch.nn.parameter import Parameter

Loss = Callable[..., "Tensor"]  # loss(outputs, targets) -> [n], each example's own
CHUNK = 128  # examples whose parts are held at once: more do not fit a processor's cache


def poisson_batch(n: int, sample_rate: float, rng: np.random.Generator) -> Integers:
    """The indices of a batch, [about sample_rate * n], into which each of n examples comes by a draw of its own.

    sample_rate : above 0, at most 1. rng : shown randomness, a release draws in secret.
    Raises ValueError for a rate out of range.
    """
    if not 0 < sample_rate <= 1:
        raise ValueError(f"sample_rate must be above 0 and at most 1, got {sample_rate}")
    return np.flatnonzero(rng.random(n) < sample_rate)


def cross_entropies(scores: Tensor, labels: Tensor) -> Tensor:
    """Each example's cross-entropy, [n]. scores : [n, classes]. labels : whole numbers [n].

    Raises ValueError for other labels, which torch may take for probabilities of classes.
    """
    import torch

    if labels.ndim != 1 or labels.is_floating_point():
        raise ValueError(f"labels must be whole numbers [n], one an example, got {list(labels.shape)}, {labels.dtype}")
    return torch.nn.functional.cross_entropy(scores, labels, reduction="none")


def losses_of(model: Module, inputs: Tensor, targets: Tensor, loss: Loss) -> Tensor:
    """Each example's own loss, [n]; the model gets a copy of the inputs, since it may change them in place.

    Raises ValueError when the loss is not one number for each example.
    """
    losses = loss(model(inputs.clone()), targets)
    if losses.shape != (len(inputs),):
        raise ValueError(
            f"the loss must give one number for each of {len(inputs)} examples, [{len(inputs)}], and its shape is "
            f'{list(losses.shape)}: take reduction="none", and the mean or sum over what belongs to one example'
        )
    return losses


def trained_parameters(model: Module) -> list[Parameter]:
    """The parameters that are not frozen, in the model's order.

    Raises ValueError when all of them are, one has no numbers yet, or the model is none.
    """
    import torch

    if not isinstance(model, torch.nn.Module):
        raise ValueError(f"the model must be a torch module, got {type(model).__name__}")
    parameters = [value for value in model.parameters() if value.requires_grad]
    if any(map(torch.nn.parameter.is_lazy, parameters)):
        raise ValueError("a layer of the model is lazy and has no numbers yet: show it one example first")
    if not parameters:
        raise ValueError("every parameter of the model is frozen: there is nothing to train")
    return parameters


@contextlib.contextmanager
def unchanged(model: Module) -> Iterator[None]:
    """A context at whose end the model must hold what it held at its beginning.

    What a model notes while it looks at examples, such as a running mean, no clipping bounds and no noise hides.
    Raises ValueError when a parameter or a buffer was written to, and says which.
    """

    def now():
        held = *model.named_parameters(), *model.named_buffers()
        return {name: (id(value), value._version) for name, value in held}

    before = now()
    yield
    written = [name for name, state in now().items() if before.get(name) != state]
    if written:
        raise ValueError(
            f"the model writes to {written[0]!r} while it looks at examples, and no noise hides what it keeps there: "
            "leave out running statistics (track_running_stats=False, or eval() of that layer) and an Embedding's "
            "max_norm"
        )


def refuse_mixing_layers(model: Module) -> None:
    """Raises ValueError for a model with batch normalisation at work, frozen or not: it mixes the examples."""
    import torch

    for name, layer in model.named_modules():
        batch_normalisation = isinstance(layer, torch.nn.modules.batchnorm._BatchNorm)
        if batch_normalisation and (layer.training or layer.running_mean is None):
            raise ValueError(
                f"layer {name!r} is batch normalisation, which mixes the examples of a batch, so that none has a "
                "gradient of its own: take GroupNorm, or freeze it and call its eval()"
            )


@cpu_when_full
def example_gradients(
    model: Module, inputs: Tensor, targets: Tensor, *, loss: Loss = cross_entropies
) -> tuple[Tensor, ...]:
    """The gradient of each example's own loss: tensors [n, ...], one for each parameter that is not frozen.

    inputs, targets : [n, ...], such as pixels float [n, 1, 28, 28] and labels int [n].
    loss : loss(outputs, targets) -> [n], each example's own.
    Each example goes through the model alone, so that shared parameters and hooks count as they do in a loop.
    Raises ValueError for batch normalisation at work, a loss of another shape, a model that keeps something of the
    examples, and code that torch cannot run so.
    """
    import torch
    from torch.func import functional_call, grad, vmap

    refuse_mixing_layers(model)
    names = {name: value.detach() for name, value in model.named_parameters() if value.requires_grad}
    trained_parameters(model)

    def of_one(parameters, one, target):
        def alone(inputs):
            return functional_call(model, parameters, inputs)

        return losses_of(alone, one[None], target[None], loss)[0]

    if not len(inputs):
        return tuple(value.new_zeros(0, *value.shape) for value in names.values())
    try:
        with unchanged(model):
            gradients = vmap(grad(of_one), in_dims=(None, 0, 0), randomness="different")(names, inputs, targets)
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, TypeError, IndexError) as error:
        raise ValueError(
            f"torch cannot write down a gradient for each example of this model: {str(error).splitlines()[0]}"
        ) from error
    return tuple(gradients[name] for name in names)


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
    return tuple(value.grad.detach() for value in wrapped.parameters() if value.requires_grad)


def per_example_sum(
    model: Module, inputs: Tensor, targets: Tensor, max_norm: float, *, loss: Loss = cross_entropies, chunk: int = CHUNK
) -> tuple[Tensor, ...]:
    """The sum of the clipped gradients, each of them written down: a tensor for each parameter that is not frozen.

    All arguments and errors as in `example_gradients` and `clip_each`. chunk : gradients that are held at once.
    """
    import torch

    totals = [torch.zeros_like(value) for value in trained_parameters(model)]
    for start in range(0, len(inputs), chunk):
        part = slice(start, start + chunk)
        clipped = clip_each(example_gradients(model, inputs[part], targets[part], loss=loss), max_norm)
        for total, one in zip(totals, clipped):
            total += one.sum(0)
    return finite(totals)


def finite(totals: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The sums themselves. Raises ValueError when they hold a number that is not finite."""
    if not all(total.isfinite().all() for total in totals):
        raise ValueError("a sum of gradients holds a number that is not finite: look at the inputs")
    return tuple(totals)
