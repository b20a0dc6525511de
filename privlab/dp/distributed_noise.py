"""Noise that several parties make together, each a share of it, so that no one knows it all (lesson 23).

A discrete Laplace number is a sum of any number of independent shares, each the difference of two Pólya numbers. Here
the shares are drawn with a seed, to be shown; `privlab.mpc.laplace_shares` draws them in secret, each in its party's
own process.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammaln

from privlab.arrays import Floats, Integers
from privlab.validation import positive


def discrete_laplace(epsilon: float, reach: int) -> Floats:
    """The probabilities of the whole numbers from -reach to reach under discrete Laplace noise, [2 reach + 1].

    epsilon : of one release of a whole number that one person changes by at most 1.
    reach : at least 1; what lies further out is left off.
    Raises ValueError for an epsilon that is not a positive number.
    Source: Ghosh, Roughgarden and Sundararajan (2009), who call it the geometric mechanism.
    """
    _check(epsilon)
    ratio = np.exp(-epsilon)
    return (1 - ratio) / (1 + ratio) * ratio ** np.abs(np.arange(-reach, reach + 1))


def shares_of_noise(epsilon: float, *, honest: int, parties: int, trials: int, rng: np.random.Generator) -> Integers:
    """The shares of noise of `parties` parties in `trials` runs, [trials, parties]; any `honest` of them suffice.

    epsilon : as in `discrete_laplace`, to which the shares of `honest` parties add up.
    Raises ValueError for an epsilon that is not a positive number, or fewer than one honest party.
    Source: Dwork, Kenthapadi, McSherry, Mironov and Naor (2006), for the idea; Goryczka and Xiong (2017), for Pólya
    shares.
    Not secure because `rng` can be replayed; a party that adds no noise is not found out either.
    """
    _check(epsilon, honest)
    first, second = rng.negative_binomial(1 / honest, 1 - np.exp(-epsilon), (2, trials, parties))
    return first - second


def remaining_noise(epsilon: float, *, honest: int, remaining: int, reach: int) -> Floats:
    """The probabilities of the whole numbers from -reach to reach under what noise remains, [2 reach + 1].

    honest : for how many honest parties the shares are sized.
    remaining : how many shares of noise remain when a coalition has subtracted its own.
    Raises ValueError as `shares_of_noise` does.
    """
    _check(epsilon, honest)
    if remaining < 1:
        raise ValueError(f"at least one share of noise must remain, got {remaining!r}")
    shape = remaining / honest
    numbers = np.arange(reach + int(40 * max(1, shape) / epsilon))  # the probability of larger ones is below 10^-16
    logarithms = gammaln(shape + numbers) - gammaln(shape) - gammaln(1 + numbers) - epsilon * numbers
    one = np.exp(logarithms) * (1 - np.exp(-epsilon)) ** shape  # of a Pólya number, which is the sum of as many
    middle = len(one) - 1
    return np.convolve(one, one[::-1])[middle - reach : middle + reach + 1]


def epsilon_left(epsilon: float, *, honest: int, remaining: int) -> float:
    """The epsilon that the remaining noise gives to a number that one person changes by at most 1.

    Arguments as in `remaining_noise`. It is `epsilon` itself where enough remains: far out, every ratio of
    neighbouring probabilities is e^ε. Too little noise is most often 0, and there the ratio is larger.
    """
    middle, beside = remaining_noise(epsilon, honest=honest, remaining=remaining, reach=1)[1:]
    return max(epsilon, float(np.log(middle / beside)))


def fit_p_value(numbers: ArrayLike, epsilon: float) -> float:
    """The p-value of a chi-square test of whole numbers against discrete Laplace noise: below 10^-9 they do not fit.

    numbers : [n], at least 200, each a release less its true value.
    Raises ValueError for fewer numbers, whose cells would be too empty.
    """
    count = np.size(numbers)
    if count < 200:
        raise ValueError(f"the test needs at least 200 numbers, got {count}")
    # A cell for each number that is expected ten times, and one for all numbers beyond on either side.
    wide = discrete_laplace(epsilon, int(np.ceil(40 / epsilon)))
    half = len(wide) // 2
    reach = int((wide[half:] * count >= 10).sum()) - 1
    edges = np.concatenate([[-np.inf], np.arange(-reach, reach + 2) - 0.5, [np.inf]])
    counts = np.histogram(np.asarray(numbers), edges)[0]
    inside = wide[half - reach : half + reach + 1]
    beyond = [(1 - inside.sum()) / 2]
    expected = count * np.concatenate([beyond, inside, beyond])
    return float(chdtrc(len(expected) - 1, np.sum((counts - expected) ** 2 / expected)))


def _check(epsilon, honest=1):
    positive("epsilon", epsilon)
    if not honest >= 1:
        raise ValueError(f"noise must be sized for at least one honest party, got {honest!r}")
