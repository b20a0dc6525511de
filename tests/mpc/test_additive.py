"""Additive shares, of numbers and of vectors: right, uniform, new; the stream of AES."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from privlab.mpc.additive import (
    CHUNK,
    MODULUS,
    Shared,
    add_vectors,
    key_stream,
    share,
    share_in_integers,
    share_vector,
    signed,
    uniform,
)

FALSE_ALARM = 1e-6  # of each statistical test below; the seeds are fixed


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(-(2**63), 2**63 - 1), st.integers(2, 9))
def test_shares_reconstruct(secret, parties):
    shared = share(secret, parties=parties)
    assert len(shared.shares) == parties and all(0 <= part < MODULUS for part in shared.shares)
    assert shared.reconstruct() == secret


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(-99, 99), st.sampled_from([2**64, 10**9])
)
def test_shared_arithmetic_is_the_arithmetic_of_the_secrets(a, b, public, modulus):
    x, y = share(a, parties=3, modulus=modulus), share(b, parties=3, modulus=modulus)
    assert (x + y).reconstruct() == a + b
    assert (x + public).reconstruct() == (public + x).reconstruct() == a + public
    assert (x * public).reconstruct() == (public * x).reconstruct() == a * public


def test_shares_in_integers_reach_both_bounds():
    """Of 200 shares each of -1, 0 and 1 comes at least once, but for one run in 10^34."""
    given = {share_in_integers(5, parties=3, bound=1).shares[2] for _ in range(200)}
    assert given == {-1, 0, 1}


def test_a_sum_of_vectors_leaves_them_as_they_were():
    vectors = [np.arange(3, dtype=np.uint64), np.ones(3, np.uint64)]
    assert add_vectors(vectors).tolist() == [1, 2, 3] and vectors[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", [np.int32, np.uint8, np.uint32, float, bool])
def test_vectors_of_other_numbers_are_not_shared(kind):
    with pytest.raises(ValueError, match="a vector of 64-bit whole numbers"):
        share_vector(np.ones(4, kind), 3)


@pytest.mark.parametrize("shape", [(4, 5), (2, 5), (3, 4), (3, 6), (15,)])
def test_shares_are_written_into_memory_that_fits(shape):
    with pytest.raises(ValueError, match="out must be contiguous"):
        share_vector(np.ones(5, np.int64), 3, out=np.empty(shape, np.uint64))


@pytest.mark.parametrize("length", [0, 15, 17, 24, 32])
def test_a_seed_of_another_length_makes_no_stream(length):
    with pytest.raises(ValueError, match=f"16 bytes, got {length}"):
        key_stream(bytes(length))


def test_the_difference_of_shared_secrets():
    assert (share(3, parties=3) - share(10, parties=3)).reconstruct() == -7
    assert (share(3, parties=3) - 10).reconstruct() == -7


@pytest.mark.slow
def test_any_all_but_one_of_the_shares_are_uniform_whatever_the_secret():
    rng = np.random.default_rng(1)
    for secret in (-4, 3):
        shares = np.array([share(secret, parties=3, modulus=8, rng=rng).shares for _ in range(20_000)])
        for left_out in range(3):
            a, b = np.delete(shares, left_out, axis=1).T
            assert chisquare(np.bincount(8 * a + b, minlength=64)).pvalue > FALSE_ALARM
        assert chisquare(np.bincount((shares.sum(axis=1)) % 8, minlength=8)).pvalue < FALSE_ALARM  # all: they tell


@pytest.mark.slow
def test_uniform_is_uniform_also_when_the_modulus_is_no_power_of_two():
    rng = np.random.default_rng(2)
    assert chisquare(np.bincount([uniform(5, rng) for _ in range(20_000)], minlength=5)).pvalue > FALSE_ALARM
    assert chisquare(np.bincount([uniform(5) for _ in range(20_000)], minlength=5)).pvalue > FALSE_ALARM
    assert uniform(1) == 0 and uniform(1, rng) == 0


def test_secret_shares_do_not_follow_a_seed():
    def draw():
        np.random.seed(0)
        return share(3800, parties=3).shares

    assert draw() != draw()
    first, second = (share(3800, parties=3, rng=np.random.default_rng(0)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: share(5, parties=1), "at least 2 parties"),
        (lambda: share(5, parties=3, modulus=10), "modulus 10 is too small for 5: it must exceed 10"),
        (lambda: share(-6, parties=3, modulus=10), "too small"),
        (lambda: share(2.5, parties=3), "whole numbers"),
        (lambda: share(True, parties=3), "whole numbers"),
        (lambda: share(float("nan"), parties=3), "whole numbers"),
        (lambda: share_in_integers(5, parties=3, bound=-1), "bound must be 0 or more"),
        (lambda: share_in_integers(5, parties=3, bound=9, owner=3), "owner one of 0 to 2"),
        (lambda: share(5, parties=3) + share(5, parties=4), "same parties"),
        (lambda: share(5, parties=3) + share(5, parties=3, modulus=64), "modulo the same"),
        (lambda: share(5, parties=3) * share(5, parties=3), "cannot be multiplied"),
        (lambda: share(5, parties=3) * 0.5, "whole numbers"),
        (lambda: Shared((1, 0.5)), "whole numbers"),
        (lambda: uniform(0), "at least 1"),
    ],
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_shares_of_any_library_are_kept_as_pythons_whole_numbers():
    shared = Shared(np.array([2**64 - 1, 5], dtype=np.uint64)) + Shared(number for number in (1, 1))
    assert shared == Shared((0, 6)) and {type(part) for part in shared.shares} == {int}


def test_signed_reads_the_upper_half_as_negative():
    assert [signed(n, 8) for n in range(8)] == [0, 1, 2, 3, -4, -3, -2, -1]


def test_the_key_stream_is_aes_in_counter_mode_and_goes_on_where_it_stopped():
    """The first block is what AES-128 makes of sixteen zero bytes under the key of FIPS 197's example."""
    seed, whole, parts = bytes(range(16)), np.empty(CHUNK + 300, np.uint64), np.empty(CHUNK + 300, np.uint64)
    key_stream(seed)(whole)
    fill = key_stream(seed)
    fill(parts[:200])
    fill(parts[200:])
    assert np.array_equal(whole, parts) and len(np.unique(whole)) == len(whole)
    assert whole[:2].tobytes().hex() == "c6a13b37878f5b826f4f8162a1c8d879"
    with pytest.raises(ValueError, match="a seed of 16 bytes, got 15"):
        key_stream(bytes(15))


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.integers(2, 5))
def test_shares_of_a_vector_add_up(numbers, parties):
    vector = np.array(numbers, np.int64)
    shares = share_vector(vector, parties)
    assert len(shares) == parties and (add_vectors(shares).view(np.int64) == vector).all()


