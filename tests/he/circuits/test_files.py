"""A circuit in a file is the same circuit, and what is no circuit is told in a sentence."""

import json

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Count, Plain
from privlab.he.circuits.files import load
from privlab.he.circuits.linear_algebra import Matrix
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.job import Job
from tests.he.examples import X, any_circuit


@pytest.mark.parametrize("seed", range(6))
def test_a_circuit_comes_back_the_same(seed, tmp_path):
    circuit, values, _ = any_circuit(seed)
    circuit.save(tmp_path / "circuit")
    again = load(tmp_path / "circuit")
    assert (Plain()(again, **values) == Plain()(circuit, **values)).all()
    assert Count()(again) == Count()(circuit) and again.layouts == circuit.layouts
    assert [path.name for path in tmp_path.iterdir()] == ["circuit"]


def test_shapes_lists_and_layouts_come_back(tmp_path):
    weights = np.arange(12.0).reshape(3, 4)
    circuit = trace(lambda X, Y: [X.T, X @ Y[0], (weights @ Y[1]).sum()], X=Matrix(5, 4), Y=[4, 4])
    circuit.save(tmp_path / "circuit")
    values = dict(X=np.arange(20.0).reshape(5, 4), Y=[X[:4], X[4:]])
    for got, wanted in zip(Plain()(load(tmp_path / "circuit"), **values), Plain()(circuit, **values)):
        assert np.shape(got) == np.shape(wanted) and got == pytest.approx(wanted)


@pytest.mark.slow
def test_the_training_of_the_lesson_comes_back(tmp_path):
    circuit = Job().training().circuit
    circuit.save(tmp_path / "circuit")
    again = load(tmp_path / "circuit")
    assert len(again.nodes) == len(circuit.nodes) and again.outputs == circuit.outputs
    assert (tmp_path / "circuit").stat().st_size < 200_000


def test_what_is_no_circuit_is_told(tmp_path):
    path, rng = tmp_path / "circuit", np.random.default_rng(0)
    trace(lambda x: (x * np.arange(8.0) + x.rotate(3)) ** 2, x=8).save(path)
    whole = path.read_bytes()
    for content in (b"", b"text", whole[:-100], whole[:50], b"PK" + whole[100:]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="circuit holds no circuit, or was cut short or changed"):
            load(path)
    with pytest.raises(FileNotFoundError, match="save the circuit first"):
        load(tmp_path / "other")
    for _ in range(60):  # a changed byte is found, or changes nothing
        at = int(rng.integers(len(whole)))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << int(rng.integers(8))]) + whole[at + 1 :])
        try:
            assert Plain()(load(path), x=X).shape == (8,)
        except ValueError as error:
            assert "holds no circuit" in str(error)


CHANGES = {
    "another format": ("format", "pickle"), "no power of two": ("size", 6), "huge": ("size", 1 << 40),
    "negative": ("size", -8), "an output that is none": ("outputs", [9]), "no output": ("outputs", []),
    "two results for one": ("outputs", [0, 1]), "a result of no shape": ("packings", [{"length": -1}]),
    "a layout of its own": ("layouts", {"x": {"kind": "spiral"}}),
    "too wide a layout": ("layouts", {"x": {"length": 99}}),
    "no nodes": ("nodes", []), "an unknown operation": ("nodes", [["input", [], "x"], ["system", [0], None]]),
    "forward": ("nodes", [["input", [], "x"], ["negate", [1], None]]),
    "too few arguments": ("nodes", [["input", [], "x"], ["add", [0], None]]),
    "not finite": ("nodes", [["input", [], "x"], ["add_plain", [0], float("nan")]]),
    "a turn too far": ("nodes", [["input", [], "x"], ["rotate", [0], 8]]),
    "an unknown input": ("nodes", [["input", [], "y"], ["negate", [0], None]]),
    "an input twice": ("nodes", [["input", [], "x"], ["input", [], "x"]]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_circuit_made_up_is_refused(change, tmp_path):
    text = {"format": "privlab circuit 1", "size": 8, "nodes": [["input", [], "x"], ["negate", [0], None]],
            "outputs": [1], "layouts": {"x": {"length": 8}}, "packings": [{"length": 8}], "several": False}  # fmt: skip

    def written(text, **more):
        with open(tmp_path / "circuit", "wb") as file:
            np.savez(file, circuit=np.frombuffer(json.dumps(text).encode(), dtype=np.uint8), **more)
        return load(tmp_path / "circuit")

    assert (Plain()(written(text), x=X) == -X).all()
    key, value = CHANGES[change]
    with pytest.raises(ValueError, match="holds no circuit"):
        written(text | {key: value})
    with pytest.raises(ValueError, match="holds no circuit"):
        written(text, d7=np.ones(8))  # numbers of a node that there is not
