"""Exam: computing on private data

One hour. Fill in the three functions, save, and hand in this file. You may use everything that your lessons use.
"""

import secrets

import numpy as np

from privlab.lab.distributions import uneven
from privlab.lab.exercise import exercise
from privlab.lab.results import as_number, shown

SEED = 2026  # one for each class
_drawn = np.random.default_rng(SEED)
MODULUS = int(_drawn.integers(2_000, 9_000))
PARTIES = int(_drawn.integers(3, 7))
TRUTH = round(float(_drawn.uniform(0.55, 0.85)), 2)
MOST = int(_drawn.integers(3, 9)) * 10
EPSILON = round(float(_drawn.uniform(0.4, 1.2)), 1)


@exercise(
    "All shares but one can be drawn before you look at the secret.",
    "The last share is whatever is missing, modulo the modulus.",
    "Draw PARTIES - 1 shares with secrets.randbelow(MODULUS).",
    show=[f"MODULUS, PARTIES = {MODULUS}, {PARTIES}", "import secrets"],
)
def share_of_sum(secret):
    """Shares (20 minutes)

    Write `share_of_sum(secret)`: a list of {PARTIES} shares that add up to the secret modulo {MODULUS}, and of which
    all but one tell nothing.
    """
    drawn = [secrets.randbelow(MODULUS) for _ in range(PARTIES - 1)]
    return [*drawn, (secret - sum(drawn)) % MODULUS]


@share_of_sum.check
def _(answer, verdict):
    """✓: the shares add up, lie from 0 to the modulus less one, and all but one of them are uniform.

    Right shares are called uneven in fewer than one of 10^7 checks.
    """
    for secret in (0, 1, MODULUS - 1, 777):
        shares = list(answer(secret))
        if len(shares) != PARTIES or sum(shares) % MODULUS != secret:
            return verdict.wrong(f"share_of_sum({secret}) gave {shown(shares)}")
        if not all(0 <= one < MODULUS for one in shares):
            return verdict.not_private(
                f"share_of_sum({secret}) gave {shown(shares)}: a share's range tells of the secret"
            )
    for secret in (0, 777):
        rows = [list(answer(secret)) for _ in range(1_500)]
        if uneven(np.array([row[:-1] for row in rows]), MODULUS) or uneven(
            np.array([row[1:] for row in rows]), MODULUS
        ):
            return verdict.not_private(
                f"of the shares of {secret} all but one are not uniform: together they tell of it"
            )
    return verdict.right("all parties but one together hold uniform numbers")


@exercise(
    "What share of yes do you expect when nobody's true answer is yes?",
    "Expected share of yes = (1 - TRUTH) / 2 + TRUTH * true share. Solve it for the true share.",
    "return (yes / people - (1 - TRUTH) / 2) / TRUTH",
    show=[f"TRUTH = {TRUTH}"],
)
def true_share(yes, people):
    """A poll (20 minutes)

    In a poll everybody answered the truth with probability {TRUTH}, and else threw a fair coin for yes or no.
    Write `true_share(yes, people)`: an estimate of the share whose true answer is yes that is right on average.
    """
    return (yes / people - (1 - TRUTH) / 2) / TRUTH


@true_share.check
def _(answer, verdict):
    """✓: the estimate is the unbiased one for every count, also below 0 and above 1. No chance is involved."""
    for yes, people in ((0, 10), (10, 10), (37, 100), (5_000, 9_999)):
        given, right = as_number(answer(yes, people)), (yes / people - (1 - TRUTH) / 2) / TRUTH
        if given is None or abs(given - right) > 1e-6:
            return verdict.wrong(f"true_share({yes}, {people}) gave {shown(given)} and not {right:.4f}")
    return verdict.right("it is right on average")


@exercise(
    "How much can one person change the sum, when each adds from 0 to MOST?",
    "Clip what was said to the range first: nobody can be trusted to stay in it.",
    "sum(min(max(v, 0), MOST) for v in values) + rng.laplace(0, MOST / EPSILON)",
    show=[f"MOST, EPSILON = {MOST}, {EPSILON}"],
)
def private_total(values, rng):
    """A total (20 minutes)

    Everybody tells a number from 0 to {MOST}, or so they should. Write `private_total(values, rng)`: the sum
    with noise of Laplace from `rng`, private with epsilon = {EPSILON} where one person's number may be anything.
    """
    return sum(min(max(value, 0), MOST) for value in values) + rng.laplace(0, MOST / EPSILON)


@private_total.check
def _(answer, verdict):
    """✓: right on average, one person moves the mean by at most MOST, and the noise spreads as epsilon asks.

    Errs in fewer than one of a million checks: means within 5 standard errors, spreads within 15 % of 4,000 draws.
    """
    runs, asked = 4_000, np.sqrt(2) * MOST / EPSILON
    means = []
    for values in ([1, 2, MOST], [1, 2, MOST, 1_000 * MOST]):
        rng = np.random.default_rng(len(values))
        totals = np.array([answer(values, rng) for _ in range(runs)], dtype=float)
        if totals.std() < 0.85 * asked:
            return verdict.not_private(
                f"the noise has a standard deviation of {totals.std():.1f} and needs {asked:.1f}"
            )
        if totals.std() > 1.15 * asked:
            return verdict.wrong(f"there is more noise than epsilon = {EPSILON} needs")
        means.append(totals.mean())
    if abs(means[0] - (3 + MOST)) > 5 * asked / np.sqrt(runs):
        return verdict.wrong(f"of [1, 2, {MOST}] the total is {means[0]:.1f} on average")
    if means[1] - means[0] > MOST + 10 * asked / np.sqrt(runs):
        return verdict.not_private(
            f"one person who says {1_000 * MOST:,} moves the total by {means[1] - means[0]:,.0f}"
        )
    return verdict.right("useful, and whoever lies about a number moves it no further than anybody else")
