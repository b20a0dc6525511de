"""Exercises of lesson 53: place thresholds, read cells, refuse a planted model, give a share of noise."""

import numpy as np

from privlab.fl.secagg.distributed_dp import discrete_gaussian
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import rewound

SIGMA, HONEST, SIZE = 3e8, 4, 20_000


@exercise(
    "Equal steps would put most letters into a few cells. What should be equal instead?",
    "Each cell should hold the same share of the public letters. A number with a given share below it is a quantile.",
    "Return `np.quantile(public, np.arange(neurons) / neurons)`.",
)
def thresholds(public, neurons):
    return np.quantile(public, np.arange(neurons) / neurons)


@thresholds.check
def _(answer, verdict):
    """Three sets of 20,000 numbers with fixed seeds; a right answer leaves every cell its share, but for rounding."""
    rng = np.random.default_rng(1)
    for public in (rng.gamma(4, 0.04, 20_000), rng.normal(0, 0.3, 20_000), rng.beta(2, 8, 20_000)):
        for neurons in (9, 144):
            levels = np.asarray(answer(public.copy(), neurons), dtype=float)
            if levels.shape != (neurons,) or not np.isfinite(levels).all():
                return verdict.wrong(
                    f"for {neurons} neurons there must be as many thresholds as neurons, yours has the "
                    f"shape {list(levels.shape)}"
                )
            if (np.diff(levels) <= 0).any():
                return verdict.wrong("thresholds go from low to high, and no two are equal")
            counts = np.bincount(np.searchsorted(levels, public, side="right"), minlength=neurons + 1)
            even = len(public) / neurons
            if counts[0] > 2:
                return verdict.wrong(
                    f"with {neurons} neurons, {counts[0]:,} of 20,000 public letters lie below all "
                    "thresholds: they fire no neuron and are never seen"
                )
            if counts[-1] < even / 2 and counts[1:].max() < 1.5 * even:
                return verdict.wrong(
                    f"with {neurons} neurons, {counts[-1]:,} of 20,000 public letters lie above the last "
                    f"threshold, where {even:.0f} would be its share: that neuron is wasted"
                )
            if counts[1:].max() > even + 2:
                return verdict.wrong(
                    f"with {neurons} neurons, the fullest cell holds {counts[1:].max():,} of 20,000 public "
                    f"letters, where {even:.0f} would be its share: the letters in it stay mixed"
                )
    return verdict.right("every cell is equally likely, whatever the letters are like")


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
    """Three planted layers of 24 neurons: d all positive, of both signs, and with a letter above the last threshold."""
    rng = np.random.default_rng(2)
    for cells, d, about in (
        ([2, 3, 7, 11, 20], rng.uniform(0.2, 1, 5), "every d is positive"),
        ([0, 5, 9, 10, 18], rng.uniform(0.2, 1, 5) * [1, -1, 1, -1, -1], "some d are negative"),
        ([1, 4, 8, 15, 23], rng.uniform(0.2, 1, 5), "one letter lies above the last threshold"),
    ):
        letters = rng.integers(0, 256, (5, 784)) / 255
        fired = np.arange(24)[:, None] <= np.array(cells)
        with np.errstate(all="ignore"):
            pictures = np.asarray(answer((fired * d) @ letters, (fired * d).sum(axis=1)), dtype=float)
        if pictures.ndim != 2 or pictures.shape[1] != 784:
            return verdict.wrong(
                f"the answer is one row of 784 pixels for each full cell, yours has the shape {list(pictures.shape)}"
            )
        back = sum((np.abs(pictures - letter).max(axis=1) < 1e-6).any() for letter in letters if len(pictures))
        if back < 5:
            return verdict.wrong(f"where {about}, {back} of 5 letters came back")
        if len(pictures) != 5:
            return verdict.wrong(
                f"there are 5 full cells, and yours gave {len(pictures)} rows: what comes out of empty cells is no "
                "letter"
            )
    return verdict.right("each letter that lies alone comes back")


@exercise(
    "Independent noises add up by their variances, not by their standard deviations.",
    "`honest` shares must together have the variance sigma². What is the standard deviation of one?",
    "Return `discrete_gaussian(sigma / np.sqrt(honest), size)`.",
)
def share_of_noise(sigma, honest, size):
    return discrete_gaussian(sigma / np.sqrt(honest), size)


