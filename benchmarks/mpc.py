"""Secure sums, a sealed-bid auction by real parties, and private set intersection."""

import time

import numpy as np

from benchmarks import figure
from privlab.mpc.additive import add_vectors, share_vector
from privlab.mpc.auction_and_vote import auction
from privlab.mpc.psi import intersect, intersect_with_library

VALUES = 1_000_000
ITEMS = 10_000
REPEATS = 15


def seconds(work):
    """How long one call of `work` takes, in seconds, and what it returned."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def run(full=False, seed=0, trials=None):
    """The figures of multiparty computation; of `trials` repetitions (3 by default) the fastest counts."""
    rng, trials = np.random.default_rng(seed), trials or 3
    vectors = list(rng.integers(0, 2**40, (4, VALUES), dtype=np.uint64))
    received, shares = [share_vector(vector, 4)[0] for vector in vectors[1:]], np.zeros((4, VALUES), np.uint64)

    def one_party():
        return add_vectors([share_vector(vectors[0], 4, out=shares)[0], *received])

    # in turn, so that another program slows both alike
    pairs = [(seconds(one_party)[0], seconds(lambda: add_vectors(vectors))[0]) for _ in range(max(REPEATS, trials))]
    secure, plain = (min(times) for times in zip(*pairs))
    yield figure("secure_sum_slowdown", secure / plain, "x", 10)
    yield figure("secure_sum_seconds", secure, "s", plain)

    bids = dict(zip(("Alice", "Bob", "Carlos", "David"), map(int, rng.integers(1, 10_000, 4))))
    auctions = [seconds(lambda: auction(bids)) for _ in range(trials)]
    right = (max(bids, key=bids.get), sorted(bids.values())[-2])
    assert all(result == right for _, outcome in auctions for result in outcome.results.values())
    yield figure("mpyc_auction_seconds", min(took for took, _ in auctions), "s")
    yield figure("mpyc_auction_bytes", auctions[0][1].bytes_sent, "bytes")

    numbers = [f"555-{number:06d}" for number in rng.permutation(10**6)[: ITEMS + ITEMS // 2]]
    client, server = numbers[:ITEMS], numbers[-ITEMS:]
    ours = [seconds(lambda: intersect(client, server)) for _ in range(trials)]
    library = [seconds(lambda: intersect_with_library(client, server)) for _ in range(trials)]
    there = library[0][1] is not None
    assert all(common == client[-ITEMS // 2 :] for _, common in (ours + library if there else ours))
    fastest = min(took for took, _ in library) if there else None
    yield figure("psi_seconds", min(took for took, _ in ours), "s", fastest)
    yield figure("psi_library_seconds", fastest, "s")
