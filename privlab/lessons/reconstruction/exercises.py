"""Exercises of lesson 24: a bit from two counts, a table from many, counts that are private together, and the first
count above a threshold.
"""

import math

import numpy as np
from scipy.stats import binom, chi2, laplace

from privlab.dp.reconstruction import most_often_asked, random_groups
from privlab.dp.sparse_vector import stop_probabilities
from privlab.lab.distributions import fewer_if_slow, unlike
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import as_numbers, described
from privlab.lab.randomness import begun_anew, repeats
from privlab.lab.results import all_seen, as_number, as_whole, carried, form_of, listed, shown
from privlab.lessons.reconstruction.experiments import desk

ERROR = 1e-9  # probability that one test calls a right answer wrong
FAR = 6  # standard deviations
OWN_SEED = (
    "the noise is the same each time everything begins anew, whatever rng is: whoever reads your code subtracts it"
)
TABLES = (  # people, questions, by how much counts are off at most, the share of bits that must come back
    (20, 40, 0.0, 1.0),
    (64, 256, 2.0, 0.95),
    (64, 64, 0.0, 1.0),
    (100, 600, 4.0, 0.95),
    (30, 500, 8.0, 0.8),
)
SIDES = (2.0, 4.0)  # the scales of above_threshold at epsilon 1, on the threshold and on each count
OTHERS = ((1 + 2 ** (2 / 3), 2 * (1 + 2 ** (-2 / 3))),)  # other ways to split epsilon, those of Lyu, Su and Li
STOPS = (  # epsilon, threshold, counts in two neighbouring worlds or in one, calls in each
    (1.0, 10, ([10] * 40,), 3_000),
    (2.0, 50, ([49] * 8 + [50], [50] * 8 + [49]), 2_500),
    (1.5, 0, ([0, 1], [1, 0]), 1_000),
    (4.0, 3, ([1, 0, 2, 4, 1, 9], [2, 1, 1, 3, 2, 8]), 1_500),
    (0.5, 5, ([-40, -40, -40],), 600),
    (1.0, -7, ([-7],), 600),
)


@exercise(
    "Two groups that differ in one person only: what does the difference of their counts say?",
    "Both groups must be large enough, and so must those that are left out. Five others will do.",
    "others = [other for other in range(people) if other != person][:5]; return ask([*others, person]) - ask(others).",
)
def differencing(ask, people, person):
    others = [other for other in range(people) if other != person][:5]
    return ask([*others, person]) - ask(others)


