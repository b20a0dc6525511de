"""Answers to the exercises of lesson 21, wrong and right ones, and what their checks must say."""

import functools
import itertools
import math
import random
import secrets
import statistics
from fractions import Fraction

import numpy as np
from scipy import stats

from privlab.dp import randomized_response
from privlab.lessons.randomized_response.exercises import estimate, people_needed, respond_with, respondent
from tests.lessons.answers import recognised, right, wrong


@wrong(estimate, "✗", "truly say yes")
def the_answers_as_they_came(answers, truth_probability):
    return np.mean(answers)


@wrong(estimate, "✗", "0.9")
def two_fair_coins_whatever_the_coin(answers, truth_probability):
    return 2 * np.mean(answers) - 1 / 2


@wrong(estimate, "✗", "on average")
def cut_off_at_0_and_1(answers, truth_probability):
    raw = (np.mean(answers) - (1 - truth_probability)) / (2 * truth_probability - 1)
    return min(max(raw, 0), 1)


wrong(
    respond_with,
    "⚠",
    "e^ε allows",
    "true too often by a little",
    edit=("np.exp(epsilon) / (1 + np.exp(epsilon))", "1 / (1 + np.exp(-1.25 * epsilon))"),
)
wrong(respond_with, "⚠", "never", "the same coin for everybody", edit=("if rng", "if np.random.default_rng(1)"))


@wrong(respond_with, "⚠", "never")
def always_the_truth(truth, epsilon, rng):
    return truth


@wrong(respond_with, "⚠", "ε = 0.20", "two fair coins, whatever ε")
def respond_with_two_fair_coins_whatever_epsilon(truth, epsilon, rng):
    return truth if rng.random() < 3 / 4 else 1 - truth


@wrong(respond_with, "⚠", "a no")
def a_true_yes_never_says_no(truth, epsilon, rng):
    return 1 if truth else int(rng.random() < np.exp(-epsilon))


@wrong(respond_with, "✗", "is allowed")
def a_coin_instead_of_an_answer(truth, epsilon, rng):
    return int(rng.random() < 1 / 2)


@wrong(respond_with, "✗", "is allowed")
def epsilon_itself_as_the_chance(truth, epsilon, rng):
    return truth if rng.random() < epsilon / 4 else 1 - truth


@wrong(respond_with, "✗", "0 or 1")
def words(truth, epsilon, rng):
    return "yes"


wrong(
    people_needed,
    "✗",
    "standard error",
    "the error not squared",
    edit=("(error * (2 * keep - 1))", "error / (2 * keep - 1)"),
)


@wrong(people_needed, "✗", "too few")
def noise_on_the_count(epsilon, error):
    return math.ceil(math.sqrt(2) / (epsilon * error))


@wrong(people_needed, "✗", "ε = 0.5", "two fair coins, whatever ε")
def people_needed_two_fair_coins_whatever_epsilon(epsilon, error):
    return math.ceil(3 / 4 / error**2)


@wrong(people_needed, "✗", "too few")
def a_sample_without_coins(epsilon, error):
    return math.ceil(1 / 4 / error**2)


@wrong(respondent, "⚠", "after 30 days")
def fresh_coins_every_day(truth, epsilon, rng):
    keep = np.exp(epsilon) / (1 + np.exp(epsilon))
    return lambda: truth if rng.random() < keep else 1 - truth


@wrong(respondent, "⚠", "first day")
def the_truth(truth, epsilon, rng):
    return lambda: truth


@wrong(respondent, "⚠", "after 30 days")
def a_new_coin_every_week(truth, epsilon, rng):
    keep = np.exp(epsilon) / (1 + np.exp(epsilon))
    weeks = [truth if rng.random() < keep else 1 - truth for _ in range(5)]
    days = iter(day for week in weeks for day in [week] * 7)
    return lambda: next(days)


@wrong(respondent, "⚠", "on all 30 days")
def a_new_coin_on_the_last_day(truth, epsilon, rng):
    keep = np.exp(epsilon) / (1 + np.exp(epsilon))
    first, last = (truth if rng.random() < keep else 1 - truth for _ in range(2))
    days = iter([first] * 29 + [last])
    return lambda: next(days)


