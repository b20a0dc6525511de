"""Additive shares: numbers that add up to a secret (lesson 11)."""
from dataclasses import dataclass

from privlab.mpc.randomness import uniform

MODULUS = 2**64


@dataclass(frozen=True)
class Shared:
    """A secret in shares, one for each party, which works out `a + b`, `a - b`, `a + 5` and `a * 3` on its own.

    shares : tuple of int; the first is the first party's.
    modulus : int, shares lie from 0 to modulus - 1; None for plain integers.
    """

    shares: tuple
    modulus: int | None = MODULUS

    def __add__(self, other):
        if isinstance(other, Shared):
            if other.modulus != self.modulus or len(other.shares) != len(self.shares):
                raise ValueError("only secrets shared among the same parties, modulo the same number, can be added")
            return self._of(mine + theirs for mine, theirs in zip(self.shares, other.shares))
        public = _whole(other)
        return self._of((self.shares[0] + public, *self.shares[1:]))  # one party adds it, else it would count n times

    def __mul__(self, public):
        if isinstance(public, Shared):
            raise TypeError("two shared secrets cannot be multiplied by each party on its own: only by a public number")
        return self._of(share * _whole(public) for share in self.shares)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + -1 * other

    def _of(self, shares):
        return Shared(tuple(shares) if self.modulus is None else tuple(s % self.modulus for s in shares), self.modulus)

    def reconstruct(self):
        """The secret, which takes every share; modulo M, a sum from M/2 up is read as negative (two's complement)."""
        total = sum(self.shares)
        return total if self.modulus is None else signed(total, self.modulus)


def _whole(number):
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"shares are whole numbers, got {number!r}: round first, or count in cents")
    return number.__index__()


def signed(number, modulus=MODULUS):
    """The signed integer that `number` stands for modulo `modulus`: from -modulus/2 up to, not including, modulus/2."""
    half = modulus // 2
    return (number + half) % modulus - half


def share(secret, parties, modulus=MODULUS, rng=None):
    """The secret as `Shared`: every share uniform from 0 to modulus - 1, all together the secret modulo `modulus`.

    Any parties - 1 of the shares are uniform and independent of the secret, so they tell nothing about it.

    secret : int, at least -modulus/2 and below modulus/2.
    parties : int, at least 2.
    modulus : int; the sum that is worked out must fit as well.
    rng : seeded numpy Generator for shares that are only shown; left out, the operating system draws.
    Raises ValueError when there are fewer than two parties or the modulus is too small, TypeError for a fraction.
    Source: "Computing on private data" describes the sharing; Evans, Kolesnikov and Rosulek (2018), section 3.4.
    Not secure because a party may lie or leave, and all the other parties together know the secret.
    """
    secret = _check(secret, parties)
    if not -modulus <= 2 * secret < modulus:
        raise ValueError(f"modulus {modulus} is too small for {secret}: it must exceed {2 * abs(secret)}")
    drawn = [uniform(modulus, rng) for _ in range(parties - 1)]
    return Shared((*drawn, (secret - sum(drawn)) % modulus), modulus)


def share_in_integers(secret, parties, bound, owner=0, rng=None):
    """The secret as `Shared` integers: what is given away is uniform from -bound to bound, `owner` keeps the rest.

    secret : int.
    parties : int, at least 2.
    bound : int >= 0, the largest share given away, in the secret's unit.
    owner : int, the place of the party whose secret it is.
    rng : as in `share`.
    Raises ValueError when there are fewer than two parties, the bound is negative or the owner is none of the parties.
    Source: "Computing on private data", the four engineers.
    Not secure because integers hide only as much as they are large: see `privlab.mpc.leak`.
    """
    secret = _check(secret, parties)
    if bound < 0 or not 0 <= owner < parties:
        raise ValueError(f"the bound must be 0 or more, the owner one of 0 to {parties - 1}, got {bound} and {owner}")
    shares = [uniform(2 * bound + 1, rng) - bound for _ in range(parties)]
    shares[owner] += secret - sum(shares)
    return Shared(tuple(shares), None)


def _check(secret, parties):
    if parties < 2:
        raise ValueError(f"sharing takes at least 2 parties, got {parties}")
    return _whole(secret)
