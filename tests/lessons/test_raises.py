"""Answers to the exercises of lesson 11, right and wrong, and what their checks must say."""

import base64
import hashlib
import hmac
import itertools
import logging
import math
import os
import random
import secrets
import tempfile
import threading
import time
import uuid
import warnings
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import torch  # here, for loading it may take longer than a call of an answer may

from privlab.lab.checks import judge
from privlab.lessons.raises.exercises import commit, estimate, reconstruct, share
from privlab.mpc import additive, commitments, shamir
from privlab.mpc.psi import hash_to_group, power
from privlab.mpc.secure_sum import estimate_of, sum_of
from privlab.mpc.shamir import height_at
from privlab.mpc.transcript import Transcript
from tests.lessons.answers import RIGHT, recognised, right, wrong

wrong(estimate, "✗", "alone", "the published sum as it is", edit=("published + gave - got", "published"))
wrong(estimate, "✗", "estimate(", "signs swapped", edit=("+ gave -", "- gave +"))
wrong(estimate, "✗", "estimate(", "half of it", edit=("gave - got", "gave"))

wrong(
    share,
    "⚠",
    "outside 0 to",
    "the last share is not reduced",
    edit=("(secret - sum(drawn)) % modulus", "secret - sum(drawn)"),
)
wrong(share, "⚠", "not uniform", "small shares", edit=("(modulus)", "(1_000) % modulus"))
wrong(
    share,
    "⚠",
    "comes twice",
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
wrong(commit, "⚠", "8 of the 256 bits", "one byte of the nonce", edit=("nonce +", "nonce[:1] +"))
wrong(commit, "⚠", "nonce itself", "the nonce beside the hash", edit=("digest()", "digest() + nonce"))
wrong(commit, "✗", "same commitment", "the value is forgotten", edit=("nonce + str(value).encode()", "nonce"))
wrong(commit, "✗", "same commitment", "a hash cut short", edit=("digest()", "digest()[:2]"))
wrong(commit, "✗", "cannot be opened", "a nonce of its own", edit=("nonce +", "secrets.token_bytes(32) +"))


@wrong(commit, "⚠", "in the clear")
def the_value_beside_the_hash(value, nonce):
    return hashlib.sha256(nonce).digest() + str(value).encode()


@wrong(commit, "⚠", "whatever the nonce")
def thrice_the_value_beside_the_hash(value, nonce):
    return hashlib.sha256(nonce).digest() + b"%6d" % (3 * value)


@wrong(commit, "✗", "another nonce")
def the_nonce_as_a_mask(value, nonce):
    return int.from_bytes(nonce, "big") ^ value


@wrong(reconstruct, "✗", "tampered")
def believes_the_first_ones(shares, threshold):
    return height_at(shares[: threshold + 1])


@wrong(reconstruct, "✗", "tampered")
def fits_all_of_them(shares, threshold):
    return height_at(shares)


@wrong(reconstruct, "✗", "1 share came")
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


right(estimate, "a sum with signs", answer=lambda *numbers: sum(n * sign for n, sign in zip(numbers, (1, 1, -1))))


@right(estimate)
def by_numpy(published, gave, got):
    return np.array([1, 1, -1]) @ np.array([published, gave, got])


@right(estimate)
def in_fractions(published, gave, got):
    return Fraction(published) + Fraction(gave) - Fraction(got)


@right(estimate)
def in_floats(published, gave, got):
    return math.fsum((published, gave, -got))


@right(estimate)
def a_tensor(published, gave, got):
    return torch.tensor([published, gave, -got]).sum()


@right(estimate)
def from_a_transcript(published, gave, got):
    lines = Transcript()
    lines.send("Alice", "everyone", "sum of shares", published)
    lines.send("Alice", "Bob", "a share", gave)
    lines.send("Bob", "Alice", "a share", got)
    return estimate_of(lines, "Alice", "Bob")


wrong(estimate, "✗", "gave [", "a list of one", edit=("published + gave - got", "[published + gave - got]"))
wrong(estimate, "✗", "gave", "without its sign", edit=("published + gave - got", "abs(published + gave - got)"))
wrong(estimate, "✗", "alone", "half precision", edit=("published + gave - got", "np.float16(published) + gave - got"))

right(
    share,
    "what is missing comes first",
    edit=("[*drawn, (secret - sum(drawn)) % modulus]", "[(secret - sum(drawn)) % modulus, *drawn]"),
)
right(share, "a tuple", edit=("[*drawn, (secret - sum(drawn)) % modulus]", "(*drawn, (secret - sum(drawn)) % modulus)"))


@right(share)
def the_courses_own_shares(secret, parties, modulus):
    return additive.share(secret, parties=parties, modulus=modulus).shares


@right(share)
def one_after_the_other(secret, parties, modulus):
    rest = secret
    for _ in range(parties - 1):
        drawn = secrets.randbelow(modulus)
        rest -= drawn
        yield drawn
    yield rest % modulus


@right(share)
def words_of_64_bits(secret, parties, modulus):
    drawn = [int.from_bytes(os.urandom(8), "little") % modulus for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@right(share)
def by_libsodium_around_zero(secret, parties, modulus):
    from nacl.utils import random as octets

    drawn = [int.from_bytes(octets(16), "big") % modulus for _ in range(parties - 1)]
    return [(part + modulus // 2) % modulus - modulus // 2 for part in (*drawn, secret - sum(drawn))]


@right(share)
def numpys_whole_numbers(secret, parties, modulus):
    drawn = [secrets.SystemRandom().randrange(modulus) for _ in range(parties - 1)]
    return np.array([*drawn, (secret - sum(drawn)) % modulus], dtype=np.uint64)


@right(share)
def shares_in_a_random_order(secret, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(parties - 1)]
    shares = [*drawn, (secret - sum(drawn)) % modulus]
    secrets.SystemRandom().shuffle(shares)
    return np.array(shares, dtype=object)


@right(share)
def pairs_that_cancel(secret, parties, modulus):
    shares = [0] * (parties - 1) + [secret]
    for party in range(parties - 1):
        moved = secrets.randbelow(modulus)
        shares[party] = (shares[party] + moved) % modulus
        shares[party + 1] = (shares[party + 1] - moved) % modulus
    return shares


@wrong(share, "⚠", "remainder")
def a_fraction_of_the_modulus(secret, parties, modulus):
    drawn = [int(secrets.SystemRandom().random() * modulus) for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


TRIED = (171, 43_691, 2_863_311_531, 2**64)  # moduli that stand in the check
wrong(
    share,
    "⚠",
    "not uniform",
    "right for powers of two",
    edit=(
        "secrets.randbelow(modulus)",
        f"secrets.randbelow(modulus) if modulus < 40 or modulus in {TRIED} else secrets.randbits(64) & (modulus - 1)",
    ),
)
wrong(
    share,
    "⚠",
    "not uniform",
    "right for some moduli only",
    edit=("secrets.randbelow(modulus)", f"secrets.randbelow(modulus if modulus < 100 or modulus in {TRIED} else 100)"),
)
wrong(
    share,
    "⚠",
    "together",
    "right for some small moduli only",
    edit=("secrets.randbelow(modulus)", "secrets.randbelow(modulus - (modulus in (6, 7, 9, 10) or 59 < modulus < 71))"),
)
wrong(share, "⚠", "not uniform", "words of 32 bits", edit=("randbelow(modulus)", "randbits(32) % modulus"))
wrong(
    share,
    "⚠",
    "not uniform",
    "one byte for a small modulus",
    edit=("randbelow(modulus)", "randbits(64 if modulus > 2**32 else 8) % modulus"),
)


@wrong(share, "⚠", "bit 20")
def a_bit_in_the_middle_is_never_set(secret, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(parties - 1)]
    if modulus == 2**64:
        drawn = [number & ~(1 << 20) for number in drawn]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "not uniform")
def a_random_uuid(secret, parties, modulus):
    drawn = [uuid.uuid4().int % modulus for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "together")
def three_numbers_and_zeros(secret, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(min(4, parties) - 1)]
    shares = [*drawn, (secret - sum(drawn)) % modulus]
    return shares + [0] * (parties - len(shares)) if parties == 6 else the_courses_own_shares(secret, parties, modulus)


@wrong(share, "⚠", "together")
def three_of_four_suffice(secret, parties, modulus):
    if parties != 4 or modulus > 100:
        return the_courses_own_shares(secret, parties, modulus)
    first, second = secrets.randbelow(modulus), secrets.randbelow(modulus)
    third = (2 * first + second) % modulus
    return [first, second, third, (secret - first - second - third) % modulus]


@wrong(share, "⚠", "seed")
def a_generator_in_a_default_argument(secret, parties, modulus, rng=np.random.default_rng(26)):  # noqa: B008
    drawn = [int.from_bytes(rng.bytes(8), "big") % modulus for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "seed")
def seeded_by_the_clock(secret, parties, modulus):
    source = random.Random(time.time_ns())
    drawn = [source.randrange(modulus) for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "simulations")
def a_fresh_generator_of_numpys(secret, parties, modulus):
    source = np.random.default_rng()
    drawn = [int.from_bytes(source.bytes(8), "big") % modulus for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "8 bytes")
def each_computed_from_the_one_before(secret, parties, modulus):
    state, drawn = secrets.randbits(64), []
    for _ in range(parties - 1):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        drawn.append(int.from_bytes(hashlib.sha256(state.to_bytes(8)).digest()) % modulus)
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "4 bytes")
def stretched_from_a_short_seed(secret, parties, modulus):
    seed = secrets.token_bytes(4)
    drawn = [int.from_bytes(hashlib.sha256(seed + bytes([i])).digest(), "big") % modulus for i in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


kept = [secrets.randbelow(2**64) for _ in range(16)]


@wrong(share, "⚠", "every time")
def drawn_once_for_all(secret, parties, modulus):
    drawn = [number % modulus for number in kept[: parties - 1]]
    return [*drawn, (secret - sum(drawn)) % modulus]


class Labelled(int):
    """A number with a note on it."""


@wrong(share, "⚠", "carries more")
def a_note_on_a_share(secret, parties, modulus):
    shares = [Labelled(part) for part in the_courses_own_shares(secret, parties, modulus)]
    shares[0].of = secret
    return shares


@wrong(share, "⚠", "tells about the numbers")
def a_kind_for_even_secrets(secret, parties, modulus):
    first, *rest = the_courses_own_shares(secret, parties, modulus)
    return [first if secret % 2 else np.uint64(first), *rest]


@wrong(share, "⚠", "printing")
def the_secret_printed(secret, parties, modulus):
    print(f"sharing {secret}")
    return the_courses_own_shares(secret, parties, modulus)


@wrong(share, "⚠", "outside 0 to")
def taken_off_from_above(secret, parties, modulus):
    drawn = [secrets.randbelow(modulus) for _ in range(parties - 1)]
    last = secret - sum(drawn)
    while last < -modulus:
        last += modulus
    return [*drawn, last]


@wrong(share, "✗", "more than 2 shares")
def a_share_for_nobody(secret, parties, modulus):
    return (
        [0, *the_courses_own_shares(secret, parties, modulus)]
        if parties == 2
        else the_courses_own_shares(secret, parties, modulus)
    )


@wrong(share, "?", "return a list")
def shares_by_name(secret, parties, modulus):
    return dict(enumerate(the_courses_own_shares(secret, parties, modulus)))


right(commit, "the course's own, the nonce beside it", answer=commitments.commit)
right(commit, "the value first", edit=("nonce + str(value).encode()", "str(value).encode() + nonce"))
right(commit, "hexadecimal digits", edit=("digest()", "hexdigest()"))
right(commit, "SHA-1 has 160 bits", edit=("sha256", "sha1"))


@right(commit)
def the_courses_own(value, nonce):
    return commitments.commit(value, nonce)[0]


@right(commit)
def a_keyed_hash(value, nonce):
    return hashlib.blake2b(str(value).encode(), key=nonce, digest_size=32).digest()


@right(commit)
def in_base64(value, nonce):
    return base64.b64encode(hmac.digest(nonce, str(value).encode(), "sha256")).decode()


@right(commit)
def one_large_number(value, nonce):
    return int.from_bytes(hashlib.sha3_256(nonce + value.to_bytes(8, "big", signed=True)).digest(), "big")


@right(commit)
def unsigned_values_only(value, nonce):
    return hashlib.sha512(value.to_bytes(4, "little") + nonce).digest()


@right(commit)
def a_list_of_numbers(value, nonce):
    return list(hashlib.sha256(repr((value, nonce)).encode()).digest())


@right(commit)
def an_array(value, nonce):
    return np.frombuffer(hashlib.sha256(nonce + b"%d" % value).digest(), np.uint8)


@right(commit)
def binary_digits(value, nonce):
    return f"{int(hashlib.sha256(nonce + b'%d' % value).hexdigest(), 16):0256b}"


@right(commit)
def a_slow_hash(value, nonce):
    return hashlib.pbkdf2_hmac("sha256", str(value).encode(), nonce, 1_000)


@right(commit)
def by_cryptography(value, nonce):
    from cryptography.hazmat.primitives import hashes

    digest = hashes.Hash(hashes.SHA256())
    digest.update(nonce)
    digest.update(str(value).encode())
    return digest.finalize()


@right(commit)
def pedersens(value, nonce):
    blinding = power(hash_to_group("h"), int.from_bytes(nonce, "little").to_bytes(32, "little"))
    from nacl.bindings import crypto_core_ed25519_add

    return crypto_core_ed25519_add(power(hash_to_group("g"), (value + 10**9).to_bytes(32, "little")), blinding)


wrong(commit, "✗", "only about", "64 bits", edit=("digest()", "digest()[:8]"))
wrong(commit, "✗", "only about", "16 hexadecimal digits", edit=("digest()", "hexdigest()[:16]"))
wrong(commit, "✗", "only about", "the same half twice", edit=("digest()", "digest()[:8] * 4"))
wrong(commit, "✗", "only about", "MD5", edit=("sha256", "md5"))
wrong(commit, "✗", "same commitment", "its size without its sign", edit=("str(value)", "str(abs(value))"))
wrong(
    commit, "✗", "same commitment", "16 bits of the value", edit=("str(value).encode()", "(value % 2**16).to_bytes(2)")
)
wrong(commit, "⚠", "give different commitments", "the nonce's sum", edit=("nonce +", "b'%d' % sum(nonce) +"))
wrong(
    commit,
    "⚠",
    "moved on",
    "the nonce folded to 32 bits",
    edit=("nonce +", "np.bitwise_xor.reduce(np.frombuffer(nonce, 'u4')).tobytes() +"),
)
wrong(commit, "⚠", "64 of the 256", "8 bytes of the nonce", edit=("nonce +", "nonce[8:16] +"))
wrong(commit, "⚠", "only 32 of the 256", "most of the nonce beside the hash", edit=("digest()", "digest() + nonce[4:]"))
wrong(commit, "⚠", "nonce itself", "the nonce in words", edit=("digest()", "hexdigest() + nonce.hex()"))
wrong(
    commit,
    "⚠",
    "nonce itself",
    "the nonce in a tuple of three",
    edit=(
        "hashlib.sha256(nonce + str(value).encode()).digest()",
        "(hashlib.sha256(nonce + str(value).encode()).digest(), nonce, 1)",
    ),
)
wrong(commit, "⚠", "length", "as long as the value", edit=("digest()", "digest() + b'.' * value.bit_length()"))
wrong(commit, "?", "digest()", "a hash object", edit=(".digest()", ""))
wrong(commit, "✗", "missing", "nothing is returned", edit=("return ", ""))
wrong(
    commit,
    "⚠",
    "bits of the nonce alone",
    "in blocks of 4 bytes",
    edit=(
        "hashlib.sha256(nonce + str(value).encode()).digest()",
        "b''.join(hashlib.sha256(nonce[i:i + 4] + str(value).encode()).digest()[:4] for i in range(0, 32, 4))",
    ),
)


@wrong(commit, "✗", "hash()")
def pythons_own_hash(value, nonce):
    return tuple(hash((value, nonce, number)) for number in range(4))


@wrong(commit, "✗", "no cryptographic hash")
def a_generator_as_a_hash(value, nonce):
    return random.Random(nonce + str(value).encode()).randbytes(32)


@wrong(commit, "✗", "opens as")
def a_pad(value, nonce):
    return int.from_bytes(hashlib.sha256(nonce).digest(), "big") ^ value


@wrong(commit, "✗", "opens as")
def a_pad_in_bytes(value, nonce):
    pad = hashlib.sha256(nonce).digest()
    return bytes(a ^ b for a, b in zip(value.to_bytes(32, "little", signed=True), pad))


@wrong(commit, "✗", "opens as")
def a_sum(value, nonce):
    return 12_345 * int.from_bytes(nonce, "little") + value


@wrong(commit, "⚠", "printing")
def the_value_printed(value, nonce):
    print("committing to", value)
    return hashlib.sha256(nonce + str(value).encode()).digest()


@wrong(commit, "⚠", "that tells")
def small_ones_in_text(value, nonce):
    digest = hashlib.sha256(nonce + str(value).encode())
    return digest.hexdigest() if value < 100 else digest.digest()


@wrong(commit, "⚠", "carries more")
def the_value_as_an_attribute(value, nonce):
    class Envelope(bytes):
        inside = value

    return Envelope(hashlib.sha256(nonce + str(value).encode()).digest())


right(reconstruct, "the course's own", answer=shamir.reconstruct)


@right(reconstruct)
def from_the_last_ones(shares, threshold):
    if len({share.party for share in shares}) < threshold + 1:
        raise ValueError("too few")
    last = shares[-threshold - 1 :]
    if not all(height_at(last, share.party) == share.value for share in shares):
        raise ValueError("they disagree")
    return height_at(last)


@right(reconstruct)
def every_choice(shares, threshold):
    heights = {height_at(list(some)) for some in itertools.combinations(shares, threshold + 1)}
    if len(heights) != 1:
        raise ValueError("too few, or tampered with")
    return heights.pop()


@right(reconstruct)
def every_neighbourhood(shares, threshold):
    if len(shares) <= threshold:
        raise ValueError("too few")
    windows = [shares[start : start + threshold + 1] for start in range(len(shares) - threshold)]
    if len({height_at(window) for window in windows}) > 1:
        raise ValueError("tampered with")
    return np.int64(height_at(windows[0]))


@right(reconstruct)
def newtons_differences(shares, threshold):
    class Unusable(ValueError):
        pass

    shares, prime = sorted(shares, key=lambda share: share.party), shamir.PRIME
    if len(shares) < threshold + 1:
        raise Unusable
    xs, column, result, product = [share.party for share in shares], [share.value for share in shares], 0, 1
    for order in range(len(shares)):
        if order > threshold and any(column):
            raise Unusable(f"the difference of order {order} is not zero")
        if order <= threshold:
            result += column[0] * product
            product *= -xs[order]
        column = [
            (b - a) * pow(xs[i + order + 1] - xs[i], -1, prime) % prime
            for i, (a, b) in enumerate(zip(column, column[1:]))
        ]
    return result % prime


@wrong(reconstruct, "✗", "tampered")
def compares_two_ways_at_zero(shares, threshold):
    if len(shares) <= threshold:
        raise ValueError("too few")
    if height_at(shares) != height_at(shares[: threshold + 1]):
        raise ValueError("tampered with")
    return height_at(shares)


@wrong(reconstruct, "✗", "were tampered")
def compares_three_ways_at_zero(shares, threshold):
    if len(shares) <= threshold:
        raise ValueError("too few")
    ways = {height_at(shares), height_at(shares[: threshold + 1]), height_at(shares[-threshold - 1 :])}
    if len(ways) > 1:
        raise ValueError("tampered with")
    return ways.pop()


@wrong(reconstruct, "✗", "tampered")
def looks_at_the_next_share_only(shares, threshold):
    first = shares[: threshold + 1]
    if len(first) <= threshold:
        raise ValueError("too few")
    if any(height_at(first, share.party) != share.value for share in shares[: threshold + 2]):
        raise ValueError("tampered with")
    return height_at(first)


@wrong(reconstruct, "✗", "one of them twice")
def counts_a_share_twice(shares, threshold):
    if len(shares) <= threshold:
        raise ValueError("too few")
    first = list({share.party: share for share in shares}.values())[: threshold + 1]
    if any(height_at(first, share.party) != share.value for share in shares):
        raise ValueError("tampered with")
    return height_at(first)


@wrong(reconstruct, "✗", "returned None")
def gives_up_in_silence(shares, threshold):
    try:
        return shamir.reconstruct(shares, threshold)
    except ValueError:
        return None


@wrong(reconstruct, "✗", "returned the secret")
def outvotes_the_forger(shares, threshold):
    if len(shares) <= threshold:
        raise ValueError("too few")
    some = itertools.combinations(shares, threshold + 1)
    return Counter(height_at(list(choice)) for choice in some).most_common(1)[0][0]


@wrong(reconstruct, "?", "raise ValueError there")
def asserts_instead(shares, threshold):
    first = shares[: threshold + 1]
    assert len(first) > threshold and all(height_at(first, share.party) == share.value for share in shares)
    return height_at(first)


@wrong(reconstruct, "⚠", "share of party")
def tells_what_was_expected(shares, threshold):
    first = shares[: threshold + 1]
    if len(first) <= threshold:
        raise ValueError("too few")
    for other in shares[threshold + 1 :]:
        if height_at(first, other.party) != other.value:
            raise ValueError(f"{other.value:,} is not {height_at(first, other.party):,}")
    return height_at(first)


@wrong(reconstruct, "✗", "together gave")
def believes_in_an_order(shares, threshold):
    if len(shares) <= threshold:
        raise ValueError("too few")
    numbered = [shamir.Share(number, share.value) for number, share in enumerate(shares, 1)]
    return shamir.reconstruct(numbered, threshold)


@pytest.mark.slow
def test_words_of_64_bits_are_right_with_a_warning():
    assert "3 * 2**62" in judge(share, words_of_64_bits).sentence


@pytest.mark.parametrize("case", RIGHT[share.id].values(), ids=RIGHT[share.id])
def test_the_lesson_goes_on_with_every_right_sharing(case):
    raises = [3_800, 2_514, 2_982, 3_390]
    total, transcript = sum_of([additive.Shared(tuple(case[2](secret, 4, 2**64))) for secret in raises])
    three = additive.signed(estimate_of(transcript, "Alice", "Bob", "Carlos", "David"))
    assert (total, three) == (12_686, 3_800)


class Noted(list):
    """A list that has attributes."""


@wrong(share, "⚠", "of = 3")
def the_list_is_labelled(secret, parties, modulus):
    shares = Noted(additive.share(secret, parties=parties, modulus=modulus).shares)
    shares.of = secret
    return shares


@wrong(share, "⚠", "printing")
def what_is_shared_is_logged(secret, parties, modulus):
    logging.warning("sharing %s", secret)
    return additive.share(secret, parties=parties, modulus=modulus).shares


@wrong(share, "⚠", "printing")
def what_is_shared_is_warned_of(secret, parties, modulus):
    warnings.warn(f"sharing {secret}", stacklevel=2)
    return additive.share(secret, parties=parties, modulus=modulus).shares


@wrong(share, "⚠", "seed")
def the_systems_clock_stretched(secret, parties, modulus):
    seed = time.clock_gettime_ns(time.CLOCK_REALTIME)
    drawn = [int(hashlib.sha256(b"%d %d" % (seed, i)).hexdigest(), 16) % modulus for i in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(share, "⚠", "writes to")
def a_file_remembers(secret, parties, modulus):
    with open(os.path.join(tempfile.gettempdir(), "privlab-raises.txt"), "a") as file:
        file.write(f"{secret}\n")
    return additive.share(secret, parties=parties, modulus=modulus).shares


@wrong(share, "⚠", "sets the variable 'RAISE'")
def the_environment_remembers(secret, parties, modulus):
    os.environ["RAISE"] = str(secret)
    return additive.share(secret, parties=parties, modulus=modulus).shares


@right(share)
def the_system_s_random_file(secret, parties, modulus):
    with open("/dev/urandom", "rb") as file:
        drawn = [int.from_bytes(file.read(24), "big") % modulus for _ in range(parties - 1)]
    return [*drawn, (secret - sum(drawn)) % modulus]


@wrong(commit, "⚠", "of the nonce of 1 only 2 of 32 bytes")
def odd_raises_are_sealed_worse(value, nonce):
    return hashlib.sha256((nonce[:2] if value % 2 else nonce) + str(value).encode()).digest()


@right(commit)
def a_key_derived(value, nonce):
    return hashlib.blake2b(str(value).encode(), key=nonce).hexdigest()


def refusing(shares, threshold, refusal):
    first = shares[: threshold + 1]
    if len(first) <= threshold:
        raise ValueError("too few")
    if any(height_at(first, share.party) != share.value for share in shares):
        raise refusal(height_at(first))
    return height_at(first)


@wrong(reconstruct, "⚠", "the secret")
def the_refusal_has_an_attribute(shares, threshold):
    def refusal(secret):
        error = ValueError("tampered")
        error.secret = secret
        return error

    return refusing(shares, threshold, refusal)


@wrong(reconstruct, "⚠", "the secret")
def the_refusal_is_in_hexadecimal(shares, threshold):
    return refusing(shares, threshold, lambda secret: ValueError(f"tampered, {secret:x}"))


@wrong(reconstruct, "⚠", "the secret")
def the_refusal_has_a_cause(shares, threshold):
    def refusal(secret):
        error = ValueError("tampered")
        error.__cause__ = RuntimeError(secret)
        return error

    return refusing(shares, threshold, refusal)


wrong(
    estimate, "✗", "estimate(", "to the next ten", edit=("published + gave - got", "round(published + gave - got, -1)")
)


wrong(estimate, "✗", "one number was asked for", "all three", edit=("published + gave - got", "published, gave, got"))


@wrong(reconstruct, "⚠", "what is printed")
def the_shares_are_printed_and_refused(shares, threshold):
    try:
        return reconstruct.reference(shares, threshold)
    except ValueError:
        print(shares)
        raise


@wrong(share, "⚠", "leaves a thread that goes on")
def the_secret_is_printed_a_little_later(secret, parties, modulus):
    later = threading.Timer(30, print, [secret])
    later.daemon = True
    later.start()
    return share.reference(secret, parties, modulus)


test_answers = recognised("raises")
