"""Exercises of lesson 42: clip each, add the right noise, share a budget among steps, write the loop, find the intruder
that moves 2C.
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
        rows, noise_std, forms = [], multiplier * max_norm, {}
        for call in calls:
            text = f"30 * np.sin(np.arange({call * width}, {call * width + width}))"
            said = f"noisy({text}, {max_norm:g}, {multiplier:g}, rng)"
            total = pasted(text)
            given, form = results.all_seen(answer, total.copy(), max_norm, multiplier, rng)
            forms[form] = said
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
        if len(forms) > 1:
            (one, said), (other, second), *_ = forms.items()
            return verdict.not_private(
                f"{said} gave an {one[:80]}, and {second} an {other[:80]}: what differs besides the numbers is without "
                "noise"
            )
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


# laid out for a notebook, which is 95 columns wide
# fmt: off
@exercise(
    "Each step: draw who is in, sum their clipped gradients, make the sum noisy, go a little against it. Your two "
    "functions do two of the four.",
    "A letter is in when a number of its own, `rng.random()`, is below `sample_rate`. The sum is divided by the batch "
    "to be expected, `sample_rate * letters`, since the size of the one that came is a secret.",
    "batch = np.flatnonzero(rng.random(letters) < sample_rate); total = noisy(clipped_sum(gradients(weights, batch), "
    "max_norm), max_norm, noise_multiplier, rng); weights = weights - learning_rate * total / (sample_rate * letters).",
)
def dp_sgd(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps,
           learning_rate, rng):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = clipped_sum(gradients(weights, batch), max_norm)
        total = noisy(total, max_norm, noise_multiplier, rng)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


# fmt: on
@dp_sgd.check
def _(answer, verdict):
    """Promises the training that the account is made for: Poisson batches, each letter clipped, noise once a step on
    every number, a division by the batch to be expected, at the weights of the moment, and not one look more.

    Three steps without noise agree within a millionth. A loud letter at three places, of 10^6 clips, moves a step by
    one clip at most; 30 steps of 400 numbers have noise of the right size within 5 %, each within a third; 300 batches
    of 200 letters vary as coins do, in size, in whom they take and in what two in a row share; what is printed tells
    neither batches nor single gradients. Cannot see what the code keeps, nor sums without noise that are printed, nor
    an optimiser's own tricks, which it calls wrong. A right answer is called wrong once in 10^7.
    """
    for look in (_looks_once, _expected_batch, _hides_one, _noisy_steps, _empty_batches, _poisson, _descends):
        mark, sentence = look(answer)
        if sentence:
            return (verdict.wrong if mark == "wrong" else verdict.not_private)(sentence)
    beside = results.tells(
        lambda seed, loudness: _opposite(answer, seed, loudness), (1, 0.0), (2, 0.0), (3, 0.0)
    ) or results.tells(lambda seed, loudness: _opposite(answer, seed, loudness, sample_rate=1.0), (1, 0.5), (1, 2.0))
    if beside:
        return verdict.not_private(f"trainings that release the same look different: {beside}")
    if repeats(lambda: _drawn_anew(lambda rng: _trained(answer, _Watched(20, 40), rng=rng)[0])):
        return verdict.not_private(
            "noise and batches do not come from `rng`, but from a generator with a seed of its own: when the notebook "
            "runs again, they are the same, so that anybody can subtract the noise"
        )
    return verdict.right("Poisson batches, each letter clipped, noise once a step: the account holds for your loop")


class _Watched:
    """Gradients [batch, numbers] of `letters` letters, all 0 unless given, and what was asked of them in each step."""

    def __init__(self, numbers, letters, rows=None):
        self.numbers, self.letters, self.asked = numbers, letters, []
        self.rows = rows or (lambda weights, batch: np.zeros((len(batch), numbers)))

    def __call__(self, weights, batch):
        here, batch = as_numbers(weights).copy(), np.asarray(batch)
        batch = np.flatnonzero(batch) if batch.dtype == bool else np.atleast_1d(batch).astype(int)
        self.asked.append((here, batch))
        return self.rows(here, batch)


def _trained(answer, watched, noise_multiplier=1.0, sample_rate=0.5, steps=4, max_norm=0.5, rng=None, start=None):
    """The weights that an answer gives, and what it calls for; learning rate 2."""
    start = np.zeros(watched.numbers) if start is None else start
    rng = np.random.default_rng(11) if rng is None else rng
    given = answer(watched, start.copy(), watched.letters, max_norm, noise_multiplier, sample_rate, steps, 2.0, rng)
    return as_numbers(given), given


def _opposite(answer, seed, loudness, sample_rate=0.5):
    """Three steps without noise on letters of which every other one pulls the other way, so that sums of all are 0."""
    signs = np.where(np.arange(40) % 2, loudness, -loudness)
    watched = _Watched(3, 40, lambda weights, batch: signs[batch][:, None] * np.ones(3))
    rng = np.random.default_rng(seed)
    return _trained(answer, watched, noise_multiplier=0.0, sample_rate=sample_rate, steps=3, rng=rng)[1]


POINTS = np.random.default_rng(12).normal(size=(8, 3)) * np.array([[0.3], [3.0]] * 4)  # gradients lead to their mean
START = np.array([1.0, -2.0, 0.5])


def _looks_once(answer):
    """Three steps on everybody without noise: what comes back, and how often each letter is looked at."""
    watched = _Watched(3, 8, lambda weights, batch: weights - POINTS[batch])
    weights, given = _trained(answer, watched, noise_multiplier=0.0, sample_rate=1.0, steps=3, start=START)
    if weights is None or weights.shape != (3,) or not np.isfinite(weights).all():
        return "wrong", f"dp_sgd returns the last weights, here 3 finite numbers, and it gave {results.shown(given)}"
    if not watched.asked:
        return "wrong", "it never asks for gradients: call gradients(weights, batch) in every step"
    if any(len(set(batch.tolist())) < len(batch) for _, batch in watched.asked):
        return "leak", "a letter stands in one batch twice, so that it counts for two: draw each letter once, in or out"
    looks = sum(len(batch) for _, batch in watched.asked)
    if looks > 24:
        return "leak", (
            f"3 steps on 8 letters look at 24 gradients, and yours looks at {looks}: the account knows of 3 steps only"
        )
    if looks == 24 and all(np.array_equal(here, START) for here, _ in watched.asked):
        return "wrong", "all gradients are asked for at the first weights: ask at the weights of the moment"
    return "right", None


def _descends(answer):
    """Three steps on everybody without noise, towards the mean of the letters' own points; and one."""

    def rows(weights, batch):
        return weights - POINTS[batch]

    expected = [START]
    for _ in range(3):
        expected.append(expected[-1] - 2.0 * _clipped_rows(rows(expected[-1], np.arange(8)), 0.5) / 8)
    for steps in (1, 3):
        weights, _ = _trained(
            answer, _Watched(3, 8, rows), noise_multiplier=0.0, sample_rate=1.0, steps=steps, start=START
        )
        if np.allclose(weights, expected[steps], rtol=0, atol=1e-6):
            continue
        return "wrong", (
            f"{steps} steps without noise, all 8 letters in each, clip 0.5, learning rate 2, from "
            f"{results.shown(START)}: expected {results.shown(expected[steps])}, got {results.shown(weights)}"
        )
    return "right", None


