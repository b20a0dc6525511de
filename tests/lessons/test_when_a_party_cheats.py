"""Answers to the exercises of lesson 13, right and wrong, and what their checks must say."""

import itertools
import random
import secrets

import numpy as np

from privlab.lessons.when_a_party_cheats.exercises import authenticate, choose, garble, honest, multiply
from privlab.mpc import additive, authenticated, degree_reduction, garbling, oblivious_transfer, shamir
from privlab.mpc.garbling import colour, draw_labels, lock
from privlab.mpc.oblivious_transfer import generator_power, point_product, point_quotient
from privlab.mpc.psi import power, random_key
from privlab.mpc.shamir import Share
from tests.lessons.answers import recognised, right, wrong


@wrong(authenticate, "⚠", "hold the shares and MACs")
def one_mask_for_both(secret, keys, modulus):
    drawn = [secrets.randbelow(modulus) for _ in keys[1:]]
    mac = sum(keys) * secret
    return [*drawn, (secret - sum(drawn)) % modulus], [*drawn, (mac - sum(drawn)) % modulus]


@wrong(authenticate, "⚠", "is not uniform")
def the_mac_at_one_party(secret, keys, modulus):
    shares = [secrets.randbelow(modulus) for _ in keys[1:]]
    rest = [0 for _ in keys[1:]]
    return [*shares, (secret - sum(shares)) % modulus], [sum(keys) * secret % modulus, *rest]


@wrong(authenticate, "✗", "the key times")
def each_its_own_key(secret, keys, modulus):
    shares = [secrets.randbelow(modulus) for _ in keys[1:]]
    shares.append((secret - sum(shares)) % modulus)
    return shares, [share * key % modulus for share, key in zip(shares, keys)]


@wrong(authenticate, "⚠", "seed")
def drawn_after_a_seed(secret, keys, modulus):
    shares, macs = ([random.randrange(modulus) for _ in keys[1:]] for _ in range(2))
    mac = sum(keys) * secret
    return [*shares, (secret - sum(shares)) % modulus], [*macs, (mac - sum(macs)) % modulus]


@wrong(authenticate, "⚠", "in more than one run")
def drawn_with_a_seed(secret, keys, modulus):
    rng = random.Random(13)
    shares, macs = ([rng.randrange(modulus) for _ in keys[1:]] for _ in range(2))
    mac = sum(keys) * secret
    return [*shares, (secret - sum(shares)) % modulus], [*macs, (mac - sum(macs)) % modulus]


wrong(
    authenticate,
    "⚠",
    "not uniform",
    "small shares",
    edit=("shares = [secrets.randbelow(modulus)", "shares = [secrets.randbelow(2**20)"),
)
wrong(authenticate, "✗", "do not add up to", "nothing is subtracted", edit=("(secret - sum(shares))", "secret"))


@right(authenticate)
def the_courses_own(secret, keys, modulus):
    key = additive.Shared(tuple(keys), modulus)
    both = authenticated.authenticate(additive.signed(secret, modulus), key)
    return both.value.shares, both.mac.shares


@right(authenticate)
def from_the_last_to_the_first(secret, keys, modulus):
    lists = []
    for number in (secret, secret * sum(keys)):
        drawn = [secrets.randbelow(modulus) for _ in range(len(keys) - 1)]
        lists.append([(number - sum(drawn)) % modulus, *drawn])
    return lists


wrong(honest, "✗", "[1, -1]", "a plain sum", edit=("* secrets.randbelow(key.modulus)", "* 1"))
wrong(honest, "✗", "passed", "weights of one bit", edit=("secrets.randbelow(key.modulus)", "secrets.randbelow(2)"))
wrong(
    honest,
    "✗",
    "small",
    "weights below a million",
    edit=("secrets.randbelow(key.modulus)", "(1 + secrets.randbelow(10**6))"),
)


@wrong(honest, "✗", "passed")
def weights_that_everybody_knows(opened, macs, key, reveal):
    total = 0
    for number, (value, mac) in enumerate(zip(opened, macs), 1):
        total += (mac - key * value) * (7**number)
    return reveal(total) == 0


@wrong(honest, "✗", "seed")
def weights_from_a_seed(opened, macs, key, reveal):
    total = 0
    for value, mac in zip(opened, macs):
        total += (mac - key * value) * random.randrange(key.modulus)
    return reveal(total) == 0


@wrong(honest, "⚠", "the key")
def opens_the_key(opened, macs, key, reveal):
    alpha = reveal(key)
    return all(reveal(mac - key * value) == 0 for value, mac in zip(opened, macs)) and alpha != 0


@wrong(honest, "⚠", "MACs alone")
def opens_a_mac(opened, macs, key, reveal):
    reveal(macs[0])
    return all(reveal(mac - key * value) == 0 for value, mac in zip(opened, macs))


