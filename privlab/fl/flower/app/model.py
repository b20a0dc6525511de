"""A network of 784 pixels, 32 neurons and 26 letters in plain numpy: weights in, trained weights out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

HIDDEN, BATCH, LEARNING_RATE = 32, 32, 0.3
Weights = list[NDArray[Any]]  # float32 [784, 32], [32], [32, 26], [26]
Pixels = NDArray[Any]  # float32 [n, 784], from 0 to 1
Labels = NDArray[np.int64]  # [n], 0 to 25


def first_weights(seed: int = 55) -> Weights:
    """Weights before any training."""
    rng = np.random.default_rng(seed)
    arrays = rng.normal(0, 0.05, (784, HIDDEN)), np.zeros(HIDDEN), rng.normal(0, 0.15, (HIDDEN, 26)), np.zeros(26)
    return [array.astype(np.float32) for array in arrays]


def forward(weights: Weights, pixels: Pixels) -> tuple[NDArray[Any], NDArray[Any]]:
    """Neurons [n, 32] and the probability of each letter [n, 26]."""
    neurons = np.maximum(pixels @ weights[0] + weights[1], 0)
    scores = neurons @ weights[2] + weights[3]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return neurons, powers / powers.sum(axis=1, keepdims=True)


def train(weights: Weights, pixels: Pixels, labels: Labels, seed: Sequence[int]) -> Weights:
    """The weights after one pass over the letters in batches, by plain gradient descent; what came in is kept.

    seed : for the order of the letters.
    """
    weights = [array.copy() for array in weights]
    order = np.random.default_rng(seed).permutation(len(labels))
    for start in range(0, len(labels), BATCH):
        rows = order[start : start + BATCH]
        neurons, error = forward(weights, pixels[rows])
        error[np.arange(len(rows)), labels[rows]] -= 1
        error /= len(rows)
        back = (error @ weights[2].T) * (neurons > 0)
        gradient = pixels[rows].T @ back, back.sum(axis=0), neurons.T @ error, error.sum(axis=0)
        for array, step in zip(weights, gradient):
            array -= LEARNING_RATE * step
    return weights


def average(several: Sequence[Weights], counts: Sequence[int]) -> Weights:
    """The average of several clients' weights, each as much as it has letters."""
    shares = np.asarray(counts, dtype=np.float64) / np.sum(counts)
    averages = []
    for layer in zip(*several):
        weighted = [share * array for share, array in zip(shares, layer)]
        averages.append(sum(weighted).astype(np.float32))
    return averages


def accuracy(weights: Weights, pixels: Pixels, labels: Labels) -> float:
    """Share of letters that are read right, from 0 to 1."""
    return float((forward(weights, pixels)[1].argmax(axis=1) == labels).mean())


def as_pixels(images: ArrayLike) -> Pixels:
    """Pictures, uint8 [n, 28, 28], as the network takes them."""
    return np.asarray(images).reshape(-1, 784).astype(np.float32) / 255


def letters(file: str) -> tuple[Pixels, Labels]:
    """The letters of a node, from its own file, as pixels and labels."""
    with np.load(file) as saved:
        return as_pixels(saved["images"]), saved["labels"].astype(np.int64)
