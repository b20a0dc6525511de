"""Seeds in Shamir's shares, committed to, and rebuilt from what decryptors return, wrong ones among it (lesson 52)."""

import functools
import hashlib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from privlab.fl.secagg.masking import SEED_BYTES
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused
from privlab.mpc.additive import uniform
from privlab.mpc.shamir import Share, height_at

PRIME = 2**130 - 5  # the first above every seed of 16 bytes that is well known: Poly1305's
SHARE_BYTES = 17
COMMITMENT_BYTES = 32
MISSING = 2 ** (8 * SHARE_BYTES) - 1  # stands for the share that a decryptor could not open
TRIES = 2_000  # ways to pick shares that are tried where too many are wrong to be corrected by themselves


def commitment(seed: bytes) -> bytes:
    """What a client publishes of a seed, 32 bytes: it tells nothing about it, and fits no other seed."""
    return hashlib.sha256(b"seed" + seed).digest()


def share_seed(seed: bytes, rules: Rules) -> list[int]:
    """The shares of a seed of 16 bytes, one for each decryptor in the order of the committee.

    The threshold of the rules says how many shares tell nothing.
    """
    coefficients = [*(uniform(PRIME) for _ in range(rules.threshold)), int.from_bytes(seed, "big")]
    return [
        functools.reduce(lambda height, number: height * x + number, coefficients, 0) % PRIME
        for x in range(1, rules.decryptors + 1)
    ]


def pack_shares(shares: Iterable[int]) -> bytes:
    """Shares, numbers below the prime or `MISSING`, 17 bytes each."""
    return b"".join(value.to_bytes(SHARE_BYTES, "big") for value in shares)


def unpack_shares(field: bytes, count: int, *, some_missing: bool = False) -> list[int]:
    """The `count` shares in bytes. Raises Refused when there are more, fewer, or one is no share.

    some_missing : True where a share may be `MISSING`.
    """
    if len(field) != count * SHARE_BYTES:
        raise Refused(f"{count} shares take {count * SHARE_BYTES} bytes, got {len(field)}")
    starts = range(0, len(field), SHARE_BYTES)
    shares = [int.from_bytes(field[start : start + SHARE_BYTES], "big") for start in starts]
    if any(value >= PRIME and not (some_missing and value == MISSING) for value in shares):
        raise Refused("a share is larger than its modulus: it is none")
    return shares


@dataclass(frozen=True)
class Rebuilt:
    """A seed from its shares: the 16 bytes, or None where they fit no seed that was committed to.

    wrong : positions in the committee of those whose share is not on the seed's polynomial, or is missing.
    """

    seed: bytes | None
    wrong: tuple[int, ...] = ()


def rebuild_seed(shares: Mapping[int, int], rules: Rules, committed: bytes) -> Rebuilt:
    """The seed that a client committed to, from the shares of decryptors, some of which may be wrong.

    As many as (shares - threshold - 1) / 2 wrong ones are corrected, rounded down: `Rules.corrected` of a quorum's.
    With the commitment more are, where picking the right ones takes few tries.

    shares : by a decryptor's position in the committee, its share or `MISSING`.
    committed : as of `commitment`.
    Raises Refused when there are too few decryptors.
    Source: Shamir (1979); McEliece and Sarwate (1981); the decoder is Gao's (2003).
    """
    there = {position: value for position, value in shares.items() if value != MISSING}
    needed = rules.threshold + 1
    if len(shares) < needed:
        raise Refused(f"{len(shares)} decryptors helped, and to rebuild a seed takes {needed}")
    chosen = tuple(sorted(there))
    for pick in (chosen[:needed], None, *_picks(chosen, needed)):
        if pick is None:
            corrected = _corrected(there, needed)
            pick = () if corrected is None else corrected[:needed]
        if len(pick) < needed:
            continue
        number = _height(there, pick, 0)
        if number < 2 ** (8 * SEED_BYTES) and commitment(number.to_bytes(SEED_BYTES, "big")) == committed:
            wrong = [at for at in shares if at not in there or _height(there, pick, at + 1) != there[at]]
            return Rebuilt(number.to_bytes(SEED_BYTES, "big"), tuple(sorted(wrong)))
    return Rebuilt(None)


