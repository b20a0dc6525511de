"""Frozen features: what a network that was taught on public letters sees in others (lesson 42).

Everything here is fitted on public letters alone, so that a private letter changes no feature but its own.
"""

import numpy as np

from privlab.device import cpu_when_full, device
from privlab.ml.letter_classifier import as_pixels, distort

CHUNK = 512  # letters that go through the network at once
CONSTANT = 0.3  # the entry that stands for a bias, before a row is scaled to length 1


class PublicFeatures:
    """Turns letters into rows of length 1: both hidden layers of a reader, along the public letters' main directions.

    reader : Reader, taught on public letters. images : uint8 [n, 28, 28], public letters.
    directions : int, how many are kept of the convolutions' output; of the hidden layer all are.
    seed : int, settles how the public letters are distorted before they are measured.
    Raises ValueError when there are fewer public letters than directions.
    Source: De, Berrada, Hayes, Smith and Balle (2022) and Tramèr and Boneh (2021): private training of a last layer.
    """

    def __init__(self, reader, images, directions=512, seed=0):
        import torch

        if len(images) < max(directions, reader.hidden):
            raise ValueError(
                f"{max(directions, reader.hidden)} directions need as many public letters, got {len(images)}"
            )
        self.reader = reader.to(device()).eval()
        generator = torch.Generator().manual_seed(seed)
        self._maps = [
            _main_directions(part, keep)
            for part, keep in zip(
                self._seen(images, lambda pixels: distort(pixels, generator)), (directions, reader.hidden)
            )
        ]

    def cpu(self):
        """Itself, with all that it holds on the CPU."""
        self.reader, self._maps = self.reader.cpu(), [(centre.cpu(), turn.cpu()) for centre, turn in self._maps]
        return self

    @cpu_when_full
    def rows(self, images):
        """The features of the letters: a float32 tensor [n, directions + hidden + 2] whose rows all have length 1.

        images : uint8 [n, 28, 28].
        """
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
        import torch

        found = []
        with torch.no_grad():
            for start in range(0, len(images), CHUNK):
                pixels = change(as_pixels(images[start : start + CHUNK])).to(device())
                found.append(self.reader.features(pixels.contiguous(memory_format=torch.channels_last)))
        return [torch.cat(each) for each in zip(*found)]


def _main_directions(seen, keep):
    """The centre of what was seen and a matrix that turns it to its `keep` main directions, the large ones damped."""
    import torch

    centre = seen.mean(dim=0)
    variances, turn = torch.linalg.eigh(torch.cov((seen - centre).T.double()))
    variances, turn = variances[-keep:].clamp(min=1e-6), turn[:, -keep:]
    return centre, (turn * variances**-0.25).float()


def labels_of(letters):
    """The labels of a set of letters as an int64 tensor on the device in use."""
    import torch

    return torch.as_tensor(np.asarray(letters.labels)).long().to(device())
