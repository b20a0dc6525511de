"""Exercises of lesson 23: delta from losses, a meter that refuses, a private choice, a share of noise."""

import itertools
import math
from fractions import Fraction

import numpy as np
from scipy.stats import chi2, expon, gumbel_r, laplace

from privlab.dp.composition import BudgetSpent
from privlab.dp.distributed_noise import fit_p_value, remaining_noise
from privlab.lab.distributions import fewer_if_slow
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import begun_anew, repeats
from privlab.lab.results import all_seen, as_number, shown

ERROR = 1e-9  # probability that one test calls a right answer wrong
WORLDS = (  # probabilities of the same outcomes in this world and in the other
    ((3, 1), (1, 3)),
    ((9, 6, 1), (1, 6, 9)),
    ((0.5, 0.2, 0.2, 0.1), (0.1, 0.3, 0.2, 0.4)),
    ((1, 0, 6, 0, 9), None),
    (np.arange(1, 41) ** 2, np.arange(1, 41)[::-1] ** 1.5),
    ((1.0,), (1.0,)),
)
SENSELESS = ((-1.0, "-1"), (0.0, "0"), (math.nan, "NaN"), (-math.inf, "-infinity"), (math.inf, "infinity"))
NUMBERS = itertools.count(17, 12)  # of questions; none is a multiple of ten
NOISES = (gumbel_r, laplace, expon)  # the largest score after the first is the exponential mechanism's choice
ELECTIONS = (  # epsilon, sensitivity, scores in two neighbouring worlds or in one, choices in each
    (1.0, 1, ([0, 3, -40], [1, 2, -40]), 2_000),
    (1.0, 3, ([0, 9, -120], [3, 6, -120]), 1_200),
    (2.0, 1, ([-7, -9, -8, -8], [-8, -8, -8, -9]), 1_000),
    (1.0, 1, ([5] + 19 * [0], [4] + 19 * [1]), 1_000),
    (0.5, 1, ([4_010, 4_000, 4_004, 4_004, 4_001],), 1_000),
    (1.0, 1, ([5],), 5),
)
TOTALS = ((1.0, 5, 2, 1_200), (0.5, 4, 0, 500), (0.2, 2, 1, 1_500), (2.0, 10, 3, 400))  # the last one: runs


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
    """✓: δ to five digits for losses that can occur, few or many, in any order, some of probability 0, and for every ε
    from 0 to above the largest loss.

    The other world's probabilities add up to 1 in every case. Not seen: infinite losses. No chance is involved.
    """
    rng = np.random.default_rng(1)
    for here, there in WORLDS:
        order = rng.permutation(len(here))
        probabilities = np.array(here)[order] / sum(here)
        losses = np.log(probabilities) - np.log(np.array(there)[order] / sum(there)) if min(here) else None
        if losses is None:  # fair coins twice, on the grid of the lesson: two of the losses never occur
            losses, probabilities = np.log(3) * np.arange(-2, 3), np.array(here) / sum(here)
        for epsilon in (0.3, 0.8, 1.5, 4.0, 0.0):
            gave = answer(losses.copy(), probabilities.copy(), epsilon)
            true = float(delta_of.reference(losses, probabilities, epsilon))
            case = (
                f"for losses {shown(losses.round(2))} with probabilities {shown(probabilities.round(4))}, ε = {epsilon}"
            )
            delta = None if getattr(gave, "shape", ()) else as_number(gave)
            if delta is None or math.isnan(delta):
                return verdict.wrong(f"{case}, came {shown(gave)}; δ is one number, here {true:.4f}")
            case += f", came {delta:.6g}"
            if delta < -1e-9:
                return verdict.wrong(f"{case}: small losses must not make up for large ones, it should be {true:.6g}")
            if np.isclose(delta, probabilities[losses > epsilon].sum()) and delta > true + 1e-9:
                return verdict.wrong(f"{case}, the chance of a larger loss; that is more than is needed, {true:.6g}")
            if math.isclose(delta, true, rel_tol=1e-5, abs_tol=1e-12):
                continue
            if delta < true and delta < 1:
                return verdict.not_private(f"{case}; on that promise data would be released that need δ = {true:.6g}")
            return verdict.wrong(f"{case}; it should be {true:.6g}")
    return verdict.right("an outcome counts only by what its chance exceeds e^ε times that in the other world")


