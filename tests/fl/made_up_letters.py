"""Letters that tests of attacks make up: soft strokes of ink."""

import numpy as np

from privlab.data.types import Pictures


def strokes(seed, count=2):
    """A made-up letter: some strokes of ink with soft edges, uint8 [28, 28]."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    ink = np.zeros((28, 28))
    for _ in range(count):
        slope, offset = rng.uniform(-1.5, 1.5), rng.uniform(8, 20)
        ink = np.maximum(ink, 255 - 90 * np.abs(columns - offset - slope * (rows - 14)))
    ink[:4] = ink[-4:] = ink[:, :4] = ink[:, -4:] = 0
    return np.clip(ink, 0, 255).astype(np.uint8)


def batch(seed, size):
    """A few made-up letters, [size, 28, 28]."""
    return np.array([strokes(100 * seed + letter) for letter in range(size)])


def made_up(count, seed):
    """Many made-up letters of two strokes, some brighter than others, with labels, as `privlab.data` gives them."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    slope, offset = rng.uniform(-1.5, 1.5, (count, 2)), rng.uniform(8, 20, (count, 2))
    wide = rng.uniform(40, 120, count)
    away = np.abs(columns - offset[..., None, None] - slope[..., None, None] * (rows - 14)).min(axis=1)
    ink = np.clip(rng.integers(200, 256, (count, 1, 1)) - wide[:, None, None] * away, 0, 255)
    ink[:, :4] = ink[:, -4:] = ink[:, :, :4] = ink[:, :, -4:] = 0
    return Pictures(np.rint(ink).astype(np.uint8), rng.integers(26, size=count).astype(np.uint8), None, "drawn")
