"""Wrong answers to the exercises of lesson 31, and what their checks must say."""

import numpy as np

from privlab.he.ckks.parameters import MOST_BITS
from privlab.lessons.circuits_and_depth.exercises import MODULUS, box, choose, constant, flatten, publish
from tests.lessons.answers import recognised, wrong

wrong(box, "⚠", "the check divided and has your key, 731", "no noise", edit=(" + noise", ""))
wrong(box, "⚠", "has your key", "always the same noise", edit=("+ noise", "+ 3"))
wrong(box, "⚠", "share the mask", "one mask for all", edit=("int(rng.integers(MODULUS))", "4_711 * 10**12"))
wrong(box, "⚠", "without any key", "a short mask", edit=("(MODULUS)", "(1, 100)"))
wrong(box, "⚠", "without any key", "no mask", edit=("a, noise = int(rng.integers(MODULUS))", "a, noise = 0"))
wrong(box, "✗", "decrypts to", "nothing is subtracted", edit=("noise -", "noise +"))
wrong(
    box,
    "✗",
    "decrypts to",
    "no negative numbers",
    edit=("number if number < MODULUS // 2 else number - MODULUS", "number"),
)
wrong(box, "✗", "decrypts to", "too much noise", edit=("(-3, 4)", "(-900, 900)"))
wrong(
    box,
    "✗",
    "whole numbers",
    "no whole number",
    edit=("(round(SCALE * value) + noise - secret * a) % MODULUS", "SCALE * value + noise - secret * a"),
)
wrong(box, "✗", "part by part", "the sum is taken apart", edit=("/ SCALE", "/ SCALE if b < MODULUS else 0.0"))


@wrong(box, "✗", "decrypts to")
def no_scale(secret, rng):
    def encrypt(value):
        a, noise = int(rng.integers(MODULUS)), int(rng.integers(-3, 4))
        return (round(value) + noise - secret * a) % MODULUS, a

    def decrypt(b, a):
        number = (b + secret * a) % MODULUS
        return number if number < MODULUS // 2 else number - MODULUS

    return encrypt, decrypt


wrong(flatten, "✗", "gave nan", "no number at all", edit=("(y + 2)", "(y + 2) + np.nan"))


@wrong(flatten, "✗", "depth 5")
def as_it_is_written(x):
    return x * x * x * x * x * x + 3 * (x * x * x) + 2


@wrong(flatten, "✗", "depth 5")
def horners_rule(x):
    return ((x * x * x + 3) * x * x) * x + 2


@wrong(flatten, "✗", "gave")
def another_polynomial(x):
    return x**6 + 3 * x**2 + 2


@wrong(flatten, "?", "looked at")
def looks_at_the_value(x):
    return x**6 if x > 0 else -x


@wrong(flatten, "?", "hangs on no input")
def a_plain_number(x):
    return 2


@wrong(choose, "⚠", "the table ends at 109")
def always_the_smallest_ring(depth, scale_bits):
    return 4096, [scale_bits + 10, *[scale_bits] * depth, scale_bits + 10]


@wrong(choose, "⚠", "the table ends")
def the_special_prime_is_not_counted(depth, scale_bits):
    bits = [scale_bits + 10, *[scale_bits] * depth, scale_bits + 10]
    return min(ring for ring, most in MOST_BITS.items() if sum(bits[:-1]) <= most), bits


@wrong(choose, "✗", "past the depth")
def one_level_too_few(depth, scale_bits):
    bits = [scale_bits + 10, *[scale_bits] * (depth - 1), scale_bits + 10]
    return min(ring for ring, most in MOST_BITS.items() if sum(bits) <= most), bits


@wrong(choose, "✗", "never used up")
def one_level_too_many(depth, scale_bits):
    bits = [scale_bits + 10, *[scale_bits] * (depth + 1), scale_bits + 10]
    return min(ring for ring, most in MOST_BITS.items() if sum(bits) <= most), bits


@wrong(choose, "✗", "before the point")
def no_room_before_the_point(depth, scale_bits):
    bits = [scale_bits] * (depth + 2)
    return min(ring for ring, most in MOST_BITS.items() if sum(bits) <= most), bits


@wrong(choose, "✗", "larger than it need be")
def a_ring_for_everything(depth, scale_bits):
    return 32768, [scale_bits + 10, *[scale_bits] * depth, scale_bits + 10]


@wrong(constant, "⚠", "without the key")
def nothing_at_all(x):
    return x - x + 3


@wrong(constant, "⚠", "without the key")
def times_zero(x):
    return x * 0 + 3


@wrong(constant, "⚠", "without the key")
def the_same_product_twice(x):
    return x * x - x * x + 3


@wrong(constant, "✗", "still hangs on")
def honest(x):
    return x * x * x * x + 2


@wrong(constant, "✗", "still hangs on")
def right_for_one_only(x):
    return x + 2


@wrong(constant, "✗", "still hangs on")
def nearly(x):
    return x * 0.001 + 3


@wrong(constant, "✗", "no ciphertext")
def a_plain_3(x):
    return 3


wrong(publish, "⚠", "solved for the key", "all digits", edit=("round(decrypted, 2)", "decrypted"))
wrong(publish, "⚠", "solved for the key", "four decimals", edit=("decrypted, 2", "decrypted, 4"))
wrong(publish, "✗", "off by", "no number", edit=("round(decrypted, 2)", "np.nan"))
wrong(publish, "✗", "off by", "whole numbers", edit=("decrypted, 2", "decrypted"))
wrong(publish, "✗", "off by", "nothing", edit=("round(decrypted, 2)", "0.0"))


@wrong(publish, "⚠", "solved for the key")
def printed_and_read_again(decrypted):
    return float(f"{decrypted:.5f}")


@wrong(publish, "⚠", "units of the decryption")
def hardly_any_noise_of_its_own(decrypted):
    return decrypted + np.random.default_rng().normal(0, 3e-4)


@wrong(publish, "⚠", "one unit")
def the_last_digits_further_back(decrypted):
    return round(decrypted, 2) + (decrypted - round(decrypted, 2)) / 1000


test_wrong_answers = recognised("circuits_and_depth")
