"""Additive shares: numbers, or long vectors, that add up to a secret (lessons 11 and 12)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from privlab.arrays import Integers, Residues


def uniform(modulus: int, rng: np.random.Generator | None = None) -> int:
    """A whole number drawn uniformly from 0 to `modulus` - 1.

    rng : seeded, for numbers only shown; left out, the operating system draws (`secrets`).
    Raises ValueError for a modulus below 1.
    Not secure because of `rng`: whoever knows the seed knows every number. A secret is drawn without it.
    """
    if modulus < 1:
        raise ValueError(f"the modulus must be at least 1, got {modulus}")
    if rng is None:
        return secrets.randbelow(modulus)
    bits = (modulus - 1).bit_length()
    while True:  # draws at or above the modulus are thrown away: a remainder would favour small numbers
        number = int.from_bytes(rng.bytes((bits + 7) // 8), "little") >> (-bits % 8)
        if number < modulus:
            return number


SEED_BYTES = 16
CHUNK = 2**16  # numbers drawn at a time: half a megabyte stays in the processor's cache
ZEROS = bytes(8 * CHUNK)


def key_stream(seed: bytes) -> Callable[[Residues], None]:
    """A function that fills an array of uint64 with the next numbers of AES-128 in counter mode under this seed.

    They are the same for all who have the seed, and look uniform to all others. One seed is for one stream, since the
    counter begins at 0.
    Raises ValueError for a seed that has not 16 bytes.
    Source: NIST SP 800-38A.
    Not secure because a computer that cannot run AES in hardware may leak seeds by its timing.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(seed) != SEED_BYTES:
        raise ValueError(f"a stream comes from a seed of {SEED_BYTES} bytes, got {len(seed)}")
    cipher = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()

    def fill(numbers):
        for start in range(0, len(numbers), CHUNK):
            part = memoryview(numbers[start : start + CHUNK]).cast("B")
            cipher.update_into(memoryview(ZEROS)[: part.nbytes], part)

    return fill


def share_vector(vector: Integers | Residues, parties: int, out: Residues | None = None) -> Residues:
    """The vector in shares, [parties, n], which add up to it modulo 2^64.

    vector : [n]; int64 in two's complement.
    parties : at least 2. All shares but the last are a `key_stream`, from seeds of the operating system that are
        thrown away.
    out : [parties, n], memory to write the shares in, for one who shares again and again; left out, it is new.
    Raises ValueError for another kind of array, fewer than two parties or an `out` that does not fit.
    Source: the sharing of "Computing on private data".
    Not secure because a party may lie or leave, and for the reason that `key_stream` gives.
    """
    numbers = np.asarray(vector)
    if numbers.ndim != 1 or numbers.dtype not in (np.uint64, np.int64) or parties < 2:
        raise ValueError(
            f"it takes a vector of 64-bit whole numbers and at least 2 parties, got {numbers.dtype} in "
            f"{numbers.ndim} dimensions and {parties}"
        )
    shares = np.empty((parties, len(numbers)), np.uint64) if out is None else out
    if shares.shape != (parties, len(numbers)) or shares.dtype != np.uint64 or not shares.flags.c_contiguous:
        raise ValueError(
            f"out must be contiguous, uint64 [{parties}, {len(numbers)}], got {shares.dtype} {shares.shape}"
        )
    last = shares[-1]
    last[:] = numbers.view(np.uint64)
    for share in shares[:-1]:
        fill = key_stream(secrets.token_bytes(SEED_BYTES))
        for start in range(0, len(last), CHUNK):  # drawn and subtracted while it is in the cache
            part = share[start : start + CHUNK]
            fill(part)
            last[start : start + CHUNK] -= part
    return shares


def add_vectors(vectors: Sequence[Residues] | Residues) -> Residues:
    """The sum of the vectors modulo 2^64, of what a party received.

    vectors : at least one, or the rows of one array.
    Raises ValueError when there is none, or they are of unequal lengths.
    """
    if not len(vectors):
        raise ValueError("there is no vector to add: every party sends one, if only of zeros")
    if len({vector.shape for vector in vectors}) != 1:
        lengths = ", ".join(str(len(vector)) for vector in vectors)
        raise ValueError(f"vectors that are added have one length, got {lengths}")
    total = vectors[0].copy()
    for vector in vectors[1:]:
        total += vector
    return total


MODULUS = 2**64


