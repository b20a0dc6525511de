"""A party's own share of noise, drawn from the operating system in the party's own process (lesson 23)."""

import math
import secrets

_system = secrets.SystemRandom()


def share_of_noise(*, epsilon: float, honest: int) -> int:
    """One party's share of noise; the shares of `honest` parties add up to discrete Laplace noise.

    epsilon : above 0, of the total, which one party's whole number changes by at most 1.
    honest : for how many honest parties the shares are sized; what others add comes on top.
    Raises ValueError for an epsilon that is not a positive number, or fewer than one honest party.
    Source: Dwork, Kenthapadi, McSherry, Mironov and Naor (2006), for the idea; Goryczka and Xiong (2017), for Pólya
    shares.
    Not secure because floating point rounds the probabilities, and a party that adds no noise is not found out.
    """
    if not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon must be a positive finite number, got {epsilon!r}")
    if not honest >= 1:
        raise ValueError(f"noise must be sized for at least one honest party, got {honest!r}")
    return _polya(1 / honest, epsilon) - _polya(1 / honest, epsilon)


def _polya(shape, epsilon):
    """A Pólya number with e^-ε as its ratio: a Poisson number whose mean is drawn from a gamma distribution."""
    return _poisson(_system.gammavariate(shape, 1 / math.expm1(epsilon)))


def _poisson(mean):
    """How many arrivals, each after an exponential wait, come before the time `mean`."""
    count, time = 0, _system.expovariate(1)
    while time < mean:
        count, time = count + 1, time + _system.expovariate(1)
    return count
