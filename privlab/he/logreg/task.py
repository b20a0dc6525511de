"""Pictures of threes and eights as the client prepares them for encrypted training: 64 numbers each (lesson 32)."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats

FEATURES = 64


class Task(NamedTuple):
    """Three against eight: minibatches [64, 64], whose rows are the samples times their labels, -1 (eight) or 1.

    pictures [n, 64] and labels [n] (-1 or 1) are those to test on.    source  "mnist" or "digits".
    """

    minibatches: list[Floats]
    pictures: Floats
    labels: Floats
    source: str

    def correct(self, weights: Floats) -> int:
        """How many of the test pictures `weights` [64] tell right."""
        return int((np.sign(self.pictures @ weights) == self.labels).sum())

    def accuracy(self, weights: Floats) -> float:
        """The share of the test pictures that `weights` [64] tell right."""
        return self.correct(weights) / len(self.labels)


def three_or_eight(split: Any, *, count: int, samples: int = 64, rng: np.random.Generator) -> Task:
    """The task with `count` minibatches of `samples` pictures each, drawn in random order.

    split  as `data.digits()` gives it. Where there are too few pictures they are drawn again.
    The client centres the pictures: without the mean picture of the training set, at length 2 on average, few steps do.
    """
    (numbers, labels), (test_numbers, test_labels) = _threes_and_eights(split.train), _threes_and_eights(split.test)
    mean = numbers.mean(axis=0)
    length = np.sqrt(((numbers - mean) ** 2).sum(axis=1).mean())
    order = np.concatenate([rng.permutation(len(labels)) for _ in range(-(-count * samples // len(labels)))])
    rows = (labels[:, None] * _centred(numbers, mean, length))[order[: count * samples]]
    minibatches = list(rows.reshape(count, samples, FEATURES))
    return Task(minibatches, _centred(test_numbers, mean, length), test_labels, split.train.source)


def _threes_and_eights(pictures: Any) -> tuple[Floats, Floats]:
    """The threes and eights, pooled [n, 64], and their labels [n], 1 for a three and -1 for an eight."""
    kept = np.isin(pictures.labels, (3, 8))
    return pooled(pictures.images[kept]), np.where(pictures.labels[kept] == 3, 1.0, -1.0)


def _centred(numbers: Floats, mean: Floats, length: float) -> Floats:
    """The numbers without their mean, of length 2 on average; the unused corner becomes 1, for the bias."""
    centred = 2 * (numbers - mean) / length
    centred[:, 0] = 1.0
    return centred


def pooled(images: ArrayLike) -> Floats:
    """Pictures [n, 64] from 0 to 1, of images [n, 28, 28] or [n, 8, 8] from 0 to 255.

    28 x 28 pixels get a black border of 2 and are averaged four by four: 8 x 8 are left. The corner is never used.
    Raises ValueError for another size.
    """
    numbers = np.asarray(images, dtype=float) / 255
    if numbers.shape[1:] == (28, 28):
        numbers = np.pad(numbers, ((0, 0), (2, 2), (2, 2))).reshape(-1, 8, 4, 8, 4).mean((2, 4))
    if numbers.shape[1:] != (8, 8):
        raise ValueError(f"expected pictures of 28 x 28 or 8 x 8 pixels, got {numbers.shape[1:]}")
    return numbers.reshape(-1, FEATURES)
