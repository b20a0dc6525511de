"""x^4 + 2 on ciphertexts by a circuit of depth 3 and one of depth 2: time, bytes and bits."""

from benchmarks import figure
from privlab.he.ckks.parameters import Parameters
from privlab.lessons.circuits_and_depth.experiments import CIRCUITS, costs, smallest

REPEATS = 25
LEAST_BITS = 6.0


def run(full=False, seed=0, trials=None):
    """The figures of both circuits; of `trials` runs (25, in the long form 400) the fastest counts.

    First each at its smallest secure parameters, those that keep at least 6 bits after the point, with the largest
    scale that its ring carries; then both with a scale of 38 bits, so with the same precision.
    """
    repeats = trials or (16 * REPEATS if full else REPEATS)
    chosen = {
        "": {name: smallest(name, LEAST_BITS) for name in CIRCUITS},
        "_same_precision": {name: Parameters.for_circuit(CIRCUITS[name], scale_bits=38) for name in CIRCUITS},
    }
    for suffix, parameters in chosen.items():
        measured = costs(parameters, repeats=repeats, seed=seed)
        deep, flat = measured["depth 3"], measured["depth 2"]
        yield figure(f"quartic_seconds_ratio{suffix}", deep.seconds / flat.seconds, "x")
        for name, cost in (("depth 3", deep), ("depth 2", flat)):
            start = f"quartic_{name.replace(' ', '')}"
            yield figure(f"{start}_seconds{suffix}", cost.seconds, "s")
            yield figure(f"{start}_bytes{suffix}", parameters[name].ciphertext_bytes(), "bytes")
            yield figure(f"{start}_bits{suffix}", cost.bits, "bits")
            yield figure(f"{start}_ring{suffix}", parameters[name].ring, "terms")
