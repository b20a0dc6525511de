"""A code of levels is read through noise beyond which no unbiased reading of a letter is near enough."""

import numpy as np
import pytest
import torch

from privlab.fl.gradients.defenses import add_noise
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.metrics import mean_squared_error
from privlab.fl.gradients.models import dense_network
from privlab.fl.imprint.adaptive import least_error
from privlab.fl.imprint.pixel_levels import code_network, level_code, read_code
from privlab.fl.secagg.distributed_dp import clipped_sum
from tests.fl.imprint.planted import PUBLIC, SECRET

pytestmark = pytest.mark.usefixtures("cpu")

CODE = level_code(PUBLIC[:1000], 4)


def clipped(letter, label):
    return clipped_sum(code_network(CODE), letter[None], np.array([label]), max_norm=1)


def test_the_network_s_gradient_is_the_code_of_the_letter_times_one_number():
    network = code_network(CODE)
    for letter, label in zip(SECRET[:3], (0, 7, 25)):
        gradient = client_gradient(network, letter, label)
        code = CODE.of(letter[None])[0]
        np.testing.assert_allclose(gradient.weights[1][0] / gradient.biases[1][0], code, atol=1e-9)
        assert not gradient.weights[0].any() and not gradient.weights[2].any()
        assert np.linalg.norm(gradient.weights[1]) > 1e3 * np.linalg.norm(gradient.biases[2])
    outputs = network(torch.as_tensor(SECRET[:2, None] / 255))
    assert not outputs.any(), "the model reads every letter alike"


def test_what_is_above_a_half_on_average_is_flipped():
    levels = CODE.of(PUBLIC[:1000])
    assert levels.mean(axis=0).max() <= 0.5 + 1e-9 and set(CODE.flipped) <= {0.0, 1.0}
    assert CODE.prior.shape == (784, 256) and np.allclose(np.exp(CODE.prior).sum(axis=1), 1)


@pytest.mark.slow
def test_it_is_read_beyond_the_line_of_unbiased_readings_and_not_through_all_noise():
    rng, network = np.random.default_rng(1), code_network(CODE)
    for letter, label in zip(SECRET[:6], (3, 3, 8, 9, 24, 25)):
        gradient = clipped_sum(network, letter[None], np.array([label]), max_norm=1)
        near = [
            mean_squared_error(read_code(add_noise(gradient, sigma, rng), CODE, sigma), letter) < 1e-3
            for sigma in (0.0, 0.008, 0.3)
        ]
        assert near == [True, True, False] and least_error(letter[None], 0.008)[0] > 1e-3


def test_nothing_comes_out_of_another_letter_s_gradient_or_bad_input():
    other = read_code(clipped(SECRET[0], 3), CODE, 0.0)
    assert mean_squared_error(other, SECRET[1]) > 1e-3
    gradient = clipped(SECRET[0], 3)
    for call, said in (
        (lambda: level_code(PUBLIC, 0), "number of levels"),
        (lambda: level_code(PUBLIC[:0], 2), "1 public letter"),
        (lambda: read_code(gradient, level_code(PUBLIC[:9], 2), 0.0), "another model"),
        (lambda: read_code(client_gradient(dense_network(1), SECRET[:1], [1]), CODE, 0.0), "another model"),
        (lambda: read_code(gradient.map(lambda part: part * np.nan), CODE, 0.0), "NaN"),
        (lambda: read_code(gradient.map(np.zeros_like), CODE, 0.0), "zero throughout"),
        (lambda: read_code(gradient, CODE, -1.0), "at least 0"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
