"""What a server does: it runs a circuit on ciphertexts with public keys only."""

from math import isclose

from privlab.he.circuits.evaluators import Evaluator, levels


class Executor(Evaluator):
    """Runs circuits on ciphertexts: `Executor(server).evaluate(circuit, ciphertexts)`. server : `Server`."""

    def __init__(self, server):
        self.server, self.parameters = server, server.parameters

    def evaluate(self, circuit, ciphertexts):
        """The list of the outputs' ciphertexts. ciphertexts : dict from the name of each input to its ciphertext.

        Raises ValueError past the depth, and where a ciphertext is missing, belongs to other parameters, has not the
        level or scale that the circuit counts on, or a rotation key is missing.
        """
        self.prepare(circuit, ciphertexts)
        return self.walk(circuit)

    def prepare(self, circuit, ciphertexts):
        """None; after it `step` works out nodes of `circuit`. Raises ValueError as `evaluate`."""
        self.ciphertexts, self.at = ciphertexts, levels_for(self.parameters, circuit)
        self.sums, self.unfinished = unfinished(circuit, self.at)

    def step(self, node, *arguments):
        """A product is finished (relinearised and rescaled) at once, a sum of products once for all of them."""
        result = super().step(node, *arguments)
        product = node.operation == "multiply" or node.place in self.sums
        return (
            self.server.finish(result, self.at[node.place]) if product and node.place not in self.unfinished else result
        )

    def input(self, node):
        try:
            cipher = self.ciphertexts[node.detail]
        except KeyError:
            raise ValueError(f"there is no ciphertext for the input {node.detail}: encrypt it first") from None
        level = self.server.level(cipher)
        if level < self.at[node.place] or cipher.size() != 2:
            raise ValueError(
                f"the input {node.detail} lies at level {level} in {cipher.size()} parts, the circuit needs level "
                f"{self.at[node.place]} and two: encrypt it anew, with `encrypt` for this circuit"
            )
        if not isclose(cipher.scale, self.parameters.scales[level], rel_tol=1e-9):
            raise ValueError(
                f"the input {node.detail} has the scale {cipher.scale:.4g}, level {level} has "
                f"{self.parameters.scales[level]:.4g}: the result would be off by that factor"
            )
        return cipher

    def add(self, node, a, b):
        return self.server.add(*self._aligned(node, a, b))

    def subtract(self, node, a, b):
        return self.server.subtract(*self._aligned(node, a, b))

    def _aligned(self, node, *arguments):
        if node.place in self.sums:
            return arguments
        return (self.server.lower(each, self.at[node.place]) for each in arguments)

    def negate(self, node, a):
        return self.server.negate(a, self.at[node.place])

    def multiply(self, node, a, b):
        return self.server.multiply(a, b, self.at[node.place])

    def add_plain(self, node, a):
        return self.server.add_plain(a, node.detail, self.at[node.place])

    def multiply_plain(self, node, a):
        return self.server.multiply_plain(a, node.detail, self.at[node.place])

    def rotate(self, node, a):
        return self.server.rotate(a, node.detail, self.at[node.place])


def levels_for(parameters, circuit):
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


def unfinished(circuit, at):
    """Two sets of places: sums of products that are added before they are finished, and nodes kept unfinished for them.

    A product is kept so only if every reader is such a sum, and a sum is one only if both its terms are kept.
    """
    sums = {node.place for node in circuit.nodes if node.operation in ("add", "subtract")}
    while True:
        readers = [set() for _ in circuit.nodes]
        for node in circuit.nodes:
            for each in node.arguments:
                readers[each].add(node.place)
        kept = {
            node.place
            for node in circuit.nodes
            if (node.operation == "multiply" or node.place in sums)
            and node.place not in circuit.outputs
            and readers[node.place] <= sums
        }
        left = {
            place
            for place in sums
            if all(each in kept and at[each] == at[place] for each in circuit.nodes[place].arguments)
        }
        if left == sums:
            return sums, kept
        sums = left
