"""What a function is given, looked at first: numbers that are numbers, or one sentence that says what to give instead."""
import numpy as np


def real_numbers(name, values):
    """`values` as a float64 array; `name` is what the message calls it.

    Raises ValueError for text, objects, complex numbers and rows of unequal length. NaN and infinity are let through.
    """
    try:
        array = np.asarray(values)
    except ValueError:  # numpy makes no array of rows of unequal length
        raise ValueError(f"{name} must be an array of numbers, got rows of unequal length") from None
    if array.dtype.kind not in "buif":
        kind = {"c": "complex numbers", "U": "text", "S": "bytes"}.get(array.dtype.kind, f"{array.dtype} values")
        raise ValueError(f"{name} must be real numbers, got {kind}")
    return array.astype(np.float64, copy=False)


def whole_number(name, value, least=1):
    """`value` as an int; `name` is what the message calls it. Raises ValueError unless it is whole and at least `least`."""
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__") or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)
