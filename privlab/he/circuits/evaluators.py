"""What runs a circuit without encryption: each evaluator has one method for an operation, so all are interchangeable."""

from collections import Counter

import numpy as np


class Evaluator:
    """Walks through a circuit; a subclass says what each operation makes of what the operations before it made.

    The methods `input(node)`, `add(node, a, b)`, `subtract(node, a, b)`, `negate(node, a)`, `multiply(node, a, b)`,
    `add_plain(node, a)`, `multiply_plain(node, a)` and `rotate(node, a)` return a new result and change none.
    """

    def walk(self, circuit):
        """The results of the outputs, in order; yields nothing and forgets what no later operation reads."""
        last = {each: node.place for node in circuit.nodes for each in node.arguments}
        results = {}
        for node in circuit.nodes:
            results[node.place] = self.step(node, *(results[each] for each in node.arguments))
            for each in set(node.arguments):
                if last[each] == node.place and each not in circuit.outputs:
                    del results[each]
        return [results[each] for each in circuit.outputs]

    def step(self, node, *arguments):
        """The result of one node, whose method has the operation's name."""
        return getattr(self, node.operation)(node, *arguments)


class Plain(Evaluator):
    """Runs a circuit in the clear: `Plain()(circuit, x=[...])` is the result in float64."""

    def __call__(self, circuit, **values):
        self.values = circuit.pack(values)
        return circuit.unpack(self.walk(circuit))

    def input(self, node):
        return self.values[node.detail]

    def add(self, node, a, b):
        return a + b

    def subtract(self, node, a, b):
        return a - b

    def negate(self, node, a):
        return -a

    def multiply(self, node, a, b):
        return a * b

    def add_plain(self, node, a):
        return a + node.detail

    def multiply_plain(self, node, a):
        return a * node.detail

    def rotate(self, node, a):
        return np.roll(a, -node.detail)


class Depth(Evaluator):
    """Counts depth: `Depth()(circuit)` is the most multiplications, by ciphertexts or plain numbers, on any one path."""

    def __call__(self, circuit):
        return max(self.walk(circuit))

    def places(self, circuit):
        """The depth of every node, a list in the order of the nodes."""
        depths = []
        for node in circuit.nodes:
            depths.append(self.step(node, *(depths[each] for each in node.arguments)))
        return depths

    def input(self, node):
        return 0

    def add(self, node, *arguments):
        return max(arguments)

    subtract = negate = add_plain = rotate = add

    def multiply(self, node, *arguments):
        return max(arguments) + 1

    multiply_plain = multiply


class Count(Evaluator):
    """Counts operations: `Count()(circuit)` is a dict from each operation to how often it occurs, inputs included."""

    def __call__(self, circuit):
        self.counted = Counter()
        self.walk(circuit)
        return dict(sorted(self.counted.items()))

    def input(self, node, *_):
        self.counted[node.operation] += 1

    add = subtract = negate = multiply = add_plain = multiply_plain = rotate = input


class Rotations(Evaluator):
    """Which rotations occur: `Rotations()(circuit)` is the sorted list of steps, one rotation key for each."""

    def __call__(self, circuit):
        self.steps = set()
        self.walk(circuit)
        return sorted(self.steps)

    def input(self, *_):
        return None

    add = subtract = negate = multiply = add_plain = multiply_plain = input

    def rotate(self, node, _):
        self.steps.add(node.detail)


def levels(circuit):
    """The level at which each node is worked out, a list: as low as its readers allow, so that the outputs end at level
    0.

    A level is one prime of the modulus; a multiplication uses one up, and everything costs less at a low level. An
    input is encrypted at the level where it is first used.
    """
    needed = [0] * len(circuit.nodes)
    for node in reversed(circuit.nodes):
        own = needed[node.place] + (node.operation in ("multiply", "multiply_plain"))
        for each in node.arguments:
            needed[each] = max(needed[each], own)
    return needed


def width(circuit):
    """The most products of ciphertexts that lie at one depth, and so could be worked out at the same time."""
    places = Depth().places(circuit)
    return max(
        Counter(places[node.place] for node in circuit.nodes if node.operation == "multiply").values(), default=0
    )
