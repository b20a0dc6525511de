"""A client of federated learning: it keeps its letters and sends a gradient (lesson 51)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Images, Labels
from privlab.device import cpu_when_full
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import real_numbers

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class Gradient:
    """What a client sends: how the loss changes with every weight and every bias.

    weights, biases  the arrays layer by layer, the first layer's first, shaped like the model's own.
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    @property
    def numbers(self) -> Floats:
        """All numbers of the gradient in one row, in the order of the model's parameters."""
        return np.concatenate([part.ravel() for part in self.parts])

    def map(self, change: Callable[[Floats], Floats]) -> Gradient:
        """The `Gradient` whose arrays are `change(array)`."""
        return Gradient(tuple(map(change, self.weights)), tuple(map(change, self.biases)))

    @property
    def parts(self) -> list[Floats]:
        """The arrays in the order of the model's parameters: weights, biases, weights, biases ..."""
        return [part for layer in zip(self.weights, self.biases) for part in layer]


@cpu_when_full
def client_gradient(model: nn.Module, images: Images, labels: Labels | int) -> Gradient:
    """The gradient of the average cross-entropy loss of a client's letters.

    model   its layers all have weights and biases.
    images  [n, 28, 28], bytes from 0 to 255 or floats from 0 to 1; a single letter may be [28, 28].
    labels  n whole numbers from 0 to 25, or one for a single letter.
    Raises ValueError when there is no letter, a pixel is not a number or out of range, or the shapes do not fit.
    Source: McMahan et al. (2017), where an update of one step is this gradient; "Preserving the privacy of AI
    training data".
    Not secure because it holds the letters: see `privlab.fl.gradients.analytic`.
    """
    real_numbers("labels", labels)
    batch, kinds = pixels(images), np.atleast_1d(np.asarray(labels))
    batch = batch[None] if batch.ndim == 2 else batch
    if not len(batch):
        raise ValueError("a client needs at least one letter to make a gradient, got a batch of none")
    if kinds.dtype.kind not in "ui" or kinds.shape != (len(batch),) or kinds.min() < 0 or kinds.max() >= LETTERS:
        raise ValueError(f"{len(batch)} letters need {len(batch)} whole numbers from 0 to 25 as labels, got {kinds}")
    return _gradient(model, batch, kinds)


def pixels(images: Images) -> Floats:
    """The images as floats from 0 (black) to 1 (white), [28, 28] or [n, 28, 28]; bytes are divided by 255.

    Raises ValueError for another shape, pixels that are not numbers, and floats outside 0..1.
    """
    real_numbers("letters", images)
    images = np.asarray(images)
    if images.ndim not in (2, 3) or images.shape[-2:] != (SIDE, SIDE):
        raise ValueError(f"letters must be [28, 28] or [n, 28, 28], got {list(images.shape)}")
    if images.dtype == np.uint8:
        return images / 255
    if images.dtype.kind != "f" or not ((images >= 0) & (images <= 1)).all():
        raise ValueError("pixels must be uint8 from 0 to 255 or floats from 0 to 1, and none may be missing (NaN)")
    return images.astype(np.float64)


def loss_gradient(model: nn.Module, images: Tensor, labels: Tensor, differentiable: bool = False) -> tuple[Tensor, ...]:
    """The gradient of the model's cross-entropy loss, one tensor for each parameter.

    images, labels  [n, 1, 28, 28], and [n] whole numbers.
    differentiable  whether the gradient itself is to be differentiated by the images.
    """
    import torch

    loss = torch.nn.functional.cross_entropy(model(images), labels)
    return torch.autograd.grad(loss, tuple(model.parameters()), create_graph=differentiable)


def _gradient(model, images, labels):
    import torch

    names = [name.rsplit(".")[-1] for name, _ in model.named_parameters()]
    if not names or names != ["weight", "bias"] * (len(names) // 2):
        raise ValueError("every layer of the model must have weights and biases, in this order")
    like = next(model.parameters())
    images = torch.as_tensor(images[:, None]).to(like)
    parts = loss_gradient(model, images, torch.as_tensor(labels, dtype=torch.int64, device=like.device))
    parts = [part.detach().cpu().double().numpy() for part in parts]
    return Gradient(tuple(parts[::2]), tuple(parts[1::2]))
