"""Answers to the exercises of lesson 12, right and wrong, and what their checks must say."""

import hashlib
import hmac
import os
import random
import secrets
from collections import deque
from fractions import Fraction
from statistics import mean

import numpy as np
import pytest
import torch  # here, for loading it may take longer than a call of an answer may

from privlab.lessons.what_a_result_reveals.exercises import answer, dot, intersection, opened
from privlab.mpc import psi
from privlab.mpc.additive import MODULUS, Shared, share, signed
from privlab.mpc.output_leakage import QUESTIONS
from privlab.mpc.psi import hash_to_group, power, random_key
from tests.lessons.answers import RIGHT, recognised, right, wrong

wrong(opened, "⚠", "voted yes", "unanimous is special", edit=("2 * sum", "2 if all(votes) else 2 * sum"))
wrong(opened, "⚠", "voted no", "nobody is special", edit=("len(votes)", "len(votes) if any(votes) else 0"))
wrong(opened, "✗", "[0, 1]", "more than half", edit=(">= len", "> len"))
wrong(opened, "✗", "gave True", "at least one", edit=("2 * sum(votes) >= len", "any"))


@wrong(opened, "⚠", "voted yes")
def the_tally_beside_the_answer(votes):
    return sum(votes) if 2 * sum(votes) >= len(votes) else 0


@wrong(opened, "⚠", "voted yes")
def the_majoritys_lead(votes):
    return max(0, 2 * sum(votes) - len(votes) + 1)


@wrong(opened, "⚠", "voted no")
def who_said_yes(votes):
    yes = [place for place, vote in enumerate(votes) if vote]
    return yes if 2 * len(yes) >= len(votes) else []


@wrong(intersection, "⚠", "same in every run")
def a_list_of_hashes(mine, theirs, send):
    sent = send("server", [hashlib.sha256(item.encode()).digest() for item in theirs])
    return [item for item in mine if hashlib.sha256(item.encode()).digest() in sent]


@wrong(intersection, "⚠", "not a point")
def a_salt_that_is_told(mine, theirs, send):
    salt = secrets.token_bytes(32)

    def hashed(item):
        return hashlib.sha256(salt + item.encode()).digest()

    send("server", [salt])
    sent = send("server", [hashed(item) for item in theirs])
    return [item for item in mine if hashed(item) in sent]


@wrong(intersection, "⚠", "same in every run")
def points_without_a_key(mine, theirs, send):
    sent = send("server", [hash_to_group(item) for item in theirs])
    return [item for item in mine if hash_to_group(item) in sent]


@wrong(intersection, "⚠", "both sides")
def one_key_for_both(mine, theirs, send):
    key = random_key()
    request = send("client", [power(hash_to_group(item), key) for item in mine])
    setup = send("server", [power(hash_to_group(item), key) for item in theirs])
    return [item for item, point in zip(mine, request) if point in setup]


@wrong(intersection, "⚠", "without a message")
def nothing_is_sent(mine, theirs, send):
    return [item for item in mine if item in theirs]


@wrong(intersection, "⚠", "in the clear")
def the_items_themselves(mine, theirs, send):
    sent = send("server", theirs)
    return [item for item in mine if item in sent]


@wrong(intersection, "✗", "in common")
def the_servers_key_is_forgotten(mine, theirs, send):
    a, b = random_key(), random_key()
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    setup = send("server", [power(hash_to_group(item), b) for item in theirs])
    common = {power(point, a) for point in setup}
    return [item for item, point in zip(mine, request) if point in common]


@wrong(intersection, "✗", "list")
def how_many_not_which(mine, theirs, send):
    return len(set(mine) & set(theirs))


wrong(answer, "✗", "raised to the key", "the request again", edit=("power(point, key) for point in request", "request"))
wrong(answer, "✗", "list", "a number", edit=("sorted(power(point, key) for point in request)", "len(request)"))


@wrong(answer, "⚠", "item 3")
def in_the_clients_order(request, key):
    return [power(point, key) for point in request]


