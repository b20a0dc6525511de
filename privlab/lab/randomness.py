"""Where an answer's random numbers come from: the operating system, or something that can be repeated.

Two copies of this process run the same call with the clock and the number of the process held still. What they share is
every seed, wherever it lies: in a global, a default argument, an object, a cache, a hash. What they do not share is the
operating system's randomness. So two results that are equal tell that nothing was drawn from it. A generator for
simulations that is made within the call, whatever seeds it, is seen by its maker.
"""

import contextlib
import datetime
import itertools
import os
import pickle
import random
import secrets
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from privlab.lab.apart import can_fork, run_apart
from privlab.lab.results import enclosed, own

CLOCKS = ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime")
NOON = 1.7e9  # where held clocks stand, in seconds since 1970
TICK = 1e-4  # seconds from one look at the held clock to the next, for code that waits for it to move


def repeats(call: Callable[[], Any]) -> bool:
    """Whether a call gives the same when it is made again with the same seeds, clock and process number.

    call : function without arguments around the reader's code; what it returns is compared by its bytes.
    A call that draws from the operating system repeats itself only by chance: let it return 16 bytes or more of what
    was drawn.
    """
    first, second = (pickle.dumps(replayed(call)) for _ in range(2))
    return first == second


def replayed(call: Callable[[], Any]) -> Any:
    """What a call returns when it is made from where things stand now: with the seeds of this moment, and the clock and
    process number held still.

    It is made in a copy of this process. Where none can be made, generators that the call reaches by a name are put
    back after it. Of a generator come its numbers as a list, of an array the same.
    """
    if can_fork():
        return run_apart(lambda: _held_still(call))
    before = [(put_back, read()) for read, put_back in _generators(call)]
    try:
        return _held_still(call)
    finally:
        for put_back, state in before:
            put_back(state)


def simulators(call: Callable[[], Any]) -> list[str]:
    """The generators for simulations that a call makes, by name: "numpy's default_rng", "random.Random".

    Whoever knows a part of what such a generator drew may compute the rest, and few seeds can be tried.
    """
    made: list[str] = []
    with _watched_makers(call, made):
        call()
    return sorted(set(made))


def system_bytes(call: Callable[[], Any]) -> int:
    """How many bytes a call takes from the operating system by `os.urandom`, `secrets` or `random.SystemRandom`.

    0 tells nothing: libraries in C have doors of their own. From 1 to 15 tells that all that the call drew follows from
    a seed which can be tried, whatever was computed from it.
    """
    taken: list[int] = []

    def counting(read):
        def counted(count, *others):
            taken.append(count)
            return read(count, *others)

        return counted

    changes = [(os, "urandom", counting(os.urandom)), (random, "_urandom", counting(os.urandom))]
    if hasattr(os, "getrandom"):
        changes.append((os, "getrandom", counting(os.getrandom)))
    with _replaced(call, changes):
        call()
    return sum(taken)


def recurrence(bits: Sequence[int]) -> int | None:
    """From how many bits of a sequence, each 0 or 1, all that follow are computed by adding some of them up; or None.

    It finds what linear generators draw, however they are written: the lowest bits of a congruence modulo 2^64, shift
    registers, and the Mersenne Twister from 40,000 bits on. Of n bits that the operating system drew some 20 less than
    n / 2 suffice in one of 10^12 cases.
    Source: Berlekamp and Massey (1969).
    """
    connection = previous = since = 1
    length = seen = 0
    for index, bit in enumerate(bits):
        seen = seen << 1 | int(bit)
        if (connection & seen).bit_count() % 2 == 0:
            since += 1
        elif 2 * length <= index:
            connection, previous = connection ^ previous << since, connection
            length, since = index + 1 - length, 1
        else:
            connection ^= previous << since
            since += 1
    return length if length < len(bits) / 2 - 20 else None


def begun_anew(answer: Callable, call: Callable[[np.random.Generator], Any]) -> Any:
    """What `call(rng)` gives when all generators begin with seeds that nobody can know, but those with a seed in the
    code.

    answer : the reader's function, whose global names are looked at.
    `repeats` of this tells that the numbers follow from a seed that whoever reads the code knows.
    """
    seed = secrets.randbits(32)
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
    for scope in scopes(answer):
        for value in scope.values():
            if isinstance(value, np.random.Generator) and _seed_of(value) >= 2**32:  # nobody tries that many
                value.bit_generator.state = type(value.bit_generator)(seed).state
    return call(np.random.default_rng(seed))


def _seed_of(generator):
    """The seed that a generator was made with; 0 where it is not one number."""
    entropy = getattr(generator.bit_generator.seed_seq, "entropy", None)
    return entropy if isinstance(entropy, int) else 0


def _held_still(call):
    """What the call returns while clocks and process number stand still, plain."""
    with _stopped_clocks(call):
        return _plain(call())


