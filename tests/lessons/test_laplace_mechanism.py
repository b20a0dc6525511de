"""Answers to the exercises of lesson 22, wrong and right ones, and what their checks must say."""

import functools
import math
import random
import secrets
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy import stats

from privlab import dp
from privlab.dp.floating_point import candidates, textbook_release
from privlab.lessons.laplace_mechanism.exercises import possible, private_sum, release, sensitivities
from tests.lessons.answers import recognised, right, wrong

wrong(release, "⚠", "exactly", "no noise", edit=("value + rng.laplace(0, sensitivity / epsilon)", "value"))
wrong(release, "⚠", "e^ε allows", "a quarter of the scale", edit=("/ epsilon", "/ (4 * epsilon)"))
wrong(release, "⚠", "with sensitivity 1 and ε = 1", "half the scale", edit=("/ epsilon", "/ (2 * epsilon)"))
wrong(release, "⚠", "on average", "a tenth too little", edit=("sensitivity /", "0.9 * sensitivity /"))
wrong(release, "⚠", "sensitivity 5", "sensitivity forgotten", edit=("sensitivity /", "1 /"))
wrong(release, "⚠", "exactly", "the same noise every time", edit=("+ rng.", "+ np.random.default_rng(1)."))
wrong(release, "✗", "too much noise", "ε where its inverse belongs", edit=("/ epsilon", "* epsilon"))


@wrong(release, "⚠", "beyond")
def the_bell_curve(value, sensitivity, epsilon, rng):
    return value + rng.normal(0, sensitivity / epsilon * np.sqrt(np.pi / 2))


@wrong(release, "⚠", "all end in .123456789")
def rounded_noise(value, sensitivity, epsilon, rng):
    return value + np.rint(rng.laplace(0, sensitivity / epsilon))


@wrong(release, "✗", "costs no privacy")
def a_rounded_result(value, sensitivity, epsilon, rng):
    return np.rint(value + rng.laplace(0, sensitivity / epsilon))


@wrong(release, "✗", "on average")
def noise_to_one_side(value, sensitivity, epsilon, rng):
    return value + abs(rng.laplace(0, sensitivity / epsilon))


@wrong(release, "✗", "the noise is -")
def noise_to_the_other_side(value, sensitivity, epsilon, rng):
    return value - abs(rng.laplace(0, sensitivity / epsilon))


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
wrong(sensitivities, "✗", "gave 100; two numbers were asked for", "one number", edit=(", max(abs(low), abs(high))", ""))


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


@wrong(release, "⚠", "multiples of 0.1 only")
def noise_in_tenths(value, sensitivity, epsilon, rng):
    return value + round(rng.laplace(0, sensitivity / epsilon), 1)


@wrong(release, "⚠", "multiples of 0.01 only")
def noise_in_cents(value, sensitivity, epsilon, rng):
    return value + round(rng.laplace(0, sensitivity / epsilon), 2)


@wrong(release, "⚠", "the noise is rounded")
def noise_of_eight_digits(value, sensitivity, epsilon, rng):
    return value + round(rng.laplace(0, sensitivity / epsilon), 8)


@wrong(release, "⚠", "times of 1,000 when the true value is")
def noise_in_hundredths_of_its_scale(value, sensitivity, epsilon, rng):
    return value + round(rng.laplace(), 2) * sensitivity / epsilon / 3


@wrong(release, "⚠", "and never when it is 100.84074")
def the_value_itself_when_the_noise_is_small(value, sensitivity, epsilon, rng):
    noise = rng.laplace(0, sensitivity / epsilon)
    return value if abs(noise) < 0.02 * sensitivity / epsilon else value + noise


@wrong(release, "⚠", "and never when it is 100.84074")
def a_table_of_noise(value, sensitivity, epsilon, rng, table={}):  # noqa: B006 (what is kept is the point)
    noise = table.setdefault("noise", rng.laplace(size=1_000))
    return value + noise[rng.integers(1_000)] * sensitivity / epsilon


