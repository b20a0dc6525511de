"""Masks that cancel in a sum: a cryptographic stream for each pair of clients, one more for each client (lesson 52)."""

import hashlib
import hmac

import numpy as np

from privlab.mpc.additive import SEED_BYTES, key_stream

CHUNK = 2**14  # numbers drawn at a time: 128 KiB stay in the processor's cache
UNEVEN = 415  # chi-square that a uniform byte exceeds once in 10^9


def stream(seed, length):
    """The first `length` uint64 numbers of AES-128 in counter mode: the same for all who have the seed, else noise.

    seed : bytes, 16 of them. One seed is for one stream, since the counter begins at 0.
    Raises ValueError for a seed of another length.
    Source: NIST SP 800-38A.
    """
    return add_streams(np.zeros(length, np.uint64), [seed])


def add_streams(vector, plus=(), minus=()):
    """The vector itself, in which the streams of the seeds were added and subtracted modulo 2^64, in place.

    vector : uint64 array [n]; plus, minus : seeds of 16 bytes.
    Raises ValueError for a seed of another length or another kind of vector.
    Not secure because a computer that cannot run AES in hardware may leak seeds by its timing.
    """
    signed = [(seed, True) for seed in plus] + [(seed, False) for seed in minus]
    if vector.dtype != np.uint64 or vector.ndim != 1 or any(len(seed) != SEED_BYTES for seed, _ in signed):
        raise ValueError(f"masks go onto a row of uint64 numbers, from seeds of {SEED_BYTES} bytes")
    streams = [(key_stream(seed), add) for seed, add in signed]
    drawn = np.empty(min(CHUNK, len(vector)), np.uint64)
    for start in range(0, len(vector), CHUNK):
        part = vector[start : start + CHUNK]
        mask = drawn[: len(part)]
        for fill, add in streams:
            fill(mask)
            if add:
                part += mask
            else:
                part -= mask
    return vector


def round_seed(secret, about):
    """The seed of one pair for one round, 16 bytes; it tells nothing about the secret or other rounds' seeds.

    secret : bytes that two clients share; about : bytes that name the round, the same for both.
    Source: Ma et al. (2023), "Flamingo": long-term secrets, and a pseudorandom function of them for each round.
    """
    return hmac.digest(secret, b"mask" + about, hashlib.sha256)[:SEED_BYTES]


def mask(vector, number, pair_seeds, own_seed=None):
    """The masked vector, uint64 [n]: of each pair one adds the stream that the other subtracts.

    vector : uint64 [n], left as it is; number : int, this client's.
    pair_seeds : dict from other clients' numbers to the seed shared with each.
    own_seed : the seed of the mask that no other client knows; left out, only pair masks go on.
    Source: Bonawitz et al. (2017), "Practical secure aggregation for privacy-preserving machine learning".
    Not secure because of a seed used twice: the difference of two such messages has no mask.
    """
    plus = [seed for other, seed in pair_seeds.items() if other > number]
    minus = [seed for other, seed in pair_seeds.items() if other < number]
    return add_streams(vector.copy(), plus + [own_seed] * (own_seed is not None), minus)


def unmask(total, own_seeds=(), cut=None):
    """The sum without what is left of masks, uint64 [n].

    total : uint64 [n], the sum of the masked vectors of the clients who sent one; left as it is.
    own_seeds : the own seeds of these clients.
    cut : dict from (client who sent, client who did not) to the seed of that pair: masks that nobody cancelled.
    """
    cut = cut or {}
    return add_streams(
        total.copy(),
        plus=[seed for (sent, lost), seed in cut.items() if lost < sent],
        minus=[*own_seeds, *(seed for (sent, lost), seed in cut.items() if lost > sent)],
    )


def unevenness(mask):
    """How far the numbers of a mask are from uniform: the largest chi-square of their eight bytes, float; beyond
    `UNEVEN` it is no chance.

    mask : uint64 array [n].
    Source: Pearson's test, with 255 degrees of freedom.
    """
    even = len(mask) / 256
    counts = (np.bincount(values, minlength=256) for values in mask.view(np.uint8).reshape(-1, 8).T)
    return max(((each - even) ** 2).sum() / even for each in counts)
