"""Masks: what cancels, what is left, what is noise."""

import secrets

import numpy as np
import pytest

from privlab.fl.secagg.masking import CHUNK, UNEVEN, add_streams, mask, round_seed, stream, unevenness, unmask


def seeds_of_pairs(clients):
    seeds = {(i, j): secrets.token_bytes(16) for i in range(clients) for j in range(i)}
    return [{j: seeds[max(i, j), min(i, j)] for j in range(clients) if j != i} for i in range(clients)]


def vectors(clients, length=3000):
    return np.random.default_rng(3).integers(2**64, size=(clients, length), dtype=np.uint64)


def test_the_stream_is_aes_in_counter_mode():
    # NIST SP 800-38A, F.5.1, has another counter; this is AES-128 of zero blocks 0 and 1 under the zero key
    expected = bytes.fromhex("66e94bd4ef8a2c3b884cfa59ca342b2e58e2fccefa7e3061367f1d57a4e7455a")
    assert stream(bytes(16), 4).astype("<u8").tobytes() == expected


@pytest.mark.parametrize("length", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_pieces_are_one_stream_and_come_off_again(length):
    seed = secrets.token_bytes(16)
    assert np.array_equal(stream(seed, length), stream(seed, 4 * CHUNK)[:length])
    vector = vectors(1, length)[0]
    assert np.array_equal(add_streams(add_streams(vector.copy(), [seed]), minus=[seed]), vector)


def test_pair_masks_cancel_in_the_sum_and_own_masks_come_off():
    pairs, owns, plain = seeds_of_pairs(5), [secrets.token_bytes(16) for _ in range(5)], vectors(5)
    masked = [mask(*each) for each in zip(plain, range(5), pairs, owns)]
    assert np.array_equal(unmask(sum(masked), owns), sum(plain))
    assert not np.array_equal(sum(masked), sum(plain))
    without_own = [mask(*each) for each in zip(plain, range(5), pairs)]
    assert np.array_equal(sum(without_own), sum(plain))


@pytest.mark.parametrize("lost", [{0}, {4}, {1, 3}, {0, 1, 2}])
def test_what_the_lost_leave_behind_is_taken_off(lost):
    pairs, owns, plain = seeds_of_pairs(5), [secrets.token_bytes(16) for _ in range(5)], vectors(5)
    online = [i for i in range(5) if i not in lost]
    total = sum(mask(plain[i], i, pairs[i], owns[i]) for i in online)
    cut = {(i, j): pairs[i][j] for i in online for j in lost}
    assert np.array_equal(unmask(total, [owns[i] for i in online], cut), sum(plain[i] for i in online))


def test_a_mask_is_even_in_every_byte():
    """Chi-square of 100,000 bytes at each of the eight places: 415 is exceeded once in 10^9 by an even byte."""
    masked = mask(np.zeros(100_000, np.uint64), 0, {1: secrets.token_bytes(16)})
    for place in masked.view(np.uint8).reshape(-1, 8).T:
        counts = np.bincount(place, minlength=256)
        assert ((counts - 100_000 / 256) ** 2).sum() / (100_000 / 256) < 415


def test_one_uneven_byte_of_eight_is_seen():
    masked = stream(bytes(16), 100_000)
    assert unevenness(masked) < UNEVEN
    for place in range(8):
        bytes_of = masked.view(np.uint8).reshape(-1, 8).copy()
        bytes_of[:2_000, place] = 7
        assert unevenness(bytes_of.view(np.uint64)[:, 0]) > UNEVEN


def test_masks_leave_the_vector_alone_and_refuse_other_kinds():
    plain = vectors(1)[0]
    before = plain.copy()
    mask(plain, 0, {1: bytes(16)}, bytes(16))
    unmask(plain, [bytes(16)])
    assert np.array_equal(plain, before)
    for vector, seed in ((plain, b"short"), (plain.view(np.int64), bytes(16)), (plain.reshape(2, -1), bytes(16))):
        with pytest.raises(ValueError, match="seeds of 16 bytes"):
            add_streams(vector, [seed])


def test_seeds_of_rounds_differ_and_both_sides_have_the_same():
    secret = secrets.token_bytes(32)
    assert round_seed(secret, b"1") == round_seed(secret, b"1") != round_seed(secret, b"2")
    assert round_seed(secret, b"1") != round_seed(secrets.token_bytes(32), b"1")
