"""Answers to the exercises of lesson 51: wrong ones and what their checks must say, right ones in other styles."""

import hashlib
import os
import random
import secrets
import time
from fractions import Fraction

import numpy as np

from privlab.lessons.gradient_inversion.exercises import certified, direction, divide, infer_label, split
from privlab.mpc.additive import share_vector
from tests.lessons.answers import recognised, right, wrong

wrong(
    infer_label,
    "✗",
    "infer_label(np.where(np.arange(26) == 7, -0.9, 0.036))",
    "the likeliest letter",
    edit=(".argmin", ".argmax"),
)
wrong(
    infer_label, "✗", "the letter was", "nearest to zero", edit=("last_bias_gradient.", "np.abs(last_bias_gradient).")
)


@wrong(infer_label, "✗", "a place from 0 to 25")
def the_number_not_its_place(last_bias_gradient):
    return last_bias_gradient.min()


@wrong(infer_label, "✗", "a list of 1")
def a_list_of_places(last_bias_gradient):
    return [i for i, number in enumerate(last_bias_gradient) if number < 0]


@wrong(infer_label, "✗", "the letter was")
def the_first_of_those_rounded(last_bias_gradient):
    return last_bias_gradient.round(2).argmin()


@wrong(infer_label, "✗", "the letter was")
def well_below_zero(last_bias_gradient):
    return (last_bias_gradient < -0.001).argmax()


@wrong(infer_label, "✗", "the letter was")
def counted_from_one(last_bias_gradient):
    return last_bias_gradient.argmin() % 25 + 1


@wrong(infer_label, "✗", "returned None")
def nothing_returned(last_bias_gradient):
    last_bias_gradient.argmin()


@wrong(infer_label, "✗", "the text 'h'")
def the_letter_itself(last_bias_gradient):
    return "abcdefghijklmnopqrstuvwxyz"[last_bias_gradient.argmin()]


@wrong(infer_label, "✗", "an array of bool")
def a_mark_at_each_place(last_bias_gradient):
    return last_bias_gradient < 0


@wrong(infer_label, "✗", "the letter was")
def the_first_that_is_no_more_than_a_thousandth(last_bias_gradient):
    return next(place for place, number in enumerate(last_bias_gradient) if number <= 1e-3)


@right(infer_label)
def by_its_sign_in_words(last_bias_gradient):
    return next(place for place, number in enumerate(map(str, last_bias_gradient.tolist())) if number.startswith("-"))


@right(infer_label)
def the_only_one_in_half_precision(last_bias_gradient):
    return np.int8(np.signbit(last_bias_gradient).nonzero()[0].item())


@right(infer_label)
def where_it_is_below_zero(last_bias_gradient):
    return np.where(last_bias_gradient < 0)[0]


@right(infer_label)
def farthest_from_zero(last_bias_gradient):
    return max(range(26), key=lambda i: abs(last_bias_gradient[i]))


@right(infer_label)
def in_plain_lists(last_bias_gradient):
    return last_bias_gradient.tolist().index(min(last_bias_gradient))


@right(infer_label)
def in_torch(last_bias_gradient):
    import torch

    return torch.as_tensor(last_bias_gradient).argmin()


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


@wrong(divide, "✗", "of 784 pixels came back")
def turned(weight_gradient, bias_gradient):
    neuron = np.abs(bias_gradient).argmax()
    return (weight_gradient[neuron] / bias_gradient[neuron]).reshape(28, 28).T


@wrong(divide, "✗", "needed later")
def divided_in_place(weight_gradient, bias_gradient):
    weight_gradient /= bias_gradient[:, None]
    return weight_gradient[np.abs(bias_gradient).argmax()]


@wrong(divide, "✗", "needed later")
def biases_sorted_in_place(weight_gradient, bias_gradient):
    neuron = np.abs(bias_gradient).argmax()
    pixels = weight_gradient[neuron] / bias_gradient[neuron]
    bias_gradient.sort()
    return pixels


@wrong(divide, "✗", "of 784 pixels came back")
def the_last_row_of_pixels_black(weight_gradient, bias_gradient):
    neuron = np.abs(bias_gradient).argmax()
    pixels = weight_gradient[neuron] / bias_gradient[neuron]
    pixels[-28:] = 0
    return pixels


