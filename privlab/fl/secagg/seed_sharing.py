"""Seeds in Shamir's shares, packed for the decryptors, and rebuilt from what they return (lesson 52)."""

import functools
from collections.abc import Iterable

from privlab.fl.secagg.masking import SEED_BYTES
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused
from privlab.mpc.shamir import Share, height_at, share

PRIME = 2**130 - 5  # the first above every seed of 16 bytes that is well known: Poly1305's
SHARE_BYTES = 17


def share_seed(seed: bytes, rules: Rules) -> list[int]:
    """The shares of a seed of 16 bytes, one for each decryptor in the order of the committee.

    The threshold of the rules says how many shares tell nothing.
    """
    secret = int.from_bytes(seed, "big")
    shares = share(secret, parties=rules.decryptors, threshold=rules.threshold, prime=PRIME)
    return [part.value for part in shares]


def pack_shares(shares: Iterable[int]) -> bytes:
    """Shares, numbers below the prime, 17 bytes each."""
    return b"".join(value.to_bytes(SHARE_BYTES, "big") for value in shares)


def unpack_shares(field: bytes, count: int) -> list[int]:
    """The `count` shares in bytes. Raises Refused when there are more, fewer, or one is no share."""
    if len(field) != count * SHARE_BYTES:
        raise Refused(f"{count} shares take {count * SHARE_BYTES} bytes, got {len(field)}")
    starts = range(0, len(field), SHARE_BYTES)
    shares = [int.from_bytes(field[start : start + SHARE_BYTES], "big") for start in starts]
    if any(value >= PRIME for value in shares):
        raise Refused("a share is larger than its modulus: it is none")
    return shares


def rebuild_seeds(held: dict[int, list[int]], rules: Rules) -> list[bytes]:
    """The seeds, from the shares of the decryptors who helped; a share too many checks the others.

    held : by a decryptor's position in the committee, its shares, one for each seed.
    Raises Refused when there are too few decryptors, or their shares fit no seed.
    Source: Shamir (1979).
    """
    helpers, needed = sorted(held), rules.threshold + 1
    if len(helpers) < needed:
        raise Refused(f"{len(helpers)} decryptors helped, and to rebuild a seed takes {needed}")
    first, rest = tuple(helpers[:needed]), helpers[needed:]
    weights = [_weights(first, 0), *(_weights(first, position + 1) for position in rest)]
    seeds = []
    for index in range(len(held[first[0]])):
        values = [held[position][index] for position in first]
        seed, *others = (sum(w * v for w, v in zip(row, values)) % PRIME for row in weights)
        if seed >= 2 ** (8 * SEED_BYTES) or any(held[position][index] != due for position, due in zip(rest, others)):
            raise Refused("the decryptors' shares fit no common seed: one of them lies")
        seeds.append(seed.to_bytes(SEED_BYTES, "big"))
    return seeds


@functools.lru_cache(maxsize=1024)
def _weights(positions: tuple[int, ...], x: int) -> list[int]:
    """Lagrange's weights: the height at `x` is the weighted sum of the heights at the positions."""
    return [height_at([Share(other + 1, int(other == one), PRIME) for other in positions], x) for one in positions]
