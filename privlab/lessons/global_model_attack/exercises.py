"""Exercises of lesson 53: place thresholds, read cells, refuse a planted model, give a share of noise."""

import numpy as np

from privlab.fl.secagg.distributed_dp import discrete_gaussian
from privlab.lab.distributions import unlike
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import as_numbers, as_truth, described, pasted
from privlab.lab.randomness import repeats, simulators, system_bytes
from privlab.lab.results import tells

SEED_BYTES = 16  # that a generator made for secrets needs at least
CLEAR = 6.5  # standard deviations that chance exceeds once in 10^10


@exercise(
    "Equal steps would put most letters into a few cells. What should be equal instead?",
    "Each cell should hold the same share of the public letters. A number with a given share below it is a quantile.",
    "Return `np.quantile(public, np.arange(neurons) / neurons)`.",
)
def thresholds(public, neurons):
    return np.quantile(public, np.arange(neurons) / neurons)


@thresholds.check
def _(answer, verdict):
    """Promises as many rising, finite thresholds as neurons, and in each cell its share of public letters, within 2.

    It is tried on even and uneven, sorted and unsorted numbers, 100 to 20,000 of them, for 1 to 144 neurons. Cannot
    see whether the clients' letters are like the public ones. No chance in it: the numbers are the same each time.
    """
    for text, counts in (
        ("np.arange(100) / 100", (4, 1)),
        ("np.arange(200, 0, -1) ** 2 / 1e5", (2, 5)),
        ("np.random.default_rng(1).gamma(4, 0.04, 20_000)", (9, 144)),
        ("np.random.default_rng(2).normal(0, 0.3, 20_000)", (9, 144)),
        ("np.random.default_rng(3).beta(2, 8, 3_001)", (36,)),
    ):
        for neurons in counts:
            complaint = _unlike_cells(answer(pasted(text), neurons), pasted(text), neurons)
            if complaint:
                return verdict.wrong(f"thresholds({text}, {neurons}): {complaint}")
    return verdict.right("every cell is equally likely, whatever the letters are like")


def _unlike_cells(result, public, neurons):
    """What is wrong with thresholds for these public numbers, in a sentence; or None."""
    levels = as_numbers(result)
    if levels is None or levels.shape != (neurons,):
        return f"there must be as many thresholds as neurons, yours is {described(result)}"
    if not np.isfinite(levels).all():
        return f"a threshold is {levels[~np.isfinite(levels)][0]}, and no neuron can have such a bias"
    if (np.diff(levels) <= 0).any():
        return "thresholds go from low to high, and no two are equal"
    counts = np.bincount(np.searchsorted(levels, public, side="right"), minlength=neurons + 1)
    even = len(public) / neurons
    if counts[0] > 2:
        return (
            f"{counts[0]:,} of {len(public):,} public letters lie below all thresholds: they fire no neuron and are "
            "never seen"
        )
    if counts[-1] < even / 2 and counts[1:].max() < 1.5 * even:
        return (
            f"{counts[-1]:,} of {len(public):,} public letters lie above the last threshold, where {even:.0f} would be "
            "its share: that neuron is wasted"
        )
    if counts[1:].max() > even + 2:
        return (
            f"the fullest cell holds {counts[1:].max():,} of {len(public):,} public letters, where {even:.0f} would be "
            "its share: the letters in it stay mixed"
        )
    return None


@exercise(
    "Row i holds all letters above threshold i, row i + 1 the same without those in between. What is their difference?",
    "Differences of the weights are d x, differences of the biases are d. Below the last row think a row of zeros, "
    "and leave out cells whose d is 0.",
    "w = weights - np.vstack([weights[1:], 0 * weights[:1]]), b likewise with np.append(biases[1:], 0); then "
    "full = b != 0 (or above 1e-12, for rounding), and return w[full] / b[full, None].",
)
def read_cells(weights, biases):
    w = weights - np.vstack([weights[1:], np.zeros_like(weights[:1])])
    b = biases - np.append(biases[1:], 0)
    full = np.abs(b) > 1e-12
    return w[full] / b[full, None]


