"""What a check shows to an answer, and what it accepts in return: inputs to paste, results in the reader's own form."""

import types
from collections.abc import Iterator, ValuesView
from typing import Any

import numpy as np


def pasted(text: str) -> Any:
    """The value of an expression of numpy, so that a check names each input by text that a reader can paste.

    text : such as "np.full((144, 784), 1 / 784)".
    """
    return eval(text, {"np": np})


def as_numbers(value: Any) -> np.ndarray | None:
    """A result as an array of floats, from lists, tuples, generators, fractions, tensors; None when it has none, or one
    too large for a float.
    """
    if isinstance(value, Iterator | ValuesView):
        value = list(value)
    if isinstance(value, str | bytes | dict | set) or value is None:
        return None
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def as_list(value: Any) -> list[Any] | None:
    """The parts of a result as a list; None for text, bytes, a dict, and what has no parts."""
    return None if isinstance(value, str | bytes | dict) or not hasattr(value, "__iter__") else list(value)


def as_truth(value: Any) -> bool | None:
    """A result as True or False: from a bool of Python, numpy or torch, or 0 or 1; None when it is none of these."""
    numbers = as_numbers(value)
    if numbers is None or numbers.size != 1 or numbers.item() not in (0, 1):
        return None
    return bool(numbers.item())


def described(value: Any) -> str:
    """What a result is, in a reader's words: "a list of 3", "an array of float64 [2, 784]", "0.25"."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of {value.dtype} {list(value.shape)}"
    if isinstance(value, list | tuple | set | dict):
        return f"a {type(value).__name__} of {len(value):,}"
    if isinstance(value, types.GeneratorType):
        return "a generator"
    if value is None or value is ...:
        return "None" if value is None else "..."
    if hasattr(value, "item") and getattr(value, "size", 0) == 1:
        value = value.item()
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, str):
        return f"the text {value[:20]!r}"
    if isinstance(value, int):
        return str(value) if value.bit_length() < 65 else f"a whole number of {value.bit_length():,} bits"
    return f"a {type(value).__name__}"
