"""Exercises of lesson 51: read a label, divide, find a direction, prove a theft, split so that no half tells."""

import secrets

import numpy as np

from privlab.lab.checks import attempted
from privlab.lab.distributions import uneven
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import as_numbers, as_truth, described, pasted
from privlab.lab.randomness import recurrence, repeats, simulators, system_bytes
from privlab.lab.results import tells

SCALE = 2**40
NEURONS = 64
UNEVEN = 415  # chi-square that a uniform byte exceeds once in 10^9
UNBALANCED = 7.5  # standard deviations by which no bit of 8,320 leaves a half, but once in 10^8 (Hoeffding)
SEED_BYTES = 16  # that a generator made for secrets needs at least
VANISHES = 1e-7  # what a row may leave, over the lengths of row and direction
LAGS = (1, 2, 784, 25_120)  # between numbers whose difference must be new each time


@exercise(
    "Write the 26 numbers as probabilities less 1 at the true letter. Which of them can be negative?",
    "All probabilities are above 0; only one of them has 1 taken off. You need its place, not its value.",
    "Return `last_bias_gradient.argmin()`.",
)
def infer_label(last_bias_gradient):
    return int(last_bias_gradient.argmin())


@infer_label.check
def _(answer, verdict):
    """Promises the place of the one negative number, at all 26 places, of models that are unsure or sure to 10^-6.

    Cannot see what becomes of several letters' gradient, which has several negative numbers. No chance in it: 303
    gradients, the same each time.
    """
    for text, label in (
        ("np.where(np.arange(26) == 7, -0.9, 0.036)", 7),
        ("np.where(np.arange(26) == 25, -0.4, np.where(np.arange(26) == 3, 0.376, 0.001))", 25),
        ("np.where(np.arange(26) == 0, -1e-6, 4e-8)", 0),
    ):
        guess = answer(pasted(text))
        if not _is_label(guess):
            return verdict.wrong(f"a label is a place from 0 to 25, infer_label({text}) gave {described(guess)}")
        if guess != label:
            return verdict.wrong(
                f"infer_label({text}) gave {int(guess)}, and the letter was {label}: there 1 was taken off"
            )
    rng = np.random.default_rng(1)
    for index, label in enumerate(rng.integers(26, size=300)):
        scores = rng.normal(0, rng.choice([0.1, 1, 5]), 26)
        if index % 3 == 0:  # a model that is nearly sure, and right
            scores[label] = scores.max() + rng.uniform(5, 12)
        gradient = np.exp(scores) / np.exp(scores).sum() - np.eye(26)[label]
        guess = answer(gradient.copy())
        if not _is_label(guess):
            return verdict.wrong(
                f"a label is a place from 0 to 25, yours was {described(guess)} in gradient {index + 4}"
            )
        if guess != label:
            guess = int(guess)
            return verdict.wrong(
                f"for a gradient with {gradient[label]:+.2g} at place {label} and {gradient[guess]:+.2g} "
                f"at place {guess} you said {guess}, and the letter was {label}"
            )
    return verdict.right("the server knows what was written before it has seen a pixel")


def _is_label(guess):
    """Whether a result is a whole number from 0 to 25, alone or in an array of one."""
    if isinstance(guess, list | tuple):
        return False
    numbers = as_numbers(guess)
    return numbers is not None and numbers.size == 1 and numbers.item() in range(26)


@exercise(
    "Row i of the weight gradient is d times the letter, place i of the bias gradient is d. Which i do you take?",
    "A neuron that did not fire has d = 0. The one whose d is farthest from 0 has surely fired.",
    "Take i = np.abs(bias_gradient).argmax() and return weight_gradient[i] / bias_gradient[i].",
)
def divide(weight_gradient, bias_gradient):
    neuron = np.abs(bias_gradient).argmax()
    return weight_gradient[neuron] / bias_gradient[neuron]