@exercise(
    "The function inside must remember what was spent: `nonlocal spent` lets it change the name outside.",
    "Decide before the mechanism runs. Which costs must be refused even if much is left: 0? -1? NaN?",
    "Raise BudgetSpent unless 0 < cost <= budget - spent; add the cost to what is spent; return mechanism(epsilon). "
    "Fraction(str(epsilon)) is a cost as it is written: three of 0.1 are 0.3 then.",
    show=["from fractions import Fraction"],
)
def meter(budget):
    left = Fraction(str(budget))

    def ask(mechanism, epsilon):
        nonlocal left
        cost = Fraction(str(epsilon))
        if not 0 < cost <= left:
            raise BudgetSpent("too little is left")
        left -= cost
        return mechanism(epsilon)

    return ask


def _question(failure=None, first=None):
    """A mechanism, a plain function, and the list of epsilons at which it was run; it gives another number each time.

    failure : an exception that it raises once it has looked.  first : called while it runs.
    """
    runs, number = [], next(NUMBERS)

    def mechanism(epsilon):
        runs.append(epsilon)
        if first:
            first()
        if failure:
            raise failure
        mechanism.gave = number + len(runs) / 100
        return mechanism.gave

    return mechanism, runs


def _ask(ask, mechanism, epsilon):
    """What came of a question: "answered", "refused" by BudgetSpent, or another word; and what was given or raised."""
    try:
        gave = ask(mechanism, epsilon)
    except BudgetSpent as refusal:
        return "refused", refusal
    except Exception as error:
        return "raised", error
    return "answered", gave


class _Broken(BaseException):
    """What a mechanism raises that was stopped from outside."""


@meter.check
def _(answer, verdict):
    """✓: data are looked at once for each price that is paid, with the ε that was paid for, and never for more than the
    budget in all; what fits is answered with what the mechanism gives; a refusal costs nothing and looks at nothing.
    Mechanisms that fail, that are stopped, that ask while they run, and costs that are none are tried.

    A question that is answered from memory is free and passes, as does any error for a senseless cost. A meter that
    counts in floating point passes and is told what that refuses; one that forgives more than 1e-6 of a cost does not
    pass. Not seen: a meter that starts anew after more than 400 questions or another day, and one that is read by two
    at the same time. No chance is involved.
    """
    ask = answer(1.0)
    if not callable(ask):
        return verdict.wrong(f"meter(1.0) gave {shown(ask)}, not a function to ask")
    said = _first_questions(answer, verdict)
    if said is not None:
        return said
    said = _paid_for(answer, verdict)
    if said is not None:
        return said
    for cost, name in SENSELESS:
        ask, (greedy, looked) = answer(1.0), _question()
        how, _ = _ask(ask, greedy, cost)
        after = [_question() for _ in range(8)]
        passed = [_ask(ask, question, 0.5)[0] == "answered" for question, _ in after]
        looks = sum(len(runs) for _, runs in after)
        if looks > 2:
            return verdict.not_private(
                f"a question with a cost of {name} refilled the meter: after it {looks} questions "
                "of 0.5 passed a budget of 1"
            )
        if looked or how == "answered":
            return verdict.not_private(f"a question with a cost of {name} was answered, and can be asked for ever")
        if passed[:2] != [True, True]:
            return verdict.wrong(f"a question with a cost of {name} was refused, and after it 0.5 of 1 was refused too")
    said = _many_questions(answer, verdict)
    if said is not None:
        return said
    for budget, cost, refused in ((1.0, 0.1, 11), (0.3, 0.1000001, 3)):
        ask = answer(budget)
        came = [_ask(ask, _question()[0], cost)[0] == "answered" for _ in range(refused)]
        if came[-1]:
            return verdict.not_private(f"of a budget of {budget}, {refused} questions of {cost} were answered")
        if not all(came[:-2]):
            return verdict.wrong(f"of a budget of {budget}, question {came.index(False) + 1} of {cost} was refused")
    promise = "what is answered never costs more than the budget, and a refusal costs nothing"
    ask = answer(0.3)
    if [_ask(ask, _question()[0], 0.1)[0] for _ in range(3)][-1] != "answered":
        promise += "; in floating point three times 0.1 is more than 0.3, and it refuses the third"
    return verdict.right(promise)


