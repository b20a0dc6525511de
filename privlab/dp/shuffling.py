"""The shuffle model: randomized answers of which nobody sees who gave them, and what that is worth (lesson 24)."""

import math

import numpy as np

from privlab.arrays import Floats
from privlab.dp.randomized_response import truth_probability
from privlab.validation import between_0_and_1, positive, whole_number

MOST_PEOPLE = 2_000  # all that the others may truly say are tried: a table of people times people


def central_epsilon(local_epsilon: float, *, people: int, delta: float) -> float:
    """The epsilon at `delta` of all randomized answers together, once they are shuffled: of the number of yes.

    local_epsilon : of each answer, true with the probability that it allows.
    people : who answer, 2,000 at most; one of them is protected, and what all others truly say is known and the worst
    that it can be.
    It is exact for a delta of 1e-12 and more, and never above the local epsilon, which holds without a shuffle and at
    delta 0.
    Raises ValueError for an epsilon that is not a positive number, for other numbers of people, and for a delta outside
    0 to 1.
    Source: the shuffle model is that of Cheu, Smith, Ullman, Zeber and Zhilyaev (2019) and of Erlingsson and others
    (2019); the number of yes is compared directly, as for any (epsilon, delta).
    """
    between_0_and_1("delta", delta)
    people = whole_number("people", people)
    if people > MOST_PEOPLE:
        raise ValueError(f"it takes {MOST_PEOPLE:,} people at most, got {people:,}; clones_bound takes any number")
    with_no, with_yes = yes_probabilities(local_epsilon, people)
    low, high = 0.0, float(local_epsilon)
    for _ in range(30):
        middle = (low + high) / 2
        # the other way round it is the same: who exchanges yes and no exchanges the two worlds
        if np.maximum(with_no - math.exp(middle) * with_yes, 0).sum(axis=1).max() <= delta:
            high = middle
        else:
            low = middle
    return high


def yes_probabilities(local_epsilon: float, people: int) -> tuple[Floats, Floats]:
    """How likely each number of yes is when one person truly says no, and when they truly say yes: two arrays [people,
    people + 1], a row for each number of others who truly say yes.
    """
    keep = truth_probability(local_epsilon)
    turns = np.exp(-2j * np.pi * np.arange((people + 1) // 2 + 1) / (people + 1))
    says_yes, says_no = 1 - keep + keep * turns, keep + (1 - keep) * turns  # Fourier transforms of a single answer
    yes = np.arange(people)[:, None]
    others = says_yes**yes * says_no ** (people - 1 - yes)
    with_no, with_yes = (np.maximum(np.fft.irfft(others * own, people + 1), 0) for own in (says_no, says_yes))
    return with_no, with_yes


def clones_bound(local_epsilon: float, *, people: int, delta: float) -> float:
    """A bound on the epsilon at `delta` of shuffled answers of any kind, each epsilon-private by itself.

    local_epsilon : of each answer.  people : who answer, any number.
    Where the formula promises nothing, for large epsilons of few people, it is the local epsilon.
    Raises ValueError as `central_epsilon` does.
    Source: Feldman, McMillan and Talwar, *Hiding among the clones* (2021), theorem 3.1.
    """
    positive("local epsilon", local_epsilon)
    people = whole_number("people", people)
    between_0_and_1("delta", delta)
    if local_epsilon > math.log(people / (16 * math.log(2 / delta))):
        return local_epsilon
    odds = math.exp(local_epsilon)
    spread = 8 * math.sqrt(odds * math.log(4 / delta) / people) + 8 * odds / people
    return min(local_epsilon, math.log1p((odds - 1) / (odds + 1) * spread))
