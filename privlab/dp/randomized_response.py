"""Randomized response: everybody adds noise to their own answer, so nobody has to be trusted (lesson 21)."""

import math

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.validation import positive


def truth_probability(epsilon: float) -> float:
    """The probability with which an epsilon-private answer may be the true one, e^epsilon / (1 + e^epsilon).

    epsilon : of one answer; ln 3 gives the 3/4 of two fair coins.
    Raises ValueError when epsilon is not a positive number.
    Source: Warner (1965); Dwork and Roth (2014), section 3.2.
    """
    return 1 / (1 + math.exp(-positive("epsilon", epsilon)))


def epsilon_of(truth_probability: float) -> float:
    """The epsilon of an answer that is true with the given probability: the logarithm of that over the other.

    Raises ValueError unless it is above 1/2 and below 1: at 1/2 an answer says nothing, at 1 it hides nothing.
    """
    if not 0.5 < truth_probability < 1:
        raise ValueError(f"the chance of a true answer must lie above 1/2 and below 1, got {truth_probability}")
    return math.log(truth_probability / (1 - truth_probability))


def opendp_epsilon(truth_probability: float) -> float:
    """The epsilon that the library opendp gives an answer that is true with a probability above 1/2 and below 1."""
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    return opendp.m.make_randomized_response_bool(prob=truth_probability).map(1)


def respond(truths: ArrayLike, epsilon: float, rng: np.random.Generator) -> Integers:
    """The randomized answers to `truths`, 0 or 1 each, of any shape.

    Raises ValueError when a truth is neither 0 nor 1.
    Not secure because `rng` can be replayed: in earnest each respondent tosses coins that nobody can repeat.
    Source: Warner (1965).
    """
    truths = np.asarray(truths)
    if not np.isin(truths, (0, 1)).all():
        raise ValueError("a true answer is 0 (no) or 1 (yes)")
    return np.where(rng.random(truths.shape) < truth_probability(epsilon), truths, 1 - truths)


def estimate_share(answers: ArrayLike, epsilon: float) -> float:
    """The unbiased estimate of the share of true yes among randomized answers; it may lie below 0 or above 1.

    Raises ValueError when there are no answers, or one is neither 0 nor 1.
    """
    answers = np.asarray(answers)
    if not answers.size:
        raise ValueError("there are no answers to estimate from")
    if not np.isin(answers, (0, 1)).all():
        raise ValueError("an answer is 0 (no) or 1 (yes)")
    keep = truth_probability(epsilon)
    return (np.mean(answers) - (1 - keep)) / (2 * keep - 1)


def standard_error(people: ArrayLike, epsilon: float) -> Floats:
    """The standard deviation of `estimate_share` among `people` whose true answers are fixed.

    people : the number of answers, at least 1, or an array of numbers.
    With two fair coins it is the square root of 3 / (4 people).
    """
    keep = truth_probability(epsilon)
    return np.sqrt(keep * (1 - keep) / _counted(people)) / (2 * keep - 1)


def central_standard_error(people: ArrayLike, epsilon: float) -> Floats:
    """The standard deviation of the share when somebody trusted counts true answers and adds Laplace noise to the
    count.

    One person changes the count by 1, so the noise has the scale 1/epsilon. Arguments as for `standard_error`.
    Source: Dwork, McSherry, Nissim and Smith (2006).
    """
    return math.sqrt(2) / (positive("epsilon", epsilon) * _counted(people))


def posterior(prior: ArrayLike, *, epsilon: float, yes: ArrayLike = 1, no: ArrayLike = 0) -> Floats:
    """The probability that the truth is yes, after so many yes and no from one respondent.

    prior : the probability before, one or an array.  epsilon : of each answer, coins being fresh.
    Each yes multiplies the odds by e^epsilon, each no divides them by it.
    Raises ValueError when prior is not a probability.
    """
    prior = np.asarray(prior, dtype=float)
    if not ((prior >= 0) & (prior <= 1)).all():
        raise ValueError(f"a prior is a probability between 0 and 1, got {prior}")
    weight = np.exp(-positive("epsilon", epsilon) * np.subtract(yes, no))
    return prior / (prior + (1 - prior) * weight)


def _counted(people):
    people = np.asarray(people)
    if not np.all(people >= 1):
        raise ValueError(f"at least one person must answer, got {people}")
    return people
