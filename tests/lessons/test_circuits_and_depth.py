"""Right and wrong answers to the exercises of lesson 31, and what their checks must say."""

import functools
import math
import operator
import secrets
from decimal import Decimal
from fractions import Fraction

import numpy as np

from privlab.he.ckks.parameters import MOST_BITS
from privlab.he.toy_ckks import Cipher
from privlab.lessons.circuits_and_depth.exercises import MODULUS, SCALE, box, choose, constant, flatten, publish
from tests.lessons.answers import recognised, right, wrong

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


def drawn(*lines, above=""):
    """An edit of the box's solution that draws mask and noise by other lines; `above` stands above `encrypt`."""
    old = "    def encrypt(value):\n        a, noise = int(rng.integers(MODULUS)), int(rng.integers(-3, 4))\n"
    above = f"    {above}\n\n" if above else ""
    return old, above + "    def encrypt(value):\n" + "".join(f"        {line}\n" for line in lines)


MASK, NOISE = "a = int(rng.integers(MODULUS))", "noise = int(rng.integers(-3, 4))"
OWN = "own = np.random.default_rng(5)"
wrong(box, "⚠", "b / a is -73", "b is no remainder", edit=(" - secret * a) % MODULUS, a", " - secret * a), a"))
wrong(box, "✗", "more than sixteen", "a is no remainder", edit=drawn("a = int(rng.integers(2**63))", NOISE))
wrong(box, "✗", "with int(...)", "numpy's whole numbers", edit=drawn("a = rng.integers(MODULUS)", NOISE))
wrong(
    box,
    "⚠",
    "of two boxes, share",
    "masks with a seed of their own",
    edit=drawn("a = int(own.integers(MODULUS))", NOISE, above=OWN),
)
wrong(box, "⚠", "not random", "even masks", edit=drawn("a = 2 * int(rng.integers(MODULUS // 2))", NOISE))
wrong(box, "⚠", "not random", "masks that begin with 0", edit=drawn("a = int(rng.integers(MODULUS // 10))", NOISE))
wrong(
    box,
    "⚠",
    "not random",
    "the value in the mask's middle",
    edit=drawn(MASK, "a += (round(value) - a // 10**6) % 1000 * 10**6", "a %= MODULUS", NOISE),
)
wrong(
    box,
    "⚠",
    "times your mask",
    "masks in proportion",
    edit=drawn("a = sum(own) % MODULUS", "own.append(own[0])", NOISE, above="own = [int(rng.integers(MODULUS))]"),
)
wrong(
    box,
    "⚠",
    "follow from each other",
    "each mask from the one before",
    edit=drawn(
        "a = own[0] = own[0] * 6364136223846793005 % MODULUS",
        NOISE,
        above="own = [10 * int(rng.integers(MODULUS // 10)) + 1]",
    ),
)
wrong(
    box, "⚠", "has your key, 731", "noise in one call of eight", edit=drawn(MASK, "noise = int(rng.integers(8) == 0)")
)
wrong(
    box,
    "⚠",
    "same in every box",
    "noise with a seed of its own",
    edit=drawn(MASK, "noise = int(own.integers(-3, 4))", above=OWN),
)
wrong(
    box,
    "⚠",
    "same in every box",
    "noise that counts",
    edit=drawn(MASK, "noise = next(own) % 7 - 3", above="own = iter(range(10**9))"),
)
wrong(
    box,
    "⚠",
    "number of the call",
    "noise that counts from somewhere",
    edit=drawn(MASK, "own[0] += 1", "noise = own[0] % 7 - 3", above="own = [int(rng.integers(100))]"),
)
wrong(
    box,
    "⚠",
    "goes with the value",
    "noise from value and chance",
    edit=drawn(MASK, "noise = round(value) % 3 + int(rng.integers(2))"),
)
wrong(box, "⚠", "the mask a, modulo 7", "noise from the mask's remainder", edit=drawn(MASK, "noise = a % 7 - 3"))
wrong(box, "⚠", "the mask a >>", "noise from the mask's bits", edit=drawn(MASK, "noise = (a >> 9) % 7 - 3"))
wrong(
    box,
    "⚠",
    "digits of the mask",
    "noise from the mask's digits",
    edit=drawn(MASK, "noise = sum(map(int, str(a))) % 7 - 3"),
)
wrong(
    box,
    "⚠",
    "without its last 15",
    "noise from the mask's first digit",
    edit=drawn(MASK, "noise = a // 10**15 % 7 - 3"),
)
wrong(
    box,
    "⚠",
    "goes with",
    "noise that shows in b",
    edit=drawn(MASK, NOISE, "while (round(SCALE * value) + noise - secret * a) % 7 > noise + 3:", "    noise += 1"),
)
wrong(
    box,
    "⚠",
    "on the mask alone",
    "noise with the mask as its seed",
    edit=drawn(MASK, "noise = int(np.random.default_rng(a).integers(-3, 4))"),
)
wrong(
    box,
    "⚠",
    "tries the key 732",
    "a key of two",
    edit=("    def encrypt(value):", "    secret //= 100\n\n    def encrypt(value):"),
)
wrong(
    box,
    "✗",
    "b + key * a leaves",
    "the key is doubled",
    edit=("    def encrypt(value):", "    secret *= 2\n\n    def encrypt(value):"),
)
wrong(box, "✗", "two functions", "one function", edit=("return encrypt, decrypt", "return encrypt"))
wrong(
    box,
    "✗",
    "not what they give",
    "functions that were called",
    edit=("return encrypt, decrypt", "return encrypt(1.5)"),
)
wrong(box, "✗", "two whole numbers", "b alone", edit=(") % MODULUS, a", ") % MODULUS"))
wrong(
    box,
    "?",
    "decrypt raised NameError",
    "a slip of the pen",
    edit=("number = (b + secret * a)", "number = (b + sceret * a)"),
)
wrong(
    box,
    "✗",
    "decrypts to '1.5",
    "decryption as a text",
    edit=("return (number if number < MODULUS // 2 else number - MODULUS) / SCALE", "return f'{number / SCALE}'"),
)
right(box, "noise of 0 and 1", edit=("(-3, 4)", "(2)"))
right(box, "mask and noise in one draw", edit=drawn("a, noise = divmod(int(rng.integers(7 * MODULUS)), 7)"))
right(
    box,
    "two draws in one array",
    edit=drawn("a, noise = (int(number) for number in rng.integers(0, MODULUS, 2))", "noise %= 7"),
)
right(box, "digit by digit", edit=drawn("a = int(''.join(map(str, rng.integers(0, 10, 16))))", NOISE))


