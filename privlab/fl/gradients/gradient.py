"""A client of federated learning: it keeps its letters and sends a gradient (lesson 51)."""

from dataclasses import dataclass

import numpy as np

from privlab.device import cpu_when_full
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import real_numbers


@dataclass(frozen=True)
class Gradient:
    """What a client sends: how the loss changes with every weight and every bias, layer by layer.

    weights, biases : tuples of float64 arrays, the first layer's first, shaped like the model's own.
    """

    weights: tuple
    biases: tuple

    @property
    def numbers(self):
        """All numbers of the gradient in one row, in the order of the model's parameters."""
        return np.concatenate([part.ravel() for part in self.parts])

    def each(self, change):
        """The `Gradient` whose arrays are `change(array)`."""
        return Gradient(tuple(map(change, self.weights)), tuple(map(change, self.biases)))

    @property
    def parts(self):
        """The arrays in the order of the model's parameters: weights, biases, weights, biases ..."""
        return [part for layer in zip(self.weights, self.biases) for part in layer]


@cpu_when_full
def client_gradient(model, images, labels):
    """The `Gradient` of the average cross-entropy loss of a client's letters.

    model : torch module whose layers all have weights and biases.
    images : uint8 [n, 28, 28] from 0 to 255, or floats from 0 to 1; a single letter may be [28, 28].
    labels : n whole numbers 0..25, or one for a single letter.
    Raises ValueError when there is no letter, a pixel is not a number or out of range, or the shapes do not fit.
    Source: McMahan et al. (2017), where an update of one step is this gradient; "Preserving the privacy of AI
    training data".
    Not secure because it holds the letters: see `privlab.fl.gradients.analytic`.
    """
    real_numbers("labels", labels)
    images, labels = pixels(images), np.atleast_1d(np.asarray(labels))
    images = images[None] if images.ndim == 2 else images
    if not len(images):
        raise ValueError("a client needs at least one letter to make a gradient, got a batch of none")
    if labels.dtype.kind not in "ui" or labels.shape != (len(images),) or labels.min() < 0 or labels.max() >= LETTERS:
        raise ValueError(f"{len(images)} letters need {len(images)} whole numbers from 0 to 25 as labels, got {labels}")
    return _gradient(model, images, labels)


def pixels(images):
    """The images as floats from 0 (black) to 1 (white), [28, 28] or [n, 28, 28]; uint8 is divided by 255.

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


def loss_gradient(model, images, labels, differentiable=False):
    """The gradient of the model's cross-entropy loss as torch tensors, one for each parameter.

    images : tensor [n, 1, 28, 28]; labels : tensor of n whole numbers.
    differentiable : True when the gradient itself is to be differentiated by the images.
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
