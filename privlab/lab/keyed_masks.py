"""Whether masks that are drawn from a key and a round hide what they are added to; told in a sentence, or None."""

import hashlib
import secrets
from collections.abc import Callable, Iterable

import numpy as np

from privlab.arrays import Residues
from privlab.lab.distributions import ERROR, p_of_counts
from privlab.lab.randomness import recurrence, simulators

LENGTH = 20_000  # numbers of a long mask
SHORT = 16
PLACES, CALLS = 333, 256  # of a test that looks at each place and each bit
BIASED = 64  # ones more or less than half of 256: eight standard deviations
KEYS = 3_000  # of which two draw the same when the mask depends on fewer than about 20 bits
TWISTER = 41_000  # numbers whose lowest bits tell the Mersenne Twister, of 19,937 bits

Draw = Callable[[bytes, bytes, int], Residues]


def weakness(draw: Draw, key_name: str = "key") -> str | None:
    """Where masks fall short of what an attacker without the key cannot tell from noise.

    draw : function from a key of 32 bytes, a round's bytes and a length to a mask, uint64 [length].
    key_name : what the exercise calls the key.
    Looks at long masks and at each place of short ones, at rounds against each other, at keys that differ in one bit or
    in two, at many keys, and at the kind of generator. Calls right masks wrong once in 10^8 times. Does not see that
    only some of the bits of a hash are kept when these are more than about 20, nor a weak cipher.
    """
    key = secrets.token_bytes(32)
    first = draw(key, b"round 1", LENGTH)
    if p_of_counts(np.bincount(first.view(np.uint8), minlength=256), first.nbytes / 256) < ERROR / 10:
        return "the mask is not uniform over all 2^64 numbers, and the update shines through"
    for round in (b"round 2", b"sound 1", b"round 11", secrets.token_bytes(16)):
        follows = related(first, draw(key, round, LENGTH))
        if follows:
            return (
                f"in two rounds, {b'round 1'!r} and {round!r}, {follows}: the server subtracts the two messages and "
                "has how the update changed"
            )
    follows = related(first, draw(secrets.token_bytes(32), b"round 1", LENGTH))
    if follows:
        return f"with two {key_name}s that have nothing to do with each other {follows}: anyone can draw the masks"
    return (
        _steady([draw(key, b"round %d" % call, PLACES) for call in range(CALLS)])
        or _lost_bits(draw, key, key_name)
        or _for_simulations(draw, key)
        or _few_masks(draw, key_name)
    )


def related(first: Residues, second: Residues) -> str | None:
    """How one mask [n] follows from another without any key, in words; None when nothing is seen.

    It may be the same, the other one times a number plus a number, or with bits flipped, or hold the same numbers.
    """
    if np.array_equal(first, second):
        return "the mask is the same"
    if (first == second).any():
        return f"the masks are the same in {(first == second).sum():,} of {len(first):,} places"
    steps, others = np.diff(first), np.diff(second)
    linear = (steps[:-1] * others[1:] == steps[1:] * others[:-1]).mean() if len(first) > 2 else 0
    flipped = (np.diff(first ^ second) == 0).mean() if len(first) > 1 else 0
    if max(linear, flipped) > 0.1:
        return "one mask is the other, changed by a number that is the same in all places"
    numbers = np.concatenate([np.minimum(mask, -mask) for mask in (first, second)])
    if len(np.unique(numbers)) < len(numbers):
        return "the masks hold the same numbers again"
    return None


def _steady(masks: Iterable[Residues]) -> str | None:
    """Where a bit of a place is not 0 and 1 equally often: [calls, places] masks."""
    rows = np.array(list(masks))
    bits = np.unpackbits(rows.view(np.uint8).reshape(len(rows), -1), axis=1).sum(axis=0, dtype=int)
    off = np.abs(bits - len(rows) // 2).reshape(-1, 64)
    if off.max() <= BIASED:
        return None
    place = int(off.max(axis=1).argmax())
    values = len(set(rows[:, place].tolist()))
    return (
        f"number {place} of a mask of {rows.shape[1]} numbers is not uniform: in {len(rows)} rounds it has {values} "
        f"value{'s' * (values != 1)}, and a bit of it is nearly always the same"
    )


def _lost_bits(draw, key, key_name):
    """Which part of the key makes no difference: each byte alone, and two that a fold would cancel."""
    short = draw(key, b"round 1", SHORT)
    folds = [(index, index + apart) for apart in (4, 8, 16) for index in range(32 - apart)]
    for flipped in [(index,) for index in range(32)] + folds:
        flip = 1 << flipped[0] % 8
        other = bytes(byte ^ flip if index in flipped else byte for index, byte in enumerate(key))
        if (draw(other, b"round 1", SHORT) == short).any():
            where = " and ".join(map(str, flipped))
            return (
                f"two {key_name}s that differ in byte {where} draw the same numbers: part of the {key_name}'s 256 bits "
                "is lost, and who tries what is left finds it"
            )
    return None


def _for_simulations(draw, key):
    """Which generator for simulations the numbers come from, by its maker or by what it draws."""
    made = simulators(lambda: draw(key, b"round 1", SHORT))
    if made:
        kind = f"{made[0]}, a generator made for simulations"
    elif recurrence((draw(key, b"round 1", TWISTER) & np.uint64(1)).tolist()):
        kind = "a generator made for simulations, which adds up bits of what it drew before"
    else:
        return None
    return f"the numbers come from {kind}: it promises even numbers, not that those seen do not give away the rest"


def _few_masks(draw, key_name):
    """Whether two of many keys draw the same mask."""
    seen = {draw(hashlib.sha256(b"%d" % number).digest(), b"round 1", 2).tobytes() for number in range(KEYS)}
    if len(seen) == KEYS:
        return None
    return (
        f"{KEYS:,} {key_name}s draw no more than {len(seen):,} different masks: so few seeds are left of the 2^256 "
        f"{key_name}s that the server tries them all"
    )