@right(box)
def of_the_operating_system_in_lists(secret, rng):
    def encrypt(value):
        a = secrets.randbelow(MODULUS)
        return [(round(SCALE * Fraction(value)) + secrets.choice([-1, 0, 1]) - secret * a) % MODULUS, a]

    def decrypt(b, a):
        number = (b + secret * a) % MODULUS
        return Fraction(number if 2 * number < MODULUS else number - MODULUS, SCALE)

    return [encrypt, decrypt]


@right(box)
def the_other_sign(secret, rng):
    return box.reference(-secret, rng)


@right(box)
def objects_of_numpy(secret, rng):
    key = np.array([1, secret], dtype=object)

    def encrypt(value):
        a = int(rng.integers(MODULUS))
        return np.array([round(SCALE * value + rng.normal(0, 2)) - secret * a, a], dtype=object) % MODULUS

    def decrypt(b, a):
        return ((key @ [b, a] + MODULUS // 2) % MODULUS - MODULUS // 2) / SCALE

    return encrypt, decrypt


@right(box)
def noise_of_scipy(secret, rng):
    from scipy import stats

    def encrypt(value):
        a, noise = int(rng.integers(MODULUS)), int(stats.dlaplace.rvs(0.5, random_state=rng))
        return math.fmod(1, 2) and operator.mod(round(SCALE * value) + noise - secret * a, MODULUS), a

    def decrypt(b, a):
        return round(((b + secret * a + MODULUS // 2) % MODULUS - MODULUS // 2) / SCALE, 2)

    return encrypt, decrypt


@wrong(box, "✗", "a second box")
def a_key_of_its_own(secret, rng):
    key = int(rng.integers(1, 100))
    encrypt, decrypt = box.reference(key, rng)
    return encrypt, decrypt


wrong(flatten, "?", "not finite", "no number at all", edit=("(y + 2)", "(y + 2) + np.nan"))


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


@wrong(constant, "⚠", "SEAL refuses to make one")
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
    return (x * x) * (x * x) + 2


@wrong(constant, "?", "past the depth")
def deeper_than_the_key(x):
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
wrong(publish, "✗", "no number", "no number", edit=("round(decrypted, 2)", "np.nan"))
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


right(flatten, "numpy's product", edit=("x * x * x", "np.prod([x, x, x])"))
right(flatten, "numpy's whole number as a power", edit=("x * x * x", "x ** np.int64(3)"))
right(flatten, "the square completed", edit=("(y + 1) * (y + 2)", "(y + 1.5) ** 2 - 1 / 4"))
right(flatten, "powers of a power", edit=("(y + 1) * (y + 2)", "(x**3) ** 2 + 3 * x**3 + 2"))
right(flatten, "four products", edit=("(y + 1) * (y + 2)", "(x * x) ** 2 * (x * x) + 3 * x * (x * x) + 2"))
wrong(flatten, "✗", "factor by factor here", "the text as it stands", answer=lambda x: x**6 + 3 * x**3 + 2)
right(flatten, "folded", answer=lambda x: math.prod([functools.reduce(operator.mul, 3 * [x]) + k for k in (1, 2)]))
wrong(flatten, "✗", "gave", "nearly", edit=("(y + 2)", "(y + 2) + 1e-8"))
wrong(
    flatten, "✗", "gave", "right between -1.5 and 1.5", edit=("(y + 2)", "(y + 2) + 1e-13 * (x * x - 2.25) * y * y * y")
)
wrong(flatten, "✗", "in a list", "two results", edit=("(y + 1) * (y + 2)", "[(y + 1) * (y + 2), y]"))
wrong(flatten, "?", "other function of numpy", "numpy's power", edit=("x * x * x", "np.power(x, 3)"))
wrong(
    flatten,
    "✗",
    "depth 8",
    "numpy's polynomial",
    edit=("(y + 1) * (y + 2)", "np.polynomial.Polynomial([2, 0, 0, 3, 0, 0, 1])(x)"),
)
wrong(flatten, "✗", "return", "no return", edit=("return ", ""))


TABLE = {4096: 109, 8192: 218, 16384: 438, 32768: 881}


@right(choose)
def a_loop_and_an_array(depth, scale_bits):
    bits = np.full(depth + 2, scale_bits)
    bits[[0, -1]] += 10
    ring = np.int64(4096)
    while bits.sum() > TABLE[ring]:
        ring *= 2
    return [ring, bits]


@right(choose)
def by_the_number_of_bits(depth, scale_bits):
    most = (depth + 2) * scale_bits + 20
    ring = 2 ** (12 + sum(most > bits for bits in (109, 218, 438)))
    return ring, (scale_bits + 10 * (place in (0, depth + 1)) for place in range(depth + 2))


right(
    choose,
    "the table sorted",
    edit=(
        "min(ring for ring, most in MOST_BITS.items() if sum(bits) <= most)",
        "sorted(ring for ring in MOST_BITS if MOST_BITS[ring] >= sum(bits))[0]",
    ),
)
wrong(choose, "✗", "larger than it need be", "never the last bit", edit=("sum(bits) <= most", "sum(bits) < most"))
wrong(choose, "⚠", "the table ends", "one bit too many", edit=("sum(bits) <= most", "sum(bits) <= most + 1"))
wrong(choose, "⚠", "the table ends", "two bits too many", edit=("sum(bits) <= most", "sum(bits) <= most + 2"))
wrong(
    choose,
    "⚠",
    "the table ends",
    "the ends are not counted whole",
    edit=("sum(bits) <= most", "sum(bits) - 20 <= most"),
)
wrong(
    choose,
    "✗",
    "asked for",
    "the special prime takes the rest",
    edit=("return ring, bits", "return ring, [*bits[:-1], bits[-1] + MOST_BITS[ring] - sum(bits)]"),
)
wrong(
    choose,
    "✗",
    "asked for",
    "larger ends",
    edit=(
        "bits = [scale_bits + 10, *[scale_bits] * depth, scale_bits + 10]",
        "bits = [scale_bits + 11, *[scale_bits] * depth, scale_bits + 11]",
    ),
)
wrong(choose, "✗", "asked for", "a larger first prime", edit=("bits = [scale_bits + 10", "bits = [scale_bits + 20"))
wrong(
    choose,
    "✗",
    "move the scale away",
    "one prime more precise",
    edit=("return ring, bits", "return ring, [bits[0], *(size + 1 for size in bits[1:-1]), bits[-1]]"),
)
wrong(
    choose,
    "✗",
    "no whole numbers",
    "halves of bits",
    edit=("return ring, bits", "return ring, [size + 0.5 for size in bits]"),
)
wrong(choose, "✗", "a ring and a list", "the ring alone", edit=("return ring, bits", "return ring"))
wrong(choose, "✗", "not in the table", "the exponent", edit=("return ring, bits", "return ring.bit_length() - 1, bits"))
wrong(choose, "✗", "not in the table", "a ring of text", edit=("return ring, bits", "return str(ring), bits"))

right(constant, "products that round differently", edit=("half + half - x + 3", "x * half - (x * x) * 0.5 + 3"))
right(
    constant,
    "thirds",
    edit=("half = x * 0.5\n    return half + half", "third = x * (1 / 3)\n    return third + third + third"),
)
right(constant, "next to nothing of x", edit=("half + half - x + 3", "x * 1e-4 + 3"))
right(constant, "a loop", edit=("half + half", "sum([half] * 2)"))
wrong(constant, "⚠", "without the key", "less than nothing of x", edit=("half + half - x + 3", "x * 1e-9 + 3"))
wrong(
    constant,
    "⚠",
    "without the key",
    "the product multiplied out",
    edit=("half + half - x + 3", "(x + 1) * (x - 1) - x * x + 4"),
)
wrong(constant, "⚠", "without the key", "times one", edit=("half = x * 0.5\n    return half + half", "return x * 1.0"))
wrong(constant, "✗", "for x = 100", "a tenth of a hundredth", edit=("half + half - x + 3", "x * 7e-4 + 3"))
wrong(
    constant,
    "✗",
    "the parts or the scale",
    "empty parts",
    edit=("half + half - x + 3", "type(x)((), x.modulus, x.base)"),
)
wrong(
    constant,
    "✗",
    "the scale of your ciphertext",
    "another scale",
    edit=("half + half - x + 3", "type(x)(x.parts, x.modulus, 3)"),
)


def made_by_hand(*others):
    """A ciphertext of 3 whose other parts begin with these numbers."""

    def constant(x):
        rest = (0,) * (len(x.parts[0]) - 1)
        return Cipher(((3 * x.base, *rest), *((other(x), *rest) for other in others)), x.modulus, x.base)

    return constant


wrong(constant, "⚠", "off the first part", "a one beside it", answer=made_by_hand(lambda x: 1))
wrong(
    constant, "⚠", "off the first part", "two parts of a one", answer=made_by_hand(lambda x: 0, lambda x: x.modulus - 1)
)
wrong(constant, "⚠", "off the first part", "the modulus beside it", answer=made_by_hand(lambda x: x.modulus))
wrong(constant, "⚠", "off the first part", "a hundredth beside it", answer=made_by_hand(lambda x: x.base // 100))

right(publish, "numpy", edit=("round(decrypted, 2)", "np.round(np.float64(decrypted), 2)"))
right(publish, "a text", edit=("round(decrypted, 2)", "f'{decrypted:.2f}'"))
right(publish, "Fractions", answer=lambda decrypted: Fraction(round(decrypted * 100), 100))
right(publish, "Decimals", answer=lambda decrypted: Decimal(decrypted).quantize(Decimal("0.01")))
right(publish, "rounded down", answer=lambda decrypted: math.floor(decrypted * 100) / 100)
right(publish, "halves of hundredths", answer=lambda decrypted: round(decrypted * 200) / 200)
right(publish, "noise of its own", answer=lambda decrypted: decrypted + np.random.default_rng().normal(0, 0.002))
right(
    publish,
    "evenly spread noise of its own",
    answer=lambda decrypted: decrypted + secrets.SystemRandom().uniform(-0.015, 0.015),
)
right(publish, "noise, then rounded", answer=lambda decrypted: round(decrypted + np.random.normal(0, 0.002), 2))
wrong(publish, "⚠", "units of the decryption", "three decimals", edit=("decrypted, 2", "decrypted, 3"))
wrong(publish, "⚠", "solved for the key", "a float of numpy's", edit=("round(decrypted, 2)", "np.float64(decrypted)"))
wrong(
    publish,
    "⚠",
    "of 100 cases",
    "a hundredth more or less",
    answer=lambda decrypted: decrypted + secrets.choice([-0.01, 0.01]),
)
wrong(
    publish,
    "⚠",
    "of 100 cases",
    "one of three",
    answer=lambda decrypted: decrypted + secrets.choice([-0.015, 0, 0.015]),
)
wrong(
    publish,
    "⚠",
    "of 100 cases",
    "the rest behind noise",
    answer=lambda decrypted: (
        round(decrypted, 2) + (decrypted - round(decrypted, 2)) * 1e-6 + np.random.normal(0, 1e-12)
    ),
)
wrong(
    publish,
    "⚠",
    "of 100 cases",
    "the rest far behind, as a Decimal",
    answer=lambda decrypted: Decimal(
        f"{round(decrypted, 2):.2f}000{int(abs(decrypted) * 1e6) % 10**4:04}{secrets.randbelow(10**6):06}"
    ),
)
wrong(
    publish,
    "⚠",
    "one unit",
    "a text with blanks",
    answer=lambda decrypted: f"{decrypted:.2f}" + " " * (int(decrypted * 1e4) % 10),
)
wrong(
    publish,
    "⚠",
    "what they are tells",
    "a kind that tells",
    answer=lambda decrypted: (float, np.float64)[int(decrypted * 1e4) % 2](round(decrypted, 2)),
)
wrong(publish, "✗", "no number", "a text with words", answer=lambda decrypted: f"about {decrypted:.2f}")
wrong(publish, "✗", "no number", "a pair", answer=lambda decrypted: (round(decrypted, 2), 0.01))
wrong(publish, "✗", "off by", "cut to one decimal", edit=("decrypted, 2", "decrypted, 1"))


last = []


@wrong(publish, "⚠", "the last decryption")
def the_rest_of_the_one_before(decrypted):
    last.append(decrypted - round(decrypted, 2))
    return round(decrypted, 2) + (last[-2] * 1e-6 if len(last) > 1 else 0) + np.random.normal(0, 1e-12)


@wrong(box, "⚠", "of the ciphertext before")
def the_noise_follows_the_mask_before(secret, rng):
    masks = [int(rng.integers(MODULUS))]

    def encrypt(value):
        noise = masks[-1] % 7 - 3
        masks.append(int(rng.integers(MODULUS)))
        return (round(SCALE * value) + noise - secret * masks[-1]) % MODULUS, masks[-1]

    def decrypt(b, a):
        number = (b + secret * a) % MODULUS
        return (number if number < MODULUS // 2 else number - MODULUS) / SCALE

    return encrypt, decrypt


class Labelled(float):
    """A number that has attributes."""


@wrong(publish, "⚠", "carrying full = ")
def all_digits_in_an_attribute(decrypted):
    posted = Labelled(round(decrypted, 2))
    posted.full = decrypted
    return posted


@wrong(publish, "⚠", "printing")
def all_digits_are_printed(decrypted):
    print(decrypted)
    return round(decrypted, 2)


@wrong(box, "⚠", "printing")
def what_is_encrypted_is_printed(secret, rng):
    encrypt, decrypt = box.reference(secret, rng)

    def saying(value):
        print("encrypting", value)
        return encrypt(value)

    return saying, decrypt


@wrong(box, "⚠", "beside the two functions")
def the_key_is_printed(secret, rng):
    print("a box of the key", secret)
    return box.reference(secret, rng)


class Noted(int):
    """A whole number that has attributes."""


@wrong(box, "⚠", "carrying value")
def the_value_is_an_attribute_of_the_mask(secret, rng):
    encrypt, decrypt = box.reference(secret, rng)

    def noting(value):
        b, a = encrypt(value)
        a = Noted(a)
        a.value = value
        return b, a

    return noting, decrypt


test_answers = recognised("circuits_and_depth")
