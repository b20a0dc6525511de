"""Exercises of lesson 21: the estimate for any coin, exactly private answers, the people it takes, asking again."""

import math
import types
from collections import Counter, defaultdict

import numpy as np
from scipy.stats import binom

from privlab.dp.randomized_response import standard_error, truth_probability
from privlab.lab.distributions import fewer_if_slow
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import begun_anew, repeats
from privlab.lab.results import all_seen, as_number, carried, form_of, named, seen, shown

FAR = 5.5  # standard deviations: a right answer strays so far once in 2 * 10^7 counts
OWN_SEED = "are the same each time everything begins anew, whatever rng is: whoever reads your code knows them"
PLAIN = ("0", "1", "0.0", "1.0", "0.", "1.", "True", "False", "tensor(0)", "tensor(1)")  # how answers are written
ERROR = 3e-9  # probability that a right answer's count is called wrong
POLLS = (  # the chance of a true answer, how many yes, how many no
    (0.75, 55, 45),
    (0.9, 58, 42),
    (0.6, 580, 420),
    (0.2, 3, 14),
    (1.0, 1, 6),
    (0.75, 1, 0),
    (0.75, 4, 0),
    (0.75, 0, 4),
)
ODD = 2.5  # standard deviations, from which on four times as many answers decide
TRIALS = ((0.2, 1_000), (math.log(3), 2_000), (2.0, 4_000))  # epsilon, answers from each truth
POLLS_NEEDED = (  # epsilon and the standard error that is asked for
    (math.log(3), 0.01),
    (0.5, 0.02),
    (2.0, 0.005),
    (1.0, 0.03),
    (0.1, 0.05),
    (3.0, 0.2),
    (6.0, 0.4),
)


@exercise(
    "Let p be the true share and k the chance of a true answer. Which share of the answers is yes on average?",
    "True yes that stay yes, and true no that became yes: k p + (1 - k)(1 - p). Solve that for p.",
    "The mean of the answers, less 1 - k, all over 2 k - 1.",
)
def estimate(answers, truth_probability):
    return (np.mean(answers) - (1 - truth_probability)) / (2 * truth_probability - 1)


@estimate.check
def _(answer, verdict):
    """✓: the formula, for coins of every kind and polls of every size, estimates below 0 and above 1 included.

    Not seen: what it does at a coin of 1/2, which tells nothing, or without answers. Exact to 1e-5, which leaves room
    for single precision; no chance is involved.
    """
    rng = np.random.default_rng(1)
    for keep, yes, no in POLLS:
        answers = rng.permutation(np.repeat([1, 0], [yes, no]))
        share = (yes / (yes + no) - (1 - keep)) / (2 * keep - 1)
        gave = answer(answers.copy(), keep)
        estimated = as_number(gave)
        poll = f"estimate(np.array({shown(answers)}), {keep})" if yes + no < 5 else f"{yes} yes of {yes + no} at {keep}"
        if estimated is None:
            return verdict.wrong(f"{poll} gave {shown(gave)}, where one number was expected")
        if abs(estimated - share) < 1e-5:
            continue
        if abs(estimated - min(max(share, 0), 1)) < 1e-5:
            return verdict.wrong(
                f"{poll} give {estimated:.4g}; the formula gives {share:.4g}, and cutting that off makes "
                f"the estimate too {'low' if share > 1 else 'high'} on average"
            )
        return verdict.wrong(
            f"when {yes} of {yes + no} answers are yes and each is true with chance {keep}, "
            f"{share:.2%} truly say yes, {share:.6g}; estimate gave {estimated:.6g}"
        )
    return verdict.right("right on average, for any coin")


@exercise(
    "How often may you tell the truth, so that a yes is at most e^ε times likelier from a true yes than from a true "
    "no?",
    "Call that chance k. The two worlds say yes with chances k and 1 - k. What must k / (1 - k) be?",
    "k = e^ε / (1 + e^ε). Answer `truth` when `rng.random() < k`, else `1 - truth`.",
)
def respond_with(truth, epsilon, rng):
    keep = np.exp(epsilon) / (1 + np.exp(epsilon))
    return truth if rng.random() < keep else 1 - truth


