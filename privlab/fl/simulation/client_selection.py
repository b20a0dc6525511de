"""Which devices a server asks in a round, how it weighs their answers, and what a watcher learns from the list
(lesson 54).
"""

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers


def selection_probabilities(sizes: ArrayLike, beta: float) -> Floats:
    """The probability of each device in a draw, [devices]: its number of letters to the power beta, over the sum.

    sizes  whole numbers [devices]; a device without letters is never drawn.
    beta   0 for all alike (those with letters), 1 for each in proportion to its letters.
    Raises ValueError when no device has a letter or beta is negative.
    Source: Dupuy et al. (2022), who select by activity; this family of rules is our reading, their formula was not to
    be had.
    """
    sizes = np.asarray(sizes, dtype=float)
    if beta < 0 or not (sizes >= 0).all() or not sizes.any():
        raise ValueError(
            f"selection needs a beta of at least 0 and a device with letters, got {beta} and sizes {sizes}"
        )
    activity = np.where(sizes > 0, np.maximum(sizes, 1) ** float(beta), 0)
    return activity / activity.sum()


def choose(probabilities: Floats, count: int, rng: np.random.Generator) -> Integers:
    """Different devices, [count], drawn one after another with the probabilities of those that are left.

    The largest of log probability plus Gumbel noise follow the same law and come in one step.
    Raises ValueError when fewer than `count` devices can be drawn.
    Source: Yellott (1977) for the equality.
    """
    probabilities = np.asarray(probabilities)
    possible = np.count_nonzero(probabilities)
    if not 0 < count <= possible:
        raise ValueError(f"{count} different devices cannot be drawn from {possible} that have letters")
    with np.errstate(divide="ignore"):
        keys = np.log(probabilities) + rng.gumbel(size=len(probabilities))
    return np.argsort(-keys)[:count]


def client_weights(sizes: ArrayLike, chosen: ArrayLike, rule: str, probabilities: Floats | None = None) -> Floats:
    """How much each chosen device counts in the average, [chosen].

    rule  "count" for its part of the chosen devices' letters, "equal", or "unbiased" for n / (probability x draws):
          over many draws with replacement that is the average of all devices by their letters.
    probabilities  of `selection_probabilities`, for "unbiased".
    Raises ValueError for another rule.
    """
    sizes, chosen = np.asarray(sizes, dtype=float), np.asarray(chosen)
    if rule == "count":
        return sizes[chosen] / sizes[chosen].sum()
    if rule == "equal":
        return np.full(len(chosen), 1 / len(chosen))
    if rule == "unbiased":
        return sizes[chosen] / sizes.sum() / (np.asarray(probabilities)[chosen] * len(chosen))
    raise ValueError(f'the rule must be "count", "equal" or "unbiased", got {rule!r}')


def calls(probabilities: Floats, rng: np.random.Generator, *, rounds: int, count: int) -> Integers:
    """How often each device was called in some rounds of `count` devices, [devices]."""
    called = np.zeros(len(probabilities), np.int64)
    for _ in range(rounds):
        called[choose(probabilities, count, rng)] += 1
    return called


def watcher_score(sizes: ArrayLike, called: ArrayLike) -> float:
    """How well a watcher of the calls tells the heaviest tenth of the devices from the others, 0..1; 0.5 is a guess.

    The area under the ROC curve: the probability that a heavy device was called more often than another one.
    sizes, called  whole numbers [devices].
    """
    from scipy.stats import mannwhitneyu

    sizes, called = np.asarray(sizes), np.asarray(called)
    heavy = np.zeros(len(sizes), bool)
    heavy[np.argsort(-sizes, kind="stable")[: max(1, len(sizes) // 10)]] = True
    return float(mannwhitneyu(called[heavy], called[~heavy]).statistic / (heavy.sum() * (~heavy).sum()))
