"""Exercises of lesson 31: a scheme for paper, a flatter circuit, secure parameters, a circuit that cheats, a
decryption to share.
"""

from collections import Counter
from fractions import Fraction
from functools import reduce
from math import gcd
from operator import index, mul
from traceback import extract_tb
from unittest import mock

import numpy as np

from privlab.he.circuits.evaluators import Count, Depth, Plain
from privlab.he.circuits.tracing import Value, trace
from privlab.he.ckks.parameters import MOST_BITS
from privlab.he.toy_ckks import Cipher, Toy, small_secret, solve
from privlab.lab.distributions import uneven
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.results import all_seen, as_number, shown, tells

SCALE, MODULUS = 10_000, 10**16
RINGS = (4096, 8192, 16384, 32768)  # of the table in the lesson


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


EDGES = (1.5, -2.0, 0.0, 999.25, -0.01, -123_456.75, 7)  # values that are encrypted once each


@box.check
def _(answer, verdict):
    """✓ promises: every key opens its own ciphertexts and sums of them, in another box of that key too, and no other
    key does; of what is sent, for one value again and again, mask and b are uniform, never repeat, and are in no simple
    proportion; the noise is there, differs from box to box, and goes with neither call, value, mask nor b,
    of this ciphertext or the one before; nothing is printed or carried along that differs.

    Not seen: whether the generator can be guessed, and noise that is worked out of a mask of the operating system in
    more than a division. The tests of chance err once in 10^6; those of the seeded masks always say the same.
    """
    for secret in (731, 2, 99_991):
        if (failure := _opens(answer, secret, verdict)) is not None:
            return failure
    beside = tells(answer, *((secret, np.random.default_rng(5)) for secret in (731, 732, 99_991)))
    if beside:
        return verdict.not_private(f"beside the two functions more is to be seen: {beside}")
    values = [value for value in (1.5, -2.0, 0.0, 999.25) for _ in range(400)]
    boxes = []  # what two boxes of one key send
    for seed in (3, 4):
        encrypt, _ = answer(731, np.random.default_rng(seed))
        boxes.append([tuple(map(index, encrypt(value))) for value in (values if seed == 3 else values[:60])])
        beside = tells(encrypt, *((float(value),) for value in values[::200]))
        if beside:
            return verdict.not_private(f"beside mask and b more is to be seen: {beside}")
    for leak in (
        _masks_tell(boxes, values, verdict),
        _another_key_reads(answer, 731, boxes[0][0], verdict),
        _noise_tells(boxes, values, 731, verdict),
        _noise_follows(answer, 731, verdict),
    ):
        if leak is not None:
            return leak
    return verdict.right(
        "right to the third decimal, sums too, and what is sent tells nothing; nobody has tried all keys yet"
        + ("" if _is_masked_by_minus(*boxes[0][0]) else " (your mask has the other sign: below read b - 2a)")
    )


def _opens(answer, secret, verdict):
    """The verdict where encryption and decryption do not go together, or None. Nothing is known of the noise yet."""
    rng = np.random.default_rng(secret)
    try:
        encrypt, decrypt = answer(secret, rng)
    except (TypeError, ValueError):
        return verdict.wrong("box must return two functions, encrypt and decrypt")
    if not callable(encrypt) or not callable(decrypt):
        return verdict.wrong("box must return two functions, encrypt and decrypt, not what they give")
    ciphers, of = [], f"with the key {secret:,} "
    values = [*EDGES, *np.round(rng.uniform(-5, 5, 5), 2).tolist()]
    try:
        for value in values:
            sent = encrypt(value)
            if not ciphers and (sent is None or sent is ...):
                return verdict("○", 'not tried yet; hint("circuits_and_depth.box") helps')
            if not _are_whole(sent):
                return verdict.wrong(
                    f"encrypt({value:g}) gave {shown(sent)}: b and a are two whole numbers, exact to the last digit"
                )
            b, a = sent
            ciphers.append((b, a))
            got = decrypt(b, a)
            if not _near(got, value, 0.01):
                return verdict.wrong(f"{of}an encrypted {value:g} decrypts to {shown(got)}{_overflowed(b, a)}")
        for chosen in ((0, 1), (1, 2, 3), range(12)):
            b, a = (sum(ciphers[i][part] for i in chosen) for part in (0, 1))
            got, wanted = decrypt(b, a), sum(values[i] for i in chosen)
            if not _near(got, wanted, 0.05):
                return verdict.wrong(
                    f"{of}{len(chosen)} ciphertexts added part by part hold {wanted:.8g} and decrypt to {shown(got)}"
                    + _overflowed(b, a)
                )
        b, a = ciphers[0]
        got = answer(secret, np.random.default_rng(5))[1](b, a)
        if not _near(got, 1.5, 0.01):
            return verdict.wrong(
                f"a second box of the same key decrypts an encrypted 1.5 to {shown(got)}: key, b and a must be enough"
            )
    except Exception as error:
        return verdict("?", f"{of}{_where(error)} raised {_reason(error)}")
    return None


