"""Randomness that can be repeated is found wherever its generator was made."""

import datetime
import os
import random
import secrets
import sys
import threading
import time
import uuid
from random import Random
from time import time as clock

import numpy as np
import pytest
from numpy.random import default_rng

from privlab.lab import apart
from privlab.lab.randomness import begun_anew, recurrence, repeats, replayed, simulators, system_bytes

old, generator = np.random.RandomState(1), np.random.default_rng()


class Box:
    """An object with a generator in it."""

    def __init__(self):
        self.inner = {"rng": random.Random(secrets.randbits(64))}


box = Box()


def cached(made={}):  # noqa: B006 (a default that is kept is the point)
    return made.setdefault("rng", random.Random(4)).random()


FROM_THE_SYSTEM = {
    "secrets": lambda: secrets.token_bytes(16),
    "urandom": lambda: os.urandom(16),
    "SystemRandom": lambda: random.SystemRandom().random(),
    "a generator of shares": lambda: (secrets.randbelow(2**64) for _ in range(3)),
    "an array": lambda: np.frombuffer(secrets.token_bytes(64), np.uint64),
}
WITH_A_SEED = {
    "random": random.random,
    "numpy": np.random.random,
    "a global": lambda: generator.random(),
    "an old global": lambda: old.random(),
    "a default argument": lambda rng=np.random.default_rng(): rng.random(),  # noqa: B008
    "inside an object": lambda: box.inner["rng"].random(),
    "kept from call to call": cached,
    "the clock": lambda: random.Random(time.time()).random(),
    "the clock by another name": lambda: Random(clock()).random(),
    "the date": lambda: random.Random(datetime.datetime.now().microsecond).random(),
    "the system's clock": lambda: random.Random(time.clock_gettime_ns(time.CLOCK_REALTIME)).random(),
    "the time in words": lambda: random.Random(f"{time.ctime()} {time.localtime(None)} {time.strftime('%c')}").random(),
    "the time that was used": lambda: random.Random(str(os.times())).random(),
    "a name made of the time": lambda: random.Random(uuid.uuid1().int).random(),
    "the process": lambda: random.Random(os.getpid()).random(),
    "the thread": lambda: random.Random(threading.get_native_id()).random(),
    "a hash": lambda: hash("a word"),
    "nothing random": lambda: 5,
}
FOR_SIMULATIONS = {
    "random.Random": lambda: random.Random().random(),
    "by another name": lambda: Random().random(),
    "numpy's default_rng": lambda: default_rng().random(),
    "numpy's RandomState": lambda: np.random.RandomState().random(),
    "numpy's PCG64": lambda: np.random.Generator(np.random.PCG64(secrets.randbits(16))).random(),
    "random.seed": lambda: random.seed(secrets.randbits(64)),
}
copies = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="no copy of a process here")


@pytest.mark.slow
@pytest.mark.parametrize("call", FROM_THE_SYSTEM.values(), ids=FROM_THE_SYSTEM)
def test_what_the_operating_system_draws_does_not_repeat(call):
    assert not repeats(call) and simulators(call) == []


@pytest.mark.slow
@copies
@pytest.mark.parametrize("call", WITH_A_SEED.values(), ids=WITH_A_SEED)
def test_what_has_a_seed_repeats_wherever_the_seed_lies(call):
    assert repeats(call)


@pytest.mark.parametrize("call", FOR_SIMULATIONS.values(), ids=FOR_SIMULATIONS)
def test_a_generator_for_simulations_is_seen_when_it_is_made(call):
    (name,) = simulators(call)
    assert name.split("'s ")[-1].split(".")[-1] in str(name)
    assert random.Random is Random and np.random.default_rng is default_rng, "what was watched is put back"


def test_where_no_process_can_be_copied_generators_in_reach_are_found(monkeypatch):
    monkeypatch.setattr(apart, "can_fork", lambda: False)
    monkeypatch.setattr("privlab.lab.randomness.can_fork", lambda: False)
    for name in ("random", "numpy", "a global", "an old global", "the clock", "the process", "a hash"):
        assert repeats(WITH_A_SEED[name]), name
    assert not repeats(FROM_THE_SYSTEM["secrets"])


@pytest.mark.slow
def test_torch_s_own_generator_repeats():
    torch = pytest.importorskip("torch")
    assert repeats(lambda: torch.rand(3)) and simulators(lambda: torch.manual_seed(1)) == ["torch.manual_seed"]


@pytest.mark.slow
@pytest.mark.parametrize("copied", [pytest.param(True, marks=copies), False])
def test_a_call_that_is_replayed_starts_from_the_same_seeds(copied, monkeypatch):
    if not copied:
        monkeypatch.setattr("privlab.lab.randomness.can_fork", lambda: False)
    own = random.Random(1)

    def seeded():
        return generator.random(), old.random(), own.random(), random.random(), np.random.random()

    assert replayed(lambda: seeded()) == replayed(lambda: seeded()) == list(seeded()) != list(seeded())
    assert replayed(lambda: secrets.token_bytes(16)) != replayed(lambda: secrets.token_bytes(16))


def test_bytes_of_the_operating_system_are_counted():
    assert system_bytes(lambda: secrets.token_bytes(40)) == system_bytes(lambda: os.urandom(40)) == 40
    assert system_bytes(lambda: secrets.randbits(16)) == 2 and system_bytes(lambda: random.random()) == 0


def words_of(state, count):
    """Numbers of a congruence modulo 2^64, each computed from the one before."""
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state


def test_bits_that_follow_from_those_before_are_found():
    assert recurrence([number % 2 for number in words_of(secrets.randbits(64), 500)]) <= 3
    assert recurrence([1, 0, 0] * 100) <= 3
    twister = random.Random(1)
    assert recurrence([twister.getrandbits(1) for _ in range(41_000)]) == 19_937


def test_bits_of_the_operating_system_follow_from_nothing():
    assert recurrence([secrets.randbits(1) for _ in range(4_000)]) is None


def test_a_seed_in_the_code_stays_and_one_that_nobody_knows_begins_anew():
    scope = {"known": default_rng(5), "unknown": default_rng()}
    exec("def answer(): return known.random(), unknown.random()", scope)
    first, second = (replayed(lambda: begun_anew(scope["answer"], lambda rng: scope["answer"]())) for _ in range(2))
    assert first[0] == second[0] == default_rng(5).random() and first[1] != second[1]


def test_whoever_sets_a_seed_is_seen():
    state = np.random.get_state()
    try:
        assert simulators(lambda: np.random.seed(3)) == ["numpy's seed"]
    finally:
        np.random.set_state(state)
