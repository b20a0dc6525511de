"""Values in a verdict's words: as a reader would type them, and short."""

import numbers
from typing import Any

MOST = 80  # letters of one value


def pasted(value: Any) -> str:
    """A value as code that can be pasted: numpy's scalars as plain numbers, six digits, the middle of long ones cut."""
    text = _typed(value)
    return text if len(text) <= MOST else f"{text[: MOST // 2]} ... {text[-MOST // 4 :]}"


def _typed(value):
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(_typed, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' * (len(value) == 1)})"
    if isinstance(value, str | bytes | numbers.Number | None):
        return repr(value)
    if hasattr(value, "tolist") and getattr(value, "size", 99) <= 8:
        return f"{type(value).__name__} {_typed(value.tolist())}"
    if hasattr(value, "shape"):
        return f"{type(value).__name__} of the shape {tuple(value.shape)}"
    return " ".join(repr(value).split())