@differencing.check
def _(answer, verdict):
    """✓: the bit of any person, the first and the last too, at desks of 11 people and more, some of which have all bits
    alike, by groups that the desk answers.

    What the desk refuses it refuses in the answer as well. Not seen: how many questions it takes. No chance is
    involved.
    """
    rng = np.random.default_rng(1)
    for people in (24, 11, 100):
        for table in (rng.integers(0, 2, people), np.ones(people, int), np.zeros(people, int)):
            for person in {0, 1, 4, 5, people // 2, people - 2, people - 1}:
                gave = answer(desk(table), people, person)
                case = f"differencing(ask, {people}, {person})"
                if as_number(gave) not in (0, 1):
                    return verdict.wrong(f"{case} gave {shown(gave)}; a bit is 0 or 1")
                if as_number(gave) != table[person]:
                    return verdict.wrong(
                        f"{case} gave {shown(gave)}, and the bit of person {person} is {table[person]}"
                    )
    return verdict.right("two counts that anybody may ask for, and one bit")


@exercise(
    "Each count is an equation: the bits of a group's people add up to it. How does one solve more equations than "
    "there are unknowns, when none holds exactly?",
    "`np.linalg.lstsq(groups, counts)[0]` gives the real numbers that fit best. A bit is 0 or 1.",
    "Return `(np.linalg.lstsq(groups, counts)[0] > 0.5).astype(int)`.",
)
def reconstruct(groups, counts):
    return (np.linalg.lstsq(groups, counts)[0] > 0.5).astype(int)


@reconstruct.check
def _(answer, verdict):
    """✓: whole bits, one for each person, in their order: all of them from exact counts, as many as least squares finds
    from counts that are off by some, for 20 to 100 people.

    Not seen: more questions than 600, counts of which some are wildly off. The noise has a seed: no chance is involved.
    """
    rng = np.random.default_rng(3)
    for people, questions, most_off, needed in TABLES:
        groups, bits = random_groups(questions, people, rng), rng.integers(0, 2, people)
        counts = groups @ bits + rng.uniform(-most_off, most_off, questions)
        gave = answer(groups.copy(), counts.copy())
        found, case = as_numbers(gave), f"{questions} counts of {people} people"
        case += f", off by up to {most_off:g}" if most_off else ", exact"
        if found is None or found.size != people:
            return verdict.wrong(f"from {case} came {described(gave)}; it takes a bit for each of {people} people")
        found = found.ravel()
        if not np.isin(found, (0, 1)).all():
            odd = found[~np.isin(found, (0, 1))][0]
            return verdict.wrong(f"from {case} came {odd:.4g} for a person; a bit is 0 or 1")
        share = float((found == bits).mean())
        if share < needed:
            return verdict.wrong(
                f"from {case} came {share:.0%} of the bits; linear algebra gets "
                f"{'all of them' if needed == 1 else f'{needed:.0%} and more'}"
            )
    return verdict.right("the table is back, noise or not")


@exercise(
    "How far can one person's bit move all the counts together? Look at the groups, which are public, not at the bits.",
    "A person who is in 7 of the groups moves 7 counts by 1 each: the sensitivity of all counts together is that of "
    "the person who is in most of them.",
    "scale = groups.sum(axis=0).max() / epsilon; return groups @ bits + rng.laplace(0, scale, len(groups)).",
)
def private_counts(groups, bits, epsilon, rng):
    scale = groups.sum(axis=0).max() / epsilon
    return groups @ bits + rng.laplace(0, scale, len(groups))


def _settings(rng):
    """What private_counts is tried on: what the groups are like, the groups, two neighbouring tables, epsilon."""
    random = random_groups(8, 20, rng)
    apart = np.repeat(np.eye(6, dtype=int), 4, axis=1)  # 6 groups of four, each person in one
    same = np.tile(np.arange(12) < 7, (5, 1)).astype(int)
    seldom = np.zeros((10, 15), int)
    seldom[:3, 1], seldom[3:, 2], seldom[0, 3:] = 1, 1, 1  # whose bit is 1 is in three groups, another in seven
    for name, groups, epsilon in (
        ("8 random groups of 20 people", random, 1.0),
        ("6 groups that share nobody", apart, 0.5),
        ("5 times the same group", same, 2.0),
        ("10 groups, one person in 7 of them", seldom, 1.0),
        ("a single group", np.ones((1, 9), int), 0.8),
    ):
        busy = int(groups.sum(axis=0).argmax())
        for bit in (0, 1):
            bits = np.zeros(groups.shape[1], int)
            bits[1], bits[busy] = 1, bit
            yield name, groups, bits, epsilon


@private_counts.check
def _(answer, verdict):
    """✓: to each count its own Laplace noise, of the scale that the person who is in most groups needs at ε, whatever
    the bits; for groups that share nobody, the same group again, and a single one. Whole numbers pass too.

    Not seen: other ways to be private, tails of less than one in a thousand, floating-point digits. 14,400 counts, half
    as many of a slow answer: of 10^7 right answers one is called wrong at most; a scale a tenth too small is found at
    all but one of 10^6, of a slow answer at nine of ten.
    """
    rng, pool, looks = np.random.default_rng(4), [], {}
    tried = np.eye(6, dtype=int), np.ones(6, int), 1.0, np.random.default_rng(6)
    percent = fewer_if_slow(100, lambda: answer(*tried))
    for name, groups, bits, epsilon in _settings(rng):
        questions = len(groups)
        calls = min(800, 1_600 // questions) * percent // 100
        sensitivity, rows = most_often_asked(groups), []
        forms = looks.setdefault(name, {})  # of both tables: what is printed may differ between them
        for _ in range(calls):
            gave, form = all_seen(answer, groups.copy(), bits.copy(), epsilon, rng)
            counts = as_numbers(gave)
            if counts is None or counts.size != questions or not np.isfinite(counts).all():
                came = described(gave) if counts is None or counts.size != questions else shown(gave)
                return verdict.wrong(f"{name}: came {came}; it takes {questions} counts, finite numbers")
            rows.append(counts.ravel())
            forms.setdefault(form, gave)
        attached = {name for gave in forms.values() for name in carried(gave)} - {"base"}
        if attached:
            return verdict.not_private(f"{name}: the counts are released carrying {listed(sorted(attached))} along")
        noise, scale = np.array(rows) - groups @ bits, sensitivity / epsilon
        case = f"{name}, ε = {epsilon:g}"
        if np.min(rows) >= 0 and noise.any(axis=0).all() and np.mean(np.array(rows) == 0) > 0.1:
            return verdict.wrong(
                f"{case}: what lies below 0 is cut off. That costs no privacy, but it makes counts too large on "
                "average: leave it to whoever reads them"
            )
        fault = _fault_of_counts(case, noise, scale, sensitivity, verdict)
        if fault is not None:
            return fault
        pool.append(np.abs(noise).ravel() / scale)
        if len(forms) > 1:
            told = " and ".join(f"{described(gave)} as {form}" for form, gave in list(forms.items())[:2])
            return verdict.not_private(f"{case}: counts come as {told}; what differs besides the counts tells more")
    sizes = np.concatenate(pool)
    if abs(sizes.mean() - 1) > FAR / math.sqrt(sizes.size) + 0.01:  # whole numbers are off by a little more
        off = f"of all counts together the noise is {sizes.mean():.1%} of what belongs, on average"
        return verdict.not_private(off) if sizes.mean() < 1 else verdict.wrong(f"{off}: more than it takes")
    groups = random_groups(8, 12, rng)
    if repeats(lambda: begun_anew(answer, lambda rng: [as_numbers(answer(groups, groups[0], 1.0, rng)).tolist()])):
        return verdict.not_private(OWN_SEED)
    return verdict.right("all counts together cost ε, and no more noise than that takes")


def _fault_of_counts(case, errors, scale, sensitivity, verdict):
    """A verdict on the errors [calls, questions] of counts where they are not Laplace noise of this scale, or None."""
    if not errors.any():
        return verdict.not_private(f"{case}: the counts are exact, and enough of them give the table back")
    if errors.shape[1] > 1 and np.ptp(errors, axis=1).max() < 1e-9:
        return verdict.not_private(f"{case}: all counts get the same noise, so that the difference of any two is exact")
    if np.ptp(errors, axis=0).max() < 1e-9:
        return verdict.not_private(f"{case}: the noise is the same in every call: who has seen it subtracts it")
    bare = np.flatnonzero(~errors.any(axis=0))
    if len(bare):
        return verdict.not_private(f"{case}: count {bare[0] + 1} never has any noise")
    if np.abs(errors - np.rint(errors)).max() < 1e-9:  # whole numbers: which of those that are rounded to each?
        errors = errors + np.random.default_rng(1).random(errors.shape) - 0.5
    size, error = np.abs(errors).mean(), scale / math.sqrt(errors.size)
    off = f"{case}: counts are off by {size:.2f} on average, where {scale:g} belongs"
    if size < scale - FAR * error:
        return verdict.not_private(f"{off}: some person is in {sensitivity} of the groups and moves as many counts")
    if size > scale + FAR * error + 0.03 * scale:
        return verdict.wrong(f"{off}: nobody is in more than {sensitivity} of the groups")
    if abs(errors.mean()) > 2 * FAR * error:
        return verdict.wrong(f"{case}: counts are off by {errors.mean():+.2f} on average, and should be by 0")
    said = unlike(errors, laplace(0, scale))
    if said and "go together" in said or said and "large together" in said or said and "repeats" in said:
        return verdict.not_private(f"{case}: {said}: who knows one knows something of another")
    return verdict.wrong(f"{case}: this is no Laplace noise of scale {scale:g}: {said}") if said else None


@exercise(
    "A count that is compared with a threshold tells something about both. Which of the two needs noise that stays "
    "the same from count to count?",
    "Draw the threshold's noise once, before the loop, of scale 2 / ε. Each count gets its own, of scale 4 / ε.",
    "noisy = threshold + rng.laplace(0, 2 / epsilon); for place, count in enumerate(counts): if count + "
    "rng.laplace(0, 4 / epsilon) >= noisy: return place. Behind the loop return None.",
)
def above_threshold(counts, threshold, epsilon, rng):
    noisy_threshold = threshold + rng.laplace(0, 2 / epsilon)
    for place, count in enumerate(counts):
        if count + rng.laplace(0, 4 / epsilon) >= noisy_threshold:
            return place
    return None


@above_threshold.check
def _(answer, verdict):
    """✓: the place of the first count above the threshold, or None, as often as the sparse vector technique gives it,
    with the scales 2 / ε and 4 / ε or those of Lyu, Su and Li (2017), for one count and forty, above and below; nothing
    else leaves, and calls have nothing to do with each other.

    Not seen: an ε less than a tenth too large, other private ways to split it, floating-point digits. 16,000 calls: of
    10^7 right answers one is called wrong at most.
    """
    rng, counted, forms = np.random.default_rng(5), [], {}
    answer([9, 9, 9], -1_000_000, 1.0, rng)  # a first call that gives None would look like a stub
    for epsilon, threshold, worlds, calls in STOPS:
        for counts in worlds:
            stops = []
            for _ in range(calls):
                gave, form = all_seen(answer, list(counts), threshold, epsilon, rng)
                place = len(counts) if gave is None else as_whole(gave)
                asked = f"above_threshold({shown(list(counts))}, {threshold}, {epsilon:g}, rng)"
                if place is None or not 0 <= place <= len(counts) or (gave is not None and place == len(counts)):
                    return _no_place(asked, gave, verdict)
                stops.append(place)
                forms.setdefault(form if gave is not None else form.replace("NoneType", ""), (asked, gave))
            counted.append((epsilon, threshold, counts, np.bincount(stops, minlength=len(counts) + 1), stops))
    for late in (30, 0):
        counts = [-150] * late + [150] + [-150] * 5  # no noise of scale 1 or 2 reaches that far
        gave = answer(list(counts), 0, 2.0, rng)
        if as_whole(gave) != late:
            return verdict.wrong(
                f"above_threshold([-150] * {late} + [150] + [-150] * 5, 0, 2, rng) gave {shown(gave)}: the count at "
                f"place {late} alone lies above the threshold, and far above it"
            )
    kinds = [form for form in forms if form]
    if len(kinds) > 1:
        told = " and ".join(f"{shown(forms[kind][1])} as {kind}" for kind in kinds[:2])
        return verdict.not_private(f"places come as {told}: what differs besides the place tells more than the place")
    if not any(_fits(counted, *scales) for scales in (SIDES, *OTHERS)):
        return _not_sparse(counted, verdict)
    for *_, stops in counted:
        lag = _calls_together(stops)
        if lag:
            return verdict.not_private(
                f"how late a call stops depends on the one {lag} before: who knows one knows something of the next"
            )
    if repeats(lambda: begun_anew(answer, lambda rng: [answer([0] * 30, 0, 1.0, rng) for _ in range(40)])):
        return verdict.not_private(OWN_SEED)
    return verdict.right("one ε for the place, however many counts lie below")


def _no_place(asked, gave, verdict):
    """The verdict on what is no place of a count."""
    if isinstance(gave, tuple | list) and len(gave) > 1 or hasattr(gave, "shape") and np.size(gave) > 1:
        return verdict.not_private(
            f"{asked} gave {shown(gave)}: the place is paid for, and whatever leaves besides it is not"
        )
    return verdict.wrong(f"{asked} gave {shown(gave)} ({form_of(gave)}); it takes the place of a count, or None")


def _expected(epsilon, threshold, counts, threshold_scale, count_scale):
    """The probability of each stop when the noise has these scales at epsilon 1."""
    scales = dict(threshold_scale=threshold_scale / epsilon, count_scale=count_scale / epsilon)
    return stop_probabilities(counts, threshold, **scales)


def _chi_square(counts, expected):
    """Chi-square and its degrees of freedom; stops that are rarely expected are counted together."""
    often = expected >= 10
    if not often.all():
        counts = np.append(counts[often], counts[~often].sum())
        expected = np.append(expected[often], max(expected[~often].sum(), 1e-3))
    return float(((counts - expected) ** 2 / expected).sum()), len(counts) - 1


def _fits(counted, threshold_scale, count_scale):
    """Whether calls stop as often at each place as with noise of these scales at epsilon 1, in each case and in all."""
    stray = freedom = 0.0
    for epsilon, threshold, counts, found, _ in counted:
        expected = found.sum() * _expected(epsilon, threshold, counts, threshold_scale, count_scale)
        one, free = _chi_square(found, expected)
        stray, freedom = stray + one, freedom + free
    return chi2.sf(stray, freedom) > ERROR


def _not_sparse(counted, verdict):
    """The verdict on stops that are not as often as the technique's."""
    pairs = [
        (first, second)
        for first, second in zip(counted, counted[1:])
        if first[:2] == second[:2] and len(first[2]) == len(second[2])
    ]
    for (epsilon, threshold, counts, found, _), (_, _, others, other, _) in pairs:
        leak = _ratio(found, other, epsilon)
        if leak is not None:
            place, more, less = leak
            where = f"at place {place}" if place < len(counts) else "nowhere"
            return verdict.not_private(
                f"ε = {epsilon:g}, threshold {threshold}: for the neighbours {shown(counts)} and {shown(others)} it "
                f"stops {where} in {more:,} and in {less:,} of {found.sum():,} calls; e^ε allows "
                f"{math.exp(epsilon):.1f} times as often"
            )
    epsilon, threshold, counts, found, _ = counted[0]  # forty counts on the threshold
    technique = found.sum() * _expected(epsilon, threshold, counts, *SIDES)
    if _forgets(found):
        return verdict.not_private(
            f"of forty counts on the threshold, the first, second, third, ... stop {found[0]:,}, {found[1]:,}, "
            f"{found[2]:,}, ... of {found.sum():,} calls, each half as often as the one before: no noise on the "
            "threshold stays, so that every further count costs as much as the first"
        )
    surer = sum(_sureness(*each) for each in counted)
    if surer > 0:
        return verdict.not_private(
            "it stops where it should more often than the noise of ε allows: of 2 / ε on the threshold and 4 / ε on "
            "each count"
        )
    return verdict.wrong(
        f"of forty counts on the threshold none stops {found[-1]:,} of {found.sum():,} times; with the scales 2 / ε "
        f"and 4 / ε it is {technique[-1]:,.0f}"
    )


def _ratio(found, other, epsilon):
    """A place that is too much likelier in one of two worlds: (place, times here, times there), or None.

    Of the calls that stop at a place at most e^ε / (1 + e^ε) may come from either world, which have equally many.
    """
    for place in np.argsort(-np.abs(np.log((found + 0.5) / (other + 0.5)))):
        here, there = int(found[place]), int(other[place])
        if binom.sf(max(here, there) - 1, here + there, 1 / (1 + math.exp(-epsilon))) < ERROR:
            return int(place), here, there
    return None


def _forgets(found):
    """Whether stops at counts that are all alike come as without memory: each, if reached, as likely as the last."""
    reached = found[::-1].cumsum()[::-1]
    stopped = found[:-1].sum() / reached[:-1].sum()
    expected = found.sum() * np.append(
        stopped * (1 - stopped) ** np.arange(len(found) - 1), (1 - stopped) ** (len(found) - 1)
    )
    return chi2.sf(*_chi_square(found, expected)) > 1e-6


def _sureness(epsilon, threshold, counts, found, _):
    """By how many standard deviations more than the technique it stops at the first count that is above."""
    above = np.flatnonzero(np.array(counts) > threshold)
    right = int(above[0]) if len(above) else len(counts)
    if not (np.array(counts) != threshold).all():
        return 0.0
    probability = float(_expected(epsilon, threshold, counts, *SIDES)[right])
    calls = found.sum()
    return (found[right] - calls * probability) / math.sqrt(calls * probability * (1 - probability))


def _calls_together(stops):
    """How far apart calls lie that stop late together, or None; neighbours are looked at more closely."""
    if np.bincount(stops).max() > 0.9 * len(stops):
        return None  # too few others: two of them would go together by chance
    late = np.log1p(stops) - np.log1p(stops).mean()
    together = np.fft.irfft(np.abs(np.fft.rfft(late, 2 * len(late))) ** 2)
    far_out = np.abs(together[1 : len(late) // 2]) / together[0] * math.sqrt(len(late))  # standard deviations
    for distances, bound in ((far_out[:12], 6.5), (far_out, 7.5)):
        if distances.max() > bound:
            return int(distances.argmax()) + 1
    return None


quiz1 = Quiz(
    id="reconstruction.quiz1",
    question="A desk answers only about groups of five people and more. What does that rule protect?",
    options=(
        ("Everybody in a group of five and more.", False, "Two such groups that differ in one person give that one."),
        (
            "A person from those who ask a single question.",
            True,
            "One large count hides much. Two counts that anybody may ask for differ by one person's bit.",
        ),
        ("Whoever is in few groups.", False, "One pair of groups is enough."),
    ),
)


quiz2 = Quiz(
    id="reconstruction.quiz2",
    question="640 questions about 64 people are answered with Laplace noise of scale 1 each. Is the table safe?",
    options=(
        (
            "Yes: each answer is private with ε = 1.",
            False,
            "Each one is, and they add up: who is in 320 of the groups is protected with ε = 320.",
        ),
        ("Yes, as long as no question comes twice.", False, "Groups that overlap do as well as the same group again."),
        (
            "No: noise far below √64 = 8, and many questions.",
            True,
            "The counts are equations that nearly hold, ten for each unknown.",
        ),
    ),
)


quiz3 = Quiz(
    id="reconstruction.quiz3",
    question="AboveThreshold was asked 500 questions and said yes to the last. What has it cost?",
    options=(
        ("500 ε, one for each answer.", False, "The 499 no are free: they all rest on one noisy threshold."),
        (
            "ε. For another yes one starts anew and pays again.",
            True,
            "The threshold's noise is used up by the first yes, so that a second one needs fresh noise and another ε.",
        ),
        ("Nothing, as long as the count itself is not told.", False, "A yes tells that the count is large."),
    ),
)