@read_cells.check
def _(answer, verdict):
    """Promises the quotient of every cell that is not empty, one row each, in any order: letters alone, and blends.

    It is tried for 1, 3, 24 and 144 neurons, with d of both signs from 10^-6 to 1, for the first and the last cell.
    Cannot see how it copes with rounding: an empty cell's d is just 0 here. No chance in it.
    """
    x = pasted("np.arange(784) % 256 / 255")
    for letters, d, text, about in (
        (
            [x, 1 - x],
            [[0.5, 0, 0], [0, 0.25, 0]],
            "np.outer([0.5, 0, 0], x) + np.outer([0.25, 0.25, 0], 1 - x), np.array([0.75, 0.25, 0])",
            "two neurons",
        ),
        (
            [x, 1 - x],
            [[-0.5, 0, 0], [0, 0.25, 0]],
            "np.outer([-0.5, 0, 0], x) + np.outer([0.25, 0.25, 0], 1 - x), np.array([-0.25, 0.25, 0])",
            "two neurons, with a negative d,",
        ),
        (
            [x, 1 - x],
            [[0.5, 0, 0], [0, 0, 0.25]],
            "np.outer([0.5, 0, 0], x) + np.outer([0.25, 0.25, 0.25], 1 - x), np.array([0.75, 0.25, 0.25])",
            "two neurons, of a letter above the last threshold,",
        ),
        ([x], [[0.125]], "np.outer([0.125], x), np.array([0.125])", "the only neuron"),
    ):
        complaint = _unread(answer, np.array(letters), np.array(d))
        if complaint:
            return verdict.wrong(
                f"of the cells of {about} {complaint}: read_cells({text}) with x = np.arange(784) % 256 / 255"
            )
    rng = np.random.default_rng(2)
    for neurons, cells, d, about in (
        (24, [2, 3, 7, 11, 20], rng.uniform(0.2, 1, 5), "every d is positive"),
        (24, [0, 5, 9, 10, 18], rng.uniform(0.2, 1, 5) * [1, -1, 1, -1, -1], "some d are negative"),
        (24, [1, 4, 8, 15, 23], rng.uniform(0.2, 1, 5), "one letter lies above the last threshold"),
        (144, [3, 30, 31, 90, 143], [1e-6, 2e-5, -3e-4, 1e-3, 0.5], "some letters passed back little"),
        (144, [5, 5, 70, 70, 70], rng.uniform(0.2, 1, 5), "cells hold several letters, whose blend counts too"),
        (5, [4, 3, 2, 1, 0], rng.uniform(0.2, 1, 5), "no cell is empty"),
    ):
        passed = np.zeros((5, neurons))
        passed[np.arange(5), cells] = d
        complaint = _unread(answer, rng.integers(0, 256, (5, 784)) / 255, passed)
        if complaint:
            return verdict.wrong(f"where {about}, {complaint}")
    return verdict.right("each letter that lies alone comes back")


def _unread(answer, letters, passed):
    """What is wrong with the cells that are read, in a sentence; or None.

    passed : [letters, neurons], the d of each letter in its cell, else 0.
    """
    cells = np.column_stack([passed.T @ letters, passed.sum(axis=0)])
    rows = np.cumsum(cells[::-1], axis=0)[::-1]
    full = cells[:, -1] != 0
    right = cells[full, :-1] / cells[full, -1:]
    with np.errstate(all="ignore"):
        result = answer(rows[:, :-1].copy(), rows[:, -1].copy())
        pictures = as_numbers(result)
    if pictures is None or pictures.ndim < 2 or pictures.size != 784 * len(pictures):
        return f"the answer is one row of 784 pixels for each full cell, yours is {described(result)}"
    pictures = pictures.reshape(-1, 784)
    near = [np.abs(pictures - picture).max(axis=1, initial=0) < 1e-6 for picture in right]
    back = sum(bool(found.any()) for found in near)
    if back < len(right):
        return f"{back} of {len(right)} letters came back"
    if len(pictures) != len(right):
        return (
            f"there are {len(right)} full cells, and yours gave {len(pictures)} rows: what comes out of empty cells is "
            "no letter"
        )
    return None


@exercise(
    "Independent noises add up by their variances, not by their standard deviations.",
    "`honest` shares must together have the variance sigma². What is the standard deviation of one?",
    "Return `discrete_gaussian(sigma / np.sqrt(honest), size)`.",
)
def share_of_noise(sigma, honest, size):
    return discrete_gaussian(sigma / np.sqrt(honest), size)


