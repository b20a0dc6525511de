"""What an answer gave: as one number whatever it is wrapped in, as a reader would type it, and all that is seen."""

import io
import operator
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from privlab.lab.ways_out import written, written_since
from privlab.language import translate

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


def as_whole(value: Any) -> int | None:
    """The value as Python's own number when it is one whole number of any library; else None."""
    try:
        return None if isinstance(value, bool) else operator.index(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError, RuntimeError):
        return None


def listed(values: Iterable[Any]) -> str:
    """Values in words: "1", "1 and 2", "1, 2 and 3"."""
    *first, last = map(str, values)
    return translate("{first} and {last}", first=", ".join(first), last=last) if first else last


def shown(value: Any) -> str:
    """The value as a reader would type it: numpy's numbers as numbers, at most six digits, at most six of a list."""
    if value is None:
        return translate("None (is a `return` missing?)")
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        parts = ", ".join(map(shown, value[:FEW])) + (
            translate(", ... ({count:,} in all)", count=len(value)) if len(value) > FEW else ""
        )
        return f"[{parts}]" if isinstance(value, list) else f"({parts}{',' * (len(value) == 1)})"
    if isinstance(value, int) and value.bit_length() > 192:
        return translate("a whole number of {bits:,} bits", bits=value.bit_length())
    if callable(value):
        return translate("the function {name}", name=getattr(value, "__name__", type(value).__name__))
    said = " ".join(repr(value).split())
    return said if len(said) < 60 and " at 0x" not in said else translate("a {kind}", kind=type(value).__name__)


def seen(call: Callable, *arguments: Any) -> tuple[Any, str]:
    """What a call returns, and what else an onlooker sees of it: the kind of value, and all that is printed, also past
    Python's prints.
    """
    printed, streams, before = io.StringIO(), (sys.stdout, sys.stderr), written()
    sys.stdout = sys.stderr = printed  # two contexts of contextlib would cost more than most answers do
    try:
        value = call(*arguments)
    finally:
        sys.stdout, sys.stderr = streams
    said = (printed.getvalue() + written_since(before)).strip().replace("\n", " ")
    return value, form_of(value) + (translate(", printing {text!r}", text=said) if said else "")


def form_of(value: Any) -> str:
    """The kind of a value, with the numbers that an array holds and its shape: "ndarray of float64 of shape (2,)"."""
    kind, shape = type(value).__name__, getattr(value, "shape", ())
    numbers = str(getattr(value, "dtype", ""))
    form = (
        kind
        + (translate(" of {numbers}", numbers=numbers) if numbers not in ("", kind) else "")
        + (translate(" of shape {shape}", shape=tuple(shape)) if shape else "")
    )
    flags: Any = getattr(value, "flags", None)
    if shape and hasattr(flags, "writeable"):
        form += translate(", read-only") * (not flags.writeable)
        form += translate(", with strides {strides}", strides=value.strides) * (not flags.c_contiguous)
    return form


def all_seen(call: Callable, *arguments: Any) -> tuple[Any, str]:
    """What `seen` gives, with what the value carries along."""
    value, form = seen(call, *arguments)
    if type(value).__module__ in ("builtins", "numpy") and not getattr(value, "shape", ()):
        return value, form  # plain numbers, of which a check asks many
    attached = carried(value)
    return value, form + (translate(", carrying {names}", names=named(attached)) if attached else "")


def tells(call: Callable, *inputs: tuple) -> str | None:
    """What differs beside the results of calls that must look alike, in words; None where nothing does.

    inputs : the arguments of each call. Kinds, prints and attributes are looked at, of what is returned and, where that
        is a few things, of each.
    """
    looks: dict[tuple, str] = {}
    for given in inputs:
        value, form = seen(call, *given)
        parts = [value, *value] if isinstance(value, tuple | list) and len(value) < FEW else [value]
        beside = [{name: held for name, held in carried(part).items() if name != "base"} for part in parts]
        said = "".join(translate(", carrying {names}", names=named(held)) for held in beside if held)
        looks.setdefault((form, tuple(map(form_of, parts)), _shows(beside)), form + said)
    first, *others = looks.values()
    if not others:
        return None
    return translate("one call gave {one}, another {other}", one=_cut(first), other=_cut(others[0]))


