"""Exercises of lesson 11: shares that tell nothing, the estimate when they tell, commitments, tampered shares."""

import dataclasses
import hashlib
import itertools
import secrets
import time

import numpy as np

from privlab.lab.checks import attempted, refuses
from privlab.lab.distributions import uneven
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.results import as_number, as_whole, listed, seen, shown, words_of
from privlab.language import translate
from privlab.lessons.raises.commitment_checks import (
    COMMIT_SECONDS,
    FIRST,
    does_not_bind,
    does_not_hide,
    in_the_clear,
    octets,
    sealed_part,
)
from privlab.lessons.raises.sharing_checks import LARGE, SHARINGS, call, drawn_moduli, not_a_sharing, rows, told
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
            return verdict.wrong(
                translate(
                    "estimate({published}, {gave}, {got}) gave {guess}; one number was asked for",
                    published=published,
                    gave=gave,
                    got=got,
                    guess=shown(guess),
                )
            )
        if as_number(guess) != raise_:
            return verdict.wrong(
                translate(
                    "estimate({published}, {gave}, {got}) gave {guess}; had Alice and Bob been alone in "
                    "exchanging shares, her raise would be {hers}",
                    published=published,
                    gave=gave,
                    got=got,
                    guess=shown(guess),
                    hers=raise_,
                )
            )
    return verdict.right(translate("what is left of the error is only what Alice exchanged with the others"))


def _said(verdict, mark, sentence):
    """A verdict by its mark: ?, ✗ or ⚠."""
    if mark == "?":
        return verdict("?", sentence)
    return verdict.wrong(sentence) if mark == "✗" else verdict.not_private(sentence)


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

    Not seen: a fault of one in a thousand; two bytes of randomness stretched to more by a hash; a fault at a few moduli
    only, for most are drawn anew in every check, up to 2^63. Near 2^64 a modulus that is no power of two only gets
    a warning. Right shares are called uneven in fewer than two of 10^7 checks.
    """
    moduli = drawn_moduli()
    for secret, parties, modulus in (*SHARINGS, *LARGE, *((modulus // 3, 3, modulus) for modulus in moduli)):
        if (secret, parties, modulus) in LARGE and refuses(answer, secret, parties, modulus):
            continue
        mark, problem = not_a_sharing(answer(secret, parties, modulus), secret, parties, modulus)
        if problem:
            return _said(verdict, mark, f"{call(secret, parties, modulus)} {problem}")
    leak = told(answer, moduli)
    if leak:
        return verdict.not_private(leak)
    if uneven(rows(answer, 0, 3, 3 * 2**62, 1_500), 3 * 2**62):
        return verdict.right(
            translate(
                "any three of four parties hold uniform numbers, whatever the secret; but modulo 3 * "
                "2**62 small shares come more often, as remainders of 64 bits do: "
                "secrets.randbelow(modulus) is even for every modulus"
            )
        )
    return verdict.right(translate("any two of three parties hold uniform numbers, whatever the secret"))


@exercise(
    "A hash cannot be turned round. But how many raises are there to try, if the raise is all that is hashed?",
    "Hash the nonce together with the value: nobody can try all values of 32 random bytes.",
    "hashlib.sha256(nonce + str(value).encode()).digest()",
    show=["import hashlib"],
)
def commit(value, nonce):
    return hashlib.sha256(nonce + str(value).encode()).digest()


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
    if octets(sealed_part(first, FIRST)) is None:
        what = (
            translate("a hash; call its digest()")
            if hasattr(first, "digest")
            else translate("{first}; return bytes, text or a number", first=shown(first))
        )
        return verdict("?", translate("commit(3800, nonce) returned {what}", what=what))

    def sealed(value, nonce=FIRST):
        return sealed_part(answer(value, nonce), nonce)

    began = time.process_time()
    for value in range(20):
        sealed(value)
    calls = COMMIT_SECONDS / max(1e-9, (time.process_time() - began) / 20)  # that there is time for
    wrong = does_not_bind(answer, sealed, int(min(10_000, calls / 3)))
    if wrong:
        return verdict.wrong(wrong)
    leak = in_the_clear(answer, sealed, beside) or does_not_hide(sealed, int(min(4_000, calls / 6)))
    if leak:
        return verdict.not_private(leak)
    if isinstance(first, tuple | list) and sealed_part(first, FIRST) is not first:
        return verdict.right(
            translate("it hides the value and opens in one way only; the nonce beside it is not to be shown yet")
        )
    return verdict.right(translate("it hides the value and can be opened in one way only"))


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
                whose = listed([share.party for share in chosen])
                return verdict.wrong(
                    translate(
                        "of {call}, parties {whose} together gave {result}, not {secret}",
                        call=call,
                        whose=whose,
                        result=shown(result),
                        secret=secret,
                    )
                )
        for shares, problem in (*_forgeries(dealt, threshold), *_too_few(dealt, threshold)):
            mark, told = _not_refused(answer, shares, threshold, dealt, secret)
            if told:
                return _said(
                    verdict, mark, translate("of {call}, {problem}, {told}", call=call, problem=problem, told=told)
                )
    return verdict.right(translate("it takes enough shares, and all of them must agree"))


def _exact(result):
    number = as_whole(result)
    return result if number is None else number


def _not_refused(answer, shares, threshold, dealt, secret):
    """The mark and the words for shares that should be refused in silence about the secret, or (None, None)."""
    (result, error), beside = seen(attempted, answer, list(shares), threshold)
    if error is not None:
        if not isinstance(error, ValueError):
            told = " ".join([f"{type(error).__name__}:", *str(error).split()]).rstrip(":")
            return "?", translate("and your code raised {told}; raise ValueError there", told=told)
        told = (words_of(error) + beside).replace(",", "").replace("_", "")
        known = {
            f"{share.value}": translate("the share of party {party}", party=share.party) for share in (*shares, *dealt)
        }
        known[f"{secret}"] = translate("{secret}, the secret,", secret=secret)
        for digits, what in known.items():
            if len(digits) > 2 and any(text in told for text in (digits, f"{int(digits):x}", f"{int(digits):b}")):
                return "⚠", translate(
                    "and the refusal, or what is printed, tells {what} to all who read it: {error!r}",
                    what=what,
                    error=str(error),
                )
        return None, None
    what = (
        translate("the secret")
        if _exact(result) == secret
        else translate("another number")
        if as_whole(result)
        else shown(result)
    )
    return "✗", translate("and reconstruct returned {what} where it should raise ValueError", what=what)


def _too_few(dealt, threshold):
    """Too few shares, one of them perhaps twice, and a few words on each."""
    for number in range(threshold + 1):
        yield (
            dealt[:number],
            translate("1 share came together")
            if number == 1
            else translate("{number} shares came together", number=number),
        )
    if threshold:
        yield (
            [*dealt[:threshold], dealt[0]],
            translate("{threshold} came together, one of them twice", threshold=threshold),
        )


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
            yield (
                moved,
                translate("share {whose} was tampered with", whose=listed(forgers))
                if one
                else translate("shares {whose} were tampered with", whose=listed(forgers)),
            )


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
            "A uniform share looks the same for every secret; a large one only nearly.",
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
