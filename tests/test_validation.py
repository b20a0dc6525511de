"""Numbers that are looked at first: what cannot be is refused by its name."""

import math
from fractions import Fraction

import numpy as np
import pytest

from privlab.validation import all_positive, between_0_and_1, is_prime, positive, real_numbers, whole_number


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf])
def test_what_is_not_positive_and_finite_is_refused_by_name(value):
    with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
        positive("epsilon", value)


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="epsilon must be a positive number, got 'one'"):
        positive("epsilon", "one")


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, math.nan])
def test_what_does_not_lie_between_0_and_1_is_refused_by_name(value):
    with pytest.raises(ValueError, match="delta must lie between 0 and 1, got"):
        between_0_and_1("delta", value)
    assert between_0_and_1("delta", 1e-5) == 1e-5


def test_several_numbers_are_called_by_their_names():
    all_positive(noise_multiplier=1, steps=2)
    with pytest.raises(ValueError, match="noise multiplier must be a positive"):
        all_positive(steps=2, noise_multiplier=0)


@pytest.mark.parametrize("given", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_a_whole_number_of_any_library_is_python_s(given):
    assert whole_number("steps", given, least=3) == 3 and type(whole_number("steps", given)) is int


@pytest.mark.parametrize(
    "given", [2, 0, -3, True, np.True_, 3.0, Fraction(3), "3", None, [3], np.array([3, 4]), np.ma.masked]
)
def test_what_is_not_whole_or_too_small_is_refused_by_name(given):
    with pytest.raises(ValueError, match="steps must be a whole number of at least 3, got"):
        whole_number("steps", given, least=3)
    for yes in (True, np.True_):
        with pytest.raises(ValueError, match="steps must be a whole number"):
            whole_number("steps", yes)


def test_numbers_of_any_kind_are_floats():
    for given in ([1, 2], [True, False], np.float32([1, 2]), np.uint8([1, 2]), 3):
        found = real_numbers("scores", given)
        assert found.dtype == np.float64 and np.array_equal(found, np.asarray(given, float))
    whole = np.ones(3)
    assert real_numbers("scores", whole) is whole and np.isnan(real_numbers("scores", [math.nan])).all()


@pytest.mark.parametrize(
    "given, said",
    [
        ([1, 2j], "got complex numbers"),
        (["a"], "got text"),
        ([b"a"], "got bytes"),
        ([None], "got object values"),
        ([[1], [2, 3]], "got rows of unequal length"),
    ],
)
def test_what_are_no_real_numbers_is_told_by_name(given, said):
    with pytest.raises(ValueError, match=f"scores must be .*{said}"):
        real_numbers("scores", given)


def test_a_tensor_is_taken_as_its_numbers_and_one_that_numpy_cannot_read_is_told():
    torch = pytest.importorskip("torch")
    weights = torch.nn.Parameter(torch.tensor([0.5, 2.0]))
    for tensor in (weights, weights.bfloat16(), torch.tensor([True, False]), torch.tensor([1, 2], dtype=torch.int8)):
        found = real_numbers("weights", tensor)
        assert found.dtype == np.float64 and found.tolist() == tensor.tolist()
    for tensor in (weights.to("meta"), weights.to_sparse(), [weights, weights], [weights.bfloat16()]):
        with pytest.raises(ValueError, match="weights must be an array of numbers, got tensors"):
            real_numbers("weights", tensor)


def test_masked_numbers_are_no_numbers():
    with pytest.raises(ValueError, match="scores must be real numbers, and some are masked"):
        real_numbers("scores", np.ma.array([1.0, 99.0], mask=[0, 1]))
    assert real_numbers("scores", np.ma.array([1.0, 2.0])).tolist() == [1, 2]


@pytest.mark.parametrize("value", ["0.5", None, [0.5], np.array([0.1, 0.2]), 1j])
def test_what_is_no_number_or_several_is_refused_by_name(value):
    with pytest.raises(ValueError, match="delta must lie between 0 and 1, got"):
        between_0_and_1("delta", value)
    with pytest.raises(TypeError, match="epsilon must be a positive number, got"):
        positive("epsilon", value)


def test_primes_and_what_passes_for_them():
    assert [number for number in range(60) if is_prime(number)] == [
        2,
        3,
        5,
        7,
        11,
        13,
        17,
        19,
        23,
        29,
        31,
        37,
        41,
        43,
        47,
        53,
        59,
    ]
    assert not is_prime(3215031751) and is_prime(2**61 - 1) and not is_prime((2**31 - 1) * (2**29 - 3))
    assert not any(is_prime(number) for number in (41 * 73, 41 * 97, 97 * 193, 12289 * 40961))  # 1 modulo 8 and more
    assert is_prime(12289) and is_prime(40961)