def _first_questions(answer, verdict):
    """A verdict on four questions to a budget of 1, of 0.25, 0.5, 0.5 and 0.25, or None when they are treated well."""
    ask, questions = answer(1.0), [_question() for _ in range(6)]
    costs = (0.25, 0.5, 0.5, 0.25)
    came = [_ask(ask, mechanism, cost) for (mechanism, _), cost in zip(questions, costs)]
    for (how, gave), (_, runs), cost in zip(came[:2], questions, costs):
        if how != "answered":
            error = f" ({type(gave).__name__}: {gave})" if how == "raised" else ""
            return verdict.wrong(
                f"of a budget of 1, a question that costs 0.25 or the next that costs 0.5 was refused{error}"
            )
        if not runs:
            return verdict.wrong(f"ask(mechanism, {cost}) gave {shown(gave)} and never asked mechanism({cost})")
    if came[2][0] == "answered" and questions[2][1]:
        return verdict.not_private(
            "of a budget of 1, costs of 0.25, 0.5 and 0.5 were let through: one question too many"
        )
    if questions[2][1]:
        return verdict.not_private(
            "a question that was refused had already asked the data: what it found can be told by "
            "the refusal, or by the time it took"
        )
    if came[2][0] != "refused":
        did = f"raised {type(came[2][1]).__name__}" if came[2][0] == "raised" else f"gave {shown(came[2][1])}"
        return verdict.wrong(f"of a budget of 1, 0.25 was left and 0.5 was asked: ask {did} instead of BudgetSpent")
    if came[3][0] != "answered":
        ask = answer(1.0)
        alone = [_ask(ask, mechanism, cost)[0] for (mechanism, _), cost in zip(questions[4:], (0.75, 0.25))]
        return verdict.wrong(
            "0.25 of 1 was left, just enough for the last question, and it was refused: "
            + (
                "has a refused question been paid for?"
                if alone[1] == "answered"
                else "what costs all that is left may pass"
            )
        )
    for mechanism, cost in ((_question(), 0.001), (_question(), 0.25)):
        if _ask(ask, mechanism[0], cost)[0] == "answered" or mechanism[1]:
            return verdict.not_private(f"of a budget of 1 all was spent, and a question that costs {cost} was answered")
    return None


def _paid_for(answer, verdict):
    """A verdict on whether each look at the data is paid for before it happens, or None."""
    for budget, cost in ((1.0, 0.5), (3.0, 0.25), (1.0, 1)):
        (mechanism, runs), ask = _question(), answer(budget)
        how, gave = _ask(ask, mechanism, cost)
        if how == "refused":
            return verdict.wrong(
                f"a new meter({budget}) refused a question that costs {cost}: what others were asked is not its affair"
            )
        if len(runs) > 1:
            return verdict.not_private(f"for one price of {cost} the data were asked {len(runs)} times")
        if runs and runs[0] != cost:
            more = f"the mechanism was run with ε = {shown(runs[0])} where {cost} was paid"
            return verdict.not_private(more) if not runs[0] < cost else verdict.wrong(more)
        if how != "answered" or as_number(gave) != mechanism.gave:
            did = "gave" if how == "answered" else "raised"
            return verdict.wrong(f"mechanism({cost}) gave {mechanism.gave}, and ask {did} {shown(gave)}")
    (repeated, runs), ask = _question(), answer(1.0)
    came = [_ask(ask, repeated, 0.5)[0] for _ in range(8)]
    if len(runs) > 2:
        return verdict.not_private(
            f"the same question was answered {came.count('answered')} times for the price of two; fresh "
            "noise averages out, whether the question is new or not"
        )
    if len(runs) < 2 and came.count("answered") < 8:
        return verdict.wrong("of a budget of 1, the same question at 0.5 was refused the second time")
    (finer, runs), ask = _question(), answer(1.0)
    if [_ask(ask, finer, cost)[0] for cost in (0.25, 0.5)] != ["answered"] * 2 or runs != [0.25, 0.5]:
        return verdict.wrong(f"a question was asked at 0.25 and then at 0.5, and the data were asked at {shown(runs)}")
    for failure in (ArithmeticError("it looked, and failed"), BudgetSpent("it says so"), _Broken()):
        (failing, runs), ask = _question(failure), answer(1.0)
        for _ in range(8):
            try:
                ask(failing, 0.5)
            except (Exception, _Broken):
                continue
        if len(runs) > 2:
            return verdict.not_private(
                f"a question that fails once it has looked at the data was let through {len(runs)} "
                "times for the price of two: write the cost down before the mechanism runs"
            )
    ask, inner = answer(1.0), [_question() for _ in range(4)]
    outer, _ = _question(first=lambda: [_ask(ask, mechanism, 0.5) for mechanism, _ in inner])
    _ask(ask, outer, 0.5)
    if sum(len(runs) for _, runs in inner) > 1:
        return verdict.not_private(
            "a question that asks others while it runs got more than the budget: write the cost down before the "
            "mechanism runs"
        )
    return None


