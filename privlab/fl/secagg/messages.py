"""The messages of the secure sum as bytes, signed: nothing else passes between clients and server (lesson 52)."""

import functools
import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

KINDS = ("keys", "announcement", "report", "labels", "agreement", "agreements", "shares")
SERVER = 2**32 - 1
HEAD = struct.Struct("<4sBIII")
MAGIC = b"sum2"
SIGNATURE_BYTES = 64

Step = TypeVar("Step", bound=Callable[..., Any])


class Refused(ValueError):
    """A party does not do what a message asks of it; the sentence says why."""


def one_at_a_time(step: Step) -> Step:
    """The method of a party that has a lock `_turn`: what arrives at once is taken in turn.

    Two requests that are looked at side by side would both find that nothing was promised yet.
    """

    @functools.wraps(step)
    def alone(party: Any, *arguments: Any, **named: Any) -> Any:
        with party._turn:
            return step(party, *arguments, **named)

    return cast(Step, alone)


class Message(NamedTuple):
    """A message taken apart: kind, round, the sender's number (`SERVER` for the server), its fields.

    signed : the bytes that the signature is under. signature : 64 bytes, of whom it says to be.
    """

    kind: str
    round: int
    sender: int
    fields: tuple[bytes, ...]
    signed: bytes
    signature: bytes


def pack(kind: str, *fields: bytes, round: int, sender: int, sign: Callable[[bytes], bytes]) -> bytes:
    """The message: a head of 17 bytes, each field after its length, and the signature under all of it.

    kind : one of `KINDS`. round, sender : from 0 below 2^32.
    sign : makes the 64 bytes of a signature of the message without it.
    """
    head = HEAD.pack(MAGIC, KINDS.index(kind), round, sender, len(fields))
    body = b"".join([head, *(part for field in fields for part in (struct.pack("<I", len(field)), field))])
    return body + sign(body)


def unpack(data: bytes, kind: str, count: int | None = None) -> Message:
    """The message taken apart. Whose the signature is, nobody has looked at yet: see `keys.verified`.

    kind : what it must be. count : how many fields it must have; left out, any number.
    Raises Refused when the bytes are no message, one of another kind, cut short or too long.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise Refused(f"a message of the secure sum is bytes, and this is {type(data).__name__}: it is garbage")
    data = bytes(data)
    try:
        magic, number, round, sender, said = HEAD.unpack_from(data)
        start, fields = HEAD.size, []
        if magic != MAGIC or number >= len(KINDS):
            raise struct.error
        for _ in range(said):
            (size,) = struct.unpack_from("<I", data, start)
            field = data[start + 4 : start + 4 + size]
            if len(field) < size:
                raise struct.error
            fields.append(field)
            start += 4 + size
        if start + SIGNATURE_BYTES != len(data):
            raise struct.error
    except struct.error:
        raise Refused("these bytes are no message of the secure sum: they are garbage, or were cut") from None
    if KINDS[number] != kind or count not in (None, len(fields)):
        raise Refused(
            f"a message of the kind {kind!r} was due, and this one is {KINDS[number]!r} with {len(fields)} fields"
        )
    return Message(kind, round, sender, tuple(fields), data[:start], data[start:])


def pack_numbers(numbers: Iterable[int]) -> bytes:
    """Whole numbers from 0 below 2^32, four bytes each."""
    return np.asarray(list(numbers), "<u4").tobytes()


def unpack_number(field: bytes) -> int:
    """The one whole number in bytes. Raises Refused unless they are four."""
    if len(field) != 4:
        raise Refused(f"a number takes four bytes, and here are {len(field)}")
    return int.from_bytes(field, "little")


def unpack_numbers(field: bytes, below: int) -> list[int]:
    """The whole numbers in bytes, which must rise strictly.

    Raises Refused when they are no such numbers, or one is not below `below`.
    """
    if len(field) % 4:
        raise Refused("a list of clients takes four bytes for each, and this one was cut")
    numbers = np.frombuffer(field, "<u4").tolist()
    if any(after <= before for before, after in zip(numbers, numbers[1:])) or numbers and numbers[-1] >= below:
        raise Refused("a list of clients must rise and name only clients that there are")
    return numbers


def round_digest(announcement: bytes) -> bytes:
    """What names a round: the digest of all that the server announced."""
    return hashlib.sha256(announcement).digest()


def statement(round_id: bytes, online: Sequence[int]) -> bytes:
    """What decryptors sign: the round, by the digest of its announcement, and the clients who are online."""
    return b"online" + round_id + pack_numbers(online)
