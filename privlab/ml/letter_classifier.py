"""A small convolutional network that reads letters, taught on drawn letters alone."""

import copy
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 26
WEIGHTS = Path(__file__).parent.parent / "data" / "weights"
FACES = {"drawn": "public", "emnist": "all"}  # beside drawn letters, the reader must not know the private faces


class Reader(nn.Module):
    """A network that reads pictures of letters: three convolutions, one hidden layer, 26 scores.

    width : channels of the first convolution. hidden : units of the hidden layer.
    Source: https://arxiv.org/abs/1502.03167 (batch normalisation) for the layers' order.
    """

    def __init__(self, width=16, hidden=128):
        super().__init__()
        self.width, self.hidden = width, hidden
        self.convolutions = nn.Sequential(
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
        self.layer = nn.Sequential(nn.Linear(36 * width, hidden), nn.BatchNorm1d(hidden), nn.ReLU())
        self.scores = nn.Sequential(nn.Dropout(0.2), nn.Linear(hidden, CLASSES))

    def features(self, pixels):
        """What the network sees: the convolutions' output [n, 36 * width] and the hidden layer's [n, hidden]."""
        seen = self.convolutions(pixels)
        return seen, self.layer(seen)

    def forward(self, pixels):
        """Scores [n, 26] for pixels float [n, 1, 28, 28] in 0..1."""
        return self.scores(self.features(pixels)[1])


def as_pixels(images):
    """Float pixels [n, 1, 28, 28] in 0..1, from images uint8 [n, 28, 28]."""
    return torch.as_tensor(np.asarray(images)).float().div(255).unsqueeze(1)


def distort(pixels, generator):
    """The pixels turned, stretched, bent, with thicker or thinner strokes: new every time.

    pixels : float [n, 1, 28, 28] in 0..1. generator : torch.Generator on the CPU.
    """

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


def train_reader(letters, seed, epochs=5, width=16, hidden=128, batch=256, progress=True, start=None):
    """A Reader trained on a set of letters, in evaluation mode.

    letters : a set with `images` uint8 [n, 28, 28] and `labels` 0..25.
    seed : int, settles the first weights, the order and the distortions. epochs : int, passes over the letters.
    progress : whether to show a bar, unless TQDM_DISABLE is set.
    start : Reader whose weights it begins with, instead of new ones of `width` and `hidden`; left as it is.
    Raises ValueError when there are fewer letters than a batch.
    """
    from tqdm.auto import tqdm

    images, labels = torch.as_tensor(letters.images), torch.as_tensor(letters.labels).long()
    steps = len(images) // batch
    if not steps:
        raise ValueError(f"training needs at least one batch of {batch} letters, got {len(images)}")
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):  # the caller's random numbers stay as they are
        torch.manual_seed(seed)
        reader = (
            (copy.deepcopy(start) if start else Reader(width, hidden)).to(memory_format=torch.channels_last).train()
        )
        optimizer = torch.optim.AdamW(reader.parameters(), weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * steps, pct_start=0.15)
        with tqdm(total=epochs * steps, desc="training", **({} if progress else {"disable": True})) as bar:
            for _ in range(epochs):
                order = torch.randperm(len(images), generator=generator)
                for rows in order[: steps * batch].split(batch):
                    pixels = distort(as_pixels(images[rows]), generator).contiguous(memory_format=torch.channels_last)
                    loss = F.cross_entropy(reader(pixels), labels[rows], label_smoothing=0.1)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    schedule.step()
                    bar.update()
    return reader.eval()


def load_reader(source):
    """The Reader that the course ships, trained on drawn letters alone, in evaluation mode.

    source : that of the letters it is to read, `letters().source`. For "drawn" it has seen public faces only, so that
    nothing of the private letters is in it; for "emnist" it has seen all drawn faces and no real letter.
    Made by: python tools/train_weights.py
    """
    if source not in FACES:
        raise ValueError(f'source must be "drawn" or "emnist", got {source!r}')
    with np.load(WEIGHTS / f"reader-{FACES[source]}.npz") as file:
        weights = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
    reader = Reader(width=len(weights["convolutions.0.bias"]), hidden=len(weights["layer.0.bias"]))
    reader.load_state_dict(weights, strict=False)  # the batch counters of the normalisation are not kept
    return reader.to(memory_format=torch.channels_last).eval()


def save_reader(reader, path):
    """Nothing: writes the reader's weights as float16 into an npz file."""
    weights = {name: value.numpy().astype(np.float16) for name, value in reader.state_dict().items() if value.dim()}
    np.savez_compressed(path, **weights)


def read(reader, images):
    """The letters read, int [n] in 0..25, from images uint8 [n, 28, 28]."""
    reader.eval()
    with torch.no_grad():
        parts = [reader(as_pixels(images[start : start + 512])).argmax(1) for start in range(0, len(images), 512)]
    return torch.cat(parts).numpy()


def accuracy(reader, letters):
    """Share of the letters that are read right, 0..1."""
    return float((read(reader, letters.images) == letters.labels).mean())