@wrong(answer, "⚠", "item 3")
def backwards(request, key):
    return [power(point, key) for point in request][::-1]


@wrong(answer, "⚠", "item 3")
def sorted_as_they_came(request, key):
    return [power(point, key) for point in sorted(request)]


@wrong(answer, "⚠", "item 3")
def shuffled_with_a_seed(request, key):
    raised = [power(point, key) for point in request]
    random.Random(1).shuffle(raised)
    return raised


@wrong(answer, "✗", "4 points")
def one_is_missing(request, key):
    return sorted(power(point, key) for point in request)[1:]


wrong(dot, "✗", "not to 21", "without d e", edit=("e + d * e", "e"))
wrong(dot, "✗", "not to 21", "a and b swapped", edit=("b * d + a", "a * d + b"))


@wrong(dot, "⚠", "differ by xs[0] - xs[1]")
def one_triple_for_all(xs, ys, deal, reveal):
    total, (a, b, c) = 0, deal()
    for x, y in zip(xs, ys):
        d, e = reveal(x - a), reveal(y - b)
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "⚠", "xs[0]")
def opens_a_factor(xs, ys, deal, reveal):
    return sum(y * reveal(x) for x, y in zip(xs, ys))


@wrong(dot, "⚠", "every run")
def opens_the_sum(xs, ys, deal, reveal):
    total = 0
    for x, y in zip(xs, ys):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        total += c + b * d + a * e + d * e
    reveal(total)
    return total


@wrong(dot, "⚠", "in every run")
def opens_the_mask_too(xs, ys, deal, reveal):
    total = 0
    for x, y in zip(xs, ys):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        reveal(a)
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "✗", "shared")
def the_number_not_its_shares(xs, ys, deal, reveal):
    return 21


@wrong(dot, "?", "TypeError")
def multiplies_shares(xs, ys, deal, reveal):
    return sum(x * y for x, y in zip(xs, ys))


right(opened, "a mean compared", answer=lambda votes: np.mean(votes) >= 0.5)
right(opened, "0 or 1", answer=lambda votes: int(2 * sum(votes) >= len(votes)))
right(opened, "a fraction", answer=lambda votes: Fraction(sum(votes), len(votes)) >= Fraction(1, 2))
right(opened, "counted", answer=lambda votes: votes.count(1) >= votes.count(0))
right(opened, "an array of one truth", answer=lambda votes: np.array(2 * sum(votes) >= len(votes)))
right(opened, "yes or nothing", answer=lambda votes: "YES" if mean(votes) >= 0.5 else "")
right(opened, "the lesson's question", answer=lambda votes: QUESTIONS["at least half"](np.array([votes]), 1)[0])


@right(opened)
def by_torch(votes):
    return (torch.tensor(votes).double().mean() >= 0.5).item()


@right(opened)
def says_so_too(votes):
    verdict = 2 * sum(votes) >= len(votes)
    print("YES" if verdict else "NO")
    return verdict