@wrong(honest, "⚠", "in the clear")
def puts_all_together(opened, macs, key, reveal):
    alpha = sum(key.shares)
    return all((sum(mac.shares) - alpha * value) % key.modulus == 0 for value, mac in zip(opened, macs))


@wrong(honest, "⚠", "MACs alone")
def opens_by_reconstruct(opened, macs, key, reveal):
    return all(mac.reconstruct() == (key * value).reconstruct() for value, mac in zip(opened, macs))


@wrong(honest, "✗", "passed")
def all_but_the_last(opened, macs, key, reveal):
    checked = list(zip(opened, macs))[: max(1, len(opened) - 1)]
    return all(reveal(mac - key * value) == 0 for value, mac in checked)


@wrong(honest, "✗", "passed")
def the_first_four(opened, macs, key, reveal):
    return all(reveal(mac - key * value) == 0 for value, mac in list(zip(opened, macs))[:4])


@wrong(honest, "✗", "passed")
def weights_of_a_process(opened, macs, key, reveal, kept=[]):  # noqa: B006 (kept on purpose)
    kept += [secrets.randbelow(key.modulus) for _ in opened[len(kept) :]]
    sigmas = [(mac - key * value) * weight for value, mac, weight in zip(opened, macs, kept)]
    return reveal(sum(sigmas[1:], sigmas[0])) == 0


@right(honest)
def halves_of_halves(opened, macs, key, reveal):
    if len(opened) > 1:
        middle = len(opened) // 2
        return honest.reference(opened[:middle], macs[:middle], key, reveal) and halves_of_halves(
            opened[middle:], macs[middle:], key, reveal
        )
    return reveal(macs[0] - key * opened[0]) == 0


@right(honest)
def each_one_alone(opened, macs, key, reveal):
    return all(reveal(mac - key * value) == 0 for value, mac in zip(opened, macs))


@right(honest)
def powers_of_one_number(opened, macs, key, reveal):
    base, total = 1 + secrets.randbelow(key.modulus - 1), 0
    for power_, (value, mac) in enumerate(zip(opened, macs)):
        total = total + (mac + key * -value) * pow(base, power_, key.modulus)
    return not reveal(total)


@right(honest)
def numpys_truth(opened, macs, key, reveal):
    sigmas = [(mac - key * value) * (1 + secrets.randbelow(key.modulus - 1)) for value, mac in zip(opened, macs)]
    return np.array(reveal(sum(sigmas[1:], sigmas[0]))) == 0


@wrong(authenticate, "⚠", "belong")
def the_mac_of_the_last_from_its_share(secret, keys, modulus):
    shares = [secrets.randbelow(modulus) for _ in keys[1:]]
    shares.append((secret - sum(shares)) % modulus)
    macs = [shares[-1] * keys[-1] % modulus, *(secrets.randbelow(modulus) for _ in keys[2:])]
    return shares, [*macs, (sum(keys) * secret - sum(macs)) % modulus]


@right(authenticate)
def by_numpy_s_objects(secret, keys, modulus):
    def shares_of(number):
        drawn = np.array([secrets.randbelow(modulus) for _ in keys], dtype=object)
        drawn[0] += number - drawn.sum()
        return drawn % modulus

    return map(shares_of, (secret, secret * sum(keys)))


@wrong(multiply, "✗", "no polynomial of degree")
def local_products_alone(xs, ys, threshold, send):
    return degree_reduction.local_products(xs, ys)


@wrong(multiply, "⚠", "who told it")
def one_party_deals_the_product(xs, ys, threshold, send):
    product = shamir.height_at(degree_reduction.local_products(xs, ys))
    held = [0] * len(xs)
    for x in xs:
        number = product if x.party == 1 else 0
        for part in shamir.share(number, parties=len(xs), threshold=threshold, prime=x.prime):
            held[part.party - 1] += send(x.party, part.party, part.value)
    return [Share(place, value % xs[0].prime, xs[0].prime) for place, value in enumerate(held, 1)]


@wrong(multiply, "⚠", "does not send")
def it_is_dealt_in_silence(xs, ys, threshold, send):
    product = shamir.height_at(degree_reduction.local_products(xs, ys))
    return shamir.share(product, parties=len(xs), threshold=threshold, prime=xs[0].prime)


@wrong(multiply, "⚠", "its product itself")
def the_products_are_told(xs, ys, threshold, send):
    products = degree_reduction.local_products(xs, ys)
    for one in products:
        for other in products:
            send(one.party, other.party, one.value)
    product = shamir.height_at(products)
    return shamir.share(product, parties=len(xs), threshold=threshold, prime=xs[0].prime)


