"""Exercises of lesson 23: delta from losses, a meter that refuses, a private choice, a share of noise."""

import contextlib

import numpy as np

from privlab.dp import exponential
from privlab.dp.composition import BudgetSpent
from privlab.dp.distributed_noise import fit_p_value
from privlab.lab.exercise import Quiz, exercise


@exercise(
    "Outcomes with a loss of at most ε cost nothing. What does one with a larger loss cost: all of its chance?",
    "An outcome with loss L is e^L times likelier here than there. Of its chance p, e^ε times the other world's "
    "chance, p / e^L, is allowed.",
    "Add up p (1 - e^(ε - L)) over the losses L above ε.",
)
def delta_of(losses, probabilities, epsilon):
    return np.sum(probabilities * np.maximum(0, 1 - np.exp(epsilon - losses)))


@delta_of.check
def _(answer, verdict):
    """Three exact distributions of losses at four epsilons. No chance is involved."""
    fair = np.log(3) * np.array([1.0, -1.0]), np.array([0.75, 0.25])
    twice = np.log(3) * np.array([2.0, 0.0, -2.0]), np.array([0.5625, 0.375, 0.0625])
    uneven = np.array([3.0, 1.0, 0.2, -1.5]), np.array([0.1, 0.3, 0.35, 0.25])
    for losses, probabilities in (fair, twice, uneven):
        for epsilon in (0.3, 0.8, 1.5, 4.0):
            delta = float(answer(losses.copy(), probabilities.copy(), epsilon))
            true = float(delta_of.reference(losses, probabilities, epsilon))
            case = (
                f"for losses {np.round(losses, 2).tolist()} with probabilities {probabilities.tolist()}, "
                f"ε = {epsilon}, came {delta:.4f}"
            )
            if delta < -1e-9:
                return verdict.wrong(f"{case}: small losses must not make up for large ones, it should be {true:.4f}")
            if np.isclose(delta, probabilities[losses > epsilon].sum()) and delta > true + 1e-9:
                return verdict.wrong(f"{case}, the chance of a larger loss; that is more than is needed, {true:.4f}")
            if delta < true - 1e-9 and delta < 1:
                return verdict.not_private(f"{case}; on that promise data would be released that need δ = {true:.4f}")
            if not np.isclose(delta, true, rtol=1e-9, atol=1e-12):
                return verdict.wrong(f"{case}; it should be {true:.4f}")
    return verdict.right("an outcome counts only by what its chance exceeds e^ε times that in the other world")


@exercise(
    "The function inside must remember what was spent: `nonlocal spent` lets it change the name outside.",
    "Decide before the mechanism runs. Which costs must be refused even if much is left: 0? -1? NaN?",
    "Raise BudgetSpent unless 0 < epsilon <= budget - spent; add epsilon to spent; return mechanism(epsilon).",
)
def meter(budget):
    spent = 0

    def ask(mechanism, epsilon):
        nonlocal spent
        if not 0 < epsilon <= budget - spent:
            raise BudgetSpent("too little is left")
        spent += epsilon
        return mechanism(epsilon)

    return ask


class _Asked:
    """A mechanism that counts how often the data were asked, and at which epsilons."""

    def __init__(self):
        self.costs = []

    def __call__(self, epsilon):
        self.costs.append(epsilon)
        return 12


class _Breaks(_Asked):
    """A mechanism that asks the data and then fails: that it failed, and when, is an answer too."""

    def __call__(self, epsilon):
        super().__call__(epsilon)
        raise ArithmeticError("it looked, and failed")


def _let_through(ask, *questions):
    """For each (mechanism, epsilon) whether it was answered."""
    passed = []
    for mechanism, epsilon in questions:
        try:
            passed.append(ask(mechanism, epsilon) == 12)
        except BudgetSpent:
            passed.append(False)
    return passed


