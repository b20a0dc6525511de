"""Wrong answers to the exercises of lesson 21, and what their checks must say."""

import math

import numpy as np

from privlab.lessons.randomized_response.exercises import estimate, people_needed, respond_with, respondent
from tests.lessons.answers import recognised, wrong


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


@wrong(respondent, "✗", "a function")
def an_answer_no_function(truth, epsilon, rng):
    return truth


test_wrong_answers = recognised("randomized_response")
