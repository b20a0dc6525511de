"""Wrong answers to the exercises of lesson 12, and what their checks must say."""

import hashlib
import random
import secrets

from privlab.lessons.what_a_result_reveals.exercises import answer, dot, intersection, opened
from privlab.mpc.psi import hash_to_group, power, random_key
from tests.lessons.answers import recognised, wrong

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


@wrong(dot, "⚠", "differ by 2 in every run")
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


test_wrong_answers = recognised("what_a_result_reveals")