@wrong(respondent, "✗", "is allowed")
def epsilon_spread_over_the_month(truth, epsilon, rng):
    keep = 1 / (1 + np.exp(-epsilon / 30))
    return lambda: truth if rng.random() < keep else 1 - truth


@wrong(respondent, "✗", "gave 0, not a function to ask")
def an_answer_no_function(truth, epsilon, rng):
    return truth


@wrong(estimate, "✗", "too high")
def never_below_0(answers, truth_probability):
    return max((np.mean(answers) - (1 - truth_probability)) / (2 * truth_probability - 1), 0)


@wrong(estimate, "✗", "truly say yes")
def for_a_hundred_people(answers, truth_probability):
    return (np.sum(answers) / 100 - (1 - truth_probability)) / (2 * truth_probability - 1)


@wrong(estimate, "✗", "estimate gave 1.0392")
def rounded_to_four_digits(answers, truth_probability):
    return round((np.mean(answers) - (1 - truth_probability)) / (2 * truth_probability - 1), 4)


@wrong(estimate, "✗", "truly say yes")
def a_coin_that_lies_taken_for_one_that_does_not(answers, truth_probability):
    return (np.mean(answers) - (1 - truth_probability)) / abs(2 * truth_probability - 1)


@wrong(estimate, "✗", "where one number was expected")
def one_estimate_for_each_answer(answers, truth_probability):
    return (answers - (1 - truth_probability)) / (2 * truth_probability - 1)


@right(estimate)
def exact_fractions_of_the_coin(answers, truth_probability):
    coin = Fraction(truth_probability)
    return (Fraction(int(answers.sum()), answers.size) + coin - 1) / (2 * coin - 1)


@right(estimate)
def two_equations_with_two_unknowns(answers, truth_probability):
    coin = np.array([[truth_probability, 1 - truth_probability], [1 - truth_probability, truth_probability]])
    return np.linalg.solve(coin, [np.mean(answers), 1 - np.mean(answers)])[0]


@right(estimate)
def each_answer_turned_round_and_averaged(answers, truth_probability):
    return statistics.fmean((said - 1 + truth_probability) / (2 * truth_probability - 1) for said in answers.tolist())


@right(estimate)
def torch_in_single_precision(answers, truth_probability):
    import torch

    return (torch.tensor(answers).float().mean() - (1 - truth_probability)) / (2 * truth_probability - 1)


@right(estimate)
def an_array_of_one_estimate(answers, truth_probability):
    return np.polyfit([1 - truth_probability, truth_probability], [0, 1], 1) @ [[np.mean(answers)], [1]]


def coin(epsilon):
    return 1 / (1 + np.exp(-epsilon))


@wrong(respond_with, "⚠", "of the kind bool")
def the_truth_as_a_number_and_a_lie_as_a_bool(truth, epsilon, rng):
    return truth if rng.random() < coin(epsilon) else bool(1 - truth)


@wrong(respond_with, "⚠", "of the kind int never comes from a true no")
def a_true_no_as_false(truth, epsilon, rng):
    heads = rng.random() < coin(epsilon)
    return heads and truth or (not heads and 1 - truth)


@wrong(respond_with, "⚠", "of the kind float64")
def a_lie_with_a_point(truth, epsilon, rng):
    return truth if rng.random() < coin(epsilon) else np.float64(1 - truth)


@wrong(respond_with, "⚠", "printing 'the coin made me'")
def a_lie_is_announced(truth, epsilon, rng):
    if rng.random() < coin(epsilon):
        return truth
    print("the coin made me")
    return 1 - truth


@wrong(respond_with, "⚠", "of shape (1,)")
def a_lie_in_an_array(truth, epsilon, rng):
    return np.array(truth) if rng.random() < coin(epsilon) else np.array([1 - truth])


@wrong(respond_with, "⚠", "e^ε allows")
def a_tenth_more(truth, epsilon, rng):
    return truth if rng.random() < coin(1.1 * epsilon) else 1 - truth


