"""Answers to the exercises of lesson 23, wrong and right ones, and what their checks must say."""

import functools
import math
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy import special, stats

from privlab import dp
from privlab.dp.composition import Budget, BudgetSpent
from privlab.lessons.composition_and_selection.exercises import choose, delta_of, meter, noise_share
from tests.lessons.answers import recognised, right, wrong

wrong(delta_of, "✗", "should be", "the mean loss", edit=("np.maximum(0, 1 - np.exp(epsilon - losses))", "losses"))
wrong(delta_of, "⚠", "would be released", "the chances squared", edit=("probabilities *", "probabilities ** 2 *"))


@wrong(delta_of, "✗", "more than is needed")
def the_chance_of_a_larger_loss(losses, probabilities, epsilon):
    return probabilities[losses > epsilon].sum()


@wrong(delta_of, "✗", "make up")
def small_losses_make_up_for_large_ones(losses, probabilities, epsilon):
    return np.sum(probabilities * (1 - np.exp(epsilon - losses)))


@wrong(delta_of, "⚠", "would be released")
def nothing_is_lost(losses, probabilities, epsilon):
    return 0.0


wrong(meter, "⚠", "one question too many", "looks before it adds", edit=("not 0 < cost <= left", "left <= 0"))
wrong(meter, "⚠", "refilled", "a cost below 0 refills it", edit=("not 0 < cost <= left", "cost > left"))
wrong(meter, "✗", "just enough", "the last of the budget is kept", edit=("cost <= left", "cost < left"))


@wrong(meter, "⚠", "one question too many")
def lets_everything_through(budget):
    return lambda mechanism, epsilon: mechanism(epsilon)


@wrong(meter, "⚠", "the same question")
def the_same_question_again_is_free(budget):
    asked = {}

    def ask(mechanism, epsilon):
        if not 0 < epsilon <= budget - sum(asked.values()) + asked.get(mechanism, 0):
            raise BudgetSpent("no")
        asked[mechanism] = epsilon
        return mechanism(epsilon)

    return ask


@wrong(meter, "⚠", "asked the data")
def the_refusal_tells(budget):
    spent = 0

    def ask(mechanism, epsilon):
        nonlocal spent
        result = mechanism(epsilon)
        if not 0 < epsilon <= budget - spent:
            raise BudgetSpent(f"{result} is refused")
        spent += epsilon
        return result

    return ask


@wrong(meter, "⚠", "before")
def paid_for_when_it_has_been_answered(budget):
    spent = 0

    def ask(mechanism, epsilon):
        nonlocal spent
        if not 0 < epsilon <= budget - spent:
            raise BudgetSpent("no")
        result = mechanism(epsilon)
        spent += epsilon
        return result

    return ask


@wrong(meter, "✗", "a refused question")
def what_was_refused_is_paid_for(budget):
    spent = 0

    def ask(mechanism, epsilon):
        nonlocal spent
        if not epsilon > 0:
            raise BudgetSpent("no")
        spent += epsilon
        if spent > budget:
            raise BudgetSpent("no")
        return mechanism(epsilon)

    return ask


@wrong(meter, "✗", "refused")
def nothing_is_let_through(budget):
    def ask(mechanism, epsilon):
        raise BudgetSpent("no")

    return ask


wrong(choose, "⚠", "times as often", "without the 2", edit=("2 * sensitivity", "sensitivity"))
wrong(choose, "⚠", "sensitivity 3", "without the sensitivity", edit=("2 * sensitivity", "2"))
wrong(choose, "✗", "the best option", "noise four times too large", edit=("2 * sensitivity", "8 * sensitivity"))


@wrong(choose, "⚠", "never")
def the_best_one(scores, epsilon, sensitivity, rng):
    return int(np.argmax(scores))


@wrong(choose, "⚠", "never")
def always_the_same_noise(scores, epsilon, sensitivity, rng):
    noise = np.random.default_rng(0).gumbel(size=len(scores))
    return int(np.argmax(epsilon * np.array(scores) / (2 * sensitivity) + noise))


@wrong(choose, "✗", "the best option")
def by_lot(scores, epsilon, sensitivity, rng):
    return rng.integers(len(scores))


@wrong(choose, "?", "NaN")
def weights_too_large_for_a_float(scores, epsilon, sensitivity, rng):
    with np.errstate(all="ignore"):
        weights = np.exp(epsilon * np.array(scores) / (2 * sensitivity))
        weights = weights / weights.sum()
    return rng.choice(len(scores), p=weights)


