"""Shares of long vectors, as fast as memory: a cryptographic stream draws them in place (lesson 12)."""
import secrets

import numpy as np

CHUNK = 2**16  # values drawn at a time: half a megabyte stays in the processor's cache
ZEROS = bytes(8 * CHUNK)


def share_vector(vector, parties, out=None):
    """The vector in shares, uint64 [parties, n], which add up to it modulo 2^64.

    vector : uint64 or int64 array [n]; int64 in two's complement.
    parties : int, at least 2. All shares but the last are the key stream of AES-128 in counter mode, under keys of the
        operating system that are thrown away.
    out : uint64 [parties, n], memory to write the shares in, for one who shares again and again; left out, it is new.
    Raises ValueError for another kind of array, fewer than two parties or an `out` that does not fit.
    Source: the sharing of "Computing on private data"; NIST SP 800-38A for counter mode.
    Not secure because a party may lie or leave; a computer that cannot run AES in hardware may leak keys by its timing.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    vector = np.asarray(vector)
    if vector.ndim != 1 or vector.dtype not in (np.uint64, np.int64) or parties < 2:
        raise ValueError(f"it takes a vector of 64-bit whole numbers and at least 2 parties, got {vector.dtype} in "
                         f"{vector.ndim} dimensions and {parties}")
    shares = np.empty((parties, len(vector)), np.uint64) if out is None else out
    if shares.shape != (parties, len(vector)) or shares.dtype != np.uint64 or not shares.flags.c_contiguous:
        raise ValueError(f"out must be contiguous, uint64 [{parties}, {len(vector)}], got {shares.dtype} {shares.shape}")
    last = shares[-1]
    last[:] = vector.view(np.uint64)
    for share in shares[:-1]:
        # a key of its own for each stream, so that the counter may begin at 0
        stream = Cipher(algorithms.AES(secrets.token_bytes(16)), modes.CTR(bytes(16))).encryptor()
        for start in range(0, len(last), CHUNK):
            part = share[start:start + CHUNK]
            stream.update_into(memoryview(ZEROS)[:part.nbytes], memoryview(part).cast("B"))
            last[start:start + CHUNK] -= part
    return shares


def add_vectors(vectors):
    """The sum of the vectors modulo 2^64, uint64, of what a party received.

    vectors : uint64 arrays, at least one, or the rows of one array.
    Raises ValueError when there is none, or they are of unequal lengths.
    """
    if not len(vectors):
        raise ValueError("there is no vector to add: every party sends one, if only of zeros")
    if len({each.shape for each in vectors}) != 1:
        raise ValueError(f"vectors that are added have one length, got {', '.join(str(len(each)) for each in vectors)}")
    total = vectors[0].copy()
    for each in vectors[1:]:
        total += each
    return total
