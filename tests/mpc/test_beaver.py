"""Beaver's triples and the private reader: right, uniform, broken where they must break."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from privlab.mpc import beaver
from privlab.mpc.additive import Shared, share

FALSE_ALARM = 1e-6
RNG = np.random.default_rng


def multiply(x, y, triple, reveal=Shared.reconstruct):
    """The product of two shared secrets, as lesson 12 does it: `reveal` opens a number to all parties."""
    d, e = reveal(x - triple.a), reveal(y - triple.b)
    return triple.c + triple.b * d + triple.a * e + d * e


def reader():
    rng = RNG(1)
    return rng.integers(0, 256, (20, 784), dtype=np.uint8), rng.normal(0, 0.1, (784, 26))


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1), st.integers(2, 5))
def test_the_product_of_shared_secrets(x, y, parties):
    product = multiply(share(x, parties=parties), share(y, parties=parties), beaver.deal(parties))
    assert product.reconstruct() == x * y


@pytest.mark.slow
def test_what_is_opened_is_uniform_whatever_the_secrets():
    rng, opened = RNG(2), []

    def reveal(shared):
        opened.append(shared.reconstruct() % 8)
        return shared.reconstruct()

    for x, y in ((3, -4), (0, 1)):
        opened.clear()
        for _ in range(4_000):
            shared = (share(number, parties=2, modulus=8, rng=rng) for number in (x, y))
            multiply(*shared, beaver.deal(modulus=8, rng=rng), reveal)
        pairs = np.array(opened).reshape(-1, 2)
        assert chisquare(np.bincount(pairs @ [8, 1], minlength=64)).pvalue > FALSE_ALARM


def test_a_triple_used_twice_tells_a_difference():
    seen = []

    def reveal(shared):
        seen.append(shared.reconstruct())
        return shared.reconstruct()

    triple = beaver.deal()
    for x in (3_800, 2_514):
        multiply(share(x, parties=2), share(1, parties=2), triple, reveal)
    assert (seen[0] - seen[2]) % 2**64 == 3_800 - 2_514


def test_scores_are_those_in_the_clear_and_only_the_client_can_add_them_up():
    letters, weights = reader()
    scores, transcript = beaver.read_privately(letters, weights, beaver.deal_matrices(20))
    assert np.abs(scores - letters / 256 @ weights).max() < 1e-4
    _, share_of_scores = transcript.value("server", "client")
    assert np.abs(share_of_scores.astype(np.int64) / 2.0**32 - scores).min() > 1


def test_what_each_side_sees_is_uniform():
    letters, weights = reader()
    _, transcript = beaver.read_privately(letters, weights, beaver.deal_matrices(20))
    masked_weights, share_of_scores = transcript.value("server", "client")
    for seen in (transcript.value("client", "server"), masked_weights, share_of_scores):
        assert kstest(seen.ravel() / 2.0**64, "uniform").pvalue > FALSE_ALARM
    assert kstest(letters.astype(np.uint64).ravel() / 2.0**64, "uniform").pvalue < FALSE_ALARM  # unmasked: it shows


def test_what_the_dealer_hands_out_tells_neither_side_anything():
    letters, _ = reader()
    triple = beaver.deal_matrices(20)
    for matrix in triple:
        assert kstest(matrix.ravel() / 2.0**64, "uniform").pvalue > FALSE_ALARM
    assert (triple.client_c + triple.server_c == triple.a @ triple.b).all()
    masked = letters - triple.a  # with all of c, not a share, the server would have 26 sums of each letter's pixels
    assert not (masked @ triple.b + triple.server_c == letters.astype(np.uint64) @ triple.b).any()


def test_a_triple_used_twice_and_a_dealer_who_talks_tell_letters():
    letters, weights = reader()
    triple = beaver.deal_matrices(1)
    first, second = (
        beaver.read_privately(letters[i : i + 1], weights, triple)[1].value("client", "server") for i in (0, 1)
    )
    assert ((first - second).astype(np.int64) == letters[0].astype(int) - letters[1]).all()
    assert (first + triple.a == letters[0]).all()


def test_scores_give_the_weights_away():
    _, weights = reader()
    stolen = beaver.weights_from_scores(
        lambda images: beaver.read_privately(images, weights, beaver.deal_matrices(784))[0]
    )
    assert np.abs(stolen - weights).max() < 1e-6


@pytest.mark.parametrize(
    "letters, weights, message",
    [
        (np.zeros((3, 784), np.uint8), np.zeros((784, 26)), r"for letters of shape \(2, 784\)"),
        (np.zeros((2, 784), np.uint8), np.zeros((783, 26)), r"got \(2, 784\) and \(783, 26\)"),
        (np.zeros((2, 784)), np.zeros((784, 26)), "letters are uint8"),
        (np.zeros((2, 784), np.uint8), np.full((784, 26), np.nan), "weights lie within"),
        (np.zeros((2, 784), np.uint8), np.full((784, 26), 2.0**21), "64 bits are too few"),
    ],
)
def test_what_does_not_fit_is_refused(letters, weights, message):
    with pytest.raises(ValueError, match=message):
        beaver.read_privately(letters, weights, beaver.deal_matrices(2))


def test_the_largest_weights_still_fit():
    letters, weights = np.full((1, 784), 255, np.uint8), np.full((784, 26), 2.0**20)
    scores, _ = beaver.read_privately(letters, weights, beaver.deal_matrices(1))
    assert (scores == 784 * 255 / 256 * 2.0**20).all()
