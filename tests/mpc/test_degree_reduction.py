"""Products of Shamir's shares: right, of the old degree, made of what was sent, and uniform."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from privlab.mpc import parties, shamir
from privlab.mpc.degree_reduction import local_products, multiply, weights
from privlab.mpc.secure_sum import NAMES
from privlab.mpc.shamir import PRIME, Share, height_at

FALSE_ALARM = 1e-6


def dealt(x, y, parties, threshold, **more):
    return [shamir.share(secret, parties=parties, threshold=threshold, **more) for secret in (x, y)]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, PRIME - 1), st.integers(0, PRIME - 1), st.integers(0, 3), st.integers(0, 1))
def test_the_product_has_the_old_threshold_and_can_be_multiplied_again(x, y, threshold, more):
    xs, ys = dealt(x, y, 2 * threshold + 1 + more, threshold)
    product, _ = multiply(xs, ys, threshold=threshold)
    assert shamir.reconstruct(product, threshold) == x * y % PRIME
    again, _ = multiply(product, ys, threshold=threshold)
    assert shamir.reconstruct(again, threshold) == x * y * y % PRIME


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_the_weights_give_the_height_at_zero(coefficients):
    heights = [sum(c * x**k for k, c in enumerate(coefficients)) for x in range(1, 6)]
    assert sum(w * height for w, height in zip(weights(5), heights)) % PRIME == coefficients[0]
    assert weights(3, prime=11) == [3, 8, 1]


def test_local_products_need_more_parties_than_the_threshold_and_one():
    xs, ys = dealt(6, 7, 5, 2)
    products = local_products(xs, ys)
    assert height_at(products) == 42 and 42 not in [height_at(some) for some in itertools.combinations(products, 4)]


def test_every_share_of_the_result_comes_of_what_was_sent_and_each_sends_shares_of_its_own_product():
    xs, ys = dealt(6, 7, 3, 1)
    result, transcript = multiply(xs, ys, threshold=1)
    for place, name in enumerate(NAMES[:3]):
        got = [transcript.value(other, name) for other in NAMES[:3]]
        assert sum(w * number for w, number in zip(weights(3), got)) % PRIME == result[place].value
        sent = [Share(number, transcript.value(name, other)) for number, other in enumerate(NAMES[:3], 1)]
        assert shamir.reconstruct(sent, 1) == xs[place].value * ys[place].value % PRIME


def test_what_one_party_is_sent_is_uniform_whatever_the_secrets():
    """Chi-square of what Alice is sent by Bob and Carlos modulo 5, 500 runs: false alarm 1e-6, seed fixed."""
    rng = np.random.default_rng(1)
    for secrets in ((0, 0), (3, 4)):
        xs, ys = dealt(*secrets, 3, 1, prime=5, rng=rng)
        runs = [multiply(xs, ys, threshold=1, rng=rng)[1] for _ in range(500)]
        held = [5 * run.value("Bob", "Alice") + run.value("Carlos", "Alice") for run in runs]
        assert chisquare(np.bincount(held, minlength=25)).pvalue > FALSE_ALARM


@pytest.mark.slow
def test_mpyc_s_shares_of_a_product_are_of_the_old_degree():
    answers = parties.run("product", [{"number": number, "prime": PRIME} for number in (6, 7, 0)])
    x, y, z = (
        [Share(number, answer["shares"][place]) for number, answer in enumerate(answers, 1)] for place in range(3)
    )
    assert [shamir.reconstruct(shares, 1) for shares in (x, y, z)] == [6, 7, 42]
    assert height_at(local_products(x, y)) == 42 != height_at(local_products(x, y)[:2])
    assert [answer["product"] for answer in answers] == [42] * 3


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: multiply(*dealt(6, 7, 4, 2), threshold=2), "takes 5 to 8 parties"),
        (lambda: multiply(*dealt(6, 7, 9, 1), threshold=1), "takes 3 to 8 parties"),
        (lambda: multiply(*[part[1:] for part in dealt(6, 7, 4, 1)], threshold=1), "numbered from 1, got 2, 3, 4"),
        (lambda: local_products(dealt(6, 7, 3, 1)[0], dealt(6, 7, 4, 1)[1]), "the same parties"),
        (lambda: weights(0), "at least one party"),
        (lambda: weights(7, prime=7), "fewer than the prime"),
    ],
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