@meter.check
def _(answer, verdict):
    """Costs are quarters, which floating point adds exactly. No chance is involved."""
    data = [_Asked() for _ in range(6)]
    first = _let_through(answer(1.0), (data[0], 0.25), (data[1], 0.5), (data[2], 0.5), (data[3], 0.25))
    if first[:2] != [True, True]:
        return verdict.wrong("of a budget of 1, a question that costs 0.25 or the next that costs 0.5 was refused")
    if first[2]:
        return verdict.not_private(
            "of a budget of 1, costs of 0.25, 0.5 and 0.5 were let through: one question too many"
        )
    if data[2].costs:
        return verdict.not_private(
            "a question that was refused had already asked the data: what it found can be told by "
            "the refusal, or by the time it took"
        )
    if not first[3]:
        alone = _let_through(answer(1.0), (data[4], 0.75), (data[5], 0.25))
        return verdict.wrong(
            "0.25 of 1 was left, just enough for the last question, and it was refused: "
            + ("has a refused question been paid for?" if alone[1] else "what costs all that is left may pass")
        )
    repeated = _Asked()
    if sum(_let_through(answer(1.0), *[(repeated, 0.5)] * 8)) > 2:
        return verdict.not_private(
            f"the same question was answered {len(repeated.costs)} times for the price of two; fresh "
            "noise averages out, whether the question is new or not"
        )
    failing, ask = _Breaks(), answer(1.0)
    for _ in range(8):
        with contextlib.suppress(ArithmeticError, BudgetSpent):
            ask(failing, 0.5)
    if len(failing.costs) > 2:
        return verdict.not_private(
            f"a question that fails once it has looked at the data was let through {len(failing.costs)} "
            "times for the price of two: write the cost down before the mechanism runs"
        )
    for cost, name in ((-1.0, "-1"), (0.0, "0"), (float("nan"), "NaN")):
        ask, greedy = answer(1.0), _Asked()
        bad, *after = _let_through(ask, (greedy, cost), *[(_Asked(), 0.5)] * 8)
        if sum(after) > 2:
            return verdict.not_private(
                f"a question with a cost of {name} refilled the meter: after it {sum(after)} questions "
                "of 0.5 passed a budget of 1"
            )
        if bad:
            return verdict.not_private(f"a question with a cost of {name} was answered, and can be asked for ever")
    return verdict.right("what is answered never costs more than the budget, and a refusal costs nothing")


@exercise(
    "Give each option the weight e^(something times its score). `rng.choice(n, p=probabilities)` draws one.",
    "One person may raise one score and lower another by the sensitivity, and the sum of weights moves too: "
    "hence the 2 in ε / (2 sensitivity).",
    "Weights are np.exp(epsilon * (scores - max(scores)) / (2 * sensitivity)); divide by their sum.",
)
def choose(scores, epsilon, sensitivity, rng):
    weights = np.exp(epsilon * (np.array(scores) - max(scores)) / (2 * sensitivity))
    return rng.choice(len(scores), p=weights / weights.sum())


@choose.check
def _(answer, verdict):
    """2,500 choices in each of two neighbouring worlds, twice, at fixed seeds: the exponential mechanism would fail at
    one of 10^9 seeds, a private choice that spends all of e^ε here at one of 30,000; twice the epsilon is found at all
    but one of 1,000 seeds.
    """
    picked = answer([4_000, 4_002, 3_990], 1.0, 1, np.random.default_rng(1))
    if not hasattr(picked, "__index__") or not 0 <= picked < 3:
        return verdict.wrong(
            f"choose([4000, 4002, 3990], 1.0, 1, rng) gave {picked!r}, which is not the place of an option"
        )
    for epsilon, sensitivity in ((1.0, 1), (1.0, 3)):
        worlds = [np.array([0, 3, -40]) * sensitivity, np.array([1, 2, -40]) * sensitivity]
        worlds = [scores.tolist() for scores in worlds]
        counts = []
        for world, scores in enumerate(worlds):
            rng = np.random.default_rng(world + 2)
            counts.append(
                np.bincount([answer(scores, epsilon, sensitivity, rng) for _ in range(2_500)], minlength=3)[:2]
            )
        (rare, best), (more, _) = counts
        case = (
            f"epsilon {epsilon:g}, sensitivity {sensitivity}, scores {worlds[0]} and {worlds[1]}: the first option is "
            f"chosen {rare:,} and {more:,} times of 2,500"
        )
        if more > 0 and rare == 0 or rare > 0 and more == 0 or best == 2_500:
            return verdict.not_private(
                f"{case}; what is never chosen in one world and may be in the other gives it away"
            )
        if np.log(more / rare) > epsilon + 4 * np.sqrt(1 / rare + 1 / more):
            return verdict.not_private(f"{case}, {more / rare:.1f} times as often; e^ε allows {np.exp(epsilon):.1f}")
        least = 2_500 * exponential.probabilities(worlds[0], epsilon, sensitivity=sensitivity)[1]
        if best < least - 6 * np.sqrt(least):
            return verdict.wrong(
                f"{case}, and the best option {best:,} times; the exponential mechanism takes it {least:,.0f} times"
            )
    return verdict.right("the better the option the likelier, and no person moves a chance by more than e^ε")


