"""Any circuit by two processes with files between them: the client's, and the server's that never has a secret key."""

import contextlib
import os
import pathlib
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.encrypted_run import refuse_what_does_not_fit
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.room import Fitting
from privlab.he.ckks.seal import refuse_insecure
from privlab.processes import Processes, environment, python
from privlab.validation import positive

PROGRAMS = pathlib.Path(__file__).with_name("programs")


class TwoProcesses(NamedTuple):
    """What came of it: the result in its own shape, and the bytes of "keys", "inputs" and "outputs" in files.

    seconds  "client" (makes keys, encrypts, decrypts), "server" (all its process took), "circuit" (the circuit alone).
    """

    result: Any
    seconds: dict[str, float]
    bytes_sent: dict[str, int]


def run_as_two_processes(
    circuit: Circuit,
    inputs: Mapping[str, Any],
    *,
    parameters: Parameters | None = None,
    folder: str | os.PathLike | None = None,
    seconds: float = 300,
) -> TwoProcesses:
    """The circuit on encrypted inputs: the client makes keys and encrypts, the server computes, the client decrypts.

    inputs  the values by name.    parameters  by default `Parameters.for_circuit(circuit)`.
    folder  an empty one, which is kept: the client's own files go to client/, all that the server sees to sent/. By
    default one that is deleted.    seconds  the time after which both are stopped.
    Raises ValueError when the values do not fit the circuit or the parameters or the machine lacks the memory,
    RuntimeError when a side fails, TimeoutError.
    Not secure because both run on one machine under one user, who could look into either.
    """
    if not isinstance(circuit, Circuit):
        raise TypeError(f"a circuit is what he.trace or he.load give, not {type(circuit).__name__}")
    deadline = time.monotonic() + positive("seconds", seconds)
    parameters = Parameters.for_circuit(circuit) if parameters is None else parameters
    refuse_insecure(parameters)
    slots = circuit.pack(inputs)
    Fitting(parameters).walk_packed(circuit, slots)
    refuse_what_does_not_fit(parameters.memory_bytes(circuit))
    with _folder(folder) as kept, Processes() as processes:
        own, sent = kept / "client", kept / "sent"
        for path in (own, sent):
            path.mkdir(parents=True)
        numbers: dict[str, Any] = {str(node.index): slots[node.detail] for node in circuit.inputs}
        np.savez(own / "inputs.npz", **numbers)
        circuit.save(sent / "circuit")
        parameters.write(sent / "parameters.json")
        began = time.perf_counter()
        finish(processes, "client-send", python(PROGRAMS / "client.py", own, sent, "send"), deadline)
        encrypted = time.perf_counter()
        finish(processes, "server", python(PROGRAMS / "server.py", sent), deadline)
        computed = time.perf_counter()
        finish(processes, "client-receive", python(PROGRAMS / "client.py", own, sent, "receive"), deadline)
        spent = {
            "client": encrypted - began + time.perf_counter() - computed,
            "server": computed - encrypted,
            "circuit": float(processes.output("server")),
        }
        kinds = {"keys": "*-key*", "inputs": "input-*", "outputs": "output-*"}
        sizes = {kind: sum(path.stat().st_size for path in sent.glob(files)) for kind, files in kinds.items()}
        return TwoProcesses(circuit.unpack(list(np.load(own / "results.npy"))), spent, sizes)


def finish(processes: Processes, name: str, words: list[object], deadline: float) -> None:
    """Starts a program and waits until it has ended. Raises RuntimeError when it fails, TimeoutError."""
    side = name.partition("-")[0]
    processes.start(name, words, environment())
    if not processes.wait(lambda: processes.codes()[name] is not None, deadline - time.monotonic()):
        raise TimeoutError(f"the {side} did not finish in time and was stopped")
    if processes.codes()[name]:
        raise RuntimeError(f"the {side} failed: {reason(processes, name)}")


def reason(processes: Processes, name: str) -> str:
    """The last line of what a program said before it failed, without the kind of error."""
    line = processes.last_line(name)
    return line.partition(": ")[2] or line


@contextlib.contextmanager
def _folder(folder: str | os.PathLike | None) -> Iterator[pathlib.Path]:
    """The folder, or a new one that is deleted at the end. Raises ValueError for one that holds something."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            yield pathlib.Path(made).resolve()
        return
    path = pathlib.Path(folder).resolve()
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ValueError(f"{path.name} is no empty folder: name one that is, or none")
    yield path