def _hides_one(answer):
    """One step on everybody without noise, with and without one letter's loud gradient."""
    for place in (0, 5, 19):
        moved = []
        for loudness in (0.0, 1e6):

            def rows(weights, batch, loudness=loudness, place=place):
                return np.where((batch == place)[:, None], -loudness * 0.5 / 2, 0.3) * np.ones((len(batch), 4))

            weights, _ = _trained(answer, _Watched(4, 20, rows), noise_multiplier=0.0, sample_rate=1.0, steps=1)
            moved.append(weights)
        clips = np.linalg.norm(moved[1] - moved[0]) / (2.0 * 0.5 / 20)
        if not clips <= 1 + CLOSE:
            return "leak", (
                f"one letter of 20 with a gradient of 10^6 clips moves a step by {clips:,.3g} times what the noise is "
                "made for: clip each letter's gradient by itself, then add them up"
            )
    return "right", None


def _noisy_steps(answer):
    """Thirty steps with gradients of 0: what moves the weights is the noise."""
    watched = _Watched(400, 40)
    weights, _ = _trained(answer, watched, noise_multiplier=1.5, steps=30)
    states = [here for here, _ in watched.asked] + [weights]
    moves = np.array([after - before for before, after in zip(states, states[1:]) if np.any(after != before)])
    planned = 2.0 * 1.5 * 0.5 / 20
    if len(moves) < 30:
        if len(watched.asked) >= 30:
            return "leak", (
                f"{30 - len(moves)} of 30 steps pass without any noise: each step releases a sum, and each needs noise"
            )
        return "wrong", f"30 steps were asked for, and gradients only {len(watched.asked)} times"
    moves = moves / planned
    if _repeated(moves):
        return "leak", "two steps get the same noise: draw it anew in each, or their difference is exact"
    spreads = moves.std(axis=1)
    low, high = spreads.argmin(), spreads.argmax()
    said = (
        f"noise multiplier 1.5, clip 0.5, 40 letters with probability 0.5, learning rate 2: step {{}} moves the "
        f"weights by noise of {{:.3g}}, and {planned:.3g} was needed"
    )
    if spreads[low] < 1 - 1 / 3 or moves.std() < 0.95:
        return "leak", said.format(
            low + 1, spreads[low] * planned
        ) + ": noise once, on the clipped sum, before it is divided"
    if spreads[high] > 1 + 1 / 3 or moves.std() > 1.05:
        return "wrong", said.format(
            high + 1, spreads[high] * planned
        ) + ": noise once a step, on the sum, not on each gradient"
    return "right", None


