"""Exercises of lesson 13: numbers with a MAC, a check of many at once, products without a dealer, a request that tells
no bit, a table that tells one row.
"""

import secrets

from privlab.lab.exercise import Quiz, exercise
from privlab.lessons.when_a_party_cheats import (
    garbling_checks,
    mac_checks,
    opening_checks,
    product_checks,
    transfer_checks,
)
from privlab.mpc.degree_reduction import weights
from privlab.mpc.garbling import colour, draw_labels, lock
from privlab.mpc.oblivious_transfer import generator_power, point_product
from privlab.mpc.psi import power, random_key
from privlab.mpc.shamir import Share, share


def _said(verdict, told, right):
    """The verdict on a mark and a sentence, or on None: then `right`."""
    if told is None:
        return verdict.right(right)
    mark, sentence = told
    if mark == "?":
        return verdict("?", sentence)
    return verdict.wrong(sentence) if mark == "✗" else verdict.not_private(sentence)


@exercise(
    "Two secrets are to be shared: the number, and the number times the key. What is the key?",
    "Draw all shares but one, of the number and of the MAC, each by secrets.randbelow(modulus).",
    "The last share of the number is (secret - sum of its others) % modulus; the last share of the MAC is "
    "(sum(keys) * secret - sum of its others) % modulus. Draw new numbers for the MAC.",
    show=["import secrets"],
)
def authenticate(secret, keys, modulus):
    shares = [secrets.randbelow(modulus) for _ in keys[1:]]
    macs = [secrets.randbelow(modulus) for _ in keys[1:]]
    last = (secret - sum(shares)) % modulus
    last_mac = (sum(keys) * secret - sum(macs)) % modulus
    return [*shares, last], [*macs, last_mac]


@authenticate.check
def _(answer, verdict):
    """✓: shares that add up to the secret, and as many that add up to the key times it; what all parties but one hold,
    shares, MACs and keys together, is uniform whatever the secret, to its range, its kinds and what is printed; nothing
    of it can be repeated.

    Not seen: a fault of one in a thousand, and one at a few primes only. Right answers are called uneven in fewer than
    two of 10^7 checks.
    """
    told = mac_checks.no_authentication(answer) or mac_checks.leak(answer)
    return _said(verdict, told, "all parties but one hold uniform numbers, and only all together a MAC that fits")


@exercise(
    "For one number, mac - key * value is a secret that is 0 when the number is right. What may be opened?",
    "Add these secrets up before you open them, but so that a lie of +1 and one of -1 do not cancel.",
    "total += (mac - key * value) * secrets.randbelow(key.modulus) for each of them; then reveal(total) == 0.",
    show=["import secrets"],
)
def honest(opened, macs, key, reveal):
    total = 0
    for value, mac in zip(opened, macs):
        total += (mac - key * value) * secrets.randbelow(key.modulus)
    return reveal(total) == 0


@honest.check
def _(answer, verdict):
    """✓: true for numbers that fit their MACs, false when one or several do not, also when lies are chosen to cancel;
    what is opened, by `reveal` or by `reconstruct`, is 0 for honest numbers whatever key and numbers are; the answer
    follows from it.

    Not seen: weights that take many values and can be guessed all the same, but for those that a seed repeats. An
    honest answer is refused, or a lie passes by chance, in fewer than one of 10^10 checks.
    """
    told = opening_checks.fault(answer) or opening_checks.weak_weights(answer)
    return _said(verdict, told, "one lie among many is caught, and what is opened tells neither key nor MAC")


@exercise(
    "Each party multiplies its own two shares. What it then has goes to nobody as it is: it is shared.",
    "Party i shares its product by a new polynomial of degree threshold; party j gets a share from each, and adds "
    "them up with weights(parties, prime=...).",
    "parts = share(x.value * y.value % x.prime, parties=len(xs), threshold=threshold, prime=x.prime); "
    "send(x.party, part.party, part.value * weight % x.prime) for each part; each party's share is the sum of what it "
    "was sent, modulo the prime.",
)
def multiply(xs, ys, threshold, send):
    parties, prime = len(xs), xs[0].prime
    held = [0] * parties
    for x, y, weight in zip(xs, ys, weights(parties, prime=prime)):
        parts = share(x.value * y.value % prime, parties=parties, threshold=threshold, prime=prime)
        for place, part in enumerate(parts):
            held[place] += send(x.party, part.party, part.value * weight % prime)
    return [Share(place, value % prime, prime) for place, value in enumerate(held, 1)]


