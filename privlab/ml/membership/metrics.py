"""How good an attack is: true positives, false positives, precision with its prior, and what a budget allows (lesson
41).
"""

import numpy as np

from privlab.validation import real_numbers


def rates(scores, members):
    """(false-positive rates, true-positive rates), float [k] each and rising, of flagging all above a threshold, for
    every one.

    scores, members : floats and bools of one shape. Equal scores are flagged together.
    Raises ValueError when the shapes differ, a score is not a number, or there is no member or no other.
    """
    scores, members = real_numbers("scores", scores).ravel(), real_numbers("members", members).ravel().astype(bool)
    if scores.shape != members.shape:
        raise ValueError(
            f"each score needs to be of a member or not, got {len(scores)} scores and {len(members)} members"
        )
    if np.isnan(scores).any():
        raise ValueError("a score is not a number (NaN)")
    if not 0 < members.sum() < len(members):
        raise ValueError("rates need at least one member and at least one other")
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    found = np.stack([np.cumsum(~members[order]), np.cumsum(members[order])])[:, last]
    return tuple(np.concatenate([[0.0], each / each[-1]]) for each in found)


def area(scores, members):
    """The area under the curve of rates, a float: the chance that a member scores above another letter; 0.5 is
    guessing.
    """
    return float(np.trapezoid(*rates(scores, members)[::-1]))


def recall_at(scores, members, false_positive_rate):
    """The largest true-positive rate, a float, at no more than the given false-positive rate, at least 0.

    Raises ValueError for a negative rate, and what `rates` raises.
    """
    if not false_positive_rate >= 0:
        raise ValueError(f"a false-positive rate is at least 0, got {false_positive_rate}")
    false_positives, true_positives = rates(scores, members)
    return float(true_positives[false_positives <= false_positive_rate].max())


def precision(true_positive_rate, false_positive_rate, prior=0.5):
    """Share of the flagged that are members, when a share `prior` of all who are asked about are: a float, or floats.

    Not a number where nothing is flagged. Raises ValueError for a prior outside 0 to 1.
    """
    prior = np.asarray(prior)
    if not ((prior > 0) & (prior < 1)).all():
        raise ValueError(f"the prior must lie between 0 and 1, got {prior}")
    right, wrong = prior * np.asarray(true_positive_rate), (1 - prior) * np.asarray(false_positive_rate)
    with np.errstate(invalid="ignore"):
        return right / (right + wrong)


def threshold_for(scores, members, wanted):
    """The lowest threshold at which a share `wanted` of those at or above it are members, a float; infinity if there is
    none.

    scores, members : of shadow models, whose members are known. wanted : float between 0 and 1.
    Raises ValueError when `wanted` is out of range, the shapes differ or a score is not a number.
    """
    if not 0 < wanted <= 1:
        raise ValueError(f"the wanted precision must lie between 0 and 1, got {wanted}")
    scores, members = real_numbers("scores", scores).ravel(), real_numbers("members", members).ravel()
    if scores.shape != members.shape or np.isnan(scores).any():
        raise ValueError(
            f"each score needs to be of a member or not, and a number; got {len(scores)} scores and "
            f"{len(members)} members"
        )
    order = np.argsort(-scores, kind="stable")
    flagged = np.arange(1, len(order) + 1)
    last = np.append(np.diff(scores[order]) != 0, True)
    good = np.flatnonzero((np.cumsum(members[order]) >= wanted * flagged) & last)
    return float(scores[order][good[-1]]) if len(good) else np.inf


def interval(hits, trials, confidence=0.95):
    """(low, high), floats: the share behind `hits` of `trials`, by Clopper and Pearson (1934); never too narrow.

    Raises ValueError when there are more hits than trials or no trial.
    """
    from scipy.special import betaincinv

    if not 0 <= hits <= trials or trials < 1:
        raise ValueError(f"hits of trials must lie between 0 and the number of trials, got {hits} of {trials}")
    tail = (1 - confidence) / 2
    low = betaincinv(hits, trials - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, trials - hits, 1 - tail) if hits < trials else 1.0
    return float(low), float(high)


def most_recall(false_positive_rate, epsilon, delta):
    """The most true positives that any attack on an (epsilon, delta)-private model has at a rate of false ones,
    float(s).
    """
    with np.errstate(over="ignore"):
        return np.minimum(1, np.exp(epsilon) * np.asarray(false_positive_rate) + delta)


def excess(scores, members, epsilon, delta):
    """By how much an attack's true-positive rate exceeds what (epsilon, delta) allows, a float: the most over all
    thresholds.

    scores, members : as in `rates`. On a model of that budget it is above 0 by the chance of the sample alone.
    """
    false_positives, true_positives = rates(scores, members)
    return float((true_positives - most_recall(false_positives, epsilon, delta)).max())


def shown_epsilon(right, guesses, confidence=0.95):
    """The epsilon, at least 0, that `right` of `guesses` on membership show to be exceeded, wrong with chance 1 -
    confidence.

    Valid when each letter was put in or left out by a fair coin of its own and the guesser may pass: then each guess at
    a model of that epsilon is right with a chance of at most e^ε / (1 + e^ε), whatever the others were.
    Raises ValueError when there are more right ones than guesses or none was made.
    Source: Steinke, Nasr and Jagielski (2023), theorem 5.2 with delta 0; delta adds at most about 2 * letters * delta.
    """
    low, _ = interval(right, guesses, 2 * confidence - 1)
    return float(max(0.0, np.log(low) - np.log1p(-low))) if low > 0 else 0.0
