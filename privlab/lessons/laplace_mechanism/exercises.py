"""Exercises of lesson 22: noise of the right size, a sum that may be released, two kinds of neighbours, outputs that
cannot be.
"""

import math

import numpy as np

from privlab.dp.audit import lower_bound, vectorized
from privlab.dp.floating_point import candidates, draw, reachable, textbook_release
from privlab.dp.laplace import NEIGHBOURS, sensitivity_of_sum
from privlab.lab.exercise import Quiz, exercise

FAR = 5.5  # standard deviations: a right answer strays so far once in 2 * 10^7 times


@exercise(
    "More influence of one person needs more noise, a larger ε less. How large must its scale be?",
    "The scale is sensitivity / ε, and `rng.laplace(center, scale)` draws Laplace noise.",
    "Return `value + rng.laplace(0, sensitivity / epsilon)`.",
)
def release(value, sensitivity, epsilon, rng):
    return value + rng.laplace(0, sensitivity / epsilon)


@release.check
def _(answer, verdict):
    """Draws 10,000 releases in each of four settings, half from each neighbour. A right answer is called wrong with
    chance below 1e-6; a scale that is off by a tenth is let pass with chance below 1e-4. Rounding is found with
    certainty.
    """
    half, rng = 5_000, np.random.default_rng(1)
    halves = np.array([answer(100.5, 1, 1.0, rng) for _ in range(50)], dtype=float)
    ends = np.unique(np.round(halves % 1, 9))
    if len(ends) == 1 and len(np.unique(halves)) > 1:
        if ends[0] == 0:
            return verdict.wrong(
                "every release of 100.5 is a whole number: rounding the result costs no privacy, but leave it "
                "to whoever reads the number"
            )
        return verdict.not_private(
            f"releases of 100.5 all end in {ends[0]:g}".replace(" 0.", " .")
            + ": the digits after the point are the value's own"
        )
    for sensitivity, epsilon in ((1, 2.0), (5, 1.0), (1, 0.5), (3, 0.1)):
        rng, values = np.random.default_rng(1), (100, 100 + sensitivity)
        setting = f"with sensitivity {sensitivity} and ε = {epsilon:g}"
        noise = np.array(
            [[answer(value, sensitivity, epsilon, rng) - value for _ in range(half)] for value in values], dtype=float
        )
        if not np.isfinite(noise).all():
            return verdict.wrong(f"{setting} some releases are no finite numbers")
        leak = _noise_leak(noise, sensitivity, epsilon)
        if leak:
            return verdict.not_private(f"{setting} {leak}")
        size, right, error = np.abs(noise).mean(), sensitivity / epsilon, noise.std() / math.sqrt(2 * half)
        if abs(noise.mean()) > FAR * error:
            return verdict.wrong(f"{setting} the noise is {noise.mean():+.2f} on average; it should be 0")
        if size > right * (1 + FAR / math.sqrt(2 * half)):
            return verdict.wrong(
                f"{setting} the release is off by {size:.2f} on average, where {right:g} is enough: too much noise"
            )
    return verdict.right("noise of the scale sensitivity / ε, no more and no less")


def _noise_leak(errors, sensitivity, epsilon):
    """A sentence on how the errors [2, draws] of releases give a value away, or None."""
    draws, right = errors.size, sensitivity / epsilon
    values, counts = np.unique(np.round(errors, 9), return_counts=True)
    if counts.max() > draws / 2:
        return (
            f"the noise is exactly {values[counts.argmax()]:.3g} in {counts.max():,} of {draws:,} releases: "
            "who knows it subtracts it"
        )
    high = errors[1] + sensitivity >= sensitivity
    low = errors[0] >= sensitivity
    ratio = high.mean() / max(low.mean(), 1 / draws)
    if low.mean() == 0 or math.log(ratio) - FAR * math.sqrt(1 / low.sum() + 1 / high.sum()) > epsilon:
        return (
            f"releases above the higher value come {ratio:.1f} times as often from it as from the lower one; "
            f"e^ε allows {math.exp(epsilon):.2f}"
        )
    size = np.abs(errors).mean()
    if size < right * (1 - FAR / math.sqrt(draws)):
        return f"the release is off by {size:.2f} on average, where ε needs {right:g}"
    far, beyond = 4 * right, math.exp(-4)
    share = np.mean(np.abs(errors) > far)
    if share < beyond - FAR * math.sqrt(beyond / draws):
        return (
            f"only {share:.2%} of the releases are off beyond {far:g}, where Laplace noise has {beyond:.2%}: "
            "in such thin tails the ratio grows past any bound"
        )
    return None


@exercise(
    "What is the most that replacing one loss may change the sum, if each loss counts for 0 to `bound`?",
    "Clip every loss before you add: `np.clip(losses, 0, bound)`. Then the sensitivity is `bound`.",
    "Return `np.clip(losses, 0, bound).sum() + rng.laplace(0, bound / epsilon)`.",
)
def private_sum(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).sum() + rng.laplace(0, bound / epsilon)


