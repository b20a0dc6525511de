"""A federation of three nodes in real processes: seconds, memory, what is left, who gets in, what a liar gets.

Each trial has new letters. Plain rounds run as Flower's users run them, masked ones by fork with certificates and
keys: the way of lesson 55. Memory is the proportional set size of all processes and this one, added up, at its peak. In
one more federation the process that started it is killed. Seconds to cut keys for 1,000 nodes are those of one block,
times 23.
"""

import contextlib
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import psutil
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, render
from privlab.fl.flower.app import model
from privlab.fl.flower.deployment import Deployment, furthest, weights_of
from privlab.fl.flower.weak_masks import SEEDS, mask
from privlab.fl.secagg import malicious_server
from privlab.fl.secagg.messages import Refused
from privlab.fl.secagg.protocol import Federation
from privlab.lessons.beyond_one_machine.figures import WEIGHTS
from privlab.processes import belonging, port_taken

TRIALS, NODES, EACH = 2, 3, 400
BLOCKS = 23  # of 15 bytes, in a node's seed of 32 bytes and its key of 306
ROOT = pathlib.Path(__file__).resolve().parents[1]


def run(full=False, seed=0, trials=None):
    """The figures of Flower over `trials` trials, 2 by default."""
    if data_in_use().source == "drawn":
        render()
    private, rows = letters(), []
    for trial in tqdm(range(trials or TRIALS), "flower", file=sys.stderr, disable=None):
        rng = np.random.default_rng((seed, trial))
        chosen = rng.choice(len(private.train.labels), (NODES, EACH), replace=False)
        parts = [(private.train.images[row], private.train.labels[row]) for row in chosen]
        rows.append(_plain(parts) | _guarded(parts) | {"own": _own_clients(rng)})
    column = {name: [row[name] for row in rows if name in row] for name in sorted({*rows[0]})}
    source = private.source
    yield figure("flower_round_seconds", statistics.median(column["round"]), "s")
    yield figure("flower_secagg_round_seconds", statistics.median(column["secagg_round"]), "s")
    yield figure("flower_memory_gb", max(column["memory"] + column["forked_memory"]) / 2**30, "GB", reference=1.4)
    yield figure("flower_node_megabytes", statistics.median(column["node"]) / 2**20, "MB")
    yield figure(
        "flower_left_behind", sum(column["left"] + column["forked_left"]) + _killed(parts), "things", reference=0
    )
    yield figure("flower_plain_difference", max(column["plain_difference"]), "a weight", reference=1e-6, data=source)
    yield figure("flower_secagg_difference", max(column["secagg_difference"]), "a weight", reference=2e-5, data=source)
    yield figure("flower_strangers_admitted", sum(column["admitted"]), "nodes", reference=0)
    yield figure("flower_liar_error", max(column["liar_error"]), "a weight", reference=1e-4, data=source)
    yield figure("own_liar_recovered", sum(column["own"]), "models", reference=0)
    yield from _costs()


def _average(parts):
    """What each node learns in the first round, and their average."""
    own = [
        model.train(model.first_weights(), model.as_pixels(images), labels, [1, number])
        for number, (images, labels) in enumerate(parts)
    ]
    return own, model.average(own, [len(labels) for _, labels in parts])


def _plain(parts):
    """One federation as its users run it, two rounds."""
    with _Memory(Deployment(parts)) as (deployment, memory):
        saved = deployment.run(rounds=2)
    return {
        "round": statistics.mean(saved["exchanges"][[0, 2], 0]),
        "memory": memory.peak,
        "node": memory.node,
        "left": deployment.left(),
        "plain_difference": furthest(_average(parts)[1], weights_of(saved, "round1_")),
    }


