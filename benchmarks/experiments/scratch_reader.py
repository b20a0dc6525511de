"""Private training with no public data of any kind: strokes by formula, directions and a head learned privately.

A formula knows no letter: edges and lines in eight directions, at two widths, added up over neighbourhoods. Where the
letters lie among these numbers is learned from the letters, at a price: their centre, their main directions and the
head are three kinds of Gaussian releases, and all three are on the bill.
"""

import numpy as np

from privlab.device import cpu_when_full, device
from privlab.dp.gaussian import mu_for
from privlab.ml.dpsgd.linear_head import head_accuracy, train_head
from privlab.ml.letter_classifier import as_pixels

CHUNK = 512
SHARES = {"centre": 0.02, "directions": 0.2, "head": 0.78}  # of the budget, as squares of μ, which add up
BANKS = (("edge", 5, 1.0, 4), ("edge", 9, 2.0, 5), ("line", 9, 1.4, 4), ("line", 13, 2.4, 5))
CONSTANT = 0.3


@cpu_when_full
def stroke_rows(images):
    """How much of each stroke lies where: a float32 tensor [n, 1360] whose rows all have length 1.

    images : uint8 [n, 28, 28].
    Source: Tramèr and Boneh (2021), that features by formula serve private training well; theirs are scattering
    transforms.
    """
    import torch

    banks = [
        (_filters(kind, size, width).to(device()), _windows(apart / 1.6, apart).to(device()))
        for kind, size, width, apart in BANKS
    ]
    parts = []
    for start in range(0, len(images), CHUNK):
        pixels = as_pixels(images[start : start + CHUNK]).to(device())
        pooled = [torch.nn.functional.normalize(_pooled(pixels, *bank).flatten(1), dim=1) for bank in banks]
        parts.append(torch.nn.functional.normalize(torch.cat(pooled, dim=1), dim=1))
    return torch.cat(parts)


class ScratchReader:
    """A reader of letters trained at a budget on private letters alone.

    rows : float tensor [n, d] of length 1, such as `stroke_rows` gives. labels : int tensor [n], 0..25.
    epsilon : float > 0. delta : float between 0 and 1. seed : int, of the noise: shown randomness.
    `noise_multipliers` lists the noise of every Gaussian release, over its sensitivity, for the account to be checked.
    Raises ValueError when a number is out of range.
    Source: Dwork, Talwar, Thakurta and Zhang (2014) for noise on the directions; Abadi et al. (2016) for the head.
    Not secure because its noise comes from a seed that is shown.
    """

    def __init__(self, rows, labels, epsilon, delta=1e-5, seed=0):
        import torch

        mu = {part: mu_for(epsilon, delta) * share**0.5 for part, share in SHARES.items()}
        generator = torch.Generator().manual_seed(seed)
        self.centre = self._noisy_centre(rows, mu["centre"], generator)
        self.turn = self._noisy_directions(rows, mu["directions"], generator)
        steps, way = 60, min(180_000.0, 5 * len(rows) * mu["head"])
        noise_multiplier = steps**0.5 / mu["head"]
        self.weights = train_head(
            self.turned(rows),
            labels,
            noise_multiplier=noise_multiplier,
            steps=steps,
            learning_rate=way / steps,
            seed=seed + 1,
        )
        self.noise_multipliers = [1 / mu["centre"], 1 / mu["directions"], *[noise_multiplier] * steps]

    def turned(self, rows):
        """The rows along the main directions, each of length 1."""
        import torch

        parts = []
        for start in range(0, len(rows), 16_384):
            part = torch.nn.functional.normalize(self._centred(rows[start : start + 16_384]) @ self.turn, dim=1)
            part = torch.cat([part, part.new_full((len(part), 1), CONSTANT)], dim=1)
            parts.append(torch.nn.functional.normalize(part, dim=1))
        return torch.cat(parts)

    def accuracy(self, rows, labels):
        """Share of the letters that are read right, 0..1."""
        return head_accuracy(self.weights, self.turned(rows), labels)

    def _centred(self, rows):
        import torch

        return torch.nn.functional.normalize(rows - self.centre, dim=1)

    def _noisy_centre(self, rows, mu, generator):
        """The mean row; a letter moves the sum by its own length, which is 1."""
        import torch

        return (rows.sum(0) + torch.randn(rows.shape[1], generator=generator).to(rows) / mu) / len(rows)

    def _noisy_directions(self, rows, mu, generator):
        """A matrix that turns centred rows to their main directions, the large ones damped.

        A letter adds its row times itself, a matrix whose entries have length 1 as well. Directions in which the
        letters vary less than the noise does cannot be told apart, and are left as they are.
        """
        import torch

        size = rows.shape[1]
        summed = rows.new_zeros(size, size)
        for start in range(0, len(rows), 16_384):
            part = self._centred(rows[start : start + 16_384])
            summed += part.T @ part
        noise = (torch.randn(size, size, generator=generator) / mu).triu()
        variances, turn = torch.linalg.eigh((summed + (noise + noise.triu(1).T).to(rows)) / len(rows))
        return turn * variances.clamp(min=2 * size**0.5 / (mu * len(rows))) ** -0.25


def _filters(kind, size, width):
    """Eight filters [8, 1, size, size]: edges in eight directions of a circle, or lines in eight of a half circle."""
    import torch

    reach = size // 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(float)
    made = []
    for turn in range(8):
        angle = np.pi * turn / (4 if kind == "edge" else 8)
        across, along = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        if kind == "edge":
            one = across * np.exp(-(x**2 + y**2) / (2 * width**2))
        else:
            one = (1 - (across / width) ** 2) * np.exp(-(across**2) / (2 * width**2) - along**2 / (8 * width**2))
            one -= one.mean()
        made.append(one / np.sqrt((one**2).sum()))
    return torch.tensor(np.array(made), dtype=torch.float32)[:, None]


def _windows(width, apart, side=28):
    """Gaussian windows [k, side] that lie `apart` pixels from each other, each adding up to 1 where it lies inside."""
    import torch

    away = torch.arange(side).float() - torch.arange(0, side, apart).float()[:, None]
    windows = torch.exp(-(away**2) / (2 * width**2)) * (away.abs() <= 2.5 * width)
    return windows / (width * (2 * np.pi) ** 0.5)


def _pooled(pixels, filters, windows):
    """The square roots of what the filters find, added up in windows, float [n, filters, k, k]."""
    import torch

    strokes = torch.relu(torch.nn.functional.conv2d(pixels, filters, padding=filters.shape[-1] // 2))
    return (windows @ strokes @ windows.T).sqrt()
