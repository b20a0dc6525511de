"""The sum of secrets from their shares, message by message, and what a party makes of it when shares are not uniform
(lesson 11).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.language import later, translate
from privlab.mpc.additive import Shared
from privlab.mpc.transcript import EVERYONE, Transcript

NAMES = ("Alice", "Bob", "Carlos", "David", "Eve", "Frank", "Grace", "Heidi")
SENT = (later("a share"), later("keeps a share"), later("sum of shares"))  # what `sum_of` calls its messages


def sum_of(sharings: Sequence[Shared]) -> tuple[int, Transcript]:
    """The total and the transcript: each party gives out its shares, adds up what it holds, and says that sum to all.

    sharings : the secret of each of n parties in n shares; the first is the first party's. n is 1 to 8.
    Raises ValueError when there is no party, or the parties are not as many as the shares, or more than the names.
    Source: "Computing on private data", the four engineers.
    Not secure because a party may lie about its sum, or leave once it has heard the others'.
    """
    _check(sharings)
    transcript = Transcript()
    for giver, shared in zip(NAMES, sharings):
        for receiver, part in zip(NAMES, shared.shares):
            transcript.send(giver, receiver, "a share" if giver != receiver else "keeps a share", part)
    sums = sum(sharings[1:], sharings[0])
    for name, partial in zip(NAMES, sums.shares):
        transcript.send(name, EVERYONE, "sum of shares", partial)
    return sums.reconstruct(), transcript


def _check(sharings):
    if not sharings or len(sharings) > len(NAMES) or any(len(shared.shares) != len(sharings) for shared in sharings):
        raise ValueError(
            f"{len(sharings)} parties need {len(sharings)} shares of every secret and a name each, and there "
            "must be a party"
        )


def table_of(sharings: Sequence[Shared]) -> str:
    """The shares as lines of text: a row for each giver, a column for each receiver, their sums below.

    sharings : as in `sum_of`.
    """
    names = NAMES[: len(sharings)]
    sums = sum(sharings[1:], sharings[0])
    rows = [
        ("", *names, translate("secret")),
        *((name, *shared.shares, shared.reconstruct()) for name, shared in zip(names, sharings)),
        (translate("sum"), *sums.shares, sums.reconstruct()),
    ]
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    width = max(len(cell) for row in cells for cell in row)
    return "\n".join(row[0].ljust(width) + "".join(cell.rjust(width + 2) for cell in row[1:]) for row in cells)


def estimate_of(transcript: Transcript, victim: str, *observers: str) -> int:
    """The observers' best unbiased guess at the victim's secret: its published sum, plus what it gave them, less what
    they gave it.

    The error is what the other parties gave the victim, less what it gave them: of integers, a number as small as
    the shares; of all parties but the victim, nothing.
    transcript : of `sum_of`; only what the observers saw is read.
    Source: derived here; the article "Computing on private data" calls size and sign of the shares irrelevant.
    """
    seen = transcript.seen_by(*observers)
    gave = sum(seen.value(victim, observer) for observer in observers)
    got = sum(seen.value(observer, victim) for observer in observers)
    return seen.value(victim, EVERYONE) + gave - got


def standard_deviation(*, parties: int, bound: int) -> float:
    """Standard deviation of the error of one observer's `estimate_of`, in the secret's unit, when shares given away are
    uniform integers.

    bound : shares lie from -bound to bound: each adds a variance of bound (bound + 1) / 3.
    """
    unknown = 2 * (parties - 2)
    return np.sqrt(unknown * bound * (bound + 1) / 3)


def estimates(raises: Sequence[int], trials: int, *, bound: int | None = None, rng: np.random.Generator) -> Integers:
    """What the second party estimates for the first in `trials` runs with fresh shares, [trials].

    raises : one for each party, in dollars; the first is the victim's.
    bound : shares given away lie from -bound to bound; None for shares uniform modulo 2^64.
    rng : seeded; this is an experiment about shares, no one's secret.
    Raises ValueError for fewer than three parties: of two, each simply learns the other's secret.
    """
    dollars = np.asarray(raises, dtype=np.int64)
    parties = len(dollars)
    if parties < 3:
        raise ValueError(f"it takes 3 parties or more, got {parties}: of two, each learns the other's secret")
    low, high = (-bound, bound + 1) if bound is not None else (-(2**63), 2**63)
    shares = rng.integers(low, high, (trials, parties, parties))  # [run, giver, receiver]; int64 wraps as 2^64 does
    own = np.arange(parties)
    shares[:, own, own] = 0
    shares[:, own, own] = dollars - shares.sum(axis=2)
    return shares.sum(axis=1)[:, 0] + shares[:, 0, 1] - shares[:, 1, 0]


def probability_to_tell_apart(first: Integers | Floats, second: Integers | Floats) -> float:
    """Probability of guessing rightly from which of two lists a number comes, from 0.5 (a coin) to 1, by the best
    threshold.

    first, second : [n] numbers, one list for each of two secrets.
    """
    grid = np.sort(np.concatenate([first, second]))
    below = [np.searchsorted(np.sort(numbers), grid, side="right") / len(numbers) for numbers in (first, second)]
    return 0.5 + np.abs(below[0] - below[1]).max() / 2
