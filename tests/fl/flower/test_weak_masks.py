"""Flower's masks: two keys, one mask. When this fails Flower has mended it, and lesson 55 has to say so."""

import base64
import secrets

import numpy as np
import pytest

from privlab.fl.flower.weak_masks import SEEDS, folded_seed, mask, pair_key, twin, two_seeds
from privlab.fl.secagg import malicious_server
from privlab.fl.secagg.protocol import Federation
from privlab.lessons.beyond_one_machine.figures import crowd


@pytest.mark.slow
def test_a_key_and_its_twin_have_the_same_mask():
    key = pair_key()
    other = twin(key)
    assert key != other and folded_seed(key) == folded_seed(other)
    assert base64.urlsafe_b64encode(base64.urlsafe_b64decode(other)) == other, "a twin is a key like any other"
    assert np.array_equal(mask(key, 1000), mask(other, 1000)), "has Flower mended this?"


def test_two_keys_that_are_no_twins_have_different_masks():
    key = secrets.token_bytes(32)
    assert not np.array_equal(mask(key, 1000), mask(bytes([key[0] ^ 1]) + key[1:], 1000))
    assert folded_seed(bytes(31) + b"\1") == 1 << 24 and folded_seed(bytes(32)) == 0


def test_the_seeds_of_pairs_have_28_bits_and_those_of_own_masks_32():
    seeds = [folded_seed(pair_key()) for _ in range(100)]  # that a bit is 0 in all: 28 bits x 2^-100
    assert np.bitwise_or.reduce(seeds) == 0x7F7F7F7F and SEEDS == 2**28, "has Flower mended this?"
    assert np.bitwise_or.reduce([folded_seed(secrets.token_bytes(32)) for _ in range(100)]) == 2**32 - 1


@pytest.mark.slow
@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, -1)])
def test_two_unknown_masks_come_off_by_a_meeting_in_the_middle(signs):
    rng, seeds = np.random.default_rng(7), range(300, 1_324)
    message = np.append([400], rng.integers(2**22, size=4))
    masks = [mask(seed.to_bytes(4, "little"), 5) for seed in (301, 1_000)]
    masked = (message + signs[0] * masks[0] + signs[1] * masks[1]) % 2**32
    found = two_seeds(masked, 400, seeds, signs=signs)
    assert (301, 1_000) in found and len(found) == (1 if signs == (1, -1) else 2)  # like signs: either way round
    assert two_seeds(masked, 401, seeds, signs=signs) == [], "with a wrong number of letters nothing is found"
    assert two_seeds(rng.integers(2**32, size=5), 400, seeds, signs=signs) == []
    with pytest.raises(ValueError, match="three numbers"):
        two_seeds(masked[:2], 400, seeds)


def test_a_twin_of_something_else_is_refused():
    with pytest.raises(ValueError, match="44 characters of text, not 32"):
        twin(bytes(32))


def test_the_clients_of_lesson_52_refuse_what_the_engine_s_clients_give():
    federation = Federation(3)
    opening = federation.server.announce(10)
    for client in federation.clients:
        federation.server.receive(client.report(opening, np.zeros(10)))
    for number, request in federation.server.label().items():
        said = malicious_server.answer(
            federation.clients[number].agree, malicious_server.both_masks(federation.server, request, victim=1)
        )
        assert said.startswith("client 1 is named online and lost")


def test_what_a_crowd_sends_is_counted():
    assert crowd(1) == (4 * 25_978, 8 * 25_979)  # weights; weights and the number of letters
    plain, masked = crowd(1000, 31)
    assert 1.99 < masked / plain < 2.25 and crowd(1000)[1] > 3 * masked / 1.1
