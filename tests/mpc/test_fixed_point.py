"""Fixed point: what rounds, what wraps, what does not fit."""

import numpy as np
import pytest

from privlab.mpc.fixed_point import decode, encode


@pytest.mark.parametrize("bits", [0, 8, 24, 32, 40])
def test_a_number_comes_back_within_half_a_step(bits):
    numbers = np.random.default_rng(bits).normal(0, 3, (50, 20))
    assert np.abs(decode(encode(numbers, bits), bits) - numbers).max() <= 2.0 ** -(bits + 1)


def test_sums_modulo_2_64_are_sums_of_the_rounded_numbers():
    numbers = np.random.default_rng(1).normal(0, 100, (7, 1000))
    total = encode(numbers, parties=7).sum(axis=0, dtype=np.uint64)
    assert np.array_equal(decode(total), np.rint(numbers * 2**32).sum(axis=0) / 2**32)
    assert np.abs(decode(total) - numbers.sum(axis=0)).max() <= 7 * 2.0**-33


def test_negative_numbers_wrap_and_shapes_stay():
    assert encode([[-1.5]], bits=1).tolist() == [[2**64 - 3]]
    assert decode(np.array(2**64 - 3, np.uint64), bits=1) == -1.5
    assert encode([]).shape == (0,)


@pytest.mark.parametrize("parties", [1, 3, 32])
def test_the_largest_sum_fits_and_nothing_larger(parties):
    most = 2.0**31 / parties - 2**-10
    total = np.zeros(1, np.uint64)
    for _ in range(parties):
        total += encode([-most], parties=parties)
    assert decode(total)[0] == pytest.approx(-most * parties, abs=1e-3)
    with pytest.raises(ValueError, match="use fewer bits"):
        encode([2.0**31 / parties], parties=parties)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="NaN"):
        encode([0.0, number])


def test_bits_and_kinds_out_of_range_are_refused():
    for bits in (-1, 63, 1.5):
        with pytest.raises(ValueError, match="0 to 62 bits"):
            encode([1.0], bits)
    with pytest.raises(ValueError, match="uint64"):
        decode(np.zeros(3))
    with pytest.raises(ValueError, match="at least one party"):
        encode([1.0], parties=0)
