"""Circuits: additions, multiplications and rotations, and nothing else (lesson 31)."""

import json
import os
import pathlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.validation import real_numbers

FORMAT = "privlab circuit 1"  # stands in every file that holds a circuit


@dataclass(frozen=True)
class Node:
    """One operation of a circuit.

    index  its position among the nodes.
    operation  "input", "add", "subtract", "negate", "multiply", "add_plain", "multiply_plain" or "rotate".
    arguments  the indices of the nodes it reads, all before its own.
    detail  the name of an input, the plain number or vector, or how many slots a rotation moves to the left.
    """

    index: int
    operation: str
    arguments: tuple[int, ...] = ()
    detail: Any = None


class Packing(Protocol):
    """How the numbers of an input or a result lie in slots; `Vector`, or a layout of linear algebra."""

    @property
    def slots(self) -> int:
        """How many slots it takes."""

    def pack(self, numbers: ArrayLike, size: int) -> Floats:
        """The slots [size] that hold the numbers. Raises ValueError for another shape."""

    def unpack(self, slots: Floats) -> Floats:
        """The numbers that lie in the slots."""


@dataclass(frozen=True)
class Vector:
    """The packing of a plain vector: entry i lies in slot i, zeros fill up to a power of two, and all that repeats.

    length  how many numbers, or None for a single one without a shape, which lies in every slot.
    """

    length: int | None

    @property
    def slots(self) -> int:
        """How many slots it takes before it repeats."""
        return 1 if self.length is None else power_of_two(self.length) if self.length > 0 else 0

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the numbers that it holds."""
        return () if self.length is None else (self.length,)

    def pack(self, numbers: ArrayLike, size: int) -> Floats:
        """The slots [size] that hold the numbers [length]. Raises ValueError for another length."""
        numbers = real_numbers("the numbers", numbers)
        if numbers.shape != self.shape:
            raise ValueError(f"expected a vector of {self.length} numbers, got the shape {numbers.shape}")
        return np.tile(np.pad(np.atleast_1d(numbers), (0, self.slots - numbers.size)), size // self.slots)

    def unpack(self, slots: Floats) -> Floats:
        """The numbers [length] that lie in the slots."""
        return slots[0] if self.length is None else slots[: self.length]


@dataclass(frozen=True, eq=False)
class Circuit:
    """An immutable circuit, which the evaluators run; `draw` of `privlab.he.circuits` draws it.

    nodes  arguments before what reads them, every node used.
    outputs  indices of the nodes that are the result.
    layouts  from the name of an input to how it lies in the slots.    size  slots of every value, a power of two.
    packings  how each output lies in the slots.    several  whether the traced function returned a list.
    """

    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    layouts: Mapping[str, Packing]
    size: int
    packings: tuple[Packing, ...]
    several: bool = False

    def __post_init__(self):
        object.__setattr__(self, "layouts", MappingProxyType(dict(self.layouts)))

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is pickled and copied, with the layouts as a dict, since a view of one is not."""
        return Circuit, (self.nodes, self.outputs, dict(self.layouts), self.size, self.packings, self.several)

    @property
    def inputs(self) -> list[Node]:
        """The nodes that are inputs."""
        return [node for node in self.nodes if node.operation == "input"]

    def last_readers(self) -> dict[int, int]:
        """From the index of each node that is read to that of the last node that reads it."""
        return {argument: node.index for node in self.nodes for argument in node.arguments}

    def pack(self, values: Mapping[str, Any]) -> dict[str, Floats]:
        """From each input's name to its slots [size].

        Raises TypeError for missing, ValueError for misshaped values.
        """
        if not isinstance(values, Mapping):
            raise TypeError(f"the values of a circuit are given by name, as in dict({next(iter(self.layouts))}=...)")
        named = dict(pair for name, given in values.items() for pair in flat(name, given, self.layouts))
        if named.keys() != self.layouts.keys():
            raise TypeError(f"this circuit takes {', '.join(self.layouts)}; got {', '.join(named) or 'nothing'}")
        return {name: layout.pack(named[name], self.size) for name, layout in self.layouts.items()}

    def unpack(self, slots: Sequence[Floats]) -> Any:
        """The result in the shape that the traced function gave it, from the slots [size] of each output."""
        numbers = [packing.unpack(output) for packing, output in zip(self.packings, slots)]
        return numbers if self.several else numbers[0]

    def save(self, path: str | os.PathLike) -> None:
        """Writes the circuit to a file that `load` of `privlab.he` reads; the file is there whole or not at all."""
        path = pathlib.Path(path)
        nodes = [
            (node.operation, node.arguments, None if isinstance(node.detail, np.ndarray) else node.detail)
            for node in self.nodes
        ]
        text = {
            "format": FORMAT,
            "size": self.size,
            "nodes": nodes,
            "outputs": self.outputs,
            "layouts": {name: asdict(layout) for name, layout in self.layouts.items()},  # type: ignore[call-overload]
            "packings": [asdict(packing) for packing in self.packings],  # type: ignore[call-overload]
            "several": self.several,
        }
        details: dict[str, Any] = {
            f"d{node.index}": node.detail for node in self.nodes if isinstance(node.detail, np.ndarray)
        }
        partial = path.with_name(path.name + ".partial")
        with open(partial, "wb") as file:
            np.savez_compressed(file, circuit=np.frombuffer(json.dumps(text).encode(), dtype=np.uint8), **details)
        partial.replace(path)

    def with_fewer_keys(self, dropped: Collection[int]) -> "Circuit":
        """The same circuit without the rotations by `dropped` steps: each is made of two by half, whose key there is.

        Fewer keys to make, send and hold, for more rotations. Raises ValueError where half is dropped as well, or odd.
        """
        wrong = [steps for steps in dropped if steps % 2 or steps // 2 in dropped]
        if wrong:
            raise ValueError(f"a rotation by {wrong[0]} cannot be made of two by half of it here")
        nodes: list[Node] = []
        moved: dict[int, int] = {}  # from an old index to the new one
        for node in self.nodes:
            arguments, detail = tuple(moved[argument] for argument in node.arguments), node.detail
            if node.operation == "rotate" and detail in dropped:
                detail //= 2
                nodes.append(Node(len(nodes), "rotate", arguments, detail))
                arguments = (len(nodes) - 1,)
            moved[node.index] = len(nodes)
            nodes.append(Node(len(nodes), node.operation, arguments, detail))
        outputs = tuple(moved[output] for output in self.outputs)
        return Circuit(tuple(nodes), outputs, self.layouts, self.size, self.packings, self.several)


def power_of_two(number: int) -> int:
    """The smallest power of two that is at least `number`."""
    return 1 << (number - 1).bit_length()


def flat(name: str, given: Any, whole: Collection[str] = ()) -> list[tuple[str, Any]]:
    """Pairs (name, value): one, or one for each of a list, named name[0], name[1], ...; lists in `whole` stay whole."""
    if isinstance(given, list | tuple) and name not in whole:
        return [pair for number, part in enumerate(given) for pair in flat(f"{name}[{number}]", part, whole)]
    return [(name, given)]
