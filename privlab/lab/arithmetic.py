"""Where the arithmetic of a reader's code left the finite numbers, in words that a reader can use.

numpy goes on with infinity and NaN, so what is raised at last speaks of neither the cause nor the place.
"""

import contextlib
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from privlab.lab.inputs import as_numbers
from privlab.language import later, translate

GREW, DIVIDED, NO_NUMBER = "overflow", "divide by zero", "invalid value"  # as numpy calls them
STRAYED = "infinite"  # where only what was raised at last tells of it
DOMAIN = (
    "math domain error|expected a (positive|nonnegative|noninteger|finite|number in range)"  # from 3.14 on the latter
)
SAID = {
    GREW: later("a number grew past 1.8e308, the largest that a float can hold"),
    DIVIDED: later("something was divided by 0, or the logarithm of 0 was taken"),
    NO_NUMBER: later("something came that is no number, as from 0 / 0, infinity / infinity or the root of -1"),
    STRAYED: later("a number grew without end, or became none (NaN)"),
}


@contextlib.contextmanager
def noted_arithmetic() -> Iterator[list[str]]:
    """A context that gives a list of what numpy's floating-point arithmetic met in it, each kind once, the first first.

    numpy's warnings are shown as they would be without it.
    """
    met: list[str] = []

    def note(kind, flag):
        if kind not in met:
            met.append(kind)
        warnings.warn(f"{kind} encountered", RuntimeWarning, stacklevel=2)

    with np.errstate(over="call", divide="call", invalid="call", call=note):
        yield met


def of_an_error(error: BaseException) -> list[str]:
    """What the arithmetic of Python, or of another library, met that raises this error, as `noted_arithmetic` has it;
    empty for an error of another kind.
    """
    words = str(error)
    if isinstance(error, ZeroDivisionError):
        return [DIVIDED]
    if isinstance(error, OverflowError) and any(said in words for said in ("math range", "result out of", "float")):
        return [GREW]
    if isinstance(error, ValueError) and re.match(DOMAIN, words):
        return [NO_NUMBER]
    return [STRAYED] if re.search(r"\b(nans?|infs?|infinity|finite)\b", words, re.IGNORECASE) else []


def spoils(met: list[str], result: Any) -> bool:
    """Whether what arithmetic met may be why a result is wrong: a number of it is not finite, or one grew too large on
    the way; what is divided by 0 and then left out spoils nothing.
    """
    numbers = as_numbers(result) if met else None
    return GREW in met or numbers is not None and not np.isfinite(numbers).all()


def in_words(met: list[str]) -> str:
    """What arithmetic met, in a sentence without its full stop; "" where it met nothing."""
    return translate(", and then ").join(translate(SAID[kind]) for kind in met)