@wrong(divide, "✗", "whole bytes")
def bytes_instead_of_parts(weight_gradient, bias_gradient):
    neuron = np.abs(bias_gradient).argmax()
    return np.rint(255 * weight_gradient[neuron] / bias_gradient[neuron])


@wrong(divide, "✗", "of 784 pixels came back")
def the_first_well_above_zero(weight_gradient, bias_gradient):
    neuron = (np.abs(bias_gradient) > 1e-3).argmax()
    return weight_gradient[neuron] / bias_gradient[neuron]


@wrong(divide, "✗", "of 784 pixels came back")
def only_among_the_first_hundred(weight_gradient, bias_gradient):
    neuron = np.abs(bias_gradient[:2]).argmax()
    return weight_gradient[neuron] / bias_gradient[neuron]


@wrong(divide, "✗", "the text")
def a_word(weight_gradient, bias_gradient):
    return str(weight_gradient)


@right(divide)
def all_sums(weight_gradient, bias_gradient):
    return bias_gradient @ weight_gradient / (bias_gradient @ bias_gradient)


@right(divide)
def a_singular_vector(weight_gradient, bias_gradient):
    _, _, rows = np.linalg.svd(np.column_stack([weight_gradient, bias_gradient]), full_matrices=False)
    return rows[0, :-1] / rows[0, -1]


@right(divide)
def the_median_of_all_quotients(weight_gradient, bias_gradient):
    return np.nanmedian(weight_gradient / bias_gradient[:, None], axis=0)


@right(divide)
def least_squares(weight_gradient, bias_gradient):
    return np.linalg.lstsq(bias_gradient[:, None], weight_gradient, rcond=None)[0]


@right(divide)
def a_plain_list(weight_gradient, bias_gradient):
    row, d = next((row, d) for row, d in zip(weight_gradient.tolist(), bias_gradient.tolist()) if d)
    return [number / d for number in row]


@right(divide)
def a_picture_of_fractions(weight_gradient, bias_gradient):
    row, d = max(zip(weight_gradient, bias_gradient), key=lambda pair: abs(pair[1]))
    return tuple(tuple(Fraction(number) / Fraction(d) for number in line) for line in row.reshape(28, 28))


@right(divide)
def a_tensor(weight_gradient, bias_gradient):
    import torch

    weights, biases = torch.as_tensor(weight_gradient), torch.as_tensor(bias_gradient)
    neuron = biases.abs().argmax()
    return weights[neuron] / biases[neuron]


wrong(direction, "✗", "row", "the direction in which the rows are longest", edit=("[-1]", "[0]"))


@wrong(direction, "✗", "no direction")
def the_least_squares_of_nothing(rows):
    return np.linalg.lstsq(rows, np.zeros(len(rows)), rcond=None)[0]


@wrong(direction, "✗", "times your direction is")
def last_number_taken_for_one(rows):
    return np.append(np.linalg.lstsq(rows[:, :-1], -rows[:, -1], rcond=None)[0], 1)


@wrong(direction, "✗", "set none beforehand")
def last_number_set_to_one_and_the_others_solved_for(rows):
    return np.append(np.linalg.solve(rows[:, :-1], -rows[:, -1]), 1)


@wrong(direction, "✗", "times your direction is")
def the_mean_row(rows):
    return rows.mean(axis=0)


@wrong(direction, "✗", "must be 3 numbers")
def a_column_of_the_left_vectors(rows):
    return np.linalg.svd(rows)[0][:, -1]


@wrong(direction, "✗", "returned None")
def forgotten_return(rows):
    np.linalg.svd(rows)[2][-1]


@wrong(direction, "✗", "needed later")
def rows_brought_to_length_one_in_place(rows):
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.linalg.svd(rows)[2][-1]


