"""Answers to the exercises of lesson 42: wrong ones and what their checks must say, right ones in other styles."""

import copy
import math
import random
import statistics
import time

import numpy as np

from privlab import dp
from privlab.lessons.private_training.exercises import clipped_sum, dp_sgd, intruder, noise_of_each, noisy
from privlab.ml import dpsgd
from tests.lessons.answers import recognised, right, wrong

SEEDED = np.random.default_rng(26)

wrong(
    clipped_sum,
    "✗",
    "shorter than the clip",
    "short ones stretched",
    edit=("np.minimum(1, max_norm / np.maximum(lengths, 1e-12))", "max_norm / lengths"),
)
wrong(clipped_sum, "✗", "expected", "the mean instead of the sum", edit=("@ gradients", "@ gradients / len(gradients)"))


@wrong(clipped_sum, "⚠", "it trains just as well")
def the_mean_of_the_batch_clipped(gradients, max_norm):
    mean = gradients.mean(axis=0)
    return len(gradients) * mean * min(1, max_norm / np.linalg.norm(mean))


@wrong(clipped_sum, "⚠", "it trains just as well")
def the_sum_clipped(gradients, max_norm):
    total = gradients.sum(axis=0)
    return total * min(1, max_norm * len(gradients) / np.linalg.norm(total))


@wrong(clipped_sum, "⚠", "times the clip")
def not_clipped(gradients, max_norm):
    return gradients.sum(axis=0)


@wrong(clipped_sum, "⚠", "times the clip")
def number_by_number(gradients, max_norm):
    return np.clip(gradients, -max_norm, max_norm).sum(axis=0)


@wrong(clipped_sum, "⚠", "times the clip")
def all_by_the_longest(gradients, max_norm):
    longest = np.linalg.norm(gradients, axis=1).max()
    return gradients.sum(axis=0) * min(1, max_norm / longest)


@wrong(clipped_sum, "✗", "length 0")
def a_blank_letter_divides_by_0(gradients, max_norm):
    lengths = np.linalg.norm(gradients, axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return (gradients / lengths * np.minimum(lengths, max_norm)).sum(axis=0)


@wrong(clipped_sum, "⚠", "times the clip")
def the_squared_length_against_the_clip(gradients, max_norm):
    squares = (gradients**2).sum(axis=1)
    return np.where(squares > max_norm, max_norm / np.maximum(np.sqrt(squares), 1e-12), 1) @ gradients


@wrong(clipped_sum, "⚠", "times the clip")
def the_largest_number_against_the_clip(gradients, max_norm):
    return np.minimum(1, max_norm / np.maximum(abs(gradients).max(axis=1), 1e-12)) @ gradients


@wrong(clipped_sum, "⚠", "times the clip")
def all_but_the_last(gradients, max_norm):
    lengths = np.maximum(np.linalg.norm(gradients, axis=1), 1e-12)
    factors = np.minimum(1, max_norm / lengths)
    factors[-1] = 1
    return factors @ gradients


@wrong(clipped_sum, "⚠", "times the clip")
def only_those_twice_too_long(gradients, max_norm):
    lengths = np.maximum(np.linalg.norm(gradients, axis=1), 1e-12)
    return np.where(lengths > 2 * max_norm, max_norm / lengths, 1) @ gradients


@wrong(clipped_sum, "⚠", "times the clip")
def to_the_median_length(gradients, max_norm):
    lengths = np.maximum(np.linalg.norm(gradients, axis=1), 1e-12)
    return np.minimum(1, max(max_norm, np.median(lengths)) / lengths) @ gradients


wrong(clipped_sum, "⚠", "times the clip", "a thousandth too much", edit=("max_norm /", "1.001 * max_norm /"))
wrong(clipped_sum, "✗", "as long as the clip", "a thousandth too little", edit=("max_norm /", "0.999 * max_norm /"))
wrong(
    clipped_sum, "✗", "as long as the clip", "by numbers added up", edit=("gradients, axis=1", "gradients, 1, axis=1")
)
wrong(clipped_sum, "✗", "the sum has 6 numbers", "the rows", edit=(" @ gradients", "[:, None] * gradients"))
wrong(clipped_sum, "✗", "a `return` missing", "no return", edit=("return np", "np"))


@wrong(clipped_sum, "✗", "expected a sum that starts")
def the_first_32_alone(gradients, max_norm):
    gradients = gradients[:32]
    return np.minimum(1, max_norm / np.maximum(np.linalg.norm(gradients, axis=1), 1e-12)) @ gradients


@right(clipped_sum)
def in_torch(gradients, max_norm):
    import torch

    gradients = torch.as_tensor(gradients)
    return (gradients * (max_norm / gradients.norm(dim=1).clamp(min=max_norm))[:, None]).sum(0)


@right(clipped_sum)
def in_single_precision(gradients, max_norm):
    import torch

    return (
        torch.nn.functional.normalize(torch.tensor(gradients).float())
        .mul(torch.tensor(gradients).float().norm(dim=1, keepdim=True).clamp(max=max_norm))
        .sum(0)
    )


@right(clipped_sum)
def with_the_millionth_of_opacus(gradients, max_norm):
    return np.minimum(1, max_norm / (np.linalg.norm(gradients, axis=1) + 1e-6)) @ gradients


@right(clipped_sum)
def in_plain_python(gradients, max_norm):
    total = [0.0] * gradients.shape[1]
    for gradient in gradients.tolist():
        length = math.hypot(*gradient)
        factor = max_norm / length if length > max_norm else 1.0
        total = [before + factor * number for before, number in zip(total, gradient)]
    return total


@right(clipped_sum)
def number_after_number(gradients, max_norm):
    lengths = [max(max_norm, float(np.sqrt(gradient @ gradient))) for gradient in gradients]
    yield from (sum(max_norm * number / length for number, length in zip(column, lengths)) for column in gradients.T)


@right(clipped_sum)
def in_place(gradients, max_norm):
    gradients /= np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / max_norm)
    return gradients.sum(axis=0)


