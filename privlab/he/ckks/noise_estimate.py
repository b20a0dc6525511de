"""How exact an encrypted result will be, estimated without encrypting anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.room import Fitting

NOISE_STD = 3.24  # of the library's noise: half the difference of two sums of 21 random bits has the variance 10.5
FAILURE_PROBABILITY = 1e-6  # that a run is less exact than the estimate says
DRAWN = 1 << 18  # numbers of noise drawn for each operation: so many runs of a ring are simulated, but at least 16


@dataclass(frozen=True)
class Noisy:
    """What a ciphertext holds in a simulated run.

    clear  the slots [size] in the clear.    error  of each slot of the ring in each run [runs, ring / 2].
    level  of the ciphertext.    parts  2, or 3 for a product before it is finished.
    """

    clear: Floats
    error: Floats
    level: int
    scale: float
    parts: int = 2

    def size(self) -> int:
        """In how many parts it lies."""
        return self.parts


class Precision(Executor):
    """Estimates precision: `Precision(parameters)(circuit, x=[...])` is how many bits after the point will be right at
    least.

    It runs the circuit as a server does, product for product and rotation for rotation, on values in the clear with
    drawn noise beside them: of encryption, of encoding, of rounding after each product (which the secret of ring
    coefficients -1, 0, 1 enlarges), and of switching keys. Some dozens of runs give the standard deviation of the
    error in each slot, and so whatever errors have in common counts. A rounding counts times the secret, both normal in
    a slot: such an error has a Laplace distribution, and passes t standard deviations with probability exp(-sqrt(2) t);
    the median of many copies of a slot is nearer the normal one. The result is what any slot of a run passes with
    `FAILURE_PROBABILITY`. Measured: one to three bits more are right.
    Raises ValueError where a value outgrows the modulus, as `Fitting`.
    Source: Cheon, Kim, Kim and Song (2017), section 3.3, with drawn errors in place of their bounds; Boucheron, Lugosi
    and Massart, "Concentration inequalities" (2013), section 2.4, for means of Laplace errors.
    """

    def __init__(self, parameters: Parameters):
        self.parameters = parameters

    def __call__(self, circuit: Circuit, **values: Any) -> float:
        slots = circuit.pack(values)
        Fitting(self.parameters).walk_packed(circuit, slots)
        self.server: Any = _NoisyServer(self.parameters, circuit.size)
        self.prepare(circuit, {})
        ciphertexts = {
            node.detail: self.server.encrypt(slots[node.detail], self.at[node.index]) for node in circuit.inputs
        }
        spread = []
        for output in self.evaluate(circuit, ciphertexts):
            read = np.median(output.error.reshape(len(output.error), -1, circuit.size), axis=1)  # as `Client.decrypt`
            spread.append(np.sqrt((read**2).mean(axis=0)))
        return float(-np.log2(passed_hardly_ever(np.concatenate(spread), self.server.copies)))


def passed_hardly_ever(spread: Floats, copies: int) -> float:
    """What no error passes but with `FAILURE_PROBABILITY`, all slots together.

    spread  the standard deviation of each error.    copies  of which each is the median: one or two have a Laplace
    distribution, more are nearer the normal one.
    """

    def probability(size: float) -> float:
        """That any error is larger."""
        times = size / np.maximum(spread, 1e-300)
        if copies <= 2:
            return float(np.exp(-np.sqrt(2) * times).sum())
        slope = 1 / np.sqrt(2 * copies)
        root = (np.sqrt(2 + 4 * slope * times) - np.sqrt(2)) / (2 * slope)
        return float(2 * np.exp(-(root**2)).sum())

    low, high = 0.0, 60 * float(spread.max())
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if probability(middle) > FAILURE_PROBABILITY else (low, middle)
    return high


class _NoisyServer:
    """Stands in for a `Server`: every operation adds the noise that the library would, drawn by a seeded generator."""

    def __init__(self, parameters: Parameters, size: int):
        self.parameters, self.slots, self.copies = parameters, size, parameters.ring // 2 // size
        ring = parameters.ring
        self._shape = max(16, DRAWN // (ring // 2)), ring // 2
        self.rng = np.random.default_rng(0)
        # standard deviations of the real part in a slot; half of each variance falls on the imaginary one
        self.fresh = NOISE_STD * np.sqrt(ring / 2)
        # what the secret makes of a rounding in each slot; of one copy or two only the mean size is needed
        self.rounding = np.sqrt(ring / 24 * (1 + 2 * ring / 3 * self._square()))
        self._keys: dict[Any, Floats] = {}
        powers = [1]
        while len(powers) < ring // 2:
            powers.append(3 * powers[-1] % (2 * ring))
        # the library takes digits from 0 up, not around 0: their mean falls hardest on slot 0
        self.mean = 1 / (2 * np.abs(np.sin(np.pi * np.array(powers) / (2 * ring))))

    def _draw(self) -> Any:
        return self.rng.standard_normal(self._shape, dtype=np.float32)

    def _square(self) -> Any:
        """The squared sizes of what is normal in a slot, 1 on average."""
        return self.rng.standard_exponential(self._shape, dtype=np.float32) if self.copies > 2 else 1.0

    def _encoding(self, vector: bool) -> Floats:
        """The error of encoding times the scale [runs, 1 or ring / 2]: the same in each copy of a slot."""
        if not vector:
            return self.rng.uniform(-0.5, 0.5, (self._shape[0], 1))
        drawn = self.rng.normal(0, np.sqrt(self.slots / 12), (self._shape[0], self.slots))
        return np.tile(drawn, self.parameters.ring // 2 // self.slots)

    def _everywhere(self, numbers: float | Floats) -> float | Floats:
        return (
            np.tile(numbers, self.parameters.ring // 2 // len(numbers)) if isinstance(numbers, np.ndarray) else numbers
        )

    def _switched(self, key: Any, level: int) -> Floats:
        """The error of switching keys, before it is divided by the scale.

        A key's own noise is drawn once: what the digits' mean makes of it comes back whenever the key is used.
        """
        parameters, ring = self.parameters, self.parameters.ring
        first, *middle, special = map(float, parameters.primes)
        digits = np.sqrt(first**2 + sum(prime**2 for prime in middle[:level]))
        if key not in self._keys:
            self._keys[key] = self._draw() * self.mean
        noise = NOISE_STD * np.sqrt(ring / 2) * digits / special
        drawn = self._draw() * np.sqrt(ring / 12 * self._square())
        return noise * (self._keys[key] + drawn) + self._draw() * self.rounding

    def encrypt(self, slots: Floats, level: int) -> Noisy:
        scale = self.parameters.scales[level]
        return Noisy(slots, (self._draw() * self.fresh + self._encoding(True)) / scale, level, scale)

    def level(self, cipher: Noisy) -> int:
        return cipher.level

    def _rescaled(self, clear: Floats, error: Floats, level: int) -> Noisy:
        scale = self.parameters.scales[level]
        return Noisy(clear, error + self._draw() * (self.rounding / scale), level, scale)

    def lower(self, cipher: Noisy, level: int) -> Noisy:
        return cipher if cipher.level == level else self.multiply_plain(cipher, 1.0, level)

    def multiply_plain(self, cipher: Noisy, numbers: float | Floats, level: int) -> Noisy:
        parameters, vector = self.parameters, isinstance(numbers, np.ndarray)
        scale = parameters.scales[level] * parameters.primes[level + 1] / parameters.scales[level + 1]
        off = self._encoding(vector) / scale
        error = cipher.error * (self._everywhere(numbers) + off) + self._everywhere(cipher.clear) * off
        return self._rescaled(cipher.clear * numbers, error, level)

    def multiply(self, a: Noisy, b: Noisy, level: int) -> Noisy:
        first = self.lower(a, level + 1)
        second = first if a is b else self.lower(b, level + 1)
        error = (
            first.error * self._everywhere(second.clear)
            + second.error * self._everywhere(first.clear)
            + first.error * second.error
        )
        return Noisy(first.clear * second.clear, error, level + 1, first.scale**2, 3)

    def finish(self, cipher: Noisy, level: int) -> Noisy:
        return self._rescaled(cipher.clear, cipher.error + self._switched("product", level + 1) / cipher.scale, level)

    def add(self, a: Noisy, b: Noisy) -> Noisy:
        return Noisy(a.clear + b.clear, a.error + b.error, a.level, a.scale, max(a.parts, b.parts))

    def subtract(self, a: Noisy, b: Noisy) -> Noisy:
        return Noisy(a.clear - b.clear, a.error - b.error, a.level, a.scale, max(a.parts, b.parts))

    def negate(self, cipher: Noisy, level: int) -> Noisy:
        lowered = self.lower(cipher, level)
        return Noisy(-lowered.clear, -lowered.error, level, lowered.scale, lowered.parts)

    def add_plain(self, cipher: Noisy, numbers: float | Floats, level: int) -> Noisy:
        lowered = self.lower(cipher, level)
        off = self._encoding(isinstance(numbers, np.ndarray)) / lowered.scale
        return Noisy(lowered.clear + numbers, lowered.error + off, level, lowered.scale)

    def rotate(self, cipher: Noisy, steps: int, *, level: int) -> Noisy:
        lowered = self.lower(cipher, level)
        error = np.roll(lowered.error, -steps, axis=1) + self._switched(steps, level) / lowered.scale
        return Noisy(np.roll(lowered.clear, -steps), error, level, lowered.scale)