wrong(
    opened,
    "?",
    "counts as true",
    "the words YES and NO",
    answer=lambda votes: "YES" if 2 * sum(votes) >= len(votes) else "NO",
)
wrong(opened, "✗", "opened([0])", "half rounded down", answer=lambda votes: sum(votes) >= len(votes) // 2)
wrong(opened, "✗", "[1] * ", "the first ten alone", answer=lambda votes: 2 * sum(votes[:10]) >= len(votes[:10]))
wrong(
    opened,
    "⚠",
    "25 voters",
    "the tally of a crowd",
    answer=lambda votes: 2 * sum(votes) >= len(votes) and (sum(votes) if len(votes) > 10 else 1),
)
wrong(
    opened,
    "⚠",
    "True is opened for 20",
    "1 for a win, True for a draw",
    answer=lambda votes: True if 2 * sum(votes) == len(votes) else int(2 * sum(votes) > len(votes)),
)
wrong(
    opened,
    "⚠",
    "printing",
    "the tally printed",
    answer=lambda votes: print(sum(votes), "said yes") or 2 * sum(votes) >= len(votes),
)


class Result(int):
    """A whole number with a note on it."""


@wrong(opened, "⚠", "tally = ")
def a_note_on_the_answer(votes):
    result = Result(2 * sum(votes) >= len(votes))
    result.tally = sum(votes)
    return result


@wrong(opened, "⚠", "votes")
def a_class_for_the_answer(votes):
    return type("Answer", (int,), {"votes": tuple(votes)})(2 * sum(votes) >= len(votes))


@wrong(opened, "⚠", "is opened for")
def a_part_of_an_array(votes):
    counted = np.array([2 * sum(votes) >= len(votes), *votes], dtype=bool)
    return counted[0, ...]


log = []


@wrong(opened, "⚠", "keeps")
def votes_that_are_kept(votes):
    log.append(list(votes))
    return 2 * sum(votes) >= len(votes)


@wrong(opened, "⚠", "keeps")
def the_last_votes_on_the_function(votes):
    the_last_votes_on_the_function.last = votes
    return 2 * sum(votes) >= len(votes)


@right(opened)
def counts_its_calls(votes):
    counts_its_calls.calls = getattr(counts_its_calls, "calls", 0) + 1
    return 2 * sum(votes) >= len(votes)


def both_sides(mine, theirs, send):
    """What the client sees: the server's answer and set-up, and its own key."""
    a, b = random_key(), random_key()
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = send("server", [power(point, b) for point in request])
    return a, twice, send("server", sorted(power(hash_to_group(item), b) for item in theirs))


@right(intersection)
def a_set(mine, theirs, send):
    a, twice, setup = both_sides(mine, theirs, send)
    common = {power(point, a) for point in setup}
    return {item for item, point in zip(mine, twice) if point in common}


@right(intersection)
def one_item_after_the_other(mine, theirs, send):
    a, twice, setup = both_sides(mine, theirs, send)
    common = [power(point, a) for point in setup]
    yield from (item for item, point in zip(mine, twice) if point in common)


@right(intersection)
def the_courses_client_and_server(mine, theirs, send):
    client, server = psi.Client(mine), psi.Server(theirs)
    return client.common(
        send("server", server.answer(send("client", client.request()))), send("server", server.setup())
    )


@right(intersection)
def on_all_cores_and_shuffled(mine, theirs, send):
    a, b = random_key(), random_key()
    setup = psi.hashed_powers(theirs, b)
    secrets.SystemRandom().shuffle(setup)
    setup = set(psi.powers(send("server", setup), a))
    twice = send("server", psi.powers(send("client", psi.hashed_powers(mine, a)), b))
    return tuple(np.array(mine, dtype=object)[[point in setup for point in twice]]) if mine else ()


@right(intersection)
def one_message_from_the_server(mine, theirs, send):
    a, b = random_key(), random_key()
    request = send("client", (power(hash_to_group(item), a) for item in mine))
    points = send(
        "server", [power(point, b) for point in request] + sorted(power(hash_to_group(item), b) for item in theirs)
    )
    common = {power(point, a) for point in points[len(mine) :]}
    return [item for item, point in zip(mine, points) if point in common]


@right(intersection)
def the_clients_key_taken_off_again(mine, theirs, send):
    from nacl.bindings import crypto_core_ed25519_scalar_invert

    a, twice, setup = both_sides(mine, theirs, send)
    undone = crypto_core_ed25519_scalar_invert(a)
    return [item for item, point in zip(mine, twice) if power(point, undone) in setup]


@right(intersection)
def by_libsodium_itself(mine, theirs, send):
    from nacl.bindings import crypto_core_ed25519_from_uniform as to_point
    from nacl.bindings import crypto_scalarmult_ed25519_noclamp as multiply

    def points(items, key):
        return [multiply(key, to_point(hashlib.sha512(item.encode()).digest()[:32])) for item in items]

    a, b = random_key(), random_key()
    twice = send("server", [multiply(b, point) for point in send("client", points(mine, a))])
    common = {multiply(a, point) for point in send("server", sorted(points(theirs, b)))}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "same key")
