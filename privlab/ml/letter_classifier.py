"""A small convolutional network that reads letters, taught on drawn letters alone."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Integers, Letters, Scores

if TYPE_CHECKING:
    from torch import Generator, Tensor
    from torch.nn import Module, Sequential

CLASSES = 26
CHUNK = 500  # letters that go through the network at once
WEIGHTS = Path(__file__).parent.parent / "data" / "weights"
FACES = {"drawn": "public", "emnist": "all"}  # beside drawn letters, the reader must not know the private faces


def new_reader(*, width: int = 16, hidden: int = 128) -> Sequential:
    """A network, not yet taught, from pixels float [n, 1, 28, 28] in 0..1 to 26 scores each.

    Its parts are `convolutions`, three of them, `layer`, the hidden one, and `scores`.
    width : channels of the first convolution. hidden : units of the hidden layer.
    Source: https://arxiv.org/abs/1502.03167 (batch normalisation) for the layers' order.
    """
    from torch import nn

    convolutions = nn.Sequential(
        nn.Conv2d(1, width, 5, stride=2, padding=2),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(2 * width, 4 * width, 3, padding=1),
        nn.BatchNorm2d(4 * width),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
    )
    layer = nn.Sequential(nn.Linear(36 * width, hidden), nn.BatchNorm1d(hidden), nn.ReLU())
    scores = nn.Sequential(nn.Dropout(0.2), nn.Linear(hidden, CLASSES))
    return nn.Sequential(OrderedDict(convolutions=convolutions, layer=layer, scores=scores))


def as_pixels(images: Letters) -> Tensor:
    """Float pixels [n, 1, 28, 28] in 0..1."""
    import torch

    return torch.as_tensor(np.asarray(images)).float().div(255).unsqueeze(1)


def distort(pixels: Tensor, generator: Generator) -> Tensor:
    """The pixels turned, stretched, bent, with thicker or thinner strokes: new every time.

    pixels : float [n, 1, 28, 28] in 0..1. generator : on the CPU.
    """
    import torch
    from torch.nn import functional as F

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    n = len(pixels)
    angle, shear = 0.12 * normal(n), 0.12 * normal(n)
    matrix = torch.zeros(n, 2, 3)
    matrix[:, 0, 0], matrix[:, 0, 1] = angle.cos() * torch.exp(0.1 * normal(n)), shear - angle.sin()
    matrix[:, 1, 0], matrix[:, 1, 1] = angle.sin(), angle.cos() * torch.exp(0.1 * normal(n))
    matrix[:, :, 2] = 0.04 * normal(n, 2)
    bent = F.interpolate(0.07 * normal(n, 2, 5, 5), size=(28, 28), mode="bicubic", align_corners=True)
    grid = F.affine_grid(matrix, pixels.shape, align_corners=False) + bent.permute(0, 2, 3, 1)
    pixels = F.grid_sample(pixels, grid, align_corners=False)
    amount = 2 * torch.rand(n, 1, 1, 1, generator=generator) - 1
    thick, thin = F.max_pool2d(pixels, 3, 1, 1), -F.max_pool2d(-pixels, 3, 1, 1)
    pixels = pixels + 0.7 * amount.abs() * (torch.where(amount > 0, thick, thin) - pixels)
    return pixels.clamp(1e-6, 1) ** torch.exp(0.25 * normal(n, 1, 1, 1))


def load_reader(source: str) -> Sequential:
    """The reader that the course ships, trained on drawn letters alone, in evaluation mode.

    source : that of the letters it is to read, `letters().source`. For "drawn" it has seen public faces only, so that
    nothing of the private letters is in it; for "emnist" it has seen all drawn faces and no real letter.
    Made by: python tools/train_weights.py
    """
    import torch

    if source not in FACES:
        raise ValueError(f'source must be "drawn" or "emnist", got {source!r}')
    with np.load(WEIGHTS / f"reader-{FACES[source]}.npz") as file:
        weights = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
    reader = new_reader(width=len(weights["convolutions.0.bias"]), hidden=len(weights["layer.0.bias"]))
    reader.load_state_dict(weights, strict=False)  # the batch counters of the normalisation are not kept
    return reader.to(memory_format=torch.channels_last).eval()


def read_scores(reader: Module, images: Letters) -> Scores:
    """The reader's 26 scores of each letter, float32 [n, 26]."""
    import torch

    where = next(reader.parameters()).device
    with torch.no_grad():
        parts = [
            reader(as_pixels(images[start : start + CHUNK]).to(where)).cpu().numpy()
            for start in range(0, len(images), CHUNK)
        ]
    return np.concatenate(parts)


def read(reader: Module, images: Letters) -> Integers:
    """The letters read, [n] in 0..25."""
    return read_scores(reader, images).argmax(axis=1)