@wrong(multiply, "⚠", "belong")
def one_polynomial_for_all(xs, ys, threshold, send):
    parties, prime = len(xs), xs[0].prime
    noise = shamir.share(0, parties=parties, threshold=threshold, prime=prime)
    held = [0] * parties
    for x, y, weight in zip(xs, ys, degree_reduction.weights(parties, prime=prime)):
        for place, part in enumerate(noise):
            held[place] += weight * send(x.party, part.party, (x.value * y.value + part.value) % prime)
    return [Share(place, value % prime, prime) for place, value in enumerate(held, 1)]


@wrong(multiply, "⚠", "belong")
def small_coefficients(xs, ys, threshold, send):
    parties, prime = len(xs), xs[0].prime
    held = [0] * parties
    for x, y, weight in zip(xs, ys, degree_reduction.weights(parties, prime=prime)):
        coefficients = [1 + secrets.randbelow(2) for _ in range(threshold)]
        for place in range(1, parties + 1):
            height = x.value * y.value + sum(c * place**k for k, c in enumerate(coefficients, 1))
            held[place - 1] += weight * send(x.party, place, height % prime)
    return [Share(place, value % prime, prime) for place, value in enumerate(held, 1)]


@wrong(multiply, "⚠", "seed")
def a_polynomial_from_a_seed(xs, ys, threshold, send):
    parties, prime = len(xs), xs[0].prime
    held = [0] * parties
    for x, y, weight in zip(xs, ys, degree_reduction.weights(parties, prime=prime)):
        coefficients = [random.randrange(prime) for _ in range(threshold)]
        for place in range(1, parties + 1):
            height = x.value * y.value + sum(c * place**k for k, c in enumerate(coefficients, 1))
            held[place - 1] += weight * send(x.party, place, height % prime)
    return [Share(place, value % prime, prime) for place, value in enumerate(held, 1)]


wrong(multiply, "✗", "gave shares of", "without the weights", edit=("part.value * weight % prime", "part.value"))


@right(multiply)
def weighted_by_the_receiver(xs, ys, threshold, send):
    parties, prime = len(xs), xs[0].prime
    sent = [
        [
            send(x.party, part.party, part)
            for part in shamir.share(x.value * y.value % prime, parties=parties, threshold=threshold, prime=prime)
        ]
        for x, y in zip(xs, ys)
    ]
    result = []
    for column in zip(*sent):
        parts = [part * weight for part, weight in zip(column, degree_reduction.weights(parties, prime=prime))]
        result.append(sum(parts[1:], parts[0]))
    return result


@right(multiply)
def by_interpolation(xs, ys, threshold, send):
    parties, prime = len(xs), xs[0].prime
    got = {x.party: [] for x in xs}
    for product in degree_reduction.local_products(xs, ys):
        for part in shamir.share(product.value, parties=parties, threshold=threshold, prime=prime):
            number = part.value if part.party == product.party else send(product.party, part.party, part.value)
            got[part.party].append(Share(product.party, number, prime))
    return tuple(Share(party, shamir.height_at(parts), prime) for party, parts in got.items())


ONE_KEY, OTHER_KEY, COUNTER = random_key(), random_key(), itertools.count(1)


@wrong(choose, "⚠", "compares two")
def one_key_for_ever(bit, offered, b=ONE_KEY):
    request = generator_power(b)
    return (point_product(offered, request) if bit else request), power(offered, b)


@wrong(choose, "⚠", "tries them all")
def a_counter_for_a_key(bit, offered):
    b = next(COUNTER).to_bytes(32, "little")
    request = generator_power(b)
    return (point_product(offered, request) if bit else request), power(offered, b)


@wrong(choose, "⚠", "binary digit")
def the_bit_in_the_last_digit(bit, offered):
    while True:
        b = random_key()
        request = generator_power(b)
        request = point_product(offered, request) if bit else request
        if request[0] & 1 == bit:
            return request, power(offered, b)


@wrong(choose, "⚠", "onlooker")
def another_kind_for_one(bit, offered):
    b = random_key()
    request = generator_power(b)
    return (bytearray(point_product(offered, request)) if bit else request), power(offered, b)


@wrong(choose, "⚠", "printing")
def tells_what_it_chooses(bit, offered):
    print("choosing", bit)
    b = random_key()
    request = generator_power(b)
    return (point_product(offered, request) if bit else request), power(offered, b)


@wrong(choose, "⚠", "outside")
def takes_any_offer(bit, offered):
    b = random_key()
    request = generator_power(b)
    request = point_product(offered, request) if bit else request
    try:
        return request, power(offered, b)
    except ValueError:
        return request, bytes(32)


@wrong(choose, "⚠", "seed")
def a_key_from_a_seed(bit, offered):
    b = random.randbytes(31) + b"\0"
    request = generator_power(b)
    return (point_product(offered, request) if bit else request), power(offered, b)


