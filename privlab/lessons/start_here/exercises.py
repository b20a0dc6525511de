"""Exercises of lesson 00: one toy on which each of the five answers of a check can be seen."""

import contextlib
import io

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import begun_anew, repeats
from privlab.lab.results import carried, form_of, named


@exercise(
    "The cell under **Predict** adds such noise to a thousand counts at once; you need it once.",
    "`rng.integers(low, high)` draws a whole number from `low` up to `high - 1`.",
    "Return `count + rng.integers(-3, 4)`.",
)
def publish(count, rng):
    return count + rng.integers(-3, 4)


@publish.check
def _(answer, verdict):
    """Promises whole numbers, each of the seven around the count as often as the others, whatever the count is, and in
    an order that nobody knows who does not know `rng`.

    Cannot see who knows the seed of `rng`, and noise that is told in advance in some calls only. 14,000 calls: right
    noise is called uneven or foreseeable with probability below 1e-7; a value that never comes is always found.
    """
    asked = [12] * 7_000 + [20] * 100 + np.random.default_rng(3).permutation(np.repeat(range(41), 170)).tolist()
    rng, printed = np.random.default_rng(1), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        returned = [answer(count, rng) for count in asked]
    noise = []
    for count, value in zip(asked, returned):
        whole = _whole(value)
        if whole is None and getattr(value, "shape", ()) not in ((), None):
            return verdict(
                "?", f"publish({count}, rng) returned an array of shape {tuple(value.shape)}; return a number"
            )
        if whole is None:
            shown = f"{value:.4g}" if isinstance(value, float) else f"{value!r}"
            return verdict.wrong(f"publish({count}, rng) returned {shown}, and a whole number was asked for")
        noise.append(whole - count)
    noise, asked = np.array(noise), np.array(asked)
    if np.abs(noise).max() > 3:
        far = (np.abs(noise) > 3).argmax()
        return verdict.wrong(
            f"publish({asked[far]}, rng) returned {asked[far] + noise[far]}, which is {abs(noise[far])} away "
            f"from {asked[far]}; at most 3 is allowed"
        )
    leak = _leak(noise, asked, returned, printed.getvalue())
    if leak:
        return verdict.not_private(leak)
    foreseen = _foreseen(noise[:7_000])
    if foreseen:
        return verdict.not_private(foreseen)
    for count in np.unique(asked):
        of_count = noise[asked == count]
        frequencies = np.bincount(of_count + 3, minlength=7)
        if _chi_square(frequencies) < 1e-9 or not frequencies.all():
            said = ", ".join(f"{value:+d}: {number:,}" for value, number in zip(range(-3, 4), frequencies))
            return verdict.wrong(
                f"of {len(of_count):,} numbers published for {count} each of -3 to 3 should come about "
                f"{len(of_count) / 7:,.0f} times, evenly; yours were {said}"
            )
    if repeats(lambda: _begun_anew(answer)):
        first = ", ".join(f"{value - 12:+d}" for value in _begun_anew(answer)[:6])
        return verdict.not_private(
            f"the noise of the first calls is {first} ... each time everything begins anew, whatever rng is: "
            "whoever knows your code subtracts it; draw it from rng"
        )
    return verdict.right("right on average, and one published count could have come from seven true ones")


def _whole(value):
    """The whole number that a value is, as Python's own; None for what is none, or more than one number."""
    try:
        number = value.item() if getattr(value, "ndim", 1) == 0 else value
        return int(number) if not isinstance(number, bool | str) and number == int(number) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _leak(offsets, asked, returned, printed):
    """What gives the count away in single calls, in a sentence; None when nothing does."""
    at_12 = offsets[asked == 12]
    if not at_12.any():
        return (
            "publish(12, rng) returned 12 every time, so whoever saw 12 yesterday and sees 13 today knows what Lena did"
        )
    if len(np.unique(at_12)) == 1:
        return (
            f"the noise was {at_12[0]:+d} in all of {len(at_12):,} calls: the same noise every time is "
            "subtracted by anybody who learns it once; draw it from rng"
        )
    for count in np.unique(asked):
        of_count = offsets[asked == count]
        if len(np.unique(of_count)) == 1:
            return f"publish({count}, rng) returned {count + of_count[0]} in all of {len(of_count)} calls"
    most = np.abs(offsets).max()
    if most < 3 and abs(offsets.mean()) < 0.2:
        return (
            f"your noise stays within {most}, so of the seven counts that could be published only "
            f"{len(np.unique(offsets))} are: a true count {most + 1} away is ruled out"
        )
    plain = {"int64": "int", "float64": "float"}  # the same to whoever reads it
    names = [form_of(value) for value in returned]
    kinds = {plain.get(name, name): off for name, off in zip(names, offsets)}
    if len(kinds) > 1:
        told = " and ".join(f"{name} with a noise of {off:+d}" for name, off in kinds.items())
        return f"what publish returns is of different types, {told}: the type tells about the noise"
    for count, value in zip(asked, returned):
        if carried(value):
            return f"what publish({count}, rng) returned carries more than a number: {named(carried(value))}"
    if any(letter.isdigit() for letter in printed):
        return f"publish also printed {printed.splitlines()[0][:60]!r}: what is printed is published, too"


def _chi_square(frequencies):
    """The probability of frequencies as uneven as these when all are equally likely."""
    from scipy.stats import chi2

    expected = frequencies.sum() / len(frequencies)
    return chi2.sf(((frequencies - expected) ** 2).sum() / expected, len(frequencies) - 1)


def _foreseen(offsets):
    """How the noise of a call follows from an earlier one's, at any distance, in a sentence; None when it does not."""
    distances = np.arange(1, len(offsets) // 2)
    spectra = np.fft.rfft(offsets == np.arange(-3, 4)[:, None], 2 * len(offsets))
    pairs = np.fft.irfft(spectra[:, None].conj() * spectra)[..., distances]  # [earlier, later, distance], how often
    share = np.maximum(np.bincount(offsets + 3, minlength=7), 1) / len(offsets)
    expected = np.multiply.outer(np.outer(share, share), len(offsets) - distances)
    uneven = ((pairs - expected) ** 2 / expected).sum(axis=(0, 1))
    if uneven.max() > 200:  # 36 belong there
        distance = int(distances[uneven.argmax()])
        earlier, later = np.unravel_index((pairs[..., distance - 1]).argmax(), (7, 7))
        often, all_of_them = pairs[earlier, later, distance - 1], pairs[earlier, :, distance - 1].sum()
        return (
            f"after a noise of {earlier - 3:+d} it was {later - 3:+d} {distance} call{'s' * (distance > 1)} later in "
            f"{often:,.0f} of {all_of_them:,.0f} cases: whoever knows the one knows the other"
        )


def _begun_anew(answer):
    """The noise around 12 of 64 calls when all generators but those with a seed in the code begin with other seeds."""
    return begun_anew(answer, lambda rng: [_whole(answer(12, rng)) for _ in range(64)])


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
