"""The course's own functions beside what the public libraries do by default, on the same inputs."""

from benchmarks.experiments import attack_peers, circuit_peers


def run(full=False, seed=0, trials=None):
    """The figures of attacks beside matching as public libraries do it, and of encrypted circuits beside TenSEAL's own
    tensors.

    Attacks: `trials` batches (1, in the long form 3) of each set of pictures, with 5 seconds of matching, in the long
    form a minute. Circuits: of `trials` runs (5, in the long form 25) the fastest counts.
    """
    seconds = attack_peers.SECONDS if full else attack_peers.QUICK
    yield from attack_peers.run(trials or (3 if full else 1), seconds, seed)
    yield from circuit_peers.run(trials or (25 if full else 5), seed)
