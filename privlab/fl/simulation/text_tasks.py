"""The four tasks on commands, learnt in one place or by many devices that differ (lesson 54)."""

import numpy as np

from privlab.fl.simulation.population import deal
from privlab.text.federated_tasks import examples, losses, network, score

DEVICES, EACH = 50, 60


def world(task, seed, skew=0.1):
    """Devices that speak different commands, and a test of 1,000: (`Devices`, `Examples` to learn from, `Examples`).

    skew : parameter of the Dirichlet distribution that each device's mix of intents is drawn from.
    """
    rng = np.random.default_rng((seed, 31))
    known = examples(task, 2 * DEVICES * EACH, rng)
    devices = deal(known.inputs, known.intents, np.full(DEVICES, EACH), rng, skew)
    return devices, known, examples(task, 1_000, rng)


def centrally(task, made, seed, steps=400, batch=80, rate=0.003):
    """The score of a training in one place, 0..1. made : as `world` returns it. Adam, batches of `batch`."""
    import torch

    devices, known, test = made
    shape, rng = network(task), np.random.default_rng((seed, 35))
    weights = shape.first(seed)[None].requires_grad_()
    adam = torch.optim.Adam([weights], rate, betas=(0.9, 0.99))
    for _ in range(steps):
        rows = devices.rows[rng.integers(len(devices.rows), size=(1, batch))]
        weights.grad = _gradient(task, shape, weights, known, rows)
        adam.step()
    return score(task, shape, weights.detach()[0], test)


def federated(
    task, made, seed, rounds=50, count=10, steps=10, batch=8, rate=0.2, proximal=0.0, server=None, at=(20, 50)
):
    """The scores after the rounds of `at`, float64, of a federated training.

    proximal : FedProx's pull, 0 for FedAvg. server : rate of Adam on the server, FedOpt; None for the mean alone.
    """
    import torch

    devices, known, test = made
    shape, rng, found = network(task), np.random.default_rng((seed, 33)), []
    weights = shape.first(seed)
    mean = square = torch.zeros(shape.size)
    for number in range(1, rounds + 1):
        chosen = rng.choice(len(devices), count, replace=False)
        learnt = weights.expand(count, -1).clone()
        for _ in range(steps):
            rows = devices.rows[devices.first[chosen][:, None] + rng.integers(EACH, size=(count, batch))]
            gradient = _gradient(task, shape, learnt.requires_grad_(), known, rows)
            learnt = learnt.detach() - rate * (gradient + proximal * (learnt.detach() - weights))
        step = (learnt - weights).mean(0)
        if server is not None:
            mean, square = 0.9 * mean + 0.1 * step, 0.99 * square + 0.01 * step**2
            step = server * mean / (1 - 0.9**number) / ((square / (1 - 0.99**number)).sqrt() + 1e-3)
        weights = weights + step
        if number in at:
            found.append(score(task, shape, weights, test))
    return np.array(found)


def _gradient(task, shape, weights, known, rows):
    import torch

    inputs, answers = torch.from_numpy(known.inputs[rows]), torch.from_numpy(known.answers[rows])
    return torch.autograd.grad(losses(task, shape, weights, inputs, answers).sum(), weights)[0]
