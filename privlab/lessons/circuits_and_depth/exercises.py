"""Exercises of lesson 31: a scheme for paper, a flatter circuit, secure parameters, a circuit that cheats, a
decryption to share.
"""

from math import gcd

import numpy as np

from privlab.he.circuits.evaluators import Count, Depth, Plain
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.parameters import MOST_BITS
from privlab.he.toy_ckks import Toy, small_secret, solve
from privlab.lab.exercise import Quiz, exercise

SCALE, MODULUS = 10_000, 10**16


@exercise(
    "Decryption is b + secret * a, modulo 10^16. Which b makes that scale * value and a little noise?",
    "a = int(rng.integers(MODULUS)), new for every number, and noise = int(rng.integers(-3, 4)). The message is "
    "round(SCALE * value), for b must be a whole number. A result above half the modulus stands for a negative number.",
    "return (round(SCALE * value) + noise - secret * a) % MODULUS, a; and back: number = (b + secret * a) % MODULUS, "
    "less MODULUS where it is above MODULUS // 2, divided by SCALE.",
    show=["SCALE, MODULUS = 10_000, 10**16"],
    stub="""
SCALE, MODULUS = 10_000, 10**16


def box(secret, rng):
    def encrypt(value):
        ...

    def decrypt(b, a):
        ...

    return encrypt, decrypt
""",
)
def box(secret, rng):
    def encrypt(value):
        a, noise = int(rng.integers(MODULUS)), int(rng.integers(-3, 4))
        return (round(SCALE * value) + noise - secret * a) % MODULUS, a

    def decrypt(b, a):
        number = (b + secret * a) % MODULUS
        return (number if number < MODULUS // 2 else number - MODULUS) / SCALE

    return encrypt, decrypt


@box.check
def _(answer, verdict):
    """Forty numbers there and back and three sums, then what the ciphertexts tell. The seed is fixed; with a generator
    of the reader's own, masks of sixteen digits meet by chance once in 10^13, and forty noises of -1, 0 or 1 are alike
    once in 10^18.
    """
    secret, rng = 731, np.random.default_rng(1)
    encrypt, decrypt = answer(secret, rng)
    first = encrypt(1.5)
    if first is None or first is ...:
        return verdict("○", 'not tried yet; hint("circuits_and_depth.box") helps')
    values = [1.5, -2.0, 0.0, 999.25, *np.round(rng.uniform(-5, 5, 36), 2).tolist()]
    ciphers = []
    for value in values:
        b, a = encrypt(value)
        if not all(isinstance(part, int | np.integer) for part in (b, a)):
            return verdict.wrong(
                f"an encrypted {value:g} is {b!r} and {a!r}: a remainder needs whole numbers, exact to the last digit"
            )
        ciphers.append((int(b), int(a)))
        got = decrypt(int(b), int(a))
        if got is None or not abs(got - value) <= 0.01:
            return verdict.wrong(f"an encrypted {value:g} decrypts to {got if got is None else format(got, '.6g')}")
    for chosen in ((0, 1), (1, 2, 3), range(12)):
        b, a = (sum(ciphers[index][part] for index in chosen) for part in (0, 1))
        got, wanted = decrypt(b, a), sum(values[index] for index in chosen)
        if not abs(got - wanted) <= 0.05:
            return verdict.wrong(
                f"{len(chosen)} ciphertexts added part by part hold {wanted:.4g} and decrypt to {got:.6g}"
            )
    return _what_a_box_tells(values, ciphers, secret, verdict)


def _what_a_box_tells(values, ciphers, secret, verdict):
    """The verdict on right ciphertexts: whether the value shows, two of them, or the key."""
    masks = [a % MODULUS for _, a in ciphers]
    seen = [((b + MODULUS // 2) % MODULUS - MODULUS // 2) / SCALE for b, _ in ciphers]
    if all(abs(number - value) < 100 for number, value in zip(seen, values)):
        return verdict.not_private(
            f"your masks are short: without any key b / {SCALE} is {seen[3]:,.2f}, and {values[3]:g} was encrypted"
        )
    if len(set(masks)) < len(masks):
        i, j = next((i, j) for j in range(len(masks)) for i in range(j) if masks[i] == masks[j])
        apart = (ciphers[i][0] - ciphers[j][0] + MODULUS // 2) % MODULUS - MODULUS // 2
        return verdict.not_private(
            f"two of your ciphertexts share the mask, and without the key b - b' gives {apart / SCALE:.3f}: by so "
            f"much {values[i]:g} and {values[j]:g} differ"
        )
    noises = {
        (b + secret * a - round(SCALE * value) + MODULUS // 2) % MODULUS - MODULUS // 2
        for value, (b, a) in zip(values, ciphers)
    }
    if len(noises) == 1:
        (noise,), key = noises, ""
        for value, (b, a) in zip(values, ciphers):
            if gcd(a, MODULUS) == 1:
                key = f", {(round(SCALE * value) + noise - b) * pow(a, -1, MODULUS) % MODULUS}"
        return verdict.not_private(
            "who knows what one ciphertext holds has an equation without an unknown error: the check divided "
            f"and has your key{key}"
        )
    return verdict.right(
        "right to the third decimal, sums too, and what is sent tells nothing; nobody has tried all keys yet"
    )


@exercise(
    "Which power of x stands in both terms? Work it out once.",
    "With y = x * x * x the polynomial is y * y + 3 * y + 2. How deep is y, how deep y * y?",
    "3 * y takes a level as well, but not a product of ciphertexts. Or factor it: (y + 1) * (y + 2).",
)
def flatten(x):
    y = x * x * x
    return (y + 1) * (y + 2)


@flatten.check
def _(answer, verdict):
    """Any circuit is accepted that agrees at 64 points to 10^-9 and is flatter than depth 5. No chance is involved."""
    points = np.linspace(-1.5, 1.5, 64)
    try:
        circuit = trace(lambda x: answer(x), x=64)
    except TypeError as error:
        return verdict("?", f"your code is no circuit: {error}")
    got, wanted = Plain()(circuit, x=points), points**6 + 3 * points**3 + 2
    off = np.abs(got - wanted)
    if not off.max() <= 1e-9:
        worst = int(off.argmax())
        return verdict.wrong(f"flatten({points[worst]:g}) gave {got[worst]:.4g}, the polynomial is {wanted[worst]:.4g}")
    depth, products = Depth()(circuit), Count()(circuit).get("multiply", 0)
    if depth >= 5:
        return verdict.wrong(f"it is the polynomial, but at depth {depth} no flatter than before")
    best = "nobody does better" if (depth, products) == (3, 3) else "3 and 3 can be done"
    return verdict.right(f"depth {depth} with {products} products of ciphertexts; {best}")


@exercise(
    "How many primes does a circuit of that depth use up, and which two are there besides?",
    "The sizes are scale_bits + 10, then scale_bits once for each level, then scale_bits + 10 again. Their sum is "
    "the modulus.",
    "Return the first ring whose number in the table is at least that sum, and the list of sizes.",
    show=["MOST_BITS = {4096: 109, 8192: 218, 16384: 438, 32768: 881}"],
)
def choose(depth, scale_bits):
    bits = [scale_bits + 10, *[scale_bits] * depth, scale_bits + 10]
    ring = min(ring for ring, most in MOST_BITS.items() if sum(bits) <= most)
    return ring, bits


@choose.check
def _(answer, verdict):
    """Eight circuits, among them those where only the special prime decides. No chance is involved."""
    leak = None
    for depth, scale in ((2, 22), (2, 38), (3, 38), (3, 40), (1, 30), (5, 40), (13, 28), (4, 34)):
        ring, bits = answer(depth, scale)
        first, *middle, special = map(int, bits)
        case = f"choose({depth}, {scale})"
        if ring not in MOST_BITS:
            return verdict.wrong(f"{case} gave the ring {ring}, which is not in the table")
        if len(middle) < depth:
            return verdict.wrong(
                f"{case} has {len(middle)} primes between the first and the special one: the last of "
                f"{depth} products is past the depth"
            )
        if len(middle) > depth:
            return verdict.wrong(
                f"{case} has {len(middle)} primes between the first and the special one, for {depth} products: "
                "what is never used up makes everything slower, and needs room in the table"
            )
        if any(size != scale for size in middle):
            return verdict.wrong(f"{case}: primes of {middle} bits, which move the scale away from {scale} bits")
        if first < scale + 10 or special < first:
            return verdict.wrong(
                f"{case}: primes of {first} and {special} bits at the ends leave fewer than 10 bits before the point"
            )
        enough = next(large for large, most in MOST_BITS.items() if sum(bits) <= most)
        if ring < enough:
            leak = leak or (
                f"{case} runs and decrypts right, with a modulus of {sum(bits)} bits in ring {ring}; "
                f"the table ends at {MOST_BITS[ring]}, so its key is weaker than 128 bits"
            )
        elif ring > enough:
            return verdict.wrong(
                f"{case}: ring {ring} is larger than it need be; {enough} is secure and twice as fast or more"
            )
    return (
        verdict.not_private(leak)
        if leak
        else verdict.right(
            "the smallest secure ring each time; at depth 13 and 28 bits two bits more than the table has cost a "
            "whole ring size"
        )
    )


@exercise(
    "x - x + 3 holds 3. But look at both parts of that ciphertext: what of the key is left in it?",
    "The difference should be zero only up to rounding. What rounds? Every multiplication, even one by a plain number.",
    "half = x * 0.5 is rounded, so that half + half - x is not quite nothing. Add 3.",
)
def constant(x):
    half = x * 0.5
    return half + half - x + 3


@constant.check
def _(answer, verdict):
    """A key of eight terms, where the solution's rounding leaves the key out of its parts once in 2^8; the seed is
    fixed.
    """
    rng = np.random.default_rng(1)
    key = Toy(small_secret(8, rng), base=10_000, depth=3)
    clear = False
    for value in (1.0, -1.0, 0.5, 1.5, 300.0):
        result = answer(key.encrypt(value, rng))
        if not hasattr(result, "parts"):
            return verdict.wrong(f"constant gave {result!r}, which is no ciphertext: the client notices at once")
        got = key.decrypt(result)
        if abs(got - 3) > 0.02:
            return verdict.wrong(f"for x = {value:g} the client decrypts {got:.4g}: it still hangs on the input")
        clear |= result.is_transparent()
    if clear:
        return verdict.not_private(
            "all parts of your ciphertext but the first are 0, so that everyone on the way reads 3 "
            "without the key, and sees that you cheat; SEAL refuses to make one"
        )
    return verdict.right("the client decrypts 3 whatever was encrypted, also for x = 1, where 3 is right")


@exercise(
    "The first decimals are the result. What are the last ones?",
    "The noise of a fresh ciphertext is about 3 units of the fourth decimal. No digit of it should leave the house.",
    "Two decimals are all that the reader of your report needs: round(decrypted, 2).",
)
def publish(decrypted):
    return round(decrypted, 2)


@publish.check
def _(answer, verdict):
    """Eight results solved for the key, and the spread of 400 around their decryptions, which is 29 units when rounded
    to two decimals; below 10 units is flagged. Noise of one's own with a spread of 20 units is flagged with probability
    below 10^-9. An answer without noise of its own must not show one unit more or less: rounded to two decimals, 1 in
    100 does by nature.
    """
    rng, base = np.random.default_rng(1), 10_007
    key = Toy(small_secret(8, rng), base=base, depth=0)
    ciphers = [key.encrypt(value, rng) for value in rng.uniform(-3, 3, 400)]
    decrypted = [key.decrypt(cipher) for cipher in ciphers]
    shared = [answer(number) for number in decrypted]
    off = np.abs(np.subtract(shared, decrypted))
    if not off.max() <= 0.02:
        worst = int(off.argmax())
        return verdict.wrong(
            f"publish({decrypted[worst]:.6f}) gave {shared[worst]:.6g}, off by {off.max():.2g}; 0.02 is allowed"
        )
    if solve(ciphers[:8], shared[:8]) == key.secret:
        return verdict.not_private(
            "from eight of your results and their ciphertexts the check solved for the key: "
            f"{', '.join(map(str, key.secret))}"
        )
    spread = float(np.std(np.subtract(shared, decrypted))) * base
    if spread < 10:
        return verdict.not_private(
            f"your results lie within about {2 * spread:.0f} units of the decryption, so that a few "
            "guesses at each give the key"
        )
    if shared == [answer(number) for number in decrypted]:
        seen = sum(answer(number + 1 / base) != result for number, result in zip(decrypted, shared))
        if seen > 40:
            return verdict.not_private(
                f"{seen} of 400 results change when the decryption does by one unit: the noise can be read "
                "off the last digits"
            )
    return verdict.right("what you publish tells the result and nothing of the noise that hides the key")


quiz1 = Quiz(
    id="circuits_and_depth.quiz1",
    question="What does a circuit of lower depth save?",
    options=(
        ("Additions", False, "Those cost next to nothing, and no level."),
        (
            "Primes of the modulus, and with them time, bytes and often a whole ring size",
            True,
            "A level is one prime; a smaller modulus is secure in a smaller ring.",
        ),
        ("Noise only", False, "It does lower the noise a little, but what counts is the size of everything."),
    ),
)


quiz2 = Quiz(
    id="circuits_and_depth.quiz2",
    question="Your parameters decrypt every result correctly. Are they secure?",
    options=(
        (
            "Yes, otherwise the numbers would be wrong",
            False,
            "Correctness needs a large modulus, security a small one.",
        ),
        (
            "Yes, if the library accepted them",
            False,
            "A library can be told not to look, and its table may end before yours.",
        ),
        (
            "Only if the whole modulus fits the ring, special prime included",
            True,
            "That is what the table says, and nothing in the result shows it.",
        ),
    ),
)


quiz3 = Quiz(
    id="circuits_and_depth.quiz3",
    question="The server returns a ciphertext. What does the client know about it?",
    options=(
        ("That it holds f(x)", False, "Any circuit gives such a ciphertext: encryption hides, it does not prove."),
        ("That the server has not read x", True, "That is all. What was computed needs a proof or a test of its own."),
        ("Nothing at all", False, "The input is hidden as long as no decryption is shared carelessly."),
    ),
)
