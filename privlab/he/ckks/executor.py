"""What a server does: it runs a circuit on ciphertexts with public keys only."""

from collections.abc import Iterable
from math import isclose
from typing import Any, Protocol

from privlab.he.circuits.evaluators import Evaluator, levels
from privlab.he.circuits.ir import Circuit, Node
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.server import Server


class Ciphertexts(Protocol):
    """The ciphertexts of a circuit's inputs by name: a dict, or what reads them from files when they are needed."""

    def __getitem__(self, name: str, /) -> Any:
        """The ciphertext of one input. Raises KeyError where there is none."""


class Executor(Evaluator):
    """Runs circuits on ciphertexts: `Executor(server).evaluate(circuit, ciphertexts)`."""

    def __init__(self, server: Server):
        self.server, self.parameters = server, server.parameters

    def evaluate(self, circuit: Circuit, ciphertexts: Ciphertexts) -> list[Any]:
        """The outputs' ciphertexts.

        Raises ValueError past the depth, and where a ciphertext is missing, belongs to other parameters, has not the
        level or scale that the circuit counts on, or a rotation key is missing.
        """
        self.prepare(circuit, ciphertexts)
        return self.walk(circuit)

    def prepare(self, circuit: Circuit, ciphertexts: Ciphertexts) -> None:
        """After it `step` works out nodes of `circuit`. Raises ValueError as `evaluate`."""
        self.ciphertexts, self.at = ciphertexts, levels_for(self.parameters, circuit)
        self.sums, self.unfinished = unfinished(circuit, self.at)

    def step(self, node: Node, *arguments: Any) -> Any:
        """A product is finished (relinearised and rescaled) at once, a sum of products once for all of them."""
        result = super().step(node, *arguments)
        product = node.operation == "multiply" or node.index in self.sums
        if product and node.index not in self.unfinished:
            return self.server.finish(result, self.at[node.index])
        return result

    def input(self, node: Node) -> Any:
        try:
            cipher = self.ciphertexts[node.detail]
        except KeyError:
            raise ValueError(f"there is no ciphertext for the input {node.detail}: encrypt it first") from None
        level = self.server.level(cipher)
        if level < self.at[node.index] or cipher.size() != 2:
            raise ValueError(
                f"the input {node.detail} lies at level {level} in {cipher.size()} parts, the circuit needs level "
                f"{self.at[node.index]} and two: encrypt it anew, with `encrypt` for this circuit"
            )
        if not isclose(cipher.scale, self.parameters.scales[level], rel_tol=1e-9):
            raise ValueError(
                f"the input {node.detail} has the scale {cipher.scale:.4g}, level {level} has "
                f"{self.parameters.scales[level]:.4g}: the result would be off by that factor"
            )
        return cipher

    def add(self, node: Node, a: Any, b: Any) -> Any:
        return self.server.add(*self._aligned(node, a, b))

    def subtract(self, node: Node, a: Any, b: Any) -> Any:
        return self.server.subtract(*self._aligned(node, a, b))

    def _aligned(self, node: Node, *ciphers: Any) -> Iterable[Any]:
        if node.index in self.sums:
            return ciphers
        return (self.server.lower(cipher, self.at[node.index]) for cipher in ciphers)

    def negate(self, node: Node, a: Any) -> Any:
        return self.server.negate(a, self.at[node.index])

    def multiply(self, node: Node, a: Any, b: Any) -> Any:
        return self.server.multiply(a, b, self.at[node.index])

    def add_plain(self, node: Node, a: Any) -> Any:
        return self.server.add_plain(a, node.detail, self.at[node.index])

    def multiply_plain(self, node: Node, a: Any) -> Any:
        return self.server.multiply_plain(a, node.detail, self.at[node.index])

    def rotate(self, node: Node, a: Any) -> Any:
        return self.server.rotate(a, node.detail, level=self.at[node.index])


def levels_for(parameters: Parameters, circuit: Circuit) -> list[int]:
    """The level of each node, as `levels`. Raises ValueError when the circuit is too deep or has too many slots."""
    at = levels(circuit)
    if max(at) > parameters.depth:
        raise ValueError(
            f"the circuit has depth {max(at)}, the parameters last for {parameters.depth}: choose "
            "deeper ones, let the client refresh a value half-way, or find a flatter circuit"
        )
    if circuit.size > parameters.ring // 2:
        raise ValueError(
            f"the circuit needs {circuit.size} slots, ring {parameters.ring} has "
            f"{parameters.ring // 2}: take a larger ring or smaller matrices"
        )
    return at


def unfinished(circuit: Circuit, at: list[int]) -> tuple[set[int], set[int]]:
    """Two sets of nodes: sums of products added before they are finished, and what is kept unfinished for them.

    A product is kept so only if every reader is such a sum, and a sum is one only if both its terms are kept.
    at  the level of each node.
    """
    readers: list[set[int]] = [set() for _ in circuit.nodes]
    for node in circuit.nodes:
        for argument in node.arguments:
            readers[argument].add(node.index)
    products = {node.index for node in circuit.nodes if node.operation == "multiply"}
    sums = {node.index for node in circuit.nodes if node.operation in ("add", "subtract")}
    while True:
        kept = {index for index in (products | sums) - set(circuit.outputs) if readers[index] <= sums}
        left = {
            index
            for index in sums
            if all(term in kept and at[term] == at[index] for term in circuit.nodes[index].arguments)
        }
        if left == sums:
            return sums, kept
        sums = left
