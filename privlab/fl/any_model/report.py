"""All attacks of lesson 51 on a model of one's own: which apply, which not and why, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.device import cpu_when_full
from privlab.fl.any_model.client_model import ClientModel
from privlab.fl.any_model.dense_inversion import different_samples, invert_dense, why_not
from privlab.fl.any_model.prior_matching import count_labels, match_samples
from privlab.fl.any_model.tracing import Loss
from privlab.validation import positive, real_numbers, whole_number

if TYPE_CHECKING:
    from torch import nn

SETS = 50_000
GUESSES = 100  # batches of public samples whose gradients are compared


@dataclass(frozen=True)
class Attempt:
    """One attack on one gradient.

    name             what was tried, and on which layer.
    applies          whether it can be tried on this model and this gradient.
    reason           one sentence: why it does not apply, or how it ended.
    samples          [k, *input_shape], what came back; k is 0 where nothing did.
    labels           [k], or None where they are not known.
    copies           [k], how often each sample is in the batch at least, or None.
    certified        whether it is proved that these are the client's, without seeing them.
    residual         the distance of what these samples would have sent from what came back, over the length of that;
                     None where nothing came back or labels are not known.
    chance_residual  the smallest residual of 100 batches of public samples with these labels; None without any.
    chance_error     [k], the mean squared distance of each sample to the nearest public one; None without any.
    """

    name: str
    applies: bool
    reason: str
    samples: Floats
    labels: Integers | None = None
    copies: Integers | None = None
    certified: bool = False
    residual: float | None = None
    chance_residual: float | None = None
    chance_error: Floats | None = None

    def errors(self, truth: ArrayLike) -> Floats:
        """The mean squared error of each true sample [n, *input_shape], each given one of those found, [n].

        The best way in all; infinite where none is left. Raises ValueError when the truth has another shape.
        """
        from scipy.optimize import linear_sum_assignment

        true = real_numbers("the truth", truth)
        if true.ndim != self.samples.ndim or true.shape[1:] != self.samples.shape[1:] or not np.isfinite(true).all():
            shape = ", ".join(["n", *map(str, self.samples.shape[1:])])
            raise ValueError(f"the truth must be finite numbers of shape [{shape}], got {list(true.shape)}")
        errors = np.full(len(true), np.inf)
        if len(self.samples) and len(true):
            found, true = self.samples.reshape(len(self.samples), -1), true.reshape(len(true), -1)
            costs = ((found[:, None] - true) ** 2).mean(axis=2)
            own, index = linear_sum_assignment(costs)
            errors[index] = costs[own, index]
        return errors


@dataclass(frozen=True)
class Report:
    """What `attack` tried.

    attempts    in the order in which they were tried.
    batch_size  how many different samples came back at least, or None where no layer tells.
    """

    attempts: tuple[Attempt, ...]
    batch_size: int | None

    @property
    def best(self) -> Attempt | None:
        """The certified attempt, else the one with the smallest residual; None where nothing came back."""
        had = [attempt for attempt in self.attempts if len(attempt.samples)]
        rest = [attempt.residual if attempt.residual is not None else np.inf for attempt in had]
        proved = [attempt for attempt in had if attempt.certified]
        return proved[0] if proved else had[int(np.argmin(rest))] if had else None

    def __str__(self) -> str:
        size = "not known" if self.batch_size is None else f"at least {self.batch_size}"
        lines = [f"different samples: {size}"]
        for attempt in self.attempts:
            lines.append(f"{attempt.name}: {'' if attempt.applies else 'does not apply: '}{attempt.reason}")
            if len(attempt.samples):
                lines.append(f"  {len(attempt.samples)} samples of shape {list(attempt.samples.shape[1:])}")
            if attempt.residual is not None:
                chance = attempt.chance_residual
                beside = "" if chance is None else f", by chance {chance:.1e}"
                lines.append(f"  residual {attempt.residual:.1e}{beside}")
        return "\n".join(lines)


@cpu_when_full
def attack(
    model: nn.Module,
    loss: Loss,
    gradients: Any,
    input_shape: Sequence[int],
    classes: int | None = None,
    *,
    batch_size: int | None = None,
    labels: Sequence[int] | None = None,
    steps: int = 1,
    learning_rate: float | None = None,
    public: ArrayLike | None = None,
    seconds: float = 60,
    sets: int = SETS,
    seed: int = 0,
) -> Report:
    """What the gradient of one client gives away on any model: a `Report` on each attack.

    The dense layers are tried one after the other until one gives up the batch exactly. Where none does, samples are
    matched, which finds what has this gradient and proves nothing.

    model          as the client received it, in the mode, `train()` or `eval()`, in which it worked.
    loss           a function of the model's outputs and labels, whole numbers [B], a mean or a sum over the batch, such
                   as `torch.nn.functional.cross_entropy`.
    gradients      tensors or arrays in the order of `model.parameters()`, or a dict from the names of parameters, or
                   the model itself with `.grad`, or its optimiser. Of several steps: the parameters before less after,
                   or the model after them.
    input_shape    of one sample, such as (3, 32, 32).
    classes        None for the width of the model's outputs.
    batch_size     where it is known; else it is read from the layers.
    labels         of the batch where they are known; else they are read or counted.
    steps          of plain gradient descent on one batch that the client took, with `learning_rate`.
    public         samples [n, *input_shape] like those sought: they give chance scores and bound the search.
    seconds        the most that matching takes, about; 0 for no matching.
    sets           the most choices of neurons for one layer.
    seed           of every random choice, at least 0.
    Raises ValueError, in one sentence, when the gradients are not shaped like the model or not finite, the model does
    not take samples of this shape or cannot be copied, the loss does not take its outputs, or a number is out of range.
    Source: Phong et al. (2018); Dimitrov et al. (2024); Geiping et al. (2020).
    """
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel  # the others' gradients cannot be differentiated

    with torch.inference_mode(False), torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
        client = ClientModel(
            model, loss, gradients, input_shape, classes, steps=steps, learning_rate=learning_rate, seed=seed
        )
        if seconds != 0:
            positive("the seconds", seconds)
        known = None if labels is None else _known(client, labels)
        if batch_size is not None:
            batch_size = whole_number("the batch size", batch_size)
            if known is not None and len(known) != batch_size:
                raise ValueError(f"a batch of {batch_size} needs as many labels, got {len(known)}")
        near = None if public is None else _public(client, public)
        return _tried(client, known, batch_size, near, seconds, sets, seed)


def _tried(client, known, batch_size, near, seconds, sets, seed):
    """The `Report`: every dense layer that can be inverted, and where none is certified, matching."""
    import torch

    different = different_samples(client)
    rng, attempts = np.random.default_rng(seed), []
    for use in client.uses:
        name, hindered = f"exact inversion of {use.weight}", why_not(client, use)
        if hindered:
            attempts.append(_nothing(client, name, hindered))
            continue
        found = invert_dense(client, use, rng, sets=sets, labels=known, different=different)
        attempts.append(_attempt(client, name, found.samples, found.batch, found.certified, found.reason, near))
        if found.certified:
            return Report(tuple(attempts), len(found.samples))
    if not client.uses:
        attempts.append(_nothing(client, "exact inversion", "the model has no dense layer"))
    had = [torch.as_tensor(attempt.samples).to(client.like) for attempt in attempts if len(attempt.samples)]
    attempts.append(_matched(client, known, batch_size or different, near, seconds, seed, had))
    return Report(tuple(attempts), different)


def _matched(client, labels, size, public, seconds, seed, had):
    """The attempt by matching."""
    name = "matching"
    if seconds == 0:
        return _nothing(client, name, "no second was left for it")
    if labels is None and size is None:
        return _nothing(client, name, "how many samples there are cannot be read from the layers: give batch_size")
    if labels is None:
        labels = count_labels(client, size, client.probes if public is None else public[:512])
    if labels is None:
        return _nothing(client, name, "the labels cannot be counted from the last layer under this loss: give labels")
    starts = [samples for samples in had if len(samples) == len(labels)]
    samples, residual = match_samples(client, labels, seconds=seconds, seed=seed, public=public, starts=starts)
    told = (
        "the samples found would have sent this, which proves nothing where others would have too"
        if residual < client.tolerance
        else "the samples found would have sent something else: look at them, and at the residual"
    )
    return _attempt(client, name, samples, (list(range(len(labels))), labels), False, told, public)


def _attempt(client, name, samples, batch, certified, reason, public):
    """The `Attempt` of what was found, with its residual and what chance scores."""
    import torch

    if not len(samples):
        return Attempt(name, True, reason, samples.cpu().numpy())
    labels = copies = residual = by_chance = None
    if batch is not None:
        indices, kinds = batch
        copies = np.bincount(indices, minlength=len(samples))
        labels = np.array([dict(zip(indices, kinds)).get(index, -1) for index in range(len(samples))])
        told = torch.tensor(kinds, device=client.like.device)
        residual = client.residual(samples[indices], told)
        if public is not None:
            guesses = torch.randint(len(public), (GUESSES, len(kinds)), generator=client.generator)
            by_chance = min(client.residual(public[guess.to(public.device)], told) for guess in guesses)
    nearest = None
    if public is not None:
        pairs = ((samples.flatten(1)[:, None] - public.flatten(1)) ** 2).mean(2)
        nearest = pairs.amin(1).cpu().numpy()
    return Attempt(
        name, True, reason, samples.detach().cpu().numpy(), labels, copies, certified, residual, by_chance, nearest
    )


def _nothing(client, name, reason):
    return Attempt(name, False, reason, np.zeros((0, *client.input_shape)))


def _known(client, labels):
    kinds = np.asarray(labels)
    if (
        kinds.ndim != 1
        or not len(kinds)
        or kinds.dtype.kind not in "ui"
        or not ((kinds >= 0) & (kinds < client.classes)).all()
    ):
        raise ValueError(
            f"labels must be whole numbers from 0 to {client.classes - 1}, one for each sample, got {labels}"
        )
    return kinds.tolist()


def _public(client, public):
    import torch

    samples = real_numbers("public samples", public)
    if samples.shape[1:] != client.input_shape or not len(samples) or not np.isfinite(samples).all():
        raise ValueError(
            f"public samples must be finite numbers of shape [n, {', '.join(map(str, client.input_shape))}], got "
            f"{list(samples.shape)}"
        )
    return torch.as_tensor(samples).to(client.like)