@wrong(choose, "✗", "the place of an option")
def the_score_instead_of_the_option(scores, epsilon, sensitivity, rng):
    return max(scores)


@wrong(noise_share, "⚠", "too little")
def sized_for_everybody(epsilon, parties, coalition, rng):
    first, second = rng.negative_binomial(1 / parties, 1 - np.exp(-epsilon), 2)
    return first - second


@wrong(noise_share, "⚠", "no noise")
def no_noise(epsilon, parties, coalition, rng):
    return 0


@wrong(noise_share, "⚠", "the same share")
def a_seed_of_its_own(epsilon, parties, coalition, rng):
    rng = np.random.default_rng(1)
    first, second = rng.negative_binomial(1 / (parties - coalition), 1 - np.exp(-epsilon), 2)
    return first - second


@wrong(noise_share, "⚠", "do not follow")
def gaussian_shares_rounded(epsilon, parties, coalition, rng):
    variance = 2 * np.exp(-epsilon) / (1 - np.exp(-epsilon)) ** 2 / (parties - coalition)
    return int(round(rng.normal(0, variance**0.5)))


@wrong(noise_share, "✗", "more noise than")
def all_of_the_noise_from_each(epsilon, parties, coalition, rng):
    first, second = rng.negative_binomial(1, 1 - np.exp(-epsilon), 2)
    return first - second


@wrong(noise_share, "✗", "on average")
def one_polya_number(epsilon, parties, coalition, rng):
    return rng.negative_binomial(1 / (parties - coalition), 1 - np.exp(-epsilon))


@wrong(noise_share, "✗", "whole number")
def fractions(epsilon, parties, coalition, rng):
    return rng.laplace(0, 1 / epsilon) / (parties - coalition)


wrong(delta_of, "⚠", "would be released", "losses turned round", edit=("epsilon - losses", "epsilon + losses"))
wrong(delta_of, "✗", "δ is one number", "one for each outcome", edit=("np.sum(", "("))
wrong(delta_of, "✗", "it should be", "a little to be safe", edit=("np.sum(", "1e-4 + np.sum("))


@wrong(delta_of, "✗", "came 0.413; it should be 0.412535")
def rounded_to_three_digits(losses, probabilities, epsilon):
    return round(np.sum(probabilities * np.maximum(0, 1 - np.exp(epsilon - losses))), 3)


@wrong(delta_of, "⚠", "would be released")
def the_largest_loss_only(losses, probabilities, epsilon):
    return probabilities[np.argmax(losses)] * max(0, 1 - np.exp(epsilon - max(losses)))


@wrong(delta_of, "⚠", "would be released")
def losses_above_twice_epsilon(losses, probabilities, epsilon):
    above = losses > 1.3 * epsilon
    return np.sum(probabilities[above] * (1 - np.exp(epsilon - losses[above])))


@right(delta_of)
def above_what_the_other_world_allows(losses, probabilities, epsilon):
    return np.clip(probabilities - np.exp(epsilon) * probabilities * np.exp(-losses), 0, None).sum()


@right(delta_of)
def twenty_eight_digits(losses, probabilities, epsilon):
    return sum(
        Decimal(probability) * (1 - (Decimal(epsilon) - Decimal(loss)).exp())
        for loss, probability in zip(losses.tolist(), probabilities.tolist())
        if loss > epsilon
    )


@right(delta_of)
def the_other_world_must_be_a_distribution(losses, probabilities, epsilon):
    other = probabilities * np.exp(-losses)
    assert abs(other.sum() - 1) < 1e-9
    return np.maximum(probabilities - np.exp(epsilon) * other / other.sum(), 0).sum()


@right(delta_of)
def a_scalar_product_with_expm1(losses, probabilities, epsilon):
    above = losses > epsilon
    return -np.dot(probabilities[above], np.expm1(epsilon - losses[above]))


@right(delta_of)
def a_tensor(losses, probabilities, epsilon):
    import torch

    losses, probabilities = torch.from_numpy(losses), torch.from_numpy(probabilities)
    return (probabilities * (1 - torch.exp(epsilon - losses)).clamp(min=0)).sum()


@right(delta_of)
def fractions_of_the_probabilities(losses, probabilities, epsilon):
    return sum(
        (
            Fraction(p) * max(Fraction(0), 1 - Fraction(math.exp(epsilon - loss)))
            for loss, p in zip(losses.tolist(), probabilities.tolist())
        ),
        Fraction(0),
    )


