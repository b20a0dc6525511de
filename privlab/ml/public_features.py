"""Frozen features: what a network that was taught on public letters sees in others.

Everything here is fitted on public letters alone, so that a private letter changes no feature but its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Letters
from privlab.data.types import Pictures
from privlab.device import cpu_when_full, device
from privlab.ml.letter_classifier import as_pixels, distort

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Sequential

CHUNK = 512  # letters that go through the network at once
CONSTANT = 0.3  # the entry that stands for a bias, before a row is scaled to length 1


class PublicFeatures:
    """Turns letters into rows of length 1: both hidden layers of a reader, along the public letters' main directions.

    reader : taught on public letters. images : public letters.
    directions : how many are kept of the convolutions' output; of the hidden layer all are.
    seed : settles how the public letters are distorted before they are measured.
    Raises ValueError when there are fewer public letters than directions.
    Source: De, Berrada, Hayes, Smith and Balle (2022) and Tramèr and Boneh (2021): private training of a last layer.
    """

    def __init__(self, reader: Sequential, images: Letters, *, directions: int = 512, seed: int = 0) -> None:
        import torch

        hidden = reader.layer[0].out_features
        if len(images) < max(directions, hidden):
            raise ValueError(f"{max(directions, hidden)} directions need as many public letters, got {len(images)}")
        self.reader = reader.to(device()).eval()
        generator = torch.Generator().manual_seed(seed)
        seen = self._seen(images, lambda pixels: distort(pixels, generator))
        self._maps = [_main_directions(part, keep) for part, keep in zip(seen, (directions, hidden))]

    def cpu(self) -> PublicFeatures:
        """Itself, with all that it holds on the CPU."""
        self.reader, self._maps = self.reader.cpu(), [(centre.cpu(), turn.cpu()) for centre, turn in self._maps]
        return self

    @cpu_when_full
    def rows(self, images: Letters) -> Tensor:
        """The features of the letters, float32 [n, directions + hidden + 2], rows of length 1."""
        import torch

        parts = [self._row(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)]
        return torch.cat(parts)

    def _row(self, images):
        import torch

        parts = []
        for seen, (centre, turn) in zip(self._seen(images), self._maps):
            part = torch.nn.functional.normalize((seen - centre) @ turn, dim=1)
            parts.append(torch.cat([part, part.new_full((len(part), 1), CONSTANT)], dim=1))
        return torch.nn.functional.normalize(torch.cat(parts, dim=1), dim=1)

    def _seen(self, images, change=lambda pixels: pixels):
        """What the convolutions and the hidden layer put out, [n, ...] each."""
        import torch

        convolved, hidden = [], []
        with torch.no_grad():
            for start in range(0, len(images), CHUNK):
                pixels = change(as_pixels(images[start : start + CHUNK])).to(device())
                convolved.append(self.reader.convolutions(pixels.contiguous(memory_format=torch.channels_last)))
                hidden.append(self.reader.layer(convolved[-1]))
        return torch.cat(convolved), torch.cat(hidden)


def _main_directions(seen, keep):
    """The centre of what was seen and a matrix that turns it to its `keep` main directions, the large ones damped."""
    import torch

    centre = seen.mean(dim=0)
    variances, turn = torch.linalg.eigh(torch.cov((seen - centre).T.double()))
    variances, turn = variances[-keep:].clamp(min=1e-6), turn[:, -keep:]
    return centre, (turn * variances**-0.25).float()


def labels_of(letters: Pictures) -> Tensor:
    """The labels of a set of letters, int64 [n] on the device in use."""
    import torch

    return torch.as_tensor(np.asarray(letters.labels)).long().to(device())
