"""A scheme small enough for paper: encrypted decimals that are added, multiplied and rounded (lesson 31).

A ciphertext of m is a pair (b, a) with b + a * secret = scale * m + noise, modulo a power of ten or of a prime. It is
CKKS with polynomials of a few terms, or of one: then a secret, b and a are plain whole numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Union

import numpy as np

Polynomial = tuple[int, ...]  # coefficients, first to last, modulo X^n + 1


@dataclass(frozen=True)
class Toy:
    """A toy key.

    secret  the secret polynomial; one number for calculations on paper.
    base  a value is stored `base` times larger, and rescaling divides by it.
    depth  how many multiplications in a row fit: the modulus starts at base^(depth + 2).
    Source: Cheon, Kim, Kim and Song, "Homomorphic encryption for arithmetic of approximate numbers" (2017).
    Not secure because one or eight numbers are tried or solved for in a moment: real secrets have thousands.
    """

    secret: Polynomial
    _: KW_ONLY
    base: int = 10_000
    depth: int = 2

    def encrypt(self, value: float, rng: np.random.Generator) -> "Cipher":
        """An encrypted number of size below base / 2. Raises ValueError for one too large.

        Not secure because the generator is seeded: what is shown here keeps no secret.
        """
        if not abs(value) < self.base / 2:
            raise ValueError(f"{value} is too large: this toy holds numbers below {self.base // 2:,}")
        modulus, terms = self.base ** (self.depth + 2), len(self.secret)
        mask = [0] * terms
        for _ in range(self.depth + 2):
            mask = [self.base * a + int(digit) for a, digit in zip(mask, rng.integers(0, self.base, terms))]
        noise = [int(error) for error in rng.integers(-3, 4, terms)]
        message = [round(self.base * value) + noise[0], *noise[1:]]
        b = tuple((left - right) % modulus for left, right in zip(message, _times(mask, self.secret)))
        return Cipher((b, tuple(mask)), modulus, self.base)

    def decrypt(self, cipher: "Cipher") -> float:
        """The number that `cipher` holds, noise included."""
        total, power = 0, [1] + [0] * (len(self.secret) - 1)
        for part in cipher.parts:
            total += _times(part, power)[0]  # the number lies in the first coefficient
            power = _times(power, self.secret)
        half = cipher.modulus // 2
        return ((total + half) % cipher.modulus - half) / self.base


@dataclass(frozen=True)
class Cipher:
    """An encrypted number of the toy scheme, with `+`, `-` and `*` by ciphertexts and plain numbers; each gives a new
    one.

    parts  part i counts times the secret to the power i; a product has one more than two.
    modulus  a power of the base.    base  the scale.
    """

    parts: tuple[Polynomial, ...]
    modulus: int
    base: int

    @property
    def level(self) -> int:
        """How many more multiplications it stands."""
        power, level = self.base**3, 0
        while power <= self.modulus:
            power, level = power * self.base, level + 1
        return level

    def __add__(self, other: Union["Cipher", float]) -> "Cipher":
        if not isinstance(other, Cipher):
            first = (self.parts[0][0] + round(self.base * other), *self.parts[0][1:])
            return self._of((first, *self.parts[1:]), self.modulus)
        low = self._joined(other)
        longest = max(len(self.parts), len(other.parts))
        zero = (0,) * len(self.parts[0])
        mine, theirs = (cipher.parts + (zero,) * (longest - len(cipher.parts)) for cipher in (self, other))
        return self._of((tuple(a + b for a, b in zip(*pair)) for pair in zip(mine, theirs)), low)

    def __neg__(self) -> "Cipher":
        return self._of((tuple(-number for number in part) for part in self.parts), self.modulus)

    def __sub__(self, other: Union["Cipher", float]) -> "Cipher":
        return self + -other

    def __rsub__(self, other: Union["Cipher", float]) -> "Cipher":
        return -self + other

    def __mul__(self, other: Union["Cipher", float]) -> "Cipher":
        if not isinstance(other, Cipher):
            factor = round(self.base * other)
            scaled = (tuple(factor * number for number in part) for part in self.parts)
            return self._of(scaled, self.modulus).rescale()
        low, zero = self._joined(other), [0] * len(self.parts[0])
        parts = [zero] * (len(self.parts) + len(other.parts) - 1)
        for i, mine in enumerate(self.parts):
            for j, theirs in enumerate(other.parts):
                parts[i + j] = [a + b for a, b in zip(parts[i + j], _times(mine, theirs))]
        return self._of(parts, low).rescale()

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, power: int) -> "Cipher":
        if not isinstance(power, int) or power < 1:
            raise ValueError(f"a ciphertext can be raised to the powers 1, 2, 3, ..., not to {power!r}")
        if power == 1:
            return self
        half = self ** (power // 2)
        return half * half if power % 2 == 0 else half * half * self

    def rescale(self) -> "Cipher":
        """The same value with the scale divided by the base again, after a product: one level less.

        Raises ValueError at the last level.
        """
        if self.modulus < self.base**3:
            raise ValueError("past the depth: no level is left for another multiplication")
        parts = (tuple(round_half_up(number, self.base) for number in part) for part in self.parts)
        return self._of(parts, self.modulus // self.base)

    def is_transparent(self) -> bool:
        """Whether nothing but the first part is left, so that anyone reads the value without the secret."""
        return not any(number for part in self.parts[1:] for number in part)

    def _joined(self, other: "Cipher") -> int:
        """The modulus of what becomes of both. Raises ValueError where they are of keys that differ in size."""
        if self.base != other.base or len(self.parts[0]) != len(other.parts[0]):
            raise ValueError("these belong to different keys: their scales or their numbers of terms differ")
        return min(self.modulus, other.modulus)

    def _of(self, parts: Iterable[Iterable[int]], modulus: int) -> "Cipher":
        return Cipher(tuple(tuple(number % modulus for number in part) for part in parts), modulus, self.base)


def round_half_up(number: int, divisor: int) -> int:
    """The whole number nearest number / divisor."""
    return (2 * number + divisor) // (2 * divisor)


def _times(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """The product of two polynomials modulo X^n + 1: what passes the end comes back negative."""
    product = [0] * len(a)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            power, sign = (i + j, 1) if i + j < len(a) else (i + j - len(a), -1)
            product[power] += sign * left * right
    return product


def small_secret(terms: int, rng: np.random.Generator) -> Polynomial:
    """A secret of `terms` coefficients, each -1, 0 or 1, as CKKS draws them.

    Not secure because the generator is seeded.
    """
    return tuple(int(number) for number in rng.integers(-1, 2, terms))


def solve(ciphers: Sequence[Cipher], shared: Sequence[float]) -> Polynomial:
    """The secret, from as many fresh ciphertexts as it has terms and what each was said to hold.

    Each gives one equation without an unknown error: b + (a * secret) = base * shared in the first coefficient.
    ciphers  of two parts, whose base is a prime.    shared  the decryptions with all digits.
    Raises ValueError when the equations have no single solution.
    Source: Li and Micciancio, "On the security of homomorphic encryption on approximate numbers" (2021).
    """
    base, rows = ciphers[0].base, []
    for cipher, number in zip(ciphers, shared):
        (b, *_), a = cipher.parts
        row = [a[0], *(-factor for factor in reversed(a[1:]))]  # X^n is -1: the first coefficient of a * secret
        rows.append([factor % base for factor in (*row, round(base * number) - b)])
    for column in range(len(rows)):
        pivot = next((row for row in rows[column:] if row[column]), None)
        if pivot is None:
            raise ValueError("these equations have no single solution: take other ciphertexts")
        rows.remove(pivot)
        inverse = pow(pivot[column], -1, base)
        pivot = [factor * inverse % base for factor in pivot]
        rows = [[(x - row[column] * y) % base for x, y in zip(row, pivot)] for row in rows]
        rows.insert(column, pivot)
    half = base // 2
    return tuple((row[-1] + half) % base - half for row in rows)


def complaining(key: Toy, rng: np.random.Generator, *, most: float = 32) -> Callable[[Cipher], Cipher]:
    """A function that refreshes a ciphertext: decrypts it and encrypts it again, at full depth.

    It raises ValueError where the number is `most` or larger, as a careful program would.
    Not secure because the server hears the complaint, and chooses what is decrypted.
    """

    def refresh(cipher: Cipher) -> Cipher:
        value = key.decrypt(cipher)
        if abs(value) >= most:
            raise ValueError("this decrypts to a number that makes no sense")
        return key.encrypt(value, rng)

    return refresh


def ask_for(cipher: Cipher, complains: Callable[[Cipher], bool], *, most: float = 32, asks: int = 20) -> float:
    """The number in `cipher`, found without the key: each question halves the range that it lies in.

    complains  True for a ciphertext that the client complains of.    most  from what size on it does.
    Source: attacks by the decryptor's reactions, as in Chenal and Tang, "On key recovery attacks against existing
    somewhat homomorphic encryption schemes" (2014).
    """
    low, high = -most, most
    for _ in range(asks):
        middle = (low + high) / 2
        low, high = (middle, high) if complains(cipher + (most - middle)) else (low, middle)
    return (low + high) / 2
