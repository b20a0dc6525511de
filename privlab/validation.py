"""What a function is given, looked at first: numbers that are numbers, or a sentence that says what to give instead."""

import math
import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats


def positive(name: str, value: float) -> float:
    """`value` itself, when it is a positive finite number; `name` is what the message calls it.

    Raises ValueError for zero, a negative number, infinity or not-a-number, TypeError for anything that is no number.
    """
    try:
        good = bool(0 < value < math.inf)
    except (TypeError, ValueError):  # the latter for arrays of several numbers
        raise TypeError(f"{name} must be a positive number, got {value!r}") from None
    if not good:
        raise ValueError(f"{name} must be a positive finite number, got {value}")
    return value


def all_positive(**named: float) -> None:
    """As `positive` for several numbers at once, each called by its argument's name."""
    for name, value in named.items():
        positive(name.replace("_", " "), value)


def between_0_and_1(name: str, value: float) -> float:
    """`value` itself, when it lies between 0 and 1 and is neither; `name` is what the message calls it.

    Raises ValueError for all else, not-a-number included.
    """
    try:
        good = bool(0 < value < 1)
    except (TypeError, ValueError):  # no number, or several
        good = False
    if not good:
        raise ValueError(f"{name} must lie between 0 and 1, got {value!r}")
    return value


def real_numbers(name: str, values: ArrayLike) -> Floats:
    """`values` as a float64 array; `name` is what the message calls it. A tensor of torch is taken as its numbers.

    Raises ValueError for text, objects, complex numbers, masked ones and rows of unequal length. NaN and infinity are
    let through.
    """
    try:
        array = np.asarray(_detached(values) if hasattr(values, "detach") else values)
    except ValueError:  # numpy makes no array of rows of unequal length
        raise ValueError(f"{name} must be an array of numbers, got rows of unequal length") from None
    except (TypeError, RuntimeError):  # torch has not to show the numbers of a tensor, or not to numpy
        raise ValueError(
            f"{name} must be an array of numbers, got tensors that numpy cannot read: give them as one tensor, or each "
            "one's .detach().cpu().numpy()"
        ) from None
    if np.ma.is_masked(values):
        raise ValueError(f"{name} must be real numbers, and some are masked: fill them in, or leave them out")
    if array.dtype.kind not in "buif":
        kind = {"c": "complex numbers", "U": "text", "S": "bytes"}.get(array.dtype.kind, f"{array.dtype} values")
        raise ValueError(f"{name} must be real numbers, got {kind}")
    return array.astype(np.float64, copy=False)


def _detached(tensor: Any) -> Any:
    """The tensor where numpy can read it, in double precision when it is one of fractions."""
    return (tensor.double() if tensor.is_floating_point() else tensor).detach().cpu()


def whole_number(name: str, value: Any, least: int = 1) -> int:
    """`value` as an int; `name` is what the message calls it. Raises ValueError unless it is whole and at least
    `least`.
    """
    try:
        number = operator.index(value)
    except (TypeError, np.ma.MaskError):
        number = None
    if isinstance(value, (bool, np.bool_)) or number is None or number < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def is_prime(number: int) -> bool:
    """Whether a number below 2^64 is prime (Miller and Rabin; these bases leave no doubt below 3.3 * 10^24)."""
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if number < 2 or any(number % base == 0 for base in bases):
        return number in bases
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True
