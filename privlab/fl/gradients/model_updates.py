"""A client that trains for some steps and sends what changed, and what is read out of that (lesson 51)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Images, Integers, Labels
from privlab.device import cpu_when_full, one_thread
from privlab.fl.gradients.analytic import Inversion, invert_relu_layer
from privlab.fl.gradients.gradient import Gradient, client_gradient
from privlab.fl.gradients.layer_inversion import SETS
from privlab.fl.gradients.models import SIDE
from privlab.validation import whole_number

if TYPE_CHECKING:
    from torch import nn

SAME = 1e-6  # relative distance under which two updates are the same


@cpu_when_full
def client_update(
    model: nn.Module, images: Images, labels: Labels, *, steps: int = 5, learning_rate: float = 0.1
) -> Gradient:
    """What `steps` steps of gradient descent on one batch change: the model's numbers before less after.

    model           its layers all have weights and biases; it stays as it is.
    images, labels  as in `client_gradient`.
    Raises ValueError for no step or a learning rate that is not above 0, and what `client_gradient` raises.
    Source: McMahan et al. (2017), "Communication-efficient learning of deep networks from decentralized data".
    Not secure because it is a sum of gradients of the same letters: see `privlab.fl.gradients.analytic`.
    """
    import torch

    steps = whole_number("the number of a client's steps", steps)
    if not learning_rate > 0:
        raise ValueError(f"a client needs a learning rate above 0, got {learning_rate}")
    local = copy.deepcopy(model)
    with one_thread():
        for _ in range(steps):
            gradient = client_gradient(local, images, labels)
            with torch.no_grad():
                for parameter, part in zip(local.parameters(), gradient.parts):
                    parameter -= learning_rate * torch.as_tensor(part).to(parameter)
    update = [old - new for old, new in zip(_numbers(model), _numbers(local))]
    return Gradient(tuple(update[::2]), tuple(update[1::2]))


@cpu_when_full
def invert_update(
    update: Gradient,
    model: nn.Module,
    rng: np.random.Generator,
    *,
    steps: int = 5,
    learning_rate: float = 0.1,
    max_samples: int = 16,
    sets: int = SETS,
) -> Inversion:
    """The batch behind the update of `client_update`, certified by doing the client's steps again.

    The letters are the same in every step, so that the update has still rank B, and a neuron that is silent in all
    steps leaves its zero. Which letter is which label is read from what came back; the letters found, trained on for
    the same steps, must give the update that was seen.

    model                 dense network of two layers with a ReLU between, as the client received it.
    steps, learning_rate  what the server told the client to use.
    The others and the errors: as in `invert_relu_layer`.
    """
    last = _numbers(model)[2]
    seen = update.numbers

    def accept(inputs, came_back):
        if inputs.min() < -SAME or inputs.max() > 1 + SAME:
            return False
        images = np.clip(inputs, 0, 1).reshape(-1, SIDE, SIDE)
        labels = labels_behind(came_back, last)
        again = client_update(model, images, labels, steps=steps, learning_rate=learning_rate)
        return np.linalg.norm(again.numbers - seen) < SAME * np.linalg.norm(seen)

    return invert_relu_layer(update, model, rng, max_samples=max_samples, sets=sets, accept=accept)


def labels_behind(came_back: Floats, last: Floats) -> Integers:
    """The label of each of B letters from what came back to the first layer.

    What came back is the error of the 26 outputs, sent back through the last layer: 26 unknown numbers, and as many
    equations as neurons fired. The error is below 0 at the true letter alone.

    came_back  [B, m], of neurons that fired.    last  weights of the last layer, [26, m].
    """
    errors = [
        np.linalg.lstsq(last[:, row != 0].T, row[row != 0], rcond=None)[0]
        for row in np.where(np.abs(came_back) > 1e-9 * np.abs(came_back).max(1, keepdims=True), came_back, 0)
    ]
    return np.argmin(errors, axis=1)


def _numbers(model):
    """The model's parameters as float64 arrays."""
    return [part.detach().cpu().double().numpy() for part in model.parameters()]
