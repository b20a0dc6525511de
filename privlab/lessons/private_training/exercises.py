"""Exercises of lesson 42: clip each, add the right noise, share a budget among steps, find the intruder that moves
2C.
"""

import random
import sys

import numpy as np
from scipy.stats import norm

from privlab.lab import results
from privlab.lab.distributions import unlike
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import as_numbers, pasted
from privlab.lab.randomness import repeats

NEAR = 1e-9  # of the noise's standard deviation: two numbers nearer to each other are the same
CLOSE = 1e-5  # of the clip: what single precision, or Opacus's millionth, changes in a sum


@exercise(
    "Each row is the gradient of one letter. Shorten each by itself, and only then add them up.",
    "A row of length L is multiplied by max_norm / L if L is larger than max_norm, and stays as it is otherwise.",
    "factors = np.minimum(1, max_norm / np.linalg.norm(gradients, axis=1)); return factors @ gradients. Mind a length "
    "of 0.",
)
def clipped_sum(gradients, max_norm):
    lengths = np.linalg.norm(gradients, axis=1)
    return np.minimum(1, max_norm / np.maximum(lengths, 1e-12)) @ gradients


@clipped_sum.check
def _(answer, verdict):
    """Promises the sum of the gradients, each shortened to the clip where it is longer, for any lengths up to 10^12.

    One letter more, at the first, a middle or the last place, in many directions and of 0.8 to 10^12 clips, moves no
    sum by more than a clip and its hundred-thousandth; 1 to 200 gradients of 2 to 50 numbers give the sum as closely as
    that, at clips from 0.1 to 5. Cannot see what becomes of a gradient that is not finite, or of none at all. No chance
    is involved.
    """
    for gradients, max_norm in ((np.ones((20, 6)), 0.5), (_gradients(7, 3, 2.0), 2.0), (_gradients(4, 2, 0.1), 0.1)):
        together, problem = _summed(answer, gradients, max_norm)
        if problem:
            return verdict.wrong(problem)
        width = gradients.shape[1]
        worst, moved = None, 0.0
        for length in max_norm * np.array([0.8, 1.1, 1.9, 4, 1e6, 1e12]):
            for direction in (*np.eye(width), -np.ones(width), np.ones(width), 0.7 ** np.arange(width) - 0.5):
                one = length * direction / np.linalg.norm(direction)
                for place in (0, len(gradients) // 2, len(gradients)):
                    changed, problem = _summed(answer, np.insert(gradients, place, one, axis=0), max_norm)
                    if problem:
                        return verdict.wrong(f"with one letter more, of length {length:.3g}: {problem}")
                    change = np.linalg.norm(changed - together)
                    if not change <= max(moved, max_norm * (1 + CLOSE)):
                        worst, moved = one, change
        if worst is not None:
            return verdict.not_private(_loud(gradients, max_norm, together, worst, moved))
    for text, gradients, max_norm, expected, about in (
        ("[[0.3, 0.4]]", [[0.3, 0.4]], 1.0, [0.3, 0.4], "a gradient shorter than the clip must stay as it is"),
        ("[[6.0, 8.0]]", [[6.0, 8.0]], 5.0, [3.0, 4.0], "a gradient longer than the clip becomes as long as the clip"),
        ("[[0, 0], [3.0, 4.0]]", [[0, 0], [3.0, 4.0]], 0.5, [0.3, 0.4], "a gradient has length 0: it adds nothing"),
    ):
        together, problem = _summed(answer, np.array(gradients, dtype=float), max_norm)
        if problem or not np.allclose(together, expected, rtol=0, atol=CLOSE):
            found = problem or f"it gave {results.shown(together)}, expected {results.shown(expected)}"
            return verdict.wrong(f"{about}: clipped_sum(np.array({text}), {max_norm:g}): {found}")
    for number, width, max_norm in ((3, 2, 5.0), (200, 50, 0.1)):
        gradients = _gradients(number, width, max_norm)
        together, problem = _summed(answer, gradients, max_norm)
        if problem:
            return verdict.wrong(problem)
        expected = _clipped_rows(gradients, max_norm)
        if not np.allclose(together, expected, rtol=0, atol=CLOSE * max_norm * number**0.5):
            return verdict.wrong(
                f"{number} gradients of {width} numbers, 0.1 to 10 clips long, with a clip of {max_norm:g}: expected "
                f"a sum that starts {results.shown(expected[:2])}, got {results.shown(together[:2])}"
            )
    return verdict.right("no letter moves the sum by more than the clip, whatever its gradient")


@exercise(
    "One letter moves the sum by `max_norm` at most, and the noise is a multiple of that. What is the standard "
    "deviation?",
    "Every number of the sum needs noise of its own: rng.normal(0, ..., size=total.shape).",
    "Return total + rng.normal(0, noise_multiplier * max_norm, size=total.shape).",
)
def noisy(total, max_norm, noise_multiplier, rng):
    return total + rng.normal(0, noise_multiplier * max_norm, size=total.shape)


@noisy.check
def _(answer, verdict):
    """Promises Gaussian noise of the standard deviation asked for on every number, fresh for each and in each call.

    8,000 numbers in 20 calls and 12,000 in 600, at five pairs of clip and multiplier. Found are a standard deviation
    that is 6 % off, another distribution, noise that ends at 3 of them, a number that is bare, half noisy or
    repeated, sums of any of 20 numbers that are exact, steps wider than a millionth of the noise, and a generator whose
    seed stands in the code. Cannot see a seed of more than 13 bits that the answer draws itself, nor the noise's last
    bits (lesson 22). A right answer is called wrong once in 10^7.
    """
    rng, noise = np.random.default_rng(7), []
    for width, calls, max_norm, multiplier in (
        (20, range(600), 3.0, 1.5),
        (400, (0, 0, 1, 2, 3), 5.0, 2.0),
        (400, (4, 5, 6, 7, 8), 0.5, 4.0),
        (400, (9, 10, 11, 12, 13), 1.0, 1.0),
        (400, (14, 15, 16, 17, 18), 0.5, 0.8),
    ):
        rows, noise_std = [], multiplier * max_norm
        for call in calls:
            text = f"30 * np.sin(np.arange({call * width}, {call * width + width}))"
            said = f"noisy({text}, {max_norm:g}, {multiplier:g}, rng)"
            total = pasted(text)
            given = answer(total.copy(), max_norm, multiplier, rng)
            released = as_numbers(given)
            if released is None or released.shape != total.shape:
                return verdict.wrong(
                    f"a sum of {width} numbers needs an answer of {width}, and {said} gave {results.shown(given)}"
                )
            if not np.isfinite(released).all():
                return verdict.wrong(f"{said} gave a number that is not finite")
            rows.append((released - total) / noise_std)
            problem = _bare(rows[-1], noise_std)
            if problem:
                return verdict.not_private(f"{said}: {problem}")
        rows = np.array(rows)
        if _repeated(rows):
            return verdict.not_private(f"{said}: the noise is the same in two calls, so anybody can subtract it")
        problem = _dependent(rows) if width == 20 else None
        if problem:
            return verdict.not_private(f"{said}: {problem}")
        spread, mean = rows.std(), rows.mean()
        if abs(mean) > 7 / rows.size**0.5:
            return verdict.wrong(
                f"{said}: the noise is {noise_std * mean:.3g} on average over {rows.size:,} numbers, not 0"
            )
        if spread < 1 - 6 / (2 * rows.size) ** 0.5:
            return verdict.not_private(
                f"{said}: a standard deviation of {noise_std * spread:.3g} is too little; one letter moves "
                f"the sum by {max_norm:g}, and {noise_std:g} was asked for"
            )
        if spread > 1 + 6 / (2 * rows.size) ** 0.5:
            return verdict.wrong(
                f"{said}: a standard deviation of {noise_std * spread:.3g}: more noise than the {noise_std:g} asked for"
            )
        noise.append(rows)
    problem = _unlike_noise(noise[0], np.vstack(noise[1:]))
    if problem:
        return verdict.not_private(f"{said}: in standard deviations of the noise asked for, {problem}")
    if repeats(lambda: _fresh(answer)):
        return verdict.not_private(
            "the noise does not come from `rng`, but from a generator with a seed of its own: when the notebook runs "
            "again, it is the same, so that anybody can subtract it"
        )
    return verdict.right("every number has noise of its own, and enough for the letter that does its worst")


@exercise(
    "One release with noise s costs μ = 1 / s. What do `steps` of them cost together, if squares add up?",
    "Together μ² = steps / s². Solve for s.",
    "Return steps**0.5 / mu.",
)
def noise_of_each(mu, steps):
    return steps**0.5 / mu


@noise_of_each.check
def _(answer, verdict):
    """Promises noise that costs the budget within a millionth, for μ from 0.01 to 10 and 4 to a million steps.

    Cannot see what it gives for a budget of 0 or less. No chance is involved.
    """
    for mu, steps in ((0.5, 4), (1.67, 900), (0.01, 7), (10.0, 1_000_000)):
        result, called = answer(mu, steps), f"noise_of_each({mu:g}, {steps})"
        noise = results.as_number(result)
        if noise is None:
            return verdict.wrong(f"the noise of each step is one number, {called} gave {results.shown(result)}")
        if not 0 < noise < np.inf:
            return verdict.wrong(f"{called} gave a noise of {noise:g}")
        together = steps**0.5 / noise
        rounded = ": leave it unrounded" if abs(together / mu - 1) < 0.01 else ""
        if together > mu * (1 + 1e-6):
            return verdict.not_private(
                f"{called}: {steps} steps with a noise of {noise:.6g} each are μ = {together:.6g} together, and the "
                f"budget was {mu:g}" + rounded
            )
        if together < mu * (1 - 1e-6):
            return verdict.wrong(
                f"{called}: {steps} steps with a noise of {noise:.6g} each are μ = {together:.6g} together: more noise "
                f"than a budget of {mu:g} asks for{rounded}"
            )
    return verdict.right("all steps together cost the budget, no more and no less")


@exercise(
    "Before: the mean, shortened to `max_norm`. After: another mean, shortened to it. When are two of them farthest?",
    "Two arrows of length `max_norm` are 2 * max_norm apart when they point opposite ways.",
    "Your gradient must outweigh all the others, against their mean: return -1e6 * gradients.mean(axis=0).",
)
def intruder(gradients, max_norm):
    return -1e6 * gradients.mean(axis=0)


@intruder.check
def _(answer, verdict):
    """Promises a gradient that moves a clipped mean by 1.9 clips or more, whichever way the others point.

    14 batches of 1 to 200 gradients of 2 to 6 numbers, whose mean is 1.5 to 100 times as long as the clip and points
    up, down or aside. Cannot see what it does where the mean is shorter than the clip. No chance is involved.
    """
    for text, max_norm in (
        ("np.ones((3, 2))", 1.0),
        ("-np.ones((3, 2))", 1.0),
        ("np.array([[3.0, -4.0]])", 0.5),
        ("np.array([[0.0, -1.0], [0, 5], [0, 5]])", 2.0),
    ):
        problem = _unmoved(answer, pasted(text), max_norm, f"intruder({text}, {max_norm:g})")
        if problem:
            return verdict.wrong(problem)
    for seed, number, width, max_norm in (
        (1, 32, 5, 1.0),
        (2, 32, 5, 0.3),
        (3, 1, 3, 2.0),
        (4, 200, 6, 1.0),
        (5, 8, 2, 20),
    ):
        rng = np.random.default_rng(seed)
        way = rng.normal(size=width)
        way *= max_norm * rng.choice([1.5, 4, 100]) / np.linalg.norm(way)
        around = 2 * np.linalg.norm(way) * rng.normal(size=(number, width))
        gradients = way + around - around.mean(axis=0)
        for turned in (gradients, -gradients):
            said = f"{number} gradients of {width} numbers, whose mean is {results.shown(turned.mean(axis=0))}"
            problem = _unmoved(answer, turned, max_norm, said)
            if problem:
                return verdict.wrong(problem)
    return verdict.right("one letter moves a clipped mean by 2C: noise counted with C is half of what is needed")


def _unmoved(answer, gradients, max_norm, said):
    """What is wrong with the gradient that an answer adds, in a sentence; None when it moves the mean far enough."""
    given = answer(gradients.copy(), max_norm)
    one = as_numbers(given)
    if one is None or one.shape != gradients.shape[1:] or not np.isfinite(one).all():
        return (
            f"one gradient of {gradients.shape[1]} finite numbers was asked for, and the answer to {said} is "
            f"{results.shown(given)}"
        )
    before, after = (_clipped(rows.mean(axis=0), max_norm) for rows in (gradients, np.vstack([gradients, one])))
    moved = np.linalg.norm(after - before) / max_norm
    if moved < 1.9:
        return (
            f"{said}: with a clip of {max_norm:g} your gradient, {results.shown(one)}, moves the clipped mean by "
            f"{moved:.2f} clips; nearly 2 can be had"
        )
    return None


def _gradients(number, width, max_norm):
    """Gradients [number, width] of lengths from 0.1 to 10 clips, more to the one side than to the other."""
    rng = np.random.default_rng((number, width))
    rows = rng.normal(size=(number, width)) + 0.5
    return rows * (max_norm * 10 ** rng.uniform(-1, 1, size=(number, 1)) / np.linalg.norm(rows, axis=1, keepdims=True))


def _clipped_rows(gradients, max_norm):
    return sum(_clipped(row, max_norm) for row in gradients)


def _summed(answer, gradients, max_norm):
    """What an answer gives as the sum, and None; or None and what is wrong with it, in a sentence."""
    given = answer(gradients.copy(), max_norm)
    total = as_numbers(given)
    if total is None or total.shape != gradients.shape[1:]:
        return None, (
            f"{len(gradients)} gradients of {gradients.shape[1]} numbers gave {results.shown(given)}; the sum has "
            f"{gradients.shape[1]} numbers"
        )
    if not np.isfinite(total).all():
        zero = "a gradient of length 0, of a letter the model is sure of" if not gradients.any(axis=1).all() else "they"
        return None, f"{zero} gave a number that is not finite"
    return total, None


def _loud(gradients, max_norm, together, worst, moved):
    """How one letter is too loud, in a sentence."""
    expected, length = _clipped_rows(gradients, max_norm), np.linalg.norm(worst)
    alike = together @ expected > 0.5 * np.linalg.norm(together) * np.linalg.norm(expected)
    trains = alike and moved < 50 * max_norm and np.linalg.norm(together) > 5 * max_norm
    return (
        f"{'it trains just as well, but ' if trains else ''}one letter more, with a gradient of length {length:,.3g}, "
        f"{results.shown(worst)}, beside {results.shown(gradients[0])} and {len(gradients) - 1} others, moves the sum "
        f"by {moved / max_norm:,.2f} times the clip of {max_norm:g}: noise for 1 does not cover it"
    )


def _bare(draws, noise_std):
    """What of the noise of one call, in standard deviations, is missing, in a sentence; else None."""
    exact = np.abs(draws) * noise_std < 1e-12
    if exact.all():
        return "the exact sum comes out"
    if np.ptp(draws) < NEAR:
        return "all numbers get one and the same noise, so that the difference of any two is exact"
    if exact.any():
        return f"{exact.sum()} of {len(draws)} numbers come out exact, such as number {exact.argmax()}"
    same = _same(draws)
    if same > 3:
        return f"{same} of {len(draws)} numbers have the same noise as another but for its sign"
    return None


def _same(draws):
    """How many numbers are the same as another but for the sign."""
    return int((np.diff(np.sort(np.abs(draws), axis=None)) < NEAR).sum())


def _repeated(rows):
    """Whether two calls had the same noise; rows [calls, numbers]."""
    rows = rows[rows[:, 0].argsort()]
    return bool((np.abs(np.diff(rows, axis=0)).max(axis=1) < NEAR).any())


def _dependent(rows):
    """Which sum of numbers of one call has hardly any noise, in a sentence, or None; rows [calls, numbers].

    The least variance of 20 numbers in 600 calls is below 0.33 once in 4 * 10^7 (Davidson and Szarek 2001).
    """
    variances, directions = np.linalg.eigh(np.cov(rows.T) / rows.var())
    if variances[0] > 0.33:
        return None
    left, weights = max(variances[0], 0) ** 0.5, np.round(directions[:, 0] / np.abs(directions[:, 0]).max(), 2)
    if (np.abs(weights) > 0.2).sum() == 1:
        return f"number {np.abs(weights).argmax()} of each call has only {left:.0%} of the others' noise"
    return (
        f"the numbers of each call, times {results.shown(weights)} and added up, have only {left:.0%} of the noise "
        "that they have when each has its own"
    )


def _unlike_noise(*parts):
    """How noise differs from the normal distribution of deviation 1, in a sentence; or None. parts : [calls, numbers].

    Of 20,000 numbers in single precision some ten are the same as another; all are below 3.3 once in 10^8.
    """
    noise = np.concatenate([part.ravel() for part in parts])
    same, largest = _same(noise), np.abs(noise).max()
    if same > 40:
        return f"{same:,} of {len(noise):,} numbers are the same as another but for the sign"
    if largest < 3.3:
        return f"none of {len(noise):,} numbers is larger than {largest:.2f}, where Gaussian noise has no end"
    dither = np.random.default_rng(0)  # so that those ten are not told
    for part in parts:
        problem = unlike(part + dither.normal(0, NEAR, part.shape), norm())
        if problem:
            return problem
    return None


def _fresh(answer):
    """What noise an answer gives when `rng`, and the generators that libraries share, are seeded by the system."""
    np.random.seed()
    random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()
    return as_numbers(answer(np.zeros(20), 1.0, 1.0, np.random.default_rng()))


def _clipped(vector, max_norm):
    return vector * min(1, max_norm / max(np.linalg.norm(vector), 1e-12))


quiz1 = Quiz(
    id="private_training.quiz1",
    question="Why is each letter's gradient clipped, and not the mean of the batch?",
    options=(
        ("A clipped mean trains worse.", False, "It trains as well or better. That is why the mistake goes unnoticed."),
        (
            "Only then is it known how far one letter can move the sum.",
            True,
            "The noise is measured against that. One loud letter turns a clipped mean around, by up to twice the clip.",
        ),
        ("Because the noise is added to each gradient.", False, "It is added once, to the sum."),
    ),
)


quiz2 = Quiz(
    id="private_training.quiz2",
    question="A team trains forty times with ε = 1, keeps the best model, and reports ε = 1. Which is true?",
    options=(
        (
            "The report is right: only one model is published.",
            False,
            "The choice looked at the private letters forty times. Whoever sees the choice sees a trace of all forty.",
        ),
        (
            "The choice cost something, and nobody has counted it.",
            True,
            "Tune on public letters, or pay for the tuning too. Lesson 23 has the account for it.",
        ),
        (
            "The report should say ε = 40, and no less can be proved.",
            False,
            "40 is safe by basic composition; choosing the best by the rules of lesson 23 costs far less.",
        ),
    ),
)