@divide.check
def _(answer, verdict):
    """Promises all 784 pixels in their order, from 1, 3, 64 or 256 neurons, whichever fired, if only by 10^-6.

    Cannot see how well it does where rounding or noise lies on the gradient. No chance in it.
    """
    rng = np.random.default_rng(2)
    letter = "np.arange(784) % 256 / 255"
    cases = [
        (f"d = np.array({d}), x = {letter}", np.array(d, dtype=float), pasted(letter), about)
        for d, about in (
            ([0.02], "the only neuron fired"),
            ([0.01, 0, -0.02], "neuron 0 fired"),
            ([0, 0, 0.03], "neuron 0 did not fire"),
            ([0, -0.02, -0.01], "every d that is not 0 is negative"),
        )
    ]
    passed = np.where(rng.random(NEURONS) < 0.5, rng.normal(0, 0.01, NEURONS), 0)
    silent = np.where(np.arange(NEURONS) == 0, 0, passed)
    cases += [
        ("a batch of 64 neurons", back, _letter().ravel() / 255, about)
        for back, about in (
            (np.where(np.arange(NEURONS) == 0, 0.01, passed), "neuron 0 fired"),
            (silent, "neuron 0 did not fire"),
            (1e-4 * silent, "no d is larger than a thousandth of a thousandth"),
            (np.resize(silent, 256), "256 neurons are there"),
        )
    ]
    for text, back, pixels, about in cases:
        weight_gradient, bias_gradient = np.outer(back, pixels), back.copy()
        called = f"divide(np.outer(d, x), d) with {text}" if "d =" in text else "divide"
        with np.errstate(all="ignore"):
            result = answer(weight_gradient, bias_gradient)
        if not np.array_equal(weight_gradient, np.outer(back, pixels)) or not np.array_equal(bias_gradient, back):
            return verdict.wrong("divide changed the gradient that it was given, which is needed later: divide a copy")
        found = as_numbers(result)
        if found is None or found.size != 784:
            count = "" if found is None else f", {found.size:,} numbers"
            return verdict.wrong(
                f"the answer must be the 784 pixels of one letter, {called} gave {described(result)}{count}"
            )
        right = int((np.rint(255 * found.ravel()) == np.rint(255 * pixels)).sum())
        if right < 784:
            if (np.rint(found.ravel()) == np.rint(255 * pixels)).all():
                return verdict.wrong("the letter came back in whole bytes: its pixels are from 0 to 1 here, not to 255")
            return verdict.wrong(f"where {about}, {right} of 784 pixels came back from {called}")
    return verdict.right("784 of 784 pixels, whichever neurons fired")


@exercise(
    "Six equations and seven unknowns: rows @ q = 0. How many directions are left, and what finds one?",
    "The singular value decomposition of the rows has seven right singular vectors. The last one is at right angles to "
    "all six rows.",
    "Return `np.linalg.svd(rows)[2][-1]`.",
)
def direction(rows):
    return np.linalg.svd(rows)[2][-1]


