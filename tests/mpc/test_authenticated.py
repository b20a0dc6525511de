"""Shares with a MAC: what is computed fits, every lie is caught, and what the parties hold tells nothing."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from privlab.mpc.additive import Shared
from privlab.mpc.authenticated import (
    Authenticated,
    Cheated,
    authenticate,
    bytes_sent,
    deal_key,
    deal_triple,
    open_checked,
)
from privlab.mpc.commitments import opens
from privlab.mpc.shamir import PRIME

FALSE_ALARM = 1e-6
NUMBERS = st.integers(-(2**29), 2**29)
few = settings(deadline=None, max_examples=30)


def lied(shared, party, by):
    """The shares that are said when one party says another than it holds."""
    said = [part + by * (number == party) for number, part in enumerate(shared.shares)]
    return Shared(tuple(part % shared.modulus for part in said), shared.modulus)


@few
@given(NUMBERS, NUMBERS, NUMBERS, st.integers(2, 5))
def test_sums_multiples_and_public_numbers_fit_their_macs(x, y, public, parties):
    key = deal_key(parties)
    a, b = authenticate(x, key), authenticate(y, key)
    for result, expected in (
        (a + b, x + y),
        (a - b, x - y),
        (a * public, x * public),
        (a.plus(public, key), x + public),
    ):
        assert open_checked(result, key=key)[0] == expected


@few
@given(NUMBERS, NUMBERS, st.integers(2, 4))
def test_a_product_by_an_authenticated_triple(x, y, parties):
    key = deal_key(parties)
    a, b = authenticate(x, key), authenticate(y, key)
    triple = deal_triple(key)
    d, e = (open_checked(masked, key=key)[0] for masked in (a - triple.a, b - triple.b))
    product = (triple.c + triple.b * d + triple.a * e).plus(d * e, key)
    assert open_checked(product, key=key)[0] == x * y


@few
@given(NUMBERS, st.integers(1, PRIME - 1), st.integers(0, 3))
def test_a_lie_of_any_party_is_caught(x, by, party):
    key = deal_key(4)
    secret = authenticate(x, key)
    with pytest.raises(Cheated, match="somebody lied. Stop"):
        open_checked(secret, key=key, said=lied(secret.value, party, by))
    with pytest.raises(Cheated):
        open_checked(Authenticated(secret.value, lied(secret.mac, party, by)), key=key)


def test_modulo_a_small_prime_one_lie_in_p_passes_and_no_more():
    """500 lies under a key of 0 or not: those pass that meet the key 0. False alarm 1e-6, seed fixed."""
    rng, passed = np.random.default_rng(1), 0
    for _ in range(500):
        key = deal_key(2, modulus=5, rng=rng)
        secret = authenticate(1, key, rng=rng)
        try:
            open_checked(secret, key=key, said=lied(secret.value, 1, 2))
            passed += 1
        except Cheated:
            pass
    assert binomtest(passed, 500, 1 / 5).pvalue > FALSE_ALARM


def test_what_two_of_three_parties_hold_is_uniform_whatever_the_secret():
    """Chi-square of shares and MACs of two parties modulo 3, 1,500 runs each: false alarm 1e-6, seed fixed."""
    rng = np.random.default_rng(2)
    key = deal_key(3, modulus=3, rng=rng)
    for secret in (0, 1):
        runs = [authenticate(secret, key, rng=rng) for _ in range(1_500)]
        rows = np.array([[*run.value.shares, *run.mac.shares] for run in runs])
        for pair in itertools.combinations(range(3), 2):
            held = rows[:, [*pair, *(3 + party for party in pair)]] @ [1, 3, 9, 27]
            assert chisquare(np.bincount(held, minlength=81)).pvalue > FALSE_ALARM


def test_envelopes_are_closed_before_a_sigma_is_said_and_hold_it():
    key = deal_key(3)
    opened, transcript = open_checked(authenticate(7, key), key=key)
    kinds = [message.what for message in transcript.messages]
    assert opened == 7 and kinds == 3 * ["share"] + 3 * ["envelope"] + 3 * ["sigma, nonce"]
    sealed, said = transcript.messages[3:6], transcript.messages[6:]
    assert all(opens(one.value, *other.value) for one, other in zip(sealed, said))
    assert sum(message.value[0] for message in said) % PRIME == 0


def test_an_envelope_that_does_not_open_is_caught(monkeypatch):
    monkeypatch.setattr("privlab.mpc.authenticated.opens", lambda *words: False)
    key = deal_key(2)
    with pytest.raises(Cheated, match="Alice's envelope does not open"):
        open_checked(authenticate(7, key), key=key)


def test_messages_and_bytes_are_counted():
    key = deal_key(4)
    _, transcript = open_checked(authenticate(7, key), key=key)
    assert bytes_sent(transcript, parties=4) == (4 * 3 * 3, 4 * 3 * (8 + 32 + 8 + 32))


@pytest.mark.parametrize("modulus", [1, 4, 15, 2**64, 91, 13 * 37 * 61])
def test_a_modulus_that_is_not_prime_is_refused(modulus):
    with pytest.raises(ValueError, match="must be a prime"):
        deal_key(3, modulus=modulus)


@pytest.mark.parametrize("modulus", [2, 3, 5, 7, 11, 2**31 - 1])
def test_other_primes_serve(modulus):
    key = deal_key(3, modulus=modulus)
    assert open_checked(authenticate(-1, key), key=key)[0] % modulus == modulus - 1
