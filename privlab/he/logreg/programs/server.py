"""The server's program: `server.py SENT`; all that it is given is the folder SENT, with public keys and ciphertexts.

It loads the keys, says "ready", and for each line that it reads trains one pass and says how many seconds that took.
"""

import sys
import time
from pathlib import Path
from typing import Any

from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.key_files import load_server
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.serialization import load, save
from privlab.he.logreg.job import Job


class Sent:
    """The ciphertexts that were sent, by the name of each input; one is read from its file when it is needed."""

    def __init__(self, folder: Path, parameters: Parameters):
        self.folder, self.parameters = folder, parameters

    def __getitem__(self, name: str) -> Any:
        return load("ciphertext", self.folder / f"input-{name}", self.parameters)


def train(sent: Path, circuit: Circuit, parameters: Parameters, executor: Executor) -> int:
    """The level of the trained weights, whose ciphertext is written to `sent`."""
    (weights,) = executor.evaluate(circuit, Sent(sent, parameters))
    save(weights, sent / "result", parameters)
    return executor.server.level(weights)


if __name__ == "__main__":
    sent = Path(sys.argv[1])
    job = Job.read(sent / "job.json")
    circuit, parameters = job.training().circuit, job.parameters()
    executor = Executor(load_server(sent, parameters))
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        level = train(sent, circuit, parameters, executor)
        print(f"{time.perf_counter() - began} {level}", flush=True)
