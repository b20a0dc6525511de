"""Beaver's triples: how shared secrets are multiplied, numbers and matrices; a linear reader of letters that sees none
(lesson 12).
"""

import secrets
from typing import NamedTuple

import numpy as np

from privlab.mpc.additive import MODULUS, Shared, share, signed, uniform
from privlab.mpc.transcript import Transcript


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


PIXEL_BITS = 8
WEIGHT_BITS = 24
LARGEST_WEIGHT = 2**20  # so that a score of 784 pixels stays below 2^63 in fixed point


class MatrixTriple(NamedTuple):
    """The masks `a` of the letters and `b` of the weights, and c = a b in two shares; all uint64, modulo 2^64.

    The client is given `a` and `client_c`, the server `b` and `server_c`.
    """

    a: np.ndarray
    b: np.ndarray
    client_c: np.ndarray
    server_c: np.ndarray


def _uniform(*shape):
    return np.frombuffer(secrets.token_bytes(8 * int(np.prod(shape))), np.uint64).reshape(shape)


def deal_matrices(letters, pixels=784, classes=26):
    """A fresh `MatrixTriple` for this many letters, from a dealer whom client and server trust.

    Source: Beaver (1991), in matrix form; each party masks its own input, so it may know the whole of its mask.
    Not secure because the dealer knows the masks: with the server it reads the letters, with the client the weights.
    """
    a, b, client_c = _uniform(letters, pixels), _uniform(pixels, classes), _uniform(letters, classes)
    return MatrixTriple(a, b, client_c, a @ b - client_c)


def fixed_point(numbers, bits):
    """The numbers times 2^bits, rounded, modulo 2^64: uint64 in their shape, negative ones from 2^63 up."""
    return np.rint(np.asarray(numbers) * 2.0**bits).astype(np.int64).astype(np.uint64)


def read_privately(images, weights, triple):
    """The scores of each letter, float [n, classes], which the client alone learns, and the `Transcript`.

    images : uint8 [n, 784] or [n, 28, 28], known to the client alone; a pixel counts as its value / 256.
    weights : float [784, classes], known to the server alone.
    triple : `MatrixTriple` for n letters, never used before.
    Raises ValueError when the shapes do not fit, or when a weight is too large for the fixed point or not a number.
    Source: Beaver (1991); Mohassel and Zhang (2017), "SecureML", for fixed point in Z_2^64.
    Not secure because the scores themselves tell: a client that asks 784 times has the weights.
    """
    letters = np.asarray(images).reshape(len(images), -1)
    if letters.shape != triple.a.shape or np.shape(weights) != triple.b.shape:
        raise ValueError(
            f"the triple is for letters of shape {triple.a.shape} and weights of shape {triple.b.shape}, "
            f"got {letters.shape} and {np.shape(weights)}"
        )
    if letters.dtype != np.uint8 or not np.all(np.abs(weights) <= LARGEST_WEIGHT):
        raise ValueError(f"letters are uint8 and weights lie within {LARGEST_WEIGHT:,}; else 64 bits are too few")
    transcript = Transcript()
    # the client
    masked_letters = letters.astype(np.uint64) - triple.a
    transcript.send("client", "server", "letters less a", masked_letters)
    # the server
    masked_weights = fixed_point(weights, WEIGHT_BITS) - triple.b
    servers_share = masked_letters @ triple.b + triple.server_c
    transcript.send("server", "client", "weights less b, share of the scores", (masked_weights, servers_share))
    # the client: (letters - a)(weights - b) + a (weights - b) + (letters - a) b + a b
    clients_share = letters.astype(np.uint64) @ masked_weights + triple.client_c
    scores = (clients_share + servers_share).astype(np.int64) / 2.0 ** (PIXEL_BITS + WEIGHT_BITS)
    return scores, transcript


def weights_from_scores(ask, pixels=784):
    """The weights of a linear reader, float [pixels, classes], from one question a pixel.

    ask : function from images uint8 [n, pixels] to their scores [n, classes].
    Source: Tramer and others (2016), "Stealing machine learning models via prediction APIs".
    """
    return ask(np.diag(np.full(pixels, 255, np.uint8))) * 256 / 255