@wrong(release, "⚠", "what lies further out is possible from a neighbour only")
def drawn_again_until_it_is_within_seven_scales(value, sensitivity, epsilon, rng):
    while True:
        noise = rng.laplace(0, sensitivity / epsilon)
        if abs(noise) < 7 * sensitivity / epsilon:
            return value + noise


@wrong(release, "⚠", "what lies further out is possible from a neighbour only")
def cut_off_at_six_scales_and_a_little_blurred(value, sensitivity, epsilon, rng):
    noise = np.clip(rng.laplace(), -6, 6) + rng.uniform(-0.01, 0.01)
    return value + noise * sensitivity / epsilon


@wrong(release, "✗", "is no Laplace noise")
def the_second_takes_back_the_first(value, sensitivity, epsilon, rng, before=[]):  # noqa: B006 (as above)
    noise = -before.pop() + 1e-6 * rng.random() if before else rng.laplace()
    if not before and rng.random() < 0.3:
        before.append(noise)
    return value + noise * sensitivity / epsilon


@wrong(release, "✗", "is no Laplace noise")
def now_more_and_now_less(value, sensitivity, epsilon, rng):
    return value + rng.choice([0.4, 1.6]) * rng.laplace(0, sensitivity / epsilon)


@wrong(release, "⚠", "as int")
def the_kind_tells_that_there_was_no_noise(value, sensitivity, epsilon, rng):
    noise = rng.laplace(0, sensitivity / epsilon)
    return int(value) if abs(noise) < 0.001 else value + noise


@wrong(release, "⚠", "printing")
def the_noise_is_printed(value, sensitivity, epsilon, rng):
    noise = rng.laplace(0, sensitivity / epsilon)
    print("noise", noise)
    return value + noise


class Noisy(float):
    """A number with something attached to it."""


@wrong(release, "⚠", "carrying")
def the_value_is_attached(value, sensitivity, epsilon, rng):
    result = Noisy(value + rng.laplace(0, sensitivity / epsilon))
    result.true = value
    return result


@wrong(release, "⚠", "carrying base")
def a_part_of_an_array_with_the_value(value, sensitivity, epsilon, rng):
    return np.array([value + rng.laplace(0, sensitivity / epsilon), value])[:1]


own_rng = np.random.default_rng(22)


@wrong(release, "⚠", "whoever reads your code subtracts it")
def a_seed_in_the_code(value, sensitivity, epsilon, rng):
    return value + own_rng.laplace(0, sensitivity / epsilon)


@wrong(release, "✗", "on average")
def nothing_below_0(value, sensitivity, epsilon, rng):
    return max(value + rng.laplace(0, sensitivity / epsilon), 0.0)


@wrong(release, "⚠", "exactly 0 in 1,000 of 2,000")
def a_share_of_the_value_as_noise(value, sensitivity, epsilon, rng):
    return (
        value * (1 + rng.laplace(0, sensitivity / epsilon / 100))
        if abs(value) < 90
        else value + rng.laplace(0, sensitivity / epsilon)
    )


@wrong(release, "✗", "too much noise")
def a_tenth_too_much(value, sensitivity, epsilon, rng):
    return value + rng.laplace(0, 1.1 * sensitivity / epsilon)


@wrong(release, "✗", "no finite number")
def no_number_now_and_then(value, sensitivity, epsilon, rng):
    return value + rng.laplace(0, sensitivity / epsilon) if rng.random() < 0.999 else float("nan")


@wrong(release, "✗", "one number was expected")
def value_and_noise(value, sensitivity, epsilon, rng):
    return value, rng.laplace(0, sensitivity / epsilon)


@right(release)
def centred_at_the_value(value, sensitivity, epsilon, rng):
    return rng.laplace(value, sensitivity / epsilon)


@right(release)
def an_array_of_one_release(value, sensitivity, epsilon, rng):
    return value + rng.laplace(0, sensitivity / epsilon, 1)


