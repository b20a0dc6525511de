"""The small networks whose gradients are attacked; their first weights are PyTorch's default ones (lesson 51)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from privlab.data.types import Pictures
from privlab.device import device
from privlab.validation import whole_number

if TYPE_CHECKING:
    from torch import nn

SIDE, LETTERS = 28, 26
ACTIVATIONS = ("relu", "sigmoid", "tanh")


def dense_network(seed: int, activation: str = "relu", *, hidden: int = 256) -> nn.Module:
    """A network of 784 pixels, `hidden` neurons and 26 letters, in float64 on the device in use.

    seed        decides the first weights; they are drawn on the CPU, the same on every machine.
    activation  "relu", "sigmoid" or "tanh", what a hidden neuron does with its sum.
    Raises ValueError for another activation or no neuron.
    """
    from torch import nn

    if activation not in ACTIVATIONS:
        raise ValueError(f"the activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    hidden = whole_number("the number of neurons", hidden)
    middle = dict(zip(ACTIVATIONS, (nn.ReLU, nn.Sigmoid, nn.Tanh)))[activation]
    return built(
        seed, lambda: nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, hidden), middle(), nn.Linear(hidden, LETTERS))
    )


def convolution_dense_network(seed: int, *, channels: int = 24) -> nn.Module:
    """A network of a 5x5 convolution that steps by 2, a dense layer of 256, both followed by ReLU, and 26 letters.

    seed, device  as in `dense_network`.    channels  the kernels of the convolution.
    """
    from torch import nn

    return built(
        seed,
        lambda: nn.Sequential(
            nn.Conv2d(1, channels, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(channels * (SIDE // 2) ** 2, 256),
            nn.ReLU(),
            nn.Linear(256, LETTERS),
        ),
    )


def built(seed: int, build: Callable[[], nn.Module]) -> nn.Module:
    """The network that `build()` makes when torch draws from `seed`, in float64 on the device in use.

    The reader's own torch seed stays as it is.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build().to(torch.float64).to(device())


def trained(model: nn.Module, letters: Pictures, *, steps: int, seed: int) -> nn.Module:
    """A copy of the model after some steps of Adam on 64 random letters each, in float64 again.

    letters  such as `privlab.data.letters().train`.    steps  at least 1.    seed  decides the letters.
    """
    import torch

    model, rng = copy.deepcopy(model).float(), np.random.default_rng(seed)
    optimiser, like = torch.optim.Adam(model.parameters()), next(model.parameters())
    for _ in range(whole_number("the number of steps", steps)):
        batch = rng.integers(len(letters.labels), size=64)
        images = torch.as_tensor(letters.images[batch, None] / np.float32(255)).to(like)
        labels = torch.as_tensor(letters.labels[batch], dtype=torch.int64, device=like.device)
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimiser.step()
    return model.double()
