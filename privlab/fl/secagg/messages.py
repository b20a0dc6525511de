"""The messages of the secure sum as bytes: nothing else passes between clients and server (lesson 52)."""

import struct
from typing import NamedTuple

import numpy as np

KINDS = ("keys", "announcement", "report", "labels", "agreement", "agreements", "shares")
SERVER = 2**32 - 1
HEAD = struct.Struct("<4sBIII")
MAGIC = b"sum1"


class Refused(ValueError):
    """A party does not do what a message asks of it; the sentence says why."""


class Message(NamedTuple):
    """A message taken apart: kind, round, the sender's number (`SERVER` for the server), its fields as bytes."""

    kind: str
    round: int
    sender: int
    fields: tuple


def pack(kind, round, sender, *fields):
    """The message as bytes: a head of 17 bytes, then each field after its length.

    kind : one of `KINDS`; round, sender : int from 0 below 2^32; fields : bytes.
    """
    head = HEAD.pack(MAGIC, KINDS.index(kind), round, sender, len(fields))
    return b"".join([head, *(part for field in fields for part in (struct.pack("<I", len(field)), field))])


def unpack(data, kind, fields=None):
    """The `Message` in bytes.

    kind : str, what it must be; fields : int, how many fields it must have, any number when left out.
    Raises Refused when the bytes are no message, one of another kind, cut short or too long.
    """
    try:
        magic, number, round, sender, count = HEAD.unpack_from(data)
        place, found = HEAD.size, []
        if magic != MAGIC or number >= len(KINDS):
            raise struct.error
        for _ in range(count):
            (size,) = struct.unpack_from("<I", data, place)
            field = bytes(data[place + 4 : place + 4 + size])
            if len(field) < size:
                raise struct.error
            found.append(field)
            place += 4 + size
        if place != len(data):
            raise struct.error
    except (struct.error, TypeError):
        raise Refused("these bytes are no message of the secure sum: they are garbage, or were cut") from None
    if KINDS[number] != kind or fields not in (None, len(found)):
        raise Refused(
            f"a message of the kind {kind!r} was due, and this one is {KINDS[number]!r} with {len(found)} fields"
        )
    return Message(kind, round, sender, tuple(found))


def pack_numbers(numbers):
    """Whole numbers from 0 below 2^32 as bytes, four each."""
    return np.asarray(numbers, "<u4").tobytes()


def unpack_numbers(field, below):
    """The whole numbers in bytes, a list that rises strictly.

    Raises Refused when they are no such numbers, or one is not below `below`.
    """
    if len(field) % 4:
        raise Refused("a list of clients takes four bytes for each, and this one was cut")
    numbers = np.frombuffer(field, "<u4").tolist()
    if any(after <= before for before, after in zip(numbers, numbers[1:])) or numbers and numbers[-1] >= below:
        raise Refused("a list of clients must rise and name only clients that there are")
    return numbers
