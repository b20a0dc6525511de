"""The server: holds public keys only, adds, multiplies and rotates ciphertexts."""

from collections.abc import Mapping
from math import isclose
from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.seal import context, element, library


class Server:
    """Holds public keys only and computes on ciphertexts. Every operation gives a new ciphertext and changes none.

    product_key  what `Client` makes.    rotation_keys  likewise, from the steps of a rotation.
    """

    def __init__(self, parameters: Parameters, product_key: Any, rotation_keys: Mapping[int, Any]):
        made, self.names = context(parameters)
        self.parameters, self._products, self._rotations = parameters, product_key, rotation_keys
        self._evaluator, self._encoder = library().Evaluator(made), library().CKKSEncoder(made)
        self._level = {tuple(name): level for level, name in enumerate(self.names)}

    def level(self, cipher: Any) -> int:
        """The level of a ciphertext. Raises ValueError when it belongs to other parameters."""
        level = self._level.get(tuple(cipher.parms_id()))
        if level is None:
            raise ValueError("this ciphertext belongs to other parameters")
        return level

    def _new(self, operation: str, *arguments: Any) -> Any:
        result = library().Ciphertext()
        try:
            getattr(self._evaluator, operation)(*arguments, result)
        except (ValueError, RuntimeError) as error:
            if "transparent" in str(error):
                raise ValueError("nothing of the key is left in this result: anyone could read it") from None
            raise
        return result

    def _encode(self, numbers: float | Floats, level: int, scale: float) -> Any:
        """A plaintext of one number for all slots, or of a vector repeated until all are full."""
        plain = library().Plaintext()
        everywhere = numbers
        if isinstance(numbers, np.ndarray):
            everywhere = np.tile(numbers, self.parameters.ring // 2 // len(numbers)).tolist()
        try:
            self._encoder.encode(everywhere, self.names[level], scale, plain)
        except ValueError:
            raise ValueError("a plain number here is not finite, or too large for the modulus") from None
        return plain

    def _rescaled(self, cipher: Any, level: int) -> Any:
        self._evaluator.rescale_to_next_inplace(cipher)  # its own: nobody else has seen it yet
        cipher.scale = self.parameters.scales[level]
        return cipher

    def lower(self, cipher: Any, level: int) -> Any:
        """The same value at a lower `level`, at that level's scale: times 1, then rescaled."""
        return cipher if self.level(cipher) == level else self.multiply_plain(cipher, 1.0, level)

    def multiply_plain(self, cipher: Any, numbers: float | Floats, level: int) -> Any:
        """The product with plain `numbers`, at `level`. Raises ValueError when the ciphertext has no level to spare."""
        self._spare(self.level(cipher), level)
        if self.level(cipher) > level + 1:
            cipher = self._new("mod_switch_to", cipher, self.names[level + 1])
        scale = self.parameters.scales[level] * self.parameters.primes[level + 1] / cipher.scale
        return self._rescaled(self._new("multiply_plain", cipher, self._encode(numbers, level + 1, scale)), level)

    def multiply(self, a: Any, b: Any, level: int) -> Any:
        """The product before `finish` brings it to `level`: in three parts, its scale squared.

        Raises ValueError past the depth.
        """
        self._spare(min(self.level(a), self.level(b)), level)
        if a is b:
            return self._new("square", self.lower(a, level + 1))
        return self._new("multiply", self.lower(a, level + 1), self.lower(b, level + 1))

    def finish(self, cipher: Any, level: int) -> Any:
        """A product, or a sum of products, in two parts again and at `level`.

        In this order: rescaled first, the rounding of the third part would count times the secret squared.
        """
        return self._rescaled(self._new("relinearize", cipher, self._products), level)

    @staticmethod
    def _spare(own: int, level: int) -> None:
        if own <= level:
            raise ValueError(
                "past the depth: no level is left for another multiplication; choose deeper parameters, "
                "let the client refresh the value, or find a flatter circuit"
            )

    def add(self, a: Any, b: Any) -> Any:
        """The sum of two values at one level, or of two products before `finish`.

        Raises ValueError for two levels or scales, and, as every operation, when nothing of the key would be left.
        """
        self._alike(a, b)
        return self._new("add", a, b)

    def subtract(self, a: Any, b: Any) -> Any:
        """The difference, as `add`."""
        self._alike(a, b)
        return self._new("sub", a, b)

    def _alike(self, a: Any, b: Any) -> None:
        if self.level(a) != self.level(b):
            raise ValueError(f"these lie at the levels {self.level(a)} and {self.level(b)}: lower the higher one first")
        if not isclose(a.scale, b.scale, rel_tol=1e-9):
            raise ValueError("these have different scales: finish a product before you add it to something else")

    def add_plain(self, cipher: Any, numbers: float | Floats, level: int) -> Any:
        """The sum with plain `numbers` at `level`."""
        cipher = self.lower(cipher, level)
        return self._new("add_plain", cipher, self._encode(numbers, level, cipher.scale))

    def negate(self, cipher: Any, level: int) -> Any:
        """The value with its sign turned, at `level`."""
        return self._new("negate", self.lower(cipher, level))

    def rotate(self, cipher: Any, steps: int, *, level: int) -> Any:
        """The value with its slots moved `steps` to the left, at `level`.

        Raises ValueError where that key was not made, and for a product before `finish`.
        """
        if cipher.size() != 2:
            raise ValueError("a product must be finished before it is rotated")
        if steps not in self._rotations:
            raise ValueError(f"there is no key to rotate by {steps}: there are keys for {sorted(self._rotations)}")
        return self._new(
            "apply_galois", self.lower(cipher, level), element(steps, self.parameters.ring), self._rotations[steps]
        )
