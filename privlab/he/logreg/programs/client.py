"""The client's program: `client.py OWN SENT STEP PASS`; its secret key and numbers stay in the folder OWN.

STEP "keys" makes the secret key and writes the public keys into SENT, one at a time; "send" encrypts what pass PASS
needs, weights included; "receive" decrypts the weights after that pass into OWN; "refresh" does so and sends the next
pass.
"""

import sys
from pathlib import Path

import numpy as np

from privlab.he.ckks.executor import levels_for
from privlab.he.ckks.key_files import load_client, make_client
from privlab.he.ckks.room import Fitting
from privlab.he.ckks.serialization import load, save
from privlab.he.logreg.job import Job


def keys(own: Path, sent: Path, job: Job, _: int) -> None:
    """Makes the secret key, and writes the public ones."""
    make_client(own, sent, job.parameters())


def send(own: Path, sent: Path, job: Job, number: int) -> None:
    """Writes the ciphertexts of the inputs of one pass."""
    training, parameters = job.training(), job.parameters()
    circuit, mine = training.circuit, load_client(own, parameters)
    with np.load(own / "numbers.npz") as numbers:
        minibatches = list(numbers[f"pass{number}"])
    at = levels_for(parameters, circuit)
    slots = circuit.pack(training.inputs(minibatches, np.load(own / "weights.npy")))
    Fitting(parameters).walk_packed(circuit, slots)
    for node in circuit.inputs:
        save(mine.to_send(slots[node.detail], at[node.index]), sent / f"input-{node.detail}", parameters)


def receive(own: Path, sent: Path, job: Job, number: int) -> None:
    """Decrypts the weights and keeps them."""
    training, parameters = job.training(), job.parameters()
    result = load("ciphertext", sent / "result", parameters)
    slots = load_client(own, parameters).decrypt(result, training.circuit.size)
    weights = training.weights(training.circuit.unpack([slots]))
    for name in ("weights", f"weights{number}"):
        np.save(own / f"{name}.npy", weights)


def refresh(own: Path, sent: Path, job: Job, number: int) -> None:
    """Decrypts the weights, and encrypts them anew for the next pass."""
    receive(own, sent, job, number)
    send(own, sent, job, number + 1)


if __name__ == "__main__":
    own, sent = map(Path, sys.argv[1:3])
    step = {"keys": keys, "send": send, "receive": receive, "refresh": refresh}[sys.argv[3]]
    step(own, sent, Job.read(sent / "job.json"), int(sys.argv[4]))