@right(release)
def two_exponentials_less_each_other(value, sensitivity, epsilon, rng):
    first, second = rng.exponential(sensitivity / epsilon, 2)
    return value + first - second


@right(release)
def logarithm_of_a_uniform_number(value, sensitivity, epsilon, rng):
    return value - rng.choice([-1, 1]) * sensitivity / epsilon * math.log(1 - rng.random())


@right(release)
def the_library_of_the_course(value, sensitivity, epsilon, rng):
    return dp.laplace.release(value, sensitivity=sensitivity, epsilon=epsilon, rng=rng)


@right(release)
def the_textbook_of_section_4(value, sensitivity, epsilon, rng):
    uniform, sign = dp.floating_point.draw(1, rng)
    return textbook_release(value, sensitivity / epsilon, uniform, sign)[0]


@right(release)
def noise_of_scipy(value, sensitivity, epsilon, rng):
    return stats.laplace.rvs(value, sensitivity / epsilon, random_state=rng)


@right(release)
def single_precision_noise_of_torch(value, sensitivity, epsilon, rng):
    import torch

    return value + torch.distributions.Laplace(0.0, sensitivity / epsilon).sample().item()


@right(release)
def a_release_in_single_precision(value, sensitivity, epsilon, rng):
    return np.float32(value + rng.laplace(0, sensitivity / epsilon))


@right(release)
def python_s_own_generator(value, sensitivity, epsilon, rng):
    return value + random.choice((-1, 1)) * random.expovariate(epsilon / sensitivity)


@right(release)
def noise_of_the_operating_system_in_decimals(value, sensitivity, epsilon, rng):
    system = secrets.SystemRandom()
    return Decimal(value) + Decimal(
        system.expovariate(epsilon / sensitivity) - system.expovariate(epsilon / sensitivity)
    )


@right(release)
def rounded_to_cents(value, sensitivity, epsilon, rng):
    return round(value + rng.laplace(0, sensitivity / epsilon), 2)


@right(release)
def rounded_to_tenths(value, sensitivity, epsilon, rng):
    return round(value + rng.laplace(0, sensitivity / epsilon), 1)


@functools.cache
def opendp_mechanism(scale):
    from opendp.domains import atom_domain
    from opendp.measurements import make_laplace
    from opendp.metrics import absolute_distance
    from opendp.mod import enable_features

    enable_features("contrib")
    return make_laplace(atom_domain(T=float, nan=False), absolute_distance(T=float), scale=scale)


@right(release)
def opendp_s_release(value, sensitivity, epsilon, rng):
    return opendp_mechanism(sensitivity / epsilon)(float(value))


wrong(private_sum, "⚠", "at least", "a fifth too little", edit=("bound /", "0.8 * bound /"))


@wrong(private_sum, "✗", "clipped the sum is")
def equal_losses_once(losses, bound, epsilon, rng):
    return sum(set(np.clip(losses, 0, bound).tolist())) + rng.laplace(0, bound / epsilon)


@wrong(private_sum, "✗", "clipped the sum is")
def the_first_five(losses, bound, epsilon, rng):
    return np.clip(losses[:5], 0, bound).sum() + rng.laplace(0, bound / epsilon)


@wrong(private_sum, "✗", "clipped the sum is")
def the_average(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).mean() + rng.laplace(0, bound / epsilon)


@wrong(private_sum, "⚠", "the digits after the point are the value's own")
def noise_in_whole_numbers(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).sum() + np.rint(rng.laplace(0, bound / epsilon))


@wrong(private_sum, "⚠", "multiples of 0.01 only")
def noise_in_whole_cents(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).sum() + round(rng.laplace(0, bound / epsilon), 2)


@wrong(private_sum, "⚠", "from a neighbour only")
def noise_drawn_again_until_it_is_small(losses, bound, epsilon, rng):
    while abs(noise := rng.laplace()) > 6:
        pass
    return np.clip(losses, 0, bound).sum() + noise * bound / epsilon


