"""Why a Laplace mechanism made of floating-point numbers is not private: most of its outputs name their input."""

import numpy as np

from privlab.validation import positive

STEP = 2.0**-53  # a generator's uniform numbers are multiples of it
NEAR = np.arange(-64, 65)  # how many steps from the best guess a uniform number is looked for
GRID = -20  # the library's outputs are multiples of 2 to this power


def textbook_release(value, scale, uniform, sign):
    """`value` plus Laplace noise as textbooks make it: -scale ln(uniform) with a random sign. Arrays are allowed.

    uniform : multiples of 2^-53 above 0, up to 1.  sign : -1 or 1.
    Not secure because of the gaps between floating-point numbers: this module's attack.
    Source: Mironov, On significance of the least significant bits for differential privacy (2012).
    """
    return value - sign * scale * np.log(uniform)


def draw(samples, rng):
    """The raw material of `samples` releases: (uniform numbers, signs), two arrays."""
    return 1 - rng.random(samples), rng.choice([-1.0, 1.0], samples)


def candidates(output, value, scale):
    """The uniform numbers and the sign that could have brought `value` to `output`: (float [..., 129], sign [..., 1]).

    They are the multiples of 2^-53 around the one that real numbers would have needed.
    output : number or array.  value, scale : numbers, scale > 0.
    """
    distance = np.asarray(output)[..., None] - value
    exact = np.exp(-np.abs(distance) / positive("scale", scale)) / STEP
    return np.clip(np.rint(exact) + NEAR, 1, 1 / STEP) * STEP, np.where(distance < 0, -1.0, 1.0)


def reachable(output, value, scale):
    """Whether the textbook release of `value` can give `output` to the last bit; a bool, or a bool for each output."""
    uniform, sign = candidates(output, value, scale)
    return (textbook_release(value, scale, uniform, sign) == np.asarray(output)[..., None]).any(axis=-1)


def neighbouring_numbers(start, count):
    """`count` floating-point numbers in a row, from `start` up, with none left out between them."""
    numbers = [float(start)]
    for _ in range(count - 1):
        numbers.append(np.nextafter(numbers[-1], np.inf))
    return np.array(numbers)


def library_releases(value, scale, samples):
    """`samples` Laplace releases of `value` by opendp, each a multiple of 2^-20; random from the operating system.

    value, scale : numbers, scale > 0.
    """
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    domain = opendp.vector_domain(opendp.atom_domain(T=float, nan=False), size=samples)
    mechanism = opendp.m.make_laplace(domain, opendp.l1_distance(T=float), scale=float(scale), k=GRID)
    return np.array(mechanism([float(value)] * samples))


def library_epsilon(scale, sensitivity):
    """The epsilon that opendp charges for a Laplace release, a little above sensitivity / scale for its grid."""
    import opendp.prelude as opendp

    opendp.enable_features("contrib")
    domain = opendp.atom_domain(T=float, nan=False)
    mechanism = opendp.m.make_laplace(domain, opendp.absolute_distance(T=float), scale=float(scale), k=GRID)
    return mechanism.map(float(sensitivity))


def on_grid(outputs):
    """Whether each output is a multiple of 2^-20; a bool array."""
    scaled = np.asarray(outputs) * 2.0**-GRID
    return scaled == np.rint(scaled)
