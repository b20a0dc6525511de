"""A circuit cannot be changed, says what it takes, and does the same with fewer keys."""

import copy
import pickle

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Count, Depth, Plain, Rotations
from privlab.he.circuits.files import load
from privlab.he.circuits.tracing import trace
from privlab.he.logreg.job import Job
from tests.he.examples import X


def test_wrong_values_are_told():
    circuit = trace(lambda x: x + 1, x=8)
    with pytest.raises(ValueError, match="a vector of 8 numbers, got the shape \\(7,\\)"):
        Plain()(circuit, x=np.zeros(7))
    with pytest.raises(TypeError, match=r"given by name, as in dict\(x=...\)"):
        circuit.pack([X])
    with pytest.raises(TypeError, match="takes x; got y"):
        Plain()(circuit, y=X)
    with pytest.raises(TypeError, match="takes x; got x, y"):
        Plain()(circuit, x=X, y=X)
    with pytest.raises(TypeError, match="takes x; got nothing"):
        Plain()(circuit)
    with pytest.raises(ValueError, match="8 numbers and one of 9 do not go together"):
        trace(lambda x: x * np.ones(9), x=8)
    for inputs in ({}, {"x": 0}, {"x": []}, {"x": "eight"}):
        with pytest.raises(ValueError, match="say for every argument how many numbers it holds"):
            trace(lambda x=None: x, **inputs)


def test_a_circuit_cannot_be_changed():
    circuit = trace(lambda x: x * np.ones(8), x=8)
    for name in ("nodes", "outputs", "layouts", "size"):
        with pytest.raises(AttributeError):
            setattr(circuit, name, ())
    with pytest.raises(TypeError):
        circuit.layouts["y"] = None
    with pytest.raises(ValueError, match="read-only"):
        circuit.nodes[1].detail[0] = 2


def test_fewer_keys_leave_the_circuit_what_it_is():
    training = Job(dropped=()).training()
    fewer = training.circuit.with_fewer_keys((2, 8, 32))
    assert Rotations()(fewer) == sorted(set(Rotations()(training.circuit)) - {2, 8, 32})
    assert Depth()(fewer) == 13 and Count()(fewer)["rotate"] > Count()(training.circuit)["rotate"]
    rng = np.random.default_rng(4)
    values = training.inputs([rng.uniform(-0.3, 0.3, (64, 64)) for _ in range(6)], rng.normal(0, 0.1, 64))
    assert Plain()(fewer, **values) == pytest.approx(Plain()(training.circuit, **values), abs=1e-12)
    for wrong in ((2, 4), (1,)):
        with pytest.raises(ValueError, match="cannot be made of two"):
            training.circuit.with_fewer_keys(wrong)


def test_a_circuit_is_pickled_copied_and_saved_with_numbers_of_any_library(tmp_path):
    circuit = trace(lambda x: x.rotate(np.int64(3)) * x, x=8)
    circuit.save(tmp_path / "circuit")
    for again in (pickle.loads(pickle.dumps(circuit)), copy.deepcopy(circuit), load(tmp_path / "circuit")):
        assert (Plain()(again, x=X) == Plain()(circuit, x=X)).all() and again.layouts == circuit.layouts
    with pytest.raises(TypeError):
        trace(lambda x: x.rotate(1.5), x=8)
