"""Training a logistic regression on ciphertexts: the circuit of depth 5 a minibatch against the flattest."""

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import apart, figure

MINIBATCHES, SAMPLES, LARGE, FEATURES, LEARNING_RATE = 6, 64, 512, 64, 1.0
FLAT = dict(scale_bits=27, whole_bits=6, special_bits=45)  # ring 16384 at depth 13, nearly to the last bit
THIN = dict(scale_bits=26, ring=32768, whole_bits=6, special_bits=55)
ARTICLE = {"speedup": 80 / 13, "depth_baseline": 30, "depth_low": 15, "input": 1.8, "multiplications": 4.0}


class Measured(NamedTuple):
    """A training from ciphertexts to ciphertext: seconds by one process and by two, weights, bytes sent, memory."""

    seconds: float
    seconds_two: float
    weights: np.ndarray
    bytes_sent: int
    gibibytes: float


def run(full=False, seed=0, trials=None):
    """The figures for six minibatches of 64, and for six of 512; of `trials` runs (3) the fastest counts; the long
    baseline and the minibatches of 512 run once.

    Without `full` the baseline runs for two minibatches, at what fits 2 GB, and what depends on it ends in "_k2". Each
    training is measured from ciphertexts to ciphertext, one process against one process. With `full` the baseline takes
    20 GiB, and a machine that lacks them is told so. The baseline uses an eighth of its slots at 64 a minibatch. Its
    time at 512 is not measured: the operations are the same, on ciphertexts as large, and 3 rotations more a minibatch
    for the longer sum. Its time at 64 is taken instead, which does the baseline a favour of at most a sixth.
    """
    from benchmarks.experiments.large_minibatches import in_parts
    from privlab.data import digits
    from privlab.he.circuits.evaluators import Depth
    from privlab.he.logreg.circuits import baseline, cubic, sigmoid, train_in_the_clear, values_of
    from privlab.he.logreg.task import three_or_eight
    from privlab.he.logreg.unrolling import unrolled

    rng, split = np.random.default_rng(seed), digits()
    count, ending = (MINIBATCHES, "") if full else (2, "_k2")
    task, start = three_or_eight(split, count=MINIBATCHES, rng=rng), rng.normal(0, 0.05, FEATURES)
    data, few = task.source, task.minibatches[:count]
    reach = max(1.0, float(np.ceil(np.abs(values_of(task.minibatches, start, LEARNING_RATE)).max())))
    polynomial = cubic(reach)
    sizes = dict(samples=SAMPLES, features=FEATURES, learning_rate=LEARNING_RATE, polynomial=polynomial)
    best = unrolled(MINIBATCHES, unroll=MINIBATCHES, **sizes)
    public = unrolled(MINIBATCHES, unroll=MINIBATCHES, from_zero=True, **sizes)
    for name, training, reference in (
        ("baseline", baseline(MINIBATCHES, **sizes), ARTICLE["depth_baseline"]),
        ("low", unrolled(MINIBATCHES, unroll=2, **sizes), ARTICLE["depth_low"]),
        ("best", best, ARTICLE["depth_low"]),
        ("public_start", public, ARTICLE["depth_low"]),
    ):
        yield figure(f"depth_{name}", Depth()(training.circuit), "levels", reference)

    slow = baseline(count, **sizes)
    _refuse_what_does_not_fit(slow, dict(scale_bits=40))  # before anything is measured
    flat = whole = _apart("depth 13", best, task.minibatches, start, trials or 3, True, FLAT)
    clear = train_in_the_clear(task.minibatches, start, LEARNING_RATE, polynomial)
    exact = train_in_the_clear(task.minibatches, start, LEARNING_RATE, sigmoid)
    yield figure("weight_bits", _bits(whole.weights, clear), "bits", 7.0, data)
    yield figure("accuracy_encrypted", 100 * task.accuracy(whole.weights), "%", 100 * task.accuracy(clear), data)
    yield figure(
        "accuracy_difference", abs(task.accuracy(whole.weights) - task.accuracy(clear)), "fraction", 0.001, data
    )
    yield figure("accuracy_exact_sigmoid", 100 * task.accuracy(exact), "%", 100 * task.accuracy(whole.weights), data)
    yield figure("polynomial_reach", reach, "u", None, data)
    far, near = _off_rates(split, seed)
    yield figure("cubic_8_off_rate", far, "rate", None, data)
    yield figure("cubic_chosen_off_rate", near, "rate", None, data)
    yield figure("encrypted_training_seconds", whole.seconds, "s", None, data)
    yield figure("encrypted_training_seconds_two", whole.seconds_two, "s", None, data)
    if not full:
        best = unrolled(count, unroll=count, **sizes)
        flat = _apart(f"depth {2 * count + 1}", best, few, start, trials or 3, True, FLAT)
    large = three_or_eight(split, count=count, samples=LARGE, rng=rng)
    wide = _apart(
        f"minibatches of {LARGE}",
        in_parts(count, **sizes | {"samples": LARGE}),
        large.minibatches,
        start,
        trials or 1,
        False,
        dict(scale_bits=40),
    )
    yield figure(f"encrypted_training_seconds_mb512{ending}", wide.seconds, "s", None, data)
    yield figure(
        f"weight_bits_mb512{ending}",
        _bits(wide.weights, train_in_the_clear(large.minibatches, start, LEARNING_RATE, polynomial)),
        "bits",
        7.0,
        data,
    )

    steep = _apart(
        f"the baseline of depth {5 * count}", slow, few, start, 1 if full else trials or 3, False, dict(scale_bits=40)
    )
    speedup = ARTICLE["speedup"] if full else None
    yield figure(f"baseline_seconds{ending}", steep.seconds, "s", None, data)
    yield figure(
        f"baseline_weight_bits{ending}",
        _bits(steep.weights, train_in_the_clear(few, start, LEARNING_RATE, polynomial)),
        "bits",
        7.0,
        data,
    )
    yield figure(f"encrypted_training_speedup{ending}", steep.seconds / flat.seconds, "x", speedup, data)
    yield figure(f"encrypted_training_speedup_two{ending}", steep.seconds / flat.seconds_two, "x", speedup, data)
    yield figure(f"encrypted_training_speedup_mb512{ending}", steep.seconds / wide.seconds, "x", None, data)
    yield figure(
        f"input_bytes_ratio{ending}", flat.bytes_sent / steep.bytes_sent, "x", ARTICLE["input"] if full else None, data
    )
    products = [_counted(training, "multiply") for training in (best, slow)]
    yield figure(
        f"multiplications_ratio{ending}", products[0] / products[1], "x", ARTICLE["multiplications"] if full else None
    )
    for name, training, number in zip(("best", "baseline"), (best, slow), products):
        yield figure(f"{name}_multiplications{ending}", number, "products")
        yield figure(f"{name}_rotations{ending}", _counted(training, "rotate"), "rotations")
    # the same circuit with primes as small as its depth and the table allow: less precise, and in half the ring
    if full:
        thin = _apart("the same at the smallest ring", slow, few, start, 1, False, THIN)
        yield figure("baseline_seconds_ring32768", thin.seconds, "s", None, data)
        yield figure(
            "baseline_weight_bits_ring32768",
            _bits(thin.weights, train_in_the_clear(few, start, LEARNING_RATE, polynomial)),
            "bits",
            7.0,
            data,
        )
        yield figure("encrypted_training_speedup_ring32768", thin.seconds / flat.seconds, "x", speedup, data)
        yield figure("encrypted_training_speedup_two_ring32768", thin.seconds / flat.seconds_two, "x", speedup, data)
    yield figure(f"peak_memory_gb{ending}", steep.gibibytes, "GiB")
    yield figure("flat_memory_gb", whole.gibibytes, "GiB")


