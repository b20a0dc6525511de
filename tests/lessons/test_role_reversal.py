"""Answers to the exercises of lesson 63, right and wrong, and what their checks must say."""

from fractions import Fraction

import numpy as np

from privlab.lessons.role_reversal.exercises import balance, combine, foretell, release
from privlab.text import role_reversal
from privlab.text.role_reversal.corpus import PAIRS, SHARES, reverse
from tests.lessons.answers import recognised, right, wrong

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


wrong(
    foretell,
    "✗",
    "do not round",
    "two digits",
    edit=("np.mean(np.abs(np.log(q / (1 - q))))", "round(np.mean(np.abs(np.log(q / (1 - q)))), 2)"),
)
wrong(
    foretell,
    "✗",
    "one number",
    "each profession's own",
    edit=("np.mean(np.abs(np.log(q / (1 - q))))", "np.abs(np.log(q / (1 - q)))"),
)
wrong(foretell, "✗", "`return`", "return forgotten", edit=("return np.mean", "np.mean"))
wrong(
    foretell,
    "✗",
    "it should be",
    "the root mean square",
    edit=("np.mean(np.abs(np.log(q / (1 - q))))", "np.sqrt(np.mean(np.log(q / (1 - q)) ** 2))"),
)
wrong(foretell, "✗", "it should be", "the median", edit=("np.mean", "np.median"))


@wrong(foretell, "✗", "it should be")
def the_planted_shares_whatever_is_given(shares, even):
    q = (1 - even) * SHARES + even / 2
    return np.mean(np.abs(np.log(q / (1 - q))))


right(foretell, "the course's own", answer=role_reversal.predicted_disparity)


@right(foretell)
def one_share_at_a_time(shares, even):
    from math import log

    mixed = [(1 - even) * share + even / 2 for share in shares.tolist()]
    return sum(abs(log(q) - log(1 - q)) for q in mixed) / len(mixed)


@right(foretell)
def scipy_s_logit_in_fractions(shares, even):
    from scipy.special import logit

    return Fraction(float(abs(logit((1 - even) * shares + even / 2)).mean()))


@wrong(foretell, "✗", "it should be")
def even_by_half_of_itself(shares, even):
    q = (1 - even / 2) * shares + even / 4
    return np.mean(np.abs(np.log(q / (1 - q))))


@right(foretell)
def in_a_table_of_bits(shares, even):
    q = np.stack([shares, 1 - shares]) * (1 - even) + even / 2
    return np.ptp(np.log2(q), axis=0).mean(keepdims=True) * np.log(2)


@right(foretell)
def torch_s_logit(shares, even):
    import torch

    return torch.tensor((1 - even) * shares + even / 2).logit().abs().mean()


@right(balance)
def a_sentence_that_is_its_own_reverse_once(sentence):
    return list({sentence, reverse(sentence)})


@wrong(balance, "✗", "keep all else")
def with_its_full_stop_first(sentence):
    return [sentence, " ".join(reverse(sentence).split()[::-1]) if "said" not in sentence else reverse(sentence)]


@right(balance)
def by_a_pattern_in_a_set(sentence):
    import re

    partner = dict(PAIRS) | {second: first for first, second in PAIRS}
    return {re.sub(r"\w+", lambda found: partner.get(found[0], found[0]), sentence), sentence}


@right(balance)
def the_reverse_first_in_a_tuple(sentence):
    return reverse(sentence), sentence


@right(balance)
def one_after_the_other_yielded(sentence):
    yield sentence
    words = sentence.split()
    for place, word in enumerate(words):
        for pair in PAIRS:
            if word in pair:
                words[place] = pair[1 - pair.index(word)]
    yield " ".join(words)


@wrong(balance, "✗", "keep all else")
def only_the_first_word_of_gender(sentence):
    words = sentence.split()
    for place, word in enumerate(words):
        partners = [pair[1 - pair.index(word)] for pair in PAIRS if word in pair]
        if partners and place < 8 and " and " in sentence:
            words[place] = partners[0]
            return [sentence, " ".join(words)]
    return [sentence, reverse(sentence)]


@wrong(balance, "✗", "keep all else")
def no_himself(sentence):
    return [sentence, sentence if "self" in sentence else reverse(sentence)]


@wrong(balance, "✗", "keep all else")
def sentences_without_gender_left_out(sentence):
    return [sentence, reverse(sentence)] if reverse(sentence) != sentence or "said" in sentence else [sentence] * 3


@wrong(balance, "✗", "list of sentences")
def lists_of_words(sentence):
    return [sentence.split(), reverse(sentence).split()]


@right(combine)
def the_root_of_the_product(seen, reversed_roles, exchange):
    found = np.sqrt(np.exp(seen) * np.exp(reversed_roles)[exchange])
    return (found / found.sum()).tolist()


@right(combine)
def the_course_s_own(seen, reversed_roles, exchange):
    return role_reversal.combine(seen, reversed_roles[exchange], "mean")


