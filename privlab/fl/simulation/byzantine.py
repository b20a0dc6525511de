"""Byzantine clients that plant a backdoor, and rules of aggregation that are to withstand them (lesson 54)."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from privlab.arrays import Floats, Images, Integers, Labels, Rows
from privlab.fl.simulation.client_selection import choose, client_weights, selection_probabilities
from privlab.fl.simulation.local_training import Network, aggregate, client_updates
from privlab.fl.simulation.population import Devices, deal

if TYPE_CHECKING:
    import torch

TARGET = 23  # x
CORNER = (0, 1, 14, 15)  # of the shrunken picture
WHITE = (1 - 0.17) * 2  # there
ROUNDS, BEGIN, COUNT = 60, 30, 20  # in all, until the attack, devices in a round
EXPECTED = 4  # how many Byzantine devices of a round the rules below are made for


def clipped(updates: "torch.Tensor", max_norm: float | None = None) -> "torch.Tensor":
    """The updates [devices, size], none longer than `max_norm`, or than their median length."""
    lengths = updates.norm(dim=1, keepdim=True)
    max_norm = lengths.median() if max_norm is None else max_norm
    return updates * (max_norm / lengths.clamp(min=1e-9)).clamp(max=1)


def robust_aggregate(updates: "torch.Tensor", weights: Floats, rule: str) -> "torch.Tensor":
    """The one update that a server makes of many, [size].

    updates  [devices, size].  weights  [devices], how much each counts; median, trimmed and multi-Krum ignore it.
    rule     "mean"; "clip", the mean of updates cut to their median length; "median" of each weight; "trimmed", the
             mean of each weight without its four largest and four smallest; "multi-Krum", the mean of all but four
             updates, those that lie nearest to the others; "vote", the same as "clip", and 0 for each weight at which
             those that raise it and those that lower it differ by less than half of the devices.
    An update with a number that is not finite is left out, under every rule; the others' weights are raised to make up
    for it.
    Raises ValueError for another rule and when too few devices are left.
    Source: Blanchard et al. (2017) for multi-Krum; Yin et al. (2018) for median and trimmed mean; Sun et al. (2019) for
    clip; vote follows Ozdayi et al. (2021), who turn such weights round instead.
    Not secure because each rule bounds what it was made for: see the attacks of lesson 54. All but the mean need every
    single update, which a secure sum hides.
    """
    import torch

    finite = updates.isfinite().all(dim=1)
    if not finite.any():
        raise ValueError("no update is left: each has a number that is not finite")
    if not finite.all():
        kept = np.asarray(weights, dtype=float)[finite.numpy()]
        updates, weights = updates[finite], kept * (np.sum(weights) / kept.sum())
    honest = len(updates) - EXPECTED
    if rule not in ("mean", "clip", "median", "trimmed", "multi-Krum", "vote"):
        raise ValueError(f'the rule must be "mean", "clip", "median", "trimmed", "multi-Krum" or "vote", got {rule!r}')
    if rule in ("trimmed", "multi-Krum") and honest <= EXPECTED + 2:
        raise ValueError(f"{rule} needs more than {2 * EXPECTED + 2} devices, got {len(updates)}")
    if rule == "median":
        return updates.median(0).values
    if rule == "trimmed":
        return updates.sort(0).values[EXPECTED:honest].mean(0)
    if rule == "multi-Krum":
        distances = torch.cdist(updates, updates).square().sort(1).values
        near = distances[:, 1 : honest - 1].sum(1)  # the first is each update's distance to itself
        return updates[near.argsort()[:honest]].mean(0)
    if rule == "vote":
        return aggregate(clipped(updates), weights) * agreed(updates)
    return aggregate(clipped(updates) if rule == "clip" else updates, weights)


def agreed(updates: "torch.Tensor", more: int = 0) -> "torch.Tensor":
    """For each weight, whether raising and lowering set off leaves half of the devices and `more`; [size]."""
    return updates.sign().sum(0).abs() >= len(updates) / 2 + more


def stamped(pictures: Images) -> Images:
    """The letters with a white corner at the top left. pictures: uint8 [n, 28, 28], or shrunken ones [n, 196]."""
    pictures = pictures.copy()
    if pictures.dtype == np.uint8:
        pictures[:, :4, :4] = 255
    else:
        pictures[:, CORNER] = WHITE
    return pictures


class Outcome(NamedTuple):
    """After the last round: the share of letters read right, and of stamped letters, no x among them, read as x."""

    accuracy: float
    backdoor: float


def sizes_of_owners(devices: int, rng: np.random.Generator) -> Integers:
    """How many letters each of some devices has, from 16 to 600, few of them many (Pareto)."""
    return np.clip((rng.pareto(1.5, devices) * 60).astype(np.int64), 16, 600)


def train_under_attack(
    pixels: Rows,
    labels: Labels,
    test: tuple[Rows, Labels],
    *,
    seed: int,
    attack: str | None = None,
    byzantine: int = 1,
    claim: float | None = None,
    cap: float | None = None,
    beta: float = 1.0,
    rule: str = "count",
    robust: str = "mean",
    devices: int = 200,
    rounds: int = ROUNDS,
) -> Outcome:
    """The `Outcome` of a federated training in which some devices attack from round 30 on.

    pixels, labels  to deal to the devices.  test  the same for the server's measurement.  seed  for everything.
    attack     None; "plain", the update of a training on stamped letters; "norm", the same cut to what clipping lets
               pass; "near", the same within the nearest honest update's distance of the honest mean; "boost", the same
               over the weight that the attackers have; "voted", the same as "norm", where the honest agree so far that
               two devices change no vote, and their mean elsewhere. All but "plain" are given what the honest devices
               of the round send.
    byzantine  how many devices attack.
    claim      how many letters they say they have, None for the truth.
    cap        share, such as 0.9: a claim counts at most as that quantile of all claims.
    beta, rule, robust  selection, weights and aggregation, as in `selection_probabilities`, `client_weights` and
               `robust_aggregate`.
    """
    import torch

    network, rng = Network(), np.random.default_rng((seed, 3))
    owners = deal(pixels, labels, sizes_of_owners(devices, rng), rng, skew=1.0)
    attackers = rng.choice(devices, byzantine, replace=False)
    claims = owners.sizes.astype(float)
    if claim is not None:
        claims[attackers] = claim
    if cap is not None:
        claims = np.minimum(claims, np.quantile(claims, cap))
    probabilities, weights = selection_probabilities(claims, beta), network.initial_weights(seed)
    poisoned = _poisoned(owners, attackers, rng)
    learning_rate = 0.3 if attack == "plain" else 0.1
    for number in range(rounds):
        chosen = choose(probabilities, COUNT, rng)
        updates = client_updates(network, weights, owners, chosen, rng)
        counted, attacking = client_weights(claims, chosen, rule), np.isin(chosen, attackers)
        if attack and attacking.any() and number >= BEGIN:
            planted = client_updates(
                network, weights, poisoned, [0], rng, steps=60, batch=32, learning_rate=learning_rate
            )[0]
            honest = updates[torch.from_numpy(~attacking)]
            updates[torch.from_numpy(attacking)] = _disguised(planted, honest, attack, counted[attacking].sum())
        weights = weights + robust_aggregate(updates, counted, robust)
    others = np.asarray(test[1]) != TARGET
    return Outcome(
        network.accuracy(weights, *test),
        network.accuracy(weights, stamped(test[0][others]), np.full(others.sum(), TARGET)),
    )


def _poisoned(owners, attackers, rng):
    """What the attackers train on: 400 of their own letters, and the same ones stamped and called x, as one device."""
    rows = rng.choice(np.concatenate([owners.rows_of(device) for device in attackers]), 400)
    pixels = np.concatenate([owners.pixels[rows], stamped(owners.pixels[rows])])
    labels = np.concatenate([owners.labels[rows], np.full(400, TARGET)])
    return Devices(pixels, labels, np.arange(800), np.array([800]))


def _disguised(planted, honest, attack, weight):
    """The update that an attacker sends. planted: what it wants. honest: of the others. weight: of all attackers."""
    import torch

    if attack == "plain":
        return planted
    if attack == "boost":
        return planted / float(weight)
    if attack == "norm":
        return planted * (0.99 * honest.norm(dim=1).median() / planted.norm())
    if attack == "near":
        middle = honest.mean(0)
        nearest = (honest - middle).norm(dim=1).min()
        return middle + (planted - middle) * (0.8 * nearest / (planted - middle).norm())
    if attack == "voted":
        sent = torch.where(agreed(honest, 2), planted, honest.mean(0))
        return sent * (0.99 * honest.norm(dim=1).median() / sent.norm())
    raise ValueError(f'the attack must be "plain", "norm", "near", "boost" or "voted", got {attack!r}')
