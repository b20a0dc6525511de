"""Exercises of lesson 00: one toy on which each of the five answers of a check can be seen."""

import numpy as np

from privlab.lab.exercise import Quiz, exercise


@exercise(
    "The cell under **Predict** adds such noise to a thousand counts at once; you need it once.",
    "`rng.integers(low, high)` draws a whole number from `low` up to `high - 1`.",
    "Return `count + rng.integers(-3, 4)`.",
)
def publish(count, rng):
    return count + rng.integers(-3, 4)


@publish.check
def _(answer, verdict):
    """Counts 7,000 published counts; even noise is called uneven with chance below 1e-7, a missing value is always
    found.
    """
    noise = np.array([answer(12, rng) - 12 for rng in [np.random.default_rng(1)] for _ in range(7_000)])
    of_twenty = np.array([answer(20, rng) - 20 for rng in [np.random.default_rng(2)] for _ in range(100)])
    if np.abs(of_twenty).max() > 3 or np.abs(noise).max() > 3:
        count, off = (20, of_twenty) if np.abs(of_twenty).max() > 3 else (12, noise)
        worst = off[np.abs(off).argmax()]
        return verdict.wrong(
            f"publish({count}, rng) returned {count + worst}, which is {abs(worst)} away from {count}; "
            "at most 3 is allowed"
        )
    if not noise.any():
        return verdict.not_private(
            "publish(12, rng) returned 12 every time, so whoever saw 12 yesterday and sees 13 today knows what Lena did"
        )
    if len(np.unique(noise)) == 1:
        return verdict.not_private(
            f"the noise was {noise[0]:+d} in all of 7,000 calls: the same noise every time is "
            "subtracted by anybody who learns it once; draw it from rng"
        )
    values, counts = np.unique(noise, return_counts=True)
    if np.abs(noise).max() < 3 and abs(noise.mean()) < 0.2:
        return verdict.not_private(
            f"your noise stays within {np.abs(noise).max()}, so of the seven counts that could be "
            f"published only {len(values)} are: a true count {np.abs(noise).max() + 1} away is ruled out"
        )
    if len(values) < 7 or np.abs(counts - 1_000).max() > 180:
        frequencies = ", ".join(f"{value:+d}: {number:,}" for value, number in zip(values, counts))
        return verdict.wrong(
            f"of 7,000 numbers each of -3 to 3 should come about 1,000 times, evenly; yours were {frequencies}"
        )
    return verdict.right("right on average, and one published count could have come from seven true ones")


quiz1 = Quiz(
    id="start_here.quiz1",
    question="A check answers ⚠. What does it say about your code?",
    options=(
        (
            "It is right and safe to use.",
            False,
            "Right it is. But somebody could learn what it was meant to hide; the check shows how.",
        ),
        (
            "It gives the right result and leaks something private.",
            True,
            "And the sentence behind the mark shows what leaks.",
        ),
        ("It raised an error.", False, "That is the question mark."),
    ),
)
