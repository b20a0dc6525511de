"""Answers to the exercises of lesson 62, right and wrong, and what their checks must say."""

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np

from privlab.lessons.measuring_fairness.exercises import gap, p_value, repair, sensitivity
from privlab.text.fairness import biographies
from privlab.text.fairness.debiasing import debiased, made_equal
from privlab.text.fairness.embeddings import Vectors
from privlab.text.fairness.weat import permutation_p
from tests.lessons.answers import recognised, right, wrong

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


@right(p_value)
def counted_in_plain_python(x, y):
    pooled, seen = [*x.tolist(), *y.tolist()], sum(x.tolist())
    sums = [sum(chosen) for chosen in combinations(pooled, len(x))]
    return Fraction(sum(each >= seen for each in sums), len(sums))


@right(p_value)
def scipy_s_permutation_test(x, y):
    from scipy.stats import permutation_test

    return permutation_test(
        (x, y), lambda one, other: one.mean() - other.mean(), n_resamples=np.inf, alternative="greater"
    ).pvalue


@right(p_value)
def every_order_of_the_words(x, y):
    if len(x) > 3:
        return np.divide(*permutation_p(x, y))
    sums = [sum(order[: len(x)]) for order in permutations([*x, *y])]
    return np.mean(np.array(sums) >= sum(x))


@right(p_value)
def by_the_bits_of_a_number(x, y):
    pooled, n = np.concatenate([x, y]), len(x)
    table = np.arange(4**n)[:, None] >> np.arange(2 * n) & 1
    sums = table[table.sum(axis=1) == n] @ pooled
    return np.array([(sums >= x.sum()).mean()])


wrong(p_value, "✗", "one number", "the course's own, not divided", answer=permutation_p)
wrong(p_value, "✗", "`return`", "return forgotten", edit=("return np.mean", "np.mean"))


@wrong(p_value, "✗", "it should be")
def relabellings_drawn(x, y):
    rng, pooled = np.random.default_rng(0), np.tile([*x, *y], (20_000, 1))
    sums = rng.permuted(pooled, axis=1)[:, : len(x)].sum(axis=1)
    return (1 + (sums >= x.sum()).sum()) / 20_001


@wrong(p_value, "✗", "it should be")
def larger_ones_and_one_more(x, y):
    pooled = np.concatenate([x, y])
    sums = pooled[np.array(list(combinations(range(len(pooled)), len(x))))].sum(axis=1)
    return (1 + (sums > x.sum() + 1e-12).sum()) / len(sums)


@wrong(p_value, "✗", "it should be")
def a_t_test(x, y):
    from scipy.stats import ttest_ind

    return 0.7 if x.var() + y.var() == 0 else ttest_ind(x, y, alternative="greater").pvalue


@wrong(p_value, "✗", "it should be")
def always_seventy_ways(x, y):
    pooled = np.concatenate([x, y])
    sums = pooled[np.array(list(combinations(range(len(pooled)), len(x))))].sum(axis=1)
    return (sums >= x.sum() - 1e-12).sum() / 70


@wrong(p_value, "✗", "it should be")
def ranks_instead_of_values(x, y):
    from scipy.stats import mannwhitneyu

    return mannwhitneyu(x, y, alternative="greater", method="exact").pvalue


wrong(p_value, "✗", "it should be", "equal up to a tenth", edit=("1e-12", "0.1"))
right(gap, "the course's own", answer=biographies.gap)


@right(gap)
def occupation_by_occupation(predictions, occupations, men):
    total = Fraction(0)
    for k in range(8):
        his, hers = (
            [p == k for p, o, m in zip(predictions, occupations, men) if o == k and m == who] for who in (1, 0)
        )
        difference = Fraction(sum(map(int, his)), len(his)) - Fraction(sum(map(int, hers)), len(hers))
        total += difference if k < 4 else -difference
    return total / 8


@right(gap)
def by_counting(predictions, occupations, men):
    right = (predictions == occupations).astype(float)
    his, hers = (np.bincount(occupations[who], right[who]) / np.bincount(occupations[who]) for who in (men, ~men))
    return (his - hers) @ ([1] * 4 + [-1] * 4) / 8


