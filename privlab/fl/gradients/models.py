"""The small networks whose gradients are attacked; their first weights are PyTorch's default ones (lesson 51)."""

import numpy as np

from privlab.device import device
from privlab.validation import whole_number

SIDE, LETTERS = 28, 26
ACTIVATIONS = ("relu", "sigmoid", "tanh")


def dense_network(seed, activation="relu", hidden=256):
    """A network of 784 pixels, `hidden` neurons and 26 letters, a torch module in float64 on the device in use.

    seed : whole number that decides the first weights; they are drawn on the CPU, the same on every machine.
    activation : "relu", "sigmoid" or "tanh", what a hidden neuron does with its sum.
    hidden : int, neurons in the middle.
    Raises ValueError for another activation or no neuron.
    """
    from torch import nn

    if activation not in ACTIVATIONS:
        raise ValueError(f"the activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    hidden = whole_number("the number of neurons", hidden)
    activations = dict(zip(ACTIVATIONS, (nn.ReLU, nn.Sigmoid, nn.Tanh)))
    return _built(
        seed,
        lambda: nn.Sequential(
            nn.Flatten(), nn.Linear(SIDE * SIDE, hidden), activations[activation](), nn.Linear(hidden, LETTERS)
        ),
    )


def convolutional_network(seed, channels=16):
    """A network of two 5x5 tanh convolutions that step by 2 and a layer of 26 letters, a torch module in float64.

    seed, device : as in `dense_network`.
    channels : int, kernels in each convolution.
    """
    from torch import nn

    return _built(
        seed,
        lambda: nn.Sequential(
            nn.Conv2d(1, channels, 5, stride=2, padding=2),
            nn.Tanh(),
            nn.Conv2d(channels, channels, 5, stride=2, padding=2),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(channels * (SIDE // 4) ** 2, LETTERS),
        ),
    )


def convolution_dense_network(seed, channels=24, hidden=256):
    """A network of a 5x5 convolution that steps by 2, a dense layer, both followed by ReLU, and one of 26 letters.

    seed, device, hidden : as in `dense_network`; channels : int, kernels of the convolution.
    """
    from torch import nn

    return _built(
        seed,
        lambda: nn.Sequential(
            nn.Conv2d(1, channels, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(channels * (SIDE // 2) ** 2, hidden),
            nn.ReLU(),
            nn.Linear(hidden, LETTERS),
        ),
    )


def trained(model, letters, steps, seed):
    """A copy of the model after some steps of Adam on 64 random letters each, in float64 again.

    letters : one of `privlab.data.emnist_letters()`'s sets; steps : int, at least 1; seed : whole number that decides
    the letters.
    """
    import copy

    import torch

    model, rng = copy.deepcopy(model).float(), np.random.default_rng(seed)
    optimiser, like = torch.optim.Adam(model.parameters()), next(model.parameters())
    for _ in range(whole_number("the number of steps", steps)):
        places = rng.integers(len(letters.labels), size=64)
        images = torch.as_tensor(letters.images[places, None] / np.float32(255)).to(like)
        labels = torch.as_tensor(letters.labels[places], dtype=torch.int64, device=like.device)
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimiser.step()
    return model.double()


def _built(seed, build):
    import torch

    with torch.random.fork_rng(devices=[]):  # the reader's own torch seed stays as it is
        torch.manual_seed(seed)
        return build().to(torch.float64).to(device())