@share_of_noise.check
def _(answer, verdict):
    """Promises whole numbers of the Gaussian's spread, shape and tails, new at each place and in each call, unseeded.

    For 1 to 30 honest tablets, 36,000 numbers in all: the spread within 6 % for each and 2.5 % in all, what lies beyond
    three deviations, every 200 neighbours, what comes twice, how numbers go together at any distance, and what is
    printed or carried along. Cannot see
    tails beyond four deviations (a sum of twelve uniform numbers passes), a single place with little noise, nor a
    generator made by hand that takes 16 bytes of the operating system. A right answer fails in fewer than 1 of 10^7
    checks.
    """
    shares, scaled = [], []
    for sigma, honest, size in (
        (3e8, 4, 1),
        (3e8, 4, 6_000),
        (1e14, 2, 6_000),
        (1e10, 3, 6_000),
        (1e14, 9, 6_000),
        (2e4, 30, 6_000),
        (1e14, 1, 6_000),
    ):
        result = answer(sigma, honest, size)
        share, called = as_numbers(result), f"share_of_noise({sigma:g}, {honest}, {size})"
        if share is None or share.shape != (size,) or not np.isfinite(share).all() or (share % 1).any():
            return verdict.wrong(
                f"a share of noise is {size:,} whole numbers for {called}, yours is {described(result)}: fractions do "
                "not survive arithmetic modulo 2^64"
            )
        if size == 1:
            continue
        wrong, leak = _spread_of(share, sigma, honest, called)
        if wrong or leak:
            return verdict.wrong(wrong) if wrong else verdict.not_private(leak)
        shares.append(share)
        scaled.append(share / sigma * np.sqrt(honest))
    spread = float(np.sqrt(np.mean(np.concatenate(scaled) ** 2)))
    leak = _together(scaled)  # first: numbers that come again and again look too large, or unlike a Gaussian's, too
    if leak:
        return verdict.not_private(leak)
    if abs(spread - 1) > 0.025:
        said = verdict.not_private if spread < 1 else verdict.wrong
        return said(f"over all calls the noise is {spread:.3f} of what it should be, and must be it to one part in 40")
    complaint = _not_gaussian(np.concatenate(scaled))
    if complaint:
        return verdict.wrong(complaint)
    leak = tells(answer, *(3 * [(1e10, 3, 4)])) or _repeated(answer)
    if leak:
        return verdict.not_private(leak)
    return verdict.right("honest shares add up to the noise of ε = 1.5, and nobody knows it whole")


def _spread_of(share, sigma, honest, called):
    """What is wrong with one share's spread, and how it leaks: two sentences, of which one at most is not None."""
    from privlab.dp import gaussian

    if not share.any():
        return None, "the sum is right, to the last digit: there is no noise in it"
    if sigma > 1e12 and (share == 0).any():
        return None, (
            f"{(share == 0).sum():,} of {len(share):,} numbers of {called} are 0: in these places there is no noise"
        )
    if len(np.unique(share)) < len(share) // 20:
        return None, (
            "every number of the gradient got the same number: subtract one place from the others, and it is gone"
        )
    if sigma > 1e12 and len(np.unique(np.abs(share))) < len(share) - 2:
        return None, (
            f"{called} has the same number in several places, or its negative: the difference of two such places, or "
            "their sum, has no noise"
        )
    spread = float(np.sqrt(np.mean(np.square(share))) * np.sqrt(honest) / sigma)
    if spread < 0.94:
        left = gaussian.epsilon_at(1 / (gaussian.noise_multiplier_for(1.5, 1e-5) * spread), delta=1e-5)
        return None, (
            f"{honest} shares together have {spread:.2f} of the noise they should have ({called}): where it was sized "
            f"for ε = 1.5, they give {left:.1f} instead of 1.5"
        )
    if spread > 1.06:
        return (
            f"{honest} shares together have {spread:.2f} times the noise they should have ({called}): more noise than "
            "the guarantee asks for, and a worse model"
        ), None
    parts = np.sqrt(np.mean(np.square(share.reshape(-1, 200)), axis=1)) * np.sqrt(honest) / sigma
    if 1 - parts.min() > CLEAR / np.sqrt(400):  # too much in one part gives nothing away
        part = int(parts.argmin())
        return None, (
            f"numbers {200 * part:,} to {200 * part + 199:,} of {called} have {parts[part]:.2f} of the noise that they "
            "should have, and each number of a gradient needs its own"
        )
    return None, None


def _not_gaussian(scaled):
    """How numbers differ from a Gaussian's, in a sentence; or None. scaled : [n], over their standard deviation."""
    from scipy.stats import norm

    said = unlike(scaled + np.random.default_rng(6).uniform(-1e-6, 1e-6, scaled.shape), norm())
    if said:
        return (
            "the spread is right, but these numbers are not Gaussian, and the accounting does not hold for them: in "
            f"standard deviations, {said}"
        )
    return None


