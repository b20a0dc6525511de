"""Keys and ciphertexts pass through files, and what is wrong with a file is told in a sentence."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.client import Client
from privlab.he.ckks.encrypted_run import encrypt
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.serialization import load, save

pytest.importorskip("tenseal")
X = np.linspace(-1, 1, 8)
ROOT = pathlib.Path(__file__).resolve().parents[3]
SERVER = """
import sys, pathlib
from privlab.he.ckks.serialization import load, save
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.server import Server
from privlab.he.ckks.executor import Executor
from privlab.he.circuits.tracing import trace

circuit = trace(lambda x: (x * x).rotate(1) + 2, x=8)
parameters, folder = Parameters.for_circuit(circuit, scale_bits=34), pathlib.Path(sys.argv[1])
server = Server(parameters, load("product key", folder / "products", parameters),
                {steps: load("rotation key", folder / f"rotation-{steps}", parameters)
                 for steps in parameters.rotations})
(result,) = Executor(server).evaluate(circuit, {"x": load("ciphertext", folder / "x", parameters)})
save(result, folder / "result", parameters)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A client whose keys and ciphertext of X lie in a folder."""
    folder = tmp_path_factory.mktemp("files")
    circuit = trace(lambda x: (x * x).rotate(1) + 2, x=8)
    parameters = Parameters.for_circuit(circuit, scale_bits=34)
    client = Client(parameters)
    save(client.product_key(), folder / "products", parameters)
    for steps in parameters.rotations:
        save(client.rotation_key(steps), folder / f"rotation-{steps}", parameters)
    assert save(encrypt(client, circuit, x=X)["x"], folder / "x", parameters) == (folder / "x").stat().st_size > 10_000
    return folder, parameters, client


@pytest.mark.slow
def test_another_process_computes_with_public_keys_only(made):
    folder, parameters, client = made
    subprocess.run([sys.executable, "-c", SERVER, str(folder)], check=True, cwd=ROOT, timeout=60)
    result = load("ciphertext", folder / "result", parameters)
    assert client.decrypt(result, 8) == pytest.approx(np.roll(X**2, -1) + 2, abs=1e-3)


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file[:-1],
        lambda file: file[:1000],
        lambda file: b"",
        lambda file: file + b"x",
        lambda file: file[:5000] + bytes([file[5000] ^ 1]) + file[5001:],
    ],
)
def test_a_file_cut_short_or_changed_is_told(made, tmp_path, harm):
    folder, parameters, _ = made
    (tmp_path / "x").write_bytes(harm((folder / "x").read_bytes()))
    with pytest.raises(ValueError, match="x was cut short or changed on its way"):
        load("ciphertext", tmp_path / "x", parameters)


def test_a_file_is_there_whole_or_not_at_all(made, tmp_path):
    """Where writing ends half-way, what stood there before stands there still."""
    folder, parameters, client = made
    (tmp_path / "x").write_bytes((folder / "x").read_bytes())

    class Broken:
        def save(self, path):
            pathlib.Path(path).write_bytes(b"half")
            raise OSError("no space left")

    with pytest.raises(OSError):
        save(Broken(), tmp_path / "x", parameters)
    assert client.decrypt(load("ciphertext", tmp_path / "x", parameters), 8) == pytest.approx(X, abs=1e-3)


def test_other_parameters_another_kind_and_no_file_are_told(made, tmp_path):
    folder, parameters, _ = made
    with pytest.raises(ValueError, match="belongs to other parameters"):
        load("ciphertext", folder / "x", Parameters(parameters.ring, depth=2, scale_bits=34))
    with pytest.raises(ValueError, match="does not hold a ciphertext"):
        load("ciphertext", folder / "products", parameters)
    with pytest.raises(FileNotFoundError, match="there is no file y"):
        load("ciphertext", tmp_path / "y", parameters)
