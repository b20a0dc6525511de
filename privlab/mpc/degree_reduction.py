"""Products of Shamir's shares without a dealer: the degree doubles, and is brought down again (lesson 13)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privlab.mpc.secure_sum import NAMES
from privlab.mpc.shamir import PRIME, Share, height_at, share
from privlab.mpc.transcript import Transcript


def weights(parties: int, *, prime: int = PRIME) -> list[int]:
    """By how much each party's share counts in the height at 0 of the polynomial through all of them, modulo the prime.

    parties : they are numbered from 1, so that any polynomial of degree below `parties` is met.
    Raises ValueError when there is no party, or as many as the prime.
    Source: Lagrange's interpolation.
    """
    if not 0 < parties < prime:
        raise ValueError(f"it takes at least one party and fewer than the prime, got {parties} and {prime}")
    numbers = range(1, parties + 1)
    return [height_at([Share(other, int(other == party), prime) for other in numbers]) for party in numbers]


def local_products(xs: Sequence[Share], ys: Sequence[Share]) -> list[Share]:
    """What each party gets by multiplying its two shares: heights of a polynomial of twice the degree.

    xs, ys : the shares of the same parties in the same order.
    Raises ValueError when the parties or the primes are not the same.
    Not secure because that polynomial is a product of two, and not one of all that are as likely: do not open it.
    """
    if [(x.party, x.prime) for x in xs] != [(y.party, y.prime) for y in ys]:
        raise ValueError("each party multiplies its own two shares: both secrets go to the same parties, in one order")
    return [Share(x.party, x.value * y.value % x.prime, x.prime) for x, y in zip(xs, ys)]


def multiply(
    xs: Sequence[Share], ys: Sequence[Share], *, threshold: int, rng: np.random.Generator | None = None
) -> tuple[list[Share], Transcript]:
    """The product of two shared secrets in shares of the old threshold, and the transcript.

    xs, ys : the shares of parties 1, 2, ..., at least 2 threshold + 1 of them, at most 8.
    rng : seeded, for shares that are only shown; left out, the operating system draws.
    Raises ValueError when there are too few parties, or as `local_products` does.
    Source: Ben-Or, Goldwasser and Wigderson (1988), in the form of Gennaro, Rabin and Rabin (1998).
    Not secure because a party that shares another number than its product changes the result, and nobody notices.
    """
    _check(xs, threshold)
    products, parties, prime = local_products(xs, ys), len(xs), xs[0].prime
    transcript, held = Transcript(), [Share(party, 0, prime) for party in range(1, parties + 1)]
    for weight, product in zip(weights(parties, prime=prime), products):
        parts = share(product.value, parties=parties, threshold=threshold, prime=prime, rng=rng)
        for place, part in enumerate(parts):
            transcript.send(NAMES[product.party - 1], NAMES[place], "share of its product", part.value)
            held[place] = held[place] + part * weight
    return held, transcript


def _check(xs, threshold):
    if not 2 * threshold < len(xs) <= len(NAMES) or [x.party for x in xs] != list(range(1, len(xs) + 1)):
        raise ValueError(
            f"at threshold {threshold} it takes {2 * threshold + 1} to {len(NAMES)} parties, numbered from 1, "
            f"got {', '.join(str(x.party) for x in xs)}"
        )