def _empty_batches(answer):
    """Three steps in which nobody is drawn."""
    weights, given = _trained(answer, _Watched(50, 30), sample_rate=1e-12, steps=3)
    if weights is None or not np.isfinite(weights).all():
        return (
            "leak",
            f"nobody is drawn into a batch of 30 letters, and the weights become {results.shown(given)}: divide "
            "by the batch to be expected",
        )
    spread = weights.std() / (3**0.5 * 2.0 * 0.5 / (1e-12 * 30))
    if spread < 0.4:
        return "leak", "a step in which nobody is drawn passes without noise, so that everybody sees that it was empty"
    return "right", None


def _expected_batch(answer):
    """Steps whose batches differ in size, each gradient the same."""
    watched = _Watched(2, 40, lambda weights, batch: np.full((len(batch), 2), 0.25))
    weights, _ = _trained(answer, watched, noise_multiplier=0.0, steps=20)
    taken = sum(len(batch) for _, batch in watched.asked)
    expected = -2.0 * 0.25 * taken / 20
    if np.allclose(weights, expected, atol=1e-6):
        return "right", None
    if np.allclose(weights, -expected, atol=1e-6):
        return "wrong", "it climbs: a step goes against the gradient, weights - learning_rate * ..."
    if np.allclose(weights, -2.0 * 0.25 * 20, atol=1e-6) and taken != 400:
        return "leak", (
            "the sum is divided by the batch that came: then the size of the noise tells how many were in, and one "
            "letter moves a small batch by more. Divide by sample_rate * letters"
        )
    divided = {20: "the sum is not divided", 0.5: "the sum is divided by all letters"}
    about = next((said for factor, said in divided.items() if np.allclose(weights, factor * expected, atol=1e-6)), "")
    return "wrong", (
        f"{about + ': divide it by the batch to be expected, sample_rate * letters. In ' if about else ''}"
        f"20 steps with batches of {taken} letters in all, of 40 with probability 0.5, each gradient 0.25: expected "
        f"weights of {expected:.4g}, got {results.shown(weights)}"
    )


def _poisson(answer):
    """Three hundred batches of 200 letters with probability 0.1."""
    watched = _Watched(1, 200)
    _trained(answer, watched, sample_rate=0.1, steps=300)
    steps = {}
    for here, batch in watched.asked:
        steps.setdefault(here.tobytes(), []).extend(batch.tolist())
    batches = list(steps.values())
    taken = np.zeros((len(batches), 200))
    for row, batch in enumerate(batches):
        taken[row, batch] = 1
    sizes, counts, again = taken.sum(axis=1), taken.sum(axis=0), (taken[1:] * taken[:-1]).sum()
    if len(batches) != 300 or abs(sizes.mean() - 20) > 2:
        return "wrong", (
            f"300 batches of 200 letters with probability 0.1 have 20 letters in the mean, yours are {len(batches)} "
            f"batches of {sizes.mean():.3g}"
        )
    poisson = "the account is made for batches into which each letter comes by a draw of its own"
    if sizes.var() < 7:
        return "leak", f"all batches have about {sizes[0]:.0f} letters, whoever is in the data: {poisson}"
    if counts.var() < 9:
        return "leak", f"every letter comes in equally often, as in a shuffled pass over the data: {poisson}"
    if counts.var() > 50 or not 430 < again < 770:
        return (
            "leak",
            f"batches follow from the ones before, {again:.0f} letters stand in two in a row of 598: {poisson}",
        )
    if sizes.var() > 31:
        return "leak", f"the sizes of batches differ more than by letters' own draws: {poisson}"
    return "right", None


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
    return _drawn_anew(lambda rng: as_numbers(answer(np.zeros(20), 1.0, 1.0, rng)))


def _drawn_anew(call):
    """What `call(rng)` gives when `rng`, and the generators that libraries share, are seeded by the system."""
    np.random.seed()
    random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].seed()
    return call(np.random.default_rng())


def _clipped(vector, max_norm):
    return vector * min(1, max_norm / max(np.linalg.norm(vector), 1e-12))


quiz1 = Quiz(
    id="private_training.quiz1",
    question="Why is each letter's gradient clipped, and not the mean of the batch?",
    options=(
        ("A clipped mean trains worse.", False, "It may train as well: the mistake goes unnoticed."),
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