def _together(scaled):
    """Which numbers of calls go together, in a sentence; or None. scaled : [calls] arrays of one length."""
    for one in range(len(scaled)):
        for other in range(one):
            if abs(np.corrcoef(scaled[one], scaled[other])[0, 1]) > CLEAR / np.sqrt(len(scaled[0])):
                return "two tablets have noise that goes together: the difference of their gradients has too little"
        products = np.fft.irfft(np.abs(np.fft.rfft(scaled[one])) ** 2)[1 : len(scaled[one]) // 2]
        far = int(np.abs(products).argmax())
        if abs(products[far]) > 8 * np.sqrt(len(scaled[one])):
            return (
                f"numbers that lie {far + 1:,} places apart go together: their difference or their sum has too little "
                "noise"
            )
    return None


def _repeated(answer):
    """How the noise can be computed again, in a sentence; or None."""
    if repeats(lambda: np.asarray(answer(1e14, 2, 40)).tolist()):
        return (
            "the same seed gave the same noise: whoever knows the seed takes it off the sum; let the operating system "
            "draw"
        )
    made = simulators(lambda: answer(1e14, 2, 40))
    if made:
        return (
            f"{made[0]} drew the noise: it is made for simulations, and who knows some of its numbers computes the "
            "others, or tries its seeds; let the operating system draw"
        )
    taken = system_bytes(lambda: answer(1e14, 2, 1_000))
    if 0 < taken < SEED_BYTES:
        return (
            f"all 1,000 numbers follow from {taken} bytes of the operating system: a seed so short can be tried, and "
            "the noise taken off"
        )
    first = [as_numbers(answer(1e14, 2, 3)) for _ in range(2_000)]
    if len(np.unique(first, axis=0)) < len(first):
        return "of 2,000 tablets two had the same noise: there are few seeds, and who tries them takes it off"
    return None


@exercise(
    "In a planted group all neurons compute the same number. What does that say of their rows of weights?",
    "Rows may differ in length and sign and still compute the same. Two rows point the same way when their cosine "
    "is near 1 or -1; rows drawn at random, or trained, stay well away.",
    "Divide each row by its length (a row of zeros by anything but 0), rows @ rows.T are all cosines; set the diagonal "
    "to 0 and say whether any lies beyond 0.9 or below -0.9.",
)
def looks_planted(weights):
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    rows = weights / np.where(lengths > 0, lengths, 1)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, 0)
    return bool(np.abs(cosines).max() > 0.9)


PLAIN = "np.full((144, 784), 1 / 784)"
DRAWN = "(np.random.default_rng(3).uniform(-1, 1, (144, 784)) / 28)"
LENGTHS = "np.random.default_rng(4).uniform(0.5, 2, (144, 1))"
SIGNS = "np.where(np.arange(144) % 2, -1, 1)[:, None]"
TRAINED = (
    "(lambda rng: rng.normal(0, 1, (144, 784)) / 8 + 2 * rng.normal(size=(144, 4)) @ rng.normal(size=(4, 784)) / 28)"
    "(np.random.default_rng(5))"
)
HONEST = (
    (DRAWN, "freshly drawn,"),
    ("np.random.default_rng(6).normal(0, 0.05, (256, 784))", "of 256 neurons,"),
    (f"{DRAWN} / 1e6", "with small weights,"),
    (f"np.vstack([{PLAIN}[:1], {DRAWN}[1:]])", "with one row of equal weights,"),
    (TRAINED, "trained, whose rows have come to resemble each other,"),
)
PLANTED = (
    (PLAIN, "whose 144 rows are all equal"),
    (f"np.repeat({DRAWN}[:3], 48, axis=0)", "of three groups of equal rows"),
    (f"np.tile({DRAWN}[:3], (48, 1))", "of three groups of equal rows, one of each in turn,"),
    (f"{PLAIN}[:36] / 1000", "of 36 equal rows, divided by 1,000,"),
)
DISGUISED = (
    (f"{PLAIN} * {LENGTHS}", "each row has another length"),
    (f"{PLAIN} * {LENGTHS} * {SIGNS}", "each row has another length, every other one is negated"),
    (
        f"{PLAIN} + 1e-6 * np.random.default_rng(7).standard_normal((144, 784))",
        "a thousandth of noise lies on each row",
    ),
    (f"np.vstack([{PLAIN}[:100], np.zeros((1, 784)), {PLAIN}[101:]])", "one row in the middle is 0"),
    (f"np.vstack([np.zeros((1, 784)), {PLAIN}[1:]])", "the first row is 0"),
    (
        f"np.random.default_rng(9).permutation(np.vstack([np.zeros((9, 784)), ({PLAIN} * {LENGTHS} * {SIGNS})[9:]]))",
        "nine rows are 0, the others have other lengths and signs, and all are shuffled",
    ),
)
DEAD = ((f"np.vstack([np.zeros((3, 784)), {DRAWN}[3:]])", "with three neurons whose weights are 0,"),)


