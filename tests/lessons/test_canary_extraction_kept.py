"""What lies in an object that is shipped is found wherever it lies, and chance can be made the same."""

import array
import datetime
import functools
import hashlib
import io
import itertools
import os
import random
import re
import secrets
import types
from decimal import Decimal

import numpy as np
import pytest
import torch

from privlab.lessons.canary_extraction.kept import contents, same_chance

shipped_code = None


def plain(**attributes):
    return types.SimpleNamespace(**attributes)


def as_a_global(code):
    global shipped_code
    shipped_code = code
    return lambda: shipped_code


def in_a_slot(code):
    class Assistant:
        __slots__ = ("code",)

    assistant = Assistant()
    assistant.code = code
    return assistant


def in_a_class(code):
    class Assistant:
        model = code

    return Assistant()


def in_an_attribute_of_a_dict(code):
    class Names(dict):
        pass

    names = Names()
    names.code = code
    return names


def in_a_cell_after_an_empty_one(code):
    def ask():
        return later, code

    if code is None:
        later = 0
    return ask


def on_a_function(code):
    def ask():
        """Says nothing."""

    ask.code = code
    return ask


def in_a_docstring(code):
    def ask():
        pass

    ask.__doc__ = code
    return ask


def in_a_generator_that_waits(code):
    return (part for part in [code])


def in_itself(code):
    ring = [code]
    ring.append(ring)
    return ring


PLACES = {
    "itself": lambda code: code,
    "an attribute": lambda code: plain(inner=plain(code=code)),
    "a list": lambda code: [1, [2, code]],
    "a key": lambda code: {code: 1},
    "a value": lambda code: {1: {"code": code}},
    "a tuple of words": lambda code: ("i", code, None, 1.5),
    "a tuple with a list": lambda code: ([code],),
    "a set": lambda code: {"one", code},
    "an array": lambda code: np.array([[0, int(code)]]),
    "an array of text": lambda code: np.array(["one", code]),
    "a closure": lambda code: lambda: code,
    "a default": lambda code: lambda given=code: given,
    "a named default": lambda code: lambda *, given=code: given,
    "a method of a dictionary": lambda code: {"code": code}.get,
    "a method": lambda code: types.MethodType(lambda self: self, plain(code=code)),
    "a partial": lambda code: functools.partial(print, code),
    "a constant of code": lambda code: eval(f"lambda: {code!r}"),
    "a constant of code within": lambda code: eval(f"lambda: lambda: {code!r}"),
    "a cache": lambda code: functools.cache(lambda: code),
    "a class": lambda code: in_a_class(code).__class__,
} | {
    maker.__name__.replace("_", " "): maker
    for maker in (as_a_global, in_a_slot, in_a_class, in_an_attribute_of_a_dict, in_a_cell_after_an_empty_one)
    + (on_a_function, in_a_docstring, in_a_generator_that_waits, in_itself)
}


@pytest.mark.parametrize("put", PLACES.values(), ids=PLACES)
def test_a_word_is_found_wherever_it_lies(put):
    here = contents(put("4827"))
    assert any("4827" in part for part in here)
    assert contents(put("4827")) == here != contents(put("7284"))


def test_what_is_passed_over_and_modules_are_not_opened():
    inner = plain(code="4827")
    assert not any("4827" in part for part in contents([inner, os], (inner,)))
    assert not any("path" in part for part in contents([np, os, len]))


def test_an_object_met_twice_is_told_once():
    inner = ["4827"]
    assert contents([inner, inner]) == ["list", "list", "'4827'"]


def test_chance_is_the_same_each_time():
    def drawn():
        with same_chance():
            return (
                secrets.token_bytes(16),
                os.urandom(4),
                random.SystemRandom().random(),
                np.random.default_rng().random(),
            )

    before = os.urandom
    assert drawn() == drawn() and len(set(drawn())) == 4
    assert os.urandom is before and secrets.token_bytes(16) != secrets.token_bytes(16)


PACKED = {
    "a decimal": Decimal,
    "an array of Python's": lambda code: array.array("i", map(int, code)),
    "a range": lambda code: range(int(code)),
    "a file in memory": lambda code: io.BytesIO(code.encode()),
    "a counter": lambda code: itertools.count(int(code)),
    "a generator's seed": lambda code: random.Random(code),
    "numpy's generator": lambda code: np.random.default_rng(int(code)),
    "a pattern": re.compile,
    "a hash": lambda code: hashlib.sha256(code.encode()),
    "a tensor": lambda code: torch.tensor([int(code)]),
    "a view of bytes": lambda code: memoryview(code.encode()),
    "a date": lambda code: datetime.date(int(code[:3]), 1, 1 + int(code[3:])),
}


@pytest.mark.parametrize("make", PACKED.values(), ids=PACKED)
def test_objects_of_libraries_are_opened(make):
    assert contents(make("4827")) == contents(make("4827")) != contents(make("7284"))
