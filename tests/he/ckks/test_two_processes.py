"""Any circuit by two processes: the result is right, and the server has what it was sent and no secret key."""

import shutil
import subprocess
import sys

import numpy as np
import pytest

from privlab.he.circuits.linear_algebra import Matrix
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.serialization import load
from privlab.he.ckks.two_processes import PROGRAMS, run_as_two_processes
from privlab.processes import environment
from tests.he.examples import X

pytest.importorskip("tenseal")
WEIGHTS = np.arange(-12.0, 12.0).reshape(3, 8) / 24


def circuit():
    return trace(lambda x, X: [(WEIGHTS @ x) ** 2, X @ x], x=8, X=Matrix(2, 8))  # names that differ in case alone


@pytest.mark.slow
def test_the_server_computes_from_what_was_sent_and_never_has_a_secret_key(tmp_path):
    values = dict(x=X, X=np.stack([X, X**2]))
    made = run_as_two_processes(circuit(), values, folder=tmp_path / "run")
    for got, wanted in zip(made.result, ((WEIGHTS @ X) ** 2, values["X"] @ X)):
        assert got == pytest.approx(wanted, abs=1e-5)
    sent, own = tmp_path / "run" / "sent", tmp_path / "run" / "client"
    parameters = Parameters.read(sent / "parameters.json")
    load("secret key", own / "secret-key", parameters)  # here it lies
    secret = (own / "secret-key").read_bytes()[:4096]
    for path in sent.iterdir():
        assert secret not in path.read_bytes()
        with pytest.raises(ValueError):
            load("secret key", path, parameters)
    assert {path.name.split("-")[0] for path in sent.iterdir()} == {
        "circuit", "input", "output", "parameters.json", "product", "rotation",
    }  # fmt: skip
    moved = tmp_path / "elsewhere"
    shutil.copytree(sent, moved, ignore=shutil.ignore_patterns("output-*"))
    shutil.rmtree(tmp_path / "run")
    subprocess.run(
        [sys.executable, PROGRAMS / "server.py", moved], env=environment(), check=True, capture_output=True
    )  # all that it had is the folder
    assert load("ciphertext", moved / "output-1", parameters).size() == 2
    assert made.bytes_sent["keys"] > made.bytes_sent["inputs"] > made.bytes_sent["outputs"] > 0
    assert made.seconds["server"] > made.seconds["circuit"] > 0


def test_what_does_not_fit_is_told_before_anything_starts(tmp_path):
    values = dict(x=X, X=np.stack([X, X]))
    with pytest.raises(TypeError, match="takes x, X; got x"):
        run_as_two_processes(circuit(), dict(x=X))
    with pytest.raises(ValueError, match="a vector of 8 numbers, got the shape"):
        run_as_two_processes(circuit(), values | dict(x=X[:5]))
    with pytest.raises(ValueError, match="outgrown the bits before the point"):
        run_as_two_processes(circuit(), values | dict(x=1000 * X))
    with pytest.raises(ValueError, match="the circuit has depth"):
        run_as_two_processes(circuit(), values, parameters=Parameters(4096, depth=0, scale_bits=30))
    with pytest.raises(ValueError, match="not secure"):
        run_as_two_processes(circuit(), values, parameters=Parameters(1024, depth=3, scale_bits=30))
    with pytest.raises(TypeError, match="what he.trace or he.load give"):
        run_as_two_processes(lambda x: x, dict(x=X))
    with pytest.raises(ValueError, match="seconds must be a positive"):
        run_as_two_processes(circuit(), values, seconds=0)
    (tmp_path / "something").touch()
    with pytest.raises(ValueError, match="no empty folder"):
        run_as_two_processes(circuit(), values, folder=tmp_path)


@pytest.mark.slow
def test_a_side_that_is_too_slow_or_fails_is_told(tmp_path, monkeypatch):
    values = dict(x=X, X=np.stack([X, X]))
    with pytest.raises(TimeoutError, match="the client did not finish in time"):
        run_as_two_processes(circuit(), values, seconds=0.05)
    lazy = tmp_path / "programs"
    shutil.copytree(PROGRAMS, lazy)
    program = (lazy / "server.py").read_text()
    (lazy / "server.py").write_text(program.replace("evaluate(circuit, Sent", "evaluate(cheap(circuit), Sent"))
    (lazy / "server.py").write_text(
        (lazy / "server.py")
        .read_text()
        .replace(
            "def serve",
            "def cheap(c):\n    return Circuit(c.nodes, (0, 0), c.layouts, c.size, c.packings, True)\n\n\ndef serve",
        )
    )
    monkeypatch.setattr("privlab.he.ckks.two_processes.PROGRAMS", lazy)
    big = trace(lambda x, X: [x * -1.0, X @ x], x=8, X=Matrix(2, 8))
    with pytest.raises(RuntimeError, match="the client failed: the decryption is off by .* ran another circuit"):
        run_as_two_processes(big, dict(x=300 * X, X=0.01 * values["X"]))
