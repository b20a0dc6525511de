"""A planted network that sends a code of a letter instead of its pixels, made to be read through noise (lesson 53).

Each pixel becomes some levels, from 0 to 1 in turn as its brightness grows, through Hardtanh. Most levels are 0 or 1:
who knows this, and what public letters look like, reads them through far more noise than who averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Images
from privlab.device import device
from privlab.fl.gradients.gradient import Gradient, pixels
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import real_numbers, whole_number

if TYPE_CHECKING:
    from torch import nn

AMPLIFICATION = 1e4  # of what comes back to the code: of a clipped gradient it keeps all the length
SMOOTHING = 0.5  # public pixels of each value that are taken for granted, so that none is impossible


@dataclass(frozen=True)
class LevelCode:
    """How a letter becomes levels.

    levels   of each pixel.
    flipped  [784 * levels], which of them are sent as 1 less the level, since they are above a half on average.
    prior    [784, 256], the logarithm of how likely each value of each pixel is.
    """

    levels: int
    flipped: Floats
    prior: Floats

    def of(self, images: Images) -> Floats:
        """The code of letters, [n, 784 * levels] from 0 to 1."""
        rows = pixels(images).reshape(-1, SIDE * SIDE, 1)
        steps = np.clip(self.levels * rows - np.arange(self.levels), 0, 1).reshape(len(rows), -1)
        return np.abs(self.flipped - steps)


def level_code(public: Images, levels: int) -> LevelCode:
    """The code of so many levels that sends letters like the public ones, [n, 28, 28], with the least length.

    Raises ValueError when there is no level or no public letter.
    """
    levels = whole_number("the number of levels", levels)
    if not len(public):
        raise ValueError("a code needs at least 1 public letter, got none")
    plain = LevelCode(levels, np.zeros(SIDE * SIDE * levels), np.zeros(0))
    rows = np.rint(255 * pixels(public)).astype(int).reshape(len(public), -1)
    counts = np.stack([np.bincount(column, minlength=256) for column in rows.T])
    everywhere = counts.sum(axis=0) / counts.sum()
    smoothed = counts + SMOOTHING * 256 * everywhere + 1e-9
    prior = np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
    return LevelCode(levels, (plain.of(public).mean(axis=0) > 0.5).astype(float), prior)


def code_network(code: LevelCode) -> nn.Module:
    """The network that the server sends: 784, the code, one neuron and 26 letters, in float64 on the device in use.

    The one neuron's weights are 0, so that it says nothing and the model reads every letter alike; what comes back to
    it is the same for all letters of one half of the alphabet, and the negative of it for the other half. So the
    gradient of its weights is the code, times one number.

    Source: our own.
    Not secure because it is an attack.
    """
    import torch
    from torch import nn

    many, sign = SIDE * SIDE * code.levels, 1 - 2 * code.flipped
    first, middle, last = (
        nn.utils.skip_init(nn.Linear, wide, out, dtype=torch.float64)
        for wide, out in ((SIDE * SIDE, many), (many, 1), (1, LETTERS))
    )
    steps = -np.tile(np.arange(code.levels, dtype=float), SIDE * SIDE)
    with torch.no_grad():
        for part in (middle.weight, middle.bias, last.bias):
            part.zero_()
        pixel = torch.eye(SIDE * SIDE, dtype=torch.float64).repeat_interleave(code.levels, dim=0)
        first.weight.copy_(code.levels * pixel * torch.from_numpy(sign)[:, None])
        first.bias.copy_(torch.from_numpy(code.flipped + sign * steps))
        halves = torch.arange(LETTERS) % 2 * 2 - 1.0
        last.weight.copy_(AMPLIFICATION * halves[:, None])
    return nn.Sequential(nn.Flatten(), first, nn.Hardtanh(0, 1), middle, last).to(device())


def read_code(gradient: Gradient, code: LevelCode, noise_std: float) -> Floats:
    """The letter in a clipped and noisy gradient of a `code_network`, [28, 28] from 0 to 1, each pixel its mean value.

    First how loud the code is: ones all of one loudness in noise are found best where the sum of the k largest numbers
    over the root of k is largest. Then, for each pixel, how likely each of its 256 values is, by the noise and by the
    public letters.

    gradient   of one letter.
    noise_std  at least 0, of the noise on every number.
    Raises ValueError when the gradient is not of such a network or not finite, or the noise is negative.
    """
    if not 0 <= noise_std < np.inf:
        raise ValueError(f"the noise must be a finite number of at least 0, got {noise_std}")
    seen = real_numbers("a gradient", gradient.weights[1])
    many = SIDE * SIDE * code.levels
    if seen.shape != (1, many):
        raise ValueError(f"the planted layer was {[1, many]}, got {list(seen.shape)}: a client used another model")
    if not np.isfinite(seen).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: nothing can be read from it")
    loudest = []
    for sign in (1, -1):
        ordered = np.sort(sign * seen[0])[::-1]
        matched = np.cumsum(ordered) / np.sqrt(np.arange(1, many + 1))
        loudest.append((matched.max(), sign * matched.max() / np.sqrt(matched.argmax() + 1)))
    _, loudness = max(loudest)
    if loudness == 0:
        raise ValueError("the gradient is zero throughout: nothing was sent")
    levels = np.where(code.flipped, 1 - seen[0] / loudness, seen[0] / loudness).reshape(SIDE * SIDE, code.levels)
    values = np.clip(code.levels * np.arange(256)[:, None] / 255 - np.arange(code.levels), 0, 1)
    spread = max(noise_std / abs(loudness), 1e-3)
    apart = (values**2).sum(axis=1) - 2 * levels @ values.T  # but for what is the same for all values
    likely = code.prior - apart / (2 * spread**2)
    likely = np.exp(likely - likely.max(axis=1, keepdims=True))
    return (likely @ np.arange(256) / likely.sum(axis=1) / 255).reshape(SIDE, SIDE)