@wrong(respond_with, "✗", "is allowed")
def a_tenth_less(truth, epsilon, rng):
    return truth if rng.random() < coin(0.9 * epsilon) else 1 - truth


def dealt(truth, epsilon, factor, rng, packs):
    """An answer as for `factor` times epsilon, of 16,000 to each truth as many true ones as belong."""
    if not packs.get((truth, epsilon)):
        packs[truth, epsilon] = rng.permutation((np.arange(16_000) + 0.5) / 16_000).tolist()
    return truth if packs[truth, epsilon].pop() < coin(factor * epsilon) else 1 - truth


@wrong(respond_with, "⚠", "the truth is told")
def a_little_more(truth, epsilon, rng, packs={}):  # noqa: B006 (a default that is kept is the point)
    return dealt(truth, epsilon, 1.07, rng, packs)


@wrong(respond_with, "✗", "the truth is told")
def a_little_less(truth, epsilon, rng, packs={}):  # noqa: B006 (as above)
    return dealt(truth, epsilon, 0.94, rng, packs)


@wrong(respond_with, "✗", "a true no is answered truly")
def the_noes_more_careful_than_they_must_be(truth, epsilon, rng):
    return truth if rng.random() < coin(epsilon if truth else 0.7 * epsilon) else 1 - truth


class Answer(int):
    """A number with something attached to it."""


@wrong(respond_with, "⚠", "carrying")
def the_coin_is_attached(truth, epsilon, rng):
    heads = bool(rng.random() < coin(epsilon))
    answer = Answer(truth if heads else 1 - truth)
    answer.heads = heads
    return answer


@wrong(respond_with, "⚠", "written -0.0")
def a_lie_has_a_sign(truth, epsilon, rng):
    return float(truth) if rng.random() < coin(epsilon) else -0.0 if truth else 1.0


@wrong(respond_with, "⚠", "one 500 before")
def the_coins_of_a_table(truth, epsilon, rng, table={}):  # noqa: B006 (a default that is kept is the point)
    if epsilon not in table:
        table[epsilon] = itertools.cycle(rng.permutation((np.arange(500) + 0.5) / 500))
    return truth if next(table[epsilon]) < coin(epsilon) else 1 - truth


own_rng = np.random.default_rng(21)


@wrong(respond_with, "⚠", "whoever reads your code")
def a_seed_in_the_code(truth, epsilon, rng):
    return truth if own_rng.random() < coin(epsilon) else 1 - truth


@wrong(respondent, "⚠", "whoever reads your code")
def a_seed_in_the_code_of_a_respondent(truth, epsilon, rng):
    answer = truth if own_rng.random() < coin(epsilon) else 1 - truth
    return lambda: answer


@wrong(respond_with, "⚠", "a no is")
def the_noes_pay_for_the_yeses(truth, epsilon, rng):
    return truth if rng.random() < coin(epsilon) + (epsilon > 1) * (0.14 if truth else -0.14) else 1 - truth


@wrong(respond_with, "⚠", "who knows one coin")
def one_coin_for_two(truth, epsilon, rng, tossed=[]):  # noqa: B006 (a default that is kept is the point)
    if not tossed:
        tossed += [rng.random()] * 2
    return truth if tossed.pop() < coin(epsilon) else 1 - truth


@wrong(respond_with, "⚠", "never")
def always_a_lie(truth, epsilon, rng):
    return 1 - truth


@wrong(respond_with, "✗", "is a `return` missing?")
def a_lie_without_return(truth, epsilon, rng):
    if rng.random() < coin(epsilon):
        return truth
    truth = 1 - truth


@right(respond_with)
def a_weighted_choice_of_two(truth, epsilon, rng):
    return rng.choice([truth, 1 - truth], p=[coin(epsilon), 1 - coin(epsilon)])


@right(respond_with)
def one_binomial_draw(truth, epsilon, rng):
    return rng.binomial(1, coin(epsilon) if truth else 1 - coin(epsilon))