@respond_with.check
def _(answer, verdict):
    """✓: no answer, by its value, its kind or what is printed, is likelier than e^ε allows; both truths are told as
    often as ε allows; one respondent's coin has nothing to do with another's, nor with a seed in the code.

    Not seen: whether the coins can be replayed (the lesson replays its own), how long a coin takes, an ε a few per cent
    off. 14,000 answers, four times as many where the first look odd, and a third as many of a slow answer: of 10^7
    right answers one is called wrong at most, of 1,000 quick ones with an ε a tenth too large one is let pass.
    """
    for epsilon, people in TRIALS:
        rng, keep = np.random.default_rng(1), truth_probability(epsilon)
        tried = 1, epsilon, np.random.default_rng(2)
        fewer = fewer_if_slow(people, lambda tried=tried: answer(*tried))
        rounds, people = (4, people) if fewer == people else (1, people // 3)
        truths, kept, views = [], [], []
        for _ in range(rounds):
            for truth in rng.permutation(np.repeat([1, 0], people)).tolist():
                gave, form = all_seen(answer, truth, epsilon, rng)
                said = as_number(gave)
                if said not in (0, 1):
                    return verdict.wrong(
                        f"respond_with({truth}, {epsilon:.2f}, rng) gave {shown(gave)}; an answer is 0 or 1"
                    )
                truths.append(truth)
                kept.append(said == truth)
                views.append((int(said), form + _written(gave)))
            if len(set(views)) <= 2 and not _odd(np.array(kept), np.array(truths), keep):
                break
        kept, truths, people = np.array(kept), np.array(truths), len(truths) // 2
        often = [int(kept[truths == truth].sum()) for truth in (0, 1)]
        seldom = [binom.cdf(count, people, keep) < ERROR for count in often]
        leak = _leak(views, truths, epsilon)
        if leak and (not all(seldom) or min(often) == 0):
            return verdict.not_private(f"at ε = {epsilon:.2f} {leak}")
        if any(seldom):
            truth = int(np.argmin(often))
            return verdict.wrong(
                f"at ε = {epsilon:.2f} a true {('no', 'yes')[truth]} is answered truly {often[truth] / people:.1%} "
                f"of the time; {keep:.1%} is allowed, and the poll needs it"
            )
        if binom.sf(int(kept.sum()) - 1, kept.size, keep) < ERROR:
            return verdict.not_private(
                f"at ε = {epsilon:.2f} the truth is told {kept.mean():.1%} of the time; {keep:.1%} is what e^ε allows"
            )
        if binom.cdf(int(kept.sum()), kept.size, keep) < ERROR:
            return verdict.wrong(
                f"at ε = {epsilon:.2f} the truth is told {kept.mean():.1%} of the time; {keep:.1%} is allowed"
            )
        lag = _coins_together(kept, keep)
        if lag:
            return verdict.not_private(
                f"at ε = {epsilon:.2f} whether somebody tells the truth depends on whether the one {lag:,} before did: "
                "who knows one coin knows something of the next"
            )
    if repeats(lambda: begun_anew(answer, lambda rng: [as_number(answer(1, 1.0, rng)) for _ in range(128)])):
        return verdict.not_private(f"the coins {OWN_SEED}")
    return verdict.right("as truthful as ε allows, and no more")


def _odd(kept, truths, keep):
    """Whether a truth, or both together, are told more or less often than one of a hundred right answers tells them."""
    groups = kept, kept[truths == 1], kept[truths == 0]
    return any(abs(group.mean() - keep) > ODD * math.sqrt(keep * (1 - keep) / len(group)) for group in groups)


def _written(gave):
    """What an answer's digits show besides 0 or 1: a sign, say, or zeros behind the point."""
    return "" if str(gave).strip("[]") in PLAIN else f" written {gave}"


def _leak(views, truths, epsilon):
    """A sentence on the view that tells the truths apart best, or None.

    views : what an onlooker saw of each answer, (value, form).  truths : 0 or 1 each, equally many.
    If a view is at most e^ε times likelier from one truth, then among all who gave it at most a share of
    e^ε / (1 + e^ε) has that truth.
    """
    counts = Counter(zip(views, truths.tolist()))
    forms, tries = defaultdict(set), len(truths) // 2
    for value, form in views:
        forms[value].add(form)
    worst = None
    for value, form in sorted(set(views)):
        for truth in (1, 0):
            likely, unlikely = counts[(value, form), truth], counts[(value, form), 1 - truth]
            times = likely / unlikely if unlikely else math.inf
            by_chance = binom.sf(likely - 1, likely + unlikely, truth_probability(epsilon))
            if by_chance < ERROR and (worst is None or (times, -likely) > worst[:2]):
                worst = times, -likely, value, form, truth, unlikely
    if worst is None:
        return None
    times, _, value, form, truth, unlikely = worst
    name = f"a {('no', 'yes')[value]}"
    if len(forms[value]) > 1:
        name += f" of the kind {form}"
    truth, other = ("no", "yes")[truth], ("yes", "no")[truth]
    if not unlikely:
        return f"{name} never comes from a true {other} in {tries:,} tries: whoever hears it knows the truth"
    return (
        f"{name} is {times:.2f} times likelier from a true {truth} than from a true {other}; "
        f"e^ε allows {math.exp(epsilon):.2f}"
    )


def _coins_together(kept, keep):
    """How far apart coins lie that depend on each other, or None; `kept`: whether each answer was the true one."""
    coins = (kept - keep) / math.sqrt(keep * (1 - keep))
    together = np.fft.irfft(np.abs(np.fft.rfft(coins, 2 * len(coins))) ** 2)[1 : len(coins) // 2]
    distance = int(np.abs(together).argmax())
    return distance + 1 if abs(together[distance]) > 7 * math.sqrt(len(coins)) else None


@exercise(
    "With k = e^ε / (1 + e^ε), the standard error for n people is the root of k (1 - k) / n, over 2 k - 1. Solve "
    "for n.",
    "n = k (1 - k) / (error (2 k - 1))². People come whole.",
    "Return `math.ceil(k * (1 - k) / (error * (2 * k - 1)) ** 2)`.",
    show=["import math"],
    stub="""
def people_needed(epsilon, error):
    ...
""",
)
def people_needed(epsilon, error):
    keep = math.exp(epsilon) / (1 + math.exp(epsilon))
    return math.ceil(keep * (1 - keep) / (error * (2 * keep - 1)) ** 2)


@people_needed.check
def _(answer, verdict):
    """✓: the smallest whole number of people whose standard error is at most the one asked for, also when that is one.

    Not seen: an ε above 6 or a number above 50,000. Where the formula gives a whole number but for rounding, the next
    one passes too. No chance is involved.
    """
    for epsilon, error in POLLS_NEEDED:
        gave = answer(epsilon, error)
        people, asked = as_number(gave), f"people_needed({epsilon:.4g}, {error:g})"
        if people is None or not math.isfinite(people):
            return verdict.wrong(f"{asked} gave {shown(gave)}, which is no number of people")
        right = math.ceil(standard_error(1, epsilon) ** 2 / error**2)
        if abs(people - round(people)) > 1e-6:
            return verdict.wrong(f"{asked} gave {people:.4f}: people come whole, and it takes {right:,}")
        people = round(people)
        enough = people >= 1 and standard_error(people, epsilon) <= error * (1 + 1e-9)
        if not enough or (people > 1 and standard_error(people - 1, epsilon) < error * (1 - 1e-9)):
            have = (
                f"a standard error of {standard_error(people, epsilon):.6f}"
                if people >= 1
                else "no standard error at all"
            )
            size = "more than it takes" if enough else "too few"
            return verdict.wrong(f"at ε = {epsilon:.3g}, {people:,} people give {have}; for {error:g} that is {size}")
    return verdict.right("a tenth of the error takes a hundred times the people")


@exercise(
    "Fresh coins every day are what the employer averages away. What if the coins are not fresh?",
    "Toss once, when the respondent is made; the function that is returned tosses nothing.",
    "answer = respond_with(truth, epsilon, rng), then return lambda: answer.",
)
def respondent(truth, epsilon, rng):
    keep = np.exp(epsilon) / (1 + np.exp(epsilon))
    answer = truth if rng.random() < keep else 1 - truth
    return lambda: answer


@respondent.check
def _(answer, verdict):
    """✓: on the first day the truth is told as often as ε allows, and nothing new is told on any other day, or before
    the first, by value, kind or print: not within 40 days by any of 2,000 respondents, not within 5,000 by the first of
    either truth.

    Only the same answer every day can be both as true as allowed each day and no worse together. Not seen: what happens
    later, or what else the function remembers but for its attributes. Of 10^7 right answers one is called wrong at
    most; an ε a tenth too large may be let pass, a fifth or a second coin never. A function may end after its month.
    """
    epsilon, people, rng = math.log(3), 4_000, np.random.default_rng(1)
    keep = truth_probability(epsilon)
    truths = rng.permutation(np.repeat([1, 0], people)).tolist()
    made = [seen(answer, truth, epsilon, rng) for truth in truths]
    firsts, views, months, changed = [], [], [], None
    for number, (truth, (ask, look)) in enumerate(zip(truths, made)):
        asked = f"respondent({truth}, {epsilon:.2f}, rng)"
        if not callable(ask):
            return verdict.wrong(f"{asked} gave {shown(ask)}, not a function to ask every day")
        days = 5_000 if number in (truths.index(0), truths.index(1)) else 40 if number < 2_000 else 3
        (month, odd, raised), form = all_seen(_month, ask, days)
        if odd:
            return verdict.wrong(f"{asked} says {odd} on day {len(month) + 1}; an answer is 0 or 1")
        if len(month) < min(days, 30):
            return verdict.wrong(f"{asked} gave a function that raised {raised} when asked on day {len(month) + 1}")
        if len(set(month)) > 1:
            day = next(day for day, said in enumerate(month) if said != month[0])
            if changed is None or day < changed[0]:
                changed = day, month[0], month[day]
        firsts.append(month[0][0])
        ended = f" ending after day {len(month)}" if raised else ""
        noted = vars(ask) if isinstance(ask, types.FunctionType) else {}
        beside = (
            look.removeprefix(form_of(ask))
            + form.removeprefix("tuple")
            + ended
            + (f" of a function with {named(noted)}" if noted else "")
        )
        views.append((month[0][0], month[0][1] + beside))
        if number < 2_000:
            months.append([value for value, _ in month[:30]])
    truths = np.array(truths)
    kept = np.array(firsts) == truths
    often = [int(kept[truths == truth].sum()) for truth in (0, 1)]
    leak = _leak(views, truths, epsilon)
    telling = len(set(views)) > 2 or max(often) > keep * people  # who always lies is told so below
    if leak and telling or binom.sf(kept.sum() - 1, kept.size, keep) < ERROR:
        return verdict.not_private(
            f"on the first day {leak}"
            if leak
            else f"on the first day the truth is answered {max(often) / people:.1%} of the time; {keep:.1%} is allowed"
        )
    if min(binom.cdf(often, people, keep)) < ERROR or binom.cdf(kept.sum(), kept.size, keep) < ERROR:
        return verdict.wrong(
            f"on the first day the truth is answered {min(often) / people:.1%} of the time; {keep:.1%} is allowed, "
            "and the poll needs it"
        )
    if changed:
        return verdict.not_private(_after_a_month(np.array(months), truths[: len(months)], changed, epsilon))
    lag = _coins_together(kept, keep)
    if lag:
        return verdict.not_private(
            f"whether a respondent tells the truth depends on whether the one made {lag:,} before does: "
            "who knows one coin knows something of the next"
        )
    if repeats(lambda: begun_anew(answer, lambda rng: [as_number(answer(1, 1.0, rng)()) for _ in range(128)])):
        return verdict.not_private(f"the coins {OWN_SEED}")
    return verdict.right("asking again tells nothing new")


def _month(ask, days):
    """What a respondent says day after day: a list of values and their kinds, read on the day, since an object may
    change; the first answer that is neither 0 nor 1, in words, or None; and what it raised when it ended before the
    days did, or None.
    """
    said = []
    try:
        for _ in range(days):
            gave = ask()
            value, kind = (gave, "int") if type(gave) is int else (as_number(gave), _kind(gave))
            if value not in (0, 1):
                return said, shown(gave), None
            said.append((int(value), kind))
    except Exception as error:
        return said, None, f"{type(error).__name__}: {error}".rstrip(": ")
    return said, None, None


def _kind(gave):
    """All that an answer shows besides 0 or 1: its kind, how it is written and what it carries along."""
    held = carried(gave)
    return form_of(gave) + _written(gave) + (f" with {named(held)}" if held else "")


def _after_a_month(months, truths, changed, epsilon):
    """A sentence on what is learnt from answers that change; `changed`: on which day, from what to what."""
    keep, often = truth_probability(epsilon), (months.mean(axis=1) > 0.5) == truths
    best = max(often[truths == truth].mean() for truth in (1, 0))
    if best > keep + FAR * math.sqrt(keep * (1 - keep) * 2 / len(truths)):
        return (
            f"after 30 days the more frequent answer is the truth for {best:.1%} of people; "
            f"one answer allowed {keep:.1%}"
        )
    true_yes, true_no = (max(months[truths == truth].all(axis=1).sum(), 1) for truth in (1, 0))
    if math.log(true_yes / true_no) > epsilon + FAR * math.sqrt(1 / true_yes + 1 / true_no):
        return (
            f"yes on all 30 days is {true_yes / true_no:.1f} times likelier from a true yes; "
            f"one answer allowed {math.exp(epsilon):.0f} times"
        )
    day, (value, form), (other, other_form) = changed
    names = ("no", "yes")
    if value == other:
        return f"on day {day + 1} the same {names[value]} comes as {other_form}, after {form}: what changes tells"
    return (
        f"somebody who said {names[value]} says {names[other]} on day {day + 1}: a second coin tells more than one, "
        "and one answer a day may be as true as ε allows only if it stays the same"
    )


quiz1 = Quiz(
    id="randomized_response.quiz1",
    question="Lena answered yes, with two fair coins. How sure may somebody be who believed 50 % before?",
    options=(
        (
            "50 %: she can deny it.",
            False,
            "A yes is three times as likely from a true yes. It is evidence, but bounded evidence.",
        ),
        ("75 %, whatever else they know.", False, "75 % from 50 %. Who believed 90 % before is at 96 % now."),
        ("75 %: the odds triple, from 1:1 to 3:1.", True, "And there is no answer that moves them further."),
    ),
)


quiz2 = Quiz(
    id="randomized_response.quiz2",
    question="The poll has 2,500 answers and the error is too large by a factor of two. What helps, at the same ε?",
    options=(
        ("5,000 answers.", False, "That divides the error by the root of two."),
        ("10,000 answers.", True, "The error falls with the root of the number of people."),
        (
            "Asking the same 2,500 four times.",
            False,
            "With fresh coins it is four times the ε; with the same coins nothing is new.",
        ),
    ),
)


quiz3 = Quiz(
    id="randomized_response.quiz3",
    question="Somebody trusted could count true answers and add noise to the count. What does Lena gain by the "
    "coins instead?",
    options=(
        ("A smaller error of the poll.", False, "The error is larger, at 10,000 people about 67 times."),
        (
            "Her true answer never exists outside her head.",
            True,
            "No leak, no subpoena and no new owner can get at it.",
        ),
        ("A smaller ε.", False, "Both can have any ε; they differ in whom one must trust."),
    ),
)
