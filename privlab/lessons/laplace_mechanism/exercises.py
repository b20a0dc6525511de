"""Exercises of lesson 22: noise of the right size, a sum that may be released, two kinds of neighbours, outputs that
cannot be.
"""

import math

import numpy as np
from scipy.stats import laplace

from privlab.dp.audit import lower_bound
from privlab.dp.floating_point import candidates, draw, reachable, textbook_release
from privlab.dp.laplace import NEIGHBOURS, sensitivity_of_sum
from privlab.lab.distributions import unlike
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import begun_anew, repeats
from privlab.lab.results import all_seen, as_number, shown

FAR = 6  # standard deviations: a right answer strays so far once in 10^8 times
HALF = 1_000  # draws from a value, and as many from its neighbour's
FINE = 3e-9  # of the noise's scale: single precision has steps as fine as this
STEPS = sorted([10.0**-power for power in range(9)] + [2.0**-power for power in range(1, 27)])[::-1]
RELEASES = (  # value, by how much a neighbour's is higher, sensitivity, epsilon
    (100.123456789, 0.7172838, 1, 1.0),
    (100, 1, 1, 2.0),
    (0, 5, 5, 1.0),
    (-20.75, 1, 1, 0.5),
    (10_000, 3, 3, 0.1),
)
BOUNDS = ((0, 100), (-50, 50), (20, 100), (-80, 10), (-100, -20), (0.25, 1.5), (-3.5, 0))
RELEASED = ((0.0, 1.0, 1.0, 500), (1.0, 0.0, 1.0, 500), (-2.5, -2.0, 0.5, 100), (1_000.0, 1_003.0, 30.0, 100))
OWN_SEED = (
    "the noise is the same each time everything begins anew, whatever rng is: whoever reads your code subtracts it"
)
MANY = np.random.default_rng(22).lognormal(3.5, 1.2, 60).tolist()
SUMS = (  # losses, among which the first is replaced, its replacement, bound, epsilon
    ([50.0] * 5, 0.0, 100, 1.0),
    ([0.0, 30.0, 60.0, 20.0, 50.0], 1_000_000.0, 100, 1.0),
    ([37.123456789], 36.4, 100, 0.5),
    ([250.5, *MANY], 0.125, 250.5, 2.0),
)


@exercise(
    "More influence of one person needs more noise, a larger ε less. How large must its scale be?",
    "The scale is sensitivity / ε, and `rng.laplace(center, scale)` draws Laplace noise.",
    "Return `value + rng.laplace(0, sensitivity / epsilon)`.",
)
def release(value, sensitivity, epsilon, rng):
    return value + rng.laplace(0, sensitivity / epsilon)


@release.check
def _(answer, verdict):
    """✓: Laplace noise of scale sensitivity / ε around values of every size and sign, out to 7 scales; its digits hide
    the value's own; releases have nothing to do with each other, come in one form, and follow from no seed in the code.

    A result that is rounded to tenths or finer passes. Not seen: tails cut off beyond 7 scales, and the floating-point
    gaps of section 4. 10,000 draws, and three times as many where the first look odd: of 10^7 right answers one is
    called wrong at most; a scale off by a tenth is let pass with probability below 1e-6.
    """
    rng, pool = np.random.default_rng(1), []
    for _ in range(3):
        for setting in RELEASES:
            noise, fault = _noise(answer, setting, rng, verdict)
            if fault is not None:
                return fault
            pool.append(noise.ravel())
        noise = np.concatenate(pool)
        if not _odd(noise):
            break
    fault = _pool_fault(noise, verdict)
    if fault is not None:
        return fault
    if repeats(lambda: begun_anew(answer, lambda rng: [as_number(answer(100, 1, 1.0, rng)) for _ in range(16)])):
        return verdict.not_private(OWN_SEED)
    return verdict.right("noise of the scale sensitivity / ε, no more and no less")