def _off_rates(split, seed, runs=20):
    """Two shares of `runs` trainings in the clear whose accuracy is more than a thousandth off that with the true
    sigmoid.

    The first with the cubic for [-8, 8], as it is often published, the second with the one for the range that occurs.
    """
    from privlab.he.logreg.circuits import cubic, sigmoid, train_in_the_clear, values_of
    from privlab.he.logreg.task import three_or_eight

    off = []
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        task, start = three_or_eight(split, count=MINIBATCHES, rng=rng), rng.normal(0, 0.05, FEATURES)
        reach = max(1.0, np.ceil(np.abs(values_of(task.minibatches, start, LEARNING_RATE)).max()))
        accuracies = [
            task.accuracy(train_in_the_clear(task.minibatches, start, LEARNING_RATE, curve))
            for curve in (sigmoid, cubic(8.0), cubic(reach))
        ]
        off.append(np.abs(np.subtract(accuracies[1:], accuracies[0])) > 0.001)
    return np.mean(off, axis=0)


def _apart(name, training, minibatches, start, trials, two, sizes):
    """The `Measured` of a training in a process of its own, whose memory is given back when it ends."""
    parameters = _refuse_what_does_not_fit(training, sizes)
    print(
        f"  {name}: ring {parameters.ring}, {parameters.bits} bits, keys of {parameters.key_bytes() / 1e9:.1f} GB",
        flush=True,
    )
    return apart(name, lambda: _measure(training, minibatches, start, trials, two, parameters))


