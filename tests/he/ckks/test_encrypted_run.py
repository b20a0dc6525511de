"""Encrypted circuits agree with the clear within the estimated precision, and use up every level."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Depth, Plain
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import Parameters
from tests.he.ckks.checked import Checked
from tests.he.examples import X, random_function

pytest.importorskip("tenseal")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_random_circuits_encrypted_are_as_in_the_clear(seed):
    """The estimate is passed by chance once in 10^6; a bit on top, twice as many standard deviations, in 10^12."""
    circuit = trace(random_function(seed), x=8, y=8)
    parameters = Parameters.for_circuit(circuit, scale_bits=34)
    values = {name: value for name, value in (("x", X), ("y", np.cos(X))) if name in circuit.layouts}
    run = Encrypted(parameters)
    outputs = run.evaluate(circuit, run.encrypt(circuit, **values))
    off = np.abs(run.decrypt(circuit, outputs) - Plain()(circuit, **values)).max()
    assert off < 2.0 ** -(Precision(parameters)(circuit, **values) - 1)
    assert parameters.depth == Depth()(circuit) and run.server.level(outputs[0]) == 0, "no level is left"
    assert Checked(parameters, tolerance=2e-3)(circuit, **values) == pytest.approx(Plain()(circuit, **values), abs=2e-3)


def test_values_out_of_range_a_missing_key_and_too_many_slots_are_told(quartic):
    circuit, run = quartic
    with pytest.raises(ValueError, match="outgrown"):
        run(circuit, x=9 * X)
    with pytest.raises(ValueError, match="no key to rotate by 1"):
        run(trace(lambda x: x.rotate(1) * x, x=8), x=X)
    with pytest.raises(ValueError, match="needs 8192 slots, ring 8192 has 4096"):
        run(trace(lambda x: x * x, x=8192), x=np.zeros(8192))


def test_what_is_not_secure_is_refused_unless_asked_for():
    weak = Parameters(4096, depth=2, scale_bits=38)
    assert not weak.is_secure()
    with pytest.raises(
        ValueError, match="173 bits in ring 4096 are not secure: the table of 2024 ends at 106 bits; ring 8192 would do"
    ):
        Encrypted(weak)
    with pytest.raises(ValueError, match="no ring would do"):
        Encrypted(Parameters(4096, depth=60, scale_bits=38))
    circuit = trace(lambda x: x**4 + 2, x=8)
    assert Encrypted(weak, insecure=True)(circuit, x=X) == pytest.approx(X**4 + 2, abs=1e-5)


def test_checked_stops_at_the_first_node_that_is_off(quartic):
    circuit, run = quartic
    checked = Checked(run.parameters)
    multiply = checked.server.multiply
    checked.server.multiply = lambda a, b, level: multiply(
        a, b if level else checked.server.add_plain(b, 0.5, 1), level
    )
    with pytest.raises(ArithmeticError, match=r"node 2 \(multiply\) is off by 0.5"):
        checked(circuit, x=np.ones(8))


def test_a_constant_that_hides_in_rounding_looks_like_any_ciphertext():
    circuit = trace(lambda x: x * 0.5 + x * 0.5 - x + 3, x=8)
    run = Encrypted(Parameters.for_circuit(circuit, scale_bits=38))
    (constant,) = run.evaluate(circuit, run.encrypt(circuit, x=X))
    assert not constant.is_transparent() and run.decrypt(circuit, [constant]) == pytest.approx(
        np.full(8, 3.0), abs=1e-4
    )


def test_too_little_memory_is_told_before_keys_are_made(monkeypatch):
    import psutil

    circuit = trace(lambda x: x**4 + 2, x=8)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10**6}))
    with pytest.raises(ValueError, match="needs about .* GB of memory"):
        Encrypted(Parameters.for_circuit(circuit))
