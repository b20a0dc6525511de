"""Exercises of lesson 42: clip each, add the right noise, share a budget among steps, find the intruder that moves
2C.
"""

import numpy as np

from privlab.lab.exercise import Quiz, exercise


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
    """Fixed gradients, and one letter more that does its worst. No chance is involved."""
    rng = np.random.default_rng(1)
    gradients, max_norm = rng.normal(size=(20, 6)) + 1, 0.5
    together = np.asarray(answer(gradients.copy(), max_norm), dtype=float)
    if together.shape != (6,):
        return verdict.wrong(
            f"20 gradients of 6 numbers gave an answer of shape {together.shape}; the sum has 6 numbers"
        )
    worst, moved = None, 0.0
    for scale in (1.0, 1e3, 1e6):
        for direction in (*np.eye(6), -np.ones(6), np.ones(6)):
            change = np.linalg.norm(
                np.asarray(answer(np.vstack([gradients, scale * direction]), max_norm), float) - together
            )
            if change > moved:
                worst, moved = scale, change
    lengths = np.linalg.norm(gradients, axis=1)
    expected = np.minimum(1, max_norm / lengths) @ gradients
    if moved > max_norm * (1 + 1e-6):
        mean_clipped = moved < 50 * max_norm and np.dot(together, expected) > 0.5 * np.linalg.norm(
            together
        ) * np.linalg.norm(expected)
        said = "it trains just as well, but " if mean_clipped and np.linalg.norm(together) > 5 * max_norm else ""
        return verdict.not_private(
            f"{said}one letter more, with a gradient of length {worst:,.0f}, moves the sum by "
            f"{moved / max_norm:,.1f} times the clip: noise for 1 does not cover it"
        )
    short = np.array([[0.1, 0.2, 0.0, 0.0, 0.0, 0.1]])
    if not np.allclose(answer(short.copy(), max_norm), short[0]):
        return verdict.wrong("a gradient shorter than the clip must stay as it is")
    if not np.allclose(together, expected):
        return verdict.wrong(
            f"20 gradients with a clip of 0.5: expected a sum that starts {expected[0]:.3f}, got {together[0]:.3f}"
        )
    if not np.isfinite(answer(np.vstack([gradients, np.zeros(6)]), max_norm)).all():
        return verdict.wrong(
            "a gradient of length 0, of a letter the model is sure of, gave a number that is not finite"
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
    """4,000 numbers of noise at a fixed seed: a right answer would fail at one seed of 10^9, a third less is always
    found.
    """
    total = np.linspace(-3, 3, 4_000)
    for max_norm, noise_multiplier in ((5.0, 2.0), (0.5, 4.0)):
        rng, noise_std = np.random.default_rng(7), noise_multiplier * max_norm
        released = np.asarray(answer(total.copy(), max_norm, noise_multiplier, rng), dtype=float)
        if released.shape != total.shape:
            return verdict.wrong(f"a sum of 4,000 numbers gave an answer of shape {released.shape}")
        added, said = released - total, f"clip {max_norm:g}, noise {noise_multiplier:g}"
        if not added.any():
            return verdict.not_private(f"{said}: the exact sum comes out")
        if np.ptp(added) < 1e-9:
            return verdict.not_private(
                f"{said}: all numbers get one and the same noise, so that the difference of any two is exact"
            )
        if np.array_equal(released, answer(total.copy(), max_norm, noise_multiplier, rng)):
            return verdict.not_private(f"{said}: the noise is the same every time, so anybody can subtract it")
        share = added.std() / noise_std
        if share < 0.9:
            return verdict.not_private(
                f"{said}: a standard deviation of {added.std():.3f} is too little; one letter moves "
                f"the sum by {max_norm:g}, and {noise_std:g} was asked for"
            )
        if share > 1.1 or abs(added.mean()) > 0.1 * noise_std:
            return verdict.wrong(
                f"{said}: a standard deviation of {added.std():.2f} is more noise than {noise_std:g}, or "
                "it is not 0 on average"
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
    """Exact arithmetic on four budgets."""
    for mu, steps in ((1.0, 1), (0.5, 4), (0.387, 60), (1.67, 900)):
        noise = float(answer(mu, steps))
        if not 0 < noise < np.inf:
            return verdict.wrong(f"μ = {mu:g} and {steps} steps gave a noise of {noise}")
        together = steps**0.5 / noise
        if together > mu * (1 + 1e-9):
            return verdict.not_private(
                f"{steps} steps with a noise of {noise:.3f} each are μ = {together:.2f} together, and the "
                f"budget was {mu:g}"
            )
        if together < mu * (1 - 1e-6):
            return verdict.wrong(
                f"{steps} steps with a noise of {noise:.3f} each are μ = {together:.3f} together: more noise "
                f"than a budget of {mu:g} asks for"
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
    """Three micro-batches whose mean is longer than the clip. No chance is involved."""
    for seed, max_norm in ((1, 1.0), (2, 0.3), (3, 2.0)):
        gradients = np.random.default_rng(seed).normal(2, 1, size=(32, 5))
        one = np.asarray(answer(gradients.copy(), max_norm), dtype=float)
        if one.shape != (5,) or not np.isfinite(one).all():
            return verdict.wrong(
                f"one gradient of 5 finite numbers was asked for, and the answer has shape {one.shape}"
            )
        before, after = (_clipped(rows.mean(axis=0), max_norm) for rows in (gradients, np.vstack([gradients, one])))
        moved = np.linalg.norm(after - before) / max_norm
        if moved < 1.9:
            return verdict.wrong(
                f"with a clip of {max_norm:g} your gradient moves the clipped mean by {moved:.2f} clips; "
                "nearly 2 can be had"
            )
    return verdict.right("one letter moves a clipped mean by 2C: noise counted with C is half of what is needed")


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