def _another_key_reads(answer, secret, cipher, verdict):
    """The verdict where a key that is not the one opens an encrypted 1.5, or None."""
    for other in (secret + 1, secret - 1, secret + 1_000, 10 * secret):
        got = answer(other, np.random.default_rng(5))[1](*cipher)
        if _near(got, 1.5, 1_000):
            return verdict.not_private(
                f"1.5 was encrypted with the key {secret:,}, and who tries the key {other:,} reads {shown(got)}"
            )
    return None


def _are_whole(sent):
    """Whether these are two whole numbers, of whatever library."""
    try:
        return len([index(part) for part in sent]) == 2
    except TypeError:
        return False


def _near(got, wanted, most):
    """Whether a decryption is a number, and as near as that."""
    got = as_number(got)
    return got is not None and abs(got - wanted) <= most


def _overflowed(*numbers):
    """Words about numpy's whole numbers, where one was sent."""
    if any(isinstance(number, np.integer) for number in numbers):
        return "; numpy's whole numbers end at 2^63 and go on below zero: make them Python's with int(...)"
    return ""


def _reason(error):
    """An exception in words, with the reader's own where a check has put another round it."""
    error = error.__cause__ or error
    return f"{type(error).__name__}: {error}"


def _where(error):
    """Which of the reader's two functions an exception comes from."""
    names = [frame.name for frame in extract_tb((error.__cause__ or error).__traceback__)]
    return next((name for name in reversed(names) if name in ("encrypt", "decrypt")), "your code")


def _is_masked_by_minus(b, a):
    """Whether b + key * a is what a ciphertext of 1.5 with the key 731 holds, as the lesson has it."""
    return abs(_centred(b + 731 * a) - 1.5 * SCALE) <= 100


def _centred(number):
    """The remainder modulo the modulus that lies around 0."""
    return _around_0(number, MODULUS)