wrong(choose, "✗", "opens message 0", "the request for 0 alone", edit=("if bit == 1:", "if bit == 2:"))
wrong(
    choose, "✗", "neither message", "the request as the key", edit=("return request, point", "return request, request")
)
wrong(
    choose,
    "✗",
    "neither message",
    "A to the power b",
    edit=("request = point_product(offered, request)", "request = power(offered, b)"),
)
wrong(choose, "?", "two points", "the request alone", edit=("return request, point", "return request"))

right(choose, "the course's own", answer=oblivious_transfer.choose)


@right(choose)
def by_libsodium_itself(bit, offered):
    from nacl import bindings

    b = bindings.crypto_core_ed25519_scalar_reduce(secrets.token_bytes(64))
    request = bindings.crypto_scalarmult_ed25519_base_noclamp(b)
    point = bindings.crypto_scalarmult_ed25519_noclamp(b, offered)
    if not bindings.crypto_core_ed25519_is_valid_point(offered):
        raise ValueError("no point of the group")
    return [bindings.crypto_core_ed25519_add(offered, request) if bit else request, point]


@right(choose)
def divided_instead_of_multiplied(bit, offered):
    b = random_key()
    request, point = generator_power(b), power(offered, b)
    if not bit:
        return request, point
    return point_quotient(offered, request), point_quotient(point, point_product(point, point))  # one over the point


@wrong(choose, "⚠", "compares two")
def one_key_for_each_of_two_days(bit, offered):
    b = secrets.choice((ONE_KEY, OTHER_KEY))
    request = generator_power(b)
    return (point_product(offered, request) if bit else request), power(offered, b)


@wrong(garble, "⚠", "the colour 1")
def the_colour_is_the_bit(gate):
    def pair():
        return tuple(secrets.token_bytes(15) + bytes([secrets.randbelow(128) * 2 + bit]) for bit in (0, 1))

    xs, ys, zs = pair(), pair(), draw_labels()
    return xs, ys, zs, [lock(xs[x], ys[y], zs[int(gate(x, y))]) for x in (0, 1) for y in (0, 1)]


@wrong(garble, "✗", "no label")
def in_the_order_of_the_bits(gate):
    xs, ys, zs = draw_labels(), draw_labels(), draw_labels()
    return xs, ys, zs, [lock(xs[x], ys[y], zs[int(gate(x, y))]) for x in (0, 1) for y in (0, 1)]


@wrong(garble, "⚠", "go together")
def one_label_is_the_other_turned(gate):
    def pair():
        zero = secrets.token_bytes(16)
        return zero, bytes(255 - byte for byte in zero)

    xs, ys, zs = pair(), pair(), pair()
    rows = [b""] * 4
    for x in (0, 1):
        for y in (0, 1):
            rows[2 * colour(xs[x]) + colour(ys[y])] = lock(xs[x], ys[y], zs[int(gate(x, y))])
    return xs, ys, zs, rows


@wrong(garble, "⚠", "not new in every run")
def the_result_in_the_clear(gate):
    xs, ys, zs = draw_labels(), draw_labels(), (bytes(16), bytes(15) + b"\1")
    return *(xs, ys, zs), garbling.garble(gate, xs, ys, zs)


@wrong(garble, "⚠", "is one of y too")
def labels_used_twice(gate):
    xs, zs = draw_labels(), draw_labels()
    return xs, xs, zs, garbling.garble(gate, xs, xs, zs)


@wrong(garble, "⚠", "seed")
def labels_from_a_seed(gate):
    def pair():
        zero, one = random.randbytes(16), random.randbytes(16)
        return zero, one[:-1] + bytes([one[-1] & 254 | 1 - colour(zero)])

    xs, ys, zs = pair(), pair(), pair()
    return xs, ys, zs, garbling.garble(gate, xs, ys, zs)


wrong(garble, "✗", "the other label", "always and", edit=("gate(x, y)", "x and y"))


@right(garble)
def the_courses_own_table(gate):
    wires = draw_labels(), draw_labels(), draw_labels()
    return *wires, garbling.garble(gate, *wires)


@right(garble)
def one_difference_for_all(gate):
    """Kolesnikov and Schneider's labels, for gates that cost nothing."""
    difference = secrets.token_bytes(15) + bytes([secrets.randbelow(128) * 2 + 1])

    def pair():
        zero = secrets.token_bytes(16)
        return [zero, bytes(a ^ b for a, b in zip(zero, difference))]

    xs, ys, zs = pair(), pair(), pair()
    return [xs, ys, zs, tuple(garbling.garble(gate, xs, ys, zs))]


test_answers = recognised("when_a_party_cheats")
