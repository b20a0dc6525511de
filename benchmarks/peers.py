"""The course's own functions beside what the public libraries do by default, on the same inputs."""

from benchmarks.experiments import circuit_peers


def run(full=False, seed=0, trials=None):
    """The figures of encrypted circuits beside TenSEAL's own tensors; of `trials` runs (5, in the long form 25) the
    fastest counts.
    """
    yield from circuit_peers.run(trials or (25 if full else 5), seed)
