"""What an answer gave: as one number whatever it is wrapped in, as a reader would type it, and all that is seen."""

import contextlib
import io
from collections.abc import Callable
from typing import Any

FEW = 6  # numbers of a list that are shown


def as_number(value: Any) -> float | None:
    """The value as a float when it is one real number: also a fraction, a tensor, or an array that holds one; else
    None.
    """
    if isinstance(value, str | bytes | complex):
        return None
    try:
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def shown(value: Any) -> str:
    """The value as a reader would type it: numpy's numbers as numbers, at most six digits, at most six of a list."""
    if value is None:
        return "None (is a `return` missing?)"
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        parts = ", ".join(map(shown, value[:FEW])) + (f", ... ({len(value):,} in all)" if len(value) > FEW else "")
        return f"[{parts}]" if isinstance(value, list) else f"({parts}{',' * (len(value) == 1)})"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    return repr(value) if len(repr(value)) < 60 else f"a {type(value).__name__}"


def seen(call: Callable, *arguments: Any) -> tuple[Any, str]:
    """What a call returns, and what else an onlooker sees of it: the kind of value, and all that is printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        value = call(*arguments)
    kind, shape = type(value).__name__, getattr(value, "shape", ())
    said = printed.getvalue().strip().replace("\n", " ")
    return value, kind + (f" of shape {tuple(shape)}" if shape else "") + (f", printing {said!r}" if said else "")
