"""What the check of `authenticate` looks at: shares and MACs that add up, and what all parties but one hold."""

import secrets
from collections.abc import Callable
from typing import Any

import numpy as np

from privlab.lab.distributions import p_of_counts, uneven
from privlab.lab.inputs import as_list
from privlab.lab.results import as_whole, listed, shown
from privlab.lessons.when_a_party_cheats.origins import Told, can_be_repeated, told_beside
from privlab.mpc.shamir import PRIME

Answer = Callable[[int, list[int], int], Any]  # from a secret, the key's shares and a prime to shares and MACs
CASES = ((3_800, 4, PRIME), (0, 2, PRIME), (5, 3, 11), (2**60 - 1, 5, PRIME), (1, 2, 3), (12_686, 8, 2**31 - 1))
COALITIONS = ((3, 3, 1_000), (2, 11, 900), (2, 5, 800))  # parties, prime, runs for each of two secrets
UNEVEN = 1e-9  # probability that right answers are called uneven, for each test


def drawn_key(parties: int, prime: int) -> list[int]:
    """The shares of a fresh key that is not 0."""
    while True:
        keys = [secrets.randbelow(prime) for _ in range(parties)]
        if sum(keys) % prime:
            return keys


def _call(secret, parties, prime):
    return f"authenticate({secret}, keys of {parties} parties, {'2**61 - 1' if prime == PRIME else prime})"


def _lists(result):
    """Two lists of whole numbers, the shares and the MACs, or None."""
    both = [as_list(getattr(part, "shares", part)) for part in as_list(result) or ()]
    if len(both) != 2 or None in both:
        return None
    return [[as_whole(number) for number in part or ()] for part in both]


def no_authentication(answer: Answer) -> Told:
    """What is no list of shares and list of MACs that add up."""
    for secret, parties, prime in CASES:
        keys = drawn_key(parties, prime)
        result = answer(secret, list(keys), prime)
        call, both = _call(secret, parties, prime), _lists(result)
        if both is None:
            return "?", f"{call} returned {shown(result)}; return two lists: the parties' shares, and their MACs"
        for numbers, what in zip(both, ("shares", "shares of the MAC")):
            if len(numbers) != parties or None in numbers:
                return "✗", f"{call} returned {len(numbers)} {what}; {parties} whole numbers belong there"
        shares, macs = both
        if (sum(shares) - secret) % prime:
            return "✗", f"{call} returned shares that do not add up to {secret}"
        if (sum(macs) - sum(keys) * secret) % prime:
            return "✗", f"{call} returned shares of a MAC that do not add up to the key times {secret}"
    return None


def leak(answer: Answer) -> Told:
    """What the parties can learn from what they hold."""
    calls = [
        (_call(secret, 3, prime), (secret, drawn_key(3, prime), prime))
        for prime in (PRIME, 11)
        for secret in (3, 0) * 50
    ]
    for calls_of_one_prime in (calls[:100], calls[100:]):
        told = told_beside(
            answer, calls_of_one_prime, lambda result: [number for part in _lists(result) for number in part]
        )
        if told:
            return told
    return (
        _uneven(answer)
        or _together(answer)
        or can_be_repeated(lambda: _lists(answer(3_800, [1, 2, 3], PRIME)), "the shares")
    )


def _uneven(answer):
    for secret in (3_800, 0):
        keys = drawn_key(3, PRIME)
        rows = [sum(_lists(answer(secret, list(keys), PRIME)), []) for _ in range(300)]
        names = [f"party {party}'s {what}" for what in ("share", "share of the MAC") for party in (1, 2, 3)]
        for name, held in zip(names, zip(*rows)):
            problem = uneven(np.array(held, dtype=object).reshape(-1, 1), PRIME, names=("number", "run"))
            if problem:
                return "⚠", f"authenticating {secret:,}, {name} is not uniform: {problem}"
    return None


def _together(answer):
    """Chi-square of what all parties but one hold together."""
    for parties, prime, runs in COALITIONS:
        keys = drawn_key(parties, prime)
        for secret in (0, (prime - 1) // 2):
            rows = np.array([sum(_lists(answer(secret, list(keys), prime)), []) for _ in range(runs)]) % prime
            for absent in range(parties):
                held = np.delete(rows, [absent, parties + absent], axis=1)
                counts = np.bincount(held @ prime ** np.arange(held.shape[1]), minlength=prime ** held.shape[1])
                expected = runs / len(counts)
                if p_of_counts(counts, expected) < UNEVEN:
                    often = int(counts.argmax())
                    values = [often // prime**place % prime for place in range(held.shape[1])]
                    there = [party + 1 for party in range(parties) if party != absent]
                    who = f"party {there[0]}" if len(there) == 1 else f"parties {listed(there)} together"
                    return "⚠", (
                        f"modulo {prime}, {who} hold the shares and MACs {listed(values)} in {counts[often]:,} of "
                        f"{runs:,} runs for the secret {secret}, where about {expected:.0f} belong: what they hold "
                        "depends on the secret, or one of the two lists on the other"
                    )
    return None