@exercise(
    "How many parties' noise is certain to remain, if a coalition subtracts its own? Those shares must suffice.",
    "A share of one h-th is the difference of two Pólya numbers: rng.negative_binomial(1 / h, 1 - np.exp(-epsilon)).",
    "h = parties - coalition; draw two such numbers and subtract.",
)
def noise_share(epsilon, parties, coalition, rng):
    honest = parties - coalition
    first, second = rng.negative_binomial(1 / honest, 1 - np.exp(-epsilon), 2)
    return first - second


@noise_share.check
def _(answer, verdict):
    """1,600 and 600 totals of the honest shares, chi-square at 10^-7, the seed fixed: a right answer fails at one of
    10^7 seeds, noise sized for five instead of three is found at all but one of 1,000.
    """
    for epsilon, parties, coalition, runs in ((1.0, 5, 2, 1_600), (0.5, 4, 0, 600)):
        rng, honest = np.random.default_rng(5), parties - coalition
        drawn = [answer(epsilon, parties, coalition, rng) for _ in range(runs * honest)]
        case = f"epsilon {epsilon:g}, {parties} parties, a coalition of {coalition}"
        if not all(hasattr(share, "__index__") for share in drawn[:50]):
            return verdict.wrong(f"{case}: a share is a whole number, and {drawn[0]!r} is none")
        shares = np.array(drawn, dtype=np.int64).reshape(runs, honest)
        totals, variance = shares.sum(axis=1), honest * shares.var()
        needed = 2 * np.exp(-epsilon) / np.expm1(-epsilon) ** 2
        if not shares.any():
            return verdict.not_private(f"{case}: a share with no noise leaves the exact total")
        if len(np.unique(shares)) == 1:
            return verdict.not_private(
                f"{case}: it is the same share every time, {drawn[0]}, so everybody can subtract it"
            )
        if abs(totals.mean()) > 6 * np.sqrt(variance / runs):
            return verdict.wrong(f"{case}: the noise is {totals.mean():.2f} on average, where it should be 0")
        if fit_p_value(totals, epsilon) < 1e-7:
            if variance < 0.8 * needed:
                return verdict.not_private(
                    f"{case}: the coalition subtracts its own noise, and the variance that remains, "
                    f"{variance:.2f}, is too little: ε = {epsilon:g} needs {needed:.2f}"
                )
            if variance > 1.25 * needed:
                return verdict.wrong(
                    f"{case}: the honest add a variance of {variance:.2f}, more noise than ε = {epsilon:g} "
                    f"needs, {needed:.2f}"
                )
            return verdict.not_private(
                f"{case}: the variance is right, but the totals do not follow the discrete Laplace: far "
                "out, neighbouring totals differ by more than e^ε"
            )
    return verdict.right("the honest shares alone are discrete Laplace noise, to the last tail")


quiz1 = Quiz(
    id="composition_and_selection.quiz1",
    question="A thousand releases of ε = 0.1 cost 100 by the basic rule and 19 by the exact one, at δ = 10⁻⁶. Which "
    "is true?",
    options=(
        ("The basic rule is wrong.", False, "No loss ever exceeds 100. It is a bound, and for δ = 0 no other holds."),
        (
            "Both are: a loss above 19 is possible, and hardly ever happens.",
            True,
            "Losses of single releases have both signs and nearly cancel; δ is what is left for bad luck.",
        ),
        ("The exact rule adds less noise.", False, "The noise is the same. Only the account of it differs."),
    ),
)


quiz2 = Quiz(
    id="composition_and_selection.quiz2",
    question="A meter refuses a question about Lena. What may decide whether it refuses?",
    options=(
        (
            "How much the answer would tell about her.",
            False,
            "Then the refusal itself tells something, and nobody has counted it.",
        ),
        (
            "The costs of this question and of those answered before.",
            True,
            "They are public. A refusal that follows from them tells nothing new.",
        ),
        (
            "Whether the question was asked before.",
            False,
            "Fresh noise on an old question is a new look at the data. Giving the old answer again would be free.",
        ),
    ),
)


quiz3 = Quiz(
    id="composition_and_selection.quiz3",
    question="Five parties make the noise of a total together. Two of them may collude. For how many is it sized?",
    options=(
        ("For five.", False, "Then two fifths of it can be subtracted again, and the total is left with too little."),
        (
            "For three.",
            True,
            "The three honest shares suffice alone. If nobody colludes, there is more noise than needed.",
        ),
        (
            "For one, to be safe.",
            False,
            "That is private too, and five times as noisy as it must be without a coalition.",
        ),
    ),
)
