"""Circuits: additions, multiplications and rotations, and nothing else (lesson 31)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats


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
    """How the numbers of an input lie in slots, of which it takes `slots`; `Vector`, or a layout of linear algebra."""

    @property
    def slots(self) -> int:
        """How many slots it takes."""

    def pack(self, numbers: ArrayLike, size: int) -> Floats:
        """The slots [size] that hold the numbers. Raises ValueError for another shape."""

    def unpack(self, slots: Floats) -> Floats:
        """The numbers that lie in the slots."""

    def wrap(self, value: Any) -> Any:
        """What a traced function works with."""


@dataclass(frozen=True)
class Vector:
    """The packing of a plain vector: entry i lies in slot i."""

    length: int

    @property
    def slots(self) -> int:
        """How many slots it takes."""
        return self.length

    def pack(self, numbers: ArrayLike, size: int) -> Floats:
        """The slots [size] that hold the numbers [length], zeros after them. Raises ValueError for another length."""
        numbers = np.asarray(numbers, dtype=float)
        if numbers.shape != (self.length,):
            raise ValueError(f"expected a vector of {self.length} numbers, got the shape {numbers.shape}")
        return np.concatenate([numbers, np.zeros(size - self.length)])

    def unpack(self, slots: Floats) -> Floats:
        """The numbers [length] that lie in the slots."""
        return slots[: self.length]

    def wrap(self, value: Any) -> Any:
        """What a traced function works with: here the value itself."""
        return value


@dataclass(frozen=True, eq=False)
class Circuit:
    """An immutable circuit, which the evaluators run; `draw` of `privlab.he.circuits` draws it.

    nodes  arguments before what reads them, every node used.
    outputs  indices of the nodes that are the result.
    layouts  from the name of an input to how it lies in the slots.    size  slots of every value, a power of two.
    reader  function from the outputs' slots to the result in the shape that the traced function gave it.
    """

    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    layouts: Mapping[str, Packing]
    size: int
    reader: Callable[[list[Floats]], Any] = field(repr=False)

    def __post_init__(self):
        object.__setattr__(self, "layouts", MappingProxyType(dict(self.layouts)))

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
        named = dict(pair for name, given in values.items() for pair in flat(name, given, self.layouts))
        if named.keys() != self.layouts.keys():
            raise TypeError(f"this circuit takes {', '.join(self.layouts)}; got {', '.join(named) or 'nothing'}")
        return {name: layout.pack(named[name], self.size) for name, layout in self.layouts.items()}

    def unpack(self, slots: Sequence[Floats]) -> Any:
        """The result in the shape that the traced function gave it, from the slots [size] of each output."""
        return self.reader(list(slots))

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
        return Circuit(tuple(nodes), outputs, self.layouts, self.size, self.reader)


def power_of_two(number: int) -> int:
    """The smallest power of two that is at least `number`."""
    return 1 << (number - 1).bit_length()


def flat(name: str, given: Any, whole: Collection[str] = ()) -> list[tuple[str, Any]]:
    """Pairs (name, value): one, or one for each of a list, named name[0], name[1], ...; lists in `whole` stay whole."""
    if isinstance(given, list | tuple) and name not in whole:
        return [pair for number, part in enumerate(given) for pair in flat(f"{name}[{number}]", part, whole)]
    return [(name, given)]
