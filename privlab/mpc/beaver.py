"""Beaver's triples: how two shared secrets are multiplied (lesson 12)."""
from typing import NamedTuple

from privlab.mpc.randomness import uniform
from privlab.mpc.shares import MODULUS, Shared, share, signed


class Triple(NamedTuple):
    """Three shared numbers that nobody but the dealer knows, with c = a * b. For one multiplication only."""

    a: Shared
    b: Shared
    c: Shared


def deal(parties=2, modulus=MODULUS, rng=None):
    """A fresh `Triple`, shared among the parties, from a dealer whom all of them trust.

    parties : int, at least 2.
    modulus : int; the product that is worked out must fit as well.
    rng : seeded numpy Generator for triples that are only shown; left out, the operating system draws.
    Source: Beaver (1991), "Efficient multiparty protocols using circuit randomization".
    Not secure because the dealer knows a and b: with what is opened it reads both factors. Real systems make triples by
    homomorphic encryption or oblivious transfer, without a dealer.
    """
    a, b = (signed(uniform(modulus, rng), modulus) for _ in range(2))
    return Triple(*(share(number, parties, modulus, rng) for number in (a, b, signed(a * b, modulus))))


def multiply(x, y, triple, reveal=Shared.reconstruct):
    """The product of two shared secrets, `Shared`: x - a and y - b are opened, all else each party does on its own.

    x, y : `Shared` among the same parties, modulo the same number.
    triple : `Triple`, never used before.
    reveal : function that opens a `Shared` to all parties and returns the number.
    Source: Beaver (1991).
    Not secure because a triple used twice tells the difference of two secrets, and a party that lies is not caught.
    """
    d, e = reveal(x - triple.a), reveal(y - triple.b)
    return triple.c + triple.b * d + triple.a * e + d * e
