"""What runs a circuit without encryption: each has a method for each operation, so all are interchangeable."""

from collections import Counter
from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.circuits.ir import Circuit, Node


class Evaluator:
    """Walks through a circuit; a subclass says what each operation makes of what the operations before it made.

    The methods `input(node)`, `add(node, a, b)`, `subtract(node, a, b)`, `negate(node, a)`, `multiply(node, a, b)`,
    `add_plain(node, a)`, `multiply_plain(node, a)` and `rotate(node, a)` return a new result and change none.
    """

    def walk(self, circuit: Circuit) -> list[Any]:
        """The results of the outputs, in order; what no later operation reads is forgotten on the way."""
        last = circuit.last_readers()
        results: dict[int, Any] = {}
        for node in circuit.nodes:
            results[node.index] = self.step(node, *(results[argument] for argument in node.arguments))
            for argument in set(node.arguments):
                if last[argument] == node.index and argument not in circuit.outputs:
                    del results[argument]
        return [results[output] for output in circuit.outputs]

    def step(self, node: Node, *arguments: Any) -> Any:
        """The result of one node, whose method has the operation's name."""
        return getattr(self, node.operation)(node, *arguments)


class Plain(Evaluator):
    """Runs a circuit in the clear: `Plain()(circuit, x=[...])` is the result in float64."""

    def __call__(self, circuit: Circuit, **values: Any) -> Any:
        self.values = circuit.pack(values)
        return circuit.unpack(self.walk(circuit))

    def input(self, node: Node) -> Floats:
        return self.values[node.detail]

    def add(self, node: Node, a: Floats, b: Floats) -> Floats:
        return a + b

    def subtract(self, node: Node, a: Floats, b: Floats) -> Floats:
        return a - b

    def negate(self, node: Node, a: Floats) -> Floats:
        return -a

    def multiply(self, node: Node, a: Floats, b: Floats) -> Floats:
        return a * b

    def add_plain(self, node: Node, a: Floats) -> Floats:
        return a + node.detail

    def multiply_plain(self, node: Node, a: Floats) -> Floats:
        return a * node.detail

    def rotate(self, node: Node, a: Floats) -> Floats:
        return np.roll(a, -node.detail)


class Depth(Evaluator):
    """Counts depth: `Depth()(circuit)` is the most multiplications, also by plain numbers, on any one path."""

    def __call__(self, circuit: Circuit) -> int:
        return max(self.walk(circuit))

    def by_node(self, circuit: Circuit) -> list[int]:
        """The depth of every node, in the order of the nodes."""
        depths: list[int] = []
        for node in circuit.nodes:
            depths.append(self.step(node, *(depths[argument] for argument in node.arguments)))
        return depths

    def input(self, node: Node) -> int:
        return 0

    def add(self, node: Node, *depths: int) -> int:
        return max(depths)

    subtract = negate = add_plain = rotate = add

    def multiply(self, node: Node, *depths: int) -> int:
        return max(depths) + 1

    multiply_plain = multiply


class Count(Evaluator):
    """Counts operations: `Count()(circuit)` is a dict from each operation to how often it occurs, inputs included."""

    def __call__(self, circuit: Circuit) -> dict[str, int]:
        self.counted: Counter[str] = Counter()
        self.walk(circuit)
        return dict(sorted(self.counted.items()))

    def input(self, node: Node, *_: None) -> None:
        self.counted[node.operation] += 1

    add = subtract = negate = multiply = add_plain = multiply_plain = rotate = input


class Rotations(Evaluator):
    """Which rotations occur: `Rotations()(circuit)` is the sorted list of steps, one rotation key for each."""

    def __call__(self, circuit: Circuit) -> list[int]:
        self.steps: set[int] = set()
        self.walk(circuit)
        return sorted(self.steps)

    def input(self, *_: Any) -> None:
        return None

    add = subtract = negate = multiply = add_plain = multiply_plain = input

    def rotate(self, node: Node, _: None) -> None:
        self.steps.add(node.detail)


def levels(circuit: Circuit) -> list[int]:
    """The level at which each node is worked out: as low as its readers allow, so that the outputs end at level 0.

    A level is one prime of the modulus; a multiplication uses one up, and everything costs less at a low level. An
    input is encrypted at the level where it is first used.
    """
    needed = [0] * len(circuit.nodes)
    for node in reversed(circuit.nodes):
        own = needed[node.index] + (node.operation in ("multiply", "multiply_plain"))
        for argument in node.arguments:
            needed[argument] = max(needed[argument], own)
    return needed


def width(circuit: Circuit) -> int:
    """The most products of ciphertexts that lie at one depth, and so could be worked out at the same time."""
    depths = Depth().by_node(circuit)
    products = Counter(depths[node.index] for node in circuit.nodes if node.operation == "multiply")
    return max(products.values(), default=0)
