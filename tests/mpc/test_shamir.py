"""Shamir's shares."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from privlab.mpc import shamir
from privlab.mpc.shamir import PRIME, Share


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(0, PRIME - 1), st.integers(0, 6), st.data())
def test_any_threshold_plus_one_parties_reconstruct(secret, threshold, data):
    shares = shamir.share(secret, parties=7, threshold=threshold)
    some = data.draw(st.permutations(shares))[: data.draw(st.integers(threshold + 1, 7))]
    assert shamir.reconstruct(some, threshold) == secret


@pytest.mark.slow
def test_threshold_shares_are_uniform_whatever_the_secret():
    """Chi-square of pairs of shares modulo 7, 6,000 sharings: false alarm 1e-6 a test, seed fixed."""
    rng = np.random.default_rng(1)
    for secret in (0, 5):
        values = np.array(
            [[s.value for s in shamir.share(secret, parties=3, threshold=2, prime=7, rng=rng)] for _ in range(6_000)]
        )
        for i, j in itertools.combinations(range(3), 2):
            assert chisquare(np.bincount(7 * values[:, i] + values[:, j], minlength=49)).pvalue > 1e-6
        too_few = np.array(
            [shamir.share(secret, parties=3, threshold=1, prime=7, rng=rng)[1].value - secret for _ in range(6_000)]
        )
        assert chisquare(np.bincount(too_few % 7, minlength=7)).pvalue > 1e-6


def test_for_each_secret_one_line_goes_through_a_share():
    share = shamir.share(3, parties=3, threshold=1, prime=11)[0]
    secrets = [shamir.reconstruct([share, Share(2, value, 11)], 1) for value in range(11)]
    assert sorted(secrets) == list(range(11))


def test_shares_are_added_and_scaled_by_each_party_alone():
    a, b = shamir.share(3800, parties=4, threshold=2), shamir.share(2514, parties=4, threshold=2)
    assert shamir.reconstruct([x + y for x, y in zip(a, b)], 2) == 6314
    assert shamir.reconstruct([3 * x for x in a], 2) == 11_400


def tampered(share):
    return dataclasses.replace(share, value=(share.value + 1) % share.prime)


@pytest.mark.parametrize("place", range(5))
def test_a_tampered_share_is_refused(place):
    shares = shamir.share(3800, parties=5, threshold=2)
    shares[place] = tampered(shares[place])
    with pytest.raises(ValueError, match="tampered"):
        shamir.reconstruct(shares, 2)
    if place < 3:  # with no share to spare it cannot be noticed: the docstring says so
        assert shamir.reconstruct(shares[:3], 2) != 3800


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: shamir.reconstruct(shamir.share(5, parties=4, threshold=2)[:2], 2),
            "2 shares tell nothing: at threshold 2 it takes 3",
        ),
        (lambda: shamir.reconstruct([shamir.share(5, parties=4, threshold=1)[0]] * 2, 1), "come from parties 1, 1"),
        (lambda: shamir.reconstruct([Share(1, 2, 7), Share(2, 2, 11)], 1), "same prime"),
        (lambda: shamir.share(5, parties=4, threshold=4), "threshold < parties < prime"),
        (lambda: shamir.share(5, parties=4, threshold=-1), "threshold < parties < prime"),
        (lambda: shamir.share(5, parties=7, threshold=1, prime=7), "threshold < parties < prime"),
        (lambda: shamir.share(7, parties=3, threshold=1, prime=7), "secret must lie from 0 to 6"),
        (lambda: shamir.share(-1, parties=3, threshold=1), "secret must lie"),
        (lambda: Share(1, 2) + Share(2, 2), "holds itself"),
        (lambda: Share(1, 2) * Share(1, 2), "twice the degree"),
    ],
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
