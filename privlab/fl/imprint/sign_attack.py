"""A planted layer that asks of every pixel whether it exceeds some levels: signs alone answer it (lesson 53).

A neuron passes back its output times the error of each of the 26 scores, and its output is above 0 where it fired. So
the signs of the last layer's gradient tell which neurons fired, and the row of a label tells it of the letters with
that label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats
from privlab.device import device
from privlab.fl.gradients.gradient import Gradient
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import whole_number

if TYPE_CHECKING:
    from torch import nn

ALWAYS = 25  # the letter z, which the planted model always reads; of it nothing will be learned
SURE = 1e4  # its score: the probability of all others is 0 in floats


def levels_network(levels: int) -> nn.Module:
    """The network that the server sends, 784 pixels, 784 * levels neurons and 26 letters, in float64.

    Neuron (i, k) fires when pixel i exceeds k / levels, for k = 0 when it has any ink. The last layer reads one letter,
    whatever it sees: then the error of the true letter is -1, and that of all others 0.

    Raises ValueError when there is no level.
    Source: our own; that signs tell which neurons fired follows from the chain rule.
    Not secure because it is an attack.
    """
    import torch
    from torch import nn

    levels = whole_number("the number of levels", levels)
    first = nn.utils.skip_init(nn.Linear, SIDE * SIDE, SIDE * SIDE * levels, dtype=torch.float64)
    last = nn.utils.skip_init(nn.Linear, SIDE * SIDE * levels, LETTERS, dtype=torch.float64)
    with torch.no_grad():
        first.weight.copy_(torch.eye(SIDE * SIDE, dtype=torch.float64).repeat_interleave(levels, dim=0))
        steps = torch.arange(levels, dtype=torch.float64) / levels
        steps[0] = 0.5 / 255
        first.bias.copy_(-steps.repeat(SIDE * SIDE))
        last.weight.zero_()
        last.bias.zero_()
        last.bias[ALWAYS] = SURE
    return nn.Sequential(nn.Flatten(), first, nn.ReLU(), last).to(device())


def read_levels(signs: Gradient, levels: int) -> Floats:
    """The letters that signs tell of, [k, 28, 28] from 0 to 1: one for each label that occurs.

    Letters of one label come back as one picture, the brighter pixel of both; of the letter that is always read none
    does. A pixel is off by half a level at most, by 1 / (2 * levels); one without ink is exact.

    signs  of a `levels_network`, or a sum of such; of the numbers only their signs are used.
    Raises ValueError when the gradient is not of such a network.
    """
    last = np.asarray(signs.weights[-1])
    if last.shape != (LETTERS, SIDE * SIDE * levels):
        raise ValueError(
            f"the last layer of the planted network was {[LETTERS, SIDE * SIDE * levels]}, got {list(last.shape)}: "
            "a client used another model"
        )
    fired = (last < 0).reshape(LETTERS, SIDE, SIDE, levels).sum(axis=-1)
    fired = fired[fired.any(axis=(1, 2))]
    return np.where(fired > 0, (fired - 0.5) / levels, 0.0)