@direction.check
def _(answer, verdict):
    """Promises the one direction on which B - 1 rows vanish, of any length and sign, for B from 2 to 9.

    Rows may be tiny, and the direction may have zeros, in its first or last place too. Cannot see what becomes of rows
    that depend on each other, which leave more than one direction. No chance in it.
    """
    cases = [
        (f"np.array({rows})", np.array(rows, dtype=float))
        for rows in (
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
            [[0.0, 2.0, 0.0], [0.0, 0.0, 3.0]],
            [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            [[2.0, -1.0]],
        )
    ]
    rng = np.random.default_rng(6)
    for size in (7, 7, 2, 3, 5, 9):
        rows = rng.normal(size=(size - 1, size))
        cases += [(f"{size - 1} x {size} random rows", rows), (f"{size - 1} x {size} tiny rows", 1e-6 * rows)]
    flat = rng.normal(size=(6, 7))
    flat[:, :2] = 0, 0
    flat[0, :2] = 1, 1  # the direction has zeros in five places
    cases.append(("6 x 7 rows whose first two columns are 0 but for one row", flat))
    for text, rows in cases:
        given = rows.copy()
        result, error = attempted(answer, given)
        if isinstance(error, np.linalg.LinAlgError):
            return verdict.wrong(
                f"direction of {text} raised {type(error).__name__}: {error}; any of its numbers may be 0, so set none "
                "beforehand"
            )
        result = answer(rows.copy()) if error or result is None else result
        if not np.array_equal(given, rows):
            return verdict.wrong("direction changed the rows that it was given, which are needed later: work on a copy")
        found = as_numbers(result)
        if found is None or found.size != rows.shape[1] or not np.isfinite(found).all():
            return verdict.wrong(
                f"the answer must be {rows.shape[1]} numbers, direction of {text} gave {described(result)}"
            )
        found = found.ravel()
        if not found.any():
            return verdict.wrong(
                f"every row vanishes on {rows.shape[1]} zeros, which is no direction: not all may be 0"
            )
        left = np.abs(rows @ found) / np.linalg.norm(rows, axis=1) / np.linalg.norm(found)
        if left.max() > VANISHES:
            return verdict.wrong(
                f"of {text}, row {left.argmax()} times your direction is {rows[left.argmax()] @ found:.3g} and not 0"
            )
    return verdict.right("one direction, up to a factor; whether the guess was lucky, the zeros of the others tell")


@exercise(
    "For every letter and every neuron there are two yes-or-no answers: does it fire, and did something come back?",
    "The sums of all neurons for all letters are `images @ weights.T + biases`; a neuron fires where its sum is "
    "above 0.",
    "Return `np.array_equal(images @ weights.T + biases > 0, came_back != 0)`.",
)
def certified(images, weights, biases, came_back):
    return np.array_equal(images @ weights.T + biases > 0, came_back != 0)


@certified.check
def _(answer, verdict):
    """Promises True for letters that explain the gradient, False as soon as one neuron disagrees for one of them.

    Of 3 letters and 4 neurons each disagreement is tried, more letters and neurons by examples; a sum of just 0 is
    silent, and a d may be as small as 10^-7. Cannot see whether rounding beyond that is allowed for. No chance in it.
    """
    biases = np.array([-0.5, -0.5, -0.5, 0])
    for passed, wanted, about in _small_findings():
        called = f"certified(np.eye(3, 784), np.eye(4, 784), np.array([-0.5, -0.5, -0.5, 0]), np.array({passed}))"
        result = answer(np.eye(3, 784), np.eye(4, 784), biases.copy(), np.array(passed))
        said = as_truth(result)
        if said is None:
            missing = ": is a return missing?" if result is None else ", for all letters together"
            return verdict.wrong(f"certified says True or False, and gave {described(result)}{missing}: {called}")
        if said != wanted:
            return verdict.wrong(f"you said {said} to {about}: it should be {wanted}, for {called}")
    rng = np.random.default_rng(4)
    for letters, neurons in ((3, NEURONS), (1, 16), (5, 128), (2, NEURONS)):
        images = np.array([np.roll(_letter(), 3 * index - letters, axis=1) for index in range(letters)])
        images = images.reshape(letters, -1) / 255
        weights, biases = rng.uniform(-1, 1, (neurons, 784)) / 28, rng.uniform(-1, 1, neurons) / 4
        fires = images @ weights.T + biases > 0
        back = np.where(fires, rng.choice([-1, 1], fires.shape) * 10 ** rng.uniform(-7, -1, fires.shape), 0)
        loud, quiet = back.copy(), np.flatnonzero(~fires[letters // 2])
        loud[letters // 2, quiet[3 * len(quiet) // 4]] = 0.01
        for shown, came_back, wanted, about in (
            (images, back, True, "the true letters"),
            (images[::-1] * 0.3, back, False, "letters that are too dark and in the wrong order"),
            (images, np.roll(back, 1, axis=1), False, "letters for which all came back to the neuron next door"),
            (images, loud, False, "letters for which a single neuron is silent and got something back"),
        ):
            said = as_truth(answer(shown.copy(), weights.copy(), biases.copy(), came_back.copy()))
            if said != wanted:
                return verdict.wrong(
                    f"you said {said} to {about}, of {letters} and {neurons} neurons: it should be {wanted}"
                )
    return verdict.right("the truth passes, and one neuron that disagrees is enough to fail")


def _small_findings():
    """What came back of three letters that fire a neuron each, and none the fourth: (lists, right answer, words)."""
    true = [[0.2, 0.0, 0.0, 0.0], [0.0, -0.1, 0.0, 0.0], [0.0, 0.0, 0.3, 0.0]]
    yield true, True, "the true letters, where a sum of 0 does not fire"
    yield [true[1], true[2], true[0]], False, "letters whose gradients belong to the other"
    for letter in range(3):
        for neuron in range(4):
            changed = [list(row) for row in true]
            changed[letter][neuron] = 0.0 if letter == neuron else 0.01
            yield (
                changed,
                False,
                (
                    "letters for which a single neuron fires and got nothing back"
                    if letter == neuron
                    else "letters for which a single neuron is silent and got something back"
                ),
            )


@exercise(
    "In lesson 11 a raise was cut into shares that tell nothing. A gradient is 200,000 raises.",
    "Draw the whole first share before you look at the gradient; the second is what is missing. "
    "Arrays of uint64 add and subtract modulo 2^64 by themselves.",
    "first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64); second = numbers - first.",
    show=["import secrets"],
)
def split(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64)
    return first, numbers - first


@split.check
def _(answer, verdict):
    """Promises two uint64 arrays that add up; each alone uniform, new for every gradient, of the operating system.

    The attacks divide each share. Bytes, the bits of every neuron's row, differences, what is the same in two calls or
    in 3,000, what follows from the numbers before, and what is printed or carried along are looked at in both shares,
    of 1 to 50,240 numbers. Cannot see a generator made by hand that takes 16 bytes of the operating system and is not
    linear, of which array a share is a part, nor whether the servers talk. A right answer fails in fewer than 1 of 10^7
    checks.
    """
    small = "np.array([0, 1, 2**63, 2**64 - 1], dtype=np.uint64)"
    for text in (small, "np.arange(1, dtype=np.uint64)"):
        _, complaint = _shares_of(answer, pasted(text), text)
        if complaint:
            return verdict.wrong(complaint)
    beside = tells(
        lambda some: list(answer(some)), *((np.arange(place, place + 4, dtype=np.uint64),) for place in (0, 0, 9))
    )
    if beside:
        return verdict.not_private(f"beside the two shares more is to be seen: {beside}")
    numbers, calls = _gradient_in_fixed_point(), []
    for _ in range(3):
        shares, complaint = _shares_of(answer, numbers, "the gradient")
        if complaint:
            return verdict.wrong(complaint)
        calls.append(shares)
    for name, share in zip(("first", "second"), calls[0]):
        pixels = _pixels_in(share)
        if pixels > 750:
            return verdict.not_private(
                f"they add up, but from the {name} share alone one division gave back {pixels} of 784 pixels of the "
                "letter"
            )
    for name, three in zip(("first", "second"), zip(*calls)):
        leak = _leak_of(three, name)
        if leak:
            return verdict.not_private(leak)
    if repeats(lambda: list(answer(numbers[-NEURONS:].copy()))):
        return verdict.not_private(
            "the same gradient, split again from the same seed, gave the same first share: "
            "whoever knows the seed takes the share off; let `secrets` draw it"
        )
    made = simulators(lambda: list(answer(numbers.copy())))
    if made:
        return verdict.not_private(
            f"{made[0]} drew the share: it is made for simulations, and who knows some of its numbers computes the "
            "others or tries its seeds; where a pixel is 0 the two shares show such numbers; let `secrets` draw"
        )
    taken = system_bytes(lambda: list(answer(numbers.copy())))
    if 0 < taken < SEED_BYTES:
        return verdict.not_private(
            f"all {len(numbers):,} numbers follow from {taken} bytes of the operating system, a seed that can be "
            "tried: let `secrets` draw every number"
        )
    drawn = []
    for _ in range(3_000):
        shares, complaint = _shares_of(answer, pasted(small), small)
        if complaint:
            return verdict.wrong(complaint)
        drawn.append(shares)
    for name, rows in zip(("first", "second"), zip(*drawn)):
        leak = uneven(np.array(rows), 2**64, names=("number", "split"))
        if leak:
            return verdict.not_private(f"over 3,000 splits of {small} the {name} share is not uniform: {leak}")
    for name, share in zip(("first", "second"), calls[0]):
        for bit in (0, 63):
            length = recurrence(_bits(share)[:, bit])
            if length is not None:
                return verdict.not_private(
                    f"each number of the {name} share is computed from those before: {length:,} of them give bit {bit} "
                    "of all others, and a share shows some where a pixel is 0; let `secrets` draw each"
                )
    return verdict.right("each share alone is noise, both together are the gradient to the last bit")


def _letter():
    rows, columns = np.indices((28, 28))
    stroke = np.clip(255 - 60 * np.abs(rows + columns - 27), 0, 255)
    inside = (rows > 4) & (rows < 23) & (columns > 4) & (columns < 23)
    return np.where(inside, stroke, 0).astype(np.uint8)


def _gradient_in_fixed_point():
    back = np.random.default_rng(3).normal(0, 0.01, NEURONS)
    gradient = np.concatenate([np.outer(back, _letter().ravel() / 255).ravel(), back])
    return np.rint(gradient * SCALE).astype(np.int64).view(np.uint64)


def _shares_of(answer, numbers, text):
    """The two shares and None; or None and the sentence that says what is wrong with them. text : what was split."""
    given = numbers.copy()
    result = answer(given)
    if not isinstance(result, tuple | list | np.ndarray):
        try:
            result = list(result)
        except TypeError:
            return None, f"split must return two arrays, the shares; split({text}) gave {described(result)}"
    if len(result) != 2:
        return None, f"split must return two uint64 arrays, split({text}) gave {described(result)}"
    for share in result:
        if not isinstance(share, np.ndarray) or share.dtype != np.uint64 or share.shape != numbers.shape:
            return None, (
                f"split must return two uint64 arrays of {len(numbers):,} numbers each, like the one it is given; one "
                f"share of {text} is {described(share)}"
            )
    if not np.array_equal(given, numbers):
        return None, "split changed the array that it was given, which is needed later: work on a copy"
    total = result[0] + result[1]
    if not np.array_equal(total, numbers):
        index = int((total != numbers).argmax())
        return None, (
            f"the shares must add up to the gradient modulo 2^64; at place {index} of {text} they add up to "
            f"{total[index]} instead of {numbers[index]}"
        )
    return [share.copy() for share in result], None


def _leak_of(shares, name):
    """What the same share of three splits of one gradient tells, in a sentence; or None. name : "first" or "second"."""
    size = len(shares[0])
    same = (shares[0] == shares[1]) | (shares[0] == shares[2]) | (shares[1] == shares[2])
    if same.any():
        return (
            f"{same.sum():,} of {size:,} numbers of the {name} share, number {same.argmax()} first, are the same in "
            "two splits: nothing new hides the gradient there"
        )
    if len(np.unique(shares[0])) < size:
        return f"a number comes twice in the {name} share: at two such places the shares differ as the gradient does"
    for byte, values in enumerate(np.ascontiguousarray(shares[0]).view(np.uint8).reshape(-1, 8).T):
        counts, even = np.bincount(values, minlength=256), size / 256
        if ((counts - even) ** 2).sum() / even > UNEVEN:
            return (
                f"the numbers of the {name} share are not uniform: the commonest value of their byte {byte + 1} comes "
                f"{counts.max():,} times, where even would be about {even:.0f}; what is not uniform tells about the "
                "gradient"
            )
    for lag in LAGS:
        if len(np.unique(shares[0][lag:] - shares[0][:-lag])) < size - lag:
            return (
                f"two pairs of numbers of the {name} share, {lag:,} apart, differ by the same: one is not drawn, "
                "and what it hides follows from the others"
            )
    ones = sum(np.add.reduceat(_bits(share), np.arange(0, size, 784), axis=0, dtype=np.int64) for share in shares)
    counts = 3 * np.diff([*range(0, size, 784), size])[:, None]
    off = np.abs(2 * ones - counts) / np.sqrt(counts)
    if off.max() > UNBALANCED:
        row, bit = np.unravel_index(off.argmax(), off.shape)
        where = f"the 784 numbers of neuron {row}" if row < NEURONS else f"the last {NEURONS} numbers, the biases"
        return f"in the {name} share bit {bit} of {where} is nearly always the same: these numbers are not uniform"
    return None


def _bits(numbers):
    """The bits of numbers, [n, 64], the lowest first."""
    little = np.ascontiguousarray(numbers, dtype="<u8").view(np.uint8)
    return np.unpackbits(little, bitorder="little").reshape(-1, 64)


def _pixels_in(share):
    """How many of the letter's pixels one division finds in a share, with or without its commonest number taken off."""
    values, counts = np.unique(share, return_counts=True)
    best = 0
    for offset in (np.uint64(0), values[counts.argmax()]):
        numbers = (share - offset).view(np.int64).astype(float)
        weights, biases = numbers[:-NEURONS].reshape(NEURONS, 784), numbers[-NEURONS:]
        neuron = np.abs(biases).argmax()
        if biases[neuron]:
            best = max(best, (np.rint(255 * weights[neuron] / biases[neuron]) == _letter().ravel()).sum())
    return int(best)


quiz1 = Quiz(
    id="gradient_inversion.quiz1",
    question="A client keeps its letters on the device and sends the gradient of one. What does the server learn?",
    options=(
        (
            "How the model should change, nothing about the letter",
            False,
            "The change is the letter times a number, for every neuron that fired.",
        ),
        (
            "Roughly what was written",
            False,
            "More: with a dense first layer, every pixel to the last byte, and the label.",
        ),
        (
            "The label and, with a dense first layer and biases, every pixel",
            True,
            "Yes: the label from a sign, the pixels from one division.",
        ),
        (
            "Only the label",
            False,
            "The label is one sign of the last bias gradient; the pixels stand in the first layer's.",
        ),
    ),
)


quiz2 = Quiz(
    id="gradient_inversion.quiz2",
    question="A gradient of seven letters was rounded to 16 bits, and the exact inversion found nothing. Are they "
    "safe?",
    options=(
        (
            "Yes, the attack was run and failed",
            False,
            "This attack failed. It was made for exact zeros; one that knows of the rounding may not.",
        ),
        (
            "Nobody knows: one attacker failed, and nothing was proved",
            True,
            "Yes. A defense is judged against an attacker who knows it, best of all by a proof.",
        ),
        (
            "No, seven letters can always be got back",
            False,
            "Nothing of the kind was shown. What was shown is that 32 bits hide nothing.",
        ),
    ),
)
