"""Exercises of lesson 11: shares that tell nothing, the estimate when they tell, commitments, tampered shares."""

import collections
import dataclasses
import hashlib
import itertools
import secrets

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import rewound
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
    """Three parties of whom the third gives and gets nothing, so that the estimate must be the raise itself."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        raise_, gave, got = (int(number) for number in rng.integers(-5_000, 5_000, 3))
        published = raise_ - gave + got
        guess = answer(published, gave, got)
        if guess != raise_:
            return verdict.wrong(
                f"estimate({published}, {gave}, {got}) gave {guess}; had Alice and Bob been alone in "
                f"exchanging shares, her raise would be {raise_}"
            )
    return verdict.right("what is left of the error is only what Alice exchanged with the others")


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
    """Chi-square of every two of three shares modulo 8 (4,000 sharings of each of two secrets) and of the top three
    bits modulo 2^64 (2,000): a right answer fails in fewer than one of 10^7 checks; a share that never takes one of
    the eight values, or one of them twice as often, is found in all but one of 10^9.
    """
    for secret, parties, modulus in ((3800, 4, 2**64), (50, 3, 59), (0, 2, 8), (7, 5, 8)):
        problem = _not_a_sharing([*answer(secret, parties, modulus)], secret, parties, modulus)
        if problem:
            return verdict.wrong(f"share({secret}, {parties}, {modulus}) {problem}")
    leak = _plain_leak(answer) or _outside(answer) or _follows_a_seed(answer) or _not_uniform(answer)
    if leak:
        return verdict.not_private(leak)
    return verdict.right("any two of three parties hold uniform numbers, whatever the secret")


def _not_a_sharing(shares, secret, parties, modulus):
    if len(shares) != parties:
        return f"returned {len(shares)} shares, not one for each of {parties} parties"
    if not all(isinstance(part, int) for part in shares):
        return f"returned {shares}; shares are Python's whole numbers"
    if sum(map(int, shares)) % modulus != secret:
        return f"returned shares that add up to {sum(map(int, shares)) % modulus} modulo {modulus}, not to {secret}"
    return None


def _plain_leak(answer):
    sharings = [[*answer(3800, 4, 2**64)] for _ in range(20)]
    for party, held in enumerate(zip(*sharings), 1):
        if set(held) == {3800}:
            return f"sharing 3,800, party {party} holds 3,800 every time: that is the secret itself"
    if len(set(map(tuple, sharings))) == 1:
        return f"sharing 3,800 gives {sharings[0]} every time, so each share tells which secret it belongs to"
    return None


def _outside(answer):
    outside = {
        secret: sum(not all(0 <= part < 59 for part in answer(secret, 3, 59)) for _ in range(1_000))
        for secret in (5, 50)
    }
    if any(outside.values()):
        return (
            f"modulo 59, a share lies outside 0 to 58 in {outside[5]} of 1,000 sharings of 5 and in {outside[50]} "
            "of 1,000 sharings of 50: such a share narrows the secret down"
        )
    return None


def _follows_a_seed(answer):
    drawn = []
    for _ in range(2):
        with rewound(answer):
            drawn.append([*answer(3800, 4, 2**64)])
    if drawn[0] == drawn[1]:
        return "the shares repeat when the seed does: whoever knows or guesses the seed knows them; draw from `secrets`"
    return None


def _not_uniform(answer):
    top = np.array([[int(part) >> 61 for part in answer(3800, 4, 2**64)] for _ in range(2_000)])
    for party in range(4):
        counts = np.bincount(top[:, party], minlength=8)
        if _chi_square(counts) > FAR_FROM_UNIFORM[8]:
            return (
                f"modulo 2^64, {counts.max():,} of 2,000 shares of party {party + 1} lie in the same eighth of the "
                "range, where 250 belong: they are not uniform, and an estimate like Bob's comes near the secret"
            )
    for secret in (0, 5):
        sharings = [tuple(map(int, answer(secret, 3, 8))) for _ in range(4_000)]
        for one, other in itertools.combinations(range(3), 2):
            seen = collections.Counter((shares[one], shares[other]) for shares in sharings)
            counts = np.array([seen[pair] for pair in itertools.product(range(8), repeat=2)])
            if _chi_square(counts) > FAR_FROM_UNIFORM[64]:
                (a, b), often = seen.most_common(1)[0]
                return (
                    f"modulo 8, parties {one + 1} and {other + 1} together hold {a} and {b} in {often:,} of 4,000 "
                    f"sharings of {secret}, where about 62 belong, and {np.sum(counts == 0)} of the 64 pairs "
                    "never: what they hold depends on the secret"
                )
    return None


FAR_FROM_UNIFORM = {8: 56.6, 64: 156.2}  # by the number of values: chi-square is above it by chance in 10^-9


def _chi_square(counts):
    return np.sum((counts - counts.mean()) ** 2) / counts.mean()


@exercise(
    "A hash cannot be turned round. But how many raises are there to try, if the raise is all that is hashed?",
    "Hash the nonce together with the value: nobody can try all values of 32 random bytes.",
    "hashlib.sha256(nonce + str(value).encode()).digest()",
    show=["import hashlib"],
)
def commit(value, nonce):
    return hashlib.sha256(nonce + str(value).encode()).digest()


def _steady(commitments):
    """What all commitments share: positions, counted from the front and from the back, and what stands there."""
    rows = [commitment if isinstance(commitment, bytes) else str(commitment) for commitment in commitments]
    columns = [
        (step, position, set(column))
        for step in (1, -1)
        for position, column in enumerate(zip(*(row[::step] for row in rows)))
    ]
    return [(step, position, same) for step, position, same in columns if len(same) == 1]


@commit.check
def _(answer, verdict):
    """The nonce is fixed: an answer gets the same verdict every time."""
    nonce, value = hashlib.sha256(b"a nonce to show").digest(), 3_800
    commitment = answer(value, nonce)
    if answer(value, nonce) != commitment:
        return verdict.wrong("commit(3800, nonce) gave two different answers: such a commitment cannot be opened")
    first = {}
    for other in range(10_000):
        twin = first.setdefault(answer(other, nonce), other)
        if twin != other:
            return verdict.wrong(f"{twin:,} and {other:,} give the same commitment: it could be opened as either")
    for order, other in itertools.product(("big", "little"), (3_801, 9_999)):
        number = int.from_bytes(nonce, order)
        for changed in (number ^ value ^ other, number + value - other, number - value + other):
            if answer(other, changed.to_bytes(32, order)) == commitment:
                return verdict.wrong(f"the commitment to 3,800 opens as {other:,} with another nonce: it binds nobody")
    if all(str(number) in str(answer(number, nonce)) for number in (3_800, 9_999)):  # by chance once in 10^6
        return verdict.not_private("the commitment to 3800 shows 3800 in the clear")
    if any(
        nonce in part if isinstance(part, bytes) else nonce.hex() in str(part)
        for part in (commitment if isinstance(commitment, tuple) else [commitment])
    ):
        return verdict.not_private(
            "the commitment shows the nonce itself: whoever has it tries the raises from 0 to 9,999 and finds 3,800"
        )
    used = sum(answer(value, nonce[:i] + bytes([nonce[i] ^ 255]) + nonce[i + 1 :]) != commitment for i in range(32))
    if used == 0:
        return verdict.not_private(
            "the nonce changes nothing: trying the raises from 0 to 9,999 takes a moment and finds 3,800"
        )
    nonces = [hashlib.sha256(b"%d" % i).digest() for i in range(16)]
    steady = [_steady([answer(number, other) for other in nonces]) for number in (value, 9_999)]
    if steady[0] != steady[1]:
        return verdict.not_private(
            "a part of the commitment is the same whatever the nonce, and another for 9999 than for "
            "3800: whoever computes it for the raises from 0 to 9,999 knows the raise"
        )
    if used < 16:
        return verdict.not_private(
            f"only {used} of the 32 bytes of the nonce matter, so that {256**used:,} nonces can "
            "be tried with every raise"
        )
    return verdict.right("it hides the value and can be opened in one way only")


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


@reconstruct.check
def _(answer, verdict):
    """Every place of a tampered share among five, in three sharings. No chance is involved."""
    rng = np.random.default_rng(1)
    for secret, threshold in ((3_800, 2), (0, 1), (12_686, 3)):
        shares = shamir.share(secret, parties=5, threshold=threshold, rng=rng)
        for some in (shares, shares[::-1], shares[: threshold + 1]):
            result = answer(some, threshold)
            if result != secret:
                return verdict.wrong(
                    f"from {len(some)} honest shares of {secret}, threshold {threshold}, came {result}"
                )
        for index, share in enumerate(shares):
            bad = list(shares)
            bad[index] = dataclasses.replace(share, value=(share.value + 1) % share.prime)
            refusal = _refusal(answer, bad, threshold)
            if refusal is None:
                return verdict.wrong(
                    f"share {index + 1} of {secret} was tampered with, and reconstruct still returned "
                    f"{answer(bad, threshold):,} where it should raise ValueError"
                )
            if secret and str(secret) in refusal:
                return verdict.not_private(f"the refusal tells {secret}, the secret, to all who read it: {refusal!r}")
        if _refusal(answer, shares[:threshold], threshold) is None:
            return verdict.wrong(
                f"from {threshold} shares at threshold {threshold} anything could come; it should raise ValueError"
            )
    return verdict.right("it takes enough shares, and all of them must agree")


def _refusal(answer, shares, threshold):
    """What the ValueError said, or None when the answer returned something."""
    try:
        answer(shares, threshold)
    except Exception as error:
        if isinstance(error.__cause__ or error, ValueError):
            return str(error.__cause__ or error)
        raise
    return None


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
