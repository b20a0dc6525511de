"""What each idea of lesson 32 earns: the steps from depth 30 to depth 13, measured one by one at equal precision."""

import functools
import time
from typing import Any

import numpy as np

from benchmarks import apart, figure

MINIBATCHES, SAMPLES, WHOLE_BITS = 6, 64, 6
SHORT = dict(scale_bits=27, special_bits=45)  # what brings depth 13 into ring 16384
NAMES = {
    "as it is written": "baseline",
    "rows held twice": "rows_twice",
    "other order": "other_order",
    "two chains": "two_chains",
    "unrolled by 6": "unrolled",
}


def run(full=False, seed=0, trials=None):
    """CPU seconds and bits of each step on six minibatches of 64, with primes of 40 bits, and of the last with primes
    of 27 bits in half the ring; the reference is the step before. Of `trials` runs (2) the fastest counts.

    Without `full` the two steps that need ring 65536 are left out: the first takes 20 GiB.
    """
    from privlab.data import digits
    from privlab.he.logreg.circuits import cubic, train_in_the_clear, values_of
    from privlab.he.logreg.comparison import steps
    from privlab.he.logreg.task import three_or_eight

    rng = np.random.default_rng(seed)
    task, start = three_or_eight(digits(), count=MINIBATCHES, rng=rng), rng.normal(0, 0.05, SAMPLES)
    polynomial = cubic(max(1.0, float(np.ceil(np.abs(values_of(task.minibatches, start, 1.0)).max()))))
    clear = train_in_the_clear(task.minibatches, start, 1.0, polynomial)
    trainings = steps(MINIBATCHES, samples=SAMPLES, learning_rate=1.0, polynomial=polynomial)
    cases = [(name, trainings[title], dict(scale_bits=40)) for title, name in NAMES.items()]
    cases.append(("unrolled_short", trainings["unrolled by 6"], SHORT))
    before = None
    for name, training, sizes in cases if full else cases[2:]:
        run_it = functools.partial(measured, training, task.minibatches, start, clear, trials or 2, sizes)
        seconds, bits, ring = apart(name, run_it)
        yield figure(f"training_step_{name}_seconds", seconds, "CPU s", before, task.source)
        yield figure(f"training_step_{name}_bits", bits, "bits", None, task.source)
        yield figure(f"training_step_{name}_ring", ring, "terms")
        before = seconds


def measured(
    training: Any, minibatches: Any, start: Any, clear: Any, trials: int, sizes: Any
) -> tuple[float, float, int]:
    """CPU seconds, bits and ring of a training."""
    from privlab.he.ckks.encrypted_run import Encrypted
    from privlab.he.ckks.parameters import Parameters

    circuit, fastest = training.circuit, np.inf
    parameters = Parameters.for_circuit(circuit, whole_bits=WHOLE_BITS, **sizes)
    run = Encrypted(parameters)
    ciphertexts = run.encrypt(circuit, **training.inputs(minibatches, start))
    for _ in range(trials):
        began = time.process_time()
        outputs = run.evaluate(circuit, ciphertexts)
        fastest = min(fastest, time.process_time() - began)
    weights = training.weights(run.decrypt(circuit, outputs))
    bits = -np.log2(np.linalg.norm(weights - clear) / np.linalg.norm(clear))
    print(f"    ring {parameters.ring}, {parameters.bits} bits: {fastest:.1f} s, {bits:.1f} bits", flush=True)
    return fastest, float(bits), parameters.ring