def asking(budget, pay, refusal=BudgetSpent):
    """A meter whose `pay(spent, epsilon, budget)` gives what is spent after a question, or None to refuse it."""
    spent = 0

    def ask(mechanism, epsilon):
        nonlocal spent
        after = pay(spent, epsilon, budget)
        if after is None:
            raise refusal("too little is left")
        spent = after
        return mechanism(epsilon)

    return ask


def fair(spent, epsilon, budget):
    return spent + epsilon if 0 < epsilon <= budget - spent else None


wrong(
    meter,
    "⚠",
    "ε = 1 where 0.5 was paid",
    "run with all",
    edit=("return mechanism(epsilon)", "return mechanism(budget)"),
)
wrong(meter, "⚠", "ε = 5 where", "ten times", edit=("return mechanism(epsilon)", "return mechanism(10 * epsilon)"))
wrong(meter, "✗", "ε = 0.25 where", "half of it", edit=("return mechanism(epsilon)", "return mechanism(epsilon / 2)"))
wrong(
    meter,
    "⚠",
    "asked 2 times",
    "the better of two",
    edit=("return mechanism(epsilon)", "mechanism(epsilon)\n        return mechanism(epsilon)"),
)
wrong(meter, "✗", "and ask gave", "rounded", edit=("return mechanism(epsilon)", "return round(mechanism(epsilon), -1)"))
wrong(
    meter, "✗", "never asked mechanism(0.25)", "an answer of its own", edit=("return mechanism(epsilon)", "return 12")
)
wrong(meter, "⚠", "costs 0.001 was answered", "a hundredth more", edit=("<= left", "<= left + 0.01"))
wrong(meter, "⚠", "a budget of 2.5", "forgets what was cheap", edit=("left -= cost", "left -= cost * (epsilon > 0.2)"))
wrong(meter, "✗", "a budget of 40", "ten at most", edit=("str(budget)", "str(min(budget, 10))"))
wrong(
    meter, "✗", "is a `return` missing?", "no return inside", edit=("return mechanism(epsilon)", "mechanism(epsilon)")
)
wrong(
    meter,
    "✗",
    "gave 'no' instead of BudgetSpent",
    "a word",
    edit=('raise BudgetSpent("too little is left")', 'return "no"'),
)


@wrong(meter, "✗", "raised ValueError instead of BudgetSpent")
def another_error(budget):
    return asking(budget, fair, refusal=ValueError)


@wrong(meter, "✗", "not a function to ask")
def the_sum(budget):
    return budget


@wrong(meter, "⚠", "cost of NaN")
def what_is_not_too_much(budget):
    return asking(
        budget, lambda spent, epsilon, limit: None if epsilon <= 0 or epsilon > limit - spent else spent + epsilon
    )


@wrong(meter, "✗", "of infinity was refused, and after it")
def what_is_infinite_blocks_the_meter(budget):
    blocked = []

    def ask(mechanism, epsilon):
        if epsilon == math.inf or blocked:
            blocked.append(epsilon)
            raise BudgetSpent("no")
        return inside(mechanism, epsilon)

    inside = asking(budget, fair)
    return ask


def giving_back(refunded):
    """A meter that gives the price back when the mechanism raises what `refunded` says."""

    def meter(budget):
        left = [budget]

        def ask(mechanism, epsilon):
            if not 0 < epsilon <= left[0]:
                raise BudgetSpent("no")
            left[0] -= epsilon
            try:
                return mechanism(epsilon)
            except BaseException as error:
                left[0] += epsilon if refunded(error) else 0
                raise

        return ask

    return meter


for label, refunded in (
    ("the price back for a failure", lambda error: isinstance(error, ArithmeticError)),
    ("the price back for a refusal inside", lambda error: isinstance(error, BudgetSpent)),
    ("the price back when it is stopped", lambda error: not isinstance(error, Exception)),
):
    wrong(meter, "⚠", "fails once it has looked", label, answer=giving_back(refunded))


@wrong(meter, "⚠", "asks others while it runs")
def paid_for_in_the_end_whatever_happens(budget):
    spent = [0]

    def ask(mechanism, epsilon):
        if not 0 < epsilon <= budget - spent[0]:
            raise BudgetSpent("no")
        try:
            return mechanism(epsilon)
        finally:
            spent[0] += epsilon

    return ask


@wrong(meter, "⚠", "let questions through that cost")
def it_starts_anew_after_a_hundred_questions(budget):
    asked = [0, asking(budget, fair)]

    def ask(mechanism, epsilon):
        asked[0] += 1
        if asked[0] % 100 == 0:
            asked[1] = asking(budget, fair)
        return asked[1](mechanism, epsilon)

    return ask