def _many_questions(answer, verdict):
    """A verdict on 400 questions of all costs to each of three meters in turn, or None."""
    rng, budgets = np.random.default_rng(1), (2.5, 40.0, 40.0)
    meters = [[answer(budget), Fraction(budget), Fraction(0)] for budget in budgets]
    for _ in range(400):
        for number, (ask, budget, paid) in enumerate(meters):
            cost = float(rng.choice([0.125, 0.25, 0.5, 1.5, 50.0]))
            mechanism, runs = _question()
            how, _ = _ask(ask, mechanism, cost)
            meters[number][2] = paid = paid + sum(map(Fraction, runs))
            asked = f"of {len(budgets)} meters the one with a budget of {float(budget):g}"
            if paid > budget:
                return verdict.not_private(f"{asked} let questions through that cost {float(paid):g}")
            if not runs and paid + Fraction(cost) <= budget:
                return verdict.wrong(
                    f"{asked}, of which {float(paid):g} was spent, {how} a question that costs {cost:g}"
                )
    return None


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
    """✓: options are chosen as by the exponential mechanism, or as the largest score after Laplace or exponential noise
    of the scale 2 sensitivity / ε, which are as private; for one option or many, ties, scores below 0 and in the
    thousands; choices have nothing to do with each other and come in one form.

    Not seen: an ε less than a tenth too large or small, floating-point rounding. 12,000 choices, half as many of a slow
    answer: of 10^7 right answers one is called wrong at most.
    """
    rng, forms, moved, counted = np.random.default_rng(2), {}, None, []
    for epsilon, sensitivity, worlds, draws in ELECTIONS:
        case = f"epsilon {epsilon:g}, sensitivity {sensitivity}, scores {' and '.join(map(_written, worlds))}"
        tried = np.array(worlds[0]), epsilon, sensitivity, np.random.default_rng(3)
        draws = fewer_if_slow(draws, lambda tried=tried: answer(*tried))
        for scores in worlds:
            places = []
            for _ in range(draws):
                picked, form = all_seen(answer, np.array(scores), epsilon, sensitivity, rng)
                places.append(_place(picked, len(scores)))
                forms.setdefault(form, picked)
                if places[-1] is None:
                    return verdict.wrong(
                        f"choose({scores}, {epsilon:g}, {sensitivity}, rng) gave {shown(picked)}, "
                        "which is not the place of an option"
                    )
            counted.append((epsilon / sensitivity, scores, np.bincount(places, minlength=len(scores))))
            moved = moved or _repeated(places, case)
        if len(worlds) == 2:
            leak = _moved(case, [counts for *_, counts in counted[-2:]], epsilon)
            if leak:
                return verdict.not_private(leak)
    if not any(_fits(counted, noise) for noise in NOISES):
        return _not_that_choice(counted, verdict)
    if moved:
        return verdict.not_private(moved)
    if len(forms) > 1:
        told = " and ".join(f"{shown(picked)} as {form}" for form, picked in list(forms.items())[:2])
        return verdict.not_private(f"choices come as {told}: what differs besides the place tells more than the place")
    if repeats(
        lambda: begun_anew(answer, lambda rng: [as_number(answer(np.zeros(9, int), 1.0, 1, rng)) for _ in range(64)])
    ):
        return verdict.not_private(
            "the choices are the same each time everything begins anew, whatever rng is: whoever reads your code "
            "knows the noise"
        )
    return verdict.right("the better the option the likelier, and no person moves a chance by more than e^ε")


def _place(picked, options):
    """The place that was picked, an int, or None for what is no place; an array of one place is one."""
    if getattr(picked, "size", 0) == 1 and hasattr(picked, "item"):
        picked = picked.item()
    if isinstance(picked, bool | np.bool_) or not hasattr(picked, "__index__"):
        return None
    try:
        place = picked.__index__()
    except TypeError:
        return None
    return place if 0 <= place < options else None


