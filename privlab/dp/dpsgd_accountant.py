"""What a private training costs: noisy steps, each on a batch drawn by chance, by Rényi's rule and exactly (lesson 42).

Noise is a standard deviation in units of the sensitivity. `rate` is the chance with which a step takes each record.
"""

import numpy as np

from privlab.dp import composition, pld
from privlab.validation import all_positive

ORDERS = np.concatenate([np.arange(2, 65), 2 ** np.arange(7, 11)])  # whole ones: their divergence is a finite sum


def renyi_of_sampled_gaussian(noise, rate, orders=ORDERS):
    """The Rényi divergence of one step at each order, float [orders].

    noise : float > 0. rate : float above 0, at most 1. orders : whole numbers of at least 2.
    Raises ValueError when a number is out of range.
    Source: Mironov, Talwar and Zhang (2019), section 3.3.
    """
    from scipy.special import gammaln

    _check(noise, rate)
    found = []
    for order in np.asarray(orders, dtype=int):
        taken = np.arange(order + 1)
        chances = gammaln(order + 1) - gammaln(taken + 1) - gammaln(order - taken + 1) + taken * np.log(rate)
        if rate < 1:
            chances = chances + (order - taken) * np.log1p(-rate)
        else:
            taken, chances = taken[-1:], chances[-1:]
        terms = chances + taken * (taken - 1) / (2 * noise**2)
        largest = terms.max()  # taken out first, so that no exponential is larger than a float
        found.append((largest + np.log(np.exp(terms - largest).sum())) / (order - 1))
    return np.array(found)


def epsilon_by_renyi(noises, rate, steps, delta):
    """The epsilon of a training at `delta`, by Rényi's rule: costs of steps add up, whatever the noise of each.

    noises : float > 0, or several, such as one an epoch. steps : int, or as many: how many steps have each noise.
    rate : float above 0, at most 1. delta : float between 0 and 1.
    Raises ValueError when a number is out of range.
    Source: Mironov (2017), proposition 1; Abadi et al. (2016) for the sum over the steps of a training.
    """
    noises = np.atleast_1d(noises)
    total = sum(
        count * renyi_of_sampled_gaussian(float(noise), rate)
        for noise, count in zip(noises, np.broadcast_to(steps, noises.shape))
    )
    return composition.renyi(total, 1, delta, ORDERS)


def epsilon_exactly(noise, rate, steps, delta):
    """The epsilon of a training at `delta`, from the whole distribution of its privacy loss.

    noise : float > 0. rate : float above 0, at most 1. steps : int, at least 1. delta : float between 0 and 1.
    Raises ValueError when a number is out of range.
    Source: Koskela, Jälkö and Honkela (2020); Gopi, Lee and Wutschitz (2021) for the same by another grid.
    """
    spacing = min(1e-3, 0.05 / np.sqrt(steps))
    return max(one.compose(steps).epsilon(delta) for one in pld.sampled_gaussian(noise, rate, spacing))


def noise_for(epsilon, delta, rate, steps):
    """The least noise at which a training is (epsilon, delta)-private, to three digits and on the safe side.

    epsilon : float > 0. The others as in `epsilon_exactly`.
    Raises ValueError when a number is out of range.
    """
    all_positive(epsilon=epsilon)
    low, high = 0.3, 0.6
    while epsilon_exactly(high, rate, steps, delta) > epsilon:
        low, high = high, 2 * high
    while high / low > 1.0005:
        middle = np.sqrt(low * high)
        low, high = (middle, high) if epsilon_exactly(middle, rate, steps, delta) > epsilon else (low, middle)
    return float(high)


def _check(noise, rate):
    all_positive(noise=noise, rate=rate)
    if rate > 1:
        raise ValueError(f"rate must be above 0 and at most 1, got {rate}")
