"""Pictures of threes and eights as the client prepares them for encrypted training: 64 numbers each (lesson 32)."""

from typing import NamedTuple

import numpy as np

FEATURES = 64


class Task(NamedTuple):
    """Three against eight: `minibatches`, a list of [64, 64] whose rows are the samples times their labels, -1 (eight)
    or 1.

    pictures [n, 64] and labels [n] (-1 or 1) are those to test on; source : "mnist" or "digits".
    """

    minibatches: list
    pictures: np.ndarray
    labels: np.ndarray
    source: str

    def correct(self, weights):
        """How many of the test pictures `weights` [64] tell right."""
        return int((np.sign(self.pictures @ weights) == self.labels).sum())

    def accuracy(self, weights):
        """The share of the test pictures that `weights` [64] tell right."""
        return self.correct(weights) / len(self.labels)


def three_or_eight(split, count, rng, samples=64):
    """The `Task` with `count` minibatches of `samples` pictures each, drawn in random order.

    split : as `privlab.data.digit_images()` gives it. Where there are too few pictures they are drawn again.
    The client centres the pictures: without the mean picture of the training set, at length 2 on average, few steps
    do.
    """
    chosen = [
        (pooled(each.images[kept]), np.where(each.labels[kept] == 3, 1.0, -1.0))
        for each in (split.train, split.test)
        for kept in [np.isin(each.labels, (3, 8))]
    ]
    mean = chosen[0][0].mean(axis=0)
    length = np.sqrt(((chosen[0][0] - mean) ** 2).sum(axis=1).mean())
    (pictures, labels), test = [(_centred(numbers, mean, length), each) for numbers, each in chosen]
    order = np.concatenate([rng.permutation(len(labels)) for _ in range(-(-count * samples // len(labels)))])
    rows = (labels[:, None] * pictures)[order[: count * samples]]
    return Task(list(rows.reshape(count, samples, FEATURES)), *test, split.train.source)


def _centred(numbers, mean, length):
    """The numbers without their mean, of length 2 on average; the unused corner becomes 1, for the bias."""
    centred = 2 * (numbers - mean) / length
    centred[:, 0] = 1.0
    return centred


def pooled(images):
    """Pictures [n, 64] from 0 to 1; images : uint8 [n, 28, 28] or [n, 8, 8].

    28 x 28 pixels get a black border of 2 and are averaged four by four: 8 x 8 are left. The corner is never used.
    Raises ValueError for another size.
    """
    numbers = np.asarray(images, dtype=float) / 255
    if numbers.shape[1:] == (28, 28):
        numbers = np.pad(numbers, ((0, 0), (2, 2), (2, 2))).reshape(-1, 8, 4, 8, 4).mean((2, 4))
    if numbers.shape[1:] != (8, 8):
        raise ValueError(f"expected pictures of 28 x 28 or 8 x 8 pixels, got {numbers.shape[1:]}")
    return numbers.reshape(-1, FEATURES)
