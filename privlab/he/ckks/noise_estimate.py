"""How exact an encrypted result will be, estimated without encrypting anything."""

from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.circuits.evaluators import Evaluator, Plain, levels
from privlab.he.circuits.ir import Circuit, Node
from privlab.he.ckks.parameters import Parameters

NOISE_STD = 3.2  # of a fresh ciphertext, as in the table of security
FAILURE_PROBABILITY = 1e-6  # that a run is less exact than the estimate says

Noisy = tuple[Floats, Floats]  # the values of a node in the clear, and the standard deviations of their errors


class Precision(Evaluator):
    """Estimates precision: `Precision(parameters)(circuit, x=[...])` is how many bits after the point will be right at
    least.

    Each node carries its values in the clear and the standard deviation of its error: fresh noise, rounding after each
    product (which the secret of ring coefficients -1, 0, 1 enlarges), and noise of switching keys in a rotation. Errors
    of two values are taken for independent. A rounding counts times the secret, both normal in a slot: the error of a
    slot has a Laplace distribution, and passes t standard deviations with probability exp(-sqrt(2) t). t is chosen so
    that any slot of a run does with `FAILURE_PROBABILITY`, all taken for as noisy as the worst. Measured: a bit or two
    more are right.
    Source: Cheon, Kim, Kim and Song (2017), section 3.3, with standard deviations in place of their bounds.
    """

    def __init__(self, parameters: Parameters):
        self.parameters = parameters
        ring = parameters.ring
        self.fresh = np.sqrt(ring / 2) * np.hypot(NOISE_STD, np.sqrt(1 / 12))  # half of it falls on the imaginary part
        self.rounding = np.sqrt(ring / 2 / 12 * (1 + 2 * ring / 3))

    def __call__(self, circuit: Circuit, **values: Any) -> float:
        self.plain, self.at = Plain(), levels(circuit)
        self.plain.values = circuit.pack(values)
        errors = [np.max(error) for _, error in self.walk(circuit)]
        slots = circuit.size * len(errors)
        return float(-np.log2(max(errors) * np.log(slots / FAILURE_PROBABILITY) / np.sqrt(2)))

    def _scale(self, node: Node) -> float:
        return self.parameters.scales[self.at[node.index]]

    def _switching(self, node: Node) -> float:
        """The error of switching keys: noise times the first prime over the special one.

        The library takes digits from 0 up, not around 0: their mean times the noise falls most on slot 0, ring / pi as
        hard.
        """
        first, *_, special = self.parameters.primes
        return first / special * NOISE_STD * self.parameters.ring**1.5 / np.pi / self._scale(node)

    def input(self, node: Node) -> Noisy:
        value = self.plain.input(node)
        return value, np.full(len(value), self.fresh / self._scale(node))

    def add(self, node: Node, a: Noisy, b: Noisy) -> Noisy:
        return self.plain.add(node, a[0], b[0]), 2 * a[1] if a is b else np.hypot(a[1], b[1])

    def subtract(self, node: Node, a: Noisy, b: Noisy) -> Noisy:
        return self.plain.subtract(node, a[0], b[0]), np.hypot(a[1], b[1])

    def negate(self, node: Node, a: Noisy) -> Noisy:
        return -a[0], a[1]

    def multiply(self, node: Node, a: Noisy, b: Noisy) -> Noisy:
        own = self.rounding / self._scale(node)  # keys are switched before the rescaling, which makes that error vanish
        if a is b:
            return a[0] * b[0], np.hypot(2 * a[0] * a[1], own)
        return a[0] * b[0], np.sqrt((a[0] * b[1]) ** 2 + (b[0] * a[1]) ** 2 + own**2)

    def add_plain(self, node: Node, a: Noisy) -> Noisy:
        return self.plain.add_plain(node, a[0]), a[1]

    def multiply_plain(self, node: Node, a: Noisy) -> Noisy:
        return self.plain.multiply_plain(node, a[0]), np.hypot(node.detail * a[1], self.rounding / self._scale(node))

    def rotate(self, node: Node, a: Noisy) -> Noisy:
        return self.plain.rotate(node, a[0]), np.hypot(np.roll(a[1], -node.detail), self._switching(node))