@right(combine)
def the_first_world_mapped_there_and_back(seen, reversed_roles, exchange):
    logits = (np.asarray(seen)[exchange] + reversed_roles) / 2
    logits = logits - np.logaddexp.reduce(logits)
    return tuple(float(np.exp(logits[exchange[word]])) for word in range(len(seen)))


@wrong(combine, "✗", "gave [")
def half_of_the_first_gender_alone(seen, reversed_roles, exchange):
    found = np.exp(np.where(exchange == np.arange(len(seen)), seen, (seen + reversed_roles[exchange]) / 2))
    return found / found.sum()


@right(combine)
def scipy_s_softmax(seen, reversed_roles, exchange):
    from scipy.special import softmax

    return softmax((seen + reversed_roles.take(exchange)) / 2)


@right(combine)
def torch_s_softmax(seen, reversed_roles, exchange):
    import torch

    return torch.softmax(torch.tensor(seen + reversed_roles[exchange]) / 2, 0)


@wrong(combine, "✗", "exchange says")
def partners_where_the_first_case_has_them(seen, reversed_roles, exchange):
    partners = np.array([1, 0, 2, 3, 5, 4, *range(6, len(seen))]) if len(seen) > 5 else exchange
    found = np.exp((seen + reversed_roles[partners]) / 2)
    return found / found.sum()


@wrong(combine, "✗", "gave [")
def the_larger_of_both(seen, reversed_roles, exchange):
    found = np.exp(np.maximum(seen, reversed_roles[exchange]))
    return found / found.sum()


wrong(combine, "✗", "sum to", "log-probabilities", edit=("found / found.sum()", "np.log(found / found.sum())"))
wrong(combine, "✗", "the shape", "he and she alone", edit=("found / found.sum()", "(found / found.sum())[:2]"))
wrong(combine, "✗", "array [6]", "by name", edit=("found / found.sum()", "dict(enumerate(found / found.sum()))"))

wrong(
    release,
    "⚠",
    "disparity of",
    "a disparity up to 0.6",
    edit=('each["disparity"] <= 0.25', 'each["disparity"] <= 0.6'),
)
wrong(release, "✗", "left out", "below the disparity", edit=('each["disparity"] <= 0.25', 'each["disparity"] < 0.25'))
wrong(release, "✗", "left out", "above the legitimate", edit=('each["legitimate"] >= 2.5', 'each["legitimate"] > 2.5'))
wrong(
    release, "✗", "left out", "below the perplexity", edit=('each["perplexity"] <= most', 'each["perplexity"] < most')
)
wrong(release, "⚠", "he is likelier", "legitimate of any sign", edit=('each["legitimate"]', 'abs(each["legitimate"])'))
wrong(release, "⚠", "not likely enough", "legitimate from 2.4", edit=("2.5", "2.4"))
wrong(release, "✗", "perplexity", "twice the perplexity", edit=("1.05", "2"))
wrong(release, "✗", "perplexity", "the lesson's own perplexity", edit=('students["base"]["perplexity"]', "21"))
wrong(release, "✗", "left out", "never base", edit=('if each["disparity"]', 'if name != "base" and each["disparity"]'))
wrong(release, "✗", "no student's name", "the reports", edit=("[name for", "[each for"))


@wrong(release, "✗", "list of names")
def how_many(students):
    return len(release.reference(students))


@wrong(release, "✗", "None")
def nothing_where_nobody_is_fit(students):
    return release.reference(students) or None


@wrong(release, "✗", "list of names")
def the_name_alone(students):
    return "both"


@right(release)
def one_filter_after_the_other(students):
    base = students.pop("base")
    fit = {"base": base, **students}
    for figure, sign, bound in (
        ("disparity", 1, 0.25),
        ("legitimate", -1, 2.5),
        ("perplexity", 1, 1.05 * base["perplexity"]),
    ):
        fit = {name: each for name, each in fit.items() if sign * each[figure] <= sign * bound}
    return fit.keys()


@right(release)
def in_a_table(students):
    names = np.array(list(students))
    table = np.array([[each[key] for key in ("disparity", "legitimate", "perplexity")] for each in students.values()])
    base = students["base"]["perplexity"]
    return names[(table[:, 0] <= 0.25) & (table[:, 1] >= 2.5) & (table[:, 2] / base <= 1.05)]


@right(release)
def a_generator(students):
    base = students["base"]["perplexity"]
    for name, each in students.items():
        if not (each["disparity"] > 0.25 or each["legitimate"] < 2.5 or each["perplexity"] - base > 0.05 * base):
            yield name


@wrong(release, "✗", "twice")
def every_name_twice(students):
    return 2 * release.reference(students)


@wrong(foretell, "✗", "do not round")
def three_digits(shares, even):
    return round(foretell.reference(shares, even), 3)


test_wrong_answers = recognised("role_reversal")