@right(clipped_sum, "the library's")
def by_the_library(gradients, max_norm):
    import torch

    return dpsgd.clip_each([torch.as_tensor(gradients)], max_norm)[0].sum(0)


@right(clipped_sum, "the library's, with a noise of 0")
def without_noise_by_the_library(gradients, max_norm):
    import torch

    return dpsgd.private_sum([torch.as_tensor(gradients)], max_norm=max_norm, noise_multiplier=0.0, generator=None)[0]


wrong(noisy, "⚠", "too little", "noise for the mean, added to the sum", edit=("* max_norm", "* max_norm / 256"))
wrong(noisy, "⚠", "too little", "the clip forgotten", edit=("noise_multiplier * max_norm", "noise_multiplier"))
wrong(noisy, "⚠", "the difference", "the same noise for every number", edit=(", size=total.shape", ""))
wrong(noisy, "⚠", "too little", "shared among the numbers", edit=("* max_norm", "* max_norm / len(total) ** 0.5"))
wrong(
    noisy, "⚠", "the exact sum", "no noise", edit=("rng.normal(0, noise_multiplier * max_norm, size=total.shape)", "0")
)
wrong(noisy, "⚠", "subtract", "a seed of its own", edit=("+ rng.", "+ np.random.default_rng(0)."))
wrong(noisy, "⚠", "too little", "clip and multiplier added", edit=("multiplier * max", "multiplier + max"))
wrong(
    noisy,
    "✗",
    "more noise than",
    "1 or more",
    edit=("noise_multiplier * max_norm", "max(1, noise_multiplier * max_norm)"),
)
wrong(noisy, "✗", "more noise than", "twice", edit=("noise_multiplier *", "2 * noise_multiplier *"))


@wrong(noisy, "⚠", "the same noise as another")
def a_coin(total, max_norm, noise_multiplier, rng):
    return total + noise_multiplier * max_norm * rng.choice([-1, 1], total.shape)


