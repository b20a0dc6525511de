"""Masks that cancel in a sum: a cryptographic stream for each pair of clients, one more for each client (lesson 52)."""

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np

from privlab.arrays import Residues
from privlab.mpc.additive import SEED_BYTES, key_stream
from privlab.validation import whole_number

CHUNK = 2**14  # numbers drawn at a time: 128 KiB stay in the processor's cache
UNEVEN = 415  # chi-square that a uniform byte exceeds once in 10^9


def stream(seed: bytes, length: int) -> Residues:
    """The first `length` numbers of AES-128 in counter mode: the same for all who have the seed, else noise.

    seed : 16 bytes. One seed is for one stream, since the counter begins at 0.
    Raises ValueError for a seed of another length.
    Source: NIST SP 800-38A.
    """
    return add_streams(np.zeros(whole_number("the length of a stream", length, least=0), np.uint64), [seed])


def add_streams(vector: Residues, plus: Sequence[bytes] = (), minus: Sequence[bytes] = ()) -> Residues:
    """The vector [d] itself, in which the streams of the seeds were added and subtracted modulo 2^64, in place.

    Raises ValueError for a seed that has not 16 bytes, or another kind of vector.
    Not secure because a computer that cannot run AES in hardware may leak seeds by its timing.
    """
    signed = [(seed, True) for seed in plus] + [(seed, False) for seed in minus]
    seeds = all(isinstance(seed, bytes) and len(seed) == SEED_BYTES for seed, _ in signed)
    if not isinstance(vector, np.ndarray) or vector.dtype != np.uint64 or vector.ndim != 1 or not seeds:
        raise ValueError(f"masks go onto a row of uint64 numbers, from seeds of {SEED_BYTES} bytes")
    streams = [(key_stream(seed), add) for seed, add in signed]
    memory = np.empty(min(CHUNK, len(vector)), np.uint64)
    for start in range(0, len(vector), CHUNK):
        part = vector[start : start + CHUNK]
        mask = memory[: len(part)]
        for fill, add in streams:
            fill(mask)
            if add:
                part += mask
            else:
                part -= mask
    return vector


def round_seed(secret: bytes, round_id: bytes) -> bytes:
    """The seed of one pair for one round, 16 bytes; it tells nothing about the secret or other rounds' seeds.

    secret : what two clients share. round_id : any bytes that name the round, the same for both.
    Source: Ma et al. (2023), "Flamingo": long-term secrets, and a pseudorandom function of them for each round.
    """
    return hmac.digest(secret, b"mask" + round_id, hashlib.sha256)[:SEED_BYTES]


def mask(vector: Residues, number: int, pair_seeds: dict[int, bytes], own_seed: bytes | None = None) -> Residues:
    """The masked vector [d]: of each pair one adds the stream that the other subtracts. `vector` is left as it is.

    number : this client's. pair_seeds : by the other clients' numbers, the seed shared with each.
    own_seed : of the mask that no other client knows; left out, only pair masks go on.
    Source: Bonawitz et al. (2017), "Practical secure aggregation for privacy-preserving machine learning".
    Not secure because of a seed used twice: the difference of two such messages has no mask.
    """
    plus = [seed for other, seed in pair_seeds.items() if other > number]
    minus = [seed for other, seed in pair_seeds.items() if other < number]
    return add_streams(np.array(vector), plus + ([] if own_seed is None else [own_seed]), minus)


def unmask(
    total: Residues, own_seeds: Sequence[bytes] = (), cut: dict[tuple[int, int], bytes] | None = None
) -> Residues:
    """The sum without what is left of masks, [d].

    total : the sum of the masked vectors of the clients who sent one; left as it is.
    own_seeds : the own seeds of these clients.
    cut : by (client who sent, client who did not), the seed of that pair: masks that nobody cancelled.
    """
    cut = cut or {}
    added = [seed for (sent, lost), seed in cut.items() if sent < lost]
    subtracted = [seed for (sent, lost), seed in cut.items() if sent > lost]
    return add_streams(total.copy(), plus=subtracted, minus=[*own_seeds, *added])


def unevenness(mask: Residues) -> float:
    """How far the numbers of a mask [n] are from uniform: the largest chi-square of their eight bytes.

    Beyond `UNEVEN` they are not.
    Source: Pearson's test, with 255 degrees of freedom.
    """
    even = len(mask) / 256
    counts = (np.bincount(values, minlength=256) for values in mask.view(np.uint8).reshape(-1, 8).T)
    return max(float(((count - even) ** 2).sum()) / even for count in counts)
