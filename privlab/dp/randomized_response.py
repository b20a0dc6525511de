"""Randomized response: everybody adds noise to their own answer, so nobody has to be trusted."""

import math

import numpy as np

from privlab.validation import positive


def truth_probability(epsilon):
    """The chance with which an epsilon-private answer may be the true one, e^epsilon / (1 + e^epsilon).

    epsilon : float > 0, the privacy parameter of one answer; ln 3 gives the 3/4 of two fair coins.
    Raises ValueError when epsilon is not a positive number.
    Source: Warner (1965); Dwork and Roth (2014), section 3.2.
    """
    return 1 / (1 + math.exp(-positive("epsilon", epsilon)))


def epsilon_of(truth_probability):
    """The epsilon of an answer that is true with the given chance: the logarithm of that chance over the other.

    truth_probability : float above 1/2 and below 1.
    Raises ValueError outside that range: at 1/2 an answer says nothing, at 1 it hides nothing.
    """
    if not 0.5 < truth_probability < 1:
        raise ValueError(f"the chance of a true answer must lie above 1/2 and below 1, got {truth_probability}")
    return math.log(truth_probability / (1 - truth_probability))


def library_epsilon(truth_probability):
    """The epsilon that the library opendp gives an answer that is true with the given chance (above 1/2, below 1)."""
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    return opendp.m.make_randomized_response_bool(prob=truth_probability).map(1)


def respond(truths, epsilon, rng):
    """The randomized answers, a 0/1 array shaped like `truths`.

    truths : array of 0 and 1.  epsilon : float > 0.  rng : numpy Generator.
    Raises ValueError when a truth is neither 0 nor 1.
    Not secure because `rng` can be replayed: in earnest each respondent tosses coins that nobody can repeat.
    Source: Warner (1965).
    """
    truths = np.asarray(truths)
    if not np.isin(truths, (0, 1)).all():
        raise ValueError("a true answer is 0 (no) or 1 (yes)")
    return np.where(rng.random(truths.shape) < truth_probability(epsilon), truths, 1 - truths)


def estimate_share(answers, epsilon):
    """The unbiased estimate of the share of true yes; it may lie below 0 or above 1.

    answers : array of 0 and 1, randomized.  epsilon : float > 0.
    Raises ValueError when there are no answers, or one is neither 0 nor 1.
    """
    if len(answers) == 0:
        raise ValueError("there are no answers to estimate from")
    if not np.isin(answers, (0, 1)).all():
        raise ValueError("an answer is 0 (no) or 1 (yes)")
    keep = truth_probability(epsilon)
    return (np.mean(answers) - (1 - keep)) / (2 * keep - 1)


def standard_error(people, epsilon):
    """The standard deviation of `estimate_share` among `people` whose true answers are fixed.

    people : number of answers >= 1, or an array of them.  epsilon : float > 0.
    With two fair coins it is the square root of 3 / (4 people).
    """
    keep = truth_probability(epsilon)
    return np.sqrt(keep * (1 - keep) / _counted(people)) / (2 * keep - 1)


def central_standard_error(people, epsilon):
    """The standard deviation of the share when somebody trusted counts true answers and adds Laplace noise to the
    count.

    One person changes the count by 1, so the noise has the scale 1/epsilon. Arguments as for `standard_error`.
    Source: Dwork, McSherry, Nissim and Smith (2006).
    """
    return math.sqrt(2) / (positive("epsilon", epsilon) * _counted(people))


def posterior(prior, epsilon, yes=1, no=0):
    """The probability, between 0 and 1, that the truth is yes, after so many yes and no from one respondent.

    prior : float between 0 and 1, or an array.  epsilon : float > 0, of each answer, coins being fresh.
    Each yes multiplies the odds by e^epsilon, each no divides them by it.
    Raises ValueError when prior is not a probability.
    """
    prior = np.asarray(prior, dtype=float)
    if not ((prior >= 0) & (prior <= 1)).all():
        raise ValueError(f"a prior is a probability between 0 and 1, got {prior}")
    weight = np.exp(-positive("epsilon", epsilon) * (np.asarray(yes) - no))
    return prior / (prior + (1 - prior) * weight)


def _counted(people):
    if not np.all(np.asarray(people) >= 1):
        raise ValueError(f"at least one person must answer, got {people}")
    return people
