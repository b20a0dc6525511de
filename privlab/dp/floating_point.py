"""Why a Laplace mechanism made of floating-point numbers is not private: most of its outputs name their input."""

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Booleans, Floats
from privlab.validation import positive

STEP = 2.0**-53  # a generator's uniform numbers are multiples of it
NEAR = np.arange(-64.0, 65.0)  # how many steps from the best guess a uniform number is looked for
GRID = -20  # opendp's outputs are multiples of 2 to this power


def textbook_release(value: Floats | float, scale: float, uniform: Floats | float, sign: Floats | float) -> Floats:
    """`value` plus Laplace noise as textbooks make it: -scale ln(uniform) with a random sign. Arrays are allowed.

    uniform : multiples of 2^-53 above 0, up to 1.  sign : -1 or 1.
    Not secure because of the gaps between floating-point numbers: this module's attack.
    Source: Mironov, On significance of the least significant bits for differential privacy (2012).
    """
    return value - sign * scale * np.log(uniform)


def draw(samples: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The raw material of `samples` releases: (uniform numbers, signs)."""
    return 1 - rng.random(samples), rng.choice(np.array([-1.0, 1.0]), samples)


def candidates(output: ArrayLike, value: float, scale: float) -> tuple[Floats, Floats]:
    """The uniform numbers and the sign that could have brought `value` to `output`: ([..., 129], [..., 1]).

    They are the multiples of 2^-53 around the one that real numbers would have needed.
    Raises ValueError for a scale that is not a positive number.
    """
    distance = np.asarray(output, dtype=float)[..., None] - value
    exact = np.exp(-np.abs(distance) / positive("scale", scale)) / STEP
    return np.clip(np.rint(exact) + NEAR, 1, 1 / STEP) * STEP, np.where(distance < 0, -1.0, 1.0)


def reachable(output: ArrayLike, value: float, scale: float) -> Booleans:
    """Whether the textbook release of `value` can give `output` to the last bit; one answer for each output."""
    uniform, sign = candidates(output, value, scale)
    return (textbook_release(value, scale, uniform, sign) == np.asarray(output)[..., None]).any(axis=-1)


def neighbouring_numbers(start: float, count: int) -> Floats:
    """`count` floating-point numbers in a row, from `start` up, with none left out between them."""
    numbers = [float(start)]
    for _ in range(count - 1):
        numbers.append(np.nextafter(numbers[-1], np.inf))
    return np.array(numbers)


def opendp_releases(value: float, *, scale: float, samples: int) -> Floats:
    """Laplace releases of `value` by opendp, [samples], multiples of 2^-20; random from the operating system."""
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    domain = opendp.vector_domain(opendp.atom_domain(T=float, nan=False), size=samples)
    mechanism = opendp.m.make_laplace(domain, opendp.l1_distance(T=float), scale=float(scale), k=GRID)
    return np.array(mechanism([float(value)] * samples))


def opendp_epsilon(*, sensitivity: float, scale: float) -> float:
    """The epsilon that opendp charges for a Laplace release, a little above sensitivity / scale for its grid."""
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    domain = opendp.atom_domain(T=float, nan=False)
    mechanism = opendp.m.make_laplace(domain, opendp.absolute_distance(T=float), scale=float(scale), k=GRID)
    return mechanism.map(float(sensitivity))


def on_grid(outputs: ArrayLike) -> Booleans:
    """Whether each output is a multiple of 2^-20."""
    scaled = np.asarray(outputs) * 2.0**-GRID
    return scaled == np.rint(scaled)
