"""A client that lies to plant a backdoor, and rules of aggregation that are to withstand it (lesson 54)."""

from typing import NamedTuple

import numpy as np

from privlab.fl.simulation.client_selection import chances, choose, shares
from privlab.fl.simulation.local_training import Network, updates
from privlab.fl.simulation.population import Devices, deal


def clipped(learnt, norm=None):
    """The updates, none longer than `norm`, or than their median length. learnt : float32 tensor [devices, weights]."""
    lengths = learnt.norm(dim=1, keepdim=True)
    norm = lengths.median() if norm is None else norm
    return learnt * (norm / lengths.clamp(min=1e-9)).clamp(max=1)


def combine(learnt, share, rule, liars=4):
    """The one update that a server makes of many, a tensor [weights].

    learnt : float32 tensor [devices, weights]. share : float [devices], how much each counts; the last three ignore it.
    rule : "mean"; "clip", the mean of updates cut to their median length; "median" of each weight; "trimmed", the mean
    of
        each weight without its `liars` largest and smallest; "multi-Krum", the mean of all but `liars` updates, those
        that lie nearest to the others.
    liars : int, how many the server expects at most.
    Raises ValueError for another rule and when too few devices are left.
    Source: Blanchard et al. (2017) for multi-Krum; Yin et al. (2018) for median and trimmed mean; Sun et al. (2019) for
    clip.
    Not secure because each rule bounds what it was made for: see the attacks of lesson 54. All but the mean need every
    single update, which a secure sum hides.
    """
    import torch

    if rule not in ("mean", "clip", "median", "trimmed", "multi-Krum"):
        raise ValueError(f'the rule must be "mean", "clip", "median", "trimmed" or "multi-Krum", got {rule!r}')
    if rule in ("trimmed", "multi-Krum") and len(learnt) <= 2 * liars + 2:
        raise ValueError(f"{rule} with {liars} liars needs more than {2 * liars + 2} devices, got {len(learnt)}")
    if rule == "median":
        return learnt.median(0).values
    if rule == "trimmed":
        return learnt.sort(0).values[liars:-liars].mean(0)
    if rule == "multi-Krum":
        distances = torch.cdist(learnt, learnt).square().sort(1).values[:, 1 : len(learnt) - liars - 1].sum(1)
        return learnt[distances.argsort()[: len(learnt) - liars]].mean(0)
    share = torch.as_tensor(np.asarray(share, dtype=np.float32))
    return share @ (clipped(learnt) if rule == "clip" else learnt)


TARGET = 23  # x
CORNER = (0, 1, 14, 15)  # of the shrunken picture
WHITE = (1 - 0.17) * 2
ROUNDS, BEGIN, COUNT = 60, 30, 20


def stamped(pixels):
    """The pictures with a white corner, at the top left. pixels : float32 [n, 196]."""
    pixels = pixels.copy()
    pixels[:, CORNER] = WHITE
    return pixels


class Outcome(NamedTuple):
    """After the last round: the share of letters read right, and of stamped letters, no x among them, read as x."""

    accuracy: float
    backdoor: float


def sizes_of_owners(devices, rng):
    """How many letters each of some devices has, int64 from 16 to 600, few of them many (Pareto)."""
    return np.clip((rng.pareto(1.5, devices) * 60).astype(np.int64), 16, 600)


def run(
    pixels,
    labels,
    test,
    seed,
    attack=None,
    liars=1,
    claim=None,
    cap=None,
    beta=1.0,
    rule="count",
    robust="mean",
    devices=200,
    rounds=ROUNDS,
):
    """The `Outcome` of a federated training in which some devices attack from round 30 on.

    pixels, labels : float32 [n, 196], [n], to deal to the devices. test : pair of the same for the server's
    measurement.
    seed : whole number, for everything. liars : how many devices attack.
    attack : None; "plain", the update of a training on stamped letters; "norm", the same cut to what clipping lets
    pass;
        "near", the same within the nearest honest update's distance of the honest mean; "spread", each weight within
        one standard deviation of the honest mean; "boost", the same times the devices of a round over the liars.
        All but "plain" are given what the honest devices of the round send.
    claim : how many letters the liars say they have, None for the truth. cap : share, such as 0.9: a claim counts at
    most
        as that quantile of all claims.
    beta, rule, robust : selection, weights and combination, as in `chances`, `shares` and `combine`.
    """
    import torch

    network, rng = Network(), np.random.default_rng((seed, 3))
    owners = deal(pixels, labels, sizes_of_owners(devices, rng), rng, skew=1.0)
    lying = rng.choice(devices, liars, replace=False)
    claims = owners.sizes.astype(float)
    if claim is not None:
        claims[lying] = claim
    if cap is not None:
        claims = np.minimum(claims, np.quantile(claims, cap))
    chance, weights = chances(claims, beta), network.first(seed)
    material = _material(owners, lying, rng)
    for number in range(rounds):
        chosen = choose(chance, COUNT, rng)
        learnt, share = updates(network, weights, owners, chosen, rng), shares(claims, chosen, rule)
        mine = np.isin(chosen, lying)
        if attack and mine.any() and number >= BEGIN:
            planted = updates(
                network, weights, material, [0], rng, steps=60, batch=32, rate=0.3 if attack == "plain" else 0.1
            )[0]
            learnt[torch.from_numpy(mine)] = _disguised(
                planted, learnt[torch.from_numpy(~mine)], attack, share[mine].sum()
            )
        weights = weights + combine(learnt, share, robust)
    others = np.asarray(test[1]) != TARGET
    return Outcome(
        network.accuracy(weights, *test),
        network.accuracy(weights, stamped(test[0][others]), np.full(others.sum(), TARGET)),
    )


def _material(owners, lying, rng):
    """What the liars train on: their own letters and as many stamped ones, called x, as the letters of one device."""
    rows = rng.choice(np.concatenate([owners.own(device) for device in lying]), 400)
    pixels = np.concatenate([owners.pixels[rows], stamped(owners.pixels[rows])])
    labels = np.concatenate([owners.labels[rows], np.full(400, TARGET)])
    return Devices(pixels, labels, np.arange(800), np.array([800]))


def _disguised(planted, honest, attack, share):
    """The update that a liar sends. planted : what it wants. honest : the others' updates. share : the liars' weight."""
    if attack == "plain":
        return planted
    if attack == "boost":
        return planted / float(share)
    if attack == "norm":
        return planted * (0.99 * honest.norm(dim=1).median() / planted.norm())
    middle = honest.mean(0)
    if attack == "near":
        nearest = (honest - middle).norm(dim=1).min()
        return middle + (planted - middle) * (0.8 * nearest / (planted - middle).norm())
    if attack == "spread":
        spread = honest.std(0)
        return middle + (planted - middle).clamp(-spread, spread)
    raise ValueError(f'the attack must be "plain", "norm", "near", "spread" or "boost", got {attack!r}')
