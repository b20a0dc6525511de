"""How large a key must be: parameters of CKKS chosen from a circuit, inside the table of 128-bit security, and their
primes.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import log2, prod

from privlab.he.circuits.evaluators import Rotations, levels


def primes_below(ring, bits):
    """The primes of exactly `bits` bits that leave 1 when divided by 2 * ring, largest first, one after another."""
    step = 2 * ring
    candidate = (2**bits - 1) // step * step + 1
    while candidate.bit_length() == bits:
        if is_prime(candidate):
            yield candidate
        candidate -= step


def primes_near(ring, bits, count):
    """At most `count` primes that leave 1 when divided by 2 * ring, those nearest 2^bits, from both sides."""
    step, found = 2 * ring, []
    below = 2**bits // step * step + 1
    above = below + step
    while len(found) < count and 2 * below > 2**bits:
        found += [each for each in (below, above) if is_prime(each)]
        below, above = below - step, above + step
    return found


def is_prime(number):
    """Whether a number below 2^64 is prime (Miller and Rabin; these bases leave no doubt below 3.3 * 10^24)."""
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if number < 2 or any(number % base == 0 for base in bases):
        return number in bases
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True


# Ring dimension: the most bits of the whole modulus, special prime included, for 128-bit security against a classical
# attacker with a ternary secret. Source: Albrecht and others, "Homomorphic Encryption Security Standard",
# HomomorphicEncryption.org (2018), table 1; its table ends at 32768. Row 65536: the table of the library OpenFHE
# (stdlatticeparms), which goes on.
MOST_BITS = {1024: 27, 2048: 54, 4096: 109, 8192: 218, 16384: 438, 32768: 881, 65536: 1747}
WHOLE_BITS = 10  # by default room for values below 2^9 before the point


@dataclass(frozen=True)
class Parameters:
    """Parameters of CKKS, made by `for_circuit` or by hand; whoever makes keys with them checks that they are secure.

    ring : int, the ring dimension; a ciphertext holds ring / 2 slots.
    depth : int, how many multiplications in a row fit. scale_bits : int, bits after the point, before noise.
    whole_bits : int, bits before the point, sign included. rotations : tuple of int, the steps to make keys for.
    special_bits : int, bits of the special prime, which serves to switch keys; by default those of the first prime.
    Each
        bit more halves the noise of a rotation.
    Raises ValueError for primes of more than 60 bits, and for what is no whole number.
    """

    ring: int
    depth: int
    scale_bits: int = 40
    whole_bits: int = WHOLE_BITS
    rotations: tuple = ()
    special_bits: int | None = None

    def __post_init__(self):
        if (
            not all(isinstance(each, int) for each in (self.ring, self.depth, self.scale_bits, self.whole_bits))
            or self.depth < 0
        ):
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
    def for_circuit(cls, circuit, scale_bits=40, ring=None, whole_bits=WHOLE_BITS, special_bits=None):
        """The parameters with the smallest secure ring (or `ring`) that run `circuit`, which uses up every level.

        Raises ValueError when that is not secure or does not hold the circuit's slots, and says what would be.
        """
        depth, rotations = max(levels(circuit)), tuple(Rotations()(circuit))
        choices = (
            cls(each, depth, scale_bits, whole_bits, rotations, special_bits)
            for each in MOST_BITS
            if each // 2 >= circuit.size
        )
        smallest = next((each for each in choices if each.is_secure()), None)
        if smallest is None:
            raise ValueError(
                f"no ring in the table is large enough for depth {depth} with {scale_bits}-bit primes and "
                f"{circuit.size} slots: lower the depth or the scale"
            )
        if ring is None or ring == smallest.ring:
            return smallest
        chosen = cls(ring, depth, scale_bits, whole_bits, rotations, special_bits)
        if ring < smallest.ring or ring not in MOST_BITS:
            raise ValueError(
                f"ring {ring} does not do for depth {depth} with {scale_bits}-bit primes and {circuit.size} "
                f"slots: {chosen.least_bits} bits are secure only up to {MOST_BITS.get(ring, 0)} there; "
                f"ring {smallest.ring} does"
            )
        return chosen

    @property
    def end_bits(self):
        """Bits of the first prime, which holds the result, and of the special prime."""
        first = self.scale_bits + self.whole_bits
        return first, self.special_bits or first

    @property
    def bits(self):
        """Bits of the whole modulus, the product of the primes, which is what the table limits."""
        return prod(self.primes).bit_length()

    def is_secure(self):
        """Whether the whole modulus fits the table of 128-bit security."""
        most = MOST_BITS.get(self.ring, 0)
        return self.least_bits <= most and self.bits <= most

    @property
    def least_bits(self):
        """Bits of the whole modulus before its primes are looked for: at most one fewer than `bits`."""
        return sum(self.end_bits) + self.depth * self.scale_bits

    @property
    def primes(self):
        """The primes: the first, one for each level from 1 up, the special one. Raises ValueError where there are too
        few.
        """
        return _chain(self.ring, self.depth, self.scale_bits, self.end_bits)[0]

    @property
    def scales(self):
        """The scale of a value at each level from 0 up: sum and product of two values never disagree about it."""
        return _chain(self.ring, self.depth, self.scale_bits, self.end_bits)[1]

    def ciphertext_bytes(self, level=None):
        """Bytes of a ciphertext at `level` (the highest), uncompressed: two polynomials of 8-byte numbers for each
        prime.
        """
        return 2 * 8 * self.ring * ((self.depth if level is None else level) + 1)

    def key_bytes(self):
        """Bytes of the keys that the server needs: one for products, one for each rotation."""
        return (1 + len(self.rotations)) * (self.depth + 1) * 2 * 8 * self.ring * (self.depth + 2)

    def memory_bytes(self, circuit):
        """Bytes that keys and ciphertexts take at the peak while `circuit` runs, library and Python not counted."""
        at = levels(circuit)
        last = {each: node.place for node in circuit.nodes for each in node.arguments}
        held = sum(self.ciphertext_bytes(at[node.place]) for node in circuit.nodes if node.operation == "input")
        most = held
        for node in circuit.nodes:
            held += self.ciphertext_bytes(at[node.place]) if node.operation != "input" else 0
            most = max(most, held)
            held -= sum(
                self.ciphertext_bytes(at[each])
                for each in set(node.arguments)
                if last[each] == node.place and each not in circuit.outputs
            )
        return self.key_bytes() + most


@lru_cache(maxsize=64)
def _chain(ring, depth, scale_bits, end_bits):
    """The primes and the scales of the levels: each prime is picked so that the scale after it stays nearest
    2^scale_bits.
    """
    near = primes_near(ring, scale_bits, 3 * depth + 8)
    scale, scales, middle = 2.0**scale_bits, [2.0**scale_bits], []
    for _ in range(depth):
        if not near:
            raise ValueError(f"there are not {depth} primes of {scale_bits} bits for ring {ring}: take a larger scale")
        prime = min(near, key=lambda each: abs(2 * log2(scale) - log2(each) - scale_bits))
        near.remove(prime)
        middle.insert(0, prime)
        scale = scale * scale / prime
        scales.insert(0, scale)
    special = next((each for each in primes_below(ring, end_bits[1]) if each not in middle), None)
    first = next((each for each in primes_below(ring, end_bits[0]) if each not in (*middle, special)), None)
    if first is None or special is None:
        raise ValueError(f"there are not enough primes of {end_bits[0]} bits for ring {ring}: take a larger scale")
    return (first, *middle, special), tuple(scales)
