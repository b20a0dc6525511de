"""Commitments: they hide, and they bind."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.mpc.commitments import commit, opens


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_a_commitment_opens_to_its_value_alone(value, other):
    commitment, nonce = commit(value)
    assert opens(commitment, value, nonce)
    assert opens(commitment, other, nonce) == (other == value)
    assert not opens(commitment, value, bytes(32))


def test_a_commitment_hides_a_value_that_could_be_guessed():
    """Two commitments to one value differ, and no guess hashed without the nonce fits."""
    (first, nonce), (second, other) = commit(3800), commit(3800)
    assert first != second and nonce != other
    assert first not in {hashlib.sha256(str(guess).encode()).digest() for guess in range(10_000)}


def test_every_part_of_a_commitment_counts():
    """The sign of the value, and each byte of the hash: a shortened one is found again by a search."""
    commitment, nonce = commit(3800)
    assert not opens(commitment, -3800, nonce)
    for place in range(32):
        changed = commitment[:place] + bytes([commitment[place] ^ 1]) + commitment[place + 1 :]
        assert not opens(changed, 3800, nonce)
    assert not opens(commitment[:16], 3800, nonce)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_nonce_of_another_length_opens_nothing(length):
    """Else one commitment opened two ways: the end of a longer nonce is the beginning of another value."""
    commitment, nonce = commit(3800)
    for call in (lambda: commit(1, bytes(length)), lambda: opens(commitment, 800, (nonce + b"3" * 32)[:length])):
        with pytest.raises(ValueError, match=f"32 bytes, got {length}"):
            call()


@pytest.mark.parametrize(
    "call, message", [(lambda: commit(3800, b"short"), "32 bytes, got 5"), (lambda: commit("3800"), "whole number")]
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
