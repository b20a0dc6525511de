"""The library Microsoft SEAL, through `tenseal.sealapi`: its context for our parameters, and what it calls a rotation.

Source: Cheon, Kim, Kim and Song (2017) for the scheme CKKS; Benaissa and others, "TenSEAL" (2021) for the library.
"""

from functools import lru_cache
from types import ModuleType
from typing import Any

from privlab.he.ckks.parameters import MOST_BITS_2024, Parameters


def library() -> ModuleType:
    """The module `tenseal.sealapi`. Raises ImportError in one sentence where there is none."""
    try:
        import tenseal.sealapi
    except ImportError:
        raise ImportError(
            "tenseal is not installed (it is made for Linux, Windows and Macs with Apple silicon only): "
            "the evaluators Plain, Depth, Count and Precision work without it"
        ) from None
    return tenseal.sealapi


def refuse_insecure(parameters: Parameters) -> None:
    """Raises ValueError for parameters outside the table of 128-bit security; says by how much, and what would be."""
    if not parameters.is_secure():
        most, bits = MOST_BITS_2024.get(parameters.ring), parameters.bits
        enough = next((ring for ring, limit in MOST_BITS_2024.items() if bits <= limit), None)
        raise ValueError(
            f"{bits} bits in ring {parameters.ring} are not secure: "
            + (f"the table of 2024 ends at {most} bits; " if most else "that ring is not in the table; ")
            + (f"ring {enough} would do" if enough else "no ring would do: lower the depth or the scale")
        )


@lru_cache(maxsize=4)
def context(parameters: Parameters) -> tuple[Any, list[Any]]:
    """The library's context, and its name of each level from 0 up. Secure or not: nothing is refused here.

    Raises ValueError for what the library cannot do, ImportError where there is no tenseal.
    """
    seal = library()
    settings = seal.EncryptionParameters(seal.SCHEME_TYPE.CKKS)
    settings.set_poly_modulus_degree(parameters.ring)
    settings.set_coeff_modulus([seal.Modulus(prime) for prime in parameters.primes])
    made = seal.SEALContext(settings, True, seal.SEC_LEVEL_TYPE.NONE)  # its table ends at 32768, ours goes on
    if not made.parameters_set():
        raise ValueError(f"the library refuses these parameters: {made.parameters_error_message()}")
    names: list[Any] = []
    data = made.first_context_data()
    while data is not None:
        names.insert(0, data.parms_id())
        data = data.next_context_data()
    return made, names


def element(steps: int, ring: int) -> int:
    """The number by which the library knows a rotation of `steps` slots to the left."""
    return pow(3, steps, 2 * ring)