@looks_planted.check
def _(answer, verdict):
    """Promises True for layers all of whose rows point in a few directions, False for honest ones, drawn or trained.

    Rows may have any length and sign, a thousandth of noise, be 0, or take turns. Cannot see layers that are planted in
    part, among rows that are honest or idle, nor those with more noise: these are not tried. No chance in it.
    """
    for layers, wanted, said in (
        (HONEST, False, "the layer of an honest model, {} is no reason to stop: {}"),
        (PLANTED, True, "a layer {} is planted, and you let it pass: {}"),
        (DISGUISED, True, None),
        (DEAD, False, "the layer of an honest model, {} is no reason to stop: {}"),
    ):
        for text, about in layers:
            planted, complaint = _said_of(answer, text)
            if complaint or (planted != wanted and said):
                return verdict.wrong(complaint or said.format(about, text))
            if planted != wanted:
                return verdict.not_private(
                    f"equal rows are found, but here {about}, and you let it pass: {_stolen(pasted(text))} of 9 "
                    f"letters came out of the sum of three clients; the layer is {text}"
                )
    return verdict.right(
        "rows that point the same way are found, whatever their length; a better disguise may still pass"
    )


def _said_of(answer, text):
    """Whether the answer calls a layer planted, and None; or None and what is wrong with the answer."""
    layer = pasted(text)
    with np.errstate(all="ignore"):
        result = answer(layer)
    if not np.array_equal(layer, pasted(text)):
        return None, "looks_planted changed the weights that it was asked about, and the client's model with them"
    said = as_truth(result)
    if said is None:
        missing = ": is a return missing?" if result is None else ""
        return None, f"looks_planted says True or False, and gave {described(result)} for {text}{missing}"
    return said, None


def _stolen(weights):
    """How many of nine letters come out of this layer, whose rows all sort by brightness, the negated ones
    backwards.
    """
    weights = weights[weights.any(axis=1)]
    rng = np.random.default_rng(5)
    public, letters = (rng.uniform(0.1, 0.9, (count, 1)) * rng.random((count, 784)) for count in (2_000, 9))
    upward = weights.sum(axis=1) > 0
    shares = np.where(upward, np.arange(len(weights)), len(weights) - np.arange(len(weights))) / len(weights)
    levels = [np.quantile(public @ row, share) for row, share in zip(weights, shares)]
    fired = letters @ weights.T > levels
    fired[:, 0] = True  # the lowest threshold lies below every letter
    rows = fired.T @ np.column_stack([letters, np.ones(9)])
    rows[~upward] = rows[0] - rows[~upward]
    pictures = read_cells.reference(rows[:, :-1], rows[:, -1])
    return sum(bool((np.abs(pictures - letter).max(axis=1) < 1e-6).any()) for letter in letters)


quiz1 = Quiz(
    id="global_model_attack.quiz1",
    question="Secure aggregation shows the server the sum of a hundred clients' gradients and nothing else. "
    "What does a planted layer change?",
    options=(
        (
            "Nothing: a sum of a hundred cannot be taken apart",
            False,
            "The layer sorts the letters into cells, and the sum keeps the cells apart: 800 of 800 came back.",
        ),
        (
            "The sum itself falls apart into single letters",
            True,
            "Yes. The masks hide who sent a letter, not the letter.",
        ),
        ("The server sees single gradients", False, "It does not: the masks hold. It does not need them."),
    ),
)


quiz2 = Quiz(
    id="global_model_attack.quiz2",
    question="From signs, and from a tenth of the numbers, the server that was not prepared recovered no letter. "
    "May one call signs and pruning defenses?",
    options=(
        (
            "Yes: an attack was tried, and it failed",
            False,
            "The first one failed. The next one knew of them, and had nine of nine from a tenth.",
        ),
        (
            "No: nothing has been proved, and an attacker who knows of them may do better",
            True,
            "Yes. A failed attack bounds nothing; epsilon bounds every attack, tried or not.",
        ),
        ("Only together with clipping", False, "Clipping alone changes nothing at all: nine of nine came back."),
    ),
)


quiz3 = Quiz(
    id="global_model_attack.quiz3",
    question="Three clients add shares of noise sized for three honest ones. One keeps quiet about its share and "
    "knows it. "
    "What is left?",
    options=(
        (
            "The whole guarantee: the sum still has all the noise",
            False,
            "The one who knows its share subtracts it: only two thirds of the variance hide the letters from that "
            "client.",
        ),
        ("Nothing", False, "Two shares of three are still unknown to it."),
        (
            "A weaker guarantee, of two shares' noise",
            True,
            "Yes. Therefore shares are sized for fewer honest clients than there are.",
        ),
    ),
)
