"""A value that outgrows the modulus is told before the run, and a result that wrapped round after it."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Plain
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.room import Fitting, refuse_wrapped
from tests.he.examples import X

pytest.importorskip("tenseal")


def test_what_outgrows_the_modulus_is_told_before_and_after():
    """40 * 40 wraps round to -448 at 10 bits before the point: the raw decryption looks like any number."""
    circuit = trace(lambda x: x * x, x=8)
    run, values = Encrypted(Parameters.for_circuit(circuit)), {"x": np.full(8, 40.0)}
    with pytest.raises(ValueError, match="outgrown the bits before the point: it reaches 1600, only .* below 512 fit"):
        run(circuit, **values)
    outputs = run.evaluate(circuit, {"x": run.client.encrypt(np.full(8, 40.0), 1)})
    assert run.decrypt(circuit, outputs) == pytest.approx(np.full(8, 1600 - 2 * 1024.0), abs=1e-3)
    with pytest.raises(ValueError, match="off by 2048 .* wrapped round"):
        run.decrypt(circuit, outputs, values)
    wide = Encrypted(Parameters.for_circuit(circuit, whole_bits=12))
    assert wide(circuit, **values) == pytest.approx(np.full(8, 1600.0), abs=1e-3)


def test_only_the_level_of_a_value_decides():
    circuit = trace(lambda x: x * x * 0.01, x=8)
    assert Encrypted(Parameters.for_circuit(circuit))(circuit, x=40 * X) == pytest.approx(16 * X**2, abs=1e-4)


def test_a_circuit_so_deep_that_its_modulus_is_no_float_runs():
    circuit = trace(lambda x: x ** (2**30), x=8)
    fitting = Fitting(Parameters.for_circuit(circuit, scale_bits=40))
    assert fitting.parameters.most(30) == np.inf > fitting.parameters.most(24) > 1e290
    assert (fitting(circuit, x=np.ones(8)) == 1).all()
    with pytest.raises(ValueError, match="outgrown the bits before the point: it reaches inf"):
        fitting(circuit, x=np.full(8, 1e4))


def test_a_large_plain_number_that_makes_a_small_product_fits():
    """It is encoded a level up, where there is room; above that room it is refused."""
    circuit = trace(lambda x: x * 1000.0, x=8)
    assert Fitting(Parameters.for_circuit(circuit))(circuit, x=X / 10) == pytest.approx(100 * X)
    assert Encrypted(Parameters.for_circuit(circuit))(circuit, x=X / 10) == pytest.approx(100 * X, abs=1e-4)
    with pytest.raises(ValueError, match="a plain number here is not finite, or too large"):
        Fitting(Parameters.for_circuit(circuit))(trace(lambda x: x * 1e18, x=8), x=0 * X)


def test_every_wrap_is_seen():
    """Whatever coefficient wraps, some slot is off by 2^whole_bits: here one at a time, in slots of a ring of 64."""
    parameters = Parameters(1024, depth=0, scale_bits=10, whole_bits=6)
    roots = np.exp(1j * np.pi * np.arange(1, 64, 2) / 64)
    for power in range(32):
        off = 2.0**6 * (roots**power - (roots ** (64 - power) if power else 0)).real
        with pytest.raises(ValueError, match="wrapped round"):
            refuse_wrapped(parameters, [off], [np.zeros(32)])
    refuse_wrapped(parameters, [np.full(32, 0.1)], [np.zeros(32)])


def test_fitting_is_the_run_in_the_clear():
    circuit = trace(lambda x: (x**3 - x).rotate(1) / 2, x=8)
    assert Fitting(Parameters.for_circuit(circuit))(circuit, x=X) == pytest.approx(Plain()(circuit, x=X))
    deep = Parameters(4096, depth=0, scale_bits=30)
    with pytest.raises(ValueError, match="the circuit has depth"):
        Fitting(deep)(circuit, x=X)
