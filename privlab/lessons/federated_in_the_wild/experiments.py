"""What else differs outside the laboratory: data that are gone, labels made on the device, devices that are away
(lesson 54).
"""

import numpy as np

from privlab.arrays import Floats, Labels, Rows
from privlab.fl.simulation.local_training import CLASSES, Network, aggregate, client_updates
from privlab.fl.simulation.population import Devices

OWNERS, EACH, COUNT = 200, 20, 10
AVAILABLE = (0.9, 0.1)  # the probability that a device of each half of the alphabet is free in a round


def scores_of_periods(
    pixels: Rows, labels: Labels, test: tuple[Rows, Labels], *, seed: int, periods: int = 4
) -> Floats:
    """Three scores in each period, [periods, 3], of a model whose devices delete their letters after it.

    In each period one quarter of the alphabet is six times as likely. The scores: of the letters that have just
    arrived, before they are learnt; of the same letters after; the truth, on `test`, where all letters are alike,
    before.
    pixels, labels  to draw from.
    Source: Gama, Sebastião and Rodrigues (2013), who call the first test-then-train, or prequential.
    """
    network, rng = Network(), np.random.default_rng((seed, 41))
    weights, scores = network.initial_weights(seed), []
    counts = np.bincount(labels, minlength=CLASSES)
    for period in range(periods):
        liked = np.where(np.arange(CLASSES) * periods // CLASSES == period, 6.0, 1.0) / counts
        likely = liked[labels]
        rows = rng.choice(len(labels), OWNERS * EACH, replace=False, p=likely / likely.sum())
        arrived = Devices(pixels, labels, rows, np.full(OWNERS, EACH))
        before, truth = network.accuracy(weights, pixels[rows], labels[rows]), network.accuracy(weights, *test)
        for _ in range(25):
            chosen = rng.choice(OWNERS, COUNT, replace=False)
            weights = weights + client_updates(network, weights, arrived, chosen, rng, steps=10).mean(0)
        scores.append((before, network.accuracy(weights, pixels[rows], labels[rows]), truth))
    return np.array(scores)


def labels_on_devices(
    pixels: Rows, labels: Labels, test: tuple[Rows, Labels], *, seed: int, kind: str, rounds: int = 60
) -> float:
    """The accuracy after devices learnt from labels of their own making, the server starting with 520 letters it
    labelled.

    kind  "server" for no further learning; "own" for what the first model reads, "sure" for what it reads with a
          confidence of at least 0.9; "corrected" for true labels of every tenth letter; "signals" for what users do,
          which is wrong for a fifth of the letters; "true" for all.
    Raises ValueError for another kind.
    """
    import torch

    network, rng = Network(), np.random.default_rng((seed, 43))
    rows = rng.permutation(len(labels))[: 520 + OWNERS * 100]
    few = Devices(pixels, labels, rows[:520], np.array([520]))
    weights = network.initial_weights(seed)
    weights = weights + client_updates(network, weights, few, [0], rng, steps=600, batch=32, learning_rate=0.1)[0]
    if kind == "server":
        return network.accuracy(weights, *test)
    devices = Devices(pixels, labels, rows[520:], np.full(OWNERS, 100))
    with torch.no_grad():
        confidence, read = network.scores(weights, torch.from_numpy(pixels)).softmax(1).max(1)
    wrong = np.where(rng.random(len(labels)) < 0.2, rng.integers(CLASSES, size=len(labels)), labels)
    labels_by_kind = {
        "own": read.numpy(),
        "sure": np.where(confidence.numpy() >= 0.9, read.numpy(), -1),
        "true": labels,
        "signals": wrong,
        "corrected": np.where(rng.random(len(labels)) < 0.1, labels, -1),
    }
    if kind not in labels_by_kind:
        raise ValueError(f'the kind must be "server" or one of {", ".join(labels_by_kind)}, got {kind!r}')
    learnt_from = labels_by_kind[kind]
    for _ in range(rounds):
        chosen = rng.choice(OWNERS, COUNT, replace=False)
        updates = client_updates(
            network, weights, devices, chosen, rng, steps=10, learning_rate=0.2, labels=learnt_from
        )
        weights = weights + updates.mean(0)
    return network.accuracy(weights, *test)


def two_groups(
    pixels: Rows, labels: Labels, test: tuple[Rows, Labels], *, seed: int, weighed: bool = False, rounds: int = 80
) -> Floats:
    """The accuracy on the letters a to m and n to z, [2], when devices write one half each and are not alike free.

    A device can be asked in a round when it is free; those of n to z seldom are.
    weighed  True when an update counts by one over the probability that its device is free.
    """
    network, rng = Network(), np.random.default_rng((seed, 47))
    second, tested = labels >= CLASSES // 2, test[1] >= CLASSES // 2
    rows = np.concatenate([rng.permutation(np.flatnonzero(second == half))[: OWNERS * 25] for half in (False, True)])
    devices = Devices(pixels, labels, rows, np.full(OWNERS, len(rows) // OWNERS))
    probabilities, weights = np.repeat(AVAILABLE, OWNERS // 2), network.initial_weights(seed)
    for _ in range(rounds):
        chosen = rng.choice(np.flatnonzero(rng.random(OWNERS) < probabilities), COUNT, replace=False)
        counted = 1 / probabilities[chosen] if weighed else np.ones(COUNT)
        updates = client_updates(network, weights, devices, chosen, rng, steps=10)
        weights = weights + aggregate(updates, counted / counted.sum())
    return np.array(
        [network.accuracy(weights, test[0][tested == half], test[1][tested == half]) for half in (False, True)]
    )
