"""The sum of secrets from their shares, message by message (lesson 11)."""
from privlab.mpc.shares import MODULUS, share
from privlab.mpc.transcript import EVERYONE, Transcript

NAMES = ("Alice", "Bob", "Carlos", "David", "Eve", "Frank", "Grace", "Heidi")


def share_all(secrets, modulus=MODULUS, rng=None):
    """The secrets as a list of `Shared`, each shared among as many parties as there are secrets, uniform shares.

    secrets : list of int, one for each party.
    modulus : int, above twice the largest total that these parties could have.
    rng : as in `privlab.mpc.shares.share`.
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
        raise ValueError(f"{len(sharings)} parties need {len(sharings)} shares of every secret and a name each, and there "
                         "must be a party")
    names, transcript = names[:len(sharings)], Transcript()
    for giver, shared in zip(names, sharings):
        for receiver, share in zip(names, shared.shares):
            transcript.send(giver, receiver, "a share" if giver != receiver else "keeps a share", share)
    sums = sum(sharings[1:], sharings[0])
    for name, partial in zip(names, sums.shares):
        transcript.send(name, EVERYONE, "sum of shares", partial)
    return sums.reconstruct(), transcript


def table_of(sharings, names=NAMES):
    """The shares as lines of text: a row for each giver, a column for each receiver, their sums below.

    sharings, names : as in `sum_of`.
    """
    names = names[:len(sharings)]
    sums = sum(sharings[1:], sharings[0])
    rows = [("", *names, "secret"), *((name, *each.shares, each.reconstruct()) for name, each in zip(names, sharings)),
            ("sum", *sums.shares, sums.reconstruct())]
    cells = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    width = max(len(cell) for row in cells for cell in row)
    return "\n".join(row[0].ljust(width) + "".join(cell.rjust(width + 2) for cell in row[1:]) for row in cells)