@right(respond_with)
def the_library_of_the_course(truth, epsilon, rng):
    return randomized_response.respond(truth, epsilon, rng)


@right(respond_with)
def always_true_or_false(truth, epsilon, rng):
    return (rng.random() < coin(epsilon)) == (truth == 1)


@right(respond_with)
def a_coin_of_scipy(truth, epsilon, rng):
    return truth ^ int(stats.bernoulli.rvs(1 - coin(epsilon), random_state=rng))


@right(respond_with)
def the_operating_system_s_coin(truth, epsilon, rng):
    return truth if secrets.randbelow(2**53) < 2**53 * coin(epsilon) else 1 - truth


fresh_rng = np.random.default_rng()


@right(respond_with)
def a_generator_that_nobody_knows(truth, epsilon, rng):
    return truth if fresh_rng.random() < coin(epsilon) else 1 - truth


@right(respond_with)
def a_coin_that_is_printed_whatever_the_truth(truth, epsilon, rng):
    print(f"the coin says the truth with chance {coin(epsilon):.3f}")
    return random.choices([truth, 1 - truth], [math.exp(epsilon), 1])[0]


@right(respond_with)
def logistic_noise_and_a_threshold(truth, epsilon, rng):
    return int(rng.logistic() < epsilon) if truth else int(rng.logistic() > epsilon)


@functools.cache
def opendp_mechanism(epsilon):
    from opendp.measurements import make_randomized_response_bool
    from opendp.mod import enable_features

    enable_features("contrib")
    return make_randomized_response_bool(prob=float(coin(epsilon)))


@right(respond_with)
def opendp_s_coin(truth, epsilon, rng):
    return int(opendp_mechanism(epsilon)(bool(truth)))


@right(respond_with)
def torch_s_coin(truth, epsilon, rng):
    import torch

    return torch.bernoulli(torch.tensor(coin(epsilon) if truth else 1 - coin(epsilon))).int()


@wrong(people_needed, "✗", "people come whole")
def a_part_of_a_person(epsilon, error):
    return coin(epsilon) * (1 - coin(epsilon)) / (error * (2 * coin(epsilon) - 1)) ** 2


wrong(people_needed, "✗", "too few", "rounded down", edit=("math.ceil", "math.floor"))
wrong(people_needed, "✗", "too few", "rounded to the nearest", edit=("math.ceil", "round"))
wrong(people_needed, "✗", "more than", "one to be safe", edit=("return ", "return 1 + "))
wrong(people_needed, "✗", "which is no number of people", "a text", edit=("math.ceil(", "format("))


@wrong(people_needed, "✗", "more than it takes")
def at_least_thirty(epsilon, error):
    return max(30, math.ceil(coin(epsilon) * (1 - coin(epsilon)) / (error * (2 * coin(epsilon) - 1)) ** 2))


@wrong(people_needed, "✗", "too few")
def one_too_few_of_thousands(epsilon, error):
    people = math.ceil((2 * error * math.sinh(epsilon / 2)) ** -2)
    return people - 1 if people > 1_000 else people


@wrong(people_needed, "✗", "more than it takes")
def two_at_least(epsilon, error):
    return max(2, math.ceil((2 * error * math.sinh(epsilon / 2)) ** -2))


@wrong(people_needed, "✗", "no standard error at all")
def nobody(epsilon, error):
    return 0


@right(people_needed)
def rounded_up_by_numpy(epsilon, error):
    return np.ceil(np.exp(epsilon) / (np.expm1(epsilon) * error) ** 2)


@right(people_needed)
def counted_up_from_one(epsilon, error):
    return next(
        n
        for n in itertools.count(1)
        if (coin(epsilon) * (1 - coin(epsilon)) / n) ** 0.5 <= error * (2 * coin(epsilon) - 1)
    )


@right(people_needed)
def halved_until_it_fits(epsilon, error):
    few, enough = 0, 10**9
    while enough - few > 1:
        middle = (few + enough) // 2
        if randomized_response.standard_error(middle, epsilon) <= error:
            enough = middle
        else:
            few = middle
    return enough


