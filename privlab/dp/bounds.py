"""Numbers that a guarantee cannot do without: positive and finite, or a sentence that says so."""
import math


def positive(name, value):
    """`value` itself, when it is a positive finite number; `name` is what the message calls it.

    Raises ValueError for zero, a negative number, infinity or not-a-number, TypeError for anything that is no number.
    """
    try:
        good = 0 < value < math.inf
    except TypeError:
        raise TypeError(f"{name} must be a positive number, got {value!r}") from None
    if not good:
        raise ValueError(f"{name} must be a positive finite number, got {value}")
    return value


def all_positive(**named):
    """None; as `positive` for several numbers at once, each called by its argument's name."""
    for name, value in named.items():
        positive(name.replace("_", " "), value)