@wrong(private_sum, "⚠", "printing")
def the_exact_sum_is_printed(losses, bound, epsilon, rng):
    total = np.clip(losses, 0, bound).sum()
    print(f"{total:.0f}")
    return total + rng.laplace(0, bound / epsilon)


@wrong(private_sum, "⚠", "whoever reads your code subtracts it")
def a_seed_in_the_code_of_a_sum(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).sum() + own_rng.laplace(0, bound / epsilon)


@wrong(private_sum, "⚠", "off beyond 4")
def the_bell_curve_of_the_same_size(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound).sum() + rng.normal(0, bound / epsilon * np.sqrt(np.pi / 2))


@wrong(private_sum, "✗", "one number was expected")
def noise_on_every_loss(losses, bound, epsilon, rng):
    return np.clip(losses, 0, bound) + rng.laplace(0, bound / epsilon, len(losses))


@right(private_sum)
def the_smaller_of_loss_and_bound(losses, bound, epsilon, rng):
    return sum(min(loss, bound) for loss in losses) + rng.laplace(0, bound / epsilon)


@right(private_sum)
def in_order_and_two_exponentials(losses, bound, epsilon, rng):
    total = 0.0
    for loss in sorted(losses):
        total += loss if loss < bound else bound
    return total + rng.exponential(bound / epsilon) - rng.exponential(bound / epsilon)


@right(private_sum)
def the_array_is_cut_in_place(losses, bound, epsilon, rng):
    losses[losses > bound] = bound
    return rng.laplace(losses.sum(), bound / epsilon)


@right(private_sum)
def by_torch(losses, bound, epsilon, rng):
    import torch

    return torch.tensor(losses).clamp(0, bound).sum() + torch.distributions.Laplace(0.0, bound / epsilon).sample()


@right(private_sum)
def the_library_s_release_of_the_sum(losses, bound, epsilon, rng):
    return dp.laplace.release(np.minimum(losses, bound).sum(), sensitivity=bound, epsilon=epsilon, rng=rng)


@right(private_sum)
def fractions_and_noise_of_scipy(losses, bound, epsilon, rng):
    exact = sum(min(Fraction(loss), Fraction(bound)) for loss in losses.tolist())
    return float(exact) + stats.laplace.rvs(scale=bound / epsilon, random_state=rng)


@right(private_sum)
def opendp_s_release_of_the_sum(losses, bound, epsilon, rng):
    return opendp_mechanism(bound / epsilon)(float(np.clip(losses, 0, bound).sum()))


wrong(sensitivities, "⚠", "comes or goes", "the larger bound", edit=("max(abs(low), abs(high))", "max(low, high)"))
wrong(sensitivities, "✗", "when somebody is replaced", "added", edit=("high - low", "high + abs(low)"))
wrong(sensitivities, "✗", "two numbers", "three numbers", edit=("return ", "return 0, "))


@wrong(sensitivities, "⚠", "other order")
def the_wrong_order(low, high):
    return max(abs(low), abs(high)), high - low


@wrong(sensitivities, "✗", "two numbers were asked for")
def by_name(low, high):
    return {"replaced": high - low, "comes": max(abs(low), abs(high))}


@wrong(sensitivities, "⚠", "is too small")
def in_whole_numbers(low, high):
    return int(high) - int(low), max(abs(int(low)), abs(int(high)))


@right(sensitivities)
def an_array_of_two(low, high):
    return np.array([high - low, np.abs([low, high]).max()])


@right(sensitivities)
def one_after_the_other(low, high):
    yield high - low
    yield max(-low, high)


@right(sensitivities)
def fractions_in_a_list(low, high):
    return [Fraction(high) - Fraction(low), max(Fraction(high), -Fraction(low))]


@right(sensitivities)
def the_library_s_two(low, high):
    return tuple(dp.laplace.sensitivity_of_sum(low, high, neighbours) for neighbours in dp.laplace.NEIGHBOURS)


@right(sensitivities)
def a_tensor(low, high):
    import torch

    return torch.tensor([high - low, max(abs(low), abs(high))], dtype=torch.float32)


