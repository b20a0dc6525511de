"""Fixed point: fractions as whole numbers modulo 2^64, so that they can be shared and masked (lessons 12 and 52)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Residues
from privlab.validation import real_numbers


def encode(numbers: ArrayLike, bits: int = 32, *, parties: int = 1) -> Residues:
    """The numbers in their shape, rounded to multiples of 2^-bits, negative ones in two's complement.

    numbers : floats of any shape.
    bits : from 0 to 62, digits after the binary point.
    parties : how many such arrays will be added: their sum must fit as well.
    Raises ValueError when a number is missing (NaN), infinite or too large for the sum, or `bits` is out of range.
    Source: "Preserving the privacy of AI training data" adds gradients so; Evans, Kolesnikov and Rosulek (2018).
    """
    if bits not in range(63) or parties < 1:
        raise ValueError(f"fixed point takes 0 to 62 bits and at least one party, got {bits} and {parties}")
    reals = real_numbers("an update", numbers)
    if not np.isfinite(reals).all():
        raise ValueError("the update holds numbers that are missing (NaN) or infinite: there is nothing to encode")
    limit = 2.0 ** (63 - bits) / parties
    if reals.size and not np.abs(reals).max() < limit - 2.0**-bits:
        raise ValueError(
            f"the update holds {np.abs(reals).max():.4g}, and a sum of {parties} such with {bits} bits "
            f"after the point fits only below {limit:.4g}: use fewer bits, or clip"
        )
    return np.rint(reals * 2.0**bits).astype(np.int64).view(np.uint64)


def decode(numbers: Residues, bits: int = 32) -> Floats:
    """The floats that numbers in fixed point stand for, in their shape; from 2^63 up they are negative.

    bits : as in `encode`.
    Raises ValueError for another kind of array than uint64, or `bits` out of range.
    """
    numbers = np.asarray(numbers)
    if numbers.dtype != np.uint64 or bits not in range(63):
        raise ValueError(f"decode takes uint64 numbers and 0 to 62 bits, got {numbers.dtype} and {bits}")
    return numbers.view(np.int64).astype(np.float64) * 2.0**-bits
