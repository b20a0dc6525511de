"""Wrong answers to the exercises of lesson 23, and what their checks must say."""

import numpy as np

from privlab.dp.composition import BudgetSpent
from privlab.lessons.composition_and_selection.exercises import choose, delta_of, meter, noise_share
from tests.lessons.answers import recognised, wrong

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


wrong(
    meter,
    "⚠",
    "one question too many",
    "looks before it adds",
    edit=("not 0 < epsilon <= budget - spent", "spent >= budget"),
)
wrong(
    meter,
    "⚠",
    "refilled",
    "a cost below 0 refills it",
    edit=("not 0 < epsilon <= budget - spent", "spent + epsilon > budget"),
)
wrong(
    meter,
    "⚠",
    "NaN",
    "no comparison with NaN is true",
    edit=("not 0 < epsilon <= budget - spent", "epsilon <= 0 or spent + epsilon > budget"),
)
wrong(meter, "✗", "just enough", "the last of the budget is kept", edit=("epsilon <= budget", "epsilon < budget"))


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


test_wrong_answers = recognised("composition_and_selection")