wrong(possible, "✗", "129 answers, one for each candidate", "an answer for each", edit=(".any()", ""))
wrong(possible, "✗", "it is True or False", "how many fit", edit=("(textbook_release", "2 * (textbook_release"))


@wrong(possible, "✗", "cannot come")
def equal_to_sixteen_digits(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return bool((abs(textbook_release(value, scale, uniform, sign) - output) < 1e-16).any())


@wrong(possible, "✗", "cannot come")
def equal_or_beside_it(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    outputs = textbook_release(value, scale, uniform, sign)
    return ((outputs == output) | (np.nextafter(outputs, output) == output)).any()


@wrong(possible, "✗", "cannot come")
def equal_in_single_precision(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return (np.float32(textbook_release(value, scale, uniform, sign)) == np.float32(output)).any()


@wrong(possible, "✗", "scale")
def always_scale_1(output, value, scale):
    uniform, sign = candidates(output, value, 1.0)
    return (textbook_release(value, 1.0, uniform, sign) == output).any()


@wrong(possible, "✗", "cannot come from 1")
def always_around_0(output, value, scale):
    uniform, sign = candidates(output, 0, scale)
    return (textbook_release(0, scale, uniform, sign) == output).any()


@wrong(possible, "✗", "was released from")
def upwards_only(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return (textbook_release(value, scale, uniform, 1.0) == output).any()


@right(possible)
def the_library_s_own(output, value, scale):
    return dp.floating_point.reachable(output, value, scale)


@right(possible)
def is_it_in_the_list(output, value, scale):
    return output in textbook_release(value, scale, *candidates(output, value, scale)).tolist()


@right(possible)
def one_candidate_after_the_other(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return any(textbook_release(value, scale, number, sign[0]) == output for number in uniform)


@right(possible)
def the_difference_is_0(output, value, scale):
    uniform, sign = candidates(output, value, scale)
    return int(np.min(np.abs(textbook_release(value, scale, uniform, sign) - output)) == 0)


@right(possible)
def the_bytes_are_equal(output, value, scale):
    released = textbook_release(value, scale, *candidates(output, value, scale))
    return np.isin(output, released)


@wrong(release, "✗", "numbers of calls that lie 3 apart")
def what_was_added_is_taken_off_three_releases_later(value, sensitivity, epsilon, rng, noise=deque()):  # noqa: B006
    if len(noise) == 6:
        noise.clear()
    noise.append(rng.laplace() if len(noise) < 3 else -noise[len(noise) - 3])
    return value + noise[-1] * sensitivity / epsilon


@right(release)
def decimals(value, sensitivity, epsilon, rng):
    return Decimal(float(value)) + Decimal(rng.laplace(0, sensitivity / epsilon))


@wrong(private_sum, "⚠", "with bound")
def only_the_first_loss_is_cut(losses, bound, epsilon, rng):
    losses[0] = min(losses[0], bound)
    return losses.sum() + rng.laplace(0, bound / epsilon)


@right(private_sum)
def in_units_of_the_bound(losses, bound, epsilon, rng):
    losses = losses.astype(float, copy=False)
    losses /= bound
    return bound * (np.minimum(losses, 1).sum() + rng.laplace(0, 1 / epsilon))


wrong(sensitivities, "✗", "not by 101", "both ends counted", edit=("high - low", "high - low + 1"))
wrong(
    release,
    "⚠",
    "of all releases together",
    "a twelfth too little",
    edit=("sensitivity / epsilon", "0.92 * sensitivity / epsilon"),
)
wrong(private_sum, "✗", "is enough: too much noise", "twice the noise", edit=("bound / epsilon", "2 * bound / epsilon"))
right(
    release,
    "in tenths",
    edit=("value + rng.laplace(0, sensitivity / epsilon)", "round(value + rng.laplace(0, sensitivity / epsilon), 1)"),
)


test_answers = recognised("laplace_mechanism")
