"""What a server gets from masked updates, from the same updates unmasked, and from the sum alone; what masks cost.

Each trial has new letters, a new model and new keys. The attacker is the exact inversion, at most 16 letters. In five
further trials it is gradient matching, on a sigmoid network, of letters with different labels, which it is told: there
it is at its strongest. `--full` simulates rounds of 1,000 clients: a first one in which 10 % fall silent and everyone
agrees on keys, then a curve, rounds in which 0, 2, 5 and 10 % do, with the keys of the first. Ten may be the server's
accomplices. Seconds are of one core, of all parties together; bytes go in and out.
"""

import secrets
import statistics
import sys
import time

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, render
from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch
from privlab.fl.gradients.metrics import RECOVERED, matched
from privlab.fl.gradients.models import dense_network
from privlab.fl.secagg.additive import as_gradient
from privlab.fl.secagg.masking import SEED_BYTES, mask
from privlab.fl.secagg.messages import unpack
from privlab.fl.secagg.protocol import Federation
from privlab.mpc.fixed_point import decode

TRIALS, MATCHING, REPEATS, MILLION = 100, 5, 31, 10**6
BATCH, CLIENTS, EACH = 7, 3, 3  # a batch under attack; and a sum of three clients of three letters
CURVE = (0, 20, 50, 100)  # so many of a thousand fall silent
CROWD, LENGTH = 1000, 16_000  # the length is that of Flamingo's own prototype


def run(full=False, seed=0, trials=None):
    """The figures of secure aggregation over `trials` trials, 100 by default."""
    if data_in_use().source == "drawn":
        render()
    private, trials = letters(), trials or TRIALS
    rows = np.array(
        [
            (*_one_update(private.test, (seed, trial, 1)), _sum_alone(private.test, (seed, trial, 2)))
            for trial in tqdm(range(trials), "secure_aggregation", file=sys.stderr, disable=None)
        ]
    )
    matching = np.array(
        [_one_update(private.test, (seed, trial, 3), "sigmoid") for trial in range(min(MATCHING, trials))]
    )
    recovered = int(rows[:, 0].sum() + matching[:, 0].sum())
    yield figure("masked_recovered", recovered, "letters", reference=0, data=private.source)
    yield figure("unmasked_recovered_rate", float(rows[:, 1].mean() / BATCH), "rate", data=private.source)
    yield figure("unmasked_matching_rate", float(matching[:, 1].mean() / BATCH), "rate", data=private.source)
    yield figure("sum_all_exact_rate", float(rows[:, 2].mean()), "rate", data=private.source)
    yield figure("mask_slowdown", _slowdown(seed), "times")
    yield from crowd_figures(seed, full)


def _gradients(private, model, clients, size, rng):
    rows = rng.choice(len(private.labels), (clients, size), replace=False)
    return rows, [client_gradient(model, private.images[batch], private.labels[batch]).numbers for batch in rows]


def _one_update(private, seed, activation="relu"):
    """How many of one client's letters come out of its masked report, and out of the same update unmasked."""
    rng = np.random.default_rng(seed)
    model = dense_network(int(rng.integers(2**31)), activation)
    rows, updates = _gradients(private, model, CLIENTS, BATCH, rng)
    if activation == "sigmoid":
        labels = np.sort(rng.choice(26, BATCH, replace=False))
        rows[0] = [rng.choice(np.flatnonzero(private.labels == label)) for label in labels]
        updates[0] = client_gradient(model, private.images[rows[0]], labels).numbers
    report = Federation(CLIENTS).sum(updates).reached_server("report")[0]
    masked = decode(np.frombuffer(unpack(report.data, "report").fields[0], "<u8"))
    counts = []
    for numbers in (masked, updates[0]):
        gradient = as_gradient(numbers, model)
        images = (
            invert_relu_layer(gradient, model, rng).images
            if activation == "relu"
            else match_batch(gradient, model, labels, iterations=150, seed=int(rng.integers(2**31))).image
        )
        counts.append(int((matched(images, private.images[rows[0]])[0] < RECOVERED).sum()))
    return tuple(counts)


def _sum_alone(private, seed):
    """Whether all letters of three clients come out of their secure sum, byte for byte."""
    rng = np.random.default_rng(seed)
    model = dense_network(int(rng.integers(2**31)), hidden=512)
    rows, updates = _gradients(private, model, CLIENTS, EACH, rng)
    total = Federation(CLIENTS).sum(updates).total
    attack = invert_relu_layer(as_gradient(total, model), model, rng)
    return matched(attack.images, private.images[rows.ravel()])[1].all()


def _slowdown(seed):
    """How often the time of adding four plain vectors one of four clients takes to mask its own, a million numbers."""
    rng, spent = np.random.default_rng(seed), {"mask": [], "add": []}
    vectors = [rng.integers(2**64, size=MILLION, dtype=np.uint64) for _ in range(4)]
    for _ in range(REPEATS):
        seeds = {other: secrets.token_bytes(SEED_BYTES) for other in (1, 2, 3)}
        began = time.perf_counter()
        mask(vectors[0], 0, seeds, secrets.token_bytes(SEED_BYTES))
        spent["mask"].append(time.perf_counter() - began)
        began = time.perf_counter()
        total = vectors[0].copy()
        for vector in vectors[1:]:
            total += vector
        spent["add"].append(time.perf_counter() - began)
    return statistics.median(spent["mask"]) / statistics.median(spent["add"])


def crowd_figures(seed, full):
    """The figures of a thousand clients, first round and curve; without a value where `full` is False."""
    rng = np.random.default_rng(seed)
    federation = Federation(CROWD, root=rng.bytes(16), lost=CROWD // 10, accomplices=10) if full else None
    for name, lost in (("", 100), *((f"_lost_{lost}", lost) for lost in CURVE)):
        seconds, client, decryptor = _crowd(federation, lost, rng) if full else (None,) * 3
        yield figure(f"crowd_1000{name}_seconds", seconds, "s")
        yield figure(f"crowd_1000{name}_bytes_a_client", client, "bytes", reference=8 * LENGTH)
        yield figure(f"crowd_1000{name}_bytes_a_decryptor", decryptor, "bytes", reference=8 * LENGTH)


def _crowd(federation, lost, rng):
    """Seconds of one round of all parties, one after the other, and bytes in and out of a client and of a decryptor."""
    updates = rng.normal(0, 1, (CROWD, LENGTH))
    gone = set(rng.choice(CROWD, lost, replace=False).tolist())
    began = time.process_time()
    result = federation.sum(updates, gone)
    seconds = time.process_time() - began
    assert np.allclose(result.total, updates[list(result.online)].sum(axis=0), rtol=0, atol=1e-6)
    passed = dict.fromkeys(result.online, 0)
    for message in result.transcript:
        passed[message.receiver if message.sender == "server" else message.sender] += len(message.data)
    helpers = set(federation.rules.committee)
    return seconds, *(
        statistics.mean(size for number, size in passed.items() if (number in helpers) == which)
        for which in (False, True)
    )
