"""Drawn numbers that are not what they should be are told, and right ones are not."""

import secrets
import time

import numpy as np
import pytest
from scipy import stats

from privlab.lab.distributions import fewer_if_slow, uneven, unlike

RNG = np.random.default_rng(1)
CUT = np.random.default_rng(2)  # for moduli that are cut into unequal parts


def words(calls, width, modulus=2**62, rng=RNG):
    return rng.integers(0, modulus, (calls, width))


RIGHT = {
    "four words": (words(400, 4), 2**62),
    "Python's own numbers": ([[secrets.randbelow(2**64) for _ in range(3)] for _ in range(200)], 2**64),
    "a small modulus": (words(4_000, 3, 8), 8),
    "a prime": (words(2_000, 3, 59), 59),
    "unequal parts of the range": (words(20_000, 2, 11, CUT), 11),
    "large unequal parts": (words(2_000, 3, 3 * 2**40 + 1, CUT), 3 * 2**40 + 1),
    "long vectors": (words(6, 3_000), 2**62),
}


@pytest.mark.parametrize("draws, modulus", RIGHT.values(), ids=RIGHT)
def test_uniform_numbers_are_even(draws, modulus):
    assert uneven(draws, modulus) is None


def bare_tail():
    draws = words(6, 3_000)
    draws[:, -3:] = 5
    return draws


def depends():
    draws = words(4_000, 3, 8)
    draws[:, 2] = (5 - draws[:, 0]) % 8
    return draws


WRONG = {
    "outside": (words(100, 2, 60), 59, "outside 0 to 58"),
    "never zero": (1 + words(4_000, 3, 7), 8, "where"),
    "small": (words(400, 4, 2**20), 2**62, "comes twice|more than one call|part of the range"),
    "even ones only": (2 * words(400, 4, 2**61), 2**62, "remainder modulo 8"),
    "even ones only, of an odd modulus": (2 * words(400, 4, 2**61, CUT), 2**62 - 1, "remainder modulo 8"),
    "nearly the same parts": (words(20_000, 2, 16, CUT) % 11, 11, "part of the range"),
    "the last ones bare": (bare_tail(), 2**62, "number 2998 of 3000 is 5"),
    "two that tell the third": (depends(), 8, "numbers 1 and 3"),
    "the same again": (np.tile(words(1, 3), (200, 1)), 2**62, "more than one call"),
    "one of few seeds": (
        np.array([np.random.default_rng(seed).integers(0, 2**62, 2) for seed in RNG.integers(0, 900, 200)]),
        2**62,
        "comes twice|more than one call",
    ),
}


@pytest.mark.parametrize("draws, modulus, fragment", WRONG.values(), ids=WRONG)
def test_numbers_that_are_not_uniform_are_told(draws, modulus, fragment):
    import re

    assert re.search(fragment, uneven(draws, modulus))


LAPLACE, NORMAL, WHOLE = stats.laplace(0, 2), stats.norm(0, 3), stats.dlaplace(0.5)


def whole_laplace(size):
    scale = 1 - np.exp(-0.5)
    return RNG.geometric(scale, size) - RNG.geometric(scale, size)


@pytest.mark.parametrize(
    "draws, noise, whole",
    [
        (RNG.laplace(0, 2, 20_000), LAPLACE, False),
        (RNG.normal(0, 3, (20, 1_000)), NORMAL, False),
        (whole_laplace(20_000), WHOLE, True),
    ],
    ids=["Laplace", "Gaussian vectors", "whole Laplace"],
)
def test_noise_of_its_kind_is_recognised(draws, noise, whole):
    assert unlike(draws, noise, whole=whole) is None


def again_until_small():
    draws = RNG.laplace(0, 2, 30_000)
    return draws[np.abs(draws) < 10][:20_000]


def undone():
    draws = RNG.normal(0, 3, (20, 1_000))
    draws[1::2] = -draws[::2]
    return draws


def half_bare():
    draws = RNG.normal(0, 3 * 2**0.5, (20, 1_000))
    draws[:, ::2] = 0
    return draws


def large_together():
    draws = RNG.normal(0, 1, (20, 1_000))
    return 3 * draws * np.repeat(np.sqrt(RNG.exponential(1, (20, 1))), 1_000, axis=1)