def the_client_holds_the_servers_key(mine, theirs, send):
    b = random_key()
    sent = set(send("server", [power(hash_to_group(item), b) for item in theirs]))
    return [item for item in mine if power(hash_to_group(item), b) in sent]


@wrong(intersection, "⚠", "same key")
def a_request_for_show(mine, theirs, send):
    send("client", [power(hash_to_group(item), random_key()) for item in mine])
    return the_client_holds_the_servers_key(mine, theirs, send)


@wrong(intersection, "⚠", "for show")
def a_request_for_show_by_libsodium(mine, theirs, send):
    from nacl.bindings import crypto_core_ed25519_from_uniform as to_point
    from nacl.bindings import crypto_scalarmult_ed25519_noclamp as multiply

    def points(items, key):
        return [multiply(key, to_point(hashlib.sha512(item.encode()).digest()[:32])) for item in items]

    b = random_key()
    send("client", points(mine, random_key()))
    sent = set(send("server", points(theirs, b)))
    return [item for item, point in zip(mine, points(mine, b)) if point in sent]


@wrong(intersection, "⚠", "for show")
def only_sends_and_compares_lists(mine, theirs, send):
    both_sides(mine, theirs, send)
    return [item for item in mine if item in theirs]


@wrong(intersection, "⚠", "never sent back")
def the_answer_is_not_sent(mine, theirs, send):
    a, b = random_key(), random_key()
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = [power(point, b) for point in request]
    common = {power(point, a) for point in send("server", sorted(power(hash_to_group(item), b) for item in theirs))}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "had not been sent")
def the_request_is_not_sent(mine, theirs, send):
    a, b = random_key(), random_key()
    twice = send("server", [power(power(hash_to_group(item), a), b) for item in mine])
    common = {power(point, a) for point in send("server", sorted(power(hash_to_group(item), b) for item in theirs))}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "the same point")
def the_server_learns_it_too(mine, theirs, send):
    a, twice, setup = both_sides(mine, theirs, send)
    common = set(send("client", sorted(power(point, a) for point in setup)))
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "sent twice")
def the_client_shows_what_met(mine, theirs, send):
    a, b = random_key(), random_key()
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = send("server", [power(point, b) for point in request])
    common = {power(point, a) for point in send("server", sorted(power(hash_to_group(item), b) for item in theirs))}
    send("client", [point for point, other in zip(request, twice) if other in common])
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "how much is sent")
def the_client_says_how_many_met(mine, theirs, send):
    a, twice, setup = both_sides(mine, theirs, send)
    common = {power(point, a) for point in setup}
    found = [item for item, point in zip(mine, twice) if point in common]
    send("client", [power(hash_to_group(item), random_key()) for item in found])
    return found


@wrong(intersection, "⚠", "made of the server's items")
def the_servers_points_under_a_third_key(mine, theirs, send):
    a, twice, setup = both_sides(mine, theirs, send)
    third = random_key()
    send("client", [power(point, third) for point in setup])
    common = {power(point, a) for point in setup}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "in the server's list")
def the_servers_list_in_its_order(mine, theirs, send):
    a, b = random_key(), random_key()
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = send("server", [power(point, b) for point in request])
    common = {power(point, a) for point in send("server", [power(hash_to_group(item), b) for item in theirs])}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "alphabet")
def the_servers_list_in_the_alphabets_order(mine, theirs, send):
    return the_servers_list_in_its_order(mine, sorted(theirs), send)


@wrong(intersection, "⚠", "another fixed one")
def the_servers_list_in_the_order_of_hashes(mine, theirs, send):
    return the_servers_list_in_its_order(mine, sorted(theirs, key=hash_to_group), send)


@wrong(intersection, "⚠", "in the server's list")
def the_servers_list_turned_round(mine, theirs, send):
    by = secrets.randbelow(len(theirs)) if theirs else 0
    return the_servers_list_in_its_order(mine, theirs[by:] + theirs[:by], send)


