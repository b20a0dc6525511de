"""Exercises of lesson 51: read a label, divide, prove a theft, split a gradient so that no half tells."""

import secrets

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import rewound

SCALE = 2**40
NEURONS = 64
UNEVEN = 415  # chi-square that a uniform byte exceeds once in 10^9; to import scipy would take the check's time


@exercise(
    "Write the 26 numbers as probabilities less 1 at the true letter. Which of them can be negative?",
    "All probabilities are above 0; only one of them has 1 taken off. You need its place, not its value.",
    "Return `last_bias_gradient.argmin()`.",
)
def infer_label(last_bias_gradient):
    return int(last_bias_gradient.argmin())


@infer_label.check
def _(answer, verdict):
    """300 gradients of sure and unsure models, fixed seed: a right answer always passes, argmax fails on the first."""
    rng = np.random.default_rng(1)
    for label in rng.integers(26, size=300):
        scores = rng.normal(0, rng.choice([0.1, 1, 5]), 26)
        gradient = np.exp(scores) / np.exp(scores).sum() - np.eye(26)[label]
        guess = answer(gradient.copy())
        if guess not in range(26):
            return verdict.wrong(f"a label is a place from 0 to 25, yours was {guess}")
        if guess != label:
            guess = int(guess)
            return verdict.wrong(
                f"for a gradient with {gradient[label]:+.2f} at place {label} and {gradient[guess]:+.2f} "
                f"at place {guess} you said {guess}, and the letter was {label}"
            )
    return verdict.right("the server knows what was written before it has seen a pixel")


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
    """Three gradients: neuron 0 fired, did not fire, and all that fired passed back negative numbers."""
    rng = np.random.default_rng(2)
    passed = np.where(rng.random(NEURONS) < 0.5, rng.normal(0, 0.01, NEURONS), 0)
    silent = np.where(np.arange(NEURONS) == 0, 0, passed)
    for back, about in (
        (np.where(np.arange(NEURONS) == 0, 0.01, passed), "neuron 0 fired"),
        (silent, "neuron 0 did not fire"),
        (-np.abs(silent), "every d that is not 0 is negative"),
    ):
        with np.errstate(all="ignore"):
            pixels = np.asarray(answer(np.outer(back, _letter().ravel() / 255), back.copy()), dtype=float)
        if pixels.size != 784:
            return verdict.wrong(f"the answer must be the 784 pixels of one letter, yours has {pixels.size:,} numbers")
        right = (np.rint(255 * pixels.ravel()) == _letter().ravel()).sum()
        if right < 784:
            return verdict.wrong(f"where {about}, {right} of 784 pixels came back")
    return verdict.right("784 of 784 pixels, whichever neurons fired")


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
    """Three letters and 64 neurons, fixed seed: the truth, and four wrong findings that a weaker proof lets pass."""
    rng = np.random.default_rng(4)
    images = np.array([np.roll(_letter(), columns, axis=1) for columns in (0, 3, -4)]).reshape(3, -1) / 255
    weights, biases = rng.uniform(-1, 1, (NEURONS, 784)) / 28, rng.uniform(-1, 1, NEURONS) / 4
    fires = images @ weights.T + biases > 0
    back = np.where(fires, rng.normal(0, 0.01, fires.shape), 0)
    silent, loud = back.copy(), back.copy()
    silent[1, fires[1].argmax()] = 0
    loud[1, fires[1].argmin()] = 0.01
    for letters, came_back, expected, about in (
        (images, back, True, "the true letters"),
        (images[[1, 0, 2]], back, False, "letters whose gradients belong to the other"),
        (images[::-1] * 0.3, back, False, "letters that are too dark and in the wrong order"),
        (images, silent, False, "letters for which a single neuron fires and got nothing back"),
        (images, loud, False, "letters for which a single neuron is silent and got something back"),
    ):
        said = answer(letters.copy(), weights.copy(), biases.copy(), came_back.copy())
        if bool(said) != expected:
            return verdict.wrong(f"you said {bool(said)} to {about}: it should be {expected}")
    return verdict.right("the truth passes, and one neuron of 192 that disagrees is enough to fail")


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
    """Divides each share; then chi-square of each of the eight bytes of 50,240 numbers of both shares, 16 at 1e-9.

    A right answer fails in fewer than 2 of 10^8 checks; a byte with one value in ten left out is always found.
    """
    numbers = _gradient_in_fixed_point()
    shares = _seeded(answer, numbers)
    if isinstance(shares, str):
        return verdict.wrong(shares)
    for name, share in zip(("first", "second"), shares):
        pixels = _pixels_in(share)
        if pixels > 750:
            return verdict.not_private(
                f"they add up, but from the {name} share alone one division gave back {pixels} "
                "of 784 pixels of the letter"
            )
        for byte, values in enumerate(np.ascontiguousarray(share).view(np.uint8).reshape(-1, 8).T):
            counts, even = np.bincount(values, minlength=256), len(share) / 256
            if ((counts - even) ** 2).sum() / even > UNEVEN:
                return verdict.not_private(
                    f"the numbers of the {name} share are not uniform: the commonest value of "
                    f"their byte {byte + 1} comes {counts.max():,} times, where even would be "
                    f"about {even:.0f}; what is not uniform tells about the gradient"
                )
    if np.array_equal(shares[0], _seeded(answer, numbers)[0]):
        return verdict.not_private(
            "the same gradient, split again from the same seed, gave the same first share: "
            "whoever knows the seed takes the share off; let `secrets` draw it"
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


def _seeded(answer, numbers):
    """The two shares, after which every generator with a seed is put back; or the sentence that says what is wrong."""
    with rewound(answer):
        shares = answer(numbers.copy())
    shares = [np.asarray(share) for share in shares]
    if len(shares) != 2 or any(share.dtype != np.uint64 or share.shape != numbers.shape for share in shares):
        return f"split must return two uint64 arrays of {len(numbers):,} numbers each, like the one it is given"
    total = shares[0] + shares[1]
    if not np.array_equal(total, numbers):
        index = int((total != numbers).argmax())
        return (
            f"the shares must add up to the gradient modulo 2^64; at place {index} they add up to {total[index]} "
            f"instead of {numbers[index]}"
        )
    return shares


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