@multiply.check
def _(answer, verdict):
    """✓: shares of the product, of the old threshold, for three parties and five, for 0 and the largest numbers; each
    party is sent shares of what the others worked out from their own two shares, and nothing else; what up to the
    threshold of them are sent is uniform and new whatever the secrets; the result follows from what was sent.

    Not seen: what a party does with other parties' shares when what it sends stays as it would be. Right answers are
    called uneven in fewer than one of 10^7 checks.
    """
    told = product_checks.fault(answer) or product_checks.leak(answer)
    return _said(verdict, told, "any two of three shares give the product, and what is sent tells nobody anything")


@exercise(
    "A random point hides everything. Which two random points does the recipe name, one for each bit?",
    "Draw b = random_key(). The request is g^b for the bit 0, and A times that for the bit 1.",
    "request = generator_power(b); for bit 1 request = point_product(offered, request). The key is made of "
    "power(offered, b), whatever the bit.",
)
def choose(bit, offered):
    b = random_key()
    point = power(offered, b)
    request = generator_power(b)
    if bit == 1:
        request = point_product(offered, request)
    return request, point


@choose.check
def _(answer, verdict):
    """✓: the request and the receiver's point, of which the sender works out the same; a request is a new point in
    every run, made from a key that nobody can try, and its bytes look alike for both bits, with its kind and what is
    printed; offers outside the group are refused.

    Not seen: a key that is drawn otherwise than by `random_key` and has few values, but for small, repeated and seeded
    ones. A right answer is refused in fewer than one of 10^7 checks.
    """
    told = transfer_checks.fault(answer) or transfer_checks.leak(answer)
    return _said(verdict, told, "the sender sees a random point, whichever message is chosen")


@exercise(
    "Draw labels for x, for y and for the result. Each row locks one label of the result under two others.",
    "In which row does a label belong, so that its place tells nothing? The colours were drawn for that.",
    "For x and y, each 0 and 1: rows[2 * colour(xs[x]) + colour(ys[y])] = lock(xs[x], ys[y], zs[int(gate(x, y))]).",
)
def garble(gate):
    xs, ys, zs = draw_labels(), draw_labels(), draw_labels()
    rows = [b""] * 4
    for x in (0, 1):
        for y in (0, 1):
            row = 2 * colour(xs[x]) + colour(ys[y])
            rows[row] = lock(xs[x], ys[y], zs[int(gate(x, y))])
    return xs, ys, zs, rows


@garble.check
def _(answer, verdict):
    """✓: for several gates and all inputs the right label of the result; all labels are new in every run and look
    random, also beside each other, their colours too; nothing can be repeated, and kinds and prints tell nothing.

    Not seen: a relation between labels that was not foreseen. A right answer is refused in fewer than one of 10^7
    checks.
    """
    told = garbling_checks.fault(answer) or garbling_checks.leak(answer)
    return _said(verdict, told, "two labels open one row, and neither they nor its place tell the bits")


quiz1 = Quiz(
    id="when_a_party_cheats.quiz1",
    question="A number with a MAC is opened, and the check fails. What do the honest parties know?",
    options=(
        ("Who lied.", False, "Any one of them may have said a wrong share, or a wrong sigma: the sum does not tell."),
        (
            "That somebody lied, and that no number of this run may be used.",
            True,
            "This is security with abort. The key is spent too: the lie and the sum of the sigmas tell it.",
        ),
        ("The right number.", False, "It would take the true share, which only the one who lied has."),
    ),
)


quiz2 = Quiz(
    id="when_a_party_cheats.quiz2",
    question="Three parties have Shamir's shares of threshold 1. Why do they share their local products anew?",
    options=(
        (
            "Because the sum of the local products is not the product of the secrets.",
            False,
            "With Lagrange's weights it is. That alone would suffice to open it.",
        ),
        (
            "Because the products lie on a polynomial of degree 2, and one that is not random.",
            True,
            "The next product would need more parties, and opening these tells each party about the factors.",
        ),
        ("So that a party that lies is caught.", False, "Nobody would notice. Against lies more must be done."),
    ),
)


quiz3 = Quiz(
    id="when_a_party_cheats.quiz3",
    question="Bob evaluates a gate that Alice has garbled, and follows the protocol. What must he trust her in?",
    options=(
        ("That she does not learn his bit from his request for a label.", False, "His request is a random point."),
        (
            "That the table is the gate they agreed on.",
            True,
            "Rows look random whatever the gate. Against that, parties cut and choose, or put MACs on bits.",
        ),
        ("Nothing: he evaluates the gate himself.", False, "He evaluates what she garbled, and cannot read it."),
    ),
)