@share_of_noise.check
def _(answer, verdict):
    """20,000 numbers: spread within 4 %, fourth moment within 0.6 of a Gaussian's, 8 standard deviations each.

    A right answer fails in fewer than 1 of 10^14 checks; a spread that is 8 % off passes in fewer than 1 of 10^14.
    """
    from privlab.dp import gaussian

    with rewound(answer):
        share = np.asarray(answer(SIGMA, HONEST, SIZE))
    if share.shape != (SIZE,) or share.dtype.kind not in "iu":
        return verdict.wrong(
            f"a share of noise is {SIZE:,} whole numbers here, yours are of kind {share.dtype} and shape "
            f"{list(share.shape)}: fractions do not survive arithmetic modulo 2^64"
        )
    if not share.any():
        return verdict.not_private("the sum is right, to the last digit: there is no noise in it")
    if len(np.unique(share)) < SIZE // 2:
        return verdict.not_private(
            "every number of the gradient got the same number: subtract one place from the others, and it is gone"
        )
    spread = float(np.sqrt(np.mean(np.square(share, dtype=float))) * np.sqrt(HONEST) / SIGMA)
    if spread < 0.96:
        left = gaussian.epsilon_at(1 / (gaussian.noise_multiplier_for(1.5, 1e-5) * spread), delta=1e-5)
        return verdict.not_private(
            f"{HONEST} shares together have {spread:.2f} of the noise they should have: where it was "
            f"sized for ε = 1.5, they give {left:.1f} instead of 1.5"
        )
    if spread > 1.04:
        return verdict.wrong(
            f"{HONEST} shares together have {spread:.2f} times the noise they should have: more noise than "
            "the guarantee asks for, and a worse model"
        )
    if abs(np.mean((share / SIGMA * np.sqrt(HONEST) / spread) ** 4) - 3) > 0.6:
        return verdict.wrong(
            "the spread is right, but these numbers are not Gaussian: the accounting does not hold for them"
        )
    with rewound(answer):
        again = np.asarray(answer(SIGMA, HONEST, SIZE))
    if np.array_equal(share, again):
        return verdict.not_private(
            "the same seed gave the same noise: whoever knows the seed takes it off the sum; let the "
            "operating system draw"
        )
    return verdict.right(f"{HONEST} shares add up to the noise of ε = 1.5, and nobody knows it whole")


@exercise(
    "In a planted group all neurons compute the same number. What does that say of their rows of weights?",
    "Rows may differ in length and sign and still compute the same. Two rows point the same way when their cosine "
    "is near 1 or -1; rows drawn at random, or trained, stay well away.",
    "Divide each row by its length, rows @ rows.T are all cosines; set the diagonal to 0 and say whether any lies "
    "beyond 0.9 or below -0.9.",
)
def looks_planted(weights):
    rows = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, 0)
    return bool(np.abs(cosines).max() > 0.9)


@looks_planted.check
def _(answer, verdict):
    """Three honest layers, two planted, then three disguises; of each that passes, the letters that come out of it."""
    rng = np.random.default_rng(3)
    drawn = rng.uniform(-1, 1, (144, 784)) / 28
    trained = rng.normal(0, 1, (144, 784)) / 8 + 2 * rng.normal(size=(144, 4)) @ rng.normal(size=(4, 784)) / 28
    plain = np.full((144, 784), 1 / 784)
    for layer, about in (
        (drawn, "freshly drawn,"),
        (np.vstack([plain[:1], drawn[1:]]), "with one row of equal weights,"),
        (trained, "trained, whose rows have come to resemble each other,"),
    ):
        if answer(layer.copy()):
            return verdict.wrong(f"the layer of an honest model, {about} is no reason to stop")
    for layer, about in (
        (plain, "whose 144 rows are all equal"),
        (np.repeat(drawn[:3], 48, axis=0), "of three groups of equal rows"),
    ):
        if not answer(layer.copy()):
            return verdict.wrong(f"a layer {about} is planted, and you let it pass")
    lengths, signs = rng.uniform(0.5, 2, (144, 1)), np.where(np.arange(144) % 2, -1, 1)[:, None]
    for layer, disguise in (
        (plain * lengths, "each row has another length"),
        (plain * lengths * signs, "each row has another length, every other one is negated"),
        (plain + 1e-6 * rng.standard_normal((144, 784)), "a thousandth of noise lies on each row"),
    ):
        if not answer(layer.copy()):
            return verdict.not_private(
                f"equal rows are found, but here {disguise}, and you let it pass: {_stolen(layer)} "
                "of 9 letters came out of the sum of three clients"
            )
    return verdict.right(
        "rows that point the same way are found, whatever their length; a better disguise may still pass"
    )


def _stolen(weights):
    """How many of nine letters come out of this layer, whose rows all sort by brightness, the negated ones
    backwards.
    """
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
