"""The masks that Flower's SecAgg+ draws, seen from outside: a key of 256 bits becomes a seed of 28 (lesson 55)."""

import secrets
import string
import warnings
from collections.abc import Sequence

import numpy as np

from privlab.arrays import Integers

LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"  # of a key as text, six bits each
SEEDS = 2**28  # of a key as text: each byte of a seed is an XOR of characters, whose top bit is 0


def pair_key() -> bytes:
    """A key that two of Flower's nodes have agreed on, as it reaches their masks: 44 bytes of text, in base64.

    Source: `generate_shared_key` of flwr 1.41, which is called here.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Flower's protobuf files are one version older
        from flwr.common.secure_aggregation.crypto.symmetric_encryption import generate_shared_key
        from flwr.supercore.primitives.asymmetric import generate_key_pairs
    (own, _), (_, public) = generate_key_pairs(), generate_key_pairs()
    return generate_shared_key(own, public)


def mask(key: bytes, length: int) -> Integers:
    """The mask that Flower makes of a key: whole numbers below 2^32, [length].

    key : the text of 44 characters of a pair, or the 32 bytes of a node's own mask.
    Not secure because the key is folded to 28 bits, or 32, and stretched by a generator made for simulations.
    Source: `pseudo_rand_gen` of flwr 1.41, which is called here.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen
    return pseudo_rand_gen(key, 2**32, [(length,)])[0]


def folded_seed(key: bytes) -> int:
    """The seed that Flower makes of a key, a whole number below 2^32: its words of four bytes, XORed."""
    words = np.frombuffer(key, "<u4")
    return int(np.bitwise_xor.reduce(words))


def two_seeds(
    masked: Integers, first: int, seeds: Sequence[int], *, signs: tuple[int, int] = (1, 1), largest: int = 2**22
) -> list[tuple[int, int]]:
    """The pairs of seeds whose two masks can lie on a message: a meeting in the middle, one mask for each seed.

    masked : whole numbers below 2^32, a message under two masks, [length], three numbers at least.
    first : the message's first number, which the server was told in the clear.
    seeds : all that a mask can have; their first numbers are tabled, 8 bytes a seed.
    signs : of each mask, 1 where the node added it and -1 where it took it off.
    largest : of the message's numbers; each but the first decides among what fits the first.
    Raises ValueError for fewer than three numbers.
    """
    if len(masked) < 3:
        raise ValueError(f"two masks are told apart by three numbers at least, got {len(masked)}")
    words = np.array([mask(seed.to_bytes(4, "little"), len(masked)) for seed in seeds])
    order = np.argsort(words[:, 0])
    # what the second mask's first number must be, for each that the first can have
    wanted = signs[1] * (masked[0] - first - signs[0] * words[:, 0]) % 2**32
    start, end = (np.searchsorted(words[order, 0], wanted, side=side) for side in ("left", "right"))
    fit = [
        (int(one), int(order[place])) for one in np.flatnonzero(end > start) for place in range(start[one], end[one])
    ]
    left = [masked[1:] - signs[0] * words[one, 1:] - signs[1] * words[other, 1:] for one, other in fit]
    return [(seeds[one], seeds[other]) for (one, other), rest in zip(fit, left) if (rest % 2**32 <= largest).all()]


def twin(key: bytes) -> bytes:
    """Another key of a pair with the same seed: of its four lanes, every fourth character, each is drawn until it fits.

    key : 44 bytes of text, as from `pair_key`. Raises ValueError for another length.
    """
    if len(key) != 44:
        raise ValueError(f"a pair's key is 44 characters of text, not {len(key)} bytes")
    seed, other = folded_seed(key).to_bytes(4, "little"), bytearray(key)
    for lane in range(4):
        while True:
            other[lane::4] = _drawn(lane)
            if np.bitwise_xor.reduce(other[lane::4]) == seed[lane]:
                break
    return bytes(other)


def _drawn(lane: int) -> bytes:
    """Eleven characters, every fourth of a key. The last of all is "=", and the one before it carries four bits."""
    last = "=" if lane == 3 else secrets.choice(LETTERS[::4] if lane == 2 else LETTERS)
    return ("".join(secrets.choice(LETTERS) for _ in range(10)) + last).encode()