def dealer_to_blame(helpers: int, rules: Rules) -> bool:
    """Whether it must be its dealer's fault when a seed cannot be rebuilt from the shares of so many decryptors.

    So it is where the right shares that an honest dealer's seed has, all but the accomplices', would have been found.
    """
    needed, right = rules.threshold + 1, helpers - rules.accomplices
    return right >= needed and (helpers - needed >= 2 * rules.accomplices or math.comb(helpers, needed) <= TRIES)


def _picks(positions: Sequence[int], needed: int) -> Iterable[tuple[int, ...]]:
    return itertools.combinations(positions, needed) if math.comb(len(positions), needed) <= TRIES else ()


def _height(shares: Mapping[int, int], pick: tuple[int, ...], x: int) -> int:
    """The height at `x` of the polynomial through the picked shares."""
    return sum(weight * shares[at] for weight, at in zip(_weights(pick, x), pick)) % PRIME


@functools.lru_cache(maxsize=1024)
def _weights(positions: tuple[int, ...], x: int) -> list[int]:
    """Lagrange's weights: the height at `x` is the weighted sum of the heights at the positions."""
    return [height_at([Share(other + 1, int(other == one), PRIME) for other in positions], x) for one in positions]


def _corrected(shares: Mapping[int, int], needed: int) -> tuple[int, ...] | None:
    """The positions whose shares lie on one polynomial of degree below `needed`; None where too many are wrong.

    Polynomials are lists of coefficients, the lowest first.
    """
    points = [(position + 1, value) for position, value in sorted(shares.items())]
    if len(points) < needed:
        return None
    vanishing, through = [1], [0]  # on all points; through all points
    for x, y in points:
        at_x = _value(vanishing, x)
        step = (y - _value(through, x)) * pow(at_x, -1, PRIME) % PRIME
        through = _sum(through, [step * number for number in vanishing])
        vanishing = _sum([0, *vanishing], [-x * number for number in vanishing])
    before, rest, locator_before, locator = vanishing, through, [0], [1]
    while 2 * (len(rest) - 1) >= len(points) + needed:
        quotient, remainder = _divided(before, rest)
        before, rest = rest, remainder
        locator_before, locator = locator, _sum(locator_before, [-number for number in _product(quotient, locator)])
    found, remainder = _divided(rest, locator)
    if any(remainder) or len(found) > needed:
        return None
    return tuple(x - 1 for x, y in points if _value(found, x) == y)


def _trimmed(numbers: list[int]) -> list[int]:
    numbers = [number % PRIME for number in numbers]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return numbers


def _value(numbers: list[int], x: int) -> int:
    return functools.reduce(lambda height, number: (height * x + number) % PRIME, reversed(numbers), 0)


def _sum(one: list[int], other: list[int]) -> list[int]:
    return _trimmed([a + b for a, b in itertools.zip_longest(one, other, fillvalue=0)])


def _product(one: list[int], other: list[int]) -> list[int]:
    numbers = [0] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            numbers[i + j] += a * b
    return _trimmed(numbers)


def _divided(numbers: list[int], by: list[int]) -> tuple[list[int], list[int]]:
    """Quotient and remainder."""
    quotient, rest, inverse = [0] * max(1, len(numbers) - len(by) + 1), list(numbers), pow(by[-1], -1, PRIME)
    for shift in range(len(numbers) - len(by), -1, -1):
        quotient[shift] = rest[shift + len(by) - 1] * inverse % PRIME
        for at, number in enumerate(by):
            rest[shift + at] = (rest[shift + at] - quotient[shift] * number) % PRIME
    return _trimmed(quotient), _trimmed(rest)
