"""Wrong answers to the exercises of lesson 51, and what their checks must say."""

import secrets

import numpy as np

from privlab.lessons.gradient_inversion.exercises import certified, divide, infer_label, split
from tests.lessons.answers import recognised, wrong

wrong(infer_label, "✗", "the letter was", "the likeliest letter", edit=(".argmin", ".argmax"))
wrong(
    infer_label, "✗", "the letter was", "nearest to zero", edit=("last_bias_gradient.", "np.abs(last_bias_gradient).")
)


@wrong(infer_label, "✗", "a place from 0 to 25")
def the_number_not_its_place(last_bias_gradient):
    return last_bias_gradient.min()


wrong(
    divide,
    "✗",
    "every d that is not 0 is negative",
    "the largest d, negative ones forgotten",
    edit=("np.abs(bias_gradient)", "bias_gradient"),
)


@wrong(divide, "✗", "neuron 0 did not fire")
def the_first_neuron(weight_gradient, bias_gradient):
    return weight_gradient[0] / bias_gradient[0]


@wrong(divide, "✗", "of 784 pixels")
def no_division(weight_gradient, bias_gradient):
    return weight_gradient[np.abs(bias_gradient).argmax()]


@wrong(divide, "✗", "784 pixels of one letter")
def all_rows_at_once(weight_gradient, bias_gradient):
    return weight_gradient / bias_gradient[:, None]


wrong(certified, "✗", "the true letters", "what came back is above 0", edit=("came_back !=", "came_back >"))
wrong(certified, "✗", "the true letters", "biases forgotten", edit=("+ biases >", ">"))


@wrong(certified, "✗", "a single neuron")
def nearly_all_neurons(images, weights, biases, came_back):
    return ((images @ weights.T + biases > 0) == (came_back != 0)).mean() > 0.99


@wrong(certified, "✗", "belong to the other")
def each_neuron_for_some_letter(images, weights, biases, came_back):
    fires = images @ weights.T + biases > 0
    return np.array_equal(fires.any(axis=0), (came_back != 0).any(axis=0))


@wrong(certified, "✗", "a single neuron")
def one_direction_only(images, weights, biases, came_back):
    fires = images @ weights.T + biases > 0
    return bool((came_back[~fires] == 0).all())


@wrong(certified, "✗", "belong to the other")
def looks_like_letters(images, weights, biases, came_back):
    return bool((images >= 0).all() and (images <= 1).all())


@wrong(certified, "✗", "belong to the other")
def trusts_everything(images, weights, biases, came_back):
    return True


@wrong(split, "⚠", "784 of 784 pixels")
def all_in_one(numbers):
    return numbers, np.zeros_like(numbers)


@wrong(split, "⚠", "784 of 784 pixels")
def a_secret_multiple(numbers):
    first = numbers * np.uint64(2 + secrets.randbelow(1000))
    return first, numbers - first


@wrong(split, "⚠", "784 of 784 pixels")
def one_secret_number_for_all(numbers):
    first = numbers + np.uint64(secrets.randbelow(2**64))
    return first, numbers - first


@wrong(split, "⚠", "784 of 784 pixels")
def a_little_noise(numbers):
    noise = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64)
    first = numbers + noise % np.uint64(2**20)
    return first, numbers - first


@wrong(split, "⚠", "not uniform")
def half_the_bits(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64)
    first = first % np.uint64(2**48)
    return first, numbers - first


@wrong(split, "⚠", "the same")
def the_same_share_every_time(numbers):
    rng = np.random.default_rng(11)
    first = rng.integers(2**64, size=len(numbers), dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "seed")
def a_generator_with_a_seed(numbers):
    first = np.random.randint(0, 2**64, len(numbers), dtype=np.uint64)
    return first, numbers - first


rng = np.random.default_rng(51)


@wrong(split, "⚠", "seed")
def the_lessons_generator(numbers):
    first = rng.integers(2**64, size=len(numbers), dtype=np.uint64)
    return first, numbers - first


@wrong(split, "✗", "add up to")
def shares_of_nothing(numbers):
    drawn = np.frombuffer(secrets.token_bytes(16 * len(numbers)), dtype=np.uint64)
    return drawn[::2], drawn[1::2]


@wrong(split, "✗", "uint64")
def fractions(numbers):
    return numbers / 2, numbers / 2


test_wrong_answers = recognised("gradient_inversion")
