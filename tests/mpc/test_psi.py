"""Set intersection: hashes that are read, points that are not, the library beside it, points that are refused."""

import hashlib
import platform
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from privlab.mpc.psi import (
    Client,
    Server,
    hash_to_group,
    hashed,
    intersect,
    intersect_with_library,
    power,
    powers,
    random_key,
    read_hashes,
)

MINE = [f"555-{n:04d}" for n in range(0, 60)]
THEIRS = [f"555-{n:04d}" for n in range(90, 40, -1)]
ORDER = 2**252 + 27742317777372353535851937790883648493
SMALL = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")  # of order 8


def test_a_dictionary_reads_hashes():
    every = [f"555-{n:04d}" for n in range(10_000)]
    assert read_hashes(hashed(THEIRS), every) == sorted(THEIRS)
    assert read_hashes(hashed(["556-0000"]), every) == []


def test_a_dictionary_reads_no_keyed_points():
    sent = set(Server(THEIRS).setup()) | set(Client(MINE).request())
    assert len(sent) == len(MINE) + len(THEIRS)  # common items do not meet under one key
    for item in MINE:
        point = hash_to_group(item)
        assert not sent & {point, power(point, random_key()), hashlib.sha256(item.encode()).digest()}


def test_powers_commute_and_keys_are_new():
    a, b, point = random_key(), random_key(), hash_to_group("555-0107")
    assert a != b and power(power(point, a), b) == power(power(point, b), a) != power(point, a)
    assert Client(MINE).request() != Client(MINE).request()


def test_points_lie_in_the_group_of_prime_order():
    from nacl.bindings import crypto_core_ed25519_is_valid_point

    points = [hash_to_group(str(n)) for n in range(200)]
    assert len(set(points)) == 200 and all(map(crypto_core_ed25519_is_valid_point, points))
    assert hash_to_group("a long item, and its end: 1") != hash_to_group("a long item, and its end: 2")
    minus_one = (ORDER - 1).to_bytes(32, "little")
    for point in points[:20]:  # raised to the order less 1, it is the inverse: the same height, the other sign
        assert power(point, minus_one) == point[:31] + bytes([point[31] ^ 128])


def test_items_are_hashed_with_what_they_are_for():
    """Else a point that was made for another purpose would be an item's."""
    from nacl.bindings import crypto_core_ed25519_from_uniform

    plain = hashlib.sha512(b"555-0107").digest()[:32]
    assert hash_to_group("555-0107") != crypto_core_ed25519_from_uniform(plain)


@pytest.mark.slow
def test_raised_points_look_alike_whatever_the_item():
    bits = [power(hash_to_group("555-0107"), random_key())[0] & 1 for _ in range(2_000)]
    assert binomtest(sum(bits), 2_000).pvalue > 1e-6


def mixed():
    from nacl.bindings import crypto_core_ed25519_add

    return crypto_core_ed25519_add(hash_to_group("555-0107"), SMALL)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(lambda: bytes([2]) + bytes(31), id="off the curve"),
        pytest.param(lambda: SMALL, id="small order"),
        pytest.param(lambda: bytes([1]) + bytes(31), id="neutral"),
        pytest.param(mixed, id="outside the group"),
        pytest.param(lambda: b"\xff" * 32, id="not reduced"),
        pytest.param(lambda: bytes(31), id="too short"),
        pytest.param(lambda: "555-0107", id="not bytes"),
    ],
)
def test_what_is_no_point_of_the_group_is_refused(point):
    request = Client(MINE).request()
    with pytest.raises(ValueError, match="is not a point of the group: stop"):
        Server(THEIRS).answer([*request, point()])


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=5), max_size=12), st.lists(st.text(max_size=5), max_size=12))
def test_intersection_is_that_of_sets(mine, theirs):
    common = intersect(mine, theirs)
    assert set(common) == set(mine) & set(theirs) and len(common) == len(set(common))
    assert intersect(mine, theirs, size_only=True) == len(common)


def test_items_that_are_no_text_are_refused():
    with pytest.raises(TypeError, match="items are text"):
        intersect([5550107], ["555-0107"])


@pytest.mark.slow
def test_the_library_agrees():
    assert intersect(MINE, THEIRS) == MINE[41:]
    if sys.version_info < (3, 14) and (sys.platform, platform.machine()) in (("linux", "x86_64"), ("darwin", "arm64")):
        assert intersect_with_library(MINE, THEIRS) is not None, "the lock installs it here"
    assert intersect_with_library(MINE, THEIRS) in (None, MINE[41:])
    assert intersect(MINE, THEIRS, size_only=True) == 19
    assert intersect_with_library(MINE, THEIRS, size_only=True) in (None, 19)


def test_a_size_only_answer_keeps_no_order():
    client, server = Client(MINE), Server(THEIRS)
    request = client.request()
    in_order, mixed_up = server.answer(request), server.answer(request, size_only=True)
    assert in_order != mixed_up == sorted(in_order)
    assert client.common(in_order, server.setup()) == MINE[41:]
    assert client.common(mixed_up, server.setup()) != MINE[41:] and client.count(mixed_up, server.setup()) == 19


def test_the_places_of_the_servers_items_tell_nothing():
    assert (setup := Server(THEIRS).setup()) == sorted(setup)


def test_an_answer_of_another_length_is_refused():
    client, server = Client(MINE), Server(THEIRS)
    with pytest.raises(ValueError, match="asked about 60 items, the server answered for 59"):
        client.common(server.answer(client.request())[1:], server.setup())


@pytest.mark.slow
def test_many_points_are_raised_in_their_order():
    key, points = random_key(), [hash_to_group(str(n)) for n in range(600)]
    assert powers(points, key) == [power(point, key) for point in points]