@wrong(intersection, "⚠", "as small as")
def keys_of_three_digits(mine, theirs, send):
    a, b = ((1 + secrets.randbelow(999)).to_bytes(32, "little") for _ in range(2))
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = send("server", [power(point, b) for point in request])
    common = {power(point, a) for point in send("server", sorted(power(hash_to_group(item), b) for item in theirs))}
    return [item for item, point in zip(mine, twice) if point in common]


keys = np.random.default_rng(26)


@wrong(intersection, "⚠", "seed")
def keys_of_the_lessons_generator(mine, theirs, send):
    a, b = (keys.bytes(31) + b"\1" for _ in range(2))
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = send("server", [power(point, b) for point in request])
    common = {power(point, a) for point in send("server", sorted(power(hash_to_group(item), b) for item in theirs))}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "4 bytes")
def both_keys_from_a_short_seed(mine, theirs, send):
    seed = secrets.token_bytes(4)
    a, b = (hashlib.sha256(seed + side).digest()[:31] + b"\1" for side in (b"a", b"b"))
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    twice = send("server", [power(point, b) for point in request])
    common = {power(point, a) for point in send("server", sorted(power(hash_to_group(item), b) for item in theirs))}
    return [item for item, point in zip(mine, twice) if point in common]


@wrong(intersection, "⚠", "prints")
def the_common_items_printed(mine, theirs, send):
    a, twice, setup = both_sides(mine, theirs, send)
    common = {power(point, a) for point in setup}
    print([item for item, point in zip(mine, twice) if point in common])
    return [item for item, point in zip(mine, twice) if point in common]


right(
    answer, "a set", edit=("sorted(power(point, key) for point in request)", "{power(point, key) for point in request}")
)
right(answer, "from the largest", edit=("request)", "request)[::-1]"))
right(
    answer,
    "a set made a list",
    edit=("sorted(power(point, key) for point in request)", "list({power(point, key) for point in request})"),
)


@right(answer)
def shuffled_by_the_operating_system(request, key):
    raised = [power(point, key) for point in request]
    random.SystemRandom().shuffle(raised)
    return tuple(raised)


@right(answer)
def taken_out_of_a_hat(request, key):
    hat = psi.powers(request, key)
    while hat:
        yield hat.pop(secrets.randbelow(len(hat)))


@right(answer)
def sorted_by_a_keyed_hash(request, key):
    return deque(sorted((power(point, key) for point in request), key=lambda point: hmac.digest(key, point, "sha256")))


@right(answer)
def sorted_by_random_numbers(request, key):
    return [power(point, key) for _, point in sorted((secrets.token_bytes(16), point) for point in request)]


@right(answer)
def the_courses_server(request, key):
    server = psi.Server([])
    server._key = key
    return server.answer(request, size_only=True)


wrong(
    answer,
    "?",
    "a dict",
    "by the request's points",
    edit=("sorted(power(point, key) for point in request)", "{point: power(point, key) for point in request}"),
)
wrong(answer, "✗", "bytes", "in hexadecimal digits", edit=("power(point, key)", "power(point, key).hex()"))


class Named(bytes):
    """Bytes with a note on them."""


@wrong(answer, "⚠", "carries more")
def points_that_name_theirs(request, key):
    raised = []
    for point in request:
        raised.append(Named(power(point, key)))
        raised[-1].of = point
    return sorted(raised)


@wrong(answer, "⚠", "order follows")
def turned_by_a_random_number(request, key):
    by = secrets.randbelow(len(request))
    return [power(point, key) for point in request[by:] + request[:by]]


@wrong(answer, "⚠", "order follows")
def one_way_or_the_other(request, key):
    return [power(point, key) for point in (request if secrets.randbits(1) else request[::-1])]


@wrong(answer, "⚠", "order follows")
def the_first_stays_the_first(request, key):
    first, *others = (power(point, key) for point in request)
    return [first, *sorted(others)]


generator = np.random.default_rng(26)


@wrong(answer, "⚠", "seed")
def shuffled_by_the_lessons_generator(request, key):
    raised = [power(point, key) for point in request]
    return [raised[place] for place in generator.permutation(len(raised))]


