"""What lesson 13 tries out: lies on shares, how many of them pass, what a check costs, what an opened product tells."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from privlab.arrays import Booleans
from privlab.mpc import authenticated
from privlab.mpc.additive import Shared
from privlab.mpc.shamir import PRIME, Share, height_at
from privlab.mpc.transcript import EVERYONE, Transcript

PRIMES = (2, 3, 5, 7, 11, 17, 23, 31, 43, 61, 101)
CHECKS = ("each number alone", "a plain sum", "a weighted sum")


def lie(shared: Shared, *, by: int) -> Shared:
    """What the parties say their shares are when the last of them says `by` more than it holds."""
    modulus = shared.modulus
    last = shared.shares[-1] + by
    return Shared((*shared.shares[:-1], last if modulus is None else last % modulus), modulus)


def lies_that_pass(check: str, modulus: int, *, runs: int, rng: np.random.Generator) -> Booleans:
    """Which of many lies pass, [runs], each under a fresh key: the liar does its best against each kind of check.

    check : one of `CHECKS`. Alone: the liar changes one number, guesses the key, and moves its sigma by the lie times
        the guess. In a sum of sigmas it changes two numbers, one by as much as the other, up and down; the weights are
        drawn after that.
    modulus : a prime below 2^15, so that products fit.
    rng : seeded; nothing here is anybody's secret.
    Source: Damgård, Pastro, Smart and Zakarias (2012).
    """
    keys, guesses, first, second = rng.integers(modulus, size=(4, runs))
    lies = rng.integers(1, modulus, size=runs)
    opened = np.array([first + lies, second - lies]) % modulus
    sigmas = (keys * np.array([first, second]) - keys * opened) % modulus  # of all parties together
    if check == "each number alone":
        return (sigmas[0] + lies * guesses) % modulus == 0
    weights = np.ones((2, 1), int) if check == "a plain sum" else rng.integers(modulus, size=(2, runs))
    return (weights * sigmas).sum(axis=0) % modulus == 0


def costs(parties: int) -> str:
    """What is sent to open one number without a check, with one, and a thousand with one check, as lines of text.

    A thousand numbers are opened as shares, and one weighted sum of them is checked.
    """
    key = authenticated.deal_key(parties)
    _, checked = authenticated.open_checked(authenticated.authenticate(0, key), key=key)
    shares = [message for message in checked.messages if message.what == "share"]
    check = [message for message in checked.messages if message.what != "share"]
    rows = [("opened", "messages", "bytes sent")]
    for said, messages in (
        ("1 number, no check", shares),
        ("1 number, a check", shares + check),
        ("1,000 numbers, no check", 1_000 * shares),
        ("1,000 numbers, one check", 1_000 * shares + check),
    ):
        count, size = authenticated.bytes_sent(Transcript(messages), parties=parties)
        rows.append((said, f"{count:,}", f"{size:,}"))
    assert all(message.receiver == EVERYONE for message in checked.messages)
    return "\n".join(f"{said:26}{count:>10}{size:>12}" for said, count, size in rows)


def marked_by(
    authenticate: Callable[[int, list[int], int], tuple[Sequence[int], Sequence[int]]], secret: int, key: Shared
) -> authenticated.Authenticated:
    """The secret with shares and MAC as the reader's own function gives them."""
    assert key.modulus is not None
    shares, macs = authenticate(secret, list(key.shares), key.modulus)
    return authenticated.Authenticated(Shared(tuple(shares), key.modulus), Shared(tuple(macs), key.modulus))


def pairs_that_fit(products: Sequence[Share], *, mine: Sequence[Share]) -> list[tuple[int, int]]:
    """The pairs of secrets that a party still holds possible when all local products have been opened, sorted.

    products : of all parties, as `mpc.degree_reduction.local_products` gives them, at threshold 1, modulo a small
        prime: every pair of lines is tried.
    mine : the party's own share of either secret.
    """
    own, prime = mine[0], mine[0].prime
    lines = [[Share(own.party, part.value, prime), Share(own.party + 1, 0, prime)] for part in mine]
    fits = set()
    for heights in itertools.product(range(prime), repeat=2):
        one, other = ([known, Share(away.party, height, prime)] for (known, away), height in zip(lines, heights))
        if all(height_at(one, at.party) * height_at(other, at.party) % prime == at.value for at in products):
            fits.add((height_at(one), height_at(other)))
    return sorted(fits)


def shares_of(answers: Sequence[dict[str, Any]]) -> list[list[Share]]:
    """The shares of x, of y and of their product that each process of the program `product` held."""
    parties = [(number, answer["shares"]) for number, answer in enumerate(answers, 1)]
    return [[Share(number, held[place], PRIME) for number, held in parties] for place in range(3)]
