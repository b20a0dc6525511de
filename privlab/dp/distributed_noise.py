"""Noise that several parties make together, each a share of it, so that no one knows it all (lesson 23).

A discrete Laplace number is a sum of any number of independent shares, each the difference of two Pólya numbers. Here
the shares are drawn with a seed, to be shown; `privlab.mpc.laplace_shares` draws them in secret, each in its party's
own process.
"""

import numpy as np

from privlab.validation import positive


def discrete_laplace(epsilon, reach):
    """The chances of the whole numbers from -reach to reach under discrete Laplace noise, float [2 reach + 1].

    epsilon : float > 0, of one release of a whole number that one person changes by at most 1.
    reach : int, at least 1; what lies further out is left off.
    Raises ValueError for an epsilon that is not a positive number.
    Source: Ghosh, Roughgarden and Sundararajan (2009), who call it the geometric mechanism.
    """
    _check(epsilon)
    ratio = np.exp(-epsilon)
    return (1 - ratio) / (1 + ratio) * ratio ** np.abs(np.arange(-reach, reach + 1))


def shares_of_noise(epsilon, honest, parties, trials, rng):
    """The shares of noise of `parties` parties in `trials` runs, int [trials, parties]; any `honest` of them suffice.

    epsilon : as in `discrete_laplace`, to which the shares of `honest` parties add up.
    honest : int, for how many the shares are sized.
    rng : seeded numpy Generator.
    Raises ValueError for an epsilon that is not a positive number, or fewer than one honest party.
    Source: Dwork, Kenthapadi, McSherry, Mironov and Naor (2006), for the idea; Goryczka and Xiong (2017), for Pólya
    shares.
    Not secure because `rng` can be replayed; a party that adds no noise is not found out either.
    """
    _check(epsilon, honest)
    first, second = rng.negative_binomial(1 / honest, 1 - np.exp(-epsilon), (2, trials, parties))
    return first - second


def remaining(epsilon, honest, silent, reach):
    """The chances of the whole numbers from -reach to reach under what noise remains, float [2 reach + 1].

    honest : int, for how many honest parties the shares are sized.
    silent : int, how many shares of noise remain when a coalition has subtracted its own.
    Raises ValueError as `shares_of_noise` does.
    """
    _check(epsilon, honest)
    if silent < 1:
        raise ValueError(f"at least one share of noise must remain, got {silent!r}")
    from scipy.special import gammaln

    share = silent / honest
    places = np.arange(reach + int(40 * max(1, share) / epsilon))  # beyond them the chances are below 10^-16
    log_chances = gammaln(share + places) - gammaln(share) - gammaln(1 + places) - epsilon * places
    one = np.exp(log_chances) * (1 - np.exp(-epsilon)) ** share  # of a Pólya number, which is the sum of as many
    middle = len(one) - 1
    return np.convolve(one, one[::-1])[middle - reach : middle + reach + 1]


def epsilon_left(epsilon, honest, silent):
    """The epsilon that the noise remaining of `silent` shares gives to a number that one person changes by at most 1.

    epsilon, honest, silent : as in `remaining`. It is `epsilon` itself where enough remains: far out, every ratio of
    neighbouring chances is e^ε. Too little noise is most often 0, and there the ratio is larger.
    """
    middle, beside = remaining(epsilon, honest, silent, 1)[1:]
    return max(epsilon, float(np.log(middle / beside)))


def chance_of_fit(numbers, epsilon):
    """The p-value of a chi-square test of whole numbers against discrete Laplace noise: below 10^-9 they do not fit.

    numbers : int [n], at least 200, each a release less its true value.
    epsilon : as in `discrete_laplace`.
    Raises ValueError for fewer numbers, whose cells would be too empty.
    """
    if len(numbers) < 200:
        raise ValueError(f"the test needs at least 200 numbers, got {len(numbers)}")
    from scipy.special import chdtrc

    # A cell for each number that is expected ten times, and one for all numbers beyond on either side.
    wide = discrete_laplace(epsilon, int(np.ceil(40 / epsilon)))
    half = len(wide) // 2
    reach = int((wide[half:] * len(numbers) >= 10).sum()) - 1
    edges = np.concatenate([[-np.inf], np.arange(-reach, reach + 2) - 0.5, [np.inf]])
    seen = np.histogram(numbers, edges)[0]
    inside = wide[half - reach : half + reach + 1]
    beyond = [(1 - inside.sum()) / 2]
    expected = len(numbers) * np.concatenate([beyond, inside, beyond])
    return float(chdtrc(len(expected) - 1, np.sum((seen - expected) ** 2 / expected)))


def _check(epsilon, honest=1):
    positive("epsilon", epsilon)
    if not honest >= 1:
        raise ValueError(f"noise must be sized for at least one honest party, got {honest!r}")