def _moved(case, counts, epsilon):
    """A sentence on how much likelier an option is in one of two neighbouring worlds, or None; counts : two arrays."""
    draws = int(counts[0].sum())
    for option in np.argsort(-np.abs(np.log((counts[0] + 0.5) / (counts[1] + 0.5)))):
        first, second = (int(count[option]) for count in counts)
        more, less = max(first, second), min(first, second)
        said = f"{case}: option {option} is chosen {first:,} and {second:,} times of {draws:,}"
        if less == 0 and more > 20 * math.exp(epsilon):
            return f"{said}; what is never chosen in one world and may be in the other gives it away"
        if less and math.log(more / less) > epsilon + 6 * math.sqrt(1 / more + 1 / less):
            return f"{said}, {more / less:.1f} times as often; e^ε allows {math.exp(epsilon):.1f}"
    return None


def _written(scores):
    """Scores as a reader would type them: those of many options in short."""
    return str(scores) if len(scores) < 9 else f"[{scores[0]}] + {len(scores) - 1} * [{scores[1]}]"


def _chances(scores, distribution):
    """The probability of each option, [options], to have the largest score after independent noise of a frozen
    distribution of scipy.
    """
    scores, found = np.array(scores, dtype=float), {}
    own = distribution.ppf((np.arange(2_000) + 0.5) / 2_000)
    for score in np.unique(scores):
        others = np.delete(scores, np.flatnonzero(scores == score)[0])
        found[score] = distribution.cdf(own[:, None] + score - others).prod(axis=1).mean()
    return np.array([found[score] for score in scores])


def _fits(counted, distribution):
    """Whether choices are as often as after noise of this distribution: by a chi-square test of all together, and by
    how far good options are preferred.

    counted : list of (epsilon / sensitivity, scores, how often each option was chosen).
    """
    stray, freedom, pull, variance = 0.0, 0, 0.0, 0.0
    for sharpness, scores, counts in counted:
        probabilities = _chances(scores, distribution(scale=2 / sharpness))
        stray, freedom, pull, variance = np.add(
            (stray, freedom, pull, variance),
            (*_stray(counts, probabilities), *_pull(sharpness, scores, counts, probabilities)),
        )
    return chi2.sf(stray, freedom) > ERROR and abs(pull) < 6 * math.sqrt(variance)


def _pull(sharpness, scores, counts, probabilities):
    """By how much good options were chosen more than their probabilities say, and the variance of that."""
    centred = np.array(scores) * sharpness
    centred = centred - probabilities @ centred
    return counts @ centred, counts.sum() * (probabilities @ centred**2)


def _stray(counts, probabilities):
    """Chi-square and its degrees of freedom for how often each was counted; rare ones are counted together, and what
    can hardly come may not come.
    """
    expected = counts.sum() * probabilities
    often = expected >= 10
    if not often.all():
        rare = expected[~often].sum()
        if rare < 1e-3 and counts[~often].any():
            return math.inf, 1
        counts = np.append(counts[often], counts[~often].sum())
        expected = np.append(expected[often], rare)
        if rare < 10:  # too few for a cell of their own
            counts, expected = np.append(counts[:-2], counts[-2:].sum()), np.append(expected[:-2], expected[-2:].sum())
    return float(((counts - expected) ** 2 / expected).sum()), max(len(counts) - 1, 0)


