"""Small networks of three kinds with made-up letters, and sums of gradients compared, for the tests of this room."""

import torch
from torch import nn

MODELS = {
    "dense": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 26)),
    "few places": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 7, 6), nn.Tanh(), nn.Conv2d(16, 32, 3, padding=1), nn.Tanh(), nn.Flatten(), nn.Linear(512, 26)
    ),
    "many places": lambda: nn.Sequential(
        nn.Conv2d(1, 4, 5, 2, 2), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(196, 26)
    ),
}


def made(name, n=12, seed=0):
    """A network of `MODELS`, pixels [n, 1, 28, 28] and labels [n]."""
    torch.manual_seed(seed)
    return MODELS[name](), torch.rand(n, 1, 28, 28), torch.randint(26, (n,))


def close(one, two, most=2e-6):
    """Whether two sums of gradients are the same but for rounding."""
    return all(torch.allclose(a.reshape(b.shape), b, rtol=1e-5, atol=most) for a, b in zip(one, two, strict=True))


def one_by_one(model, inputs, labels, max_norm):
    """The sum of the clipped gradients by a loop that shows the model one example at a time."""
    parameters = [value for value in model.parameters() if value.requires_grad]
    totals = [torch.zeros_like(value) for value in parameters]
    for place in range(len(inputs)):
        loss = nn.functional.cross_entropy(model(inputs[place : place + 1].clone()), labels[place : place + 1])
        found = torch.autograd.grad(loss, parameters, allow_unused=True)
        length = float(sum(part.square().sum() for part in found if part is not None).sqrt())
        for total, part in zip(totals, found):
            total += 0 if part is None else part * min(1.0, max_norm / max(length, 1e-12))
    return totals


def two_strokes(pixels):
    """The pixels with a bright diagonal on every second picture, and labels 0 and 1, which are soon learned."""
    few = torch.arange(len(pixels)) % 2
    return pixels * 0.2 + few[:, None, None, None] * torch.eye(28) * 0.8, few


def with_normalisation():
    """A network in which the examples of a batch are mixed."""
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(1352, 26))
