"""What the check of `commit` looks at: whether a commitment binds, and whether it hides."""

import builtins
import contextlib
import hashlib
import inspect
import itertools
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np

from privlab.lab.randomness import simulators
from privlab.lab.results import as_whole, carried, named, own, seen
from privlab.language import translate

FEWEST_BITS = 150  # of a commitment: of fewer bits n, two that are alike are found in 2^(n/2) tries
HIDDEN_BITS = 128  # of the nonce: fewer could be tried
COMMIT_SECONDS = 1.1  # of the processor, for a slow hash: fewer values and nonces are tried then


def _nonce(number):
    return hashlib.sha256(b"a nonce to show, %d" % number).digest()


FIRST = _nonce(0)


def sealed_part(commitment: Any, nonce: bytes) -> Any:
    """The commitment without the nonce beside it, which the course's own `commit` returns for the owner to keep."""
    if isinstance(commitment, tuple | list) and len(commitment) == 2 and isinstance(commitment[1], bytes):
        return commitment[0] if commitment[1] == nonce else commitment
    return commitment


def octets(commitment: Any) -> Any:
    """The commitment as bytes, to compare place by place; None for what is neither bytes nor text nor number."""
    if isinstance(commitment, bytes | bytearray | memoryview):
        return bytes(commitment)
    if isinstance(commitment, str):
        try:
            return bytes.fromhex(commitment)
        except ValueError:
            return commitment.encode()
    if hasattr(commitment, "tobytes") and getattr(commitment, "ndim", False):
        return commitment.tobytes()
    if isinstance(commitment, tuple | list):
        with contextlib.suppress(TypeError, ValueError):
            return bytes(commitment)
        parts = [octets(part) for part in commitment]
        return None if None in parts else b"".join(part.rjust(32, b"\0") for part in parts)
    number = as_whole(commitment)
    if number is not None:
        return number.to_bytes(max(64, number.bit_length() // 8 + 1), "big", signed=True)
    return None


def does_not_bind(answer: Callable, sealed: Callable, values: int) -> str | None:
    """Why a commitment could be opened in two ways, or in none."""
    if octets(sealed(3_800)) != octets(sealed(3_800)):
        return translate("commit(3800, nonce) gave two different answers: such a commitment cannot be opened")
    plain = inspect.unwrap(answer)
    called = []

    def noted(thing, old=hash):
        if sys._getframe(1).f_globals is getattr(plain, "__globals__", None):
            called.append(thing)
        return old(thing)

    with mock.patch.object(builtins, "hash", noted):
        makers = simulators(lambda: answer(3_800, FIRST))
    if called or makers:
        return translate(
            "{what} is no cryptographic hash: others cannot open such a commitment, or open it in two ways; take one "
            "from hashlib",
            what=translate("hash() differs from one Python to the next, and") if called else makers[0],
        )
    first: dict[bytes, int] = {}
    step = -(-10_000 // values)
    further = (12_686, 14_968, *(3_800 + 2**bits for bits in (16, 31, 32, 64)), -618, -3_800, -1)
    for value in (*range(0, 10_000, step), 618, 3_800, *further):
        commitment = sealed(value) if 0 <= value < 2**16 else _without_refusal(own(answer), value, FIRST)
        if commitment is None:
            continue
        twin = first.setdefault(octets(commitment), value)
        if twin != value:
            return translate(
                "{twin} and {value} give the same commitment: it could be opened as either", twin=twin, value=value
            )
    bits = _bits([sealed(7 * index, _nonce(index)) for index in range(1_000)])
    if bits < FEWEST_BITS:
        return translate(
            "the commitment has only about {bits} bits: 2^{half} tries find two raises with the "
            "same one, and it could be opened as either",
            bits=bits,
            half=bits // 2,
        )
    return _opens_as_another(plain)


def _without_refusal(plain, value, nonce):
    """The commitment by the reader's own function; None where it refuses the value."""
    try:
        return sealed_part(plain(value, nonce), nonce)
    except Exception:
        return None


def _bits(commitments):
    """How many bits of the commitments can differ independently: the fewest of two counts."""
    rows = [octets(commitment) for commitment in commitments]
    width = max(map(len, rows))
    columns = zip(*(row.rjust(width, b"\0") for row in rows))
    capacity = sum(np.log2(len(set(column))) for column in columns)
    basis: dict[int, int] = {}  # by the highest bit, of what the rows differ by
    origin = int.from_bytes(rows[0], "big")
    for row in rows[1:]:
        rest = int.from_bytes(row, "big") ^ origin
        while rest and rest.bit_length() in basis:
            rest ^= basis[rest.bit_length()]
        if rest:
            basis[rest.bit_length()] = rest
    return int(min(capacity, len(basis)))


def _opens_as_another(plain):
    """Tries other values with nonces changed so that adding, subtracting or flipping bits would make up for them."""
    value, commitment, tries = 3_800, octets(_without_refusal(plain, 3_800, FIRST)), []
    for order in ("big", "little"):
        number = int.from_bytes(FIRST, order)
        several = [
            (other, changed)
            for other in (3_801, 9_999)
            for changed in (number ^ value ^ other, number + value - other, number - value + other)
        ]
        for changed in (number + 1, int.from_bytes(_nonce(1), order)):
            moved = octets(_without_refusal(plain, value, changed.to_bytes(32, order)))
            one, two = (int.from_bytes(part, order) for part in (commitment, moved))
            several += [(value + one - two, changed), (value - one + two, changed), (value ^ one ^ two, changed)]
        tries += [(other, changed.to_bytes(32, order)) for other, changed in several]
    for other, changed in tries:
        opened = _without_refusal(plain, other, changed)
        if other != value and opened is not None and octets(opened) == commitment:
            digits = (
                f"{other}"
                if abs(other) < 10**6
                else translate("a number of {count} digits", count=len(str(abs(other))))
            )
            return translate(
                "the commitment to 3800 opens as {digits} with another nonce: it binds nobody", digits=digits
            )
    return None


def in_the_clear(answer: Callable, sealed: Callable, beside: str) -> str | None:
    """What shows the value or the nonce to the eye, or by its length and type."""
    if all(str(number) in str(sealed(number)) for number in (3_800, 9_999)):  # by chance once in 10^6
        return translate("the commitment to 3800 shows 3800 in the clear")
    nonce, first = FIRST, sealed(3_800)
    for part in first if isinstance(first, tuple | list) else [first]:
        texts = [nonce.hex(), *(str(int.from_bytes(nonce, order)) for order in ("big", "little"))]
        if nonce in part if isinstance(part, bytes | bytearray) else any(text in str(part) for text in texts):
            return translate(
                "the commitment shows the nonce itself: whoever has it tries all raises up to 9,999 and finds 3,800"
            )
    lengths: dict[int, list[int]] = {}
    for value in (0, 7, 3_800, 9_999, 14_968):
        for index in range(40):
            commitment, said = seen(answer, value, _nonce(index))
            if said != beside:
                return translate(
                    "of commit({value}, nonce) an onlooker sees {said}, and of commit(3800, nonce) "
                    "{beside}: that tells which value it is",
                    value=value,
                    said=said[:60],
                    beside=beside[:60],
                )
            commitment = sealed_part(commitment, _nonce(index))
            lengths.setdefault(value, []).append(
                len(commitment) if hasattr(commitment, "__len__") else len(octets(commitment))
            )
            if carried(commitment):
                return translate(
                    "the commitment carries more along: {commitment}", commitment=named(carried(commitment))
                )
    spans = {value: (min(several), max(several)) for value, several in lengths.items()}
    for one, other in itertools.combinations(spans, 2):
        if spans[one][1] < spans[other][0] or spans[one][0] > spans[other][1]:
            return translate(
                "the commitment to {one} is {length} long and that to {other} {other_length}: its length "
                "tells how large the value is",
                one=one,
                length=spans[one][0],
                other=other,
                other_length=spans[other][0],
            )
    return None


def does_not_hide(sealed: Callable, nonces: int) -> str | None:
    """Whether the value could be found by trying it with what of the nonce matters and is not shown."""
    place = _dependence(sealed)
    used = np.flatnonzero(place.any(axis=1))
    if len(used) == 0:
        return translate("the nonce changes nothing: trying the raises from 0 to 9,999 takes a moment and finds 3,800")
    if len(used) < HIDDEN_BITS:
        return translate(
            "only {used} of the 256 bits of the nonce matter: 2^{used} nonces can be tried with every raise",
            used=len(used),
        )
    told = _places_of_the_value(sealed, place.shape[1])
    few = place.sum(axis=0)
    for column in np.flatnonzero(told):
        if few[column] == 0:
            return translate(
                "a part of the commitment is the same whatever the nonce, and another for 9999 than "
                "for 3800: whoever computes it for the raises from 0 to 9,999 knows the raise"
            )
        if few[column] < 0.75 * HIDDEN_BITS and few[column] < len(used):
            return translate(
                "a part of the commitment depends on the raise and on some {few} bits of the nonce "
                "alone: they can be tried with every raise",
                few=few[column],
            )
    shows = place[:, (few > 0) & (few <= 16)].any(axis=1)
    hidden = place[:, told].any(axis=1) & ~shows
    if hidden.sum() < HIDDEN_BITS:
        return translate(
            "only {hidden} of the 256 bits of the nonce matter and are not shown, so that 2^{hidden} "
            "nonces can be tried with every raise",
            hidden=hidden.sum(),
        )
    for value in (0, 1, 3_801, 9_999):
        number = int.from_bytes(FIRST, "big")
        flips = [1 << (8 * byte + (byte + value) % 8) for byte in range(32)]
        plain = octets(sealed(value))
        count = sum(octets(sealed(value, (number ^ flip).to_bytes(32, "big"))) != plain for flip in flips)
        if 8 * count < HIDDEN_BITS:
            return translate(
                "of the nonce of {value} only {count} of 32 bytes matter: 2^{bits} of them can be "
                "tried with every raise",
                value=value,
                count=count,
                bits=8 * count,
            )
    for value in (3_800, 0):
        several = {octets(sealed(value, _nonce(index))) for index in range(nonces)}
        if len(several) < nonces:
            return translate(
                "of {nonces:,} nonces only {several:,} give different commitments to {value}: so few "
                "can be tried with every raise",
                nonces=nonces,
                several=len(several),
                value=value,
            )
    nonce = FIRST
    for by in (1, 2, 4, 8):
        if octets(sealed(3_800, nonce[by:] + nonce[:by])) == octets(sealed(3_800, nonce)):
            return translate(
                "the nonce counts the same when its bytes are moved on by {by}: what is left of it "
                "can be tried with every raise",
                by=by,
            )
    return None


def _dependence(sealed):
    """Which bits of the nonce change which bytes of the commitment to 3800, bool [256, bytes]."""
    nonce = int.from_bytes(FIRST, "big")
    flips = (0, *(1 << bit for bit in range(256)))
    rows = [octets(sealed(3_800, (nonce ^ flip).to_bytes(32, "big"))) for flip in flips]
    width = max(map(len, rows))
    rows = np.array([list(row.rjust(width, b"\0")) for row in rows])
    return rows[1:] != rows[0]


def _places_of_the_value(sealed, width):
    """Which bytes of the commitment change with the value, bool [bytes]."""
    rows = [octets(sealed(value)).rjust(width, b"\0")[-width:] for value in (3_800, *range(0, 10_000, 617), 9_999)]
    return (np.array([list(row) for row in rows]) != list(rows[0])).any(axis=0)