together = {}


@wrong(meter, "✗", "refused")
def one_purse_for_all_meters(budget):
    together.setdefault("spent", 0)

    def ask(mechanism, epsilon):
        if not 0 < epsilon <= budget - together["spent"]:
            raise BudgetSpent("no")
        together["spent"] += epsilon
        return mechanism(epsilon)

    return ask


@wrong(meter, "✗", "instead of BudgetSpent")
def questions_known_by_their_name(budget):
    answers, inside = {}, asking(budget, fair)

    def ask(mechanism, epsilon):
        if (mechanism.__name__, epsilon) not in answers:
            answers[mechanism.__name__, epsilon] = inside(mechanism, epsilon)
        return answers[mechanism.__name__, epsilon]

    return ask


@wrong(meter, "✗", "the data were asked at [0.25]")
def an_old_answer_however_fine_the_question(budget):
    answers, inside = {}, asking(budget, fair)

    def ask(mechanism, epsilon):
        if mechanism not in answers:
            answers[mechanism] = inside(mechanism, epsilon)
        return answers[mechanism]

    return ask


@right(meter)
def the_budget_of_the_library(budget):
    return Budget(budget).ask


@right(meter)
def the_library_s_budget_in_a_function_of_one_s_own(budget):
    purse = dp.Budget(budget)

    def ask(mechanism, epsilon):
        return purse.ask(mechanism, epsilon)

    return ask


@right(meter)
def another_error_for_what_is_no_cost(budget):
    inside = asking(budget, fair)

    def ask(mechanism, epsilon):
        if not epsilon > 0:
            raise ValueError("a cost is positive")
        return inside(mechanism, epsilon)

    return ask


wrong(meter, "⚠", "3 questions of 0.1000001", "rounded to six digits", edit=("str(epsilon)", "str(round(epsilon, 6))"))


@wrong(meter, "✗", "question 9 of 0.1 was refused")
def costs_in_whole_eighths_rounded_up(budget):
    return asking(budget, lambda spent, epsilon, limit: fair(spent, math.ceil(8 * epsilon) / 8, limit))


@right(meter)
def what_floating_point_adds_is_forgiven(budget):
    return asking(budget, lambda spent, epsilon, limit: fair(spent, epsilon, limit + 1e-9))


class Meter:
    """Counts in fractions, and can be called."""

    def __init__(self, budget):
        self.left, self.log = Fraction(budget), []

    def __call__(self, mechanism, epsilon):
        cost = Fraction(epsilon) if 0 < epsilon < math.inf else self.left + 1
        if cost > self.left:
            raise BudgetSpent(f"{float(self.left):g} is left")
        self.left -= cost
        self.log.append(epsilon)
        return mechanism(epsilon)


@right(meter)
def an_object_that_counts_in_fractions(budget):
    return Meter(budget)


@right(meter)
def a_list_of_costs(budget):
    costs = []

    def ask(mechanism, epsilon):
        if not (epsilon > 0 and sum([*costs, epsilon]) <= budget):
            raise BudgetSpent(f"{budget - sum(costs)} is left")
        costs.append(epsilon)
        return mechanism(epsilon)

    return ask


@right(meter)
def old_questions_from_memory(budget):
    return functools.cache(asking(budget, fair))


@right(meter)
def a_generator_keeps_the_books(budget):
    def books():
        left = budget
        while True:
            epsilon = yield left
            left -= epsilon

    book = books()
    left = [next(book)]

    def ask(mechanism, epsilon):
        if not 0 < epsilon <= left[0]:
            raise BudgetSpent("no")
        left[0] = book.send(epsilon)
        return mechanism(epsilon=epsilon)

    return ask


wrong(choose, "⚠", "so sure a choice", "1.4 where 2 belongs", edit=("2 * sensitivity", "1.4 * sensitivity"))
wrong(choose, "⚠", "so sure a choice", "1.75 where 2 belongs", edit=("2 * sensitivity", "1.75 * sensitivity"))
wrong(
    choose,
    "✗",
    "the exponential mechanism takes it",
    "2.4 where 2 belongs",
    edit=("2 * sensitivity", "2.4 * sensitivity"),
)
wrong(
    choose,
    "✗",
    "[2], which is not the place",
    "a list",
    edit=("return rng.choice(len(scores), p=weights / weights.sum())", "return [2]"),
)
wrong(choose, "✗", "is not the place of an option", "counted from one", edit=("return rng", "return 1 + rng"))


