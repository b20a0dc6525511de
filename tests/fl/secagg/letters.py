"""Letters that tests of attacks make up, their gradients, and what comes back of them."""

import numpy as np

from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.metrics import matched
from privlab.fl.secagg.additive import as_gradient


def strokes(seed):
    """A made-up letter: three strokes of ink with soft edges, uint8 [28, 28]."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    ink = np.zeros((28, 28))
    for _ in range(3):
        slope, offset = rng.uniform(-1.5, 1.5), rng.uniform(8, 20)
        ink = np.maximum(ink, 255 - 90 * np.abs(columns - offset - slope * (rows - 14)))
    ink[:4] = ink[-4:] = ink[:, :4] = ink[:, -4:] = 0
    return np.clip(ink, 0, 255).astype(np.uint8)


def batches(clients, each):
    rng = np.random.default_rng(clients)
    return [
        (np.array([strokes(100 * client + letter) for letter in range(each)]), rng.integers(26, size=each))
        for client in range(clients)
    ]


def gradients(model, data):
    return np.array([client_gradient(model, *batch).numbers for batch in data])


def exact(numbers, model, truth):
    found = invert_relu_layer(as_gradient(numbers, model), model, np.random.default_rng(1))
    return int(matched(found.images, truth)[1].sum()), found
