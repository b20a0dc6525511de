"""Algorithms of federated learning on devices that differ, static and continual, and what each round costs in bytes
(lesson 54).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from privlab.arrays import Floats, Integers, Labels, Rows
from privlab.fl.simulation.client_selection import choose, client_weights, selection_probabilities
from privlab.fl.simulation.local_training import Network, aggregate, client_updates
from privlab.fl.simulation.population import Devices

if TYPE_CHECKING:
    import torch

ALGORITHMS = ("FedAvg", "FedProx", "FedOpt", "SCAFFOLD")
EVERY = 5  # rounds from one measurement to the next
COUNT, STEPS, LEARNING_RATE = 10, 20, 0.3  # devices in a round, and what each does


class Course(NamedTuple):
    """How a training went: rounds [k], accuracy [k] after each of them, and bytes that one device sends a round."""

    rounds: Integers
    accuracy: Floats
    bytes_sent: float

    def rounds_to(self, target: float) -> float:
        """The first measured round whose accuracy is at least `target`, or infinity."""
        reached = np.flatnonzero(self.accuracy >= target)
        return float(self.rounds[reached[0]]) if len(reached) else float("inf")


def federate(
    devices: Devices,
    test: tuple[Rows, Labels],
    algorithm: str,
    *,
    seed: int,
    rounds: int,
    send: "Callable[[torch.Tensor], tuple[torch.Tensor, float]] | None" = None,
) -> Course:
    """The `Course` of one training on all devices alike, ten of them a round, twenty steps each.

    algorithm  one of ALGORITHMS.  seed  for the first weights and every choice.
    send       from updates [devices, size] to (what arrives, bytes a device), such as `quantizer` makes; None sends
               them whole.
    Raises ValueError for another algorithm.
    Source: McMahan et al. (2017); Li et al. (2020), proximal term 0.1; Reddi et al. (2021), Adam on the server with
    learning rate 0.02; Karimireddy et al. (2020), whose corrections double the bytes.
    """
    import torch

    if algorithm not in ALGORITHMS:
        raise ValueError(f"the algorithm must be one of {', '.join(ALGORITHMS)}, got {algorithm!r}")
    network, rng = Network(), np.random.default_rng((seed, 11))
    weights, accuracies = network.initial_weights(seed), []
    bytes_sent = 4.0 * network.size * (1 + (algorithm == "SCAFFOLD"))
    mean = square = shared = torch.zeros(network.size)
    own = torch.zeros(len(devices), network.size) if algorithm == "SCAFFOLD" else None
    proximal = 0.1 if algorithm == "FedProx" else 0.0
    for number in range(1, rounds + 1):
        chosen = rng.choice(len(devices), COUNT, replace=False)
        control = None if own is None else shared - own[chosen]
        updates = client_updates(
            network,
            weights,
            devices,
            chosen,
            rng,
            steps=STEPS,
            learning_rate=LEARNING_RATE,
            proximal=proximal,
            control=control,
        )
        if own is not None:
            new = own[chosen] - shared - updates / (STEPS * LEARNING_RATE)
            shared = shared + (new - own[chosen]).sum(0) / len(devices)
            own[chosen] = new
        if send is not None:
            updates, bytes_sent = send(updates)
        step = aggregate(updates, client_weights(devices.sizes, chosen, "count"))
        if algorithm == "FedOpt":  # Adam, with the mean update as its gradient
            mean, square = 0.9 * mean + 0.1 * step, 0.99 * square + 0.01 * step**2
            step = 0.02 * mean / (1 - 0.9**number) / ((square / (1 - 0.99**number)).sqrt() + 1e-3)
        weights = weights + step
        if number % EVERY == 0:
            accuracies.append(network.accuracy(weights, *test))
    return Course(np.arange(EVERY, rounds + 1, EVERY), np.array(accuracies), bytes_sent)


def train_centrally(devices: Devices, test: tuple[Rows, Labels], *, seed: int) -> float:
    """The accuracy of the same network where all letters lie in one place, after 2,000 steps of 160 letters: as many
    as ten devices use.
    """
    together = Devices(devices.pixels, devices.labels, devices.rows, np.array([len(devices.rows)]))
    network, rng = Network(), np.random.default_rng((seed, 12))
    weights = network.initial_weights(seed)
    weights = weights + client_updates(network, weights, together, [0], rng, steps=2000, batch=160)[0]
    return network.accuracy(weights, *test)


def quantizer(bits: int, generator: "torch.Generator") -> "Callable[[torch.Tensor], tuple[torch.Tensor, float]]":
    """A `send` that rounds every number to `bits` bits at random, so that the mean is right, with one scale a device.

    Source: Alistarh et al. (2017), "QSGD".
    """
    import torch

    def send(updates):
        scale = updates.abs().amax(1, keepdim=True).clamp(min=1e-12) / (2 ** (bits - 1) - 1)
        whole = torch.floor(updates / scale + torch.rand(updates.shape, generator=generator))
        return whole * scale, bits * updates.shape[1] / 8 + 4

    return send


def federate_by_activity(
    devices: Devices,
    test: tuple[Rows, Labels],
    *,
    seed: int,
    beta: float = 0.0,
    rule: str = "count",
    periods: int = 1,
    rounds: int = 40,
    at: Sequence[int] = (5, 10, 20, 40),
    equal_steps: bool = False,
) -> Floats:
    """The accuracy on `test` after the rounds of `at`, [len(at)], of one training that prefers devices with many
    letters.

    A device that is asked takes a step for each of its batches, at most 20; with `equal_steps` each takes 20.
    seed     for the first weights and every choice.
    beta     how strongly they are preferred (`selection_probabilities`).  rule  as in `client_weights`.
    periods  1 for all letters at once; more for that many parts of time, each with new letters and the past ones
             deleted.
    rounds   in all, ten devices in each.
    Source: Dupuy et al. (2022), "Learnings from federated learning in the real world".
    """
    network, rng = Network(), np.random.default_rng((seed, 54))
    weights, accuracies, length = network.initial_weights(seed), [], rounds // periods
    for number in range(rounds):
        if number % length == 0:
            current = devices.period(number // length, periods=periods) if periods > 1 else devices
            probabilities = selection_probabilities(current.sizes, beta)
        if rule == "unbiased":
            chosen = rng.choice(len(current), COUNT, p=probabilities)
        else:
            chosen = choose(probabilities, COUNT, rng)
        updates = client_updates(network, weights, current, chosen, rng, epoch=not equal_steps)
        weights = weights + aggregate(updates, client_weights(current.sizes, chosen, rule, probabilities))
        if number + 1 in at:
            accuracies.append(network.accuracy(weights, *test))
    return np.array(accuracies)
