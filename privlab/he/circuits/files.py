"""Circuits in files: `circuit.save(file)` writes one, `load(file)` reads it. Nothing in the file is ever run."""

import json
import os
import pathlib
from typing import Any

import numpy as np

from privlab.he.circuits.ir import FORMAT, Circuit, Node, Packing, Vector
from privlab.he.circuits.linear_algebra import Layout

ARGUMENTS = dict(
    input=0, add=2, subtract=2, multiply=2, negate=1, add_plain=1, multiply_plain=1, rotate=1
)  # how many nodes each operation reads
MOST_SLOTS = 1 << 17


def load(path: str | os.PathLike) -> Circuit:
    """The circuit in a file that `Circuit.save` wrote.

    Raises FileNotFoundError where there is none, ValueError when it was cut short or changed or holds no circuit.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path.name}: save the circuit first, with circuit.save")
    try:
        with np.load(path, allow_pickle=False) as stored:
            text = json.loads(bytes(stored["circuit"]))
            details = {int(name[1:]): stored[name] for name in stored.files if name != "circuit"}
        return _circuit(text, details)
    except Exception:  # whatever else the file holds
        raise ValueError(f"{path.name} holds no circuit, or was cut short or changed: ask for it again") from None


def _circuit(text: Any, details: dict[int, Any]) -> Circuit:
    """The circuit of what a file says. Raises an exception of some kind where it says anything else."""
    size = text["size"]
    _insist(text["format"] == FORMAT and isinstance(size, int) and 0 < size <= MOST_SLOTS and not size & size - 1)
    layouts = {str(name): _packing(given, size) for name, given in text["layouts"].items()}
    nodes: list[Node] = []
    for index, (operation, arguments, detail) in enumerate(text["nodes"]):
        _insist(len(arguments) == ARGUMENTS[operation])
        _insist(all(type(argument) is int and 0 <= argument < index for argument in arguments))
        detail = details.pop(index, detail)
        if isinstance(detail, np.ndarray):
            _insist(detail.shape == (size,) and detail.dtype == np.float64)
            detail.setflags(write=False)
        if operation.endswith("_plain"):
            _insist(type(detail) in (float, np.ndarray) and bool(np.isfinite(detail).all()))
        elif operation == "rotate":
            _insist(type(detail) is int and 0 < detail < size)
        elif operation == "input":
            _insist(detail in layouts)
        else:
            _insist(detail is None)
        nodes.append(Node(index, operation, tuple(arguments), detail))
    names = [node.detail for node in nodes if node.operation == "input"]
    outputs, packings = tuple(text["outputs"]), tuple(_packing(given, size) for given in text["packings"])
    _insist(len(set(names)) == len(names) and not details and len(outputs) == len(packings) > 0)
    _insist(all(type(output) is int and 0 <= output < len(nodes) for output in outputs))
    _insist(type(text["several"]) is bool and (text["several"] or len(outputs) == 1))
    return Circuit(tuple(nodes), outputs, layouts, size, packings, text["several"])


def _packing(given: Any, size: int) -> Packing:
    length = given.get("length")
    _insist(length is None or type(length) is int)
    packing = Vector(length) if given.keys() == {"length"} else Layout(**given)
    _insist(0 < packing.slots <= size)
    return packing


def _insist(holds: bool) -> None:
    if not holds:
        raise ValueError
