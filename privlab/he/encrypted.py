"""What runs a circuit on ciphertexts: `Encrypted`, and `Checked`, which compares every node with the clear."""
import numpy as np

from privlab.he.evaluators import Evaluator, Plain, levels
from privlab.he.seal import Customer

ROOM = 1.2  # what the library and Python take beside keys and ciphertexts, as a factor


class Encrypted(Evaluator):
    """Runs a circuit on ciphertexts: `Encrypted(parameters)(circuit, x=[...])` encrypts, evaluates and decrypts.

    parameters : `Parameters`, most easily `Parameters.for_circuit(circuit)`.
    insecure : True to allow parameters outside the table of 128-bit security, for show.
    Raises ValueError when they are not secure, not deep enough for a circuit, or the machine lacks the memory.
    """

    def __init__(self, parameters, insecure=False):
        _refuse_what_does_not_fit(parameters.key_bytes())
        self.parameters = parameters
        self.customer = Customer(parameters, insecure)
        self.service = self.customer.service()

    def __call__(self, circuit, **values):
        ciphertexts = self.encrypt(circuit, **values)
        return self.decrypt(circuit, self.evaluate(circuit, ciphertexts))

    def encrypt(self, circuit, **values):
        """A dict from each input's name to its ciphertext, at the level where the circuit first uses it: the customer's work."""
        _refuse_what_does_not_fit(self.parameters.memory_bytes(circuit) - self.parameters.key_bytes())
        at = self._levels(circuit)
        wanted = {node.detail: at[node.place] for node in circuit.nodes if node.operation == "input"}
        slots = circuit.pack(values)
        return {name: self.customer.encrypt(slots[name], level) for name, level in wanted.items()}

    def evaluate(self, circuit, ciphertexts):
        """The list of the outputs' ciphertexts: the service's work. ciphertexts : dict, as `encrypt` gives it."""
        self.ciphertexts, self.at = ciphertexts, self._levels(circuit)
        self.sums, self.unfinished = unfinished(circuit, self.at)
        return self.walk(circuit)

    def decrypt(self, circuit, outputs):
        """The result from the outputs' ciphertexts: the customer's work."""
        return circuit.unpack([self.customer.decrypt(each, circuit.size) for each in outputs])

    def _levels(self, circuit):
        at = levels(circuit)
        if max(at) > self.parameters.depth:
            raise ValueError(f"the circuit has depth {max(at)}, the parameters last for {self.parameters.depth}: choose "
                             "deeper ones, let the customer refresh a value half-way, or find a flatter circuit")
        if circuit.size > self.parameters.ring // 2:
            raise ValueError(f"the circuit needs {circuit.size} slots, ring {self.parameters.ring} has "
                             f"{self.parameters.ring // 2}: take a larger ring or smaller matrices")
        return at

    def step(self, node, *arguments):
        """A product is finished (relinearised and rescaled) at once, a sum of products once for all of them."""
        result = super().step(node, *arguments)
        product = node.operation == "multiply" or node.place in self.sums
        return self.service.finish(result, self.at[node.place]) if product and node.place not in self.unfinished else result

    def input(self, node):
        return self.ciphertexts[node.detail]

    def add(self, node, a, b):
        return self.service.add(*self._aligned(node, a, b))

    def subtract(self, node, a, b):
        return self.service.subtract(*self._aligned(node, a, b))

    def _aligned(self, node, *arguments):
        if node.place in self.sums:
            return arguments
        return (self.service.lower(each, self.at[node.place]) for each in arguments)

    def negate(self, node, a):
        return self.service.negate(a, self.at[node.place])

    def multiply(self, node, a, b):
        return self.service.multiply(a, b, self.at[node.place])

    def add_plain(self, node, a):
        return self.service.add_plain(a, node.detail, self.at[node.place])

    def multiply_plain(self, node, a):
        return self.service.multiply_plain(a, node.detail, self.at[node.place])

    def rotate(self, node, a):
        return self.service.rotate(a, node.detail, self.at[node.place])


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
        kept = {node.place for node in circuit.nodes if (node.operation == "multiply" or node.place in sums)
                and node.place not in circuit.outputs and readers[node.place] <= sums}
        left = {place for place in sums if all(each in kept and at[each] == at[place]
                                               for each in circuit.nodes[place].arguments)}
        if left == sums:
            return sums, kept
        sums = left


class Checked(Encrypted):
    """Runs a circuit encrypted and in the clear side by side and stops at the first node that is off.

    tolerance : float, the largest difference between a decrypted node and the same in the clear.
    Not secure because every step is decrypted: it is for finding mistakes.
    """

    def __init__(self, parameters, tolerance=1e-3, insecure=False):
        super().__init__(parameters, insecure)
        self.tolerance = tolerance

    def encrypt(self, circuit, **values):
        """As `Encrypted.encrypt`; the values are also kept in the clear."""
        self.plain = Plain()
        self.plain.values, self.clear = circuit.pack(values), {}
        return super().encrypt(circuit, **values)

    def step(self, node, *arguments):
        """As `Encrypted.step`. Raises ArithmeticError at the first node that differs from the clear, and names it."""
        self.clear[node.place] = expected = self.plain.step(node, *(self.clear[each] for each in node.arguments))
        result = super().step(node, *arguments)
        try:
            whole = self.service.finish(result, self.at[node.place]) if node.place in self.unfinished else result
            off = np.abs(self.customer.decrypt(whole, len(expected)) - expected).max()
        except ValueError:
            off = np.inf
        if off > self.tolerance:
            raise ArithmeticError(f"node {node.place} ({node.operation}) is off by {off:.2g}, more than {self.tolerance:g}; "
                                  f"in the clear it goes from {expected.min():.3g} to {expected.max():.3g}")
        return result


def _refuse_what_does_not_fit(needed):
    import psutil

    free = psutil.virtual_memory().available
    if ROOM * needed > free:
        raise ValueError(f"this run needs about {ROOM * needed / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free: "
                         "take a flatter circuit, a smaller ring or fewer rotations")
