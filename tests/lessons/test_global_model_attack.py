"""Answers to the exercises of lesson 53: wrong ones and what their checks must say, right ones in other styles."""

import hashlib
import itertools
import random
import secrets
import statistics

import numpy as np

from privlab.fl.secagg.distributed_dp import discrete_gaussian
from privlab.lessons.global_model_attack.exercises import looks_planted, read_cells, share_of_noise, thresholds
from tests.lessons.answers import recognised, right, wrong

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


@wrong(thresholds, "✗", "no neuron can have")
def below_everything(public, neurons):
    return [-np.inf, *np.quantile(public, np.arange(1, neurons) / neurons)]


@wrong(thresholds, "✗", "thresholds(np.arange(200, 0, -1) ** 2 / 1e5, 2): thresholds go from low to high")
def taken_to_be_sorted(public, neurons):
    return public[np.arange(neurons) * len(public) // neurons]


@wrong(thresholds, "✗", "the fullest cell")
def as_if_gaussian(public, neurons):
    bell = statistics.NormalDist(public.mean(), public.std())
    return [public.min()] + [bell.inv_cdf(part / neurons) for part in range(1, neurons)]


@wrong(thresholds, "✗", "the fullest cell")
def from_a_few_letters(public, neurons):
    few = np.append(public[:: max(1, len(public) // 1_000)], public.min())
    return np.quantile(few, np.arange(neurons) / neurons)


@wrong(thresholds, "✗", "the fullest cell")
def from_a_histogram(public, neurons):
    counts, edges = np.histogram(public, bins=200)
    below = np.append(0, counts.cumsum()) / len(public)
    return np.interp(np.arange(neurons) / neurons, below, edges)


@wrong(thresholds, "✗", "a dict of")
def with_their_parts(public, neurons):
    return {part: np.quantile(public, part / neurons) for part in range(neurons)}


@right(thresholds)
def picked_from_the_sorted(public, neurons):
    return np.sort(public)[np.arange(neurons) * len(public) // neurons]


@right(thresholds)
def the_standard_library(public, neurons):
    return [min(public)] + statistics.quantiles(public, n=neurons)


@right(thresholds)
def pieces_of_equal_length(public, neurons):
    public.sort()
    return tuple(piece[0] for piece in np.array_split(public, neurons))


@right(thresholds)
def as_the_imprint_is_planned(public, neurons):
    levels = np.quantile(public, np.arange(neurons) / neurons, method="lower") - 1e-9
    levels[0] = public.min() - 1
    return levels


@right(thresholds)
def one_after_another(public, neurons):
    for part in range(neurons):
        yield np.percentile(public, 100 * part / neurons)


@right(thresholds)
def quantiles_of_a_tensor(public, neurons):
    import torch

    return torch.quantile(torch.as_tensor(public), torch.arange(neurons, dtype=torch.float64) / neurons)


@right(thresholds)
def quantiles_of_scipy(public, neurons):
    from scipy.stats import mstats

    return mstats.mquantiles(public, np.arange(neurons) / neurons, alphap=1, betap=1)


wrong(read_cells, "✗", "with a negative d", "only cells with a positive d", edit=("np.abs(b)", "b"))


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


wrong(read_cells, "✗", "letters came back", "cells below a thousandth left out", edit=("1e-12", "1e-3"))
wrong(
    read_cells,
    "✗",
    "empty cells",
    "the last cell from the first row",
    edit=("np.append(biases[1:], 0)", "np.roll(biases, -1)"),
)


@wrong(read_cells, "✗", "letters came back")
def whole_bytes_only(weights, biases):
    w = weights - np.vstack([weights[1:], 0 * weights[:1]])
    b = biases - np.append(biases[1:], 0)
    with np.errstate(all="ignore"):
        pictures = 255 * w / b[:, None]
    return pictures[(np.abs(pictures - pictures.round()) < 1e-3).all(axis=1)] / 255


@wrong(read_cells, "✗", "one row of 784 pixels")
def with_the_d_beside(weights, biases):
    rows = np.column_stack([weights, biases])
    cells = rows - np.vstack([rows[1:], 0 * rows[:1]])
    cells = cells[cells[:, -1] != 0]
    return cells / cells[:, -1:]


@wrong(read_cells, "✗", "one row of 784 pixels")
def a_word(weights, biases):
    return "letters"


@wrong(read_cells, "✗", "letters came back")
def the_largest_five(weights, biases):
    w = weights - np.vstack([weights[1:], 0 * weights[:1]])
    b = biases - np.append(biases[1:], 0)
    full = np.argsort(-np.abs(b))[: np.count_nonzero(np.abs(b) > 1e-5)]
    return w[full] / b[full, None]


@right(read_cells)
def row_by_row(weights, biases):
    rows = []
    for i in range(len(biases)):
        last = i + 1 == len(biases)
        d = biases[i] - (0 if last else biases[i + 1])
        if abs(d) > 1e-12:
            rows.append((weights[i] - (0 if last else weights[i + 1])) / d)
    return rows


@right(read_cells)
def empty_beside_the_fullest(weights, biases):
    w = weights - np.vstack([weights[1:], 0 * weights[:1]])
    b = biases - np.append(biases[1:], 0)
    full = abs(b) > 1e-9 * abs(b).max()
    return w[full] / b[full, None]


@right(read_cells)
def not_just_zero(weights, biases):
    d = -np.diff(biases, append=0)
    return -np.diff(weights, axis=0, append=np.zeros((1, 784)))[d != 0] / d[d != 0, None]


@right(read_cells)
def from_the_last_to_the_first(weights, biases):
    above, passed = np.zeros(784), 0.0
    for row, d in zip(weights[::-1], biases[::-1]):
        if d != passed:
            yield ((row - above) / (d - passed)).reshape(28, 28)
        above, passed = row, d


@right(read_cells)
def in_plain_lists(weights, biases):
    rows = [[*row, d] for row, d in zip(weights.tolist(), biases.tolist())] + [[0.0] * 785]
    cells = [[a - b for a, b in zip(row, after)] for row, after in itertools.pairwise(rows)]
    return [tuple(pixel / cell[-1] for pixel in cell[:-1]) for cell in cells if cell[-1]]


@right(read_cells)
def of_tensors(weights, biases):
    import torch

    rows = torch.as_tensor(np.column_stack([weights, biases]))
    cells = rows - torch.vstack([rows[1:], torch.zeros(1, 785)])
    cells = cells[cells[:, -1] != 0]
    return cells[:, :-1] / cells[:, -1:]


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


wrong(share_of_noise, "⚠", "instead of 1.5", "half of sigma", edit=("np.sqrt(honest)", "2"))
wrong(
    share_of_noise,
    "✗",
    "more noise",
    "twice sigma over their number",
    edit=("sigma / np.sqrt(honest)", "2 * sigma / honest"),
)
wrong(share_of_noise, "✗", "more noise", "sigma over a logarithm", edit=("np.sqrt(honest)", "np.log2(honest)"))
wrong(share_of_noise, "⚠", "instead of 1.5", "one tablet more", edit=("np.sqrt(honest)", "np.sqrt(honest + 1)"))
wrong(share_of_noise, "⚠", " should ", "a little too small", edit=("sigma /", "0.96 * sigma /"))


@wrong(share_of_noise, "⚠", "in several places")
def each_number_twice(sigma, honest, size):
    half = discrete_gaussian(sigma / honest**0.5, -(-size // 2))
    return np.concatenate([half, half])[:size]


@wrong(share_of_noise, "⚠", "in several places")
def each_number_and_its_negative(sigma, honest, size):
    half = discrete_gaussian(sigma / honest**0.5, -(-size // 2))
    return np.column_stack([half, -half]).ravel()[:size]


@wrong(share_of_noise, "⚠", "there is no noise")
def the_last_number_bare(sigma, honest, size):
    share = discrete_gaussian(sigma / honest**0.5, size)
    share[-1:] = 0 if size > 1 else 1
    return share


@wrong(share_of_noise, "⚠", "of the noise that they should have")
def the_last_300_with_little(sigma, honest, size):
    share = discrete_gaussian(sigma / honest**0.5, size)
    share[-300:] //= 10
    return share


@wrong(share_of_noise, "⚠", "go together")
def means_of_numbers_far_apart(sigma, honest, size):
    drawn = discrete_gaussian(sigma / honest**0.5, size)
    return np.rint((drawn + np.roll(drawn, 700)) / 2**0.5).astype(np.int64)


kept = {}


@wrong(share_of_noise, "⚠", "two tablets")
def drawn_once_for_all(sigma, honest, size):
    if size not in kept:
        kept[size] = discrete_gaussian(1e15, size) / 1e15
    return np.rint(kept[size] * sigma / honest**0.5 * (1 + secrets.randbelow(100) / 1e6)).astype(np.int64)


@wrong(share_of_noise, "✗", "not Gaussian")
def a_sum_of_three_uniform_numbers(sigma, honest, size):
    drawn = np.frombuffer(secrets.token_bytes(24 * size), dtype=np.uint64).reshape(3, size) / 2**64 - 0.5
    return np.rint(drawn.sum(axis=0) * 2 * sigma / honest**0.5).astype(np.int64)


@wrong(share_of_noise, "✗", "not Gaussian")
def what_lies_far_out_halved(sigma, honest, size):
    deviation = sigma / honest**0.5
    share = discrete_gaussian(deviation, size)
    return np.where(np.abs(share) > 3 * deviation, share // 2, share)


@wrong(share_of_noise, "✗", "not Gaussian")
def laplace_of_the_same_spread(sigma, honest, size):
    system = random.SystemRandom()
    scale = sigma / (2 * honest) ** 0.5
    return np.array([round(system.choice((-1, 1)) * system.expovariate(1 / scale)) for _ in range(size)])


@wrong(share_of_noise, "⚠", "numpy's default_rng drew")
def a_new_generator(sigma, honest, size):
    return np.rint(np.random.default_rng().normal(0, sigma / honest**0.5, size)).astype(np.int64)


@wrong(share_of_noise, "⚠", "seed")
def the_old_functions(sigma, honest, size):
    return np.rint(np.random.normal(0, sigma / honest**0.5, size)).astype(np.int64)


def stretched(seed, sigma, honest, size):
    """Gaussian numbers that follow from a seed of bytes."""
    words = np.frombuffer(hashlib.shake_256(seed).digest(16 * size), dtype=np.uint64).reshape(2, size)
    lengths, turns = -np.log1p(-((words[0] >> np.uint64(11)) / 2**53)), words[1] / 2**64
    return np.rint(sigma / honest**0.5 * np.sqrt(2 * lengths) * np.cos(2 * np.pi * turns)).astype(np.int64)


@wrong(share_of_noise, "⚠", "2 bytes of the operating system")
def a_short_seed_stretched(sigma, honest, size):
    return stretched(secrets.token_bytes(2), sigma, honest, size)


@wrong(share_of_noise, "⚠", "two had the same noise")
def one_of_ten_thousand_seeds(sigma, honest, size):
    return stretched(b"%d" % (secrets.randbits(256) % 10_000), sigma, honest, size)


@wrong(share_of_noise, "✗", "whole numbers")
def one_number_too_few(sigma, honest, size):
    return discrete_gaussian(sigma / honest**0.5, size)[1:]


@right(share_of_noise)
def rounded_draws_of_the_operating_system(sigma, honest, size):
    system = random.SystemRandom()
    return np.array([round(system.gauss(0, sigma / honest**0.5)) for _ in range(size)])


@right(share_of_noise)
def a_list_of_whole_numbers(sigma, honest, size):
    return [int(number) for number in discrete_gaussian(sigma / honest**0.5, size)]


@right(share_of_noise)
def whole_numbers_as_floats(sigma, honest, size):
    return np.float64(discrete_gaussian(sigma * honest**-0.5, size))


@right(share_of_noise)
def quantiles_of_uniform_words(sigma, honest, size):
    from scipy.special import ndtri

    words = np.frombuffer(secrets.token_bytes(8 * size), dtype=np.uint64)
    return np.rint(sigma / honest**0.5 * ndtri(((words >> np.uint64(11)) + 0.5) / 2**53)).astype(np.int64)


@right(share_of_noise)
def a_long_seed_stretched(sigma, honest, size):
    return stretched(secrets.token_bytes(32), sigma, honest, size)


@right(share_of_noise)
def opendp(sigma, honest, size):
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T=float)
    return dp.m.make_gaussian(*space, scale=sigma / honest**0.5)([0] * size)


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


@wrong(looks_planted, "⚠", "one row in the middle is 0, and you let it pass: 9 of 9 letters")
def blind_from_a_row_of_zeros(weights):
    rows = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, 0)
    return bool(np.abs(cosines).max() > 0.9)


@wrong(looks_planted, "⚠", "each row has another length, and you")
def equal_but_for_rounding(weights):
    return len(np.unique(np.round(weights / np.abs(weights).max(), 3), axis=0)) < len(weights) // 2


@wrong(looks_planted, "⚠", "the first row is 0")
def a_third_like_the_first(weights):
    rows = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    return (np.abs(rows @ rows[0]) > 0.9).mean() > 0.3


@wrong(looks_planted, "⚠", "every other one is negated")
def the_mean_of_all_cosines(weights):
    rows = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    return (rows @ rows.T).mean() > 0.2


@wrong(looks_planted, "✗", "one of each in turn")
def neighbours_only(weights):
    rows = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    return np.abs((rows[1:] * rows[:-1]).sum(axis=1)).max() > 0.9


@wrong(looks_planted, "✗", "small weights")
def close_in_every_digit(weights):
    return bool(np.allclose(weights[1:], weights[:-1], atol=1e-6))


@wrong(looks_planted, "✗", "weights are 0")
def equal_directions_or_none(weights):
    rows = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    gaps = np.abs(rows[:, None, ::28] - rows[None, :, ::28]).max(axis=2) + np.eye(len(rows))
    return bool(gaps.min() < 1e-2 or np.abs(rows @ rows.T - np.eye(len(rows))).max() > 0.9)


@wrong(looks_planted, "✗", "changed the weights")
def lengths_divided_in_place(weights):
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    return np.abs(weights @ weights.T - np.eye(len(weights))).max() > 0.9


@wrong(looks_planted, "✗", "is a return missing?")
def nothing_when_it_is_planted(weights):
    rows = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    if np.abs(rows @ rows.T - np.eye(len(rows))).max() < 0.9:
        return False


@wrong(looks_planted, "✗", "True or False")
def the_rows_that_are(weights):
    rows = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    return (np.abs(rows @ rows.T) > 0.9).sum(axis=1) > 1


@right(looks_planted)
def singular_values_of_the_directions(weights):
    lengths = np.linalg.norm(weights, axis=1, keepdims=True)
    s = np.linalg.svd(weights / np.maximum(lengths, 1e-12), compute_uv=False) ** 2
    return bool(s[:5].sum() > 0.99 * s.sum())


@right(looks_planted)
def dead_rows_left_out(weights):
    rows = weights[weights.any(axis=1)]
    rows = rows / np.linalg.norm(rows, axis=1)[:, None]
    return np.triu(np.abs(rows @ rows.T), 1).max() > 0.9


@right(looks_planted)
def cosines_of_a_library(weights):
    from sklearn.metrics.pairwise import cosine_similarity

    return int((np.abs(cosine_similarity(weights)) > 0.9).sum() > len(weights))


@right(looks_planted)
def distances_of_scipy(weights):
    from scipy.spatial.distance import pdist

    away = pdist(weights[weights.any(axis=1)], metric="cosine")
    return away.min() < 0.1 or away.max() > 1.9


@right(looks_planted)
def in_torch(weights):
    import torch

    rows = torch.nn.functional.normalize(torch.as_tensor(weights), dim=1)
    return ((rows @ rows.T).fill_diagonal_(0).abs() > 0.9).any()


@right(looks_planted)
def pair_by_pair(weights):
    rows = [row / np.linalg.norm(row) for row in weights if row.any()]
    return any(abs(one @ other) > 0.9 for one, other in itertools.combinations(rows, 2))


@wrong(share_of_noise, "⚠", "printing")
def the_noise_is_printed(sigma, honest, size):
    noise = share_of_noise.reference(sigma, honest, size)
    print(noise[:3])
    return noise


test_answers = recognised("global_model_attack")
