"""What runs a circuit: products finished once, operands left as they are, inputs looked at first."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Plain, levels
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.executor import levels_for, unfinished
from privlab.he.ckks.parameters import Parameters
from tests.he.examples import X

pytest.importorskip("tenseal")


def test_sums_of_products_are_finished_once():
    circuit = trace(lambda x, y, z: x * y + y * z - x * z, x=8, y=8, z=8)
    sums, kept = unfinished(circuit, levels(circuit))
    assert len(sums) == 2 and len(kept) == 4 and not kept & set(circuit.outputs)
    values = dict(x=X, y=np.cos(X), z=np.sin(X))
    run = Encrypted(Parameters.for_circuit(circuit, scale_bits=34))
    finished = []
    finish = run.server.finish
    run.server.finish = lambda cipher, level: finished.append(level) or finish(cipher, level)
    assert run(circuit, **values) == pytest.approx(Plain()(circuit, **values), abs=1e-4) and finished == [0]


def test_products_of_two_levels_are_finished_before_they_are_added():
    """x y is read by a sum that is squared and by one that is not: for the second it lies a level too high."""

    def function(x, y):
        product = x * y
        return (product + x * x) ** 2, product + y * y

    circuit = trace(function, x=8, y=8)
    at = levels(circuit)
    sums, kept = unfinished(circuit, at)
    assert all(at[term] == at[index] for index in sums for term in circuit.nodes[index].arguments)
    values = dict(x=X, y=np.cos(X))
    results = Encrypted(Parameters.for_circuit(circuit, scale_bits=34))(circuit, **values)
    for result, wanted in zip(results, Plain()(circuit, **values)):
        assert result == pytest.approx(wanted, abs=1e-3)


def test_a_circuit_one_level_too_deep_is_told_before_it_begins():
    circuit = trace(lambda x: x**8, x=8)
    with pytest.raises(ValueError, match="the circuit has depth 3, the parameters last for 2"):
        levels_for(Parameters(8192, depth=2, scale_bits=30), circuit)
    assert levels_for(Parameters(8192, depth=3, scale_bits=30), circuit) == levels(circuit)
    with pytest.raises(ValueError, match="needs 8192 slots, ring 8192 has 4096"):
        levels_for(Parameters(8192, depth=3, scale_bits=30), trace(lambda x: x * x, x=8192))


def test_a_product_with_other_readers_is_finished_alone():
    circuit = trace(lambda x, y: (x * y + y * y, (x * y).rotate(1)), x=8, y=8)
    assert unfinished(circuit, levels(circuit))[1] == set()
    results = Encrypted(Parameters.for_circuit(circuit, scale_bits=34))(circuit, x=X, y=np.cos(X))
    for result, wanted in zip(results, Plain()(circuit, x=X, y=np.cos(X))):
        assert result == pytest.approx(wanted, abs=2e-3)


def test_nothing_changes_its_operands(quartic):
    circuit, run = quartic
    ciphertexts = run.encrypt(circuit, x=X)
    before = run.server.level(ciphertexts["x"]), ciphertexts["x"].scale
    first, second = (run.decrypt(circuit, run.evaluate(circuit, ciphertexts)) for _ in range(2))
    assert (first == second).all() and first == pytest.approx(X**4 + 2, abs=1e-5)
    assert (run.server.level(ciphertexts["x"]), ciphertexts["x"].scale) == before


def test_inputs_that_the_circuit_does_not_count_on_are_told(quartic):
    circuit, run = quartic
    fresh, other = run.client.encrypt(X, 2), run.client.encrypt(X, 2)
    other.scale = 2 * other.scale
    square = run.server.multiply(fresh, fresh, 1)
    for ciphertexts, message in (
        ({}, "no ciphertext for the input x"),
        ({"x": run.server.lower(fresh, 1)}, "lies at level 1"),
        ({"x": other}, "has the scale"),
        ({"x": square}, "in 3 parts"),
    ):
        with pytest.raises(ValueError, match=message):
            run.evaluate(circuit, ciphertexts)
    higher = Encrypted(Parameters.for_circuit(trace(lambda x: x**8, x=8), scale_bits=38))
    assert higher.decrypt(circuit, higher.evaluate(circuit, {"x": higher.client.encrypt(X, 3)})) == pytest.approx(
        X**4 + 2, abs=1e-5
    )