def _noise(answer, setting, rng, verdict):
    """The noise [2, HALF] around a value and its neighbour's, in scales, and a verdict where it is not what belongs."""
    value, change, sensitivity, epsilon = setting
    name = f"with sensitivity {sensitivity} and ε = {epsilon:g}"
    worlds = [
        (f"release({centre:.9g}, {sensitivity}, {epsilon:g}, rng)", (centre, sensitivity, epsilon, rng), centre)
        for centre in (value, value + change)
    ]
    outputs, odd = _drawn(answer, worlds, HALF)
    if odd:
        return None, verdict.not_private(odd[1]) if odd[0] else verdict.wrong(odd[1])
    centres, scale = [centre for *_, centre in worlds], sensitivity / epsilon
    leak = _digits_leak(outputs, centres, scale, epsilon)
    if leak:
        return None, verdict.not_private(leak)
    noise = _smooth(outputs, rng) - np.array(centres)[:, None]
    leak = _ratio_leak(noise, change, scale)
    if leak:
        return None, verdict.not_private(f"{name} {leak}")
    if value % 1 and _step(outputs) >= 1:
        return None, verdict.wrong(
            f"every release of {value} is a whole number: rounding the result costs no privacy, but leave it "
            "to whoever reads the number"
        )
    size, error = np.abs(noise).mean(), noise.std() / math.sqrt(2 * HALF)
    if abs(noise.mean()) > FAR * error:
        return None, verdict.wrong(f"{name} the noise is {noise.mean():+.2f} on average; it should be 0")
    leak = _too_little(noise, scale)
    if leak:
        return None, verdict.not_private(f"{name} {leak}")
    if size > scale * (1 + FAR / math.sqrt(2 * HALF)):
        return None, verdict.wrong(
            f"{name} the release is off by {size:.2f} on average, where {scale:g} is enough: too much noise"
        )
    return noise / scale, None


def _odd(drawn):
    """Whether noise `drawn` [draws] of scale 1 has a size or a largest number that one of fifty right answers has."""
    size, beyond = np.abs(drawn).mean(), len(drawn) * math.exp(-np.abs(drawn).max())
    return abs(size - 1) * math.sqrt(len(drawn)) > 2.5 or beyond > 5


def _drawn(answer, worlds, draws):
    """What an answer gives in two worlds, [2, draws], or what is odd about it: (whether it leaks, sentence).

    worlds : for each (how the call is written, its arguments, ...).
    """
    outputs, forms = np.empty((len(worlds), draws)), {}
    for world, (asked, arguments, *_) in enumerate(worlds):
        for number in range(draws):
            given = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
            gave, form = all_seen(answer, *given)
            output = as_number(gave)
            if output is None:
                return outputs, (False, f"{asked} gave {shown(gave)}, where one number was expected")
            if not math.isfinite(output):
                return outputs, (False, f"{asked} gave {output:g} in one of {number + 1:,} calls: no finite number")
            outputs[world, number] = output
            forms.setdefault(form, (asked, gave))
    if len(forms) > 1:
        (form, (asked, gave)), (other, (other_asked, other_gave)) = list(forms.items())[:2]
        return outputs, (
            True,
            f"{asked} gave {shown(gave)} as {form}, {other_asked} gave {shown(other_gave)} as {other}: "
            "what differs besides the number tells more than the number",
        )
    return outputs, None


def _step(outputs):
    """The largest step of which all outputs are multiples, a power of ten or of two; 0 when there is none."""
    for step in STEPS:
        if np.abs(outputs / step - np.rint(outputs / step)).max() < 1e-3:
            return step
    return 0.0


def _smooth(outputs, rng):
    """The outputs, and where they were rounded one of the numbers that were rounded to each."""
    return outputs + _step(outputs) * (rng.random(outputs.shape) - 0.5)