@wrong(noisy, "⚠", "the same noise as another")
def ten_times_the_same_noise(total, max_norm, noise_multiplier, rng):
    return total + np.tile(rng.normal(0, noise_multiplier * max_norm, total.size // 10), 10)


@wrong(noisy, "⚠", "the same noise as another")
def one_half_negated(total, max_norm, noise_multiplier, rng):
    half = rng.normal(0, noise_multiplier * max_norm, total.size // 2)
    return total + np.concatenate([half, -half])


def steps(width):
    def rounded(total, max_norm, noise_multiplier, rng):
        noise = noise_multiplier * max_norm * np.round(rng.normal(size=total.shape) / width) * width
        return total + noise + 1e-6 * noise_multiplier * max_norm * (noise == 0)

    return rounded


def scaled(draw):
    """An answer that adds `draw(rng, shape)`, times the noise asked for."""

    def answer(total, max_norm, noise_multiplier, rng):
        return total + noise_multiplier * max_norm * draw(rng, total.shape)

    return answer


def bare(places):
    """An answer that leaves some numbers as they are."""

    def answer(total, max_norm, noise_multiplier, rng):
        released = total + rng.normal(0, noise_multiplier * max_norm, total.shape)
        released[places] = total[places]
        return released

    return answer


def _student(rng, shape):
    return rng.standard_t(4, shape) / 2**0.5


def _one_half_as_noisy(rng, shape):
    noise = rng.normal(size=shape)
    noise[-1] /= 2
    return noise


def _centred(rng, shape):
    noise = rng.normal(size=shape)
    return (noise - noise.mean()) * (len(noise) / (len(noise) - 1)) ** 0.5


def _neighbours_alike(rng, shape):
    noise = rng.normal(size=shape[0] + 1)
    return (noise[1:] + noise[:-1]) / 2**0.5


def _of_five(rng, shape):
    weights = np.random.default_rng(1).normal(size=(5, *shape))
    return rng.normal(size=5) @ (weights / np.linalg.norm(weights, axis=0))


def _ended(rng, shape):
    noise = rng.normal(size=shape)
    while (abs(noise) > 3).any():
        noise = np.where(abs(noise) > 3, rng.normal(size=shape), noise)
    return noise


wrong(noisy, "⚠", "the same noise as another", "whole numbers", answer=steps(1.0))
wrong(noisy, "⚠", "the same as another", "steps of a hundred-thousandth", answer=steps(1e-5))
wrong(noisy, "⚠", "lie", "a Laplace distribution", answer=scaled(lambda rng, shape: rng.laplace(0, 0.5**0.5, shape)))
wrong(
    noisy,
    "⚠",
    "has no end",
    "a uniform distribution",
    answer=scaled(lambda rng, shape: 3**0.5 * rng.uniform(-1, 1, shape)),
)
wrong(noisy, "⚠", "lie", "Student's distribution", answer=scaled(_student))
wrong(noisy, "✗", "on average", "moved by a tenth", answer=scaled(lambda rng, shape: 0.1 + rng.normal(size=shape)))
wrong(noisy, "✗", "on average", "upwards only", answer=scaled(lambda rng, shape: abs(rng.normal(size=shape))))
wrong(noisy, "⚠", "too little", "a twelfth too little", answer=scaled(lambda rng, shape: 0.92 * rng.normal(size=shape)))
wrong(
    noisy, "⚠", "too little", "a twentieth too little", answer=scaled(lambda rng, shape: 0.95 * rng.normal(size=shape))
)
wrong(noisy, "⚠", "has no end", "drawn again beyond three", answer=scaled(_ended))
wrong(noisy, "⚠", "come out exact", "the last hundred bare", answer=bare(slice(300, None)))
wrong(noisy, "⚠", "come out exact", "one number bare", answer=bare(13))
wrong(noisy, "⚠", "number 19 of each call", "one number half as noisy", answer=scaled(_one_half_as_noisy))
wrong(noisy, "⚠", "added up", "noise that adds up to 0", answer=scaled(_centred))
wrong(noisy, "⚠", "added up", "each neighbour has half of the other's", answer=scaled(_neighbours_alike))
wrong(noisy, "⚠", "added up", "made of five draws", answer=scaled(_of_five))
wrong(noisy, "⚠", "of its own", "a seed in the file", answer=scaled(lambda rng, shape: SEEDED.normal(size=shape)))
wrong(
    noisy,
    "⚠",
    "subtract",
    "the generator copied",
    answer=scaled(lambda rng, shape: copy.deepcopy(rng).normal(size=shape)),
)
wrong(
    noisy,
    "⚠",
    "of its own",
    "the clock as a seed",
    answer=scaled(lambda rng, shape: np.random.default_rng(time.time_ns()).normal(size=shape)),
)
wrong(
    noisy,
    "⚠",
    "in two calls",
    "one of a thousand seeds",
    answer=scaled(lambda rng, shape: np.random.default_rng(rng.integers(1_000)).normal(size=shape)),
)
wrong(noisy, "✗", "not finite", "a spread of no number", edit=("noise_multiplier * max_norm", "np.nan"))
wrong(noisy, "✗", "a `return` missing", "added, not returned", edit=("return total +", "total +="))


@wrong(noisy, "⚠", "in two calls")
def a_seed_from_the_sum(total, max_norm, noise_multiplier, rng):
    seeded = np.random.default_rng(abs(hash(total.tobytes())))
    return total + seeded.normal(0, noise_multiplier * max_norm, total.shape)


@wrong(noisy, "✗", "needs an answer of 20")
def one_number_less(total, max_norm, noise_multiplier, rng):
    return total[1:] + rng.normal(0, noise_multiplier * max_norm, total.size - 1)


@wrong(noisy, "⚠", "come out exact")
def in_proportion_to_the_sum(total, max_norm, noise_multiplier, rng):
    return total * (1 + rng.normal(0, noise_multiplier * max_norm, total.shape))


@right(noisy)
def a_fresh_generator(total, max_norm, noise_multiplier, rng):
    return total + np.random.default_rng().normal(0, noise_multiplier * max_norm, total.shape)


@right(noisy)
def numpys_shared_generator(total, max_norm, noise_multiplier, rng):
    return np.random.normal(total, noise_multiplier * max_norm)


@right(noisy)
def pythons_shared_generator(total, max_norm, noise_multiplier, rng):
    return [random.gauss(number, noise_multiplier * max_norm) for number in total]


@right(noisy)
def added_in_place(total, max_norm, noise_multiplier, rng):
    total += rng.normal(0, noise_multiplier * max_norm, total.shape)
    return total


@right(noisy)
def tensors_in_single_precision(total, max_norm, noise_multiplier, rng):
    import torch

    return torch.tensor(total).float() + noise_multiplier * max_norm * torch.randn(len(total))


@right(noisy)
def frozen_distributions_of_scipy(total, max_norm, noise_multiplier, rng):
    from scipy.stats import norm

    return norm(total, noise_multiplier * max_norm).rvs(random_state=rng)


@right(noisy)
def one_draw_in_many_dimensions(total, max_norm, noise_multiplier, rng):
    return rng.multivariate_normal(total, (noise_multiplier * max_norm) ** 2 * np.eye(len(total)))


@right(noisy)
def by_opendp(total, max_norm, noise_multiplier, rng):
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    space = opendp.vector_domain(opendp.atom_domain(T=float, nan=False)), opendp.l2_distance(T=float)
    return opendp.m.make_gaussian(*space, scale=noise_multiplier * max_norm)(total.tolist())


@right(noisy)
def a_list_from_the_operating_system(total, max_norm, noise_multiplier, rng):
    return [number + random.SystemRandom().gauss(0, noise_multiplier * max_norm) for number in total]


@right(noisy)
def one_after_the_other(total, max_norm, noise_multiplier, rng):
    yield from (statistics.NormalDist(number, noise_multiplier * max_norm).inv_cdf(rng.random()) for number in total)


@right(noisy)
def rounded_after_the_noise(total, max_norm, noise_multiplier, rng):
    return np.round(total + rng.normal(0, noise_multiplier * max_norm, total.shape), 2)


@right(noisy, "the library's")
def noise_of_the_library(total, max_norm, noise_multiplier, rng):
    import torch

    nothing = torch.zeros(1, len(total), dtype=torch.float64)
    noise = dpsgd.private_sum([nothing], max_norm=max_norm, noise_multiplier=noise_multiplier, generator=None)[0]
    return total + noise.numpy()


wrong(noise_of_each, "⚠", "together", "as if there were one step", edit=("steps**0.5", "1"))
wrong(
    noise_of_each, "⚠", "together", "the budget shared the wrong way", edit=("steps**0.5 / mu", "1 / (mu * steps**0.5)")
)
wrong(noise_of_each, "✗", "more noise than", "basic composition", edit=("steps**0.5", "steps"))
wrong(noise_of_each, "✗", "more noise than", "twice", edit=("steps**0.5", "2 * steps**0.5"))
wrong(
    noise_of_each,
    "⚠",
    "leave it unrounded",
    "to two places",
    edit=("steps**0.5 / mu", "round(steps**0.5 / mu, 2) or 0.01"),
)
wrong(noise_of_each, "✗", "more noise than", "a thousandth more", edit=("steps**0.5", "1.001 * steps**0.5"))
wrong(
    noise_of_each,
    "✗",
    "one number",
    "one for each step",
    edit=("return steps**0.5 / mu", "return [steps**0.5 / mu] * 2"),
)
wrong(noise_of_each, "⚠", "together", "a thousandth less", edit=("steps**0.5", "0.999 * steps**0.5"))
wrong(noise_of_each, "✗", "noise of 0", "none at all", edit=("steps**0.5", "0 * steps**0.5"))


@wrong(noise_of_each, "⚠", "together")
def right_up_to_ten_thousand_steps(mu, steps):
    return min(steps, 10_000) ** 0.5 / mu


@wrong(noise_of_each, "⚠", "together")
def right_down_to_a_budget_of_a_twentieth(mu, steps):
    return steps**0.5 / max(mu, 0.05)


@right(noise_of_each)
def squares_added_up(mu, steps):
    return 1 / math.sqrt(mu**2 / steps)


@right(noise_of_each)
def an_array_of_one(mu, steps):
    return np.sqrt(np.array(steps)) / mu


@right(noise_of_each)
def searched_for(mu, steps):
    low, high = 0.0, 1e9
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if steps / middle**2 > mu**2 else (low, middle)
    return high


@right(noise_of_each, "the library's, by way of epsilon")
def by_way_of_epsilon(mu, steps):
    return dp.gaussian.noise_multiplier_for(dp.gaussian.epsilon_at(mu, delta=1e-5), 1e-5, releases=steps)


@right(noise_of_each, "the library's bill of one step, solved")
def solved(mu, steps):
    from scipy.optimize import brentq

    return math.exp(brentq(lambda size: steps**0.5 * dp.gaussian.total_mu(math.exp(size)) - mu, -9, 20, xtol=1e-12))


wrong(dp_sgd, "✗", "it climbs", "uphill", edit=("weights - learning", "weights + learning"))
wrong(
    dp_sgd,
    "⚠",
    "pass without any noise",
    "no noise",
    edit=("total = noisy(total, max_norm, noise_multiplier, rng)", ""),
)
wrong(dp_sgd, "⚠", "was needed", "a noise of the multiplier alone", edit=("noisy(total, max_norm", "noisy(total, 0.1"))
wrong(
    dp_sgd,
    "⚠",
    "10^6 clips",
    "not clipped",
    edit=("gradients(weights, batch), max_norm", "gradients(weights, batch), 1e9"),
)
wrong(
    dp_sgd,
    "✗",
    "is not divided: divide it by the batch to be expected",
    "the sum not divided",
    edit=(" / (sample_rate * letters)", ""),
)
wrong(
    dp_sgd, "⚠", "the batch that came", "divided by the batch that came", edit=("(sample_rate * letters)", "len(batch)")
)
wrong(
    dp_sgd,
    "⚠",
    "the batch that came",
    "by the batch that came, or 1",
    edit=("(sample_rate * letters)", "max(1, len(batch))"),
)
wrong(
    dp_sgd,
    "✗",
    "is divided by all letters: divide it by",
    "divided by all letters",
    edit=("(sample_rate * letters)", "letters"),
)
wrong(
    dp_sgd,
    "⚠",
    "about 20 letters",
    "batches of one size",
    edit=(
        "np.flatnonzero(rng.random(letters) < sample_rate)",
        "rng.permutation(letters)[: round(sample_rate * letters)]",
    ),
)
wrong(
    dp_sgd,
    "⚠",
    "counts for two",
    "drawn with replacement",
    edit=(
        "np.flatnonzero(rng.random(letters) < sample_rate)",
        "rng.integers(letters, size=rng.binomial(letters, sample_rate))",
    ),
)
wrong(
    dp_sgd,
    "✗",
    "gradients only 1 times",
    "one step",
    edit=("range(steps)", "range(min(steps, 3) if letters < 10 else 1)"),
)
wrong(dp_sgd, "✗", "a `return` missing", "no return", edit=("return weights", "weights"))


@wrong(dp_sgd, "⚠", "two steps get the same noise")
def noise_drawn_once(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    noise = noisy(np.zeros_like(weights), max_norm, noise_multiplier, rng)
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = clipped_sum(gradients(weights, batch), max_norm) + noise
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "✗", "not on each gradient")
def noise_on_each_letter(
    gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng
):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        rows = gradients(weights, batch)
        lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
        total = sum(
            (
                noisy(row * min(1, max_norm / length), max_norm, noise_multiplier, rng)
                for row, length in zip(rows, lengths)
            ),
            np.zeros_like(weights),
        )
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "⚠", "was needed")
def noise_on_the_mean(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        noise = noisy(np.zeros_like(weights), max_norm, noise_multiplier, rng) / len(batch)
        total = clipped_sum(gradients(weights, batch), max_norm) + noise
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "⚠", "10^6 clips")
def the_mean_clipped(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = gradients(weights, batch).sum(axis=0)
        total = total * min(1, len(batch) * max_norm / max(np.linalg.norm(total), 1e-12))
        total = noisy(total, max_norm, noise_multiplier, rng)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


wrong(
    dp_sgd,
    "✗",
    "expected weights",
    "short gradients stretched",
    edit=("gradients(weights, batch), max_norm", "1.5 * gradients(weights, batch), max_norm"),
)


@wrong(dp_sgd, "⚠", "without any noise")
def noise_at_the_end_alone(
    gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng
):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = clipped_sum(gradients(weights, batch), max_norm)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights - learning_rate * noisy(0 * weights, max_norm, noise_multiplier, rng) / (sample_rate * letters)


@wrong(dp_sgd, "⚠", "so that everybody sees")
def empty_batches_skipped(
    gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng
):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        if len(batch):
            total = noisy(clipped_sum(gradients(weights, batch), max_norm), max_norm, noise_multiplier, rng)
            weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "⚠", "equally often")
def shuffled(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    order = np.zeros(0, int)
    for _ in range(steps):
        size = rng.binomial(letters, sample_rate)
        if len(order) < size:
            order = np.concatenate([order, rng.permutation(np.setdiff1d(np.arange(letters), order))])
        batch, order = order[:size], order[size:]
        total = noisy(clipped_sum(gradients(weights, batch), max_norm), max_norm, noise_multiplier, rng)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "⚠", "follow from the ones before")
def each_batch_twice(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    for step in range(steps):
        if step % 2 == 0:
            batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = noisy(clipped_sum(gradients(weights, batch), max_norm), max_norm, noise_multiplier, rng)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "✗", "at the weights of the moment")
def at_the_first_weights(
    gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng
):
    first = weights
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = noisy(clipped_sum(gradients(first, batch), max_norm), max_norm, noise_multiplier, rng)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "⚠", "knows of 3 steps only")
def two_looks_a_step(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        loudest = np.linalg.norm(gradients(weights, batch), axis=1).max(initial=0)
        total = clipped_sum(gradients(weights, batch), min(max_norm, max(loudest, 1e-9)))
        weights = weights - learning_rate * noisy(total, max_norm, noise_multiplier, rng) / (sample_rate * letters)
    return weights


@wrong(dp_sgd, "⚠", "a seed of its own")
def a_seed_in_the_loop(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    rng = np.random.default_rng(5)
    for _ in range(steps):
        batch = np.flatnonzero(rng.random(letters) < sample_rate)
        total = noisy(clipped_sum(gradients(weights, batch), max_norm), max_norm, noise_multiplier, rng)
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


@right(dp_sgd)
def letter_by_letter(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
    for _ in range(steps):
        total = np.zeros_like(weights)
        for letter in range(letters):
            if rng.random() < sample_rate:
                (row,) = gradients(weights, [letter])
                total += row * min(1, max_norm / max(np.linalg.norm(row), 1e-12))
        noise = rng.normal(0, max_norm * noise_multiplier, len(weights))
        weights = weights - learning_rate * (total + noise) / (sample_rate * letters)
    return weights


@right(dp_sgd)
def in_tensors_and_a_mask(
    gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng
):
    import torch

    weights = torch.tensor(weights)
    for _ in range(steps):
        batch = torch.as_tensor(rng.random(letters) < sample_rate).nonzero()[:, 0]
        rows = [torch.as_tensor(np.asarray(gradients(weights.numpy(), batch.numpy())))]
        total = dpsgd.private_sum(rows, max_norm=max_norm, noise_multiplier=noise_multiplier, generator=None)[0]
        weights = weights - learning_rate * total / (sample_rate * letters)
    return weights


wrong(intruder, "✗", "moves the clipped mean", "more of the same", edit=("-1e6 *", "1e6 *"))
wrong(intruder, "✗", "moves the clipped mean", "against, but no louder than one", edit=("1e6 * gradients", "gradients"))


@wrong(intruder, "✗", "moves the clipped mean")
def aside(gradients, max_norm):
    mean = gradients.mean(axis=0)
    return 1e6 * np.concatenate([[mean[1], -mean[0]], 0 * mean[2:]])


@wrong(intruder, "✗", "moves the clipped mean")
def as_long_as_the_clip(gradients, max_norm):
    mean = gradients.mean(axis=0)
    return -max_norm * mean / np.linalg.norm(mean)


wrong(intruder, "✗", "200 gradients", "a hundred times as loud", edit=("1e6 * gradients", "100 * gradients"))
wrong(intruder, "✗", "moves the clipped mean", "a step for one of three", edit=("1e6 * gradients", "4 * gradients"))
wrong(intruder, "✗", "moves the clipped mean", "to a mean of 0", edit=("-1e6 *", "-len(gradients) *"))
wrong(
    intruder, "✗", "moves the clipped mean", "against the first alone", edit=("gradients.mean(axis=0)", "gradients[0]")
)
wrong(intruder, "✗", "of 2 finite numbers", "infinite", edit=("-1e6 *", "-np.inf *"))
wrong(intruder, "✗", "of 2 finite numbers", "all of them", edit=("gradients.mean(axis=0)", "gradients"))
wrong(intruder, "✗", "a `return` missing", "no return", edit=("return -1e6", "-1e6"))


@wrong(intruder, "✗", "moves the clipped mean")
def down_whatever_the_others_are(gradients, max_norm):
    return -1e9 * np.ones(gradients.shape[1])


@wrong(intruder, "✗", "moves the clipped mean")
def against_the_largest_number_alone(gradients, max_norm):
    mean = gradients.mean(axis=0)
    return np.where(abs(mean) == abs(mean).max(), -1e6 * np.sign(mean), 0)


@right(intruder)
def the_best_of_many_tried(gradients, max_norm):
    mean = gradients.mean(axis=0)
    tried = 1e6 * np.random.default_rng().normal(size=(10_000, len(mean)))
    return tried[(tried @ mean / np.linalg.norm(tried, axis=1)).argmin()]


@right(intruder)
def the_mean_turned_round_exactly(gradients, max_norm):
    return -(2 * len(gradients) + 1) * gradients.mean(axis=0)


@right(intruder)
def a_list_of_the_opposite_way(gradients, max_norm):
    total = [sum(column) for column in gradients.T.tolist()]
    return [-1e9 * number / math.hypot(*total) for number in total]


@right(intruder)
def one_number_after_the_other(gradients, max_norm):
    yield from -1e5 * gradients.sum(axis=0)


@wrong(noisy, "⚠", "carrying base")
def a_part_of_an_array_that_holds_the_sum(total, max_norm, noise_multiplier, rng):
    both = np.concatenate([total + rng.normal(0, noise_multiplier * max_norm, size=total.shape), total])
    return both[: len(total)]


@wrong(noisy, "⚠", "printing")
def the_sum_is_printed(total, max_norm, noise_multiplier, rng):
    print(total)
    return total + rng.normal(0, noise_multiplier * max_norm, size=total.shape)


def printing(what):
    """A training that prints, in each step, what is made of the batch and its gradients."""

    def dp_sgd(gradients, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng):
        def said(weights, batch):
            rows = gradients(weights, batch)
            print(what(batch, rows))
            return rows

        return dp_sgd_reference(
            said, weights, letters, max_norm, noise_multiplier, sample_rate, steps, learning_rate, rng
        )

    return dp_sgd


dp_sgd_reference = dp_sgd.reference
wrong(dp_sgd, "⚠", "look different", "batches are printed", answer=printing(lambda batch, rows: batch))
wrong(dp_sgd, "⚠", "look different", "their sizes are printed", answer=printing(lambda batch, rows: len(batch)))
wrong(
    dp_sgd,
    "⚠",
    "look different",
    "gradients are printed",
    answer=printing(lambda batch, rows: np.abs(rows).max(initial=0)),
)
right(dp_sgd, "it says that it goes on", answer=printing(lambda batch, rows: "another step"))


test_wrong_answers = recognised("private_training")
