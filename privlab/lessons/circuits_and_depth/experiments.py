"""x^4 + 2 by two circuits, and what each costs on ciphertexts (lesson 31)."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import Parameters

SLOTS = 2048


def slow(x: Any) -> Any:
    """x^4 + 2, one factor after another: depth 3."""
    return ((x * x) * x) * x + 2


def fast(x: Any) -> Any:
    """x^4 + 2 by squaring twice: depth 2."""
    y = x * x
    return y * y + 2


CIRCUITS = {"depth 3": trace(slow, x=SLOTS), "depth 2": trace(fast, x=SLOTS)}


class Cost(NamedTuple):
    """What a circuit cost on ciphertexts: the fastest run; bits right after the point, measured and estimated."""

    seconds: float
    bits: float
    estimate: float


def costs(chosen: Mapping[str, Parameters], *, repeats: int = 5, seed: int = 0) -> dict[str, Cost]:
    """From circuits' names to their costs on 2,048 numbers from -1 to 1, run in turn: a busy machine slows all alike.

    chosen  from the name, "depth 3" or "depth 2", to parameters that are secure and deep enough.
    repeats  runs, of which the fastest counts.
    """
    x = np.random.default_rng(seed).uniform(-1, 1, SLOTS)
    runs = {name: Encrypted(parameters) for name, parameters in chosen.items()}
    ciphertexts = {name: run.encrypt(CIRCUITS[name], x=x) for name, run in runs.items()}
    outputs: dict[str, list] = {}
    fastest = dict.fromkeys(chosen, np.inf)
    for _ in range(repeats):
        for name, run in runs.items():
            began = time.perf_counter()
            outputs[name] = run.evaluate(CIRCUITS[name], ciphertexts[name])
            fastest[name] = min(fastest[name], time.perf_counter() - began)
    off = {name: np.abs(run.decrypt(CIRCUITS[name], outputs[name]) - (x**4 + 2)).max() for name, run in runs.items()}
    return {
        name: Cost(fastest[name], float(-np.log2(off[name])), Precision(parameters)(CIRCUITS[name], x=x))
        for name, parameters in chosen.items()
    }


@lru_cache(maxsize=256)
def cost(name: str, parameters: Parameters) -> Cost:
    """The cost of one circuit, measured once and remembered; as `costs`."""
    return costs({name: parameters})[name]


def smallest(name: str, least_bits: float = 6.0) -> Parameters:
    """The circuit's parameters in the smallest secure ring that keeps `least_bits` bits after the point.

    In that ring the scale is the largest one that is secure. Raises ValueError when no ring does.
    """
    circuit, x = CIRCUITS[name], np.linspace(-1, 1, SLOTS)
    for ring in (4096, 8192, 16384, 32768):
        for scale_bits in range(50, 15, -1):
            try:
                chosen = Parameters.for_circuit(circuit, scale_bits=scale_bits, ring=ring)
                estimate = Precision(chosen)(circuit, x=x)
            except ValueError:  # not secure, or too few primes
                continue
            if estimate >= least_bits:
                return chosen
            break
    raise ValueError(f"no ring in the table keeps {least_bits:g} bits")
