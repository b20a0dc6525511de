"""Circuits of the course beside TenSEAL's own tensors, in the same ring, with primes of the same sizes (lesson 31)."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import figure

SCALE_BITS, WHOLE_BITS = 38, 10


class Case(NamedTuple):
    """A task by both: our function and its inputs, TenSEAL's, and the result in the clear."""

    function: Callable[..., Any]
    values: dict[str, np.ndarray]
    theirs: Callable[..., Any]
    wanted: np.ndarray


class Measured(NamedTuple):
    """Seconds of the fastest run, from ciphertexts to ciphertext; bits right; bytes of inputs and of keys as sent."""

    seconds: float
    bits: float
    sent: int
    keys: int


def cases(seed: int) -> dict[str, Case]:
    """The tasks by name."""
    rng = np.random.default_rng(seed)
    x, y, short = rng.uniform(-1, 1, 1024), rng.uniform(-1, 1, 1024), rng.uniform(-1, 1, 64)
    square, wide = rng.uniform(-1, 1, (128, 128)) / 11, rng.uniform(-1, 1, 128)
    c = rng.uniform(-1, 1, 9)
    first, bias, second = rng.normal(size=(32, 64)) / 8, rng.normal(size=32), rng.normal(size=(10, 32)) / 6

    def theirs(x: Any) -> Any:
        """A list is added to the first slots alone, and the next product reads them all: so the bias is encrypted."""
        import tenseal

        hidden = x.matmul(first.T.tolist()) + tenseal.ckks_vector(x.context(), bias.tolist())
        return hidden.square().matmul(second.T.tolist())

    def polynomial(x: Any) -> Any:
        x2 = x * x
        x3, x4 = x2 * x, x2 * x2
        low, high = c[1] * x + c[2] * x2 + c[3] * x3, c[4] + c[5] * x + c[6] * x2 + c[7] * x3
        return low + x4 * high + (c[8] * x4) * x4 + c[0]

    return {
        "dot": Case(lambda x, y: x @ y, dict(x=x, y=y), lambda x, y: x.dot(y), np.array([x @ y])),
        "matrix": Case(lambda x: square @ x, dict(x=wide), lambda x: x.matmul(square.T.tolist()), square @ wide),
        "polynomial": Case(polynomial, dict(x=x), lambda x: x.polyval(c.tolist()), np.polyval(c[::-1], x)),
        "network": Case(
            lambda x: second @ (first @ x + bias) ** 2, dict(x=short), theirs, second @ (first @ short + bias) ** 2
        ),
    }


def ours(case: Case, trials: int) -> tuple[Measured, Any]:
    """What the course's circuit costs, and its parameters."""
    from privlab import he

    circuit = he.trace(case.function, **{name: len(value) for name, value in case.values.items()})
    parameters = he.Parameters.for_circuit(circuit, scale_bits=SCALE_BITS, whole_bits=WHOLE_BITS)
    run, fastest = he.Encrypted(parameters), np.inf
    ciphertexts = run.encrypt(circuit, **case.values)
    for _ in range(trials):
        began = time.perf_counter()
        outputs = run.evaluate(circuit, ciphertexts)
        fastest = min(fastest, time.perf_counter() - began)
    off = np.abs(np.ravel(run.decrypt(circuit, outputs)) - case.wanted).max()
    levels, slots, client = run.at, circuit.pack(case.values), run.client
    sent = sum(in_a_file(client.to_send(slots[node.detail], levels[node.index]), parameters) for node in circuit.inputs)
    keys = [client.product_key_to_send(), *map(client.rotation_key_to_send, parameters.rotations)]
    return Measured(fastest, float(-np.log2(off)), sent, sum(in_a_file(key, parameters) for key in keys)), parameters


def in_a_file(thing: Any, parameters: Any) -> int:
    """Bytes of a ciphertext or a key as the client sends it."""
    from privlab.he.ckks.serialization import save

    with tempfile.TemporaryDirectory() as folder:
        return save(thing, Path(folder) / "thing", parameters)


def tenseal_s(case: Case, parameters: Any, trials: int) -> Measured:
    """What TenSEAL's tensors cost in the same ring, on one thread, with primes of the same sizes."""
    import tenseal

    first, special = parameters.end_bits
    sizes = [first, *[SCALE_BITS] * parameters.depth, special]
    context = tenseal.context(tenseal.SCHEME_TYPE.CKKS, parameters.ring, coeff_mod_bit_sizes=sizes, n_threads=1)
    context.global_scale = 2.0**SCALE_BITS
    context.generate_galois_keys()
    fastest = np.inf
    for _ in range(trials):
        vectors = [tenseal.ckks_vector(context, value) for value in case.values.values()]  # a run changes them
        began = time.perf_counter()
        result = case.theirs(*vectors)
        fastest = min(fastest, time.perf_counter() - began)
    off = np.abs(np.array(result.decrypt()) - case.wanted).max()
    sent = sum(len(tenseal.ckks_vector(context, value).serialize()) for value in case.values.values())
    keys = len(context.serialize(save_public_key=False, save_secret_key=False, save_galois_keys=True))
    return Measured(fastest, float(-np.log2(off)), sent, keys)


def run(trials: int, seed: int) -> Any:
    """Yields seconds, bits and bytes of each task, with TenSEAL's as the reference."""
    for name, case in cases(seed).items():
        mine, parameters = ours(case, trials)
        theirs = tenseal_s(case, parameters, trials)
        print(f"  {name}: ring {parameters.ring}, {parameters.bits} bits, depth {parameters.depth}", flush=True)
        if theirs.bits < 1:
            print(f"  {name}: TenSEAL's result, as called here, is wrong: its seconds are no comparison", flush=True)
        yield figure(f"peers_{name}_seconds", mine.seconds, "s", theirs.seconds)
        yield figure(f"peers_{name}_bits", mine.bits, "bits", theirs.bits)
        yield figure(f"peers_{name}_input_bytes", mine.sent, "bytes", theirs.sent)
        yield figure(f"peers_{name}_key_bytes", mine.keys, "bytes", theirs.keys)