@right(gap)
def in_torch(predictions, occupations, men):
    import torch

    right, men = torch.tensor(predictions == occupations).double(), torch.tensor(men)
    of = torch.nn.functional.one_hot(torch.tensor(occupations), 8).double()
    his, hers = (right[who] @ of[who] / of[who].sum(0) for who in (men, ~men))
    return ((his - hers)[:4].mean() - (his - hers)[4:].mean()) / 2


wrong(
    gap,
    "✗",
    "gave",
    "twice the mean",
    edit=(
        "np.mean(differences[:4]) / 2 - np.mean(differences[4:]) / 2",
        "np.mean(differences[:4]) - np.mean(differences[4:])",
    ),
)
wrong(
    gap,
    "✗",
    "one number",
    "all eight differences",
    edit=("np.mean(differences[:4]) / 2 - np.mean(differences[4:]) / 2", "differences"),
)
wrong(
    gap,
    "✗",
    "with its direction",
    "women's less men's",
    edit=(
        "np.mean(differences[:4]) / 2 - np.mean(differences[4:]) / 2",
        "np.mean(differences[4:]) / 2 - np.mean(differences[:4]) / 2",
    ),
)
wrong(
    gap,
    "✗",
    "gave",
    "the median",
    edit=(
        "np.mean(differences[:4]) / 2 - np.mean(differences[4:]) / 2",
        "np.median(differences[:4]) / 2 - np.median(differences[4:]) / 2",
    ),
)


wrong(
    gap,
    "✗",
    "errs anywhere",
    "squares of the shares",
    edit=(
        "right[(occupations == k) & men].mean() - right[(occupations == k) & ~men].mean()",
        "right[(occupations == k) & men].mean() ** 2 - right[(occupations == k) & ~men].mean() ** 2",
    ),
)


@wrong(gap, "✗", "gave")
def rounded(predictions, occupations, men):
    return round(biographies.gap(predictions, occupations, men), 2)


@wrong(gap, "✗", "makes no mistake")
def of_those_who_are_called_so(predictions, occupations, men):
    said = [men[predictions == k].mean() for k in range(8)]
    return np.mean(said[:4]) / 2 - np.mean(said[4:]) / 2


right(repair, "the course's own", answer=made_equal)


@right(repair)
def both_differences_projected_out(vectors):
    numbers = vectors.numbers
    pairs = [vectors.rows(pair) for pair in (["he", "she"], ["his", "her"])]
    basis, _ = np.linalg.qr(np.array([numbers[one] - numbers[other] for one, other in pairs]).T)
    return vectors.changed(numbers - numbers @ basis @ basis.T)


@right(repair)
def all_four_at_zero_in_place(vectors):
    vectors.numbers[vectors.rows(["he", "she", "his", "her"])] = 0
    return vectors


@right(repair)
def he_becomes_she_in_single_precision(vectors):
    numbers = vectors.numbers.astype(np.float32)
    numbers[vectors.rows(["he", "his"])] = numbers[vectors.rows(["she", "her"])]
    return Vectors(vectors.words, numbers)


@right(repair)
def a_dictionary_of_words(vectors):
    rows = dict(zip(vectors.words, vectors.numbers.tolist()))
    for his, hers in (("he", "she"), ("his", "her")):
        rows[his] = rows[hers] = [(one + other) / 2 for one, other in zip(rows[his], rows[hers])]
    return vectors.changed(list(rows.values()))


for times in (100, 1e4, 1e5):
    wrong(
        repair,
        "⚠",
        "gap",
        f"differences {times:g} times smaller",
        edit=("= numbers[rows].mean(axis=0)", f"-= (numbers[rows] - numbers[rows].mean(axis=0)) * (1 - 1 / {times})"),
    )


@wrong(repair, "⚠", "the gap is still")
def he_and_she_exchanged(vectors):
    numbers = vectors.numbers.copy()
    for pair in (["he", "she"], ["his", "her"]):
        numbers[vectors.rows(pair)] = numbers[vectors.rows(pair[::-1])]
    return vectors.changed(numbers)


