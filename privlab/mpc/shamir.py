"""Shamir's shares: any threshold + 1 of the parties reconstruct, any threshold of them learn nothing (lesson 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from privlab.mpc.additive import uniform

PRIME = 2**61 - 1


@dataclass(frozen=True)
class Share:
    """One party's share: the polynomial's height `value` at `party`, modulo `prime`. `a + b` and `a * 3` are local."""

    party: int
    value: int
    prime: int = PRIME

    def __add__(self, other: Share) -> Share:
        if (self.party, self.prime) != (other.party, other.prime):
            raise ValueError(f"party {self.party} can add only shares that it holds itself, modulo the same prime")
        return Share(self.party, (self.value + other.value) % self.prime, self.prime)

    def __mul__(self, public: int) -> Share:
        if isinstance(public, Share):
            raise TypeError("two shares cannot be multiplied: the product needs a polynomial of twice the degree")
        return Share(self.party, self.value * public % self.prime, self.prime)

    __rmul__ = __mul__


def share(
    secret: int, *, parties: int, threshold: int, prime: int = PRIME, rng: np.random.Generator | None = None
) -> list[Share]:
    """The shares of the parties 1 to `parties`: heights of a random polynomial that is `secret` at 0.

    secret : from 0 to prime - 1.
    parties : below the prime.
    threshold : from 0 to parties - 1, how many of them together learn nothing; the degree is at most that.
    rng : seeded, for shares that are only shown; left out, the operating system draws.
    Raises ValueError in one sentence when a number is out of its range.
    Source: Shamir (1979), "How to share a secret".
    Not secure because the dealer may hand out heights of no common polynomial, and the parties would not notice.
    """
    if not 0 <= threshold < parties < prime:
        raise ValueError(f"it takes 0 <= threshold < parties < prime, got {threshold}, {parties} and {prime}")
    if not 0 <= secret < prime:
        raise ValueError(f"the secret must lie from 0 to {prime - 1}, got {secret}")
    coefficients = [secret, *(uniform(prime, rng) for _ in range(threshold))]

    def height(x):
        return sum(number * pow(x, power, prime) for power, number in enumerate(coefficients)) % prime

    return [Share(party, height(party), prime) for party in range(1, parties + 1)]


def height_at(shares: Sequence[Share], x: int = 0) -> int:
    """The height at `x` of the polynomial of lowest degree through the shares (Lagrange); at 0, the secret.

    shares : of different parties.
    Raises ValueError when there are none, a party is named twice, or the primes differ.
    """
    parties, primes = [share.party for share in shares], {share.prime for share in shares}
    if len(primes) != 1:
        raise ValueError("it takes at least one share, all modulo the same prime")
    if len(set(parties)) < len(parties):
        raise ValueError(f"every party has one share, but these come from parties {', '.join(map(str, parties))}")
    prime, height = primes.pop(), 0
    for share in shares:
        weight = share.value
        for other in parties:
            if other != share.party:
                weight = weight * (x - other) * pow(share.party - other, -1, prime) % prime
        height += weight
    return height % prime


def reconstruct(shares: Sequence[Share], threshold: int) -> int:
    """The secret, when threshold + 1 shares or more are there and all of them lie on one polynomial.

    With exactly threshold + 1 shares a tampered one goes unnoticed: every choice of heights lies on some polynomial.
    shares : of different parties.
    threshold : as in `share`.
    Raises ValueError when there are too few shares, a party is named twice, or a share was tampered with.
    Source: Shamir (1979); McEliece and Sarwate (1981) for the tampered shares.
    """
    if len(shares) <= threshold:
        raise ValueError(f"{len(shares)} shares tell nothing: at threshold {threshold} it takes {threshold + 1}")
    secret, first = height_at(shares), shares[: threshold + 1]
    if any(height_at(first, share.party) != share.value for share in shares):
        raise ValueError("the shares lie on no common polynomial: at least one was tampered with")
    return secret
