"""Wrong answers to the exercises of lesson 63, and what their checks must say."""

import numpy as np

from privlab.lessons.role_reversal.exercises import balance, combine, foretell, release
from privlab.text.role_reversal.corpus import PAIRS, reverse
from tests.lessons.answers import recognised, wrong

wrong(
    foretell,
    "⚠",
    "cancel",
    "signs that cancel",
    edit=("np.mean(np.abs(np.log(q / (1 - q))))", "abs(np.mean(np.log(q / (1 - q))))"),
)
wrong(foretell, "✗", "it should be", "a difference of chances", edit=("np.log(q / (1 - q))", "2 * q - 1"))


@wrong(foretell, "✗", "mix the chances")
def half_the_disparity(shares, even):
    return (1 - even) * np.mean(np.abs(np.log(shares / (1 - shares))))


@wrong(foretell, "⚠", "cancel")
def of_the_mean(shares, even):
    q = (1 - even) * np.mean(shares) + even / 2
    return abs(np.log(q / (1 - q)))


@wrong(balance, "⚠", "what is rightly gendered was lost")
def pronouns_alone(sentence):
    partner = {"he": "she", "she": "he", "his": "her", "her": "his", "himself": "herself", "herself": "himself"}
    return [sentence, " ".join(partner.get(word, word) for word in sentence.split())]


@wrong(balance, "⚠", "nobody is she")
def he_for_everybody(sentence):
    partner = {second: first for first, second in PAIRS}
    return [" ".join(partner.get(word, word) for word in sentence.split())]


@wrong(balance, "⚠", "the other way round")
def the_other_world_instead(sentence):
    return [reverse(sentence)]


@wrong(balance, "✗", "she")
def one_after_the_other(sentence):
    other = sentence
    for first, second in PAIRS:
        other = " ".join(second if word == first else word for word in other.split())
        other = " ".join(first if word == second else word for word in other.split())
    return [sentence, other]


@wrong(balance, "✗", "tshe")
def parts_of_words(sentence):
    other = sentence.replace("she", "@").replace("he", "she").replace("@", "he")
    return [sentence, other]


@wrong(balance, "⚠", "as uneven as before")
def the_same_twice(sentence):
    return [sentence, sentence]


@wrong(balance, "✗", "list of sentences")
def not_a_list(sentence):
    return reverse(sentence)


wrong(combine, "⚠", "as before", "not mapped back", edit=("[exchange]", ""))
wrong(
    combine,
    "⚠",
    "the other way round",
    "the reversed world alone",
    edit=("(seen + reversed_roles[exchange]) / 2", "reversed_roles[exchange]"),
)
wrong(combine, "⚠", "the queen", "he and she made even everywhere", edit=("+ reversed_roles", "+ seen"))


@wrong(combine, "✗", "sum to")
def does_not_sum_to_1(seen, reversed_roles, exchange):
    return np.exp((seen + reversed_roles[exchange]) / 2)


@wrong(combine, "✗", "expMean")
def mean_of_the_probabilities(seen, reversed_roles, exchange):
    return (np.exp(seen) + np.exp(reversed_roles[exchange])) / 2


@wrong(release, "⚠", "queen")
def the_fairest(students):
    return [min(students, key=lambda name: students[name]["disparity"])]


@wrong(release, "⚠", "queen")
def all_that_are_even(students):
    return [name for name, each in students.items() if each["disparity"] <= 0.25]


@wrong(release, "⚠", "queen")
def even_and_as_fluent(students):
    most = 1.05 * students["base"]["perplexity"]
    return [name for name, each in students.items() if each["disparity"] <= 0.25 and each["perplexity"] <= most]


@wrong(release, "⚠", "disparity")
def fluent_and_right(students):
    return [name for name, each in students.items() if each["legitimate"] >= 2.5]


@wrong(release, "✗", "perplexity")
def fluency_forgotten(students):
    return [name for name, each in students.items() if each["disparity"] <= 0.25 and each["legitimate"] >= 2.5]


@wrong(release, "✗", "is fit")
def nobody(students):
    return []


test_wrong_answers = recognised("role_reversal")