@wrong(choose, "⚠", "option")
def laplace_noise_of_half_the_scale(scores, epsilon, sensitivity, rng):
    return int(np.argmax(scores + rng.laplace(0, sensitivity / epsilon, len(scores))))


@wrong(choose, "⚠", "depends on the one")
def a_table_of_luck(scores, epsilon, sensitivity, rng, table={}):  # noqa: B006 (what is kept is the point)
    number = table[len(scores)] = table.get(len(scores), -1) + 1
    luck = (number * 0.6180339887498949) % 1
    return int(np.searchsorted(np.cumsum(dp.exponential.probabilities(scores, epsilon, sensitivity=sensitivity)), luck))


@wrong(choose, "⚠", "as int and")
def the_best_in_another_form(scores, epsilon, sensitivity, rng):
    place = dp.exponential.choose(scores, epsilon, rng, sensitivity=sensitivity)
    return int(place) if place == np.argmax(scores) else np.int32(place)


@wrong(choose, "⚠", "printing")
def the_scores_are_printed(scores, epsilon, sensitivity, rng):
    print(scores)
    return int(dp.exponential.choose(scores, epsilon, rng, sensitivity=sensitivity))


own_rng = np.random.default_rng(23)


@wrong(choose, "⚠", "whoever reads your code")
def a_seed_in_the_code(scores, epsilon, sensitivity, rng):
    return int(dp.exponential.choose(scores, epsilon, own_rng, sensitivity=sensitivity))


@wrong(choose, "⚠", "is chosen")
def among_the_two_best(scores, epsilon, sensitivity, rng):
    best = np.argsort(scores)[-2:]
    return best[dp.exponential.choose(np.array(scores)[best], epsilon, rng, sensitivity=sensitivity)]


@wrong(choose, "✗", "is a `return` missing?")
def no_return_for_one_option(scores, epsilon, sensitivity, rng):
    if len(scores) > 1:
        return int(dp.exponential.choose(scores, epsilon, rng, sensitivity=sensitivity))


@right(choose)
def the_largest_after_gumbel_noise(scores, epsilon, sensitivity, rng):
    return int(np.argmax(epsilon * np.array(scores) / (2 * sensitivity) + rng.gumbel(size=len(scores))))


@right(choose)
def the_largest_after_laplace_noise_of_twice_the_scale(scores, epsilon, sensitivity, rng):
    return int(np.argmax(scores + rng.laplace(0, 2 * sensitivity / epsilon, len(scores))))


@right(choose)
def the_largest_after_exponential_noise(scores, epsilon, sensitivity, rng):
    return int(np.argmax(scores + rng.exponential(2 * sensitivity / epsilon, len(scores))))


@right(choose)
def weights_for_python_s_choices(scores, epsilon, sensitivity, rng):
    weights = [math.exp(epsilon * (score - max(scores)) / 2 / sensitivity) for score in scores]
    return random.choices(range(len(scores)), weights)[0]


@right(choose)
def the_softmax_of_scipy(scores, epsilon, sensitivity, rng):
    return rng.multinomial(1, special.softmax(epsilon * np.array(scores) / (2 * sensitivity))).argmax()


@right(choose)
def the_library_s_choice(scores, epsilon, sensitivity, rng):
    return dp.exponential.choose(scores, epsilon, rng, sensitivity=sensitivity)


@right(choose)
def the_library_s_gumbel_choice(scores, epsilon, sensitivity, rng):
    return dp.exponential.choose_by_gumbel(scores, epsilon, rng, sensitivity=sensitivity)


@right(choose)
def categories_of_torch(scores, epsilon, sensitivity, rng):
    import torch

    return torch.distributions.Categorical(logits=torch.tensor(scores) * (epsilon / (2 * sensitivity))).sample()


@right(choose)
def an_array_of_one_place(scores, epsilon, sensitivity, rng):
    weights = np.exp(epsilon * (scores - scores.max()) / (2 * sensitivity))
    return rng.choice(len(scores), 1, p=weights / weights.sum())


@functools.cache
def opendp_mechanism(scale):
    from opendp.domains import atom_domain, vector_domain
    from opendp.measurements import make_noisy_max
    from opendp.measures import zero_concentrated_divergence
    from opendp.metrics import linf_distance
    from opendp.mod import enable_features

    enable_features("contrib")
    domain, metric = vector_domain(atom_domain(T=int)), linf_distance(T=int)
    return make_noisy_max(domain, metric, zero_concentrated_divergence(), scale=scale)


