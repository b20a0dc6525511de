"""The sum of secrets from their shares, message by message, and what a party makes of it when shares are not uniform
(lesson 11).
"""

import numpy as np

from privlab.mpc.additive import MODULUS, share
from privlab.mpc.transcript import EVERYONE, Transcript


def estimate_of(transcript, victim, *observers):
    """The observers' best unbiased guess at the victim's secret: its published sum, plus what it gave them, less what
    they gave it.

    The error is what the other parties gave the victim, less what it gave them: of integers, a number as small as
    the shares; of all parties but the victim, nothing.
    transcript : `Transcript` of `sum_of`, of which only what the observers saw is read.
    Source: derived here; the article "Computing on private data" calls size and sign of the shares irrelevant.
    """
    seen = transcript.seen_by(*observers)
    gave = sum(seen.value(victim, observer) for observer in observers)
    got = sum(seen.value(observer, victim) for observer in observers)
    return seen.value(victim, EVERYONE) + gave - got


def standard_deviation(parties, bound, observers=1):
    """Standard deviation of the error of `estimate_of`, in the secret's unit, when shares given away are uniform
    integers.

    parties, observers : int, how many there are of all parties and of those who put their heads together.
    bound : int, shares lie from -bound to bound: each adds a variance of bound (bound + 1) / 3.
    """
    unknown = 2 * (parties - 1 - observers)
    return np.sqrt(unknown * bound * (bound + 1) / 3)


def estimates(raises, trials, rng, bound=None):
    """What the second party estimates for the first in `trials` runs with fresh shares, int64 [trials].

    raises : int, [parties], in dollars; the first is the victim's.
    rng : seeded numpy Generator; this is an experiment about shares, no one's secret.
    bound : int, shares given away lie from -bound to bound; None for shares uniform modulo 2^64.
    Raises ValueError for fewer than three parties: of two, each simply learns the other's secret.
    """
    raises = np.asarray(raises, dtype=np.int64)
    parties = len(raises)
    if parties < 3:
        raise ValueError(f"it takes 3 parties or more, got {parties}: of two, each learns the other's secret")
    low, high = (-bound, bound + 1) if bound is not None else (-(2**63), 2**63)
    shares = rng.integers(low, high, (trials, parties, parties))  # [run, giver, receiver]; int64 wraps as 2^64 does
    own = np.arange(parties)
    shares[:, own, own] = 0
    shares[:, own, own] = raises - shares.sum(axis=2)
    return shares.sum(axis=1)[:, 0] + shares[:, 0, 1] - shares[:, 1, 0]


def chance_to_tell_apart(first, second):
    """Chance of guessing rightly from which of two lists a number comes, from 0.5 (a coin) to 1, by the best threshold.

    first, second : numbers, one list for each of two secrets.
    """
    grid = np.sort(np.concatenate([first, second]))
    below = [np.searchsorted(np.sort(each), grid, side="right") / len(each) for each in (first, second)]
    return 0.5 + np.abs(below[0] - below[1]).max() / 2


NAMES = ("Alice", "Bob", "Carlos", "David", "Eve", "Frank", "Grace", "Heidi")


def share_all(secrets, modulus=MODULUS, rng=None):
    """The secrets as a list of `Shared`, each shared among as many parties as there are secrets, uniform shares.

    secrets : list of int, one for each party.
    modulus : int, above twice the largest total that these parties could have.
    rng : as in `privlab.mpc.additive.share`.
    Raises ValueError when the modulus is too small for the total, and as `share` does.
    """
    largest = 2 * len(secrets) * max(map(abs, secrets), default=0)
    if modulus <= largest:
        raise ValueError(f"modulus {modulus} is too small for the total of these secrets: it must exceed {largest}")
    return [share(secret, len(secrets), modulus, rng) for secret in secrets]


def sum_of(sharings, names=NAMES):
    """The total and the transcript: each party gives out its shares, adds up what it holds, and says that sum to all.

    sharings : list of n `Shared`, the secret of each of n parties in n shares; the first is the first party's.
    names : the parties' names, at least n.
    Raises ValueError when there is no party, or the parties are not as many as the shares, or more than the names.
    Source: "Computing on private data", the four engineers.
    Not secure because a party may lie about its sum, or leave once it has heard the others'.
    """
    if not sharings or len(sharings) > len(names) or any(len(each.shares) != len(sharings) for each in sharings):
        raise ValueError(
            f"{len(sharings)} parties need {len(sharings)} shares of every secret and a name each, and there "
            "must be a party"
        )
    names, transcript = names[: len(sharings)], Transcript()
    for giver, shared in zip(names, sharings):
        for receiver, part in zip(names, shared.shares):
            transcript.send(giver, receiver, "a share" if giver != receiver else "keeps a share", part)
    sums = sum(sharings[1:], sharings[0])
    for name, partial in zip(names, sums.shares):
        transcript.send(name, EVERYONE, "sum of shares", partial)
    return sums.reconstruct(), transcript


def table_of(sharings, names=NAMES):
    """The shares as lines of text: a row for each giver, a column for each receiver, their sums below.

    sharings, names : as in `sum_of`.
    """
    names = names[: len(sharings)]
    sums = sum(sharings[1:], sharings[0])
    rows = [
        ("", *names, "secret"),
        *((name, *each.shares, each.reconstruct()) for name, each in zip(names, sharings)),
        ("sum", *sums.shares, sums.reconstruct()),
    ]
    cells = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    width = max(len(cell) for row in cells for cell in row)
    return "\n".join(row[0].ljust(width) + "".join(cell.rjust(width + 2) for cell in row[1:]) for row in cells)
