"""What the check of `share` looks at: shares that are none, and what shares tell."""

import itertools
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from privlab.lab.distributions import p_of_counts, uneven
from privlab.lab.randomness import repeats, simulators, system_bytes
from privlab.lab.results import as_whole, carried, listed, named, seen, shown
from privlab.language import later, translate

Answer = Callable[[int, int, int], Any]  # from a secret, parties and a modulus to shares
SHARINGS = (  # secret, parties, modulus; the secret is below half the modulus, as the course's own `share` wants it
    (3_800, 4, 2**64),
    (25, 3, 59),
    (0, 2, 8),
    (3, 5, 8),
    (5, 6, 11),
    (2**62 + 1, 2, 2**64),
    (12_686, 8, 2**64),
)
LARGE = ((50, 3, 59), (7, 4, 8), (2**64 - 618, 4, 2**64))  # may be refused
COALITIONS = (  # parties, the moduli from which one is drawn, sharings of each of two secrets
    (3, (6, 7, 9, 10), 2_000),
    (4, (3, 4), 2_000),
    (2, range(60, 71), 4_000),
    (6, (2,), 1_000),
)
REMAINDERS = (171, 43_691, 2_863_311_531)  # two thirds of 2^8, 2^16 and 2^32: remainders of such words are uneven here
SIZES = (6, 12, 24, 48)  # bits of the moduli that each check draws anew
NAMES = (later("share"), later("sharing"))  # of a number and a call
UNEVEN = 1e-9  # probability that right shares are called uneven, for each test


def drawn_moduli() -> list[int]:
    """Moduli of several sizes, new in every check: none a power of two but the last."""
    moduli = [2 ** (bits - 1) + 1 + secrets.randbelow(2 ** (bits - 1) - 1) for bits in SIZES]
    return [*moduli, 2 ** (5 + secrets.randbelow(58))]


def told(answer: Answer, moduli: Iterable[int]) -> str | None:
    """What shares tell of the secret or of each other, in a sentence; or None."""
    return (
        _plain_leak(answer)
        or _told_beside(answer)
        or _outside(answer)
        or _not_uniform(answer, moduli)
        or _told_by_a_coalition(answer)
        or _can_be_repeated(answer)
    )


def call(secret: int, parties: int, modulus: int) -> str:
    """The call as a reader would type it."""
    return f"share({secret}, {parties}, {_short(modulus)})"


def _short(modulus):
    return "2**64" if modulus == 2**64 else f"{modulus}"


def not_a_sharing(shares: Any, secret: int, parties: int, modulus: int) -> tuple[str | None, str | None]:
    """The mark and the words for what is no list of shares, or (None, None)."""
    if isinstance(shares, dict | set | frozenset | str | bytes) or not hasattr(shares, "__iter__"):
        return "?", translate(
            "returned {shares}; return a list with a share for each party, the first party's first",
            shares=shown(shares),
        )
    shares = list(itertools.islice(shares, parties + 1))
    if len(shares) != parties:
        many = (
            translate("{shares} shares", shares=len(shares))
            if len(shares) < parties
            else translate("more than {parties} shares", parties=parties)
        )
        return "✗", translate("returned {many}, not one for each of {parties} parties", many=many, parties=parties)
    numbers: list[Any] = [as_whole(part) for part in shares]
    if None in numbers:
        part = shares[numbers.index(None)]
        return "✗", (
            translate(
                "returned {shares}; shares are whole numbers, and {part} is of kind {kind}",
                shares=shown(shares),
                part=shown(part),
                kind=type(part).__name__,
            )
        )
    if (sum(numbers) - secret) % modulus:
        total = sum(numbers) % modulus
        much = (
            translate("{total} modulo {modulus}", total=total, modulus=_short(modulus))
            if total < 10**9
            else translate("another number")
        )
        return "✗", translate("returned shares that add up to {much}, not to {secret}", much=much, secret=secret)
    return None, None


def _numbers(answer, secret, parties, modulus):
    return [as_whole(part) for part in answer(secret, parties, modulus)]


def rows(answer: Answer, secret: int, parties: int, modulus: int, sharings: int) -> list[list[int]]:
    """Shares as remainders, a list for each of several sharings."""
    return [[number % modulus for number in _numbers(answer, secret, parties, modulus)] for _ in range(sharings)]


def _plain_leak(answer):
    sharings = [_numbers(answer, 3_800, 4, 2**64) for _ in range(20)]
    for party, held in enumerate(zip(*sharings), 1):
        if set(held) == {3_800}:
            return translate(
                "sharing 3,800, party {party} holds 3,800 every time: that is the secret itself", party=party
            )
        if len(set(held)) == 1:
            number = f"{held[0]:,}" if held[0] < 10**9 else translate("the same number")
            return translate(
                "sharing 3,800, party {party} holds {number} every time: what never changes hides nothing",
                party=party,
                number=number,
            )
    return None


