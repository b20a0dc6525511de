"""What an epsilon means: how well members are told apart, measured by an attack and bounded by the proof (lesson 42)."""

import numpy as np

from privlab.device import cpu_when_full
from privlab.ml.dpsgd.linear_head import plan_head, train_head
from privlab.ml.membership.attacks import in_turn, likelihood_ratios, log_odds

MODELS = 16


def most_advantage(epsilon, delta):
    """The largest advantage any attack can have: the share of members it flags less the share of others, 0..1.

    epsilon : float >= 0. delta : float between 0 and 1.
    Source: Kairouz, Oh and Viswanath (2015), theorem 2.1: both kinds of error obey the same bound, so the largest gap
    lies where they are equal.
    Raises ValueError for an epsilon or a delta out of range.
    """
    if not 0 <= epsilon < np.inf or not 0 <= delta <= 1:
        raise ValueError(f"epsilon must be at least 0 and delta lie between 0 and 1, got {epsilon} and {delta}")
    return float((np.expm1(epsilon) + 2 * delta) / (np.exp(epsilon) + 1))


@cpu_when_full
def advantage_of_likelihood_ratios(rows, labels, epsilon, models=MODELS, seed=0):
    """The advantage of the likelihood-ratio attack on private heads, 0..1, at its best threshold in hindsight.

    rows : float tensor [n, features] of length 1; labels : int tensor [n]. epsilon : float > 0 at delta 1e-5, or None
    for heads trained without clipping and noise. models : int, even; each is attacked with the others as its shadows.
    seed : int, of members and noise.
    A coin decides for each letter and model whether it is in. A letter that is out counts as a row of zeros: the number
    of letters is the same for all, and tells nothing.
    Source: Carlini et al. (2022).
    """
    import torch

    rng = np.random.default_rng(seed)
    inside = rng.permuted(np.tile(np.arange(models) % 2 == 0, (len(rows), 1)), axis=1).T
    expected = len(rows) // 2
    settings = plan_head(expected, epsilon) | ({"max_norm": 1e6, "learning_rate": 500.0} if epsilon is None else {})
    settings["learning_rate"] *= len(rows) / expected  # the sum is divided by all rows, also those of zeros
    scores = []
    for place, members in enumerate(inside):
        taken = torch.as_tensor(members, device=rows.device)[:, None] * rows
        scores.append((rows @ train_head(taken, labels, seed=seed + place, **settings)).cpu().numpy())
    found = in_turn(likelihood_ratios, log_odds(np.array(scores), labels.cpu().numpy()), inside)
    return advantage(found[inside], found[~inside])


def advantage(members, others):
    """The largest difference between the share of members and of others whose score exceeds a threshold, 0..1.

    members, others : floats [n], [m], an attack's scores.
    Raises ValueError when one of them is empty or a score is not a number.
    """
    if not len(members) or not len(others) or np.isnan(members).any() or np.isnan(others).any():
        raise ValueError("an advantage needs at least one score of a member and one of another, none of them NaN")
    cuts = np.sort(np.concatenate([members, others]))
    above = [1 - np.searchsorted(np.sort(each), cuts, side="right") / len(each) for each in (members, others)]
    return float((above[0] - above[1]).max())
