"""What runs a circuit on ciphertexts: `Encrypted`, and `Checked`, which compares every node with the clear."""

import numpy as np

from privlab.he.circuits.evaluators import Plain
from privlab.he.ckks.client import Client
from privlab.he.ckks.executor import Executor, levels_for

ROOM = 1.4  # measured: what the library takes beside keys and ciphertexts, as a factor


def encrypt(client, circuit, **values):
    """A dict from each input's name to its ciphertext, at the level where `circuit` first uses it.

    client : `Client`. values : the inputs by name. Raises ValueError when the circuit does not fit the parameters.
    """
    at, slots = levels_for(client.parameters, circuit), circuit.pack(values)
    return {
        node.detail: client.encrypt(slots[node.detail], at[node.place])
        for node in circuit.nodes
        if node.operation == "input"
    }


def decrypt(client, circuit, outputs):
    """The result in its own shape, from the list of the outputs' ciphertexts."""
    return circuit.unpack([client.decrypt(each, circuit.size) for each in outputs])


class Encrypted(Executor):
    """Client and server in one: `Encrypted(parameters)(circuit, x=[...])` encrypts, evaluates and decrypts.

    parameters : `Parameters`, most easily `Parameters.for_circuit(circuit)`.
    insecure : True to allow parameters outside the table of 128-bit security, for show.
    Raises ValueError when they are not secure, not deep enough for a circuit, or the machine lacks the memory.
    """

    def __init__(self, parameters, insecure=False):
        refuse_what_does_not_fit(parameters.key_bytes())
        self.client = Client(parameters, insecure)
        super().__init__(self.client.server())

    def __call__(self, circuit, **values):
        return self.decrypt(circuit, self.evaluate(circuit, self.encrypt(circuit, **values)))

    def encrypt(self, circuit, **values):
        """As the function `encrypt`, after a look at the memory that the whole run needs."""
        refuse_what_does_not_fit(self.parameters.memory_bytes(circuit) - self.parameters.key_bytes())
        return encrypt(self.client, circuit, **values)

    def decrypt(self, circuit, outputs):
        """As the function `decrypt`."""
        return decrypt(self.client, circuit, outputs)


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
            whole = self.server.finish(result, self.at[node.place]) if node.place in self.unfinished else result
            off = np.abs(self.client.decrypt(whole, len(expected)) - expected).max()
        except ValueError:
            off = np.inf
        if off > self.tolerance:
            raise ArithmeticError(
                f"node {node.place} ({node.operation}) is off by {off:.2g}, more than {self.tolerance:g}; "
                f"in the clear it goes from {expected.min():.3g} to {expected.max():.3g}"
            )
        return result


def refuse_what_does_not_fit(needed):
    """None. Raises ValueError when `needed` bytes, and what comes beside them, are more than is free."""
    import psutil

    free = psutil.virtual_memory().available
    if ROOM * needed > free:
        raise ValueError(
            f"this run needs about {ROOM * needed / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free: "
            "take a flatter circuit, a smaller ring or fewer rotations"
        )