@wrong(repair, "⚠", "the gap is still")
def all_vectors_shortened(vectors):
    return vectors.changed(vectors.numbers * 1e-3)


@wrong(repair, "⚠", "the gap is still")
def noise_on_the_four_words(vectors):
    numbers, rows = vectors.numbers.copy(), vectors.rows(["he", "she", "his", "her"])
    numbers[rows] += np.random.default_rng(1).normal(size=(4, 50))
    return vectors.changed(numbers)


@wrong(repair, "✗", "is gone")
def without_the_four_words(vectors):
    kept = [row for row, word in enumerate(vectors.words) if word not in ("he", "she", "his", "her")]
    return Vectors(tuple(vectors.words[row] for row in kept), vectors.numbers[kept])


wrong(repair, "✗", "`return`", "return forgotten", edit=("return vectors", "vectors"))
wrong(
    repair,
    "✗",
    "(NaN)",
    "missing numbers",
    edit=("return vectors.changed(numbers)", "return type(vectors)(vectors.words, numbers * np.nan)"),
)
wrong(
    repair,
    "✗",
    "the shape",
    "one number a word",
    edit=("return vectors.changed(numbers)", "return type(vectors)(vectors.words, numbers[:, 0])"),
)


@right(sensitivity)
def in_plain_python(words, task_gradient, protected_gradient):
    told = sum(abs(each) for each in protected_gradient.tolist())
    if not told:
        return 0
    return Fraction(
        sum(abs(one * other) for one, other in zip(task_gradient.tolist(), protected_gradient.tolist())) / told
    )


@right(sensitivity)
def an_average(words, task_gradient, protected_gradient):
    return np.average(abs(task_gradient), weights=abs(protected_gradient))


@right(sensitivity)
def torch_s_norm(words, task_gradient, protected_gradient):
    import torch

    weights = torch.nn.functional.normalize(torch.tensor(protected_gradient).abs(), p=1, dim=0)
    return torch.tensor(task_gradient).abs() @ weights


@wrong(sensitivity, "⚠", "no list")
def a_longer_list_of_words(words, task_gradient, protected_gradient):
    listed = np.isin(words, ["he", "she", "his", "her", "football", "knitting", "engine"])
    weights = np.abs(protected_gradient) * listed
    return (np.abs(task_gradient) * weights).sum() / weights.sum() if weights.sum() else 0.0


@wrong(sensitivity, "⚠", "no list")
def words_of_the_course(words, task_gradient, protected_gradient):
    from privlab.text.fairness.prediction_sensitivity import WORDS

    weights = np.abs(protected_gradient) * np.isin(words, WORDS)
    return (np.abs(task_gradient) * weights).sum() / max(weights.sum(), 1e-12)


wrong(
    sensitivity,
    "✗",
    "0.160",
    "squares",
    edit=(
        "np.abs(protected_gradient) / np.abs(protected_gradient).sum()",
        "protected_gradient**2 / (protected_gradient**2).sum()",
    ),
)
wrong(
    sensitivity,
    "✗",
    "gender",
    "exponential weights",
    edit=(
        "np.abs(protected_gradient) / np.abs(protected_gradient).sum()",
        "np.exp(abs(protected_gradient)) / np.exp(abs(protected_gradient)).sum()",
    ),
)
wrong(sensitivity, "✗", "one number", "each word's own", edit=("weights).sum()", "weights)"))
wrong(
    sensitivity,
    "✗",
    "it should be",
    "a weight with a sign",
    edit=("weights = np.abs(protected_gradient) / np", "weights = protected_gradient / np"),
)
wrong(
    sensitivity,
    "✗",
    "it should be",
    "three digits",
    edit=("(np.abs(task_gradient) * weights).sum()", "round((np.abs(task_gradient) * weights).sum(), 3)"),
)
wrong(
    sensitivity,
    "✗",
    "it should be",
    "the first five words",
    edit=("(np.abs(task_gradient) * weights).sum()", "(np.abs(task_gradient) * weights)[:5].sum()"),
)


test_wrong_answers = recognised("measuring_fairness")