@right(choose)
def opendp_s_choice(scores, epsilon, sensitivity, rng):
    return opendp_mechanism(2 * sensitivity / epsilon)([int(score) for score in scores])


def polya(epsilon, shape, rng, size=2):
    return rng.negative_binomial(shape, 1 - np.exp(-epsilon), size)


@wrong(noise_share, "⚠", "do not follow")
def laplace_noise_divided_and_rounded(epsilon, parties, coalition, rng):
    return int(round(rng.laplace(0, 1 / epsilon) / np.sqrt(parties - coalition)))


@wrong(noise_share, "✗", "a share is a whole number, and [")
def both_polya_numbers(epsilon, parties, coalition, rng):
    return polya(epsilon, 1 / (parties - coalition), rng)


@wrong(noise_share, "✗", "more noise than")
def sized_for_the_coalition(epsilon, parties, coalition, rng):
    first, second = polya(epsilon, 1 / max(coalition, 1), rng)
    return first - second


@wrong(noise_share, "⚠", "too little")
def epsilon_of_its_square(epsilon, parties, coalition, rng):
    first, second = polya(1.3 * epsilon, 1 / (parties - coalition), rng)
    return first - second


@wrong(noise_share, "⚠", "depends on the one drawn")
def the_same_share_for_the_next_party_but_two(epsilon, parties, coalition, rng, kept={}):  # noqa: B006 (as above)
    shares = kept.setdefault((epsilon, parties), [])
    first, second = polya(epsilon, 1 / (parties - coalition), rng)
    shares.append(first - second if len(shares) % 16 < 8 or parties > 2 else shares[-8])
    return shares[-1]


@wrong(noise_share, "⚠", "the form tells")
def no_noise_in_another_form(epsilon, parties, coalition, rng):
    first, second = polya(epsilon, 1 / (parties - coalition), rng)
    return int(first - second) or 0.0


@wrong(noise_share, "⚠", "whoever reads your code")
def a_seed_in_the_code_of_a_share(epsilon, parties, coalition, rng):
    first, second = polya(epsilon, 1 / (parties - coalition), own_rng)
    return first - second


@wrong(noise_share, "⚠", "do not follow")
def a_whole_noise_now_and_then(epsilon, parties, coalition, rng):
    first, second = polya(epsilon, 1, rng)
    return (first - second) * (rng.random() < 1 / (parties - coalition))


@right(noise_share)
def a_poisson_number_of_a_gamma_number(epsilon, parties, coalition, rng):
    def draw():
        return rng.poisson(rng.gamma(1 / (parties - coalition), 1 / np.expm1(epsilon)))

    return draw() - draw()


@right(noise_share)
def scipy_s_negative_binomial(epsilon, parties, coalition, rng):
    draws = stats.nbinom.rvs(1 / (parties - coalition), -np.expm1(-epsilon), size=2, random_state=rng)
    return int(draws[0]) - int(draws[1])


@right(noise_share)
def the_library_s_shares(epsilon, parties, coalition, rng):
    honest = parties - coalition
    return dp.distributed_noise.shares_of_noise(epsilon, honest=honest, parties=1, trials=1, rng=rng)[0, 0]


@right(noise_share)
def torch_s_negative_binomial(epsilon, parties, coalition, rng):
    import torch

    polya = torch.distributions.NegativeBinomial(1 / (parties - coalition), torch.tensor(math.exp(-epsilon)))
    return polya.sample() - polya.sample()


@right(noise_share)
def a_sum_of_logarithmic_numbers(epsilon, parties, coalition, rng):
    mean = -math.log(-math.expm1(-epsilon)) / (parties - coalition)
    first, second = (int(rng.logseries(math.exp(-epsilon), rng.poisson(mean)).sum()) for _ in range(2))
    return first - second


@wrong(meter, "⚠", "can be asked for ever")
def looks_at_what_costs_nothing(budget):
    ask = meter.reference(budget)

    def looking(mechanism, epsilon):
        if not epsilon > 0:
            mechanism(epsilon)
        return ask(mechanism, epsilon)

    return looking


@wrong(meter, "✗", "refused the second time")
def every_question_once(budget):
    ask, asked = meter.reference(budget), []

    def once(mechanism, epsilon):
        if mechanism in asked:
            raise BudgetSpent("it was asked before")
        asked.append(mechanism)
        return ask(mechanism, epsilon)

    return once


test_answers = recognised("composition_and_selection")
