"""Beaver's triples: how shared secrets are multiplied, numbers and matrices; a linear reader of letters that sees none
(lesson 12).
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Images, Residues
from privlab.mpc.additive import MODULUS, Shared, share, signed, uniform
from privlab.mpc.fixed_point import decode, encode
from privlab.mpc.transcript import Transcript


class Triple(NamedTuple):
    """Three shared numbers that nobody but the dealer knows, with c = a * b. For one multiplication only."""

    a: Shared
    b: Shared
    c: Shared


def deal(parties: int = 2, *, modulus: int = MODULUS, rng: np.random.Generator | None = None) -> Triple:
    """A fresh triple, shared among the parties, from a dealer whom all of them trust.

    parties : at least 2.
    modulus : the product that is worked out must fit as well.
    rng : seeded, for triples that are only shown; left out, the operating system draws.
    Source: Beaver (1991), "Efficient multiparty protocols using circuit randomization".
    Not secure because the dealer knows a and b: with what is opened it reads both factors. Real systems make triples by
    homomorphic encryption or oblivious transfer, without a dealer.
    """
    a, b = (signed(uniform(modulus, rng), modulus) for _ in range(2))
    numbers = (a, b, signed(a * b, modulus))
    return Triple(*(share(number, parties=parties, modulus=modulus, rng=rng) for number in numbers))


PIXELS, CLASSES = 784, 26
PIXEL_BITS, WEIGHT_BITS = 8, 24
LARGEST_WEIGHT = 2**20  # so that a score of 784 pixels stays below 2^63 in fixed point


class MatrixTriple(NamedTuple):
    """The masks `a` of the letters and `b` of the weights, and c = a b in two shares; all modulo 2^64.

    The client is given `a` and `client_c`, the server `b` and `server_c`.
    """

    a: Residues
    b: Residues
    client_c: Residues
    server_c: Residues


def _uniform(*shape):
    return np.frombuffer(secrets.token_bytes(8 * math.prod(shape)), np.uint64).reshape(shape)


def deal_matrices(letters: int) -> MatrixTriple:
    """A fresh triple for this many letters of 784 pixels and weights of 26 classes, from a dealer whom client and
    server trust.

    Source: Beaver (1991), in matrix form; each party masks its own input, so it may know the whole of its mask.
    Not secure because the dealer knows the masks: with the server it reads the letters, with the client the weights.
    """
    a, b, client_c = _uniform(letters, PIXELS), _uniform(PIXELS, CLASSES), _uniform(letters, CLASSES)
    return MatrixTriple(a, b, client_c, a @ b - client_c)


def read_privately(images: Images, weights: ArrayLike, triple: MatrixTriple) -> tuple[Floats, Transcript]:
    """The scores of each letter, [n, 26], which the client alone learns, and the transcript.

    images : uint8 [n, 784] or [n, 28, 28], known to the client alone; a pixel counts as its value / 256.
    weights : floats [784, 26], known to the server alone.
    triple : for n letters, never used before.
    Raises ValueError when the shapes do not fit, or when a weight is too large for the fixed point or not a number.
    Source: Beaver (1991); Mohassel and Zhang (2017), "SecureML", for fixed point in Z_2^64.
    Not secure because the scores themselves tell: a client that asks 784 times has the weights.
    """
    letters = np.asarray(images).reshape(len(images), -1)
    _check(letters, weights, triple)
    transcript = Transcript()
    # the client
    masked_letters = letters.astype(np.uint64) - triple.a
    transcript.send("client", "server", "letters less a", masked_letters)
    # the server
    masked_weights = encode(weights, WEIGHT_BITS) - triple.b
    servers_share = masked_letters @ triple.b + triple.server_c
    transcript.send("server", "client", "weights less b, share of the scores", (masked_weights, servers_share))
    # the client: (letters - a)(weights - b) + a (weights - b) + (letters - a) b + a b
    clients_share = letters.astype(np.uint64) @ masked_weights + triple.client_c
    return decode(clients_share + servers_share, PIXEL_BITS + WEIGHT_BITS), transcript


def _check(letters, weights, triple):
    if letters.shape != triple.a.shape or np.shape(weights) != triple.b.shape:
        raise ValueError(
            f"the triple is for letters of shape {triple.a.shape} and weights of shape {triple.b.shape}, "
            f"got {letters.shape} and {np.shape(weights)}"
        )
    if letters.dtype != np.uint8 or not np.all(np.abs(weights) <= LARGEST_WEIGHT):
        raise ValueError(f"letters are uint8 and weights lie within {LARGEST_WEIGHT:,}; else 64 bits are too few")


def weights_from_scores(ask: Callable[[Images], Floats]) -> Floats:
    """The weights of a linear reader, [784, 26], from one question a pixel.

    ask : function from images uint8 [n, 784] to their scores [n, 26].
    Source: Tramer and others (2016), "Stealing machine learning models via prediction APIs".
    """
    return ask(np.diag(np.full(PIXELS, 255, np.uint8))) * 256 / 255