def _guarded(parts):
    """One federation by fork, with certificates and keys: strangers knock, a masked round, then a server that lies."""
    own, average = _average(parts)
    with _Memory(Deployment(parts, forked=True, guarded=True)) as (deployment, memory):
        admitted = 0
        for stranger in ({"registered": False}, {"misled": True}):
            try:
                deployment.join(*parts[0], **stranger)
                admitted += 1
            except Refused:
                pass
        masked = deployment.run("server_secagg", "client_secagg")
        malicious = deployment.run("server_malicious", "client_secagg")
    return {
        "secagg_round": masked["exchanges"][:, 0].sum(),
        "forked_memory": memory.peak,
        "forked_left": deployment.left(),
        "admitted": admitted,
        "secagg_difference": furthest(average, weights_of(masked, "average")),
        "liar_error": furthest(own[int(malicious["victim"])], weights_of(malicious, "stolen")),
    }


def _own_clients(rng):
    """For how many of three victims one of lesson 52's clients helps, when told that the victim is online and lost."""
    bare = 0
    for victim in range(NODES):
        federation = Federation(NODES)
        opening = federation.server.announce(WEIGHTS)
        for client in federation.clients:
            federation.server.receive(client.report(opening, rng.normal(0, 0.1, WEIGHTS)))
        gave = [
            malicious_server.answer(
                federation.clients[number].agree, malicious_server.both_masks(federation.server, request, victim=victim)
            )
            for number, request in federation.server.label().items()
        ]
        bare += any(said.startswith("gives") for said in gave)
    return bare


def _killed(parts):
    """What is left, processes and port and folder, ten seconds after whoever started a federation was killed."""
    code = (
        "import sys, time, numpy as np; from privlab.fl.flower.deployment import Deployment\n"
        "part = np.zeros((8, 28, 28), np.uint8), np.zeros(8, int)\n"
        "deployment = Deployment([part] * 3).start()\n"
        "print(deployment.folder, deployment.port, flush=True); deployment.submit(rounds=9); time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    folder, port = starter.stdout.readline().split()
    time.sleep(4)
    os.kill(starter.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    starter.wait()
    starter.stdout.close()
    until = time.monotonic() + 10
    while (
        left := len(belonging(folder)) + port_taken(int(port)) + os.path.exists(folder)
    ) and time.monotonic() < until:
        time.sleep(0.2)
    return left


def _costs():
    """What masks cost one node, and what it costs to try every seed that a pair of nodes can have."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from flwr.common.secure_aggregation.crypto.shamir import create_shares
    key = os.urandom(306)
    yield figure("flower_mask_seconds", _seconds(lambda: mask(key[:32], WEIGHTS), 20), "s")
    yield figure(
        "flower_share_seconds_31",
        _seconds(lambda: (create_shares(key, 16, 31), create_shares(key[:32], 16, 31)), 3),
        "s",
    )
    yield figure("flower_share_seconds_1000", BLOCKS * _seconds(lambda: create_shares(key[:15], 500, 1000), 1), "s")
    guess = (
        _seconds(lambda: [np.random.RandomState(seed).randint(0, 2**32 - 1, dtype=np.int64) for seed in range(5000)], 3)
        / 5000
    )
    yield figure("flower_guess_core_hours", guess * SEEDS / 3600, "hours")


def _seconds(work, times):
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times


class _Memory:
    """A deployment that runs, and a thread that adds up the memory of its processes and this one, often."""

    def __init__(self, deployment):
        self.deployment, self.peak, self.node, self._over = deployment, 0, 0, threading.Event()

    def __enter__(self):
        self.deployment.start()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self.deployment, self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self.deployment.stop()

    def _watch(self):
        while not self._over.wait(0.2):
            sizes = [("", _size(psutil.Process()))]
            for process in belonging(str(self.deployment.folder)):
                with contextlib.suppress(psutil.Error):
                    sizes.append((" ".join(process.cmdline()[:2]), _size(process)))
            total = sum(size for _, size in sizes)
            if total > self.peak:
                self.peak = total
                share = {"flower-supernode": 1, "flwr-clientapp": 1, "flower-superexec": NODES / (NODES + 1)}
                self.node = (
                    sum(size * part for name, size in sizes for word, part in share.items() if word in name) / NODES
                )


def _size(process):
    memory = process.memory_full_info()
    return getattr(memory, "pss", 0) or memory.rss