def _digits_leak(outputs, centres, scale, epsilon):
    """A sentence on how digits or repeated outputs [2, draws] give the true values away, or None."""
    draws, errors = outputs.size, np.round(outputs - np.array(centres)[:, None], 9)
    values, counts = np.unique(errors, return_counts=True)
    if counts.max() >= draws / 2:
        return (
            f"the noise is exactly {values[counts.argmax()]:.3g} in {counts.max():,} of {draws:,} releases: "
            "who knows it subtracts it"
        )
    for row, centre in zip(outputs, centres):
        step = _step(row - row[0])
        if step <= FINE * scale or _step(row) >= step:
            continue
        ends = np.unique(np.round(row % 1, 9))
        if len(ends) == 1:
            return (
                f"releases of {centre:.9g} all end in {ends[0]:.9g}".replace(" 0.", " .")
                + ": the digits after the point are the value's own"
            )
        return (
            f"releases of {centre:.9g} differ from each other by multiples of {step:g} only: the noise is "
            "rounded, and the finer digits are the value's own"
        )
    (values, counts), (others, other_counts) = (np.unique(np.round(row, 9), return_counts=True) for row in outputs)
    within = ((counts * (counts - 1)).sum() + (other_counts * (other_counts - 1)).sum()) / 2
    _, here, there = np.intersect1d(values, others, return_indices=True)
    across = (counts[here] * other_counts[there]).sum()
    if within >= 20 and across < within * math.exp(-epsilon) / 10:
        value, count = values[counts.argmax()], counts.max()
        also = int(other_counts[others == value].sum())
        return (
            f"exactly {value:.9g} comes {count:,} times of {outputs.shape[1]:,} when the true value is "
            f"{centres[0]:.9g}, and {f'{also:,} times' if also else 'never'} when it is {centres[1]:.9g}"
        )
    return None


def _ratio_leak(errors, change, scale):
    """A sentence on how the errors [2, draws] of releases from two values, `change` apart, give a value away, or
    None.
    """
    high = max(int((errors[1] + change >= change).sum()), 1)
    low = max(int((errors[0] >= change).sum()), 1)
    if math.log(high / low) - FAR * math.sqrt(1 / low + 1 / high) > change / scale:
        return (
            f"releases above the higher value come {high / low:.1f} times as often from it as from the lower one; "
            f"e^ε allows {math.exp(change / scale):.2f}"
        )
    return None


def _too_little(errors, scale):
    """A sentence on errors of releases that are smaller than Laplace noise of that scale, on average or far out, or
    None.
    """
    draws, size = errors.size, np.abs(errors).mean()
    if size < scale * (1 - FAR / math.sqrt(draws)):
        return f"the release is off by {size:.2f} on average, where ε needs {scale:g}"
    far, beyond = 4 * scale, math.exp(-4)
    share = np.mean(np.abs(errors) > far)
    if share < beyond - FAR * math.sqrt(beyond / draws):
        return (
            f"only {share:.2%} of the releases are off beyond {far:g}, where Laplace noise has {beyond:.2%}: "
            "in such thin tails the ratio grows past any bound"
        )
    return None


def _pool_fault(drawn, verdict):
    """A verdict on noise `drawn` [draws] of scale 1 from all settings together, or None when it is Laplace noise."""
    leak = _too_little(drawn, 1)
    if leak:
        return verdict.not_private(f"of all releases together, in scales: {leak}")
    size, largest = np.abs(drawn).mean(), np.abs(drawn).max()
    if size > 1 + FAR / math.sqrt(len(drawn)):
        return verdict.wrong(f"in all settings together it is too much noise, {size:.1%} of what is enough on average")
    if len(drawn) * math.exp(-largest) > 18.5:  # the expected number beyond: none comes with probability 10^-8
        return verdict.not_private(
            f"of {len(drawn):,} releases none is off by more than {largest:.2f} scales, where Laplace noise has "
            f"{len(drawn) * math.exp(-largest):.0f}: what lies further out is possible from a neighbour only"
        )
    jitter = 1e-6 * np.random.default_rng(1).random(len(drawn))  # single precision repeats itself now and then
    said = unlike(drawn + jitter, laplace())
    return verdict.wrong(f"the noise, in scales, is no Laplace noise: {said}") if said else None