def _refuse_what_does_not_fit(training, sizes):
    """The `Parameters` of a training; ends the program with a sentence where the machine lacks the memory."""
    from privlab.he.ckks.encrypted_run import refuse_what_does_not_fit
    from privlab.he.ckks.parameters import Parameters

    parameters = Parameters.for_circuit(training.circuit, **sizes)
    try:
        refuse_what_does_not_fit(parameters.memory_bytes(training.circuit))
    except ValueError as error:
        sys.exit(f"encrypted_training, ring {parameters.ring}: {error}")
    return parameters


def _measure(training, minibatches, start, trials, two, parameters):
    from benchmarks.experiments.two_workers import Workers
    from privlab.he.ckks.encrypted_run import Encrypted

    began = time.perf_counter()
    run, circuit = Encrypted(parameters), training.circuit
    values = training.inputs(minibatches, start)
    ciphertexts, bytes_sent = run.encrypt(circuit, **values), _sent(run, circuit, values)
    print(f"    keys and ciphertexts in {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
    workers, taken = Workers(run.server) if two else None, ([], [])
    for _ in range(trials):
        for evaluator, seconds in ((run, taken[0]), (workers, taken[1])):
            if evaluator is None:
                continue
            began = time.perf_counter()
            outputs = (
                run.evaluate(circuit, ciphertexts)
                if evaluator is run
                else workers.evaluate(circuit, ciphertexts, width=2 * FEATURES)
            )
            seconds.append(time.perf_counter() - began)
            left = [run.server.level(cipher) for cipher in outputs]
            if any(left):
                raise RuntimeError(f"the depth is not used up: the results have levels {left} left")
    weights = training.weights(run.decrypt(circuit, outputs))
    return Measured(
        min(taken[0]),
        min(taken[1], default=None),
        weights,
        bytes_sent,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    )


def _sent(run, circuit, values):
    """Bytes of the inputs' ciphertexts in files as the client sends them."""
    from privlab.he.ckks.executor import levels_for
    from privlab.he.ckks.serialization import save

    at, slots, total = levels_for(run.parameters, circuit), circuit.pack(values), 0
    with tempfile.TemporaryDirectory() as folder:
        for node in circuit.inputs:
            sent = run.client.to_send(slots[node.detail], at[node.index])
            total += save(sent, Path(folder) / "input", run.parameters)
    return total


def _bits(weights, clear):
    return float(-np.log2(np.linalg.norm(weights - clear) / np.linalg.norm(clear)))


def _counted(training, operation):
    from privlab.he.circuits.evaluators import Count

    return Count()(training.circuit)[operation]