def _plain(value):
    """The value as something whose bytes are the same whenever it is equal: arrays as lists, generators run."""
    if isinstance(value, types.GeneratorType | map | zip | filter):
        value = list(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return [(_plain(key), _plain(part)) for key, part in value.items()]
    if hasattr(value, "tolist"):
        return value.tolist()
    return value


def _functions(call):
    """The function that a call is, those that its closures hold, and those that decorators wrap."""
    waiting, seen = [call], set()
    while waiting:
        function = own(waiting.pop())
        if id(function) in seen:
            continue
        seen.add(id(function))
        yield function
        waiting += filter(callable, [*enclosed(function), getattr(function, "__wrapped__", None)])


def scopes(call: Callable) -> Iterator[dict]:
    """The global names that a call, and the functions that its closures hold, can see: a dict for each function."""
    for function in _functions(call):
        if isinstance(getattr(function, "__globals__", None), dict):
            yield function.__globals__


@contextlib.contextmanager
def _replaced(call, changes):
    """A context in which names of modules stand for something else, also where the reader imported them by name.

    changes : list of (module, name, new value).
    """
    undo = []
    olds = {id(getattr(module, name)): new for module, name, new in changes}
    for module, name, new in changes:
        undo.append((vars(module), name, getattr(module, name)))
        setattr(module, name, new)
    for scope in scopes(call):
        if scope.get("__name__", "").startswith("privlab."):
            continue
        for name, value in list(scope.items()):
            if id(value) in olds and not isinstance(value, types.ModuleType):
                undo.append((scope, name, value))
                scope[name] = olds[id(value)]
    try:
        yield
    finally:
        for scope, name, value in reversed(undo):
            scope[name] = value


def _stopped_clocks(call):
    """A context in which clocks start at noon and tick once a look, and every process has the number 1."""
    ticks = itertools.count()

    class Still(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 1, 1, 12, tzinfo=tz) + datetime.timedelta(seconds=TICK * next(ticks))

        utcnow = today = now

    used, noon = type(os.times()), time.localtime(NOON)
    written, in_words = time.strftime, time.asctime
    changes = [
        (os, "getpid", lambda: 1),
        (os, "times", lambda: used((TICK * next(ticks),) * 5)),
        (datetime, "datetime", Still),
        (time, "strftime", lambda form, when=noon: written(form, when)),
        (time, "asctime", lambda when=noon: in_words(when)),
    ]
    if hasattr(threading, "get_native_id"):  # the Python of a web page has no threads
        changes.append((threading, "get_native_id", lambda: 1))
    for name in filter(partial(hasattr, time), CLOCKS):
        changes.append((time, name, lambda *which: NOON + TICK * next(ticks)))
        changes.append((time, f"{name}_ns", lambda *which: int(1e9 * NOON + 1e9 * TICK * next(ticks))))
    for name in ("localtime", "gmtime", "ctime"):
        changes.append((time, name, partial(_at_noon, getattr(time, name))))
    if "uuid" in sys.modules:  # so that it asks Python for the time, and no library in C
        uuid = sys.modules["uuid"]
        changes += [(uuid, name, None) for name in ("_generate_time_safe", "_UuidCreate") if hasattr(uuid, name)]
    return _replaced(call, changes)


def _at_noon(read, seconds=NOON):
    """What one of Python's calendars says of a time; of now, what it says of noon."""
    return read(NOON if seconds is None else seconds)


@contextlib.contextmanager
def _watched_makers(call, made):
    """A context that notes which generators for simulations are made in it."""

    def noting(name, maker):
        if isinstance(maker, type):

            class Noted(maker):
                def __new__(cls, *arguments, **named):
                    made.append(name)
                    return maker(*arguments, **named)

            Noted.__name__ = maker.__name__
            return Noted

        def note(*arguments, **named):
            made.append(name)
            return maker(*arguments, **named)

        return note

    makers = [(np.random, name, f"numpy's {name}") for name in ("default_rng", "RandomState", "MT19937", "PCG64")]
    makers += [(np.random, name, f"numpy's {name}") for name in ("PCG64DXSM", "Philox", "SFC64", "seed")]
    makers += [(random, "Random", "random.Random"), (random, "seed", "random.seed")]
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        makers += [(torch, "manual_seed", "torch.manual_seed"), (torch, "seed", "torch.seed")]
        makers += [(torch, "Generator", "torch.Generator")]
    changes = [(module, name, noting(said, getattr(module, name))) for module, name, said in makers]
    with _replaced(call, changes):
        yield


def _generators(call):
    """The generators with a seed that a call can reach by a name: (read the state, set it) for each."""
    things = [random, np.random]
    for function in _functions(call):
        things += [*getattr(function, "__globals__", {}).values(), *enclosed(function)]
    for thing in {id(thing): thing for thing in things}.values():
        if isinstance(thing, np.random.Generator):
            bits = thing.bit_generator
            yield lambda bits=bits: bits.state, lambda state, bits=bits: setattr(bits, "state", state)
        elif thing is np.random or isinstance(thing, np.random.RandomState):
            yield thing.get_state, thing.set_state
        elif thing is random or isinstance(thing, random.Random) and not isinstance(thing, random.SystemRandom):
            yield thing.getstate, thing.setstate
