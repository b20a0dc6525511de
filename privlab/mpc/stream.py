"""Shares of long vectors, as fast as memory: a cryptographic stream draws them in place (lesson 12)."""
import secrets

import numpy as np


def share_vector(vector, parties):
    """The vector in shares, a list of `parties` uint64 arrays in its shape that add up to it modulo 2^64.

    vector : uint64 or int64 array of one dimension; int64 in two's complement.
    parties : int, at least 2. All shares but the last are the key stream of AES-128 in counter mode, under keys of the
        operating system that are thrown away.
    Raises ValueError for another kind of array or fewer than two parties.
    Source: the sharing of "Computing on private data"; NIST SP 800-38A for counter mode.
    Not secure because a party may lie or leave; a computer that cannot run AES in hardware may leak keys by its timing.
    """
    vector = np.asarray(vector)
    if vector.ndim != 1 or vector.dtype not in (np.uint64, np.int64) or parties < 2:
        raise ValueError(f"it takes a vector of 64-bit whole numbers and at least 2 parties, got {vector.dtype} in "
                         f"{vector.ndim} dimensions and {parties}")
    last, shares = vector.view(np.uint64).copy(), []
    nothing = np.zeros(len(last), np.uint64)
    for _ in range(parties - 1):
        shares.append(_key_stream(nothing))
        last -= shares[-1]
    return [*shares, last]


def _key_stream(zeros):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    stream = np.empty_like(zeros)
    # a key of its own for each stream, so that the counter may begin at 0
    encryptor = Cipher(algorithms.AES(secrets.token_bytes(16)), modes.CTR(bytes(16))).encryptor()
    encryptor.update_into(memoryview(zeros).cast("B"), memoryview(stream).cast("B"))
    return stream


def add_vectors(vectors):
    """The sum of the vectors modulo 2^64, uint64, of what a party received.

    vectors : list of uint64 arrays, at least one.
    Raises ValueError when they are of unequal lengths.
    """
    if len({each.shape for each in vectors}) != 1:
        raise ValueError(f"vectors that are added have one length, got {', '.join(str(len(each)) for each in vectors)}")
    total = vectors[0].copy()
    for each in vectors[1:]:
        total += each
    return total