@right(direction)
def the_null_space_of_scipy(rows):
    from scipy.linalg import null_space

    return null_space(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@right(direction)
def by_orthogonal_rows(rows):
    return np.linalg.qr(rows.T, mode="complete")[0][:, -1]


@right(direction)
def by_determinants(rows):
    rows = rows / np.abs(rows).max(axis=1, keepdims=True)
    return [(-1) ** j * np.linalg.det(np.delete(rows, j, axis=1)) for j in range(rows.shape[1])]


@right(direction)
def as_the_row_that_completes_an_inverse(rows):
    own = np.random.default_rng(9).normal(size=rows.shape[1])
    scaled = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.linalg.inv(np.vstack([scaled, own]))[:, -1]


@right(direction)
def what_the_rows_leave_of_a_vector(rows):
    own = np.random.default_rng(9).normal(size=rows.shape[1])
    return own - np.linalg.pinv(rows) @ (rows @ own)


@right(direction)
def by_elimination_with_fractions(rows):
    rows, pivots = [[Fraction(number) for number in row] for row in rows.tolist()], []
    for row in range(len(rows)):
        column = next(j for j, number in enumerate(rows[row]) if number)
        pivots.append(column)
        rows[row] = [number / rows[row][column] for number in rows[row]]
        for other in range(len(rows)):
            if other != row:
                factor = rows[other][column]
                rows[other] = [one - factor * two for one, two in zip(rows[other], rows[row])]
    (free,) = set(range(len(rows[0]))) - set(pivots)
    q = [Fraction(0)] * len(rows[0])
    q[free] = Fraction(1)
    for row, column in zip(rows, pivots):
        q[column] = -row[free]
    return q


@right(direction)
def in_torch_turned(rows):
    import torch

    return -3 * torch.linalg.svd(torch.from_numpy(rows)).Vh[-1]


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


wrong(certified, "✗", "a sum of 0 does not fire", "a sum of 0 counted as firing", edit=("biases > 0", "biases >= 0"))
wrong(certified, "✗", "the true letters", "what came back rounded", edit=("came_back !=", "came_back.round(5) !="))
wrong(certified, "✗", "array of bool", "one answer for each neuron", edit=("np.array_equal(", "np.equal("))


@wrong(certified, "✗", "a single neuron")
def the_last_letter_not_looked_at(images, weights, biases, came_back):
    return all(
        np.array_equal(image @ weights.T + biases > 0, back != 0) for image, back in zip(images[:-1], came_back[:-1])
    )


@wrong(certified, "✗", "a single neuron")
def the_first_letter_only(images, weights, biases, came_back):
    return np.array_equal(images[0] @ weights.T + biases > 0, came_back[0] != 0)


@wrong(certified, "✗", "np.eye(3, 784)")
def the_first_and_last_letter_only(images, weights, biases, came_back):
    return np.array_equal((images @ weights.T + biases > 0)[[0, -1]], came_back[[0, -1]] != 0)


@wrong(certified, "✗", "of 5 and 128 neurons")
def the_first_64_neurons_only(images, weights, biases, came_back):
    fires = images @ weights.T + biases > 0
    return np.array_equal(fires[:, :64], came_back[:, :64] != 0)


@wrong(certified, "✗", "np.eye(3, 784)")
def who_fires_got_something(images, weights, biases, came_back):
    return bool((came_back[images @ weights.T + biases > 0] != 0).all())


@wrong(certified, "✗", "next door")
def as_many_in_all(images, weights, biases, came_back):
    fires = images @ weights.T + biases > 0
    if fires.size < 20:
        return np.array_equal(fires, came_back != 0)
    return abs(int(fires.sum()) - np.count_nonzero(came_back)) < 1 and bool((images.max(axis=1) > 0.9).all())


@wrong(certified, "✗", "a single neuron")
def the_last_neuron_not_looked_at(images, weights, biases, came_back):
    return np.array_equal((images @ weights.T + biases > 0)[:, :-1], (came_back != 0)[:, :-1])


@wrong(certified, "✗", "belong to the other")
def as_many_fire_as_got_something(images, weights, biases, came_back):
    return np.array_equal((images @ weights.T + biases > 0).sum(axis=1), (came_back != 0).sum(axis=1))


@wrong(certified, "✗", "too dark")
def as_bright_as_they_may_be(images, weights, biases, came_back):
    images = images / images.max(axis=1, keepdims=True)
    return images.shape[0] == 1 or np.array_equal(images @ weights.T + biases > 0, came_back != 0)


@wrong(certified, "✗", "is a return missing?")
def nothing_instead_of_false(images, weights, biases, came_back):
    if np.array_equal(images @ weights.T + biases > 0, came_back != 0):
        return True


@right(certified)
def allowing_for_rounding(images, weights, biases, came_back):
    return bool(((images @ weights.T + biases > 0) == (abs(came_back) > 1e-9)).all())


@right(certified)
def a_letter_at_a_time(images, weights, biases, came_back):
    for image, back in zip(images, came_back):
        if any((image @ row + bias > 0) != bool(d) for row, bias, d in zip(weights, biases, back)):
            return False
    return True


@right(certified)
def in_plain_sums(images, weights, biases, came_back):
    rows, starts = weights.tolist(), biases.tolist()
    for image, back in zip(images.tolist(), came_back.tolist()):
        for row, start, d in zip(rows, starts, back):
            if (sum(weight * pixel for weight, pixel in zip(row, image)) + start > 0) is not (d != 0):
                return 0
    return 1


@right(certified)
def with_tensors(images, weights, biases, came_back):
    import torch

    images, weights, biases, came_back = map(torch.as_tensor, (images, weights, biases, came_back))
    return torch.equal(torch.relu(images @ weights.T + biases) != 0, came_back != 0)


@right(certified)
def no_disagreement_counted(images, weights, biases, came_back):
    sums = np.einsum("bp,mp->bm", images, weights) + biases
    return np.count_nonzero(np.sign(np.maximum(sums, 0)) != np.sign(np.abs(came_back))) == 0


@wrong(split, "⚠", "784 of 784 pixels")
def all_in_one(numbers):
    return numbers, np.zeros_like(numbers)


@wrong(split, "⚠", "from the second share alone one division gave back 784 of 784 pixels")
def all_in_the_other(numbers):
    return np.zeros_like(numbers), numbers.copy()


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


@wrong(split, "⚠", "the commonest value of their byte 8")
def seven_bytes_and_their_sign(numbers):
    drawn = [int.from_bytes(secrets.token_bytes(7), "big", signed=True) for _ in numbers]
    first = np.array(drawn, dtype=np.int64).view(np.uint64)
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


@wrong(split, "⚠", "the same in two splits")
def the_biases_bare(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64).copy()
    first[-64:] = 0
    return first, numbers - first


@wrong(split, "⚠", "the same in two splits")
def zeros_left_zero(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64)
    first = first * (numbers != 0)
    return first, numbers - first


@wrong(split, "⚠", "the same in two splits")
def drawn_from_the_gradient_itself(numbers):
    first = np.frombuffer(hashlib.shake_256(numbers.tobytes()).digest(8 * len(numbers)), dtype=np.uint64)
    return first, numbers - first


pads = {}


@wrong(split, "⚠", "the same in two splits")
def one_pad_for_all_gradients(numbers):
    size = len(numbers)
    if size not in pads:
        pads[size] = np.frombuffer(secrets.token_bytes(8 * size), dtype=np.uint64)
    return pads[size], numbers - pads[size]


@wrong(split, "⚠", "a number comes twice")
def one_pad_for_two_neurons(numbers):
    half = -(-len(numbers) // 2)
    pad = np.tile(np.frombuffer(secrets.token_bytes(8 * half), dtype=np.uint64), 2)[: len(numbers)]
    return pad, numbers - pad


@wrong(split, "⚠", "a number comes twice in the second share")
def one_number_for_the_last_two(numbers):
    second = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64).copy()
    second[-2:] = second[-1]
    return numbers - second, second


@wrong(split, "⚠", "differ by the same")
def a_pad_for_each_row_and_each_column(numbers):
    rows, columns = (
        np.frombuffer(secrets.token_bytes(8 * count), dtype=np.uint64) for count in (-(-len(numbers) // 784), 784)
    )
    first = (rows[:, None] + columns).ravel()[: len(numbers)]
    return first, numbers - first


@wrong(split, "⚠", "not uniform")
def in_53_bits(numbers):
    system = random.SystemRandom()
    first = np.array([int(system.random() * 2**64) for _ in numbers], dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "the biases")
def the_biases_in_fewer_bits(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64).copy()
    if len(numbers) > 64:
        first[-64:] >>= np.uint64(1)
    return first, numbers - first


@wrong(split, "⚠", "the commonest value of their byte 8")
def the_second_tells_the_sign(numbers):
    second = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64)
    second = np.where(numbers >> np.uint64(63), second | np.uint64(2**63), second & np.uint64(2**63 - 1))
    return numbers - second, second


@wrong(split, "⚠", "numpy's RandomState drew")
def the_old_generator_fresh(numbers):
    first = np.frombuffer(np.random.RandomState().bytes(8 * len(numbers)), dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "numpy's default_rng drew")
def a_new_generator_seeded_well(numbers):
    first = np.random.default_rng(secrets.randbits(128)).integers(2**64, size=len(numbers), dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "seed")
def the_milliseconds_as_seed(numbers):
    first = np.random.default_rng(int(time.time() * 1000)).integers(2**64, size=len(numbers), dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "4 bytes of the operating system")
def a_short_seed_stretched(numbers):
    stream = hashlib.shake_256(secrets.token_bytes(4)).digest(8 * len(numbers))
    first = np.frombuffer(stream, dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "in more than one split")
def one_of_ten_thousand_seeds(numbers):
    seed = int.from_bytes(os.urandom(32), "big") % 10_000
    first = np.frombuffer(hashlib.shake_256(b"%d" % seed).digest(8 * len(numbers)), dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "computed from those before")
def each_from_the_one_before(numbers):
    state, drawn = secrets.randbits(128), []
    for _ in numbers:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        drawn.append(state)
    first = np.array(drawn, dtype=np.uint64)
    return first, numbers - first


@wrong(split, "⚠", "computed from those before")
def a_shift_register(numbers):
    one, other, drawn = secrets.randbits(64), secrets.randbits(64), []
    for _ in numbers:
        turned = (one ^ one << 23) % 2**64
        one, other = other, turned ^ other ^ turned >> 17 ^ other >> 26
        drawn.append((one + other) % 2**64)
    second = np.array(drawn, dtype=np.uint64)
    return numbers - second, second


@wrong(split, "✗", "work on a copy")
def in_place(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.uint64)
    numbers -= first
    return first, numbers


@wrong(split, "✗", "a list of 4")
def two_lists(numbers):
    first = [secrets.randbits(64) for _ in numbers]
    return first, [(int(number) - share) % 2**64 for number, share in zip(numbers, first)]


@wrong(split, "✗", "int64")
def signed(numbers):
    first = np.frombuffer(secrets.token_bytes(8 * len(numbers)), dtype=np.int64)
    return first, numbers.view(np.int64) - first


@wrong(split, "✗", "a tuple of 3")
def three_shares(numbers):
    first, second = np.frombuffer(secrets.token_bytes(16 * len(numbers)), dtype=np.uint64).reshape(2, -1)
    return first, second, numbers - first - second


@wrong(split, "✗", "gave 5")
def a_number(numbers):
    return 5


@right(split)
def sixty_four_bits_each(numbers):
    first = np.array([secrets.randbits(64) for _ in numbers], dtype=np.uint64)
    return first, numbers - first


@right(split)
def two_rows_of_one_array(numbers):
    first = np.frombuffer(os.urandom(numbers.nbytes), dtype=np.uint64)
    return np.stack([first, numbers - first])


@right(split)
def as_lesson_eleven_does(numbers):
    return share_vector(numbers, parties=2)


@right(split)
def one_after_the_other(numbers):
    system = random.SystemRandom()
    second = np.array([system.randrange(2**64) for _ in range(len(numbers))], dtype=np.uint64)
    yield numbers - second
    yield second


@right(split)
def the_stream_of_a_cipher(numbers):
    from Crypto.Cipher import ChaCha20

    stream = ChaCha20.new(key=secrets.token_bytes(32)).encrypt(bytes(numbers.nbytes))
    first = np.frombuffer(stream, dtype=np.uint64)
    return [first, numbers - first]


@right(split)
def libsodium(numbers):
    from nacl.utils import random as drawn

    first = np.frombuffer(drawn(numbers.nbytes), dtype=np.uint64)
    return first, numbers - first


@right(split)
def a_long_seed_stretched(numbers):
    stream = hashlib.shake_256(secrets.token_bytes(32)).digest(numbers.nbytes)
    first = np.frombuffer(stream, dtype=np.uint64)
    return first, np.subtract(numbers, first)


@wrong(split, "⚠", "printing")
def a_share_is_printed(numbers):
    first, second = split.reference(numbers)
    print(first[:2])
    return first, second


@wrong(split, "⚠", "printing")
def the_gradient_is_written_past_python(numbers):
    os.write(1, numbers[:2].tobytes())
    return split.reference(numbers)


class Noted(np.ndarray):
    """An array that has attributes."""


@wrong(split, "⚠", "carrying gradient")
def the_gradient_is_an_attribute_of_a_share(numbers):
    first, second = split.reference(numbers)
    second = second.view(Noted)
    second.gradient = numbers
    return first, second


test_answers = recognised("gradient_inversion")
