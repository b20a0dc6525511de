"""Letters that tests of attacks make up, their gradients, and what comes back of them."""

import numpy as np

from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.metrics import matched
from privlab.fl.secagg.additive import as_gradient
from tests.fl.made_up_letters import strokes


def batches(clients, each):
    rng = np.random.default_rng(clients)
    return [
        (np.array([strokes(100 * client + letter, count=3) for letter in range(each)]), rng.integers(26, size=each))
        for client in range(clients)
    ]


def gradients(model, data):
    return np.array([client_gradient(model, *batch).numbers for batch in data])


def exact(numbers, model, truth):
    result = invert_relu_layer(as_gradient(numbers, model), model, np.random.default_rng(1))
    return int(matched(result.images, truth)[1].sum()), result