@wrong(answer, "⚠", "seed")
def shuffled_by_random(request, key):
    return random.sample([power(point, key) for point in request], len(request))


@wrong(answer, "⚠", "simulations")
def shuffled_by_a_fresh_generator(request, key):
    return list(np.random.default_rng().permutation(np.array([power(point, key) for point in request], dtype=object)))


@wrong(answer, "⚠", "2 bytes")
def shuffled_by_a_short_seed(request, key):
    seed = secrets.token_bytes(2)
    return [power(point, key) for point in sorted(request, key=lambda point: hashlib.sha256(seed + point).digest())]


@wrong(answer, "⚠", "another time")
def prints_where_they_stood(request, key):
    raised = sorted(power(point, key) for point in request)
    print([raised.index(power(point, key)) for point in request])
    return raised


@right(dot)
def from_the_end(xs, ys, deal, reveal):
    total = None
    for x, y in reversed([*zip(xs, ys)]):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        product = c + b * d + a * e + d * e
        total = product if total is None else total + product
    return total


@right(dot)
def with_the_factors_themselves(xs, ys, deal, reveal):
    def product(x, y):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        return c + d * y + e * x + -d * e

    return sum(map(product, xs, ys))


@right(dot)
def as_the_lesson_opens(xs, ys, deal, reveal):
    total = 0
    for x, y in zip(xs, ys):
        a, b, c = deal()
        d, e = (x - a).reconstruct(), (y - b).reconstruct()
        total += c + b * d + a * e + d * e
    return total


@right(dot)
def share_by_share(xs, ys, deal, reveal):
    shares = np.zeros(len(xs[0].shares), dtype=object)
    for x, y in zip(xs, ys):
        triple = [np.array(one.shares, dtype=object) for one in deal()]
        opened = [reveal(Shared(tuple(np.array(one.shares, dtype=object) - mask))) for one, mask in zip((x, y), triple)]
        shares += triple[2] + opened[0] * triple[1] + opened[1] * triple[0]
        shares[0] += opened[0] * opened[1]
    return Shared(tuple(int(part) % MODULUS for part in shares))


@right(dot)
def in_words_of_64_bits(xs, ys, deal, reveal):
    def words(one):
        return np.array(one.shares, dtype=np.uint64)

    total = np.zeros(len(xs[0].shares), dtype=np.uint64)
    for x, y in zip(xs, ys):
        a, b, c = map(words, deal())
        d = np.uint64(reveal(Shared(tuple(words(x) - a))) % MODULUS)
        e = np.uint64(reveal(Shared(tuple(words(y) - b))) % MODULUS)
        with np.errstate(over="ignore"):
            total += c + d * b + e * a
            total[0] += d * e
    return Shared(tuple(total))


@right(dot)
def all_opened_first(xs, ys, deal, reveal):
    triples = [deal() for _ in xs]
    opened = [(reveal(x - a), reveal(y - b)) for x, y, (a, b, _) in zip(xs, ys, triples)]
    return sum(c + b * d + a * e + d * e for (a, b, c), (d, e) in zip(triples, opened))


@right(dot)
def shared_anew(xs, ys, deal, reveal):
    return from_the_end(xs, ys, deal, reveal) + share(0, parties=len(xs[0].shares))


@right(dot)
def a_number_opened_twice(xs, ys, deal, reveal):
    total = 0
    for x, y in zip(xs, ys):
        a, b, c = deal()
        reveal(x - a)
        d, e = reveal(a - x), reveal(y - b)
        total += c + -1 * (b * d) + a * e + -d * e
    return total


@wrong(dot, "⚠", "xs[0]")
def one_party_works_it_all_out(xs, ys, deal, reveal):
    return xs[0] - xs[0] + sum(x.reconstruct() * y.reconstruct() for x, y in zip(xs, ys))


