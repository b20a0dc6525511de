"""Fixed point: fractions as whole numbers modulo 2^64, so that they can be shared and masked (lesson 52)."""

import numpy as np

from privlab.validation import real_numbers


def encode(numbers, bits=32, parties=1):
    """The numbers as uint64: rounded to multiples of 2^-bits, negative ones in two's complement.

    numbers : floats of any shape.
    bits : int from 0 to 62, digits after the binary point.
    parties : int, how many such arrays will be added: their sum must fit as well.
    Raises ValueError when a number is missing (NaN), infinite or too large for the sum, or `bits` is out of range.
    Source: "Preserving the privacy of AI training data" adds gradients so; Evans, Kolesnikov and Rosulek (2018).
    """
    if bits not in range(63) or parties < 1:
        raise ValueError(f"fixed point takes 0 to 62 bits and at least one party, got {bits} and {parties}")
    numbers = real_numbers("an update", numbers)
    if not np.isfinite(numbers).all():
        raise ValueError("the update holds numbers that are missing (NaN) or infinite: there is nothing to encode")
    limit = 2.0 ** (63 - bits) / parties
    if numbers.size and not np.abs(numbers).max() < limit - 2.0**-bits:
        raise ValueError(
            f"the update holds {np.abs(numbers).max():.4g}, and a sum of {parties} such with {bits} bits "
            f"after the point fits only below {limit:.4g}: use fewer bits, or clip"
        )
    return np.rint(numbers * 2.0**bits).astype(np.int64).view(np.uint64)


def decode(numbers, bits=32):
    """The floats that uint64 numbers in fixed point stand for; from 2^63 up they are negative.

    numbers : uint64 array of any shape; bits : as in `encode`.
    Raises ValueError for another kind of array or `bits` out of range.
    """
    numbers = np.asarray(numbers)
    if numbers.dtype != np.uint64 or bits not in range(63):
        raise ValueError(f"decode takes uint64 numbers and 0 to 62 bits, got {numbers.dtype} and {bits}")
    return numbers.view(np.int64) * 2.0**-bits
