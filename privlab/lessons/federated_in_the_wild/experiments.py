"""What else differs outside the laboratory: data that are gone, labels made on the device, devices that are away
(lesson 54).
"""

import numpy as np

from privlab.fl.simulation.local_training import CLASSES, Network, updates
from privlab.fl.simulation.population import Devices

OWNERS, EACH, COUNT = 200, 20, 10


def scores_of_periods(pixels, labels, test, seed, periods=4, rounds=25):
    """Three scores in each period, float64 [periods, 3], of a model whose devices delete their letters after it.

    In each period one quarter of the alphabet is six times as likely. The scores: of the letters that have just
    arrived, before they are learnt; of the same letters after; the truth, on `test`, where all letters are alike,
    before.
    pixels, labels : float32 [n, 196], [n] to draw from. test : pair of the same. seed : whole number.
    Source: Gama, Sebastião and Rodrigues (2013), who call the first test-then-train, or prequential.
    """
    network, rng = Network(), np.random.default_rng((seed, 41))
    weights, found = network.first(seed), []
    for period in range(periods):
        liked = np.where(np.arange(CLASSES) * periods // CLASSES == period, 6.0, 1.0) / np.bincount(
            labels, minlength=CLASSES
        )
        chance = liked[labels]
        rows = rng.choice(len(labels), OWNERS * EACH, replace=False, p=chance / chance.sum())
        arrived = Devices(pixels, labels, rows, np.full(OWNERS, EACH))
        before = network.accuracy(weights, pixels[rows], labels[rows]), network.accuracy(weights, *test)
        for _ in range(rounds):
            chosen = rng.choice(OWNERS, COUNT, replace=False)
            weights = weights + updates(network, weights, arrived, chosen, rng, steps=10).mean(0)
        found.append((before[0], network.accuracy(weights, pixels[rows], labels[rows]), before[1]))
    return np.array(found)


def labels_on_devices(pixels, labels, test, seed, kind, rounds=60):
    """The accuracy after devices learnt from labels of their own making, the server starting with 520 letters it
    labelled.

    kind : "server" for no further learning; "own" for what the first model reads, "sure" for what it reads with a
        confidence of at least 0.9; "corrected" for true labels of every tenth letter; "signals" for what users do,
        which is wrong for a fifth of the letters; "true" for all.
    Raises ValueError for another kind.
    """
    import torch

    network, rng = Network(), np.random.default_rng((seed, 43))
    rows = rng.permutation(len(labels))[: 520 + OWNERS * 100]
    few = Devices(pixels, labels, rows[:520], np.array([520]))
    weights = network.first(seed)
    weights = weights + updates(network, weights, few, [0], rng, steps=600, batch=32, rate=0.1)[0]
    if kind == "server":
        return network.accuracy(weights, *test)
    devices = Devices(pixels, labels, rows[520:], np.full(OWNERS, 100))
    with torch.no_grad():
        sure, read = (part.numpy() for part in network.scores(weights, torch.from_numpy(pixels)).softmax(1).max(1))
    wrong = np.where(rng.random(len(labels)) < 0.2, rng.integers(CLASSES, size=len(labels)), labels)
    told = {
        "own": read,
        "sure": np.where(sure >= 0.9, read, -1),
        "true": labels,
        "signals": wrong,
        "corrected": np.where(rng.random(len(labels)) < 0.1, labels, -1),
    }
    if kind not in told:
        raise ValueError(f'the kind must be "server" or one of {", ".join(told)}, got {kind!r}')
    for _ in range(rounds):
        chosen = rng.choice(OWNERS, COUNT, replace=False)
        weights = weights + updates(network, weights, devices, chosen, rng, steps=10, rate=0.2, labels=told[kind]).mean(
            0
        )
    return network.accuracy(weights, *test)


def two_groups(pixels, labels, test, seed, free=(0.9, 0.1), weighed=False, rounds=80):
    """The accuracy on the letters a to m and n to z, float64 [2], when devices write one half each and are not alike
    free.

    free : the chance of a device of each half to be free in a round, so that it can be asked.
    weighed : True when an update counts by one over that chance.
    """
    import torch

    network, rng = Network(), np.random.default_rng((seed, 47))
    second, tested = labels >= CLASSES // 2, test[1] >= CLASSES // 2
    rows = np.concatenate([rng.permutation(np.flatnonzero(second == half))[: OWNERS * 25] for half in (False, True)])
    devices = Devices(pixels, labels, rows, np.full(OWNERS, len(rows) // OWNERS))
    chance, weights = np.repeat(free, OWNERS // 2), network.first(seed)
    for _ in range(rounds):
        chosen = rng.choice(np.flatnonzero(rng.random(OWNERS) < chance), COUNT, replace=False)
        share = 1 / chance[chosen] if weighed else np.ones(COUNT)
        learnt = updates(network, weights, devices, chosen, rng, steps=10)
        weights = weights + torch.from_numpy((share / share.sum()).astype(np.float32)) @ learnt
    return np.array(
        [network.accuracy(weights, test[0][tested == half], test[1][tested == half]) for half in (False, True)]
    )
