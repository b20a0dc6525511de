"""Seeds in Shamir's shares, packed for the decryptors, and rebuilt from what they return (lesson 52)."""

import functools

from privlab.fl.secagg.masking import SEED_BYTES
from privlab.fl.secagg.messages import Refused
from privlab.mpc.shamir import Share, height_at, share

PRIME = 2**130 - 5  # the first above every seed of 16 bytes that is well known: Poly1305's
SHARE_BYTES = 17


def share_seed(seed, rules):
    """The seed's shares, a list of ints, one for each decryptor in the order of the committee.

    seed : bytes, 16; rules : `Rules`, whose threshold says how many shares tell nothing.
    """
    return [each.value for each in share(int.from_bytes(seed, "big"), rules.decryptors, rules.threshold, PRIME)]


def pack_shares(shares):
    """Shares, ints below the prime, as bytes, 17 each."""
    return b"".join(each.to_bytes(SHARE_BYTES, "big") for each in shares)


def unpack_shares(field, count):
    """The `count` shares in bytes, a list of ints. Raises Refused when there are more, fewer, or one is no share."""
    if len(field) != count * SHARE_BYTES:
        raise Refused(f"{count} shares take {count * SHARE_BYTES} bytes, got {len(field)}")
    found = [int.from_bytes(field[place : place + SHARE_BYTES], "big") for place in range(0, len(field), SHARE_BYTES)]
    if any(each >= PRIME for each in found):
        raise Refused("a share is larger than its modulus: it is none")
    return found


def rebuild_seeds(held, rules):
    """The seeds, a list of bytes, from the shares of the decryptors who helped; a share too many checks the others.

    held : dict from a decryptor's place in the committee to its shares, a list of ints, one for each seed.
    Raises Refused when there are too few decryptors, or their shares fit no seed.
    Source: Shamir (1979).
    """
    places, needed = sorted(held), rules.threshold + 1
    if len(places) < needed:
        raise Refused(f"{len(places)} decryptors helped, and to rebuild a seed takes {needed}")
    first, rest = tuple(places[:needed]), places[needed:]
    weights = [_weights(first, 0), *(_weights(first, place + 1) for place in rest)]
    seeds = []
    for number in range(len(held[first[0]])):
        values = [held[place][number] for place in first]
        seed, *others = (sum(w * v for w, v in zip(row, values)) % PRIME for row in weights)
        if seed >= 2 ** (8 * SEED_BYTES) or any(held[place][number] != other for place, other in zip(rest, others)):
            raise Refused("the decryptors' shares fit no common seed: one of them lies")
        seeds.append(seed.to_bytes(SEED_BYTES, "big"))
    return seeds


@functools.lru_cache(maxsize=1024)
def _weights(places, x):
    """Lagrange's weights: the height at `x` is the weighted sum of the heights at the places."""
    return [height_at([Share(place + 1, int(place == one), PRIME) for place in places], x) for one in places]