@private_sum.check
def _(answer, verdict):
    """Audits two pairs of neighbours with 4,000 releases each, at 1 - 1e-7; means and sizes are held to 5.5 standard
    deviations: a right answer is called wrong with chance below 1e-6, half the noise is let pass with chance below
    1e-6.
    """
    bound, epsilon, draws = 100, 1.0, 2_000
    others, rng = [30.0, 60.0, 20.0, 50.0], np.random.default_rng(1)
    for one, other in ((50.0, 0.0), (0.0, 1_000_000.0)):
        rest = others if one == 0 else [50.0] * 4
        result = lower_bound(
            vectorized(lambda losses, rng: answer(np.array(losses), bound, epsilon, rng)),
            [one, *rest],
            [other, *rest],
            samples=2 * draws,
            seed=1,
            confidence=1 - 1e-7,
        )
        if result.catches(epsilon):
            return verdict.not_private(
                f"with bound {bound} and ε = 1, one loss of {one:,.0f} or of {other:,.0f} changes too much: {result}"
            )
    for losses, right in (([0.0, *others], 160), ([1_000_000.0, *others], 260)):
        sums = np.array([answer(np.array(losses), bound, epsilon, rng) for _ in range(draws)], dtype=float)
        if abs(sums.mean() - right) > FAR * sums.std() / math.sqrt(draws):
            return verdict.wrong(
                f"the sum of {[round(loss) for loss in losses]} with bound {bound} is {sums.mean():.0f} "
                f"on average; clipped it is {right}"
            )
        size = np.abs(sums - right).mean()
        if size > bound / epsilon * (1 + FAR / math.sqrt(draws)):
            return verdict.wrong(
                f"the sum is off by {size:.0f} on average where {bound / epsilon:.0f} is enough: too much noise"
            )
        if size < bound / epsilon * (1 - FAR / math.sqrt(draws)):
            return verdict.not_private(
                f"the sum is off by {size:.0f} on average; bound and ε need at least {bound / epsilon:.0f}"
            )
    return verdict.right("whatever one company lost, the release moves by the factor e^ε at most")


@exercise(
    "Replace: which two values of one person are furthest apart? Come or go: which single value moves the sum most?",
    "Replacing moves the sum by high - low at most. Who comes or goes takes their whole value along, and it may be "
    "negative.",
    "Return `high - low, max(abs(low), abs(high))`.",
)
def sensitivities(low, high):
    return high - low, max(abs(low), abs(high))


@sensitivities.check
def _(answer, verdict):
    """Compares both numbers with the definition for four pairs of bounds. No chance is involved."""
    too_much = None
    for low, high in ((0, 100), (-50, 50), (20, 100), (-80, 10)):
        changes = ("is replaced", "comes or goes")
        for sensitivity, neighbours, change in zip(answer(low, high), NEIGHBOURS, changes, strict=True):
            right = sensitivity_of_sum(low, high, neighbours)
            if sensitivity < right:
                return verdict.not_private(
                    f"for numbers from {low} to {high}, {sensitivity} is too small: "
                    f"the sum can change by {right} when somebody {change}, and the noise would not cover it"
                )
            if sensitivity > right and too_much is None:
                too_much = (
                    f"for numbers from {low} to {high}, the sum changes by {right} at most when somebody {change}, "
                    f"not by {sensitivity}"
                )
    return verdict.wrong(too_much) if too_much else verdict.right("the same sum, two promises, two sizes of noise")


@exercise(
    "`uniform, sign = candidates(output, value, scale)` are the only draws that can have led to it. Try them all.",
    "`textbook_release(value, scale, uniform, sign)` gives all their outputs at once. Equal means to the last bit.",
    "Return `(textbook_release(value, scale, uniform, sign) == output).any()`.",
)
def possible(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return (textbook_release(value, scale, uniform, sign) == output).any()


@possible.check
def _(answer, verdict):
    """Tries 500 outputs of each of two values against both, by the course's own attack. Seeds are fixed."""
    rng, scale = np.random.default_rng(1), 1.0
    for value, other in ((0.0, 1.0), (1.0, 0.0)):
        outputs = textbook_release(value, scale, *draw(500, rng))
        for output in outputs.tolist():  # first, since which output comes first is the processor's logarithm's affair
            if not answer(output, value, scale):
                return verdict.wrong(f"{output!r} was released from {value:g}, and possible says that it cannot be")
        for output, reached in zip(outputs.tolist(), reachable(outputs, other, scale)):
            if bool(answer(output, other, scale)) != bool(reached):
                can = "can come" if reached else "cannot come"
                return verdict.wrong(f"{output!r} {can} from {other:g} at scale 1, and possible says otherwise")
    return verdict.right("one output names its input more often than not")


quiz1 = Quiz(
    id="laplace_mechanism.quiz1",
    question="A hospital clips at the largest bill among its patients and adds Laplace noise for that bound. What "
    "is wrong?",
    options=(
        (
            "Nothing: every bill is below the bound.",
            False,
            "One patient's bill sets the bound, and the size of the noise shows it.",
        ),
        (
            "The bound is private itself.",
            True,
            "Choose it before looking, from public knowledge, or pay some ε for it.",
        ),
        ("The noise is too large.", False, "It may be; what breaks the promise is where the bound comes from."),
    ),
)


quiz2 = Quiz(
    id="laplace_mechanism.quiz2",
    question="The noisy count came out as -3.7. May you publish 0 instead?",
    options=(
        (
            "Yes, it costs no privacy.",
            True,
            "Only the released number was looked at. What it does cost: the zeros are too high on average.",
        ),
        (
            "No, that doubles ε.",
            False,
            "ε is spent when the data are looked at, and the rounding looks at the release alone.",
        ),
        ("Only if the true count is 0 or more.", False, "Looking that up would be a second look at the data."),
    ),
)


quiz3 = Quiz(
    id="laplace_mechanism.quiz3",
    question="An audit with two million samples says: ε is at least 0.98. The mechanism promises 1. What do you know?",
    options=(
        (
            "That it keeps its promise.",
            False,
            "Other neighbours or other events might tell more. An audit finds faults; it proves none absent.",
        ),
        ("That its ε is between 0.98 and 1.", False, "0.98 is a lower bound. Nothing here bounds it from above."),
        (
            "That it is not much better than promised, and was not caught.",
            True,
            "The proof of a promise is on paper; an audit tests the code.",
        ),
    ),
)
