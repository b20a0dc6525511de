"""Wrong answers to the exercises of lesson 22, and what their checks must say."""

import numpy as np

from privlab.dp.floating_point import candidates, textbook_release
from privlab.lessons.laplace_mechanism.exercises import possible, private_sum, release, sensitivities
from tests.lessons.answers import recognised, wrong

wrong(release, "⚠", "exactly", "no noise", edit=("value + rng.laplace(0, sensitivity / epsilon)", "value"))
wrong(release, "⚠", "e^ε allows", "half the scale", edit=("/ epsilon", "/ (2 * epsilon)"))
wrong(release, "⚠", "on average", "a tenth too little", edit=("sensitivity /", "0.9 * sensitivity /"))
wrong(release, "⚠", "sensitivity 5", "sensitivity forgotten", edit=("sensitivity /", "1 /"))
wrong(release, "⚠", "exactly", "the same noise every time", edit=("+ rng.", "+ np.random.default_rng(1)."))
wrong(release, "✗", "too much noise", "ε where its inverse belongs", edit=("/ epsilon", "* epsilon"))


@wrong(release, "⚠", "beyond")
def the_bell_curve(value, sensitivity, epsilon, rng):
    return value + rng.normal(0, sensitivity / epsilon * np.sqrt(np.pi / 2))


@wrong(release, "⚠", "all end in .5")
def rounded_noise(value, sensitivity, epsilon, rng):
    return value + np.rint(rng.laplace(0, sensitivity / epsilon))


@wrong(release, "✗", "costs no privacy")
def a_rounded_result(value, sensitivity, epsilon, rng):
    return np.rint(value + rng.laplace(0, sensitivity / epsilon))


@wrong(release, "✗", "on average")
def noise_to_one_side(value, sensitivity, epsilon, rng):
    return value + abs(rng.laplace(0, sensitivity / epsilon))


wrong(private_sum, "⚠", "1,000,000", "not clipped", edit=("clip(losses, 0, bound).sum()", "sum(losses)"))
wrong(private_sum, "⚠", "at least", "the noise of a count", edit=("bound /", "1 /"))
wrong(private_sum, "✗", "too much noise", "noise for everybody", edit=("bound /", "bound * len(losses) /"))


@wrong(private_sum, "⚠", "1,000,000")
def clipped_after_adding(losses, bound, epsilon, rng):
    return np.clip(np.sum(losses), 0, bound * len(losses)) + rng.laplace(0, bound / epsilon)


@wrong(private_sum, "⚠", "1,000,000")
def a_bound_taken_from_the_data(losses, bound, epsilon, rng):
    bound = np.max(losses)
    return np.clip(losses, 0, bound).sum() + rng.laplace(0, bound / epsilon)


@wrong(private_sum, "⚠", "0.00")
def noise_scaled_by_the_data(losses, bound, epsilon, rng):
    clipped = np.clip(losses, 0, bound)
    return clipped.sum() + rng.laplace(0, (clipped.max() - clipped.min()) / epsilon)


@wrong(private_sum, "✗", "on average")
def large_losses_thrown_out(losses, bound, epsilon, rng):
    losses = np.array(losses)
    return losses[losses <= bound].sum() + rng.laplace(0, bound / epsilon)


wrong(sensitivities, "⚠", "comes or goes", "the range for both", edit=("max(abs(low), abs(high))", "high - low"))
wrong(sensitivities, "⚠", "too small", "no negative numbers", edit=("max(abs(low), abs(high))", "high"))
wrong(sensitivities, "?", "cannot use", "one number", edit=(", max(abs(low), abs(high))", ""))


@wrong(sensitivities, "✗", "not by 200")
def twice_too_much(low, high):
    most = 2 * max(abs(low), abs(high))
    return most, most


@wrong(sensitivities, "⚠", "too small")
def the_upper_bound_for_both(low, high):
    return high, high


wrong(possible, "✗", "was released", "the wrong way round", edit=(", uniform, sign", ", uniform, -sign"))


@wrong(possible, "✗", "cannot come")
def nearly_equal(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return np.isclose(textbook_release(value, scale, uniform, sign), output).any()


@wrong(possible, "✗", "cannot come")
def everything(output, value, scale):
    return True


@wrong(possible, "✗", "was released")
def the_best_guess_only(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return textbook_release(value, scale, uniform[64], sign[0]) == output


test_wrong_answers = recognised("laplace_mechanism")