def words_of(error: BaseException) -> str:
    """All that can be read in an exception: its words, arguments, notes and attributes, and those of its causes."""
    said: list[str] = []
    step: BaseException | None = error
    while step is not None and len(said) < 10:
        said.append(f"{step} {step.args} {vars(step)}")
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return " ".join(said)


def _cut(text):
    return text if len(text) <= 100 else f"{text[:97]}..."


def carried(value: Any) -> dict[str, Any]:
    """What a value carries along beside what it is: attributes of its own, those of a class made for it, and the array
    of which it is a part.
    """
    found = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        if kind.__module__ == "builtins":
            continue  # some of Python's own kinds, such as generators, have no name there
        if kind.__module__ == "__main__" or not hasattr(sys.modules.get(kind.__module__), kind.__qualname__):
            found |= {name: held for name, held in vars(kind).items() if not (name[:2] == "__" or callable(held))}
            found |= {name: getattr(value, name) for name in _slots(kind) if hasattr(value, name)}
    metadata = getattr(getattr(value, "dtype", None), "metadata", None)
    if metadata:
        found["dtype.metadata"] = dict(metadata)
    base = getattr(value, "base", None)
    if base is not None and getattr(base, "nbytes", 0) > value.nbytes:
        found["base"] = base
    return found


def named(held: dict[str, Any]) -> str:
    """Names and what they stand for, as a reader would type them."""
    return ", ".join(f"{name} = {shown(value)}" for name, value in held.items())


def _slots(kind):
    slots = vars(kind).get("__slots__", ())
    return [slots] if isinstance(slots, str) else slots


def visible(value: Any) -> tuple:
    """All that can be read from a value: two values that are alike in this cannot be told apart by looking at them."""
    kind = type(value)
    if isinstance(value, dict):
        parts = tuple((visible(key), visible(held)) for key, held in value.items())
    else:
        parts = tuple(map(visible, value)) if isinstance(value, list | tuple | set | frozenset) else ()
    carrying = tuple((name, _shows(held)) for name, held in carried(value).items())
    looks = "" if parts else f"{_shows(value)}{getattr(value, 'dtype', '')}{getattr(value, 'flags', '')}"
    return f"{kind.__module__}.{kind.__qualname__}", looks, parts, carrying


def _shows(value):
    """How a value shows itself, but for its place in memory."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(value))


def own(function: Callable) -> Callable:
    """The reader's function as it was written, decorators and all, without the watch that a check keeps over it."""
    return getattr(function, "watched", function)


def layers(function: Callable) -> Iterator[Callable]:
    """The reader's function, and what each of its decorators says that it wraps, the outermost first."""
    seen: set[int] = set()
    layer: Callable | None = own(function)
    while layer is not None and id(layer) not in seen:
        seen.add(id(layer))
        yield layer
        layer = getattr(layer, "__wrapped__", None)


def kept(function: Callable) -> tuple:
    """What a function keeps from call to call, as `visible` shows it now: its attributes and defaults, what it encloses
    and the global names that it uses, but for modules, classes and functions; and what its decorators keep.
    """
    values: list[Any] = []
    for layer in layers(function):
        code = getattr(layer, "__code__", None)
        scope = getattr(layer, "__globals__", {})
        values += [*getattr(layer, "__dict__", {}).values(), *(getattr(layer, "__defaults__", None) or ())]
        values += enclosed(layer)
        values += [scope[name] for name in (code.co_names if code else ()) if name in scope]
    return visible([value for value in values if not (callable(value) or isinstance(value, types.ModuleType))])


def enclosed(function: Callable) -> list[Any]:
    """What a function's closure holds, but for cells that are empty still."""
    return [cell.cell_contents for cell in getattr(function, "__closure__", None) or () if cell != types.CellType()]
