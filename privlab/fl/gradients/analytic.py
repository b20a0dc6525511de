"""Letters read out of a gradient without a search: labels, division, exact inversion of a batch, through a convolution
(lesson 51).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats
from privlab.device import cpu_when_full, one_thread
from privlab.fl.gradients.gradient import Gradient
from privlab.fl.gradients.layer_inversion import SETS, Accept, invert_layer
from privlab.fl.gradients.models import SIDE
from privlab.validation import real_numbers, whole_number

if TYPE_CHECKING:
    from torch import nn

SOLVED = 1e-6
DETERMINED = 1e-13  # smallest over largest squared singular value from which the equations have one solution


@dataclass(frozen=True)
class Inversion:
    """What the exact inversion came to.

    images      [B, 28, 28], the letters found, in no order, just as they were certified: from 0 to 1 but for rounding;
                [0, 28, 28] where none was.
    batch_size  how many different letters the update holds at least, or None where no number fits.
    certified   whether every neuron fires for exactly the letters that its gradient says: the attacker's proof.
    reason      one sentence that says how it ended.
    """

    images: Floats
    batch_size: int | None
    certified: bool
    reason: str


@cpu_when_full
def invert_relu_layer(
    gradient: Gradient,
    model: nn.Module,
    rng: np.random.Generator,
    *,
    max_samples: int = 16,
    sets: int = SETS,
    accept: Accept | None = None,
) -> Inversion:
    """A batch from its gradient: all letters at once, and how many there are.

    The first layer's gradient is a sum over the letters of (what came back) x (letter): a matrix of rank B. What came
    back is zero at every neuron that a letter left silent, and these zeros tell the letters apart. Equal letters are
    found once: the rank counts different ones. Copies that are turned or shifted a little count as different, and a
    batch that holds more of them than `max_samples` is not taken apart.

    gradient     of one step; for several local steps see `invert_update`.
    model        its first layer is Linear, followed by ReLU, as the client received it.
    rng          decides which neurons are tried.
    max_samples  the largest batch that is tried.
    sets         the most choices of B neurons.
    accept       None for the certificate of the neurons; or another proof, a function that is given inputs [B, 784]
                 and what came back [B, m], and returns whether they explain the gradient.
    Raises ValueError when the first layer is another one, or the gradient does not fit it or is not finite.
    Source: Dimitrov et al. (2024), "SPEAR: exact gradient inversion of batches in federated learning", in our reading.
    """
    layer = _first_layer(model)
    found = invert_layer(
        gradient.weights[0],
        gradient.biases[0],
        layer.weight,
        layer.bias,
        rng,
        max_samples=max_samples,
        sets=sets,
        accept=accept,
        following=_following(model, gradient),
    )
    return Inversion(found.inputs.reshape(-1, SIDE, SIDE), found.batch_size, found.certified, found.reason)


def _first_layer(model):
    from torch import nn

    layers = _leaves(model)
    if len(layers) < 2 or not isinstance(layers[0], nn.Linear) or not isinstance(layers[1], nn.ReLU):
        raise ValueError(
            "the exact inversion needs a first layer that is Linear and followed by ReLU; "
            "for smooth networks use match_gradient"
        )
    return layers[0]


def _following(model, gradient):
    """Weight and weight gradient of a dense layer right behind the first ReLU, or None."""
    from torch import nn

    layers = _leaves(model)
    if len(layers) < 3 or not isinstance(layers[2], nn.Linear) or len(gradient.weights) < 2:
        return None
    fits = np.shape(gradient.weights[1]) == tuple(layers[2].weight.shape) and np.isfinite(gradient.weights[1]).all()
    return (layers[2].weight, gradient.weights[1]) if fits else None


def _leaves(model):
    """The layers of a model in order, without those that only change the shape."""
    from torch import nn

    return [layer for layer in model.modules() if not list(layer.children()) and not isinstance(layer, nn.Flatten)]


def infer_label(gradient: Gradient) -> int:
    """The label, 0 to 25, of the one letter behind a gradient.

    The last bias gradient is the model's probabilities, less 1 at the true letter: its only negative number.
    Raises ValueError when there is not exactly one negative number, so that this is not the gradient of one letter.
    Source: Zhao, Mopuri and Bilen (2020), "iDLG: improved deep leakage from gradients".
    """
    last = _finite(gradient.biases[-1])
    if (last < 0).sum() != 1:
        raise ValueError(
            f"the last bias gradient has {(last < 0).sum()} negative numbers instead of one: "
            "it is not the gradient of a single letter"
        )
    return int(last.argmin())


def infer_labels(gradient: Gradient, model: nn.Module, size: int) -> list[int]:
    """The labels of a batch of `size` letters behind a gradient, sorted; right for models not trained yet.

    The last bias gradient is the mean of the model's probabilities, less each label's part of the batch. The model's
    probabilities of noise stand in for those of the letters. On a trained model they may be wrong.

    model  the one that the gradient was computed with.
    Raises ValueError when the size is below 1 or the gradient is not finite.
    Source: Zhao, Mopuri and Bilen (2020), for one letter; the counting for a batch is our reading.
    """
    import torch

    size = whole_number("the number of letters in a batch", size)
    last = _finite(gradient.biases[-1])
    like = next(model.parameters())
    noise = np.random.default_rng(0).uniform(0, 0.4, (512, 1, SIDE, SIDE))  # about as bright as letters
    with torch.no_grad():
        expected = model(torch.as_tensor(noise).to(like)).softmax(1).mean(0).cpu().double().numpy()
    counts, labels = size * (expected - last), []
    for _ in range(size):
        labels.append(int(counts.argmax()))
        counts[labels[-1]] -= 1
    return sorted(labels)


def invert_by_division(gradient: Gradient) -> Floats:
    """The letter behind a gradient, [28, 28] from 0 to 1: one row of the first layer's weights over its bias.

    A neuron that computes w x + b passes back some number d: its weights get d x, its bias gets d. The neuron taken
    is the one with the largest d. Of several letters the result is a mixture.

    gradient  of a model whose first layer is dense, 784 pixels wide.
    Raises ValueError when the first layer is not dense, no neuron fired, or the letter was blank.
    Source: Phong et al. (2018), "Privacy-preserving deep learning via additively homomorphic encryption".
    """
    weights, biases = _finite(gradient.weights[0]), _finite(gradient.biases[0])
    if weights.ndim != 2 or weights.shape[1] != SIDE * SIDE:
        raise ValueError(
            "division needs a dense first layer of 784 pixels: a convolution adds up all places of a "
            "picture, and its quotient is no picture; use match_gradient"
        )
    neuron = np.abs(biases).argmax()
    if biases[neuron] == 0:
        raise ValueError("no neuron of the first layer fired, so the gradient holds nothing to divide by")
    if not weights.any():
        raise ValueError("the weights' gradient is zero throughout: the letter was blank, there is nothing to recover")
    return (weights[neuron] / biases[neuron]).reshape(SIDE, SIDE)


def _finite(part):
    part = real_numbers("a gradient", part)
    if not np.isfinite(part).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be inverted")
    return part


@cpu_when_full
def invert_convolution(gradient: Gradient, model: nn.Module, rng: np.random.Generator) -> Inversion:
    """A batch through one convolution and a dense layer, both followed by ReLU.

    The dense layer gives up what the convolution passed on, for every letter. Where that is above 0 it is a known sum
    of pixels plus a bias: more than a thousand equations for 784 unknown pixels. Certified is only what they determine.

    gradient  of one step.    model  as `convolution_dense_network` makes it.    rng  as in `invert_relu_layer`.
    Raises ValueError when the model is another one or the gradient does not fit it or is not finite.
    """
    import torch

    convolution, dense = _layers(model)
    found = invert_layer(gradient.weights[1], gradient.biases[1], dense.weight, dense.bias, rng)
    certified = found.certified
    if not certified:
        return Inversion(np.zeros((0, SIDE, SIDE)), found.batch_size, False, found.reason)
    with one_thread(), torch.no_grad():
        like = convolution.weight
        dots = torch.eye(SIDE * SIDE).to(like).reshape(-1, 1, SIDE, SIDE)
        nothing = convolution(0 * dots[:1]).flatten()
        sums = (convolution(dots).flatten(1) - nothing).T  # one row for each value: which pixels it adds up
        images = []
        for value in torch.as_tensor(found.inputs).to(like):
            known = value > 1e-9
            rows, aims = sums[known], (value - nothing)[known]
            strengths, directions = torch.linalg.eigh(rows.T @ rows)
            pixels = directions @ (directions.T @ (rows.T @ aims) / strengths.clamp(min=DETERMINED * strengths[-1]))
            certified &= bool((rows @ pixels - aims).abs().max() < SOLVED and strengths[0] > DETERMINED * strengths[-1])
            images.append(pixels)
        images = torch.stack(images).cpu().numpy().reshape(-1, SIDE, SIDE)
    reason = found.reason if certified else "the pixels do not follow from the values"
    return Inversion(images, found.batch_size, certified, reason)


def _layers(model):
    from torch import nn

    layers = _leaves(model)
    if [type(layer) for layer in layers[:4]] != [nn.Conv2d, nn.ReLU, nn.Linear, nn.ReLU]:
        raise ValueError("this inversion needs a convolution, a ReLU, a dense layer and a ReLU, in this order")
    return layers[0], layers[2]
