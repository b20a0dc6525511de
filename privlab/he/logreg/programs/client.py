"""The client's program: `client.py OWN SENT STEP PASS`; its secret key and numbers stay in the folder OWN.

STEP "keys" makes the secret key and writes the public keys into SENT, one at a time; "send" encrypts what pass PASS
needs, weights included; "receive" decrypts the weights after that pass into OWN; "refresh" does so and sends the next
pass.
"""

import pathlib
import sys

import numpy as np

from privlab.he.ckks.client import Client
from privlab.he.ckks.executor import levels_for
from privlab.he.ckks.serialization import load, save
from privlab.he.logreg.job import Job


def client(own, parameters):
    """The `Client` whose secret key lies in the folder `own`."""
    return Client(parameters, secret_key=load("secret key", own / "secret-key", parameters))


def keys(own, sent, job, _):
    """None; makes the secret key, and writes the public ones."""
    parameters = job.parameters()
    made = Client(parameters)
    save(made.secret_key, own / "secret-key", parameters)
    save(made.product_key_to_send(), sent / "product-key", parameters)
    for steps in parameters.rotations:
        save(made.rotation_key_to_send(steps), sent / f"rotation-key-{steps}", parameters)


def send(own, sent, job, number):
    """None; writes the ciphertexts of the inputs of one pass."""
    training, parameters = job.training(), job.parameters()
    circuit, mine = training.circuit, client(own, parameters)
    with np.load(own / "numbers.npz") as numbers:
        minibatches = list(numbers[f"pass{number}"])
    at, slots = (
        levels_for(parameters, circuit),
        circuit.pack(training.inputs(minibatches, np.load(own / "weights.npy"))),
    )
    for node in circuit.nodes:
        if node.operation == "input":
            save(mine.to_send(slots[node.detail], at[node.place]), sent / f"input-{node.detail}", parameters)


def receive(own, sent, job, number):
    """None; decrypts the weights and keeps them."""
    training, parameters = job.training(), job.parameters()
    result = load("ciphertext", sent / "result", parameters)
    slots = client(own, parameters).decrypt(result, training.circuit.size)
    weights = training.weights(training.circuit.unpack([slots]))
    for name in ("weights", f"weights{number}"):
        np.save(own / f"{name}.npy", weights)


def refresh(own, sent, job, number):
    """None; decrypts the weights, and encrypts them anew for the next pass."""
    receive(own, sent, job, number)
    send(own, sent, job, str(int(number) + 1))


if __name__ == "__main__":
    own, sent = map(pathlib.Path, sys.argv[1:3])
    {"keys": keys, "send": send, "receive": receive, "refresh": refresh}[sys.argv[3]](
        own, sent, Job.read(sent / "job.json"), sys.argv[4]
    )
