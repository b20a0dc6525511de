"""How large a key must be: parameters of CKKS for a circuit, inside the table of 128-bit security, and their primes."""

import json
import os
import pathlib
import sys
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from fractions import Fraction
from functools import lru_cache
from math import inf, log2, prod
from typing import Any

from privlab.he.circuits.evaluators import Rotations, levels
from privlab.he.circuits.ir import Circuit
from privlab.validation import is_prime


def primes_below(ring: int, *, bits: int) -> Iterator[int]:
    """The primes of exactly `bits` bits that leave 1 when divided by 2 * ring, largest first, one after another."""
    step = 2 * ring
    candidate = (2**bits - 1) // step * step + 1
    while candidate.bit_length() == bits:
        if is_prime(candidate):
            yield candidate
        candidate -= step


def primes_near(ring: int, *, bits: int, count: int) -> list[int]:
    """At most `count` primes that leave 1 when divided by 2 * ring, those nearest 2^bits, from both sides."""
    step = 2 * ring
    primes: list[int] = []
    below = 2**bits // step * step + 1
    above = below + step
    while len(primes) < count and 2 * below > 2**bits:
        primes += filter(is_prime, (below, above))
        below, above = below - step, above + step
    return primes


# Ring dimension: the most bits of the whole modulus, special prime included, for 128-bit security against a classical
# attacker with a ternary secret. Source: Bossuat and others, "Security guidelines for implementing homomorphic
# encryption", ePrint 2024/463, table 5.2. Parameters are chosen and refused by it.
MOST_BITS_2024 = {1024: 26, 2048: 53, 4096: 106, 8192: 214, 16384: 430, 32768: 868, 65536: 1747}
# The same by the older table, which libraries still have: Albrecht and others, "Homomorphic Encryption Security
# Standard", HomomorphicEncryption.org (2018), table 1; it ends at 32768.
MOST_BITS = {1024: 27, 2048: 54, 4096: 109, 8192: 218, 16384: 438, 32768: 881}
WHOLE_BITS = 10  # by default room for values below 2^9 before the point


