"""Circuits: additions, multiplications and rotations, and nothing else (lesson 31)."""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np


@dataclass(frozen=True)
class Node:
    """One operation of a circuit.

    place : int, its position among the nodes.
    operation : "input", "add", "subtract", "negate", "multiply", "add_plain", "multiply_plain" or "rotate".
    arguments : tuple of int, the places of the nodes it reads, all before its own.
    detail : the name of an input, the plain number or vector, or how many slots a rotation moves to the left.
    """

    place: int
    operation: str
    arguments: tuple = ()
    detail: object = None


@dataclass(frozen=True)
class Vector:
    """The layout of a plain vector: entry i lies in slot i. `length` is how many entries it has."""

    length: int

    @property
    def slots(self):
        """How many slots it takes."""
        return self.length

    def pack(self, entries, size):
        """The slots [size] that hold `entries` [length], zeros after them. Raises ValueError for another length."""
        entries = np.asarray(entries, dtype=float)
        if entries.shape != (self.length,):
            raise ValueError(f"expected a vector of {self.length} numbers, got the shape {entries.shape}")
        return np.concatenate([entries, np.zeros(size - self.length)])

    def unpack(self, slots):
        """The entries [length] that lie in `slots`."""
        return slots[: self.length]

    def wrap(self, value):
        """What a traced function works with: here the value itself."""
        return value


@dataclass(frozen=True, eq=False)
class Circuit:
    """An immutable circuit. `circuit.draw()` draws it; the evaluators run it.

    nodes : tuple of `Node`, arguments before what reads them, every node used.
    outputs : tuple of int, places of the nodes that are the result.
    layouts : dict from the name of an input to its layout. size : int, slots of every value, a power of two.
    reader : function from the outputs' slots to the result in the shape that the traced function gave it.
    """

    nodes: tuple
    outputs: tuple
    layouts: dict
    size: int
    reader: object = field(repr=False)

    def __post_init__(self):
        object.__setattr__(self, "layouts", MappingProxyType(dict(self.layouts)))

    def pack(self, values):
        """A dict from each input's name to its slots [size]. Raises TypeError for missing, ValueError for misshaped
        values.
        """
        named = dict(pair for name, given in values.items() for pair in flat(name, given, self.layouts))
        if named.keys() != self.layouts.keys():
            raise TypeError(f"this circuit takes {', '.join(self.layouts)}; got {', '.join(named) or 'nothing'}")
        return {name: layout.pack(named[name], self.size) for name, layout in self.layouts.items()}

    def unpack(self, slots):
        """The result in the shape that the traced function gave it; slots : list of [size], one for each output."""
        return self.reader(list(slots))

    def with_fewer_keys(self, dropped):
        """The same circuit without the rotations by `dropped` (steps): each becomes two by half, of which there is a
        key.

        Fewer keys to make, send and hold, for more rotations. Raises ValueError where half is dropped as well, or odd.
        """
        wrong = [steps for steps in dropped if steps % 2 or steps // 2 in dropped]
        if wrong:
            raise ValueError(f"a rotation by {wrong[0]} cannot be made of two by half of it here")
        nodes, places = [], {}
        for node in self.nodes:
            arguments, detail = tuple(places[each] for each in node.arguments), node.detail
            if node.operation == "rotate" and detail in dropped:
                detail //= 2
                nodes.append(Node(len(nodes), "rotate", arguments, detail))
                arguments = (len(nodes) - 1,)
            places[node.place] = len(nodes)
            nodes.append(Node(len(nodes), node.operation, arguments, detail))
        return Circuit(tuple(nodes), tuple(places[each] for each in self.outputs), self.layouts, self.size, self.reader)

    def draw(self, axes=None):
        """The circuit from left to right by depth, multiplications filled: a `Drawing`, which a notebook shows.

        axes : where to draw it instead; then what comes back is the line of its numbers.
        """
        from privlab.he.circuits.drawing import draw_circuit, drawing

        return drawing(self) if axes is None else draw_circuit(axes, self)


def flat(name, given, whole=()):
    """Pairs (name, value): one, or one for each of a list, named name[0], name[1], ... `whole`: names not taken apart."""
    if isinstance(given, list | tuple) and name not in whole:
        return [pair for place, each in enumerate(given) for pair in flat(f"{name}[{place}]", each, whole)]
    return [(name, given)]
