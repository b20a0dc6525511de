"""A client that trains for some steps and sends what changed, and what is read out of that (lesson 51)."""

import copy

import numpy as np

from privlab.device import cpu_when_full, one_thread
from privlab.fl.gradients.analytic import SETS, invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.models import SIDE
from privlab.validation import whole_number

SAME = 1e-6  # relative distance under which two updates are the same


@cpu_when_full
def client_update(model, images, labels, steps=5, rate=0.1):
    """What `steps` steps of gradient descent on one batch change, a `Gradient`: the model's numbers before less after.

    model : torch module whose layers all have weights and biases; it stays as it is.
    images, labels : as in `client_gradient`.
    steps : int, at least 1; rate : float above 0, the learning rate of the client.
    Raises ValueError when a number is out of range, and what `client_gradient` raises.
    Source: McMahan et al. (2017), "Communication-efficient learning of deep networks from decentralized data".
    Not secure because it is a sum of gradients of the same letters: see `privlab.fl.gradients.analytic`.
    """
    import torch

    steps = whole_number("the number of a client's steps", steps)
    if not rate > 0:
        raise ValueError(f"a client needs a rate above 0, got {rate}")
    local, update = copy.deepcopy(model), None
    with one_thread():
        for _ in range(steps):
            gradient = client_gradient(local, images, labels)
            with torch.no_grad():
                for parameter, part in zip(local.parameters(), gradient.parts):
                    parameter -= rate * torch.as_tensor(part).to(parameter)
        before, after = (
            [part.detach().cpu().double().numpy() for part in each.parameters()] for each in (model, local)
        )
        update = [old - new for old, new in zip(before, after)]
    return type(gradient)(tuple(update[::2]), tuple(update[1::2]))


@cpu_when_full
def invert_update(update, model, rng, steps=5, rate=0.1, max_samples=16, sets=SETS):
    """The `Inversion` of the batch behind the update of `client_update`, certified by doing the client's steps again.

    The letters are the same in every step, so that the update has still rank B, and a neuron that is silent in all
    steps leaves its zero. Which letter is which label is read from what came back; the letters found, trained on for
    the same steps, must give the update that was seen.

    update : `Gradient` as `client_update` returns it; steps, rate : what the server told the client to use.
    model : dense network of two layers with a ReLU between, as the client received it.
    rng, max_samples, sets, errors : as in `invert_relu_layer`.
    """
    last = list(model.parameters())[2].detach().cpu().double().numpy()
    seen = update.numbers

    def accept(inputs, came_back):
        if inputs.min() < -SAME or inputs.max() > 1 + SAME:
            return False
        again = client_update(
            model, np.clip(inputs, 0, 1).reshape(-1, SIDE, SIDE), labels_behind(came_back, last), steps, rate
        )
        return np.linalg.norm(again.numbers - seen) < SAME * np.linalg.norm(seen)

    return invert_relu_layer(update, model, rng, max_samples, sets, accept)


def labels_behind(came_back, last):
    """The label of each letter from what came back to the first layer, an array of B whole numbers.

    What came back is the error of the 26 outputs, sent back through the last layer: 26 unknown numbers, and as many
    equations as neurons fired. The error is below 0 at the true letter alone.

    came_back : floats [B, m], of neurons that fired; last : weights of the last layer [26, m].
    """
    errors = [
        np.linalg.lstsq(last[:, row != 0].T, row[row != 0], rcond=None)[0]
        for row in np.where(np.abs(came_back) > 1e-9 * np.abs(came_back).max(1, keepdims=True), came_back, 0)
    ]
    return np.argmin(errors, axis=1)