def _told_beside(answer):
    """What kinds, attributes or prints tell."""
    for parties, modulus in ((4, 2**64), (3, 8)):
        kinds = {}
        for secret in (3, 0) * 100:
            shares, beside = seen(answer, secret, parties, modulus)
            if carried(shares):
                return translate("the list of shares carries more than them: {shares}", shares=named(carried(shares)))
            parts = list(shares)
            if any(carried(part) for part in parts):
                part = next(part for part in parts if carried(part))
                return translate("a share carries more than its number: {part}", part=named(carried(part)))
            kinds.setdefault((beside, ", ".join(type(part).__name__ for part in parts)), secret)
        if len(kinds) > 1:
            ((one, ones), secret), ((other, others), second), *_ = kinds.items()
            if one == other:
                one, other = translate("shares of the kinds {ones}", ones=ones), f"{others}"
            one, other = (words if len(words) < 70 else f"{words[:25]} ... {words[-40:]}" for words in (one, other))
            return translate(
                "of {secret} an onlooker sees {one}, and another time, of {second}, {other}: that "
                "tells about the numbers",
                secret=call(secret, parties, modulus),
                one=one,
                second=call(second, parties, modulus),
                other=other,
            )
    return None


def _outside(answer):
    """Shares may have any sign, but one modulo 59 has one name: which of two is used would tell about the secret."""
    modulus = 50 + secrets.randbelow(20)
    for parties in (2, 3):
        several = {
            secret: np.array([_numbers(answer, secret, parties, modulus) for _ in range(300)])
            for secret in (2, modulus // 2 - 1)
        }
        widths = np.ptp(np.concatenate([*several.values()]), axis=0)
        party = int(widths.argmax())
        if widths[party] >= modulus:
            (one, ones), (other, others) = (
                (secret, translate("{low} to {high}", low=held[:, party].min(), high=held[:, party].max()))
                for secret, held in several.items()
            )
            return translate(
                "modulo {modulus}, of {parties} parties number {party} gets shares from {ones} for "
                "the secret {one} and from {others} for {other}: one outside 0 to {highest} narrows "
                "the secret down",
                modulus=modulus,
                parties=parties,
                party=party + 1,
                ones=ones,
                one=one,
                others=others,
                other=other,
                highest=modulus - 1,
            )
    return None


def _can_be_repeated(answer):
    if repeats(lambda: _numbers(answer, 3_800, 4, 2**64)):
        return translate(
            "the shares repeat when the seed does: whoever knows or guesses the seed knows them; draw from `secrets`"
        )
    taken = system_bytes(lambda: _numbers(answer, 3_800, 4, 2**64))
    if 0 < taken < 16:
        return translate(
            "four shares take {taken} bytes from the operating system: whoever tries the "
            "2^{bits} seeds of that size has all shares; draw each from `secrets`",
            taken=taken,
            bits=8 * taken,
        )
    makers = simulators(lambda: _numbers(answer, 3_800, 4, 2**64))
    if makers:
        return translate(
            "the shares come from {maker}, a generator for simulations: whoever knows some "
            "numbers that it drew, or tries its seeds, computes the others; draw from `secrets`",
            maker=makers[0],
        )
    return None


def _not_uniform(answer, moduli):
    """Long shares: their parts of the range, each of their bits, the same number twice; other moduli."""
    for secret in (3_800, 0):
        shares = rows(answer, secret, 4, 2**64, 400)
        problem = uneven(shares, 2**64, names=NAMES)
        if problem:
            return translate(
                "sharing {secret:,} modulo 2^64, {problem}: the shares are not uniform, and tell about the secret",
                secret=secret,
                problem=problem,
            )
        ones = np.array([[number >> bit & 1 for bit in range(64) for number in row] for row in shares]).sum(axis=0)
        worst = np.abs(ones - 200).argmax()
        if abs(ones[worst] - 200) > 75:  # 7.5 standard deviations
            bit, party = divmod(worst, 4)
            return translate(
                "sharing {secret:,} modulo 2^64, bit {bit} of party {party}'s share is 1 in {ones} "
                "of 400 sharings, where 200 belong: the shares are not uniform, and tell about the "
                "secret",
                secret=secret,
                bit=bit,
                party=party + 1,
                ones=ones[worst],
            )
    for modulus in (*REMAINDERS, *moduli):
        problem = uneven(rows(answer, 1, 3, modulus, 400), modulus, names=NAMES)
        if problem:
            return translate(
                "modulo {modulus}, {problem}: the shares are not uniform, and tell about the secret",
                modulus=modulus,
                problem=problem,
            )
    return None


def _told_by_a_coalition(answer):
    """Chi-square of what all parties but one hold together, over every combination of shares."""
    for parties, several, calls in COALITIONS:
        modulus = secrets.choice(several)
        for secret in {0, (modulus - 1) // 2}:
            shares = np.array(rows(answer, secret, parties, modulus, calls))
            for absent in range(parties):
                held = np.delete(shares, absent, axis=1) @ modulus ** np.arange(parties - 1)
                counts = np.bincount(held, minlength=modulus ** (parties - 1))
                expected = calls / len(counts)
                if p_of_counts(counts, expected) < UNEVEN:
                    often = counts.argmax()
                    there = [party + 1 for party in range(parties) if party != absent]
                    values = [int(often // modulus**place % modulus) for place in range(parties - 1)]
                    return translate(
                        "modulo {modulus}, {whose} hold {values} in {often:,} of {calls:,} sharings of "
                        "{secret}, where about {expected:.0f} belong, and {never} of the {possibilities} "
                        "possibilities never: what they hold depends on the secret",
                        modulus=modulus,
                        whose=_together(there),
                        values=listed(values),
                        often=counts[often],
                        calls=calls,
                        secret=secret,
                        expected=expected,
                        never=np.sum(counts == 0),
                        possibilities=len(counts),
                    )
    return None


def _together(parties):
    return (
        translate("party {parties} alone", parties=parties[0])
        if len(parties) == 1
        else translate("parties {parties} together", parties=listed(parties))
    )
