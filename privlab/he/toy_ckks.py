"""A scheme small enough for paper: encrypted decimals that are added, multiplied and rounded (lesson 31).

A ciphertext of m is a pair (b, a) with b + a * secret = scale * m + noise, modulo a power of ten or of a prime. It is
CKKS with polynomials of a few terms, or of one: then a secret, b and a are plain whole numbers.
"""

from dataclasses import dataclass


def complaining(key, rng, most=32):
    """A function that refreshes a ciphertext of the toy: decrypts and encrypts again, at full depth.

    It raises ValueError where the number is `most` or larger, as a careful program would.
    Not secure because the server hears the complaint, and chooses what is decrypted.
    """

    def refresh(cipher):
        value = key.decrypt(cipher)
        if abs(value) >= most:
            raise ValueError("this decrypts to a number that makes no sense")
        return key.encrypt(value, rng)

    return refresh


def ask_for(cipher, complains, most=32, asks=20):
    """The number in `cipher`, found without the key: each question halves the range that it lies in.

    complains : function of a ciphertext, True when the client complains of it. most : from what size on that is.
    Source: attacks by the decryptor's reactions, as in Chenal and Tang, "On key recovery attacks against existing
    somewhat homomorphic encryption schemes" (2014).
    """
    low, high = -most, most
    for _ in range(asks):
        middle = (low + high) / 2
        low, high = (middle, high) if complains(cipher + (most - middle)) else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Toy:
    """A toy key.

    secret : tuple of int, the coefficients of the secret polynomial; one number for calculations on paper.
    base : int; a value is stored `base` times larger, and rescaling divides by it.
    depth : int, how many multiplications in a row fit: the modulus starts at base^(depth + 2).
    Source: Cheon, Kim, Kim and Song, "Homomorphic encryption for arithmetic of approximate numbers" (2017).
    Not secure because one or eight numbers are tried or solved for in a moment: real secrets have thousands.
    """

    secret: tuple
    base: int = 10_000
    depth: int = 2

    def encrypt(self, value, rng):
        """A `Cipher` of the number `value`, of size below base / 2.

        rng : seeded numpy Generator; what is shown here keeps no secret. Raises ValueError for a value too large.
        """
        if not abs(value) < self.base / 2:
            raise ValueError(f"{value} is too large: this toy holds numbers below {self.base // 2:,}")
        modulus, terms = self.base ** (self.depth + 2), len(self.secret)
        mask = [int(digit) for digit in rng.integers(0, self.base, terms)]
        for _ in range(self.depth + 1):
            mask = [self.base * each + int(digit) for each, digit in zip(mask, rng.integers(0, self.base, terms))]
        noise = [int(each) for each in rng.integers(-3, 4, terms)]
        message = [round(self.base * value) + noise[0], *noise[1:]]
        return Cipher((_less(message, _times(mask, self.secret), modulus), tuple(mask)), modulus, self.base)

    def raw(self, cipher):
        """The coefficients that decryption finds, a list of int: scale * value and noise in the first, noise in the
        others.
        """
        total, power = [0] * len(self.secret), [1] + [0] * (len(self.secret) - 1)
        for part in cipher.parts:
            total = [have + more for have, more in zip(total, _times(part, power))]
            power = _times(power, self.secret)
        half = cipher.modulus // 2
        return [(each + half) % cipher.modulus - half for each in total]

    def decrypt(self, cipher):
        """The number that `cipher` holds, noise included."""
        return self.raw(cipher)[0] / self.base


