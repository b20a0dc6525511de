"""The Gaussian mechanism, exactly: many releases with Gaussian noise cost what a single, less noisy one costs (lesson
42).

μ says how many standard deviations of noise lie between two neighbouring worlds: the smaller the more private.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtr

from privlab.validation import between_0_and_1, positive, whole_number


def total_mu(noise_std: ArrayLike, *, sensitivity: float = 1.0) -> float:
    """The μ of all releases together.

    noise_std : of each release, one number or [releases], in the unit of the sensitivity; noise multipliers where that
    is 1. A release may follow from the ones before.
    sensitivity : the most that a neighbour moves a release.
    Raises ValueError when a standard deviation or the sensitivity is not a positive number.
    Source: Dong, Roth and Su (2019), corollary 3.3: the squares of 1/noise add up.
    """
    noise_std = np.atleast_1d(np.asarray(noise_std, dtype=float)).ravel()
    if not len(noise_std) or not ((noise_std > 0) & (noise_std < np.inf)).all():
        raise ValueError(f"every noise must be a positive finite number, got {noise_std}")
    return float(positive("sensitivity", sensitivity) * np.sqrt(np.sum(noise_std**-2.0)))


def delta_at(mu: float, *, epsilon: float) -> float:
    """The smallest delta at which `epsilon` holds, for releases of Gaussian noise that are μ together.

    Raises ValueError for a μ that is not a positive number, and for an epsilon below 0.
    Source: Balle and Wang (2018), theorem 8; Dong, Roth and Su (2019), corollary 2.13.
    """
    positive("mu", mu)
    if not 0 <= epsilon < np.inf:
        raise ValueError(f"epsilon must be a finite number of at least 0, got {epsilon}")
    # e^ε times the probability in the other world, as one exponential: e^ε alone may be larger than a float
    return float(max(0.0, ndtr(mu / 2 - epsilon / mu) - np.exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu))))


def epsilon_at(mu: float, *, delta: float) -> float:
    """The smallest epsilon, at least 0, that holds at `delta`, for releases of Gaussian noise that are μ together.

    Raises ValueError for a μ that is not a positive number, and for a delta outside 0 to 1.
    """
    from scipy.optimize import brentq

    between_0_and_1("delta", delta)
    if delta_at(mu, epsilon=0.0) <= delta:
        return 0.0
    most = 1.0
    while delta_at(mu, epsilon=most) > delta:
        most *= 2
    return float(brentq(lambda epsilon: delta_at(mu, epsilon=epsilon) - delta, 0.0, most, xtol=1e-12))


def mu_for(epsilon: float, delta: float) -> float:
    """The largest μ at which (epsilon, delta) holds.

    Raises ValueError for an epsilon that is not a positive number, and for a delta outside 0 to 1.
    """
    from scipy.optimize import brentq

    between_0_and_1("delta", delta)
    positive("epsilon", epsilon)
    most = 1.0
    while delta_at(most, epsilon=epsilon) < delta:
        most *= 2
    return float(brentq(lambda mu: delta_at(mu, epsilon=epsilon) - delta, 1e-9, most, xtol=1e-14))


def noise_multiplier_for(epsilon: float, delta: float, releases: int = 1) -> float:
    """The noise multiplier, standard deviation over sensitivity, of each of `releases` releases that are together
    (epsilon, delta)-private.

    Raises ValueError for an epsilon, a delta or a number of releases that cannot be.
    Source: Balle and Wang (2018); no formula is needed but the exact delta, solved for the noise.
    """
    return float(np.sqrt(whole_number("releases", releases)) / mu_for(epsilon, delta))
