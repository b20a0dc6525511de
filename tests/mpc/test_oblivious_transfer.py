"""Oblivious transfer: the chosen message and no other, a request that tells no bit, offers that are refused."""

import numpy as np
import pytest

from privlab.mpc.oblivious_transfer import (
    choose,
    generator_power,
    offer,
    point_product,
    point_quotient,
    points_of,
    seal,
    transfer,
)
from privlab.mpc.psi import power, random_key

SMALL = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")  # of order 8
OFF_THE_CURVE = bytes(range(2, 34))


@pytest.mark.parametrize("bit", [0, 1])
def test_the_receiver_gets_the_message_it_chose_and_cannot_open_the_other(bit):
    messages = (b"the first one ", b"the second one")
    message, transcript = transfer(messages, bit)
    assert message == messages[bit]
    assert [line.what for line in transcript.messages] == ["A", "B", "both messages, sealed"]
    offered, key = offer()
    request, point = choose(bit, offered)
    both = points_of(request, offered, key)
    sealed = tuple(map(seal, both, messages))
    assert both[bit] == point != both[1 - bit]
    assert seal(point, sealed[1 - bit]) not in messages


def test_a_message_is_sealed_by_all_of_its_point_and_as_long_as_it_was():
    point, message = generator_power(random_key()), b"x" * 100
    changed = point[:-1] + bytes([point[-1] ^ 1])
    assert len(seal(point, message)) == 100 and seal(point, seal(point, message)) == message
    assert seal(changed, message) != seal(point, message) != message
    assert len(set(seal(point, bytes(100)))) > 50


def test_the_group_is_the_one_of_power():
    a, b = random_key(), random_key()
    assert power(generator_power(a), b) == power(generator_power(b), a)
    one, other = generator_power(a), generator_power(b)
    assert point_quotient(point_product(one, other), other) == one
    assert power(point_product(one, other), a) == point_product(power(one, a), power(other, a))


def test_a_request_is_as_likely_for_either_bit():
    """For each request of bit 1 there is a key that makes it a request of bit 0, and each digit of its bytes is even.

    400 requests a bit; a digit is off by more than seven standard deviations once in 10^12.
    """
    offered, _ = offer()
    for bit in (0, 1):
        requests = [choose(bit, offered)[0] for _ in range(400)]
        digits = np.unpackbits(np.array([list(request) for request in requests], np.uint8), axis=1).sum(axis=0)
        assert len(set(requests)) == 400 and np.abs(digits - 200.0).max() < 70


@pytest.mark.parametrize("bit", [0, 1])
def test_offers_and_requests_outside_the_group_are_refused(bit):
    """With an offer of the wrong order a request for 1 would lie outside the group, and show the bit."""
    offered, key = offer()
    for bad in (SMALL, point_product(offered, SMALL), OFF_THE_CURVE, b"short"):
        with pytest.raises(ValueError, match="is not a point of the group"):
            choose(bit, bad)
        with pytest.raises(ValueError, match="is not a point of the group"):
            points_of(bad, offered, key)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: choose(2, offer()[0]), "message 0 or message 1, got 2"),
        (lambda: transfer((b"one", b"three"), 0), "of one length"),
        (lambda: transfer((b"one",), 0), "two messages of one length"),
        (lambda: point_product(offer()[0], OFF_THE_CURVE), "no two points of the curve"),
        (lambda: point_quotient(offer()[0], b"short"), "no two points of the curve"),
    ],
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