@exercise(
    "What is the most that replacing one loss may change the sum, if each loss counts for 0 to `bound`?",
    "Clip every loss before you add: `np.clip(losses, 0, bound)`. Then the sensitivity is `bound`.",
    "Return `np.clip(losses, 0, bound).sum() + rng.laplace(0, bound / epsilon)`.",
)
def private_sum(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).sum() + rng.laplace(0, bound / epsilon)


@private_sum.check
def _(answer, verdict):
    """✓: the sum of the losses, each cut at the bound, plus Laplace noise of scale bound / ε out to 6 scales, for one
    loss or 61, alike, 0 or huge; digits hide the sum's own, results come in one form, and no seed is in the code.

    Not seen: losses below 0 or infinite, and what is done to the array of losses. 8,000 draws: of 10^7 right answers
    one is called wrong at most; noise that is off by a seventh is let pass with probability below 1e-6.
    """
    draws, rng, drawn, pool = 1_000, np.random.default_rng(1), [], []
    for losses, other, bound, epsilon in SUMS:
        few = losses if len(losses) < 9 else [*losses[:3], "..."]
        worlds = []
        for first in (losses[0], other):
            order = rng.permutation(len(losses))
            written = str([round(loss, 9) if isinstance(loss, float) else loss for loss in [first, *few[1:]]])
            asked = f"private_sum(np.array({written}), {bound}, {epsilon:g}, rng)".replace("'", "")
            all_losses = np.array([first, *losses[1:]])[order]
            worlds.append((asked, (all_losses, bound, epsilon, rng), np.minimum(all_losses, bound).sum()))
        outputs, odd = _drawn(answer, worlds, draws)
        if odd:
            return verdict.not_private(odd[1]) if odd[0] else verdict.wrong(odd[1])
        drawn.append((worlds, outputs))
        result = lower_bound(_replayed(outputs), 0, 1, samples=2 * draws, seed=1, confidence=1 - 1e-8)
        if result.catches(epsilon):
            return verdict.not_private(
                f"with bound {bound} and ε = {epsilon:g}, one loss of {losses[0]:,.6g} or of {other:,.0f} changes too "
                f"much: {result}"
            )
    for (worlds, outputs), (*_, bound, epsilon) in zip(drawn, SUMS):
        centres = [centre for *_, centre in worlds]
        scale, setting = bound / epsilon, f"with bound {bound} and ε = {epsilon:g}"
        for (asked, *_, right), sums in zip(worlds, outputs):
            if abs(sums.mean() - right) > FAR * sums.std() / math.sqrt(draws):
                return verdict.wrong(f"{asked} is {sums.mean():.6g} on average; clipped the sum is {right:.6g}")
        leak = _digits_leak(outputs, centres, scale, epsilon)
        if leak:
            return verdict.not_private(leak.replace("releases of", "releases of a sum of"))
        noise = _smooth(outputs, rng) - np.array(centres)[:, None]
        size = np.abs(noise).mean()
        if size > scale * (1 + FAR / math.sqrt(2 * draws)):
            return verdict.wrong(
                f"{setting} the sum is off by {size:.0f} on average where {scale:.0f} is enough: too much noise"
            )
        if size < scale * (1 - FAR / math.sqrt(2 * draws)):
            return verdict.not_private(
                f"{setting} the sum is off by {size:.0f} on average; bound and ε need at least {scale:.0f}"
            )
        pool.append((noise / scale).ravel())
    fault = _pool_fault(np.concatenate(pool), verdict)
    if fault is not None:
        return fault
    some = np.array(SUMS[1][0])
    if repeats(lambda: begun_anew(answer, lambda rng: [as_number(answer(some, 100, 1.0, rng)) for _ in range(16)])):
        return verdict.not_private(OWN_SEED)
    return verdict.right("whatever one company lost, the release moves by the factor e^ε at most")


