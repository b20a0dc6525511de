"""Seeded generators put back where they were, so that a check sees whether an answer draws from them."""

import contextlib
import functools
import inspect
import random
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def reachable(answer: Callable) -> Iterator[tuple[Callable[[], Any], Callable[[Any], Any]]]:
    """The generators with a seed that an answer can reach by a name of its own: (read the state, set it) for each."""
    function = inspect.unwrap(answer)
    cells = (cell.cell_contents for cell in getattr(function, "__closure__", None) or () if cell != types.CellType())
    for thing in (random, np.random, *list(getattr(function, "__globals__", {}).values()), *cells):
        if isinstance(thing, np.random.Generator):
            bits = thing.bit_generator
            yield functools.partial(getattr, bits, "state"), functools.partial(setattr, bits, "state")
        elif thing is np.random or isinstance(thing, np.random.RandomState):
            yield thing.get_state, thing.set_state
        elif thing is random or isinstance(thing, random.Random) and not isinstance(thing, random.SystemRandom):
            yield thing.getstate, thing.setstate


@contextlib.contextmanager
def rewound(answer: Callable) -> Iterator[None]:
    """A context after which every generator with a seed that the answer can reach is where it was before.

    Two calls of the answer, each in such a context, repeat each other unless it draws from the operating system.
    """
    before = [(put_back, read()) for read, put_back in reachable(answer)]
    try:
        yield
    finally:
        for put_back, state in before:
            put_back(state)
