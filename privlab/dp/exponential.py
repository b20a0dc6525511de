"""Choosing one of several options by a score, privately: the exponential mechanism, and where it fails (lesson 23)."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.validation import all_positive, between_0_and_1


def probabilities(scores: ArrayLike, epsilon: float, *, sensitivity: float = 1) -> Floats:
    """The probability of each option, [options]: proportional to e^(ε score / (2 sensitivity)).

    scores : [options], the higher the better.
    sensitivity : the most by which one person changes any one score.
    Raises ValueError when epsilon or sensitivity is not a positive number, or a score is missing or not finite.
    Source: McSherry and Talwar (2007).
    """
    weights = _scaled(scores, epsilon, sensitivity)
    weights = np.exp(weights - weights.max())  # only differences count, and e^1000 is no number
    return weights / weights.sum()


def choose(
    scores: ArrayLike, epsilon: float, rng: np.random.Generator, *, sensitivity: float = 1, trials: int | None = None
) -> Integers:
    """The number of the chosen option, or [trials] of them.

    scores, epsilon, sensitivity : as in `probabilities`.
    Not secure because `rng` can be replayed, and floating point rounds the probabilities: see lesson 22.
    """
    weights = probabilities(scores, epsilon, sensitivity=sensitivity)
    chosen: Any = rng.choice(len(weights), trials, p=weights)  # one number without `trials`
    return chosen


def choose_by_gumbel(
    scores: ArrayLike, epsilon: float, rng: np.random.Generator, *, sensitivity: float = 1, trials: int | None = None
) -> Integers:
    """What `choose` gives, in another way: the largest of ε score / (2 sensitivity) plus Gumbel noise.

    Source: Gumbel (1954); Dwork and Roth (2014), remark after theorem 3.13.
    Not secure because of the same as `choose`.
    """
    scaled = _scaled(scores, epsilon, sensitivity)
    shape = scaled.shape if trials is None else (trials, *scaled.shape)
    return np.argmax(scaled + rng.gumbel(size=shape), axis=-1)


def choose_by_opendp(scores: ArrayLike, epsilon: float, trials: int) -> Integers:
    """What `choose_by_gumbel` gives, [trials], as the library opendp draws it from the operating system's randomness.

    scores : whole numbers [options], of which one person changes each by at most 1.
    """
    all_positive(epsilon=epsilon)
    # by their modules: opendp's prelude imports scikit-learn as well, which takes seconds
    from opendp.domains import atom_domain, vector_domain
    from opendp.measurements import make_noisy_max
    from opendp.measures import zero_concentrated_divergence
    from opendp.metrics import linf_distance
    from opendp.mod import enable_features

    enable_features("contrib")
    mechanism = make_noisy_max(
        vector_domain(atom_domain(T=int)), linf_distance(T=int), zero_concentrated_divergence(), scale=2 / epsilon
    )  # for this one the noise is Gumbel's
    whole = [int(score) for score in np.asarray(scores)]
    return np.array([mechanism(whole) for _ in range(trials)])


def shortfall(options: int, epsilon: float, *, doubt: float, sensitivity: float = 1) -> float:
    """How far below the best score the chosen one may lie, but for a probability of `doubt`: (2 Δ / ε) ln(options /
    doubt).

    options : how many there are; it may be as large as 2**10_000.
    doubt : between 0 and 1.
    Raises ValueError outside these bounds.
    Source: McSherry and Talwar (2007); Dwork and Roth (2014), theorem 3.11.
    """
    all_positive(epsilon=epsilon, sensitivity=sensitivity)
    between_0_and_1("doubt", doubt)
    if not options >= 1:
        raise ValueError(f"there must be at least one option, got {options!r}")
    return 2 * sensitivity / epsilon * (math.log(options) - math.log(doubt))


def truest_list(*, common: int, others: ArrayLike, epsilon: float) -> Floats:
    """The largest share of true names, in expected numbers, on a private list of a set intersection, from 0 to 1.

    For a mechanism that treats all names alike: one in common may be named at most e^ε times as often as one that is
    not.
    common, others : how many are on both lists, and how many are not and could be.
    Raises ValueError when epsilon is not a positive number, nobody is common, or fewer than none are not.
    Source: derived here from the definition; the article "Computing on private data" says that no private algorithm
    works well for set intersection.
    """
    _check_lists(common, others, epsilon)
    return common / (common + np.asarray(others) * np.exp(-epsilon))


def randomized_list(*, common: int, others: int, epsilon: float) -> tuple[float, float]:
    """The expected true and false names on a list on which everybody is named by randomized response.

    Arguments as in `truest_list`. Among all private ways to name each apart, it errs least often.
    """
    _check_lists(common, others, epsilon)
    truth = 1 / (1 + np.exp(-epsilon))
    return common * truth, others * (1 - truth)


def _scaled(scores, epsilon, sensitivity):
    all_positive(epsilon=epsilon, sensitivity=sensitivity)
    scores = np.asarray(scores, dtype=float)
    if scores.ndim != 1 or not scores.size or not np.isfinite(scores).all():
        raise ValueError("scores must be a list of one finite number for each option")
    return epsilon * scores / (2 * sensitivity)


def _check_lists(common, others, epsilon):
    all_positive(epsilon=epsilon, common=common)
    if not np.all(np.asarray(others) >= 0):
        raise ValueError(f"others must be 0 or more, got {others!r}")
