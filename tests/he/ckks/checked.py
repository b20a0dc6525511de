"""What runs a circuit encrypted and in the clear side by side: to find the node where they part."""

import numpy as np

from privlab.he.circuits.evaluators import Plain
from privlab.he.ckks.encrypted_run import Encrypted


class Checked(Encrypted):
    """Runs a circuit encrypted and in the clear side by side and stops at the first node that is off.

    tolerance : the largest difference between a decrypted node and the same in the clear.
    Not secure because every step is decrypted: it is for finding mistakes.
    """

    def __init__(self, parameters, tolerance=1e-3):
        super().__init__(parameters)
        self.tolerance = tolerance

    def encrypt(self, circuit, **values):
        """As `Encrypted.encrypt`; the values are also kept in the clear."""
        self.plain = Plain()
        self.plain.values, self.clear = circuit.pack(values), {}
        return super().encrypt(circuit, **values)

    def step(self, node, *arguments):
        """As `Encrypted.step`. Raises ArithmeticError at the first node that differs from the clear, and names it."""
        self.clear[node.index] = expected = self.plain.step(
            node, *(self.clear[argument] for argument in node.arguments)
        )
        result = super().step(node, *arguments)
        try:
            whole = self.server.finish(result, self.at[node.index]) if node.index in self.unfinished else result
            off = np.abs(self.client.decrypt(whole, len(expected)) - expected).max()
        except ValueError:
            off = np.inf
        if off > self.tolerance:
            raise ArithmeticError(
                f"node {node.index} ({node.operation}) is off by {off:.2g}, more than {self.tolerance:g}; "
                f"in the clear it goes from {expected.min():.3g} to {expected.max():.3g}"
            )
        return result
