"""Wrong answers to the exercises of lesson 62, and what their checks must say."""

from itertools import combinations

import numpy as np

from privlab.lessons.measuring_fairness.exercises import gap, p_value, repair, sensitivity
from privlab.text.fairness.debiasing import debiased, made_equal
from tests.lessons.answers import recognised, wrong

wrong(p_value, "✗", "cannot be 0", "the choice that was made left out", edit=(">= x.sum() -", "> x.sum() +"))
wrong(p_value, "✗", "it should be", "the p of the opposite", edit=(">= x.sum() -", "<= x.sum() +"))


@wrong(p_value, "✗", "both directions")
def both_directions(x, y):
    pooled = np.concatenate([x, y])
    choices = np.array(list(combinations(range(len(pooled)), len(x))))
    differences = 2 * pooled[choices].sum(axis=1) - pooled.sum()
    return np.mean(np.abs(differences) >= abs(x.sum() - y.sum()) - 1e-12)


@wrong(p_value, "⚠", "accused")
def words_as_if_drawn_without_end(x, y):
    from math import erfc

    pooled = np.concatenate([x, y])
    draws = 1_000
    z = (x.mean() - y.mean()) / (pooled.std() + 1e-9) * np.sqrt(draws)
    return erfc(z / 2**0.5) / 2


@wrong(gap, "⚠", "cancel")
def right_of_all_men_less_right_of_all_women(predictions, occupations, men):
    right = predictions == occupations
    return right[men].mean() - right[~men].mean()


@wrong(gap, "⚠", "cancel")
def the_plain_mean(predictions, occupations, men):
    right = predictions == occupations
    return np.mean([right[(occupations == k) & men].mean() - right[(occupations == k) & ~men].mean() for k in range(8)])


@wrong(gap, "✗", "makes no mistake")
def how_often_it_is_said_true_or_not(predictions, occupations, men):
    said = [(predictions[men] == k).mean() - (predictions[~men] == k).mean() for k in range(8)]
    return np.mean(said[:4]) / 2 - np.mean(said[4:]) / 2


@wrong(gap, "✗", "direction")
def without_a_direction(predictions, occupations, men):
    right = predictions == occupations
    return np.mean(
        [abs(right[(occupations == k) & men].mean() - right[(occupations == k) & ~men].mean()) for k in range(8)]
    )


@wrong(gap, "✗", "each occupation counts")
def all_in_one(predictions, occupations, men):
    right = predictions == occupations
    first = occupations < 4
    return (
        right[first & men].mean()
        - right[first & ~men].mean()
        - right[~first & men].mean()
        + right[~first & ~men].mean()
    ) / 2


wrong(
    repair,
    "⚠",
    "the gap is still",
    "half way",
    edit=("numbers[rows].mean(axis=0)", "(numbers[rows] + numbers[rows].mean(axis=0)) / 2"),
)


@wrong(repair, "⚠", "the gap is still")
def the_gender_direction_removed(vectors):
    return debiased(vectors)


@wrong(repair, "⚠", "the gap is still")
def and_mirrored(vectors):
    return debiased(vectors, 2)


@wrong(repair, "⚠", "the gap is still")
def one_pair_of_two(vectors):
    return made_equal(vectors, [("he", "she")])


@wrong(repair, "✗", "recognised")
def all_words_alike(vectors):
    return vectors.changed(0 * vectors.numbers + 1)


@wrong(repair, "✗", "recognised")
def the_skills_blurred(vectors):
    noise = np.random.default_rng(1).normal(size=(2, 50))
    return vectors.changed(vectors.numbers[:, :2] @ noise)


@wrong(repair, "✗", "Vectors")
def the_numbers_alone(vectors):
    return vectors.numbers


wrong(
    sensitivity,
    "✗",
    "cancel",
    "signs kept",
    edit=("(np.abs(task_gradient) * weights).sum()", "abs((task_gradient * weights).sum())"),
)


@wrong(sensitivity, "✗", "sum to 1")
def weights_that_do_not_sum_to_1(words, task_gradient, protected_gradient):
    return (np.abs(task_gradient) * np.abs(protected_gradient)).sum()


@wrong(sensitivity, "⚠", "football")
def a_list_of_pronouns(words, task_gradient, protected_gradient):
    weights = np.abs(protected_gradient) * np.isin(words, ["he", "she", "his", "her"])
    return (np.abs(task_gradient) * weights).sum() / max(weights.sum(), 1e-9)


@wrong(sensitivity, "✗", "say nothing of gender")
def every_word_the_same(words, task_gradient, protected_gradient):
    return np.abs(task_gradient).mean()


test_wrong_answers = recognised("measuring_fairness")