@dataclass(frozen=True)
class Cipher:
    """An encrypted number of the toy scheme, with `+`, `-` and `*` by ciphertexts and plain numbers; each gives a new
    one.

    parts : tuple of coefficient tuples: part i counts times the secret to the power i. A product has one more than two.
    modulus : int, a power of the base. base : int, the scale.
    """

    parts: tuple
    modulus: int
    base: int

    @property
    def level(self):
        """How many more multiplications it stands."""
        power, level = self.base**3, 0
        while power <= self.modulus:
            power, level = power * self.base, level + 1
        return level

    def __add__(self, other):
        if not isinstance(other, Cipher):
            first = (self.parts[0][0] + round(self.base * other), *self.parts[0][1:])
            return self._of((first, *self.parts[1:]), self.modulus)
        low = self._joined(other)
        longest = max(len(self.parts), len(other.parts))
        zero = (0,) * len(self.parts[0])
        pairs = zip(*(each.parts + (zero,) * (longest - len(each.parts)) for each in (self, other)))
        return self._of((tuple(a + b for a, b in zip(*pair)) for pair in pairs), low)

    def __neg__(self):
        return self._of((tuple(-each for each in part) for part in self.parts), self.modulus)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        if not isinstance(other, Cipher):
            factor = round(self.base * other)
            return self._of((tuple(factor * each for each in part) for part in self.parts), self.modulus).rescale()
        low, zero = self._joined(other), [0] * len(self.parts[0])
        parts = [zero] * (len(self.parts) + len(other.parts) - 1)
        for i, mine in enumerate(self.parts):
            for j, theirs in enumerate(other.parts):
                parts[i + j] = [have + more for have, more in zip(parts[i + j], _times(mine, theirs))]
        return self._of(parts, low).rescale()

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, power):
        if not isinstance(power, int) or power < 1:
            raise ValueError(f"a ciphertext can be raised to the powers 1, 2, 3, ..., not to {power!r}")
        if power == 1:
            return self
        half = self ** (power // 2)
        return half * half if power % 2 == 0 else half * half * self

    def rescale(self):
        """The same value with the scale divided by the base again, after a product: one level less.

        Raises ValueError at the last level.
        """
        if self.modulus < self.base**3:
            raise ValueError("past the depth: no level is left for another multiplication")
        parts = (tuple(round_half_up(each, self.base) for each in part) for part in self.parts)
        return self._of(parts, self.modulus // self.base)

    def is_transparent(self):
        """Whether nothing but the first part is left, so that anyone reads the value without the secret."""
        return not any(each for part in self.parts[1:] for each in part)

    def _joined(self, other):
        """The modulus of what becomes of both. Raises ValueError where they are of keys that differ in size."""
        if self.base != other.base or len(self.parts[0]) != len(other.parts[0]):
            raise ValueError("these belong to different keys: their scales or their numbers of terms differ")
        return min(self.modulus, other.modulus)

    def _of(self, parts, modulus):
        return Cipher(tuple(tuple(each % modulus for each in part) for part in parts), modulus, self.base)


def round_half_up(number, divisor):
    """The whole number nearest number / divisor."""
    return (2 * number + divisor) // (2 * divisor)


def _times(a, b):
    """The product of two polynomials modulo X^n + 1, coefficients first to last: what passes the end comes back
    negative.
    """
    product = [0] * len(a)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            place, sign = (i + j, 1) if i + j < len(a) else (i + j - len(a), -1)
            product[place] += sign * left * right
    return product


def _less(a, b, modulus):
    return tuple((left - right) % modulus for left, right in zip(a, b))


def solve(ciphers, shared):
    """The secret, a tuple of int, from as many fresh ciphertexts as it has terms and what each was said to hold.

    Each gives one equation without an unknown error: b + (a * secret) = base * shared in the first coefficient.
    ciphers : list of `Cipher` of two parts, whose base is a prime. shared : list of float, the decryptions with all
    digits.
    Raises ValueError when the equations have no single solution.
    Source: Li and Micciancio, "On the security of homomorphic encryption on approximate numbers" (2021).
    """
    base, rows = ciphers[0].base, []
    for cipher, number in zip(ciphers, shared):
        a = cipher.parts[1]
        row = [a[0], *(-each for each in reversed(a[1:]))]  # X^terms is -1: this is the first coefficient of a * secret
        rows.append([each % base for each in (*row, round(base * number) - cipher.parts[0][0])])
    for place in range(len(rows)):
        pivot = next((row for row in rows[place:] if row[place]), None)
        if pivot is None:
            raise ValueError("these equations have no single solution: take other ciphertexts")
        rows.remove(pivot)
        inverse = pow(pivot[place], -1, base)
        pivot = [each * inverse % base for each in pivot]
        rows = [[(x - row[place] * y) % base for x, y in zip(row, pivot)] for row in rows]
        rows.insert(place, pivot)
    half = base // 2
    return tuple((row[-1] + half) % base - half for row in rows)


def small_secret(terms, rng):
    """A secret of `terms` coefficients, each -1, 0 or 1, as CKKS draws them. rng : seeded numpy Generator, for show."""
    return tuple(int(each) for each in rng.integers(-1, 2, terms))
