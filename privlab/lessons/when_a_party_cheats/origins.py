"""What the checks of lesson 13 share: whether what an answer draws can be repeated or tried, and what is told beside
it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from privlab.lab.randomness import repeats, simulators, system_bytes
from privlab.lab.results import carried, named, seen

Told = tuple[str, str] | None  # a mark and a sentence, or nothing to say


def can_be_repeated(call: Callable[[], Any], what: str, *, least: int = 16) -> Told:
    """How what a call draws could be drawn again by another; its result is what was drawn, of 16 bytes or more.

    what : in words, in the plural: "the shares". least : bytes of the operating system's that it takes at least.
    """
    if repeats(call):
        return "⚠", f"{what} repeat when the seed does: whoever knows or guesses the seed has them; draw from `secrets`"
    makers = simulators(call)
    if makers:
        return "⚠", (
            f"{what} come from {makers[0]}, a generator for simulations: whoever knows some numbers that it drew, or "
            "tries its seeds, has the others; draw from `secrets`"
        )
    taken = system_bytes(call)
    if 0 < taken < least:
        return "⚠", f"{what} take {taken} bytes from the operating system, where {least} belong: they can be tried"
    return None


class Digit(NamedTuple):
    """A binary digit of texts of bytes, and in how many of them it is 1."""

    byte: int
    place: int
    ones: int


def uneven_digit(drawn: Sequence[bytes], most: float) -> Digit | None:
    """The binary digit that is farthest from being 1 in half of the texts, if that is farther than `most` of them.

    drawn : of one length.
    """
    digits = np.unpackbits(np.array([list(each) for each in drawn], np.uint8), axis=1).sum(axis=0, dtype=int)
    worst = int(np.abs(digits - len(drawn) / 2).argmax())
    if abs(digits[worst] - len(drawn) / 2) <= most:
        return None
    return Digit(*divmod(worst, 8), int(digits[worst]))


def told_beside(answer: Callable, calls: Iterable[tuple[str, tuple]], parts: Callable[[Any], Iterable]) -> Told:
    """What kinds, attributes or prints tell about what an answer was given.

    calls : how each call reads, and its arguments. parts : what the result of a call is made of.
    """
    kinds: dict[tuple, str] = {}
    for said, arguments in calls:
        value, beside = seen(answer, *arguments)
        several = list(parts(value))
        for part in (value, *several):
            if carried(part):
                return "⚠", f"what {said} returns carries more along: {named(carried(part))}"
        kinds.setdefault((beside, ", ".join(type(part).__name__ for part in several)), said)
    if len(kinds) > 1:
        ((one, ones), first), ((other, others), second), *_ = kinds.items()
        if one == other:
            one, other = ones, others
        return "⚠", (
            f"of {first} an onlooker sees {one[:70]}, and of {second} {other[:70]}: that tells what is to stay hidden"
        )
    return None
