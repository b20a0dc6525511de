"""Wrong answers to the exercises of lesson 53, and what their checks must say."""

import secrets

import numpy as np

from privlab.fl.secagg.distributed_dp import discrete_gaussian
from privlab.lessons.global_model_attack.exercises import looks_planted, read_cells, share_of_noise, thresholds
from tests.lessons.answers import recognised, wrong

wrong(thresholds, "✗", "as many thresholds as neurons", "one too many", edit=("(neurons)", "(neurons + 1)"))


@wrong(thresholds, "✗", "the fullest cell")
def equal_steps(public, neurons):
    return np.linspace(public.min(), public.max(), neurons, endpoint=False)


@wrong(thresholds, "✗", "above the last")
def the_last_one_too_high(public, neurons):
    return np.quantile(public, np.linspace(0, 1, neurons))


@wrong(thresholds, "✗", "below all thresholds")
def the_lowest_one_too_high(public, neurons):
    return np.quantile(public, np.arange(1, neurons + 1) / (neurons + 1))


@wrong(thresholds, "✗", "from low to high")
def from_high_to_low(public, neurons):
    return np.quantile(public, np.arange(neurons) / neurons)[::-1]


wrong(read_cells, "✗", "negative", "only cells with a positive d", edit=("np.abs(b)", "b"))


@wrong(read_cells, "✗", "came back")
def rows_instead_of_differences(weights, biases):
    full = np.abs(biases) > 1e-12
    return weights[full] / biases[full, None]


@wrong(read_cells, "✗", "above the last threshold")
def the_last_cell_forgotten(weights, biases):
    w, b = -np.diff(weights, axis=0), -np.diff(biases)
    full = np.abs(b) > 1e-12
    return w[full] / b[full, None]


@wrong(read_cells, "✗", "empty cells")
def empty_cells_divided(weights, biases):
    w = weights - np.vstack([weights[1:], np.zeros_like(weights[:1])])
    b = biases - np.append(biases[1:], 0)
    return w / b[:, None]


@wrong(read_cells, "✗", "came back")
def divided_first(weights, biases):
    full = np.abs(biases) > 1e-12
    rows = weights[full] / biases[full, None]
    return rows - np.vstack([rows[1:], np.zeros_like(rows[:1])])


wrong(share_of_noise, "⚠", "instead of 1.5", "divided by their number", edit=("np.sqrt(honest)", "honest"))
wrong(share_of_noise, "✗", "more noise", "everything from everyone", edit=("sigma / np.sqrt(honest)", "sigma"))


@wrong(share_of_noise, "⚠", "no noise")
def no_noise(sigma, honest, size):
    return np.zeros(size, dtype=np.int64)


@wrong(share_of_noise, "⚠", "the same number")
def one_number_for_all(sigma, honest, size):
    return np.repeat(discrete_gaussian(sigma / np.sqrt(honest), 1), size)


rng = np.random.default_rng(53)


@wrong(share_of_noise, "⚠", "seed")
def a_generator_with_a_seed(sigma, honest, size):
    return np.rint(rng.normal(0, sigma / np.sqrt(honest), size)).astype(np.int64)


@wrong(share_of_noise, "✗", "Gaussian")
def uniform(sigma, honest, size):
    words = np.frombuffer(secrets.token_bytes(8 * size), dtype=np.uint64) / 2**64 - 0.5
    return np.rint(words * sigma * np.sqrt(12 / honest)).astype(np.int64)


@wrong(share_of_noise, "✗", "whole numbers")
def fractions(sigma, honest, size):
    return discrete_gaussian(sigma, size) / np.sqrt(honest)


@wrong(looks_planted, "⚠", "9 of 9 letters")
def equal_rows_only(weights):
    return len(np.unique(weights, axis=0)) < len(weights)


@wrong(looks_planted, "⚠", "9 of 9 letters")
def few_directions_by_rank(weights):
    return np.linalg.matrix_rank(weights) < len(weights)


@wrong(looks_planted, "✗", "honest")
def a_large_product(weights):
    products = weights @ weights.T
    np.fill_diagonal(products, 0)
    return np.abs(products).max() > 0.5


@wrong(looks_planted, "✗", "three groups")
def all_rows_alike(weights):
    rows = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    return (np.abs(rows @ rows[0]) > 0.9).all()


@wrong(looks_planted, "✗", "one row")
def a_row_of_equal_weights(weights):
    return (np.ptp(weights, axis=1) < 1e-9).any()


@wrong(looks_planted, "✗", "is planted")
def never(weights):
    return False


@wrong(looks_planted, "✗", "honest")
def always(weights):
    return True


test_wrong_answers = recognised("global_model_attack")
