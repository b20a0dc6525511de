"""The engine's masks: two keys, one mask. When this fails the engine has mended it, and lesson 55 has to say so."""
import secrets

import numpy as np

from privlab.fl import dishonest
from privlab.fl.engine_masks import engine_mask, folded, twin
from privlab.fl.federation import Federation
from privlab.fl.pictures_engine import crowd


def test_a_key_and_its_twin_have_the_same_mask():
    key = secrets.token_bytes(32)
    other = twin(key)
    assert key != other and folded(key) == folded(other)
    assert np.array_equal(engine_mask(key, 1000), engine_mask(other, 1000)), "has the engine mended this?"


def test_two_keys_that_are_no_twins_have_different_masks():
    key = secrets.token_bytes(32)
    assert not np.array_equal(engine_mask(key, 1000), engine_mask(bytes([key[0] ^ 1]) + key[1:], 1000))
    assert folded(bytes(31) + b"\1") == 1 << 24 and folded(bytes(32)) == 0


def test_the_clients_of_lesson_52_refuse_what_the_engine_s_clients_give():
    federation = Federation(3, decryptors=3)
    opening = federation.server.announce(10)
    for client in federation.clients:
        federation.server.receive(client.report(opening, np.zeros(10)))
    for number, request in federation.server.label().items():
        said = dishonest.answer(federation.clients[number].agree, dishonest.both_masks(request, victim=1, clients=3))
        assert said.startswith("client 1 is named online and lost")


def test_what_a_crowd_sends_is_counted():
    assert crowd(1) == (4 * 25_978, 8 * 25_979)  # weights; weights and the number of letters
    plain, masked = crowd(1000, 31)
    assert 1.99 < masked / plain < 2.25 and crowd(1000)[1] > 3 * masked / 1.1
