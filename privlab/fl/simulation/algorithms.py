"""Algorithms of federated learning on devices that differ, static and continual, and what each round costs in bytes
(lesson 54).
"""

from typing import NamedTuple

import numpy as np

from privlab.fl.simulation.client_selection import chances, choose, shares
from privlab.fl.simulation.local_training import Network, updates

ALGORITHMS = ("FedAvg", "FedProx", "FedOpt", "SCAFFOLD")
EVERY = 5  # rounds from one measurement to the next


class Course(NamedTuple):
    """How a training went: `rounds` int [k], `accuracy` float [k] after each of them, `up` bytes from one device a
    round.
    """

    rounds: np.ndarray
    accuracy: np.ndarray
    up: float

    def rounds_to(self, target):
        """The first measured round whose accuracy is at least `target`, or infinity."""
        reached = np.flatnonzero(self.accuracy >= target)
        return float(self.rounds[reached[0]]) if len(reached) else float("inf")


def federate(devices, test, algorithm, seed, rounds, count=10, steps=20, rate=0.3, send=None):
    """The `Course` of one training on all devices alike, `count` of them a round.

    devices : `Devices`. test : pair of float32 [n, 196] and labels. algorithm : one of ALGORITHMS.
    seed : whole number, for the first weights and every choice. steps, rate : of each device, batches of 16.
    send : function from float32 [count, weights] to (what arrives, bytes a device), such as `rounded`; None sends it
    whole.
    Raises ValueError for another algorithm.
    Source: McMahan et al. (2017); Li et al. (2020), proximal term 0.1; Reddi et al. (2021), Adam on the server with
    rate 0.02; Karimireddy et al. (2020), whose corrections double the bytes.
    """
    import torch

    if algorithm not in ALGORITHMS:
        raise ValueError(f"the algorithm must be one of {', '.join(ALGORITHMS)}, got {algorithm!r}")
    network, rng = Network(), np.random.default_rng((seed, 11))
    weights, found, up = network.first(seed), [], 4.0 * network.size * (1 + (algorithm == "SCAFFOLD"))
    mean = square = shared = torch.zeros(network.size)
    own = torch.zeros(len(devices), network.size) if algorithm == "SCAFFOLD" else None
    for number in range(1, rounds + 1):
        chosen = rng.choice(len(devices), count, replace=False)
        control = None if own is None else shared - own[chosen]
        learnt = updates(
            network,
            weights,
            devices,
            chosen,
            rng,
            steps,
            rate=rate,
            control=control,
            proximal=0.1 * (algorithm == "FedProx"),
        )
        if own is not None:
            new = own[chosen] - shared - learnt / (steps * rate)
            shared = shared + (new - own[chosen]).sum(0) / len(devices)
            own[chosen] = new
        if send is not None:
            learnt, up = send(learnt)
        share = devices.sizes[chosen] / devices.sizes[chosen].sum()
        step = torch.from_numpy(share.astype(np.float32)) @ learnt
        if algorithm == "FedOpt":  # Adam, with the mean update as its gradient
            mean, square = 0.9 * mean + 0.1 * step, 0.99 * square + 0.01 * step**2
            step = 0.02 * mean / (1 - 0.9**number) / ((square / (1 - 0.99**number)).sqrt() + 1e-3)
        weights = weights + step
        if number % EVERY == 0:
            found.append(network.accuracy(weights, *test))
    return Course(np.arange(EVERY, rounds + 1, EVERY), np.array(found), up)


def centrally(devices, test, seed, steps=2000, rate=0.3):
    """The accuracy of the same network where all letters lie in one place. steps : of 160 letters, as many as ten
    devices use.
    """
    together = type(devices)(devices.pixels, devices.labels, devices.rows, np.array([len(devices.rows)]))
    network, rng = Network(), np.random.default_rng((seed, 12))
    weights = network.first(seed)
    weights = weights + updates(network, weights, together, [0], rng, steps, batch=160, rate=rate)[0]
    return network.accuracy(weights, *test)


def rounded(bits, generator):
    """A `send` that rounds every number to `bits` bits at random, so that the mean is right, with one scale a device.

    generator : torch.Generator, for the rounding.
    Source: Alistarh et al. (2017), "QSGD".
    """
    import torch

    def send(learnt):
        scale = learnt.abs().amax(1, keepdim=True).clamp(min=1e-12) / (2 ** (bits - 1) - 1)
        whole = torch.floor(learnt / scale + torch.rand(learnt.shape, generator=generator))
        return whole * scale, bits * learnt.shape[1] / 8 + 4

    return send


def largest(share):
    """A `send` of the largest numbers alone. share : 0..1, of all. Their places differ by device: no secure sum adds
    them.
    """
    import torch

    def send(learnt):
        places = learnt.abs().topk(max(1, int(learnt.shape[1] * share)), 1).indices
        place_bits = int(np.ceil(np.log2(learnt.shape[1])))
        return torch.zeros_like(learnt).scatter(1, places, learnt.gather(1, places)), places.shape[1] * (
            32 + place_bits
        ) / 8

    return send


def learn(devices, test, seed, beta=0.0, rule="count", epoch=True, periods=1, rounds=40, count=10, at=(5, 10, 20, 40)):
    """The accuracy on `test` after the rounds of `at`, float64 [len(at)], of one federated training.

    devices : `Devices`. test : pair of float32 [n, 196] and labels [n].
    seed : whole number, for the first weights and every choice.
    beta : float, how strongly the devices with many letters are preferred (`chances`). rule : as in `shares`.
    epoch : True when a device takes a step for each of its batches, at most 20; False when each takes 20.
    periods : 1 for all letters at once; more for that many parts of time, each with new letters and the past ones
    deleted.
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
