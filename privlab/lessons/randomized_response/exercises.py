"""Exercises of lesson 21: the estimate for any coin, exactly private answers, the people it takes, asking again."""

import math

import numpy as np

from privlab.dp.randomized_response import standard_error, truth_probability
from privlab.lab.exercise import Quiz, exercise

FAR = 5.5  # standard deviations: a right answer strays so far once in 2 * 10^7 counts


@exercise(
    "Let p be the true share and k the chance of a true answer. Which share of the answers is yes on average?",
    "True yes that stay yes, and true no that became yes: k p + (1 - k)(1 - p). Solve that for p.",
    "The mean of the answers, less 1 - k, all over 2 k - 1.",
)
def estimate(answers, truth_probability):
    return (np.mean(answers) - (1 - truth_probability)) / (2 * truth_probability - 1)


@estimate.check
def _(answer, verdict):
    """Compares with the formula on fixed answers to 1e-9. No chance is involved."""
    for keep, yes, no in ((0.75, 55, 45), (0.9, 58, 42), (0.6, 580, 420)):
        share = (yes / (yes + no) - (1 - keep)) / (2 * keep - 1)
        estimated = answer(np.array([1] * yes + [0] * no), keep)
        if not abs(estimated - share) < 1e-9:
            return verdict.wrong(
                f"when {yes} of {yes + no} answers are yes and each is true with chance {keep}, "
                f"{share:.0%} truly say yes; estimate gave {estimated:.3g}"
            )
    estimated = answer(np.array([1, 1, 1, 1]), 0.75)
    if not abs(estimated - 1.5) < 1e-9:
        return verdict.wrong(
            f"four yes at 0.75 give {estimated:.3g}; the formula gives 1.5, and cutting that off makes "
            "the estimate too low on average"
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
    """Counts 10,000 answers from each truth at three ε. A right answer is called wrong with chance below 1e-6, one
    whose probability of the truth is off by 0.05 is let pass with chance below 1e-5.
    """
    people = 10_000
    for epsilon in (0.2, math.log(3), 2.0):
        rng, keep = np.random.default_rng(1), truth_probability(epsilon)
        kept = []
        for truth in (1, 0):
            answers = [answer(truth, epsilon, rng) for _ in range(people)]
            odd = next((said for said in answers if said not in (0, 1)), None)
            if odd is not None:
                return verdict.wrong(f"respond_with({truth}, {epsilon:.2f}, rng) gave {odd!r}; an answer is 0 or 1")
            kept.append(sum(said == truth for said in answers) / people)
        leak = _ratio_leak(kept, epsilon)
        far = FAR * math.sqrt(keep * (1 - keep) / people)
        if leak and (max(kept) > keep + far or min(kept) == 0):
            return verdict.not_private(f"at ε = {epsilon:.2f} {leak}")
        if min(kept) < keep - far:
            truth = 1 if kept[0] < kept[1] else 0
            return verdict.wrong(
                f"at ε = {epsilon:.2f} a true {('no', 'yes')[truth]} is answered truly {min(kept):.1%} "
                f"of the time; {keep:.1%} is allowed, and the poll needs it"
            )
    return verdict.right("as truthful as ε allows, and no more")


def _ratio_leak(kept, epsilon):
    """A sentence on the answer that tells the truths apart best, or None; `kept`: shares of true answers from yes
    and no.
    """
    true_yes, true_no = kept
    name, likely, unlikely, truth, other = max(
        (("yes", true_yes, 1 - true_no, "yes", "no"), ("no", true_no, 1 - true_yes, "no", "yes")),
        key=lambda case: case[1] / case[2] if case[2] else math.inf if case[1] else 0,
    )
    if likely <= math.exp(epsilon) * unlikely:
        return None
    if unlikely == 0:
        return f"a {name} never comes from a true {other} in 10,000 tries: whoever hears it knows the truth"
    return (
        f"a {name} is {likely / unlikely:.2f} times likelier from a true {truth} than from a true {other}; "
        f"e^ε allows {math.exp(epsilon):.2f}"
    )


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
    """Compares with the formula, give or take one person. No chance is involved."""
    for epsilon, error in ((math.log(3), 0.01), (0.5, 0.02), (2.0, 0.005)):
        people = answer(epsilon, error)
        right = math.ceil(standard_error(1, epsilon) ** 2 / error**2)
        if people < 1 or abs(people - right) > 1:
            size = "too few" if people < right else "more than it takes"
            have = (
                f"a standard error of {standard_error(people, epsilon):.4f}"
                if people >= 1
                else "no standard error at all"
            )
            return verdict.wrong(f"at ε = {epsilon:.3g}, {people:,} people give {have}; for {error} that is {size}")
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
    """Makes 1,000 respondents of each truth and asks each 30 times. A right answer is called wrong with chance below
    1e-6, fresh coins are found with certainty, a single second coin at all but one of 1,000 seeds.
    """
    epsilon, people, days, rng = math.log(3), 1_000, 30, np.random.default_rng(1)
    keep, first, best, all_yes = truth_probability(epsilon), [], [], []
    for truth in (1, 0):
        made = [answer(truth, epsilon, rng) for _ in range(people)]
        if not callable(made[0]):
            return verdict.wrong(
                f"respondent({truth}, {epsilon:.2f}, rng) gave {made[0]!r}, not a function to ask every day"
            )
        months = np.array([[ask() for _ in range(days)] for ask in made])
        if not np.isin(months, (0, 1)).all():
            return verdict.wrong("an answer is 0 or 1")
        first.append(np.mean(months[:, 0] == truth))
        best.append(np.mean((months.mean(axis=1) > 0.5) == truth))
        all_yes.append(max(months.all(axis=1).sum(), 1))
    far = FAR * math.sqrt(keep * (1 - keep) / people)
    if max(first) > keep + far:
        return verdict.not_private(
            f"on the first day the truth is answered {max(first):.1%} of the time; {keep:.1%} is allowed"
        )
    if min(first) < keep - far:
        return verdict.wrong(
            f"on the first day the truth is answered {min(first):.1%} of the time; {keep:.1%} is allowed, "
            "and the poll needs it"
        )
    if max(best) > keep + far:
        return verdict.not_private(
            f"after 30 days the more frequent answer is the truth for {max(best):.1%} of people; "
            f"one answer allowed {keep:.1%}"
        )
    true_yes, true_no = all_yes
    if math.log(true_yes / true_no) > epsilon + FAR * math.sqrt(1 / true_yes + 1 / true_no):
        return verdict.not_private(
            f"yes on all 30 days is {true_yes / true_no:.1f} times likelier from a true yes; "
            f"one answer allowed {math.exp(epsilon):.0f} times"
        )
    return verdict.right("asking again tells nothing new")


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
