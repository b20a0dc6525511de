"""The server's program: `server.py SENT`; all that it is given is the folder SENT, with public keys and ciphertexts.

It runs the circuit there, writes the outputs' ciphertexts beside it, and says how many seconds that took.
"""

import sys
import time
from pathlib import Path
from typing import Any

from privlab.he.circuits.files import load as load_circuit
from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.key_files import load_server
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.serialization import load, save


class Sent:
    """The ciphertexts that were sent, by the name of each input; one is read from its file when it is needed."""

    def __init__(self, folder: Path, circuit: Circuit, parameters: Parameters):
        self.folder, self.parameters = folder, parameters
        self.files = {node.detail: f"input-{node.index}" for node in circuit.inputs}

    def __getitem__(self, name: str) -> Any:
        return load("ciphertext", self.folder / self.files[name], self.parameters)


def serve(sent: Path) -> float:
    """The seconds that the circuit took, once the keys are loaded; its outputs are written to `sent`."""
    circuit, parameters = load_circuit(sent / "circuit"), Parameters.read(sent / "parameters.json")
    server = load_server(sent, parameters)
    began = time.perf_counter()
    outputs = Executor(server).evaluate(circuit, Sent(sent, circuit, parameters))
    seconds = time.perf_counter() - began
    for number, output in enumerate(outputs):
        save(output, sent / f"output-{number}", parameters)
    return seconds


if __name__ == "__main__":
    print(serve(Path(sys.argv[1])), flush=True)
