"""The Gaussian mechanism, exactly: many releases with Gaussian noise cost what a single, less noisy one costs (lesson
42).

Noise is counted in units of the sensitivity: a noise of 2 has twice the sensitivity as its standard deviation.
"""

import numpy as np

from privlab.validation import positive


def gaussian_mu(noises, sensitivity=1.0):
    """The μ of all releases together: how many standard deviations of noise lie between two neighbouring worlds.

    noises : the noise of each release, a float > 0 or floats [releases]. The releases may follow one on the other.
    sensitivity : float > 0, the most that a neighbour moves a release, in the same unit as the noises.
    Raises ValueError when a noise or the sensitivity is not a positive number.
    Source: Dong, Roth and Su (2019), corollary 3.3: the squares of 1/noise add up.
    """
    noises = np.atleast_1d(np.asarray(noises, dtype=float)).ravel()
    if not len(noises) or not ((noises > 0) & (noises < np.inf)).all():
        raise ValueError(f"every noise must be a positive finite number, got {noises}")
    return float(positive("sensitivity", sensitivity) * np.sqrt(np.sum(noises**-2.0)))


def gaussian_delta(epsilon, mu):
    """The smallest delta at which `epsilon` holds, for releases of Gaussian noise that are μ together.

    epsilon : float >= 0. mu : float > 0, as `gaussian_mu` gives it.
    Raises ValueError when either is out of range.
    Source: Balle and Wang (2018), theorem 8; Dong, Roth and Su (2019), corollary 2.13.
    """
    from scipy.special import log_ndtr, ndtr

    positive("mu", mu)
    if not 0 <= epsilon < np.inf:
        raise ValueError(f"epsilon must be a finite number of at least 0, got {epsilon}")
    # e^ε times the chance in the other world, as one exponential: e^ε alone may be larger than a float
    return float(max(0.0, ndtr(mu / 2 - epsilon / mu) - np.exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu))))


def gaussian_epsilon(delta, mu):
    """The smallest epsilon, at least 0, that holds at `delta`, for releases of Gaussian noise that are μ together.

    delta : float between 0 and 1. mu : float > 0.
    Raises ValueError when either is out of range.
    """
    from scipy.optimize import brentq

    _check_delta(delta)
    if gaussian_delta(0.0, mu) <= delta:
        return 0.0
    most = 1.0
    while gaussian_delta(most, mu) > delta:
        most *= 2
    return float(brentq(lambda epsilon: gaussian_delta(epsilon, mu) - delta, 0.0, most, xtol=1e-12))


def mu_of(epsilon, delta):
    """The largest μ at which (epsilon, delta) holds.

    epsilon : float > 0. delta : float between 0 and 1.
    Raises ValueError when either is out of range.
    """
    from scipy.optimize import brentq

    _check_delta(delta)
    positive("epsilon", epsilon)
    most = 1.0
    while gaussian_delta(epsilon, most) < delta:
        most *= 2
    return float(brentq(lambda mu: gaussian_delta(epsilon, mu) - delta, 1e-9, most, xtol=1e-14))


def gaussian_noise(epsilon, delta, releases=1):
    """The noise that makes `releases` releases together (epsilon, delta)-private: a standard deviation over a
    sensitivity.

    epsilon : float > 0. delta : float between 0 and 1. releases : int, at least 1, each with this noise.
    Raises ValueError for an epsilon, a delta or a number of releases that cannot be.
    Source: Balle and Wang (2018); no formula is needed but the exact delta, solved for the noise.
    """
    if isinstance(releases, bool) or not hasattr(releases, "__index__") or releases < 1:
        raise ValueError(f"releases must be a whole number of at least 1, got {releases!r}")
    return float(np.sqrt(releases) / mu_of(epsilon, delta))


def _check_delta(delta):
    if not 0 < delta < 1:
        raise ValueError(f"delta must lie between 0 and 1, got {delta!r}")