def _replayed(outputs):
    """A mechanism for an audit that gives what was drawn before: half of the outputs [2, draws] after the other."""
    halves = [iter(np.split(row, 2)) for row in outputs]
    return lambda world, samples, rng: next(halves[world])


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
    """✓: both numbers, for bounds of either sign, whole or not, in this order.

    Not seen: bounds that are reversed or infinite, for which there is no such sum. No chance is involved.
    """
    too_much = None
    for low, high in BOUNDS:
        asked, gave = f"sensitivities({low}, {high})", answer(low, high)
        try:
            both = [as_number(part) for part in gave]
        except TypeError:  # it cannot be gone through
            both = []
        if len(both) != 2 or None in both:
            return verdict.wrong(f"{asked} gave {shown(gave)}; two numbers were asked for: replaced, come or gone")
        rights = [sensitivity_of_sum(low, high, neighbours) for neighbours in NEIGHBOURS]
        if rights[0] != rights[1] and np.allclose(both, rights[::-1], rtol=1e-6):
            return verdict.not_private(
                f"{asked} gave the two in the other order: replaced comes first. So one of them is too small, and the "
                "noise would not cover the change"
            )
        changes = ("is replaced", "comes or goes")
        for sensitivity, right, change in zip(both, rights, changes, strict=True):
            if math.isclose(sensitivity, right, rel_tol=1e-6):
                continue
            if not sensitivity > right:
                return verdict.not_private(
                    f"for numbers from {low} to {high}, {sensitivity:g} is too small: "
                    f"the sum can change by {right:g} when somebody {change}, and the noise would not cover it"
                )
            too_much = too_much or (
                f"for numbers from {low} to {high}, the sum changes by {right:g} at most when somebody {change}, "
                f"not by {sensitivity:g}"
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
    """✓: equal to the last bit, for outputs of the textbook, for the floats beside them, and for the value itself, at
    four scales and from values of either sign; the answer is a truth value.

    Not seen: uniform numbers that `candidates` does not give. 500 outputs each; no chance is involved, seeds are fixed.
    """
    for value, other, scale, count in RELEASED:
        outputs = textbook_release(value, scale, *draw(count, np.random.default_rng(1)))
        for output in outputs.tolist():  # first, since which output comes first is the processor's logarithm's affair
            fits, odd = _truth(answer, output, value, scale)
            if odd:
                return verdict.wrong(odd)
            if not fits:
                return verdict.wrong(
                    f"{output!r} was released from {value:g} at scale {scale:g}, and possible says that it cannot be"
                )
        beside = np.nextafter(outputs, np.where(np.arange(count) % 2, np.inf, -np.inf))
        for tried, origin in ((outputs, other), (beside, value), (np.array([value, value + 50 * scale]), value)):
            for output, reached in zip(tried.tolist(), reachable(tried, origin, scale)):
                fits, odd = _truth(answer, output, origin, scale)
                if odd:
                    return verdict.wrong(odd)
                if fits != bool(reached):
                    can = "can come" if reached else "cannot come"
                    return verdict.wrong(
                        f"{output!r} {can} from {origin:g} at scale {scale:g}, and possible says otherwise"
                    )
    return verdict.right("one output names its input more often than not")


def _truth(answer, output, value, scale):
    """(True or False, None), or (None, a sentence) for what is neither."""
    gave = answer(output, value, scale)
    said = as_number(gave)
    if said in (0, 1):
        return bool(said), None
    size = getattr(gave, "size", 1)
    many = f"{size} answers, one for each candidate" if isinstance(size, int) and size > 1 else shown(gave)
    return None, f"possible({output!r}, {value:g}, {scale:g}) gave {many}; it is True or False, whether any fits"


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
