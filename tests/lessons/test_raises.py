"""Wrong answers to the exercises of lesson 11, and what their checks must say."""

import hashlib
import random
import secrets

import numpy as np

from privlab.lessons.raises.exercises import commit, estimate, reconstruct, share
from privlab.mpc.shamir import height_at
from tests.lessons.answers import recognised, wrong

wrong(estimate, "✗", "alone", "the published sum as it is", edit=("published + gave - got", "published"))
wrong(estimate, "✗", "estimate(", "signs swapped", edit=("+ gave -", "- gave +"))
wrong(estimate, "✗", "estimate(", "half of it", edit=("gave - got", "gave"))

wrong(
    share,
    "⚠",
    "outside 0 to 58",
    "the last share is not reduced",
    edit=("(secret - sum(drawn)) % modulus", "secret - sum(drawn)"),
)
wrong(share, "⚠", "not uniform", "small shares", edit=("(modulus)", "(1_000) % modulus"))
wrong(
    share,
    "⚠",
    "together",
    "one draw for all",
    edit=("[secrets.randbelow(modulus) for _ in range(parties - 1)]", "[secrets.randbelow(modulus)] * (parties - 1)"),
)
wrong(
    share,
    "⚠",
    "together",
    "zero is never drawn",
    edit=("secrets.randbelow(modulus)", "1 + secrets.randbelow(modulus - 1)"),
)
wrong(share, "✗", "not one for each", "one share too few", edit=("parties - 1", "parties - 2"))


@wrong(share, "⚠", "party 1 holds 3,800")
def the_secret_beside_zeros(secret, parties, modulus):
    return [secret] + [0] * (parties - 1)


@wrong(share, "⚠", "every time")
def equal_parts(secret, parties, modulus):
    part = secret // parties
    return [part] * (parties - 1) + [secret - part * (parties - 1)]


@wrong(share, "⚠", "seed")
def a_generator_with_a_seed(secret, parties, modulus):
    drawn = [random.randrange(modulus) for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


rng = np.random.default_rng(26)


@wrong(share, "⚠", "seed")
def the_lessons_generator(secret, parties, modulus):
    drawn = [int.from_bytes(rng.bytes(8), "big") % modulus for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "✗", "add up to")
def shares_of_nothing(secret, parties, modulus):
    return [secrets.randbelow(modulus) for _ in range(parties)]


@wrong(share, "✗", "whole numbers")
def fractions(secret, parties, modulus):
    return [secret / parties] * parties


wrong(commit, "⚠", "finds 3,800", "no nonce", edit=("nonce + str", "str"))
wrong(commit, "⚠", "1 of the 32 bytes", "one byte of the nonce", edit=("nonce +", "nonce[:1] +"))
wrong(commit, "⚠", "nonce itself", "the nonce beside the hash", edit=("digest()", "digest() + nonce"))
wrong(commit, "✗", "same commitment", "the value is forgotten", edit=("nonce + str(value).encode()", "nonce"))
wrong(commit, "✗", "same commitment", "a hash cut short", edit=("digest()", "digest()[:2]"))
wrong(commit, "✗", "cannot be opened", "a nonce of its own", edit=("nonce +", "secrets.token_bytes(32) +"))


@wrong(commit, "⚠", "in the clear")
def the_value_beside_the_hash(value, nonce):
    return hashlib.sha256(nonce).digest() + str(value).encode()


@wrong(commit, "⚠", "whatever the nonce")
def thrice_the_value_beside_the_hash(value, nonce):
    return hashlib.sha256(nonce).digest() + str(3 * value).encode()


@wrong(commit, "✗", "another nonce")
def the_nonce_as_a_mask(value, nonce):
    return int.from_bytes(nonce, "big") ^ value


@wrong(reconstruct, "✗", "tampered")
def believes_the_first_ones(shares, threshold):
    return height_at(shares[: threshold + 1])


@wrong(reconstruct, "✗", "tampered")
def fits_all_of_them(shares, threshold):
    return height_at(shares)


@wrong(reconstruct, "✗", "2 shares")
def does_not_count(shares, threshold):
    first = shares[: threshold + 1]
    if any(height_at(first, share.party) != share.value for share in shares):
        raise ValueError("tampered")
    return height_at(first)


@wrong(reconstruct, "?", "ValueError: no")
def trusts_nobody(shares, threshold):
    raise ValueError("no")


@wrong(reconstruct, "⚠", "tells 3800")
def tells_what_it_refuses(shares, threshold):
    first = shares[: threshold + 1]
    if len(first) <= threshold:
        raise ValueError("too few")
    wrong = [s.party for s in shares if height_at(first, s.party) != s.value]
    if wrong:
        raise ValueError(f"{wrong} disagree with secret {height_at(first)}")
    return height_at(first)


test_wrong_answers = recognised("raises")
