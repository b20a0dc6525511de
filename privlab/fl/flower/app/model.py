"""A network of 784 pixels, 32 neurons and 26 letters in plain numpy: weights in, trained weights out."""

import numpy as np

HIDDEN = 32


def first_weights(seed=55):
    """First weights, a list of float32 arrays [784, 32], [32], [32, 26], [26]. seed : whole number."""
    rng = np.random.default_rng(seed)
    return [
        array.astype(np.float32)
        for array in (
            rng.normal(0, 0.05, (784, HIDDEN)),
            np.zeros(HIDDEN),
            rng.normal(0, 0.15, (HIDDEN, 26)),
            np.zeros(26),
        )
    ]


def chances(weights, pixels):
    """Neurons [n, 32] and the chance of each letter [n, 26] for pixels, float32 [n, 784] in 0..1."""
    neurons = np.maximum(pixels @ weights[0] + weights[1], 0)
    scores = neurons @ weights[2] + weights[3]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return neurons, powers / powers.sum(axis=1, keepdims=True)


def train(weights, pixels, labels, seed, rate=0.3, batch=32):
    """The weights after one pass over the letters in batches, by plain gradient descent; what came in is kept.

    pixels : float32 [n, 784] in 0..1. labels : int64 [n], 0..25. seed : whole numbers, for the order of the letters.
    """
    weights = [array.copy() for array in weights]
    order = np.random.default_rng(seed).permutation(len(labels))
    for start in range(0, len(labels), batch):
        rows = order[start : start + batch]
        neurons, error = chances(weights, pixels[rows])
        error[np.arange(len(rows)), labels[rows]] -= 1
        error /= len(rows)
        back = (error @ weights[2].T) * (neurons > 0)
        for array, step in zip(
            weights, (pixels[rows].T @ back, back.sum(axis=0), neurons.T @ error, error.sum(axis=0))
        ):
            array -= rate * step
    return weights


def average(several, counts):
    """The average of several clients' weights, each as much as it has letters. counts : whole numbers."""
    shares = np.asarray(counts, dtype=np.float64) / np.sum(counts)
    return [sum(share * array for share, array in zip(shares, arrays)).astype(np.float32) for arrays in zip(*several)]


def accuracy(weights, pixels, labels):
    """Share of letters that are read right, 0..1."""
    return float((chances(weights, pixels)[1].argmax(axis=1) == labels).mean())


def as_pixels(images):
    """Pictures, uint8 [n, 28, 28], as the network takes them: float32 [n, 784] in 0..1."""
    return np.asarray(images).reshape(-1, 784).astype(np.float32) / 255


def letters(file):
    """The letters of a node, from its own file: pixels, float32 [n, 784] in 0..1, and labels, int64 [n]."""
    with np.load(file) as found:
        return as_pixels(found["images"]), found["labels"].astype(np.int64)
