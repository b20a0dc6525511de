"""Wrong answers to the exercises of lesson 42, and what their checks must say."""

import numpy as np

from privlab.lessons.private_training.exercises import clipped_sum, intruder, noise_of_each, noisy
from tests.lessons.answers import recognised, wrong

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


wrong(noisy, "⚠", "too little", "noise for the mean, added to the sum", edit=("* max_norm", "* max_norm / 256"))
wrong(noisy, "⚠", "too little", "the clip forgotten", edit=("noise_multiplier * max_norm", "noise_multiplier"))
wrong(noisy, "⚠", "the difference", "the same noise for every number", edit=(", size=total.shape", ""))
wrong(noisy, "⚠", "too little", "shared among the numbers", edit=("* max_norm", "* max_norm / len(total) ** 0.5"))
wrong(noisy, "⚠", "exact", "no noise", edit=("rng.normal(0, noise_multiplier * max_norm, size=total.shape)", "0"))
wrong(noisy, "⚠", "subtract", "a seed of its own", edit=("+ rng.", "+ np.random.default_rng(0)."))
wrong(noisy, "✗", "more noise than", "twice", edit=("noise_multiplier *", "2 * noise_multiplier *"))

wrong(noise_of_each, "⚠", "together", "as if there were one step", edit=("steps**0.5", "1"))
wrong(
    noise_of_each, "⚠", "together", "the budget shared the wrong way", edit=("steps**0.5 / mu", "1 / (mu * steps**0.5)")
)
wrong(noise_of_each, "✗", "more noise than", "basic composition", edit=("steps**0.5", "steps"))

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


test_wrong_answers = recognised("private_training")