@pytest.mark.slow
def test_shares_of_a_vector_are_uniform_and_new():
    vector = np.arange(100_000)
    shares = share_vector(vector, 3)
    for row in shares:
        assert kstest(row / 2.0**64, "uniform").pvalue > FALSE_ALARM
        counts = np.bincount(row.view(np.uint8), minlength=256)
        assert chisquare(counts).pvalue > FALSE_ALARM
    assert not np.array_equal(share_vector(vector, 3)[0], shares[0])
    assert len(np.unique(shares)) == 300_000  # no stream repeats another
    again = share_vector(vector, 3, out=shares)
    assert again is shares and (add_vectors(again) == vector.astype(np.uint64)).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: share_vector(np.ones(3), 2), "64-bit whole numbers"),
        (lambda: share_vector(np.ones((2, 2), np.int64), 2), "in 2 dimensions"),
        (lambda: share_vector(np.ones(3, np.int64), 1), "at least 2 parties"),
        (
            lambda: share_vector(np.ones(3, np.int64), 2, out=np.empty((2, 4), np.uint64)),
            r"out must be .* uint64 \[2, 3\]",
        ),
        (lambda: add_vectors([]), "no vector to add"),
        (lambda: add_vectors([np.ones(3, np.uint64), np.ones(2, np.uint64)]), "one length, got 3, 2"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
