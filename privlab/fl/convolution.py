"""Exact inversion through a convolution: first what it passed on, then the letters behind it (lesson 51)."""
import numpy as np

from privlab.device import cpu_when_full, one_thread
from privlab.fl.exact_inversion import Inversion, invert_layer
from privlab.fl.networks import SIDE

SOLVED = 1e-6
DETERMINED = 1e-13  # smallest over largest squared singular value from which the equations have one solution


@cpu_when_full
def invert_convolution(gradient, model, rng, max_samples=16):
    """The `Inversion` of a batch through one convolution and a dense layer, both followed by ReLU.

    The dense layer gives up what the convolution passed on, for every letter. Where that is above 0 it is a known sum
    of pixels plus a bias: more than a thousand equations for 784 unknown pixels. Certified is only what they determine.

    gradient : `Gradient` of one step; model : as `convolution_dense_network` makes it.
    rng, max_samples : as in `invert_relu_layer`.
    Raises ValueError when the model is another one or the gradient does not fit it or is not finite.
    """
    import torch

    convolution, dense = _layers(model)
    values, size, certified, reason = invert_layer(gradient.weights[1], gradient.biases[1], dense, rng, max_samples)
    if not certified:
        return Inversion(np.zeros((0, SIDE, SIDE)), size, False, reason)
    with one_thread(), torch.no_grad():
        like = convolution.weight
        dots = torch.eye(SIDE * SIDE).to(like).reshape(-1, 1, SIDE, SIDE)
        nothing = convolution(0 * dots[:1]).flatten()
        sums = (convolution(dots).flatten(1) - nothing).T  # one row for each value: which pixels it adds up
        images = []
        for value in torch.as_tensor(values).to(like):
            known = value > 1e-9
            rows, aims = sums[known], (value - nothing)[known]
            strengths, directions = torch.linalg.eigh(rows.T @ rows)
            pixels = directions @ (directions.T @ (rows.T @ aims) / strengths.clamp(min=DETERMINED * strengths[-1]))
            certified &= bool((rows @ pixels - aims).abs().max() < SOLVED and
                              strengths[0] > DETERMINED * strengths[-1])
            images.append(pixels)
        images = torch.stack(images).clamp(0, 1).cpu().numpy().reshape(-1, SIDE, SIDE)
    return Inversion(images, size, certified, reason if certified else "the pixels do not follow from the values")


def _layers(model):
    from torch import nn

    kinds = [each for each in model.modules() if not list(each.children()) and not isinstance(each, nn.Flatten)]
    if [type(each) for each in kinds[:4]] != [nn.Conv2d, nn.ReLU, nn.Linear, nn.ReLU]:
        raise ValueError("this inversion needs a convolution, a ReLU, a dense layer and a ReLU, in this order")
    return kinds[0], kinds[2]
