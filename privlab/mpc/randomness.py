"""Where the numbers of a protocol come from: the operating system when they must be secret."""
import secrets


def uniform(modulus, rng=None):
    """A whole number drawn uniformly from 0 to `modulus` - 1.

    modulus : int, at least 1.
    rng : numpy Generator with a seed, for numbers only shown; left out, the operating system draws (`secrets`).
    Raises ValueError for a modulus below 1.
    Not secure because of `rng`: whoever knows the seed knows every number. A secret is drawn without it.
    """
    if modulus < 1:
        raise ValueError(f"the modulus must be at least 1, got {modulus}")
    if rng is None:
        return secrets.randbelow(modulus)
    bits = (modulus - 1).bit_length()
    while True:  # draws at or above the modulus are thrown away: a remainder would favour small numbers
        number = int.from_bytes(rng.bytes((bits + 7) // 8), "little") >> (-bits % 8)
        if number < modulus:
            return number