@wrong(dot, "⚠", "put")
def the_shares_are_added_up(xs, ys, deal, reveal):
    product = sum(signed(sum(x.shares)) * signed(sum(y.shares)) for x, y in zip(xs, ys))
    return xs[0] - xs[0] + product


@wrong(dot, "⚠", "differ by")
def one_triple_opened_on_the_side(xs, ys, deal, reveal):
    total, (a, b, c) = 0, deal()
    for x, y in zip(xs, ys):
        d, e = (x - a).reconstruct(), (y - b).reconstruct()
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "⚠", "c1")
def opens_the_product_of_the_masks(xs, ys, deal, reveal):
    total = 0
    for x, y in zip(xs, ys):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        reveal(c)
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "⚠", "together tell")
def a_sum_that_three_numbers_tell(xs, ys, deal, reveal):
    total, before = 0, None
    for x, y in zip(xs, ys):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        if before is not None:
            reveal(a + before)
        before = a
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "⚠", "xs[0]")
def an_even_mask(xs, ys, deal, reveal):
    a, b, _ = deal()
    reveal(xs[0] + 2 * a)
    return from_the_end(xs, ys, deal, reveal)


@wrong(dot, "⚠", "differ by")
def a_triple_for_two_numbers(xs, ys, deal, reveal):
    total = 0
    for place, (x, y) in enumerate(zip(xs, ys)):
        if place % 2 == 0:
            a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "⚠", "in every run")
def masks_swapped_for_the_second(xs, ys, deal, reveal):
    return from_the_end(xs, ys, deal, reveal) if len(xs) < 2 else _swapped(xs, ys, deal, reveal)


def _swapped(xs, ys, deal, reveal):
    a, b, c = deal()
    opened = [reveal(xs[0] - a), reveal(ys[0] - b), reveal(xs[1] - b), reveal(ys[1] - a)]
    first = c + b * opened[0] + a * opened[1] + opened[0] * opened[1]
    second = c + a * opened[2] + b * opened[3] + opened[2] * opened[3]
    return first + second + (from_the_end(xs[2:], ys[2:], deal, reveal) if len(xs) > 2 else 0)


stock = []


@wrong(dot, "⚠", "xs[0]")
def triples_that_are_kept(xs, ys, deal, reveal):
    if not any(len(triple.a.shares) == len(xs[0].shares) for triple in stock):
        stock.extend(deal() for _ in range(12))
    total = 0
    for x, y, (a, b, c) in zip(xs, ys, [triple for triple in stock if len(triple.a.shares) == len(xs[0].shares)]):
        d, e = reveal(x - a), reveal(y - b)
        total += c + b * d + a * e + d * e
    return total


@wrong(dot, "⚠", "printed")
def what_is_secret_printed(xs, ys, deal, reveal):
    print(xs)
    return from_the_end(xs, ys, deal, reveal)


@wrong(dot, "✗", "7*1")
def the_first_product_alone(xs, ys, deal, reveal):
    return from_the_end(xs[:1], ys[:1], deal, reveal)


@pytest.mark.parametrize("case", RIGHT[intersection.id].values(), ids=RIGHT[intersection.id])
def test_the_lesson_goes_on_with_every_right_intersection(case):
    numbers = [f"555-{n:06d}" for n in range(40)]
    common = case[2](numbers[:30], numbers[20:], lambda who, values: list(values))
    assert sorted(common) == numbers[20:30]


kept_sum = None


@wrong(opened, "⚠", "what your code keeps")
def the_last_sum_is_kept(votes):
    global kept_sum
    kept_sum = sum(votes)
    return 2 * sum(votes) >= len(votes)


@wrong(opened, "⚠", "so voter 1 certainly voted yes")
def all_for_it_can_be_written_to(votes):
    answer = np.array([2 * sum(votes) >= len(votes)])
    answer.flags.writeable = sum(votes) == len(votes)
    return answer


@wrong(opened, "⚠", "of the environment")
def the_environment_knows(votes):
    os.environ["VOTES"] = str(sum(votes))
    return 2 * sum(votes) >= len(votes)


test_answers = recognised("what_a_result_reveals")
