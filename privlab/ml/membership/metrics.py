"""How good an attack is: true positives, false positives, precision with its prior, and what a budget allows."""

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Booleans, Floats
from privlab.validation import real_numbers

CONFIDENCE = 0.95


def rates(scores: ArrayLike, members: ArrayLike) -> tuple[Floats, Floats]:
    """False-positive and true-positive rates, [k] each and rising, of flagging all above a threshold, for every one.

    scores, members : numbers and bools of one shape. Equal scores are flagged together.
    Raises ValueError when the shapes differ, a score is not a number, or there is no member or no other.
    """
    from sklearn.metrics import roc_curve

    false_positive_rates, true_positive_rates, _ = roc_curve(*_judged(scores, members), drop_intermediate=False)
    return false_positive_rates, true_positive_rates


def area(scores: ArrayLike, members: ArrayLike) -> float:
    """The area under the curve of rates: the probability that a member scores above another letter; 0.5 is guessing.

    Arguments and errors as of `rates`.
    """
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(*_judged(scores, members)))


def recall_at(scores: ArrayLike, members: ArrayLike, false_positive_rate: float) -> float:
    """The largest true-positive rate at no more than the given false-positive rate, at least 0.

    Raises ValueError for a negative rate, and what `rates` raises.
    """
    if not false_positive_rate >= 0:
        raise ValueError(f"a false-positive rate is at least 0, got {false_positive_rate}")
    false_positive_rates, true_positive_rates = rates(scores, members)
    return float(true_positive_rates[false_positive_rates <= false_positive_rate].max())


def advantage(scores: ArrayLike, members: ArrayLike) -> float:
    """The largest difference between the true-positive and the false-positive rate at one threshold, 0..1.

    Arguments and errors as of `rates`.
    """
    false_positive_rates, true_positive_rates = rates(scores, members)
    return float((true_positive_rates - false_positive_rates).max())


def precision(*, true_positive_rate: ArrayLike, false_positive_rate: ArrayLike, prior: ArrayLike) -> Floats:
    """Share of the flagged that are members, when a share `prior` of all who are asked about are.

    Not a number where nothing is flagged. Raises ValueError for a prior outside 0 to 1.
    """
    prior = np.asarray(prior)
    if not ((prior > 0) & (prior < 1)).all():
        raise ValueError(f"the prior must lie between 0 and 1, got {prior}")
    right, wrong = prior * np.asarray(true_positive_rate), (1 - prior) * np.asarray(false_positive_rate)
    with np.errstate(invalid="ignore"):
        return right / (right + wrong)


def threshold_for(scores: ArrayLike, members: ArrayLike, wanted: float) -> float:
    """The lowest threshold at which a share `wanted` of those at or above it are members; infinity if there is none.

    scores, members : of shadow models, whose members are known. wanted : above 0, at most 1.
    Raises ValueError when `wanted` is out of range, the shapes differ or a score is not a number.
    """
    if not 0 < wanted <= 1:
        raise ValueError(f"the wanted precision must lie between 0 and 1, got {wanted}")
    members, scores = _fitting(scores, members)
    order = np.argsort(-scores, kind="stable")
    flagged = np.arange(1, len(order) + 1)
    last = np.append(np.diff(scores[order]) != 0, True)
    good = np.flatnonzero((np.cumsum(members[order]) >= wanted * flagged) & last)
    return float(scores[order][good[-1]]) if len(good) else np.inf


def interval(hits: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The lowest and highest share behind `hits` of `trials`, by Clopper and Pearson (1934); never too narrow.

    Raises ValueError when there are more hits than trials or no trial.
    """
    from scipy.special import betaincinv

    if not 0 <= hits <= trials or trials < 1:
        raise ValueError(f"hits of trials must lie between 0 and the number of trials, got {hits} of {trials}")
    tail = (1 - confidence) / 2
    low = betaincinv(hits, trials - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, trials - hits, 1 - tail) if hits < trials else 1.0
    return float(low), float(high)


def recall_bound(false_positive_rate: ArrayLike, epsilon: float, delta: float) -> Floats:
    """The most true positives that any attack on an (epsilon, delta)-private model has at a rate of false ones.

    The promise binds flagged and passed over alike, with a letter and without it. For few false positives the bound on
    the flagged is the lower one, for many that on the members who are passed over.
    Source: Kairouz, Oh and Viswanath (2015), theorem 2.1.
    """
    false_positive_rate = np.asarray(false_positive_rate)
    with np.errstate(over="ignore"):
        flagged = np.exp(epsilon) * false_positive_rate + delta
    missed = np.exp(-epsilon) * (1 - delta - false_positive_rate)
    return np.minimum(1, np.minimum(flagged, 1 - missed))


def excess(scores: ArrayLike, members: ArrayLike, epsilon: float, delta: float) -> float:
    """By how much an attack's true-positive rate exceeds what (epsilon, delta) allows: the most over all thresholds.

    scores, members : as in `rates`. On a model of that budget it is above 0 by the luck of the sample alone.
    """
    false_positive_rates, true_positive_rates = rates(scores, members)
    return float((true_positive_rates - recall_bound(false_positive_rates, epsilon, delta)).max())


def advantage_bound(epsilon: float, delta: float) -> float:
    """The largest `advantage` any attack on an (epsilon, delta)-private model can have, 0..1.

    Source: Kairouz, Oh and Viswanath (2015), theorem 2.1: both kinds of error obey the same bound, so the largest gap
    lies where they are equal.
    Raises ValueError for an epsilon or a delta out of range.
    """
    if not 0 <= epsilon < np.inf or not 0 <= delta <= 1:
        raise ValueError(f"epsilon must be at least 0 and delta lie between 0 and 1, got {epsilon} and {delta}")
    return float((np.expm1(epsilon) + 2 * delta) / (np.exp(epsilon) + 1))


def epsilon_lower(right: int, guesses: int) -> float:
    """The epsilon, at least 0, that `right` of `guesses` on membership show to be exceeded, with 95 % confidence: the
    bound is one-sided.

    Valid when each letter was put in or left out by a fair coin of its own and the guesser may pass: then each guess at
    a model of that epsilon is right with probability e^ε / (1 + e^ε) at most, whatever the others were.
    Raises ValueError when there are more right ones than guesses or none was made.
    Source: Steinke, Nasr and Jagielski (2023), theorem 5.2 with delta 0. Where delta is not 0, the chance of error
    grows by 2 * letters * delta at most: at 2,400 letters and 1e-5 from .05 to .098.
    """
    low, _ = interval(right, guesses, confidence=2 * CONFIDENCE - 1)  # one of its two sides
    return float(max(0.0, np.log(low) - np.log1p(-low))) if low > 0 else 0.0


def _fitting(scores: ArrayLike, members: ArrayLike) -> tuple[Booleans, Floats]:
    """Members and scores, flat; ValueError when they do not fit or a score is not a number."""
    scores, members = real_numbers("scores", scores).ravel(), real_numbers("members", members).ravel().astype(bool)
    if scores.shape != members.shape:
        raise ValueError(
            f"each score needs to be of a member or not, got {len(scores)} scores and {len(members)} members"
        )
    if np.isnan(scores).any():
        raise ValueError("a score is not a number (NaN)")
    return members, scores


def _judged(scores: ArrayLike, members: ArrayLike) -> tuple[Booleans, Floats]:
    members, scores = _fitting(scores, members)
    if not 0 < members.sum() < len(members):
        raise ValueError("rates need at least one score of a member and at least one other")
    return members, scores
