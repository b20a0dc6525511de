"""All that can be read in an object that somebody ships: numbers, words and code, wherever they lie in it."""

import builtins
import contextlib
import gc
import itertools
import random
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any
from unittest.mock import patch

import numpy as np

STEPS = 200_000  # parts that are looked at


def contents(shipped: Any, passed_over: Iterable = ()) -> list[str]:
    """Every part of an object in a fixed order, as text: attributes, items, closures, defaults, globals that its code
    names, what a method belongs to, and what a class holds that is no library's. Modules are not opened, nor what is
    `passed_over`.
    """
    return list(_parts(shipped, {id(thing) for thing in passed_over}))


def _parts(shipped: Any, met: set[int]) -> Iterator[str]:
    waiting, steps, held = [shipped], 0, []  # held: an object made here keeps its id while this runs
    while waiting and steps < STEPS:
        thing, steps = waiting.pop(), steps + 1
        if thing is None or isinstance(thing, bool | int | float | complex | str | bytes | bytearray | np.generic):
            yield repr(thing)
            continue
        if id(thing) in met or isinstance(thing, types.ModuleType | types.FrameType):
            continue
        if isinstance(thing, tuple) and all(part is None or isinstance(part, str | int | float) for part in thing):
            yield repr(tuple(thing))
            continue
        met.add(id(thing))
        held.append(thing)
        yield type(thing).__name__
        inner = _inner(thing)
        held.append(inner)
        waiting.extend(reversed(inner))


def _inner(thing):
    """The parts of one object."""
    if hasattr(thing, "tolist") and hasattr(thing, "dtype") and not isinstance(thing, type):
        kind = thing.dtype
        return [str(kind), getattr(kind, "metadata", None), thing.tolist(), getattr(thing, "__dict__", {})]
    if isinstance(thing, dict):
        return [part for item in thing.items() for part in item] + list(getattr(thing, "__dict__", {}).values())
    if isinstance(thing, set | frozenset):
        return sorted(thing, key=repr)
    if isinstance(thing, list | tuple):
        return list(thing)
    if isinstance(thing, types.CodeType):
        return [thing.co_code, *thing.co_names, *thing.co_consts]
    if isinstance(thing, types.FunctionType):
        cells = []
        for cell in thing.__closure__ or ():
            with contextlib.suppress(ValueError):  # an empty cell
                cells.append(cell.cell_contents)
        names = [name for name in _names(thing.__code__) if name in thing.__globals__ and not hasattr(builtins, name)]
        own = [thing.__globals__[name] for name in names]
        return [thing.__code__, thing.__defaults__, thing.__kwdefaults__, thing.__doc__, vars(thing), *cells, *own]
    if isinstance(thing, types.BuiltinFunctionType):
        return [thing.__self__]
    if isinstance(thing, types.MethodType):
        return [thing.__func__, thing.__self__]
    if isinstance(thing, type):
        own = [part for name, part in vars(thing).items() if name not in ("__dict__", "__weakref__")]
        return [*own, *thing.__bases__] if _is_own(thing) else []
    others = [*gc.get_referents(thing), *_packed(thing)]
    return [*vars(thing).items(), *others] if hasattr(thing, "__dict__") else others


def _packed(thing):
    """What lies in an object of a library in C, as it packs itself for a file: a decimal, a tensor, a generator."""
    if hasattr(thing, "hexdigest"):
        return [thing.hexdigest()]
    if type(thing).__module__ == "itertools":  # these pack themselves no more since Python 3.14
        return [repr(thing)] if isinstance(thing, itertools.count) else gc.get_referents(thing)
    try:
        packed = thing.__reduce_ex__(4)
    except Exception:
        return []
    return packed[1:] if isinstance(packed, tuple) else []


def _is_own(kind):
    """Whether a class is neither Python's nor an installed library's."""
    root = kind.__module__.partition(".")[0]
    if root in ("__main__", "privlab"):
        return True
    file = getattr(sys.modules.get(root), "__file__", None) or ""
    return root not in sys.stdlib_module_names and "site-packages" not in file


def _names(code):
    """The names that a code object and those within it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


@contextlib.contextmanager
def same_chance() -> Iterator[None]:
    """A context in which the operating system's random bytes are the same each time it is entered."""
    rng = random.Random(61)
    bytes_of = rng.randbytes
    with (
        patch("os.urandom", bytes_of),
        patch("random._urandom", bytes_of),
        patch("os.getrandom", bytes_of, create=True),
    ):
        yield
