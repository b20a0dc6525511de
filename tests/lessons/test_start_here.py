"""Answers to the exercise of lesson 00, and what its check must say."""

import functools
import random
import secrets
import time
import types

import numpy as np

from privlab.lessons.start_here.exercises import publish
from tests.lessons.answers import recognised, right, wrong

wrong(publish, "⚠", "knows what Lena did", "the exact count", edit=("count + rng.integers(-3, 4)", "count"))
wrong(publish, "⚠", "is ruled out", "too little noise", edit=("(-3, 4)", "(-1, 2)"))
wrong(publish, "⚠", "same noise", "noise that repeats itself", edit=("+ rng.", "+ np.random.default_rng(5)."))
wrong(publish, "✗", "publish(20", "no count", edit=("count + rng.integers(-3, 4)", "12"))
wrong(publish, "✗", "evenly", "3 never comes", edit=("(-3, 4)", "(-3, 3)"))
wrong(publish, "✗", "publish(12, rng) returned 16", "4 comes as well", edit=("(-3, 4)", "(-3, 5)"))
wrong(publish, "✗", "evenly", "the ends come half as often", edit=("rng.integers(-3, 4)", "round(rng.uniform(-3, 3))"))
wrong(publish, "✗", "a whole number was asked for", "fractions", edit=("rng.integers(-3, 4)", "rng.uniform(-3, 3)"))
wrong(publish, "✗", "a whole number was asked for", "text", edit=("count + rng.integers(-3, 4)", "str(count)"))
wrong(
    publish,
    "✗",
    "published for 0",
    "never below nobody",
    edit=("count + rng.integers(-3, 4)", "max(0, count + rng.integers(-3, 4))"),
)
wrong(publish, "?", "shape (7,)", "seven at once", edit=("(-3, 4)", "(-3, 4, size=7)"))
wrong(publish, "?", "ZeroDivisionError", "an error", edit=("+ rng.integers(-3, 4)", "/ 0"))
wrong(publish, "✗", "is a `return` missing", "nothing returned", edit=("return ", ""))
wrong(
    publish, "⚠", "publish(1, rng) returned 1 in all", "odd counts are bare", edit=("+ rng", "+ (count % 2 == 0) * rng")
)
wrong(
    publish,
    "✗",
    "published for 40",
    "the largest counts are nearly bare",
    edit=("rng.integers(-3, 4)", "rng.integers(-3, 4) * (count < 40 or rng.random() < 0.3)"),
)
wrong(
    publish,
    "⚠",
    "the type tells",
    "an exact count has another type",
    edit=("count + rng.integers(-3, 4)", "count + int(noise) if (noise := rng.integers(-3, 4)) else float(count)"),
)


calls = 0


@wrong(publish, "⚠", "whoever knows the one knows the other")
def noise_that_counts_up(count, rng):
    global calls
    calls += 1
    return count + calls % 7 - 3


deck = []


@wrong(publish, "⚠", "whoever knows the one knows the other")
def all_seven_dealt_before_any_comes_again(count, rng):
    if not deck:
        deck.extend(rng.permutation(np.arange(-3, 4)).tolist())
    return count + deck.pop()


spare = []


@wrong(publish, "⚠", "whoever knows the one knows the other")
def each_noise_is_taken_back_in_the_next_call(count, rng):
    noise = -spare.pop() if spare else int(rng.integers(-3, 4))
    if len(spare) == 0 and calls_of(rng) % 2:
        spare.append(noise)
    return count + noise


turns = [0]


def calls_of(rng):
    turns[0] += 1
    return turns[0]


@functools.cache
def a_year_of_noise():
    return np.random.default_rng().integers(-3, 4, size=365)


days = [0]


@wrong(publish, "⚠", "365 calls later")
def the_same_noise_each_year(count, rng):
    days[0] += 1
    return count + a_year_of_noise()[days[0] % 365]


known = np.random.default_rng(11)


@wrong(publish, "⚠", "whatever rng is")
def a_generator_whose_seed_stands_in_the_code(count, rng):
    return count + known.integers(-3, 4)


@wrong(publish, "⚠", "whatever rng is")
def a_seed_from_the_number_of_calls(count, rng):
    days[0] += 1
    return count + random.Random(days[0]).randint(-3, 3)


@wrong(publish, "⚠", "whatever rng is")
def a_seed_from_the_clock(count, rng):
    return count + random.Random(time.time_ns()).randint(-3, 3)


@wrong(publish, "⚠", "carries more")
def the_noise_goes_along(count, rng):
    class Count(int):
        pass

    published = Count(count + rng.integers(-3, 4))
    published.exact = count
    return published


@wrong(publish, "⚠", "is published, too")
def the_count_is_printed(count, rng):
    print(f"true: {count}")
    return count + rng.integers(-3, 4)


@right(publish)
def one_of_the_seven_counts(count, rng):
    return rng.choice(np.arange(count - 3, count + 4))


@right(publish)
def plain_python(count, rng):
    return random.choice(range(count - 3, count + 4))


@right(publish)
def from_the_operating_system(count, rng):
    return count - 3 + secrets.randbelow(7)


@right(publish)
def scipy_with_the_generator(count, rng):
    from scipy.stats import randint

    return count + randint.rvs(-3, 4, random_state=rng)


@right(publish)
def torch_gives_a_tensor_with_one_number(count, rng):
    import torch

    return count + torch.randint(-3, 4, ())


@right(publish)
def a_whole_number_as_float(count, rng):
    return count + np.floor(rng.uniform(-3, 4))


@right(publish)
def the_ends_in_plain_python(count, rng):
    return min(max(count - 3, count + rng.integers(-3, 4)), count + 3)


own = np.random.default_rng()
right(
    publish,
    "a generator of its own that nobody knows",
    answer=types.FunctionType((lambda count, rng: count + own.integers(-3, 4)).__code__, {"own": own}, "publish"),
)
right(publish, "what it prints says nothing", edit=("return", "print('published'); return"))


@wrong(publish, "⚠", "the type tells about the noise")
def the_count_itself_is_a_short_number(count, rng):
    number = count + rng.integers(-3, 4)
    return np.array(number, dtype=np.int8 if number == count else np.int64)


test_answers = recognised("start_here")
