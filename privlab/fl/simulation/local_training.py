"""A round of many devices at once: each layer is one product over all of them, with a leading axis of devices
(lesson 54).

The network has 196 pixels, a hidden layer and 26 letters; the gradient is written out by hand, which is faster than to
ask for it. All weights of a network stand in one row.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Labels, Rows
from privlab.fl.simulation.population import PIXELS, Devices

if TYPE_CHECKING:
    import torch

HIDDEN, CLASSES = 64, 26


class FlatNetwork:
    """A network whose weights stand in one row. shapes: (rows, columns) of its parts; `size`: how many weights."""

    def __init__(self, shapes: tuple[tuple[int, int], ...]):
        self.shapes = shapes
        self.offsets = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
        self.size = int(self.offsets[-1])

    def parts(self, weights: "torch.Tensor") -> "list[torch.Tensor]":
        """The weights [..., size] as tensors [..., rows, columns], which share its memory."""
        return [
            weights[..., start:stop].unflatten(-1, shape)
            for start, stop, shape in zip(self.offsets, self.offsets[1:], self.shapes)
        ]


class Network(FlatNetwork):
    """The network of 196 pixels, 64 neurons and 26 letters."""

    def __init__(self):
        super().__init__(((PIXELS, HIDDEN), (1, HIDDEN), (HIDDEN, CLASSES), (1, CLASSES)))

    def initial_weights(self, seed: int) -> "torch.Tensor":
        """The weights before training, float32 [size], uniform as PyTorch's; the biases are 0."""
        import torch

        generator = torch.Generator().manual_seed(seed)
        weights = torch.zeros(self.size)
        for part in self.parts(weights)[::2]:
            part.uniform_(-1, 1, generator=generator).div_(len(part) ** 0.5)
        return weights

    def scores(self, weights: "torch.Tensor", pixels: "torch.Tensor") -> "torch.Tensor":
        """Scores [n, 26] of one network for pixels [n, 196]."""
        first, first_bias, last, last_bias = self.parts(weights)
        return (pixels @ first + first_bias).relu() @ last + last_bias

    def accuracy(self, weights: "torch.Tensor", pixels: Rows, labels: Labels) -> float:
        """Share of letters that are read right, 0..1. pixels: float32 [n, 196]."""
        import torch

        read = self.scores(weights, torch.as_tensor(pixels)).argmax(1)
        return float((read == torch.as_tensor(labels)).float().mean())


def client_updates(
    network: Network,
    weights: "torch.Tensor",
    devices: Devices,
    chosen: ArrayLike,
    rng: np.random.Generator,
    *,
    steps: int = 20,
    batch: int = 16,
    learning_rate: float = 0.3,
    epoch: bool = False,
    proximal: float = 0.0,
    control: "torch.Tensor | None" = None,
    labels: Labels | None = None,
) -> "torch.Tensor":
    """What each chosen device has learnt, float32 [chosen, size]: its weights after some steps on its own letters, less
    `weights`.

    weights   [size].  chosen  whole numbers, each a device with letters.  steps  of plain gradient descent.
    epoch     True when a device takes as many steps as it has batches, at least 1 and at most `steps`.
    proximal  FedProx's pull back to `weights`.  control  [chosen, size], SCAFFOLD's correction.
    labels    [n], in place of the devices' own, a negative one where there is none.
    Raises ValueError when nobody was chosen or a chosen device has no letter.
    Source: McMahan et al. (2017); Li et al. (2020) for `proximal`; Karimireddy et al. (2020) for `control`.
    """
    import torch

    chosen = np.asarray(chosen, dtype=np.int64)
    sizes = devices.sizes[chosen]
    if not len(chosen) or sizes.min() < 1:
        raise ValueError("a round needs at least one device, and each needs a letter to learn from")
    picked = (rng.random((steps, len(chosen), batch)) * sizes[:, None]).astype(np.int64)
    rows = devices.rows[devices.starts[chosen][:, None] + picked]
    steps_of = np.clip(np.ceil(sizes / batch), 1, steps) if epoch else np.full(len(chosen), steps)
    answers = torch.from_numpy((devices.labels if labels is None else labels)[rows])
    pixels = torch.from_numpy(devices.pixels)
    learnt = weights.expand(len(chosen), -1).clone()
    first, first_bias, last, last_bias = network.parts(learnt)
    for step in range(int(steps_of.max())):
        x, known = pixels[torch.from_numpy(rows[step])], answers[step] >= 0
        hidden = torch.baddbmm(first_bias, x, first).relu()
        error = torch.softmax(torch.baddbmm(last_bias, hidden, last), -1)
        error.scatter_add_(-1, answers[step].clamp(min=0).unsqueeze(-1), torch.full_like(error[..., :1], -1.0))
        busy = torch.from_numpy(steps_of > step).unsqueeze(1) & known
        error *= (busy / known.sum(1, keepdim=True).clamp(min=1)).unsqueeze(-1)
        back = (error @ last.transpose(1, 2)) * (hidden > 0)
        layers = x.transpose(1, 2) @ back, back.sum(1), hidden.transpose(1, 2) @ error, error.sum(1)
        gradient = torch.cat([part.flatten(1) for part in layers], 1)
        if proximal:
            gradient += proximal * (learnt - weights)
        learnt -= learning_rate * (gradient if control is None else gradient + control)
    return learnt - weights


def aggregate(updates: "torch.Tensor", weights: Floats) -> "torch.Tensor":
    """The one update of many, [size]: federated averaging. updates  [devices, size].  weights  [devices], of each."""
    import torch

    return torch.from_numpy(np.asarray(weights, dtype=float)).to(updates) @ updates