NOT_LIKE = {
    "a tenth too much": (1.1 * RNG.laplace(0, 2, 20_000), LAPLACE, False),
    "drawn again until it is small": (again_until_small(), LAPLACE, False),
    "cut off": (np.clip(RNG.laplace(0, 2, 20_000), -12, 12), LAPLACE, False),
    "another shape of the same spread": (RNG.normal(0, 2 * 2**0.5, 20_000), LAPLACE, False),
    "rounded": (np.round(RNG.laplace(0, 2, 20_000), 2), LAPLACE, False),
    "plus or minus one step": (RNG.choice([-3.0, 3.0], 20_000), NORMAL, False),
    "the second call undoes the first": (undone(), NORMAL, False),
    "every other number bare": (half_bare(), NORMAL, False),
    "large together": (large_together(), NORMAL, False),
    "a sum of three": (np.rint((RNG.random((3, 40_000)) - 0.5).sum(axis=0) * 100), stats.norm(0, 50), True),
    "fractions": (whole_laplace(20_000) + 0.5, WHOLE, True),
    "one that is missing": (np.append(RNG.laplace(0, 2, 20_000), np.nan), LAPLACE, False),
}


@pytest.mark.parametrize("draws, noise, whole", NOT_LIKE.values(), ids=NOT_LIKE)
def test_other_noise_is_told_in_one_line(draws, noise, whole):
    said = unlike(draws, noise, whole=whole)
    assert said and "\n" not in said


OWN = np.random.default_rng(7)  # of what follows, so that the draws above stay as they are


def signs_together():
    """Neighbours of one sign, whose sizes have nothing to do with each other."""
    draws = OWN.normal(0, 3, (20, 1_000))
    draws[:, 1::2] = np.abs(draws[:, 1::2]) * np.sign(draws[:, ::2])
    return draws


def one_still():
    scale = 1 - np.exp(-0.5)
    draws = OWN.geometric(scale, (400, 50)) - OWN.geometric(scale, (400, 50))
    draws[:, 7] = 1
    return draws


def without_its_lowest():
    draws = OWN.laplace(0, 2, 40_000)
    return draws[draws > LAPLACE.ppf(0.001)][:30_000]


CALLED = {
    "from the middle on average, where 2 belongs": (1.3 * OWN.laplace(0, 2, 20_000), LAPLACE, False),
    "neighbouring numbers go together": (signs_together(), NORMAL, False),
    "number 8 of 50 is 1 in each of 400 calls: it has no noise": (one_still(), WHOLE, True),
    "30,000 numbers 0 lie below": (without_its_lowest(), LAPLACE, False),
}


@pytest.mark.parametrize("fragment", CALLED)
def test_each_difference_is_called_by_its_name(fragment):
    draws, noise, whole = CALLED[fragment]
    assert fragment in unlike(draws, noise, whole=whole)


@pytest.mark.slow
def test_right_numbers_are_hardly_ever_called_wrong():
    """Of 200 right sets of each kind, told wrong with a probability of 10^-8 each, none is."""
    for _ in range(200):
        assert uneven(words(400, 3), 2**62) is None and uneven(words(800, 3, 8), 8) is None
        assert unlike(RNG.laplace(0, 2, 5_000), LAPLACE) is None
        assert unlike(RNG.normal(0, 3, (10, 500)), NORMAL) is None
        assert unlike(whole_laplace(5_000), WHOLE, whole=True) is None


def test_a_slow_answer_is_asked_for_half_as_many_draws():
    def slow():
        until = time.process_time() + 3e-4
        while time.process_time() < until:
            pass

    assert (
        fewer_if_slow(1_000, slow) == 500
        and fewer_if_slow(5, slow) == 5
        and fewer_if_slow(1_000, lambda: None) == 1_000
    )


def test_numbers_that_come_back_some_calls_later_are_told():
    rng = np.random.default_rng(3)
    first = rng.normal(size=(400, 3))
    again = np.concatenate([first, -first], axis=1).ravel()
    assert "numbers of calls that lie 3 apart" in unlike(again, stats.norm())
    assert unlike(rng.normal(size=2_400), stats.norm()) is None