def _repeated(places, case):
    """A sentence on choices that follow from earlier ones, at any distance, or None."""
    places = np.array(places)
    top = (places == np.bincount(places).argmax()).astype(float)
    top -= top.mean()
    together = np.fft.irfft(np.abs(np.fft.rfft(top, 2 * len(top))) ** 2)
    distance = int(np.abs(together[1 : len(top) // 2]).argmax()) + 1
    if together[0] and abs(together[distance]) > 7 * together[0] / math.sqrt(len(top)):
        return f"{case}: a choice depends on the one {distance:,} before, so who knows one knows something of the other"
    return None


def _not_that_choice(counted, verdict):
    """The verdict on choices that are none of the known private ones, at the scores where that shows most."""
    strays, pulls = [], []
    for sharpness, scores, counts in counted:
        chances = _chances(scores, gumbel_r(scale=2 / sharpness))
        stray, freedom = _stray(counts, chances)
        strays.append(stray / max(freedom, 1))
        pulls.append(_pull(sharpness, scores, counts, chances))
    pull, variance = np.sum(pulls, axis=0)
    sure = pull > 3 * math.sqrt(variance)
    most = np.argmax([pull / math.sqrt(variance or 1) for pull, variance in pulls] if sure else strays)
    sharpness, scores, counts = counted[most]
    expected = counts.sum() * _chances(scores, gumbel_r(scale=2 / sharpness))
    best = int(np.argmax(scores))
    said = (
        f"at scores {_written(scores)} and ε / sensitivity = {sharpness:.3g} the best option is chosen "
        f"{counts[best]:,} times of {counts.sum():,}; the exponential mechanism takes it {expected[best]:,.0f} times"
    )
    never = np.flatnonzero((counts == 0) & (expected > 25))
    if len(never):
        return verdict.not_private(
            f"{said} and option {never[0]} {expected[never[0]]:,.0f} times; what is never chosen here and may be at "
            "other scores gives them away"
        )
    if sure:
        return verdict.not_private(f"{said}: so sure a choice moves by more than e^ε when one person's scores change")
    return verdict.wrong(said)


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
    """✓: whole shares, differences of Pólya numbers, which add up to discrete Laplace noise for the honest parties,
    for two parties or ten, with and without a coalition, for ε from 0.2 to 2; a share has nothing to do with the next.

    Not seen: who draws them, and tails of less than one in a thousand. 10,000 shares, half as many of a slow answer: of
    10^7 right answers one is called wrong at most; noise sized for five instead of three is found at all but one of
    1,000.
    """
    for epsilon, parties, coalition, runs in TOTALS:
        rng, honest = np.random.default_rng(5), parties - coalition
        tried = epsilon, parties, coalition, np.random.default_rng(6)
        runs = fewer_if_slow(runs, lambda tried=tried: answer(*tried))
        case, drawn, forms = f"epsilon {epsilon:g}, {parties} parties, a coalition of {coalition}", [], {}
        for _ in range(runs * honest):
            gave, form = all_seen(answer, epsilon, parties, coalition, rng)
            share = as_number(gave)
            if share is None or not share.is_integer():
                return verdict.wrong(f"{case}: a share is a whole number, and {shown(gave)} is none")
            drawn.append(int(share))
            forms.setdefault(form, gave)
        shares = np.array(drawn).reshape(runs, honest)
        totals, variance = shares.sum(axis=1), honest * shares.var()
        needed = 2 * np.exp(-epsilon) / np.expm1(-epsilon) ** 2
        if not shares.any():
            return verdict.not_private(f"{case}: a share with no noise leaves the exact total")
        if len(np.unique(shares)) == 1:
            return verdict.not_private(
                f"{case}: it is the same share every time, {drawn[0]}, so everybody can subtract it"
            )
        if len(forms) > 1:
            told = " and ".join(f"{shown(gave)} as {form}" for form, gave in list(forms.items())[:2])
            return verdict.not_private(f"{case}: shares come as {told}, and the form tells of the noise")
        if abs(totals.mean()) > 6 * np.sqrt(variance / runs):
            return verdict.wrong(f"{case}: the noise is {totals.mean():.2f} on average, where it should be 0")
        if fit_p_value(totals, epsilon) < ERROR or _share_fit(shares, epsilon, honest) < ERROR:
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
        lag = _shares_together(shares.ravel())
        if lag:
            return verdict.not_private(
                f"{case}: a share depends on the one drawn {lag:,} before: who knows one knows something of the other"
            )
    if repeats(lambda: begun_anew(answer, lambda rng: [as_number(answer(0.2, 2, 1, rng)) for _ in range(64)])):
        return verdict.not_private(
            "the shares are the same each time everything begins anew, whatever rng is: whoever reads your code "
            "subtracts them"
        )
    return verdict.right("the honest shares alone are discrete Laplace noise, to the last tail")


def _share_fit(shares, epsilon, honest):
    """The p-value of a chi-square test of shares [runs, honest] against differences of two Pólya numbers."""
    reach = int(30 / epsilon)
    chances = remaining_noise(epsilon, honest=honest, remaining=1, reach=reach)
    counts = np.bincount(np.clip(shares.ravel(), -reach, reach) + reach, minlength=2 * reach + 1)
    return chi2.sf(*_stray(counts, chances / chances.sum()))


def _shares_together(shares):
    """How far apart shares lie that depend on each other, by sign or by size, or None."""
    for values in (np.sign(shares), np.minimum(np.abs(shares), 3)):
        values = values - values.mean()
        together = np.fft.irfft(np.abs(np.fft.rfft(values, 2 * len(values))) ** 2)
        distance = int(np.abs(together[1 : len(values) // 2]).argmax()) + 1
        if abs(together[distance]) > 7 * together[0] / math.sqrt(len(values)):
            return distance
    return None


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
