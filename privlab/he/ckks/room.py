"""Whether the values of a circuit fit the modulus: what outgrows it wraps round, and decrypts to something else."""

from collections.abc import Mapping
from math import floor, log2
from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.circuits.evaluators import Plain
from privlab.he.circuits.ir import Circuit, Node
from privlab.he.ckks.executor import levels_for
from privlab.he.ckks.parameters import Parameters


class Fitting(Plain):
    """Runs a circuit in the clear and looks at each value: `Fitting(parameters)(circuit, x=[...])` is the result.

    Raises ValueError at the first node that outgrows the modulus at its level, and says what would do.
    """

    def __init__(self, parameters: Parameters):
        self.parameters = parameters

    def __call__(self, circuit: Circuit, **values: Any) -> Any:
        return circuit.unpack(self.walk_packed(circuit, circuit.pack(values)))

    def walk_packed(self, circuit: Circuit, slots: Mapping[str, Floats]) -> list[Floats]:
        """The slots of the outputs, from those of the inputs by name."""
        self.values, self.at = dict(slots), levels_for(self.parameters, circuit)
        with np.errstate(over="ignore", invalid="ignore"):
            return self.walk(circuit)

    def step(self, node: Node, *arguments: Any) -> Any:
        result, most = super().step(node, *arguments), self.parameters.most(self.at[node.index])
        if node.operation == "input" and not np.abs(result).max() < most:
            raise ValueError("a number to encrypt is not finite, or too large for the modulus")
        if node.operation.endswith("plain"):
            above = node.operation == "multiply_plain"  # encoded one level up, for a product still to be rescaled
            room = self.parameters.most(self.at[node.index] + above) / 2  # the library leaves a bit
            if not np.abs(node.detail).max() < room:
                raise ValueError("a plain number here is not finite, or too large for the modulus")
        reached = np.abs(result).max()
        if not reached < most:
            bits = self.parameters.whole_bits + floor(log2(reached / most)) + 1 if np.isfinite(reached) else None
            fits = bits is not None and bits + self.parameters.scale_bits <= 60
            raise ValueError(
                f"node {node.index} ({node.operation}) has outgrown the bits before the point: it reaches "
                f"{reached:.4g}, only values below {most:.4g} fit there, and others wrap round; "
                + (f"take whole_bits={bits}" if fits else "take smaller numbers, or a smaller scale")
            )
        return result


def refuse_wrapped(parameters: Parameters, got: list[Floats], wanted: list[Floats]) -> None:
    """Raises ValueError where decrypted slots are so far from those in the clear that only a wrap explains it.

    A coefficient that wraps moves some slot by 2^whole_bits at least: the mean square over all slots is the sum of the
    coefficients' squares.
    """
    off = max(float(np.abs(a - b).max()) for a, b in zip(got, wanted))
    if not off < 2.0 ** (parameters.whole_bits - 1):
        raise ValueError(
            f"the decryption is off by {off:.4g} from the circuit in the clear: a value has outgrown the bits before "
            "the point and wrapped round, or the server ran another circuit"
        )
