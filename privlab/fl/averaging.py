"""Federated averaging over rounds: static, or continual, where only the current letters exist (lesson 54)."""
import numpy as np

from privlab.fl.rounds import Network, updates
from privlab.fl.selection import chances, choose, shares


def learn(devices, test, seed, beta=0.0, rule="count", epoch=True, periods=1, rounds=40, count=10, at=(5, 10, 20, 40)):
    """The accuracy on `test` after the rounds of `at`, float64 [len(at)], of one federated training.

    devices : `Devices`. test : pair of float32 [n, 196] and labels [n].
    seed : whole number, for the first weights and every choice.
    beta : float, how strongly the devices with many letters are preferred (`chances`). rule : as in `shares`.
    epoch : True when a device takes a step for each of its batches, at most 20; False when each takes 20.
    periods : 1 for all letters at once; more for that many parts of time, each with new letters and the past ones deleted.
    rounds, count : rounds in all, devices asked in each.
    Source: Dupuy et al. (2022), "Learnings from federated learning in the real world".
    """
    import torch

    network, rng = Network(), np.random.default_rng((seed, 54))
    weights, found, length = network.first(seed), [], rounds // periods
    for number in range(rounds):
        if number % length == 0:
            current = devices.period(number // length, periods) if periods > 1 else devices
            chance = chances(current.sizes, beta)
        chosen = rng.choice(len(chance), count, p=chance) if rule == "unbiased" else choose(chance, count, rng)
        learnt = updates(network, weights, current, chosen, rng, epoch=epoch)
        weights = weights + torch.from_numpy(shares(current.sizes, chosen, rule, chance).astype(np.float32)) @ learnt
        if number + 1 in at:
            found.append(network.accuracy(weights, *test))
    return np.array(found)


def interval(values):
    """The mean and the half-width of its 95 % interval by Student's t, of one value for each seed, two at least."""
    from scipy.stats import t

    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"an interval needs the values of two seeds at least, got {values.size}")
    return values.mean(), t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