@dataclass(frozen=True)
class Parameters:
    """Parameters of CKKS, made by `for_circuit` or by hand; whoever makes keys with them checks that they are secure.

    ring  the ring dimension; a ciphertext holds ring / 2 slots.
    depth  how many multiplications in a row fit.    rotations  the steps to make keys for.
    scale_bits  bits after the point, before noise.    whole_bits  bits before the point, sign included.
    special_bits  bits of the special prime, which serves to switch keys; by default those of the first prime. Each bit
    more halves the noise of a rotation.
    Raises ValueError for primes of more than 60 bits, and for what is no whole number.
    """

    ring: int
    _: KW_ONLY
    depth: int
    scale_bits: int = 40
    whole_bits: int = WHOLE_BITS
    rotations: tuple[int, ...] = ()
    special_bits: int | None = None

    def __post_init__(self):
        numbers = self.ring, self.depth, self.scale_bits, self.whole_bits
        if not all(isinstance(number, int) for number in numbers) or self.depth < 0:
            raise ValueError(
                f"ring, depth and bits are whole numbers; got ring {self.ring}, depth {self.depth}, "
                f"{self.scale_bits} and {self.whole_bits} bits"
            )
        if self.scale_bits < 1 or self.scale_bits + self.whole_bits > 60 or (self.special_bits or 0) > 60:
            raise ValueError(
                f"the library's primes have at most 60 bits: {self.scale_bits} after the point and {self.whole_bits} "
                f"before it, or a special prime of {self.special_bits or 'as many'}, do not fit; take a smaller scale"
            )

    @classmethod
    def for_circuit(
        cls,
        circuit: Circuit,
        *,
        scale_bits: int = 40,
        ring: int | None = None,
        whole_bits: int = WHOLE_BITS,
        special_bits: int | None = None,
    ) -> "Parameters":
        """The parameters with the smallest secure ring (or `ring`) that run `circuit`, which uses up every level.

        Raises ValueError when that is not secure or does not hold the circuit's slots, and says what would be.
        """
        if not isinstance(circuit, Circuit):
            raise TypeError(f"a circuit is what he.trace or he.load give, not {type(circuit).__name__}")
        depth = max(levels(circuit))
        others: dict[str, Any] = dict(
            depth=depth, scale_bits=scale_bits, whole_bits=whole_bits, special_bits=special_bits
        )

        def inside(ring: int) -> Parameters:
            return cls(ring, rotations=tuple(Rotations()(circuit)), **others)

        choices = (inside(ring) for ring in MOST_BITS_2024 if ring // 2 >= circuit.size)
        smallest = next((choice for choice in choices if choice.is_secure()), None)
        if smallest is None:
            raise ValueError(
                f"no ring in the table is large enough for depth {depth} with {scale_bits}-bit primes and "
                f"{circuit.size} slots: lower the depth or the scale"
            )
        if ring is None or ring == smallest.ring:
            return smallest
        chosen = inside(ring)
        if ring < smallest.ring or ring not in MOST_BITS_2024:
            raise ValueError(
                f"ring {ring} does not do for depth {depth} with {scale_bits}-bit primes and {circuit.size} "
                f"slots: {chosen.least_bits} bits are secure only up to {MOST_BITS_2024.get(ring, 0)} there; "
                f"ring {smallest.ring} does"
            )
        return chosen

    def write(self, path: str | os.PathLike) -> None:
        """Writes the parameters to a file that `read` reads, whole or not at all. Nothing of them is secret."""
        path = pathlib.Path(path)
        partial = path.with_name(path.name + ".partial")
        partial.write_text(json.dumps({name: value for name, value in vars(self).items()}))
        partial.replace(path)

    @classmethod
    def read(cls, path: str | os.PathLike) -> "Parameters":
        """The parameters in a file. Raises ValueError when that was cut short or holds something else."""
        path = pathlib.Path(path)
        try:
            given = json.loads(path.read_text())
            return cls(**given | {"rotations": tuple(given["rotations"])})
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{path.name} was cut short or changed on its way: ask for it again") from None

    @property
    def end_bits(self) -> tuple[int, int]:
        """Bits of the first prime, which holds the result, and of the special prime."""
        first = self.scale_bits + self.whole_bits
        return first, self.special_bits or first

    @property
    def bits(self) -> int:
        """Bits of the whole modulus, the product of the primes, which is what the table limits."""
        return prod(self.primes).bit_length()

    def is_secure(self) -> bool:
        """Whether the whole modulus fits the table of 128-bit security of 2024."""
        most = MOST_BITS_2024.get(self.ring, 0)
        return self.least_bits <= most and self.bits <= most

    @property
    def least_bits(self) -> int:
        """Bits of the whole modulus before its primes are looked for: at most one fewer than `bits`."""
        return sum(self.end_bits) + self.depth * self.scale_bits

    @property
    def primes(self) -> tuple[int, ...]:
        """The primes: the first, one for each level from 1 up, the special one. Raises ValueError for too few."""
        return _chain(self.ring, self.depth, self.scale_bits, self.end_bits)[0]

    @property
    def scales(self) -> tuple[float, ...]:
        """The scale of a value at each level from 0 up: sum and product of two values never disagree about it."""
        return _chain(self.ring, self.depth, self.scale_bits, self.end_bits)[1]

    def most(self, level: int) -> float:
        """What the size of every value at `level` must stay below: from there on it wraps round the modulus.

        Infinity where that is above every float, as at the top of a circuit of depth 26 at scales of 40 bits.
        """
        most = Fraction(prod(self.primes[: level + 1]), 2) / Fraction(self.scales[level])
        return float(most) if most <= sys.float_info.max else inf

    def ciphertext_bytes(self, level: int | None = None) -> int:
        """Bytes of a ciphertext at `level` (the highest): two polynomials of 8-byte numbers for each prime."""
        return 2 * 8 * self.ring * ((self.depth if level is None else level) + 1)

    def key_bytes(self) -> int:
        """Bytes of the keys that the server needs: one for products, one for each rotation."""
        return (1 + len(self.rotations)) * (self.depth + 1) * 2 * 8 * self.ring * (self.depth + 2)

    def memory_bytes(self, circuit: Circuit) -> int:
        """Bytes that keys and ciphertexts take at the peak while `circuit` runs, library and Python not counted."""
        sizes = [self.ciphertext_bytes(level) for level in levels(circuit)]
        last = circuit.last_readers()
        held = most = sum(sizes[node.index] for node in circuit.inputs)
        for node in circuit.nodes:
            held += sizes[node.index] if node.operation != "input" else 0
            most = max(most, held)
            for argument in set(node.arguments):
                if last[argument] == node.index and argument not in circuit.outputs:
                    held -= sizes[argument]
        return self.key_bytes() + most


@lru_cache(maxsize=64)
def _chain(
    ring: int, depth: int, scale_bits: int, end_bits: tuple[int, int]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The primes and the scales of the levels: each prime is picked so that the scale stays nearest 2^scale_bits."""
    near = primes_near(ring, bits=scale_bits, count=3 * depth + 8)
    scale = 2.0**scale_bits
    scales = [scale]
    middle: list[int] = []
    for _ in range(depth):
        if not near:
            raise ValueError(f"there are not {depth} primes of {scale_bits} bits for ring {ring}: take a larger scale")
        prime = min(near, key=lambda prime: abs(2 * log2(scale) - log2(prime) - scale_bits))
        near.remove(prime)
        middle.insert(0, prime)
        scale = scale * scale / prime
        scales.insert(0, scale)
    special = next((prime for prime in primes_below(ring, bits=end_bits[1]) if prime not in middle), None)
    first = next((prime for prime in primes_below(ring, bits=end_bits[0]) if prime not in (*middle, special)), None)
    if first is None or special is None:
        raise ValueError(f"there are not enough primes of {end_bits[0]} bits for ring {ring}: take a larger scale")
    return (first, *middle, special), tuple(scales)