def _masks_tell(boxes, values, verdict):
    """The verdict where b or a tells something without the key, or None."""
    ciphers = boxes[0]
    bare = [_centred(b) / SCALE for b, _ in ciphers[:1600:400]]
    if all(abs(number - value) < 100 for number, value in zip(bare, values[::400])):
        return verdict.not_private(
            f"your masks are short: without any key b / {SCALE} is {bare[3]:,.2f}, and {values[-1]:g} was encrypted"
        )
    if max(abs(b) for b, _ in ciphers) > MODULUS:
        b, a = max(ciphers, key=lambda cipher: abs(cipher[0]))
        return verdict.not_private(
            f"your b is no remainder modulo 10^16: without the key b / a is {b / (a or 1):.3f}, and the key is 731"
        )
    if max(abs(a) for _, a in ciphers) > MODULUS:
        a = max((a for _, a in ciphers), key=abs)
        return verdict.wrong(f"a mask is {a}: more than sixteen digits, and nothing hides what stands before those")
    for one, other in ((boxes[0], boxes[0]), (boxes[0], boxes[1])):
        seen = {}
        for i, (_, a) in enumerate(one):
            seen.setdefault(a % MODULUS, i)
        for j, (b, a) in enumerate(other):
            i = seen.get(a % MODULUS)
            if i is not None and (one is not other or i != j):
                return verdict.not_private(
                    f"two of your ciphertexts{'' if one is other else ', of two boxes,'} share the mask, and without "
                    f"the key b - b' gives {_centred(one[i][0] - b) / SCALE:.3f}: by so much {values[i]:g} and "
                    f"{values[j]:g} differ"
                )
    if said := _in_proportion([a % MODULUS for _, a in ciphers]):
        return verdict.not_private(f"{said}: the same sum of b's holds no mask, and tells the values without the key")
    for value, first in zip(values[::400], range(0, 1600, 400)):
        for part, name in ((1, "a"), (0, "b")):
            for skip in (0, 1):  # the last fifteen digits, then the first fifteen
                numbers = [cipher[part] % MODULUS // 10**skip for cipher in ciphers[first : first + 400]]
                digits = [[number // 10 ** (3 * place) % 1000 for place in range(5)] for number in numbers]
                if said := uneven(digits, 1000, names=("three-digit group", "ciphertext")):
                    return verdict.not_private(
                        f"400 ciphertexts of {value:g} have an {name} that is not random ({said}; the first {name} is "
                        f"{ciphers[first][part]}, the second {ciphers[first + 1][part]})"
                    )
    return None


def _in_proportion(masks):
    """How masks hang together that are sums or multiples of each other, in words; None when none do."""
    seen = {}
    for i, mask in enumerate(masks[:60]):
        for factor in (*range(1, 21), *range(-20, 0)):
            j, other = seen.setdefault(factor * mask % MODULUS, (i, factor))
            if i != j:
                return f"{factor} times your mask {i + 1} is {other} times your mask {j + 1}"
    steps = [(after - before) % MODULUS for before, after in zip(masks, masks[1:])]
    for place, (one, two, three) in enumerate(zip(steps, steps[1:], steps[2:])):
        if one * three % MODULUS == two * two % MODULUS != 0:
            return f"your masks {place + 1} to {place + 4} follow from each other"
    return None


def _noise_tells(boxes, values, secret, verdict):
    """The verdict where whoever knows a value knows its noise too, and so the key; or None."""
    for sign in (1, -1):
        noises = [
            [_centred(b + sign * secret * a - round(SCALE * value)) for value, (b, a) in zip(values, ciphers)]
            for ciphers in boxes
        ]
        if max(map(abs, noises[0])) <= 100:
            break
    else:
        b, a = boxes[0][0]
        return verdict.wrong(
            f"of an encrypted 1.5 b + key * a leaves {_centred(b + secret * a):,}; 15,000 and a little noise was wanted"
        )
    noise, often = Counter(noises[0]).most_common(1)[0]
    if often > 0.8 * len(values):
        b, a, value = next(
            (b, a, value) for value, (b, a), own in zip(values, boxes[0], noises[0]) if own == noise and gcd(a, 10) == 1
        )
        key = sign * (round(SCALE * value) + noise - b) * pow(a, -1, MODULUS) % MODULUS
        return verdict.not_private(
            f"the noise is {noise} in {often:,} of {len(values):,} ciphertexts, so who knows what one ciphertext holds "
            f"has an equation without an unknown error: the check divided and has your key, {key}"
        )
    if noises[0][:60] == noises[1]:
        return verdict.not_private(
            "the noise is the same in every box, call by call: who runs your code has it, and one known value and a "
            "division give the key"
        )
    noise = np.array(noises[0])
    for later, ciphers, whose in ((noise, boxes[0], ""), (noise[1:], boxes[0][:-1], " of the ciphertext before")):
        if said := _goes_with(later, ciphers):
            return verdict.not_private(
                f"the noise goes with {said}{whose}, which everybody sees: who knows what one ciphertext holds works "
                "the noise out, divides and has the key"
            )
    return None


def _goes_with(noises, ciphers):
    """What public thing the noise hangs on, in words; None when it seems to hang on none."""
    edges = np.unique(np.quantile(noises, (0.25, 0.5, 0.75)))
    kinds = np.searchsorted(edges, noises)
    features = {f"the number of the call, modulo {k}": np.arange(len(noises)) % k for k in range(2, 11)}
    features["the value"] = np.arange(len(noises)) // 400
    for part, name in ((1, "the mask a"), (0, "b")):
        numbers = np.array([cipher[part] % MODULUS for cipher in ciphers])
        digits = numbers[:, None] // 10 ** np.arange(16) % 10
        for k in (2, 3, 5, 7, 10):
            features[f"{name}, modulo {k}"] = numbers % k
            features[f"the sum of the digits of {name}, modulo {k}"] = digits.sum(axis=1) % k
            for place in range(1, 16):
                features[f"{name} without its last {place} digits, modulo {k}"] = numbers // 10**place % k
        for k in (3, 5, 7):
            for bit in range(1, 50):
                features[f"{name} >> {bit}, modulo {k}"] = (numbers >> bit) % k
    for said, feature in features.items():
        if _depend(kinds, feature) < 1e-10:
            return said
    return None


def _depend(left, right):
    """The probability that two kinds of numbers go together as much as these when they have nothing to do with each
    other.
    """
    from scipy.special import chdtrc

    width = int(right.max()) + 1
    table = np.bincount(left * width + right, minlength=(int(left.max()) + 1) * width).reshape(-1, width)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    degrees = (table.shape[0] - 1) * (table.shape[1] - 1)
    return chdtrc(degrees, ((table - expected) ** 2 / expected).sum()) if degrees else 1.0


def _noise_follows(answer, secret, verdict):
    """The verdict where nothing but the mask decides the noise, whatever is done to it; or None.

    The generator's next words are changed one at a time. If the mask comes from them, then some change must give
    another noise to the same mask.
    """
    bits = np.random.MT19937(6)
    bits.random_raw(100)  # the next words stand in its state as they will come
    start, rng = bits.state, np.random.default_rng(7)
    encrypt, _ = answer(secret, np.random.Generator(bits))

    def sent(place=None, flip=0):
        state = {**start, "state": {"key": start["state"]["key"].copy(), "pos": start["state"]["pos"]}}
        if place is not None:
            state["state"]["key"][start["state"]["pos"] + place] ^= np.uint32(flip)
        bits.state = state
        return tuple(map(index, encrypt(1.5)))

    b, a = sent()
    if (b, a) != sent():
        return None  # something else than this generator decides as well
    masks = set()
    changes = [(place, flip) for place in range(96) for flip in rng.integers(1, 2**32, 4)]
    for place, flip in (*changes, *((place, 1 << bit) for place in range(20) for bit in range(32))):
        other, mask = sent(place, flip)
        masks.add(mask)
        if mask == a and other != b:
            return None
    if len(masks) == 1:
        return None
    return verdict.not_private(
        "the noise hangs on the mask alone, and the mask is sent: who knows what one ciphertext holds works the noise "
        "out, divides and has the key"
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
    """✓ promises: a circuit that is the polynomial to 10^-9 at 71 points of two circuits, and flatter than depth 5 by
    what the reader wrote: `**` counts factor by factor. No chance is involved, and nothing is private here.
    """
    for points in (np.linspace(-1.5, 1.5, 64), np.array([3.0, 0.0, -2.0, 1.0, -0.1, 0.7, -3.0])):
        try:
            circuit = trace(lambda x: answer(x), x=len(points))
        except Exception as error:
            return verdict("?", _no_circuit(error))
        got, wanted = Plain()(circuit, x=points), points**6 + 3 * points**3 + 2
        if isinstance(got, list):
            return verdict.wrong(f"flatten returned {len(got)} encrypted values in a list: return the polynomial alone")
        off = np.abs(got - wanted)
        if not off.max() <= 1e-9:
            worst = int(off.argmax())
            return verdict.wrong(
                f"flatten({points[worst]:.6g}) gave {got[worst]:.10g}, {off[worst]:.2g} off the polynomial, "
                f"{wanted[worst]:.10g}"
            )
    depth, products = Depth()(circuit), Count()(circuit).get("multiply", 0)
    with mock.patch.object(Value, "__pow__", lambda value, power: reduce(mul, [value] * int(power))):
        written = Depth()(trace(lambda x: answer(x), x=len(points)))
    if written >= 5:
        how = "as it is written" if depth >= 5 else "as it is written, for `**` counts factor by factor here"
        return verdict.wrong(f"it is the polynomial, but at depth {written} {how}; which power stands in both terms?")
    best = "nobody does better" if (depth, products) == (3, 3) else "3 and 3 can be done"
    return verdict.right(f"depth {depth} with {products} products of ciphertexts; {best}")


def _no_circuit(error):
    """What is wrong with a function that cannot be traced, in the reader's words; other exceptions are raised again."""
    error = error if isinstance(error, TypeError) else error.__cause__ or error
    if not isinstance(error, TypeError | AttributeError):
        raise
    known = "an encrypted value knows + - * ** and @, no other function of numpy: " if "ufunc" in str(error) else ""
    return f"your code is no circuit: {known}{error}"


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
    """✓ promises: for fourteen circuits, among them those that fill the table to the last bit and those where one bit
    or only the special prime decides, the smallest secure ring and exactly the primes that are asked for. No chance is
    involved. Not seen: circuits that no ring of the table can carry.
    """
    leak = None
    for depth, scale in (
        *((2, 22), (2, 38), (3, 38), (3, 40), (1, 30), (5, 40), (13, 28), (4, 34)),
        *((0, 30), (4, 33), (9, 38), (19, 41), (1, 29), (20, 38)),
    ):
        case = f"choose({depth}, {scale})"
        chosen = answer(depth, scale)
        try:
            ring, sizes = chosen
            sizes = [float(size) for size in sizes]
            first, *middle, special = bits = [int(size) for size in sizes]
        except (TypeError, ValueError, OverflowError):
            return verdict.wrong(f"{case} gave {shown(chosen)}: a ring and a list of at least two sizes in bits belong")
        if bits != sizes:
            return verdict.wrong(f"{case} gave sizes that are no whole numbers: {shown(sizes)}")
        try:
            most = MOST_BITS[ring]
        except (KeyError, TypeError):
            return verdict.wrong(f"{case} gave the ring {shown(ring)}, which is not in the table")
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
        if min(first, special) < scale + 10:
            return verdict.wrong(
                f"{case}: primes of {first} and {special} bits at the ends leave fewer than 10 bits before the point"
            )
        if max(first, special) > scale + 10:
            return verdict.wrong(
                f"{case}: primes of {first} and {special} bits at the ends; {scale + 10} each are asked for"
            )
        enough = next(large for large in RINGS if sum(bits) <= MOST_BITS[large])
        if ring < enough:
            leak = leak or (
                f"{case} runs and decrypts right, with a modulus of {sum(bits)} bits in ring {ring}; "
                f"the table ends at {most}, so its key is weaker than 128 bits"
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
    """✓ promises: with three keys of several sizes, as deep as the lesson's, the client decrypts 3 whatever was
    encrypted, and a bystander who takes the first part alone reads something far from 3, every time.

    Not seen: a bystander who holds the question and guesses the circuit can always run it too. The seeds are fixed; a
    right answer's parts would show 3 by chance once in 10^6.
    """
    for terms, seed in ((8, 1), (4, 2), (16, 3)):
        rng = np.random.default_rng(seed)
        key = Toy(small_secret(terms, rng), base=10_007, depth=2)
        for value in (1.0, 0.0, 2.0, -1.0, 0.5, 1.5, 3.0, 100.0):
            question = key.encrypt(value, rng)
            try:
                result = answer(question)
                if not isinstance(result, Cipher):
                    return verdict.wrong(
                        f"constant gave {shown(result)}, which is no ciphertext: the client notices at once"
                    )
                got = key.decrypt(result)
                plain = [_around_0(part[0], result.modulus) / key.base for part in result.parts]
                like_any = {len(part) for part in result.parts} == {terms} and result.base == key.base
                transparent = result.is_transparent()
            except (TypeError, IndexError, AttributeError, ZeroDivisionError) as error:
                return verdict.wrong(f"what constant gives cannot be decrypted ({error})")
            if not like_any:
                return verdict.wrong("the parts or the scale of your ciphertext are not those of the client's key")
            if not abs(got - 3) <= 0.05:
                return verdict.wrong(f"for x = {value:g} the client decrypts {got:.4g}: it still hangs on the input")
            if transparent:
                return verdict.not_private(
                    "all parts of your ciphertext but the first are 0, so that everyone on the way reads 3 "
                    "without the key, and sees that you cheat; SEAL refuses to make one"
                )
            if abs(plain[0] - 3) <= 1:
                return verdict.not_private(
                    f"without the key everyone on the way reads {plain[0]:.4f} off the first part, for the others are "
                    "next to nothing; so they see that you cheat"
                )
    return verdict.right("the client decrypts 3 whatever was encrypted, also for x = 1, where 3 is right")


def _around_0(number, modulus):
    """The remainder that lies around 0."""
    return (number + modulus // 2) % modulus - modulus // 2


@exercise(
    "The first decimals are the result. What are the last ones?",
    "The noise of a fresh ciphertext is about 3 units of the fourth decimal. No digit of it should leave the house.",
    "Two decimals are all that the reader of your report needs: round(decrypted, 2).",
)
def publish(decrypted):
    return round(decrypted, 2)


@publish.check
def _(answer, verdict):
    """✓ promises: what is posted is a number, or the text of one, right to within 0.02, always of one kind; eight of
    them do not give the key to the solver; whoever has them, with all their digits, hits the decryption to two units in
    fewer than one in four cases, where rounding to two decimals allows one in ten; and one unit more or less hardly
    ever shows. Noise of one's own with a spread of 20 units passes but for one in 10^6 answers; below 10 it fails.

    Not seen: what many posts of one decryption tell together when each has noise of its own.
    """
    rng, base = np.random.default_rng(1), 10_007
    key = Toy(small_secret(8, rng), base=base, depth=0)
    ciphers = [key.encrypt(value, rng) for value in rng.uniform(-3, 3, 400)]
    decrypted = [key.decrypt(cipher) for cipher in ciphers]
    posted, forms = zip(*(all_seen(answer, number) for number in decrypted))
    numbers = [_exactly(result) for result in posted]
    for number, result, exact in zip(decrypted, posted, numbers):
        call = f"publish({number:.6f})"
        if exact is None:
            return verdict.wrong(f"{call} gave {shown(result)}, which is no number that can be posted")
        if not abs(exact - Fraction(number)) <= Fraction("0.02"):
            return verdict.wrong(f"{call} gave {shown(result)}, off by {abs(exact - number):.2g}; 0.02 is allowed")
    if len(kinds := set(forms)) > 1:
        return verdict.not_private(
            f"some results are {' and others '.join(sorted(kinds)[:2])}: what they are tells something"
        )
    shared = [float(exact) for exact in numbers]
    if _solved(ciphers[:8], shared[:8]) == key.secret:
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
    if list(map(repr, posted)) == [repr(answer(number)) for number in decrypted]:
        changed = [i for i, number in enumerate(decrypted) if repr(answer(number + 1 / base)) != repr(posted[i])]
        if len(changed) > 20:
            number = decrypted[changed[0]]
            return verdict.not_private(
                f"{len(changed)} of 400 results change when the decryption does by one unit, so that the noise can be "
                f"read off: {number:.6f} gives {posted[changed[0]]}, {number + 1 / base:.6f} gives "
                f"{answer(number + 1 / base)}"
            )
    if said := _guessed(answer, base):
        return verdict.not_private(said)
    return verdict.right("what you publish tells the result and nothing of the noise that hides the key")


def _exactly(posted):
    """A posted number as a fraction, with all its digits; None for what is no finite number."""
    if getattr(posted, "shape", None) == () and hasattr(posted, "item"):
        posted = posted.item()
    try:
        return None if isinstance(posted, bool) else Fraction(posted)
    except (TypeError, ValueError, OverflowError):
        return None


def _solved(ciphers, shared):
    """The key that the lesson's attack finds, or None."""
    try:
        return solve(ciphers, shared)
    except ValueError:
        return None


UNITS, DECIMALS = 60, 20  # decryptions side by side, one unit apart; digits looked at


def _guessed(answer, base):
    """How well a result tells its decryption to one who knows results of its neighbours, in words; None when badly.

    For each feature of a result the guess is the decryption of the result that is most like it: all of it, or what is
    left of it behind some decimal. The decryption of the call before is looked for as well.
    """
    rng, hits, before = np.random.default_rng(2), 0, 0
    for middle in (0.0, 1.2345, -2.6, 0.11, 2.005, -0.77, 99.5, 1.9999):
        units = np.repeat(round(middle * base) + np.arange(UNITS), 2)
        rng.shuffle(units)
        exact = [_exactly(answer(int(unit) / base)) for unit in units]
        if None in exact:
            return f"around {middle:g} some results are no numbers: what they are tells something"
        features = np.array([[float(number), *_digits(number)] for number in exact]).T
        apart = np.abs(features[:, :, None] - features[:, None, :])
        apart[1:] = np.minimum(apart[1:], 1 - apart[1:])
        apart += 1e-15 * rng.random(apart.shape) + np.where(np.eye(len(units)), np.inf, 0)
        nearest = apart.argmin(axis=2)
        hits = hits + (np.abs(units[nearest] - units) <= 2).mean(axis=1)
        last = np.roll(units, 1)
        before = before + (np.abs(last[nearest] - last) <= 2)[:, 1:].mean(axis=1)
    for share, whose in ((hits.max() / 8, "its"), (before.max() / 8, "the last")):
        if share > 0.25:
            return (
                f"a result of yours gives {whose} decryption away to two units in {100 * share:.0f} of 100 cases: "
                "trying those few at each of eight results gives the key"
            )
    return None


def _digits(number):
    """What is left of a number behind its first decimals, for each number of decimals: between 0 and 1."""
    return [float(number * 10**decimals % 1) for decimals in range(1, DECIMALS)]


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