@dataclass(frozen=True)
class Shared:
    """A secret in shares, one for each party, which works out `a + b`, `a - b`, `a + 5` and `a * 3` on its own.

    shares : the first is the first party's; whole numbers of any library are kept as Python's, which have no end.
    modulus : shares lie from 0 to modulus - 1; None for plain integers.
    """

    shares: tuple[int, ...]
    modulus: int | None = MODULUS

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", tuple(map(_whole, self.shares)))

    def __add__(self, other: Shared | int) -> Shared:
        if isinstance(other, Shared):
            if other.modulus != self.modulus or len(other.shares) != len(self.shares):
                raise ValueError("only secrets shared among the same parties, modulo the same number, can be added")
            return self._of(mine + theirs for mine, theirs in zip(self.shares, other.shares))
        public = _whole(other)
        return self._of((self.shares[0] + public, *self.shares[1:]))  # one party adds it, else it would count n times

    def __mul__(self, public: int) -> Shared:
        if isinstance(public, Shared):
            raise TypeError("two shared secrets cannot be multiplied by each party on its own: only by a public number")
        return self._of(share * _whole(public) for share in self.shares)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other: Shared | int) -> Shared:
        return self + -1 * other

    def _of(self, shares: Iterable[int]) -> Shared:
        return Shared(tuple(shares) if self.modulus is None else tuple(s % self.modulus for s in shares), self.modulus)

    def reconstruct(self) -> int:
        """The secret, which takes every share; modulo M, a sum from M/2 up is read as negative (two's complement)."""
        total = sum(self.shares)
        return total if self.modulus is None else signed(total, self.modulus)


def _whole(number):
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"shares are whole numbers, got {number!r}: round first, or count in cents")
    return number.__index__()


def signed(number: int, modulus: int = MODULUS) -> int:
    """The signed integer that `number` stands for modulo `modulus`: from -modulus/2 up to, not including, modulus/2."""
    half = modulus // 2
    return (number + half) % modulus - half


def share(secret: int, *, parties: int, modulus: int = MODULUS, rng: np.random.Generator | None = None) -> Shared:
    """The secret in shares, each uniform from 0 to modulus - 1, all together the secret modulo `modulus`.

    Any parties - 1 of the shares are uniform and independent of the secret, so they tell nothing about it.

    secret : at least -modulus/2 and below modulus/2.
    parties : at least 2.
    modulus : the sum that is worked out must fit as well.
    rng : seeded, for shares that are only shown; left out, the operating system draws.
    Raises ValueError when there are fewer than two parties or the modulus is too small, TypeError for a fraction.
    Source: "Computing on private data" describes the sharing; Evans, Kolesnikov and Rosulek (2018), section 3.4.
    Not secure because a party may lie or leave, and whoever has all the shares has the secret.
    """
    secret = _checked(secret, parties)
    if not -modulus <= 2 * secret < modulus:
        raise ValueError(f"modulus {modulus} is too small for {secret}: it must exceed {2 * abs(secret)}")
    drawn = [uniform(modulus, rng) for _ in range(parties - 1)]
    return Shared((*drawn, (secret - sum(drawn)) % modulus), modulus)


def share_in_integers(
    secret: int, *, parties: int, bound: int, owner: int = 0, rng: np.random.Generator | None = None
) -> Shared:
    """The secret in shares without a modulus: what is given away is uniform from -bound to bound, `owner` keeps the
    rest.

    parties : at least 2.
    bound : 0 or more, the largest share given away, in the secret's unit.
    owner : which party's secret it is, counted from 0.
    rng : as in `share`.
    Raises ValueError when there are fewer than two parties, the bound is negative or the owner is none of the parties.
    Source: "Computing on private data", the four engineers.
    Not secure because integers hide only as much as they are large: see `privlab.mpc.secure_sum`.
    """
    secret = _checked(secret, parties)
    if bound < 0 or not 0 <= owner < parties:
        raise ValueError(f"the bound must be 0 or more, the owner one of 0 to {parties - 1}, got {bound} and {owner}")
    shares = [uniform(2 * bound + 1, rng) - bound for _ in range(parties)]
    shares[owner] += secret - sum(shares)
    return Shared(tuple(shares), None)


def _checked(secret, parties):
    if parties < 2:
        raise ValueError(f"sharing takes at least 2 parties, got {parties}")
    return _whole(secret)
