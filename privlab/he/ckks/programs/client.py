"""The client's program: `client.py OWN SENT STEP`; its secret key and numbers stay in the folder OWN.

STEP "send" makes the keys, and writes the public ones and the encrypted inputs into SENT; "receive" decrypts what came
back into OWN.
"""

import sys
from pathlib import Path

import numpy as np

from privlab.he.circuits.evaluators import Plain
from privlab.he.circuits.files import load as load_circuit
from privlab.he.ckks.executor import levels_for
from privlab.he.ckks.key_files import load_client, make_client
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.room import refuse_wrapped
from privlab.he.ckks.serialization import load, save


def send(own: Path, sent: Path) -> None:
    """Makes the keys, keeps the secret one, and writes the others and the ciphertexts of the inputs."""
    circuit, parameters = load_circuit(sent / "circuit"), Parameters.read(sent / "parameters.json")
    client, at = make_client(own, sent, parameters), levels_for(parameters, circuit)
    with np.load(own / "inputs.npz") as slots:
        for node in circuit.inputs:
            cipher = client.to_send(slots[str(node.index)], at[node.index])
            save(cipher, sent / f"input-{node.index}", parameters)


def receive(own: Path, sent: Path) -> None:
    """Decrypts the outputs. Raises ValueError where they are far from the circuit in the clear."""
    circuit, parameters = load_circuit(sent / "circuit"), Parameters.read(sent / "parameters.json")
    client = load_client(own, parameters)
    ciphers = [load("ciphertext", sent / f"output-{number}", parameters) for number in range(len(circuit.outputs))]
    results = [client.decrypt(cipher, circuit.size) for cipher in ciphers]
    plain = Plain()
    with np.load(own / "inputs.npz") as slots:
        plain.values = {node.detail: slots[str(node.index)] for node in circuit.inputs}
    refuse_wrapped(parameters, results, plain.walk(circuit))
    np.save(own / "results.npy", np.array(results))


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[3]](Path(sys.argv[1]), Path(sys.argv[2]))
