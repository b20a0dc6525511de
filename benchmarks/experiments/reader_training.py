"""Training of the networks that read letters: those that the course ships, and others beside them."""

import copy
from pathlib import Path

import numpy as np
import torch
from torch.nn import Sequential
from torch.nn import functional as F
from tqdm.auto import tqdm

from privlab.data.types import Pictures
from privlab.ml.letter_classifier import as_pixels, distort, new_reader, read

BATCH = 256


def train_reader(
    letters: Pictures,
    *,
    seed: int,
    epochs: int = 5,
    width: int = 16,
    hidden: int = 128,
    start: Sequential | None = None,
) -> Sequential:
    """A reader trained on a set of letters, in evaluation mode.

    seed : settles the first weights, the order and the distortions. epochs : passes over the letters.
    start : a reader whose weights it begins with, instead of new ones of `width` and `hidden`; left as it is.
    Raises ValueError when there are fewer letters than a batch.
    """
    images, labels = torch.as_tensor(letters.images), torch.as_tensor(letters.labels).long()
    steps = len(images) // BATCH
    if not steps:
        raise ValueError(f"training needs at least one batch of {BATCH} letters, got {len(images)}")
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):  # the caller's random numbers stay as they are
        torch.manual_seed(seed)
        reader = (
            (copy.deepcopy(start) if start else new_reader(width=width, hidden=hidden))
            .to(memory_format=torch.channels_last)
            .train()
        )
        optimizer = torch.optim.AdamW(reader.parameters(), weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * steps, pct_start=0.15)
        with tqdm(total=epochs * steps, desc="training") as bar:
            for _ in range(epochs):
                order = torch.randperm(len(images), generator=generator)
                for rows in order[: steps * BATCH].split(BATCH):
                    pixels = distort(as_pixels(images[rows]), generator).contiguous(memory_format=torch.channels_last)
                    loss = F.cross_entropy(reader(pixels), labels[rows], label_smoothing=0.1)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    schedule.step()
                    bar.update()
    return reader.eval()


def save_reader(reader: Sequential, path: Path) -> None:
    """Writes the reader's weights as float16 into an npz file."""
    weights = {name: value.numpy().astype(np.float16) for name, value in reader.state_dict().items() if value.dim()}
    np.savez_compressed(path, **weights)


def accuracy(reader: Sequential, letters: Pictures) -> float:
    """Share of the letters that are read right, 0..1."""
    return float((read(reader, letters.images) == letters.labels).mean())
