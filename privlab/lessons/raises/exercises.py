"""Exercises of lesson 11: shares that tell nothing, the estimate when they tell, commitments, tampered shares."""

import builtins
import contextlib
import dataclasses
import hashlib
import inspect
import itertools
import operator
import secrets
import sys
import time
from unittest import mock

import numpy as np
from scipy.special import chdtrc

from privlab.lab.checks import refuses
from privlab.lab.distributions import uneven
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import repeats, simulators, system_bytes
from privlab.lab.results import as_number, carried, named, seen, shown
from privlab.mpc import shamir
from privlab.mpc.shamir import height_at


@exercise(
    "Write Alice's published sum out: what she kept, plus what each of the others gave her. What did she keep?",
    "She kept her raise less all that she gave away. Bob knows one number that she gave and one that she got.",
    "The published sum contains + got and - gave. Take both out again.",
)
def estimate(published, gave, got):
    return published + gave - got


@estimate.check
def _(answer, verdict):
    """✓: the estimate is exact to the dollar when nobody else exchanged shares, for amounts of either sign, up to ten
    million dollars, and at 0.

    Not seen: what it does to sums of shares modulo 2^64, whose numbers are larger than numpy's. No chance is involved.
    """
    rng = np.random.default_rng(1)
    cases = [(0, 0, 0), (3_800, 2_500, 700), (-5, 5, 0), (0, 7, -7)]
    cases += [tuple(map(int, rng.integers(-most, most, 3))) for most in (5_000, 10_000_000) for _ in range(100)]
    for raise_, gave, got in cases:
        published = raise_ - gave + got
        guess = answer(published, gave, got)
        if as_number(guess) is None:
            return verdict.wrong(f"estimate({published}, {gave}, {got}) gave {shown(guess)}; one number was asked for")
        if as_number(guess) != raise_:
            return verdict.wrong(
                f"estimate({published}, {gave}, {got}) gave {shown(guess)}; had Alice and Bob been alone in "
                f"exchanging shares, her raise would be {raise_}"
            )
    return verdict.right("what is left of the error is only what Alice exchanged with the others")


def _said(verdict, mark, sentence):
    """A verdict by its mark: ?, ✗ or ⚠."""
    if mark == "?":
        return verdict("?", sentence)
    return verdict.wrong(sentence) if mark == "✗" else verdict.not_private(sentence)


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
COALITIONS = ((3, 8, (0, 3), 2_000), (4, 4, (0, 1), 2_000), (2, 59, (0, 25), 4_000), (6, 2, (0,), 1_000))
REMAINDERS = (171, 43_691, 2_863_311_531)  # two thirds of 2^8, 2^16 and 2^32: remainders of such words are uneven here
UNEVEN = 1e-9  # probability that right shares are called uneven, for each test


