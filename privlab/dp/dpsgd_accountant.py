"""What a private training costs: noisy steps, each on a batch drawn by chance, by Rényi's rule and exactly (lesson 42).

A noise multiplier is the standard deviation of a step's noise over the sensitivity; a sample rate is the probability
with which a step takes each record.
"""

import functools

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import fftconvolve
from scipy.special import gammaln

from privlab.arrays import Floats
from privlab.dp.composition import renyi
from privlab.dp.gaussian import epsilon_at, total_mu
from privlab.dp.pld import PrivacyLoss, check_sampling, sampled_gaussian
from privlab.validation import all_positive, whole_number

ORDERS = np.concatenate([np.arange(2, 65), 2 ** np.arange(7, 11)])  # whole ones: their divergence is a finite sum


def renyi_of_sampled_gaussian(*, noise_multiplier: float, sample_rate: float) -> Floats:
    """The Rényi divergence of one step at each of `ORDERS`, [orders].

    Raises ValueError for a noise multiplier or a sample rate that is not positive, and for a sample rate above 1.
    Source: Mironov, Talwar and Zhang (2019), section 3.3.
    """
    check_sampling(noise_multiplier, sample_rate)
    divergences = []
    for order in ORDERS:
        taken = np.arange(order + 1)
        terms = gammaln(order + 1) - gammaln(taken + 1) - gammaln(order - taken + 1) + taken * np.log(sample_rate)
        if sample_rate < 1:
            terms = terms + (order - taken) * np.log1p(-sample_rate)
        else:
            taken, terms = taken[-1:], terms[-1:]
        terms = terms + taken * (taken - 1) / (2 * noise_multiplier**2)
        largest = terms.max()  # taken out first, so that no exponential is larger than a float
        divergences.append((largest + np.log(np.exp(terms - largest).sum())) / (order - 1))
    return np.array(divergences)


def epsilon_by_renyi(*, noise_multiplier: ArrayLike, sample_rate: float, steps: ArrayLike, delta: float) -> float:
    """The epsilon of a training at `delta`, by Rényi's rule: costs of steps add up, whatever the noise of each.

    noise_multiplier : one for all steps, or several, such as one an epoch.
    steps : how many steps have each noise multiplier, one number or as many.
    Raises ValueError when a number is out of range.
    Source: Mironov (2017), proposition 1; Abadi et al. (2016) for the sum over the steps of a training.
    """
    multipliers = np.atleast_1d(noise_multiplier)
    total = sum(
        count * renyi_of_sampled_gaussian(noise_multiplier=float(multiplier), sample_rate=sample_rate)
        for multiplier, count in zip(multipliers, np.broadcast_to(steps, multipliers.shape))
    )
    return renyi(total, 1, delta, orders=ORDERS)


def epsilon_exactly(*, noise_multiplier: ArrayLike, sample_rate: float, steps: ArrayLike, delta: float) -> float:
    """The epsilon of a training at `delta`, from the whole distribution of its privacy loss.

    noise_multiplier, steps : as of `epsilon_by_renyi`.
    Raises ValueError when a number is out of range.
    Source: Koskela, Jälkö and Honkela (2020); Gopi, Lee and Wutschitz (2021) for the same by another grid.
    """
    multipliers = np.atleast_1d(noise_multiplier)
    counts = np.broadcast_to(steps, multipliers.shape)
    spacing = min(1e-3, 0.05 / np.sqrt(counts.sum()))
    each = [
        sampled_gaussian(noise_multiplier=float(multiplier), sample_rate=sample_rate, spacing=spacing)
        for multiplier in multipliers
    ]
    both = [[loss.compose(int(count)) for loss in losses] for count, losses in zip(counts, each)]
    return max(functools.reduce(_together, losses).epsilon(delta) for losses in zip(*both))


def _together(one, other):
    """The loss of two releases on the same grid: their distributions convolved."""
    probabilities = np.maximum(fftconvolve(one.probabilities, other.probabilities), 0)
    infinite = one.infinite + other.infinite - one.infinite * other.infinite
    return PrivacyLoss(one.lowest + other.lowest, probabilities, infinite, one.spacing)


def epsilon_of_shuffled(*, noise_multiplier: float, sample_rate: float, steps: int, delta: float) -> float:
    """The epsilon that is proved at `delta` when batches are not drawn but cut from the shuffled records.

    sample_rate : the share of the records in a batch, each of which stands in one batch of every pass.
    A pass then is one Gaussian release to a record, and that its batch is not known earns nothing here: what it earns
    is not known, and it is less than what drawing earns.
    Raises ValueError when a number is out of range.
    Source: Chua, Ghazi, Kamath, Kumar, Manurangsi, Sinha and Zhang (2024), "How private are DP-SGD implementations?"
    """
    check_sampling(noise_multiplier, sample_rate)
    passes = int(np.ceil(whole_number("steps", steps) * sample_rate - 1e-9))
    return epsilon_at(total_mu([noise_multiplier] * passes), delta=delta)


def noise_multiplier_for(epsilon: float, delta: float, *, sample_rate: float, steps: int) -> float:
    """The least noise multiplier at which a training is (epsilon, delta)-private, to three digits and on the safe side.

    Raises ValueError when a number is out of range.
    """
    all_positive(epsilon=epsilon)

    def enough(noise_multiplier):
        return (
            epsilon_exactly(noise_multiplier=noise_multiplier, sample_rate=sample_rate, steps=steps, delta=delta)
            <= epsilon
        )

    low, high = 0.3, 0.6
    while not enough(high):
        low, high = high, 2 * high
    while high / low > 1.0005:
        middle = np.sqrt(low * high)
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(high)
