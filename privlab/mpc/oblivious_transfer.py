"""Oblivious transfer: of two messages a receiver gets the one that it chooses; the sender does not learn which (lesson
13).
"""

from __future__ import annotations

import hashlib

from privlab.mpc.psi import power, random_key
from privlab.mpc.transcript import Transcript

PURPOSE = b"privlab lesson 13: oblivious transfer\0"


def generator_power(key: bytes) -> bytes:
    """The group's generator g raised to the key, a point of 32 bytes.

    key : as `random_key` returns it, not 0.
    """
    from nacl.bindings import crypto_scalarmult_ed25519_base_noclamp

    return crypto_scalarmult_ed25519_base_noclamp(key)


def point_product(one: bytes, other: bytes) -> bytes:
    """The product of two points, 32 bytes. (Who writes the group with plus calls it the sum.)

    Raises ValueError when one is no point of the curve; that both are in the group is for `power` to say.
    """
    from nacl.bindings import crypto_core_ed25519_add

    return _on_points(crypto_core_ed25519_add, one, other)


def point_quotient(one: bytes, other: bytes) -> bytes:
    """The point that is multiplied by `other` to give `one`, 32 bytes. Raises as `point_product` does."""
    from nacl.bindings import crypto_core_ed25519_sub

    return _on_points(crypto_core_ed25519_sub, one, other)


def _on_points(combine, one, other):
    from nacl.exceptions import RuntimeError as Refused
    from nacl.exceptions import TypeError as NoPoint

    try:
        return combine(one, other)
    except (Refused, NoPoint):
        raise ValueError(
            "these are no two points of the curve: stop, the other party does not follow the protocol"
        ) from None


def offer() -> tuple[bytes, bytes]:
    """The sender's first message A = g^a, and a, which it keeps."""
    key = random_key()
    return generator_power(key), key


def choose(bit: int, offered: bytes) -> tuple[bytes, bytes]:
    """The receiver's request, g^b for the bit 0 and A g^b for 1, and the point A^b, from which its key is made.

    The request is uniform whatever the bit: multiplying by A moves a uniform point to a uniform point.
    offered : A. Raises ValueError when it is no point of the group: a request made of it could show the bit.
    Source: Chou and Orlandi (2015), "The simplest protocol for oblivious transfer".
    """
    if bit not in (0, 1):
        raise ValueError(f"the receiver chooses message 0 or message 1, got {bit!r}")
    secret = random_key()
    point = power(offered, secret)  # refuses what is not in the group, before it is used
    request = generator_power(secret)
    return (point_product(offered, request) if bit else request), point


def points_of(request: bytes, offered: bytes, key: bytes) -> tuple[bytes, bytes]:
    """The two points B^a and (B / A)^a of the sender's, one for each message; the receiver has one of them.

    request, offered, key : B, A and a. Raises ValueError when B is no point of the group.
    Source: Chou and Orlandi (2015).
    """
    first = power(request, key)
    return first, power(point_quotient(request, offered), key)


def seal(point: bytes, message: bytes) -> bytes:
    """The message under a key that is hashed from the point, as long as it was; sealed again, it is open.

    message : one only for each point.
    Not secure because a sealed message can be changed on its way, and the change is not noticed.
    """
    stream = hashlib.shake_256(PURPOSE + point).digest(len(message))
    return bytes(a ^ b for a, b in zip(message, stream))


def transfer(messages: tuple[bytes, bytes], bit: int) -> tuple[bytes, Transcript]:
    """The message that the receiver chose, which it alone learns, and the transcript.

    messages : two of one length. bit : 0 for the first, 1 for the second.
    Raises ValueError for messages that are not two of one length, or another bit.
    Source: Chou and Orlandi (2015). The receiver cannot have both points under the computational Diffie-Hellman
    assumption; the hash is taken for a random function.
    Not secure because both sides are played here by one program; several transfers at once need a number in each hash.
    """
    if len(messages) != 2 or len(messages[0]) != len(messages[1]):
        raise ValueError("the sender has two messages of one length: fill up the shorter one, since lengths are seen")
    transcript = Transcript()
    offered, key = offer()  # the sender
    transcript.send("sender", "receiver", "A", offered)
    request, point = choose(bit, offered)  # the receiver
    transcript.send("receiver", "sender", "B", request)
    sealed = tuple(map(seal, points_of(request, offered, key), messages))  # the sender
    transcript.send("sender", "receiver", "both messages, sealed", sealed)
    return seal(point, sealed[bit]), transcript  # the receiver
