"""Which devices a server asks in a round, how it weighs their answers, and what a watcher learns from the list (lesson
54).
"""

import numpy as np


def chances(sizes, beta):
    """The chance of each device in a draw, float64 [devices]: its number of letters to the power beta, over the sum.

    sizes : whole numbers [devices]; a device without letters has no chance.
    beta : float, 0 for all alike (those with letters), 1 for each in proportion to its letters.
    Raises ValueError when no device has a letter or beta is negative.
    Source: Dupuy et al. (2022), who select by activity; this family of rules is our reading, their formula was not to
    be had.
    """
    sizes = np.asarray(sizes, dtype=float)
    if beta < 0 or not (sizes >= 0).all() or not sizes.any():
        raise ValueError(
            f"selection needs a beta of at least 0 and a device with letters, got {beta} and sizes {sizes}"
        )
    weights = np.where(sizes > 0, np.maximum(sizes, 1) ** float(beta), 0)
    return weights / weights.sum()


def choose(chance, count, rng):
    """Different devices, int64 [count], drawn one after another with the chances of those that are left.

    The largest of log chance plus Gumbel noise follow the same law and come in one step.
    Raises ValueError when fewer than `count` devices have a chance.
    Source: Yellott (1977) for the equality.
    """
    chance = np.asarray(chance)
    if not 0 < count <= np.count_nonzero(chance):
        raise ValueError(f"{count} different devices cannot be drawn from {np.count_nonzero(chance)} that have letters")
    with np.errstate(divide="ignore"):
        keys = np.log(chance) + rng.gumbel(size=len(chance))
    return np.argsort(-keys)[:count]


def shares(sizes, chosen, rule, chance=None):
    """How much each chosen device counts in the average, float64 [chosen].

    rule : "count" for its part of the chosen devices' letters, "equal", or "unbiased" for n / (chance x draws): over
    many
        draws with replacement that is the average of all devices by their letters.
    chance : as in `chances`, for "unbiased".
    Raises ValueError for another rule.
    """
    sizes, chosen = np.asarray(sizes, dtype=float), np.asarray(chosen)
    if rule == "count":
        return sizes[chosen] / sizes[chosen].sum()
    if rule == "equal":
        return np.full(len(chosen), 1 / len(chosen))
    if rule == "unbiased":
        return sizes[chosen] / sizes.sum() / (chance[chosen] * len(chosen))
    raise ValueError(f'the rule must be "count", "equal" or "unbiased", got {rule!r}')


def calls(chance, rounds, count, rng):
    """How often each device was called in some rounds of `count` devices, int64 [devices]."""
    called = np.zeros(len(chance), np.int64)
    for _ in range(rounds):
        called[choose(chance, count, rng)] += 1
    return called


def watcher_score(sizes, called):
    """How well a watcher of the calls tells the heaviest tenth of the devices from the others, 0..1; 0.5 is a guess.

    The area under the ROC curve: the chance that a heavy device was called more often than another one.
    sizes, called : whole numbers [devices].
    """
    from scipy.stats import rankdata

    heavy = np.zeros(len(sizes), bool)
    heavy[np.argsort(-np.asarray(sizes), kind="stable")[: max(1, len(sizes) // 10)]] = True
    above = rankdata(called)[heavy].sum() - heavy.sum() * (heavy.sum() + 1) / 2
    return above / (heavy.sum() * (~heavy).sum())


def told_with_noise(sizes, epsilon, rng, largest=1024):
    """Numbers of letters as devices tell them under local differential privacy, float64 [devices], from 1 to `largest`.

    Each tells the logarithm of its number with Laplace noise, so that its whole activity is protected at `epsilon`.
    Raises ValueError for an epsilon that is not positive.
    """
    if not epsilon > 0:
        raise ValueError(f"epsilon must be positive, got {epsilon}")
    top = np.log2(largest)
    told = np.log2(np.clip(sizes, 1, largest)) + rng.laplace(0, top / epsilon, len(sizes))
    return 2.0 ** np.clip(told, 0, top)