@exercise(
    "All shares but one can be drawn before you even look at the secret. `secrets.randbelow(modulus)` draws one.",
    "The last share is whatever is missing. Where must it lie, so that it looks like the others?",
    "Draw parties - 1 numbers; the last share is (secret - their sum) % modulus.",
    show=["import secrets"],
)
def share(secret, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@share.check
def _(answer, verdict):
    """✓: whole numbers that add up to the secret modulo the modulus, as many as there are parties; what all parties but
    one hold is uniform whatever the secret, to its type, its range and what is printed; nothing of it can be repeated.

    Not seen: a fault of one in a thousand; two bytes of randomness stretched to more by a hash; moduli that were not
    tried, among them those near 2^64 that are no power of two, at which a ✓ only warns. Right shares are called uneven
    in fewer than one of 10^7 checks.
    """
    for secret, parties, modulus in SHARINGS + LARGE:
        if (secret, parties, modulus) in LARGE and refuses(answer, secret, parties, modulus):
            continue
        mark, problem = _not_a_sharing(answer(secret, parties, modulus), secret, parties, modulus)
        if problem:
            return _said(verdict, mark, f"{_call(secret, parties, modulus)} {problem}")
    leak = _plain_leak(answer) or _told_beside(answer) or _outside(answer) or _not_uniform(answer)
    leak = leak or _told_by_a_coalition(answer) or _can_be_repeated(answer)
    if leak:
        return verdict.not_private(leak)
    if uneven([_residues(answer, 0, 3, 3 * 2**62) for _ in range(300)], 3 * 2**62):
        return verdict.right(
            "any three of four parties hold uniform numbers, whatever the secret; but modulo 3 * 2**62 small shares "
            "come more often, as remainders of 64 bits do: secrets.randbelow(modulus) is even for every modulus"
        )
    return verdict.right("any two of three parties hold uniform numbers, whatever the secret")


def _call(secret, parties, modulus):
    return f"share({secret}, {parties}, {_short(modulus)})"


def _short(modulus):
    return "2**64" if modulus == 2**64 else f"{modulus}"


def _not_a_sharing(shares, secret, parties, modulus):
    """The mark and the words for what is no list of shares, or (None, None)."""
    if isinstance(shares, dict | set | frozenset | str | bytes) or not hasattr(shares, "__iter__"):
        return "?", f"returned {shown(shares)}; return a list with a share for each party, the first party's first"
    shares = list(itertools.islice(shares, parties + 1))
    if len(shares) != parties:
        many = f"{len(shares)} shares" if len(shares) < parties else f"more than {parties} shares"
        return "✗", f"returned {many}, not one for each of {parties} parties"
    numbers = [_whole(part) for part in shares]
    if None in numbers:
        part = shares[numbers.index(None)]
        return "✗", (
            f"returned {shown(shares)}; shares are whole numbers, and {shown(part)} is of kind {type(part).__name__}"
        )
    if (sum(numbers) - secret) % modulus:
        total = f"{sum(numbers) % modulus} modulo {_short(modulus)}"
        return "✗", f"returned shares that add up to {total}, not to {secret}"
    return None, None


def _whole(part):
    """The number as Python's own; None when it is no whole number."""
    try:
        return None if isinstance(part, bool) else operator.index(part.item() if hasattr(part, "item") else part)
    except (TypeError, ValueError, RuntimeError):
        return None


def _numbers(answer, secret, parties, modulus):
    return [_whole(part) for part in answer(secret, parties, modulus)]


def _residues(answer, secret, parties, modulus):
    return [number % modulus for number in _numbers(answer, secret, parties, modulus)]


def _plain_leak(answer):
    sharings = [_numbers(answer, 3_800, 4, 2**64) for _ in range(20)]
    for party, held in enumerate(zip(*sharings), 1):
        if set(held) == {3_800}:
            return f"sharing 3,800, party {party} holds 3,800 every time: that is the secret itself"
        if len(set(held)) == 1:
            return f"sharing 3,800, party {party} holds {held[0]:,} every time: what never changes hides nothing"
    return None


def _told_beside(answer):
    """What kinds, attributes or prints tell."""
    for parties, modulus in ((4, 2**64), (3, 8)):
        kinds = {}
        for secret in (3, 0) * 100:
            shares, beside = seen(answer, secret, parties, modulus)
            parts = list(shares)
            if any(carried(part) for part in parts):
                part = next(part for part in parts if carried(part))
                return f"a share carries more than its number: {named(carried(part))}"
            kinds.setdefault((beside[:60], ", ".join(type(part).__name__ for part in parts)), secret)
        if len(kinds) > 1:
            ((one, ones), secret), ((other, others), second), *_ = kinds.items()
            if one == other:
                one, other = f"shares of the kinds {ones}", f"{others}"
            return (
                f"of {_call(secret, parties, modulus)} an onlooker sees {one}, and another time, of "
                f"{_call(second, parties, modulus)}, {other}: that tells about the numbers"
            )
    return None


def _outside(answer):
    """Shares may have any sign, but one modulo 59 has one name: which of two is used would tell about the secret."""
    for parties in (2, 3):
        rows = {secret: np.array([_numbers(answer, secret, parties, 59) for _ in range(300)]) for secret in (2, 28)}
        widths = np.ptp(np.concatenate([*rows.values()]), axis=0)
        party = int(widths.argmax())
        if widths[party] >= 59:
            spans = [f"{row[:, party].min()} to {row[:, party].max()}" for row in rows.values()]
            return (
                f"modulo 59, of {parties} parties number {party + 1} gets shares from {spans[0]} for the secret 2 and "
                f"from {spans[1]} for 28: one outside 0 to 58 narrows the secret down"
            )
    return None


def _can_be_repeated(answer):
    if repeats(lambda: _numbers(answer, 3_800, 4, 2**64)):
        return "the shares repeat when the seed does: whoever knows or guesses the seed knows them; draw from `secrets`"
    taken = system_bytes(lambda: _numbers(answer, 3_800, 4, 2**64))
    if 0 < taken < 16:
        return (
            f"four shares take {taken} bytes from the operating system: whoever tries the 2^{8 * taken} seeds of "
            "that size has all shares; draw each from `secrets`"
        )
    makers = simulators(lambda: _numbers(answer, 3_800, 4, 2**64))
    if makers:
        return (
            f"the shares come from {makers[0]}, a generator for simulations: whoever knows some numbers that it drew, "
            "or tries its seeds, computes the others; draw from `secrets`"
        )
    return None


def _not_uniform(answer):
    """Long shares: their parts of the range, each of their bits, the same number twice; remainders of short words."""
    for secret in (3_800, 0):
        rows = [_residues(answer, secret, 4, 2**64) for _ in range(400)]
        problem = uneven(rows, 2**64, names=("share", "sharing"))
        if problem:
            return f"sharing {secret:,} modulo 2^64, {problem}: the shares are not uniform, and tell about the secret"
        ones = np.array([[number >> bit & 1 for bit in range(64) for number in row] for row in rows]).sum(axis=0)
        worst = np.abs(ones - 200).argmax()
        if abs(ones[worst] - 200) > 75:  # 7.5 standard deviations
            bit, party = divmod(worst, 4)
            return (
                f"sharing {secret:,} modulo 2^64, bit {bit} of party {party + 1}'s share is 1 in {ones[worst]} of 400 "
                "sharings, where 200 belong: the shares are not uniform, and tell about the secret"
            )
    for modulus in REMAINDERS:
        problem = uneven([_residues(answer, 25, 3, modulus) for _ in range(400)], modulus, names=("share", "sharing"))
        if problem:
            return f"modulo {modulus}, {problem}: the shares are not uniform, and tell about the secret"
    return None


def _told_by_a_coalition(answer):
    """Chi-square of what all parties but one hold together, over every combination of shares."""
    for parties, modulus, secrets_, calls in COALITIONS:
        for secret in secrets_:
            rows = np.array([_residues(answer, secret, parties, modulus) for _ in range(calls)])
            for absent in range(parties):
                held = np.delete(rows, absent, axis=1) @ modulus ** np.arange(parties - 1)
                counts = np.bincount(held, minlength=modulus ** (parties - 1))
                expected = calls / len(counts)
                if chdtrc(len(counts) - 1, ((counts - expected) ** 2).sum() / expected) < UNEVEN:
                    often = counts.argmax()
                    there = [party + 1 for party in range(parties) if party != absent]
                    values = [int(often // modulus**place % modulus) for place in range(parties - 1)]
                    return (
                        f"modulo {modulus}, {_together(there)} hold {_listed(values)} in {counts[often]:,} of "
                        f"{calls:,} sharings of {secret}, where about {expected:.0f} belong, and {np.sum(counts == 0)} "
                        f"of the {len(counts)} possibilities never: what they hold depends on the secret"
                    )
    return None


def _together(parties):
    return f"party {parties[0]} alone" if len(parties) == 1 else f"parties {_listed(parties)} together"


def _listed(numbers):
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last


@exercise(
    "A hash cannot be turned round. But how many raises are there to try, if the raise is all that is hashed?",
    "Hash the nonce together with the value: nobody can try all values of 32 random bytes.",
    "hashlib.sha256(nonce + str(value).encode()).digest()",
    show=["import hashlib"],
)
def commit(value, nonce):
    return hashlib.sha256(nonce + str(value).encode()).digest()


FEWEST_BITS = 150  # of a commitment: of fewer bits n, two that are alike are found in 2^(n/2) tries
HIDDEN_BITS = 128  # of the nonce: fewer could be tried
COMMIT_SECONDS = 6.0  # of the processor, for a slow hash: fewer values and nonces are tried then


@commit.check
def _(answer, verdict):
    """✓: the same value and nonce give the same commitment, no two values among 10,000 and some larger ones do; it has
    some 150 bits that differ, and opens as no other value by adding or flipping bits. Each part of it that depends on
    the value depends on as much of the nonce as nobody can try, which it does not show; its length, its type and
    what is printed do not depend on the value.

    Not seen: whether the hash is a good one beyond that. Negative values may be refused. Nonces are fixed: an answer
    gets the same verdict every time.
    """
    first, beside = seen(answer, 3_800, FIRST)
    if _octets(_sealed(first, FIRST)) is None:
        what = (
            "a hash; call its digest()"
            if hasattr(first, "digest")
            else f"{shown(first)}; return bytes, text or a number"
        )
        return verdict("?", f"commit(3800, nonce) returned {what}")

    def sealed(value, nonce=FIRST):
        return _sealed(answer(value, nonce), nonce)

    began = time.process_time()
    for value in range(20):
        sealed(value)
    calls = COMMIT_SECONDS / max(1e-9, (time.process_time() - began) / 20)  # that there is time for
    wrong = _does_not_bind(answer, sealed, int(min(10_000, calls / 3)))
    if wrong:
        return verdict.wrong(wrong)
    leak = _commits_in_the_clear(answer, sealed, beside) or _nonce_does_not_hide(sealed, int(min(4_000, calls / 6)))
    if leak:
        return verdict.not_private(leak)
    if isinstance(first, tuple | list) and _sealed(first, FIRST) is not first:
        return verdict.right("it hides the value and opens in one way only; the nonce beside it is not to be shown yet")
    return verdict.right("it hides the value and can be opened in one way only")


def _nonce(number):
    return hashlib.sha256(b"a nonce to show, %d" % number).digest()


FIRST = _nonce(0)


def _sealed(commitment, nonce):
    """The commitment without the nonce beside it, which the course's own `commit` returns for the owner to keep."""
    if isinstance(commitment, tuple | list) and len(commitment) == 2 and isinstance(commitment[1], bytes):
        return commitment[0] if commitment[1] == nonce else commitment
    return commitment


def _octets(commitment):
    """The commitment as bytes, to compare place by place; None for what is neither bytes nor text nor number."""
    if isinstance(commitment, bytes | bytearray | memoryview):
        return bytes(commitment)
    if isinstance(commitment, str):
        try:
            return bytes.fromhex(commitment)
        except ValueError:
            return commitment.encode()
    if hasattr(commitment, "tobytes") and getattr(commitment, "ndim", 0):
        return commitment.tobytes()
    if isinstance(commitment, tuple | list):
        with contextlib.suppress(TypeError, ValueError):
            return bytes(commitment)
        parts = [_octets(part) for part in commitment]
        return None if None in parts else b"".join(part.rjust(32, b"\0") for part in parts)
    number = _whole(commitment)
    if number is not None:
        return number.to_bytes(max(64, number.bit_length() // 8 + 1), "big", signed=True)
    return None


def _does_not_bind(answer, sealed, values):
    """Why a commitment could be opened in two ways, or in none."""
    if _octets(sealed(3_800)) != _octets(sealed(3_800)):
        return "commit(3800, nonce) gave two different answers: such a commitment cannot be opened"
    plain = inspect.unwrap(answer)
    called = []

    def noted(thing, old=hash):
        if sys._getframe(1).f_globals is getattr(plain, "__globals__", None):
            called.append(thing)
        return old(thing)

    with mock.patch.object(builtins, "hash", noted):
        makers = simulators(lambda: answer(3_800, FIRST))
    if called or makers:
        return (
            f"{'hash() differs from one Python to the next, and' if called else makers[0]} is no cryptographic hash: "
            "others cannot open such a commitment, or open it in two ways; take one from hashlib"
        )
    first = {}
    step = -(-10_000 // values)
    further = (12_686, 14_968, *(3_800 + 2**bits for bits in (16, 31, 32, 64)), -618, -3_800, -1)
    for value in (*range(0, 10_000, step), 618, 3_800, *further):
        commitment = sealed(value) if 0 <= value < 2**16 else _without_refusal(plain, value, FIRST)
        if commitment is None:
            continue
        twin = first.setdefault(_octets(commitment), value)
        if twin != value:
            return f"{twin} and {value} give the same commitment: it could be opened as either"
    bits = _bits([sealed(7 * index, _nonce(index)) for index in range(1_000)])
    if bits < FEWEST_BITS:
        return (
            f"the commitment has only about {bits} bits: 2^{bits // 2} tries find two raises with the same one, "
            "and it could be opened as either"
        )
    return _opens_as_another(plain)


def _without_refusal(plain, value, nonce):
    """The commitment by the reader's own function; None where it refuses the value."""
    try:
        return _sealed(plain(value, nonce), nonce)
    except Exception:
        return None


def _bits(commitments):
    """How many bits of the commitments can differ independently: the fewest of two counts."""
    rows = [_octets(commitment) for commitment in commitments]
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
    value, commitment, tries = 3_800, _octets(_without_refusal(plain, 3_800, FIRST)), []
    for order in ("big", "little"):
        number = int.from_bytes(FIRST, order)
        several = [
            (other, changed)
            for other in (3_801, 9_999)
            for changed in (number ^ value ^ other, number + value - other, number - value + other)
        ]
        for changed in (number + 1, int.from_bytes(_nonce(1), order)):
            moved = _octets(_without_refusal(plain, value, changed.to_bytes(32, order)))
            one, two = (int.from_bytes(part, order) for part in (commitment, moved))
            several += [(value + one - two, changed), (value - one + two, changed), (value ^ one ^ two, changed)]
        tries += [(other, changed.to_bytes(32, order)) for other, changed in several]
    for other, changed in tries:
        opened = _without_refusal(plain, other, changed)
        if other != value and opened is not None and _octets(opened) == commitment:
            digits = f"{other}" if abs(other) < 10**6 else f"a number of {len(str(abs(other)))} digits"
            return f"the commitment to 3800 opens as {digits} with another nonce: it binds nobody"
    return None


def _commits_in_the_clear(answer, sealed, beside):
    """What shows the value or the nonce to the eye, or by its length and type."""
    if all(str(number) in str(sealed(number)) for number in (3_800, 9_999)):  # by chance once in 10^6
        return "the commitment to 3800 shows 3800 in the clear"
    nonce, first = FIRST, sealed(3_800)
    for part in first if isinstance(first, tuple | list) else [first]:
        texts = [nonce.hex(), *(str(int.from_bytes(nonce, order)) for order in ("big", "little"))]
        if nonce in part if isinstance(part, bytes | bytearray) else any(text in str(part) for text in texts):
            return "the commitment shows the nonce itself: whoever has it tries all raises up to 9,999 and finds 3,800"
    lengths = {}
    for value in (0, 7, 3_800, 9_999, 14_968):
        for index in range(40):
            commitment, said = seen(answer, value, _nonce(index))
            if said != beside:
                return (
                    f"of commit({value}, nonce) an onlooker sees {said[:60]}, and of commit(3800, nonce) "
                    f"{beside[:60]}: that tells which value it is"
                )
            commitment = _sealed(commitment, _nonce(index))
            lengths.setdefault(value, []).append(
                len(commitment) if hasattr(commitment, "__len__") else len(_octets(commitment))
            )
            if carried(commitment):
                return f"the commitment carries more along: {named(carried(commitment))}"
    spans = {value: (min(several), max(several)) for value, several in lengths.items()}
    for one, other in itertools.combinations(spans, 2):
        if spans[one][1] < spans[other][0] or spans[one][0] > spans[other][1]:
            return (
                f"the commitment to {one} is {spans[one][0]} long and that to {other} {spans[other][0]}: "
                "its length tells how large the value is"
            )
    return None


def _nonce_does_not_hide(sealed, nonces):
    """Whether the value could be found by trying it with what of the nonce matters and is not shown."""
    place = _dependence(sealed)
    used = np.flatnonzero(place.any(axis=1))
    if len(used) == 0:
        return "the nonce changes nothing: trying the raises from 0 to 9,999 takes a moment and finds 3,800"
    if len(used) < HIDDEN_BITS:
        return (
            f"only {len(used)} of the 256 bits of the nonce matter: 2^{len(used)} nonces can be tried with every raise"
        )
    told = _places_of_the_value(sealed, place.shape[1])
    few = place.sum(axis=0)
    for column in np.flatnonzero(told):
        if few[column] == 0:
            return (
                "a part of the commitment is the same whatever the nonce, and another for 9999 than for 3800: whoever "
                "computes it for the raises from 0 to 9,999 knows the raise"
            )
        if few[column] < 0.75 * HIDDEN_BITS and few[column] < len(used):
            return (
                f"a part of the commitment depends on the raise and on some {few[column]} bits of the nonce alone: "
                "they can be tried with every raise"
            )
    shows = place[:, (few > 0) & (few <= 16)].any(axis=1)
    hidden = place[:, told].any(axis=1) & ~shows
    if hidden.sum() < HIDDEN_BITS:
        return (
            f"only {hidden.sum()} of the 256 bits of the nonce matter and are not shown, so that 2^{hidden.sum()} "
            "nonces can be tried with every raise"
        )
    for value in (3_800, 0):
        several = {_octets(sealed(value, _nonce(index))) for index in range(nonces)}
        if len(several) < nonces:
            return (
                f"of {nonces:,} nonces only {len(several):,} give different commitments to {value}: so few can be "
                "tried with every raise"
            )
    nonce = FIRST
    for by in (1, 2, 4, 8):
        if _octets(sealed(3_800, nonce[by:] + nonce[:by])) == _octets(sealed(3_800, nonce)):
            return (
                f"the nonce counts the same when its bytes are moved on by {by}: what is left of it can be tried with "
                "every raise"
            )
    return None


def _dependence(sealed):
    """Which bits of the nonce change which bytes of the commitment to 3800, bool [256, bytes]."""
    nonce = int.from_bytes(FIRST, "big")
    flips = (0, *(1 << bit for bit in range(256)))
    rows = [_octets(sealed(3_800, (nonce ^ flip).to_bytes(32, "big"))) for flip in flips]
    width = max(map(len, rows))
    rows = np.array([list(row.rjust(width, b"\0")) for row in rows])
    return rows[1:] != rows[0]


def _places_of_the_value(sealed, width):
    """Which bytes of the commitment change with the value, bool [bytes]."""
    rows = [_octets(sealed(value)).rjust(width, b"\0")[-width:] for value in (3_800, *range(0, 10_000, 617), 9_999)]
    return (np.array([list(row) for row in rows]) != list(rows[0])).any(axis=0)


@exercise(
    "Any threshold + 1 shares fix the polynomial. What must every further share do?",
    "height_at(some, x) is the height at x of the polynomial through `some`; at 0 it is the secret.",
    "Refuse fewer than threshold + 1. Then for each share compare height_at(shares[:threshold + 1], share.party) "
    "with share.value, and raise ValueError where they differ.",
)
def reconstruct(shares, threshold):
    first = shares[: threshold + 1]
    if len(first) <= threshold:
        raise ValueError(f"too few shares: it takes {threshold + 1}")
    if any(height_at(first, share.party) != share.value for share in shares):
        raise ValueError("a share was tampered with")
    return height_at(first)


DEALT = ((3_800, 5, 2), (0, 5, 1), (12_686, 5, 3), (2**60 + 1, 7, 2), (7, 3, 0))  # secret, parties, threshold


@reconstruct.check
def _(answer, verdict):
    """✓: the secret from honest shares of enough parties, whichever and in any order; a ValueError for too few shares,
    for one forged share at any place, and for two or three that are forged together so that several ways of computing
    the secret agree; its message tells neither the secret nor a share.

    Not seen: forgeries at exactly threshold + 1 shares, which nobody can see; forgers who fit their shares to a way of
    comparing that was not foreseen; other primes than 2^61 - 1. No chance is involved.
    """
    rng = np.random.default_rng(1)
    for secret, parties, threshold in DEALT:
        dealt = shamir.share(secret, parties=parties, threshold=threshold, rng=rng)
        call = f"shamir.share({secret}, parties={parties}, threshold={threshold})"
        for chosen in (dealt, dealt[::-1], dealt[: threshold + 1], dealt[-threshold - 1 :], dealt[1:] + dealt[:1]):
            result = answer(list(chosen), threshold)
            if as_number(result) is None or _exact(result) != secret:
                whose = _listed([share.party for share in chosen])
                return verdict.wrong(f"of {call}, parties {whose} together gave {shown(result)}, not {secret}")
        for shares, problem in (*_forgeries(dealt, threshold), *_too_few(dealt, threshold)):
            mark, told = _not_refused(answer, shares, threshold, dealt, secret)
            if told:
                return _said(verdict, mark, f"of {call}, {problem}, {told}")
    return verdict.right("it takes enough shares, and all of them must agree")


def _exact(result):
    number = _whole(result)
    return result if number is None else number


def _not_refused(answer, shares, threshold, dealt, secret):
    """The mark and the words for shares that should be refused in silence about the secret, or (None, None)."""
    try:
        result, said = seen(answer, list(shares), threshold)
    except Exception as raised:
        error = raised.__cause__ or raised
        if not isinstance(error, ValueError):
            told = " ".join([f"{type(error).__name__}:", *str(error).split()]).rstrip(":")
            return "?", f"and your code raised {told}; raise ValueError there"
        told = str(error).replace(",", "").replace("_", "")
        known = {f"{share.value}": f"the share of party {share.party}" for share in (*shares, *dealt)}
        known[f"{secret}"] = f"{secret}, the secret,"
        for digits, what in known.items():
            if len(digits) > 2 and digits in told:
                return "⚠", f"and the refusal tells {what} to all who read it: {str(error)!r}"
        return None, None
    what = "the secret" if _exact(result) == secret else "another number" if _whole(result) else shown(result)
    return "✗", f"and reconstruct returned {what} where it should raise ValueError"


def _too_few(dealt, threshold):
    """Too few shares, one of them perhaps twice, and a few words on each."""
    for number in range(threshold + 1):
        yield dealt[:number], f"{number} share{'' if number == 1 else 's'} came together"
    if threshold:
        yield [*dealt[:threshold], dealt[0]], f"{threshold} came together, one of them twice"


def _forgeries(dealt, threshold):
    """Shares that lie on no common polynomial, and a few words on each; a list and a str at a time."""
    prime, n = dealt[0].prime, len(dealt)
    if n < threshold + 2:
        return
    errors = [{index: 1} for index in range(n)]
    errors += [{index: prime - share.value} for index, share in enumerate(dealt) if share.value]
    ways = [_weights(dealt, places) for places in _ways(n, threshold)]
    for number in (2, 3):
        for some in itertools.combinations(ways, number):
            differences = [[(a - b) % prime for a, b in zip(one, some[0])] for one in some[1:]]
            for places in itertools.combinations(range(n), number):
                errors.append(_cancelling([[row[place] for place in places] for row in differences], places, prime))
    for error in errors:
        moved = [
            dataclasses.replace(share, value=(share.value + error.get(index, 0)) % prime)
            for index, share in enumerate(dealt)
        ]
        if any(height_at(moved[: threshold + 1], share.party) != share.value for share in moved):
            forgers = [index + 1 for index in error if error[index]]
            one = len(forgers) == 1
            yield moved, f"share{'' if one else 's'} {_listed(forgers)} {'was' if one else 'were'} tampered with"


def _ways(n, threshold):
    """Choices of shares from which a reader may compute the secret, to compare: lists of indices."""
    k = threshold + 1
    windows = {range(start, start + k) for start in (0, 1, n - k)}
    return [*windows | {range(n), range(1, n), range(n - 1)}]


def _weights(dealt, places):
    """By how much each share counts in the height at 0 of the polynomial through the shares at some places, [n]."""
    chosen = [dealt[place] for place in places]
    weights = [0] * len(dealt)
    for place in places:
        weights[place] = height_at([dataclasses.replace(share, value=int(share is dealt[place])) for share in chosen])
    return weights


def _cancelling(rows, places, prime):
    """What to add to the shares at two or three places so that one or two given sums of them stay as they were."""
    if len(places) == 2:
        ((a, b),) = rows
        values = (b, -a) if a or b else (1, 1)
    else:
        (a, b, c), (d, e, f) = rows
        values = (b * f - c * e, c * d - a * f, a * e - b * d)
    return {place: value % prime for place, value in zip(places, values)}


quiz1 = Quiz(
    id="raises.quiz1",
    question="Why must the shares be uniform modulo a number, and not just large?",
    options=(
        (
            "Large numbers could overflow.",
            False,
            "Python's whole numbers do not overflow. The trouble is what they tell.",
        ),
        (
            "A share uniform from 0 to the modulus looks the same for every secret; a large one only nearly.",
            True,
            "Adding a secret to it moves nothing that can be seen. With integers the estimate just gets worse.",
        ),
        ("The total would be wrong otherwise.", False, "The article's table has small shares and the right total."),
    ),
)


quiz2 = Quiz(
    id="raises.quiz2",
    question="Carlos and David put their heads together. Shares are uniform. What do they learn beyond the total?",
    options=(
        ("Nothing.", False, "They take their own raises off the total."),
        (
            "What Alice and Bob got together, not each.",
            True,
            "And no protocol can keep that from them: it follows from the total.",
        ),
        ("Alice's raise and Bob's raise.", False, "For that it takes three of the four, or shares that are too small."),
    ),
)


quiz3 = Quiz(
    id="raises.quiz3",
    question="David commits to his sum, hears the others' sums and opens his envelope. Which lie is still possible?",
    options=(
        ("A sum that makes the total come out as he likes.", False, "He had to choose before he heard the others."),
        (
            "None.",
            False,
            "Nobody checks that the sum in the envelope comes from his shares, or that his raise is true.",
        ),
        (
            "A wrong sum chosen beforehand, or a false raise.",
            True,
            "An envelope holds what one said, true or not. He may also not open it.",
        ),
    ),
)