@right(people_needed)
def by_the_hyperbolic_sine(epsilon, error):
    return math.ceil((2 * error * math.sinh(epsilon / 2)) ** -2)


@wrong(respondent, "⚠", "of the kind")
def a_lie_is_a_bool(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else not truth
    return lambda: answer


@wrong(respondent, "⚠", "on day 31")
def the_truth_after_a_month(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else 1 - truth
    days = itertools.count()
    return lambda: answer if next(days) < 30 else truth


@wrong(respondent, "⚠", "on day 1001")
def the_truth_in_the_third_year(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else 1 - truth
    days = itertools.count()
    return lambda: answer if next(days) < 1_000 else truth


@wrong(respondent, "⚠", "a second coin")
def another_coin_for_one_in_fifty(truth, epsilon, rng):
    first, second = (truth if rng.random() < coin(epsilon) else 1 - truth for _ in range(2))
    days = itertools.count(1 if rng.random() < 0.02 else 100)
    return lambda: second if next(days) == 15 else first


@wrong(respondent, "⚠", "on all 30 days")
def another_coin_on_day_15(truth, epsilon, rng):
    first, second = (truth if rng.random() < coin(epsilon) else 1 - truth for _ in range(2))
    days = itertools.count(1)
    return lambda: second if next(days) == 15 else first


@wrong(respondent, "⚠", "comes as float")
def a_truth_gets_a_point_on_the_second_day(truth, epsilon, rng):
    answer, days = truth if rng.random() < coin(epsilon) else 1 - truth, itertools.count()
    return lambda: float(answer) if next(days) and answer == truth else answer


@wrong(respondent, "⚠", "printing 'asked")
def the_truth_is_printed_before_the_first_day(truth, epsilon, rng):
    print("asked", truth)
    return respondent.reference(truth, epsilon, rng)


@wrong(respondent, "⚠", "of the kind")
def a_truth_is_a_bool_and_rarer_than_allowed(truth, epsilon, rng):
    answer = truth if secrets.randbelow(1_000) < 740 else 1 - truth
    return lambda: bool(answer) if answer == truth else answer


@wrong(respondent, "⚠", "printing")
def it_says_so_on_the_fifth_day(truth, epsilon, rng):
    answer, days = truth if rng.random() < coin(epsilon) else 1 - truth, itertools.count(1)
    return lambda: (print("I lie") if next(days) == 5 and answer != truth else None) or answer


@wrong(respondent, "⚠", "who knows one coin")
def one_coin_for_two_desks(truth, epsilon, rng, tossed=[]):  # noqa: B006 (a default that is kept is the point)
    if not tossed:
        tossed += [rng.random()] * 2
    answer = truth if tossed.pop() < coin(epsilon) else 1 - truth
    return lambda: answer


@wrong(respondent, "✗", "is answered 0.0% of the time")
def one_answer_for_all_who_were_asked_last(truth, epsilon, rng, last={}):  # noqa: B006
    last["answer"] = truth if rng.random() < coin(epsilon) else 1 - truth
    return lambda: last["answer"]


@wrong(respondent, "⚠", "on the first day")
def a_fifth_more(truth, epsilon, rng):
    answer = truth if rng.random() < coin(1.2 * epsilon) else 1 - truth
    return lambda: answer


@wrong(respondent, "✗", "the poll needs it")
def a_fifth_less(truth, epsilon, rng):
    answer = truth if rng.random() < coin(0.8 * epsilon) else 1 - truth
    return lambda: answer


@wrong(respondent, "⚠", "the truth is answered")
def a_sixth_more(truth, epsilon, rng):
    answer = truth if rng.random() < coin(1.18 * epsilon) else 1 - truth
    return lambda: answer


@wrong(respondent, "✗", "the poll needs it")
def a_seventh_less(truth, epsilon, rng):
    answer = truth if rng.random() < coin(0.85 * epsilon) else 1 - truth
    return lambda: answer


@wrong(respondent, "✗", "the poll needs it")
def who_means_no_is_more_careful(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) - (0 if truth else 0.045) else 1 - truth
    return lambda: answer


@wrong(respondent, "⚠", "on day 35")
def the_truth_on_day_35_for_one_in_twenty(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else 1 - truth
    days = itertools.count(1 if rng.random() < 0.05 else 10**6)
    return lambda: truth if next(days) == 35 else answer


@wrong(respondent, "✗", "raised TypeError")
def it_wants_to_know_the_day(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else 1 - truth
    return lambda day: answer


@wrong(respondent, "✗", "is a `return` missing?")
def it_says_nothing(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else 1 - truth

    def ask():
        answer  # noqa: B018 (nothing comes of it)

    return ask


@wrong(respondent, "✗", "raised StopIteration when asked on day 2")
def one_day_only(truth, epsilon, rng):
    return iter([truth if rng.random() < coin(epsilon) else 1 - truth]).__next__


class Remembering:
    """Tosses once and says the same again."""

    def __init__(self, truth, epsilon, rng):
        self.answer = int(truth if rng.random() < coin(epsilon) else 1 - truth)

    def __call__(self):
        return self.answer


@right(respondent)
def an_object_to_be_called(truth, epsilon, rng):
    return Remembering(truth, epsilon, rng)


@right(respondent)
def the_same_for_ever(truth, epsilon, rng):
    return itertools.repeat(truth if rng.random() < coin(epsilon) else 1 - truth).__next__


@right(respondent)
def the_library_s_answer_kept(truth, epsilon, rng):
    return functools.partial(int, randomized_response.respond(truth, epsilon, rng))


@right(respondent)
def a_toss_on_the_first_day(truth, epsilon, rng):
    return functools.cache(lambda: rng.binomial(1, coin(epsilon) if truth else 1 - coin(epsilon)))


@right(respondent)
def a_generator_that_goes_on(truth, epsilon, rng):
    def days():
        answer = rng.choice([truth, 1 - truth], p=[coin(epsilon), 1 - coin(epsilon)])
        while True:
            yield answer

    asked = days()
    return lambda: next(asked)


@right(respondent)
def answers_for_a_month(truth, epsilon, rng):
    answers = [truth if rng.random() < coin(epsilon) else 1 - truth] * 31
    return answers.pop


@right(respondent)
def opendp_s_coin_kept(truth, epsilon, rng):
    answer = int(opendp_mechanism(epsilon)(bool(truth)))
    return lambda: answer


@wrong(respond_with, "⚠", "of the kind ndarray of int8")
def a_true_yes_is_a_short_number(truth, epsilon, rng):
    return np.array(truth if rng.random() < coin(epsilon) else 1 - truth, dtype=np.int8 if truth else np.int64)


@wrong(respondent, "⚠", "after 30 days")
def one_array_that_changes(truth, epsilon, rng):
    said = np.array(0)

    def ask():
        said[...] = truth if rng.random() < coin(epsilon) else 1 - truth
        return said

    return ask


@wrong(respondent, "⚠", "with of = ")
def an_answer_with_a_label(truth, epsilon, rng):
    answer = Labelled(truth if rng.random() < coin(epsilon) else 1 - truth)
    answer.of = truth
    return lambda: answer


class Labelled(int):
    """A number that has attributes."""


@wrong(respondent, "⚠", "of the kind ndarray of int")
def a_short_number_every_day(truth, epsilon, rng):
    answer = np.array(truth if rng.random() < coin(epsilon) else 1 - truth, dtype=np.int8 if truth else np.int16)
    return lambda: answer


@wrong(respondent, "⚠", "ending after day")
def who_means_yes_ends_sooner(truth, epsilon, rng):
    return iter([truth if rng.random() < coin(epsilon) else 1 - truth] * (31 if truth else 33)).__next__


@wrong(respondent, "⚠", "of a function with of = ")
def a_function_with_a_label(truth, epsilon, rng):
    answer = truth if rng.random() < coin(epsilon) else 1 - truth

    def ask():
        return answer

    ask.of = truth
    return ask


test_answers = recognised("randomized_response")
