"""What a server refuses: too deep, unlike scales, results that need no key, rotations without one."""

import numpy as np
import pytest

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.parameters import Parameters
from tests.he.examples import X

pytest.importorskip("tenseal")


def test_past_the_depth_is_told_before_and_during(quartic):
    circuit, run = quartic
    with pytest.raises(ValueError, match="depth 3, the parameters last for 2"):
        run(trace(lambda x: x * x * x * x, x=8), x=X)
    (spent,) = run.evaluate(circuit, run.encrypt(circuit, x=X))
    with pytest.raises(ValueError, match="past the depth: no level is left"):
        run.server.multiply(spent, spent, 0)
    with pytest.raises(ValueError, match="past the depth"):
        run.server.multiply_plain(spent, 2.0, 0)


@pytest.mark.parametrize("function", [lambda x: x - x, lambda x: x + (-x), lambda x: x * 0, lambda x: x * x - x * x])
def test_a_result_without_a_key_is_told(quartic, function):
    _, run = quartic
    with pytest.raises(ValueError, match="nothing of the key is left in this result: anyone could read it"):
        run(trace(function, x=8), x=X)


def test_a_rotation_without_its_key_is_told():
    circuit = trace(lambda x: x.rotate(1) + x, x=8)
    run = Encrypted(Parameters.for_circuit(circuit, scale_bits=30))
    fresh = run.client.encrypt(X, 0)
    assert run.client.decrypt(run.server.rotate(fresh, 1, level=0), 8) == pytest.approx(np.roll(X, -1), abs=1e-3)
    with pytest.raises(ValueError, match=r"there is no key to rotate by 2: there are keys for \[1\]"):
        run.server.rotate(fresh, 2, level=0)


def test_what_is_lowered_has_the_scale_of_its_level(quartic):
    _, run = quartic
    for level, scale in enumerate(run.parameters.scales[:2]):
        lowered = run.server.lower(run.client.encrypt(X, 2), level)
        assert lowered.scale == scale and run.server.level(lowered) == level
        assert run.client.decrypt(lowered, 8) == pytest.approx(X, abs=1e-4)


def test_levels_and_scales_that_do_not_match_are_told(quartic):
    _, run = quartic
    server, fresh = run.server, run.client.encrypt(X, 2)
    low = server.lower(fresh, 1)
    for join in (server.add, server.subtract):
        with pytest.raises(ValueError, match="lie at the levels 2 and 1"):
            join(fresh, low)
        with pytest.raises(ValueError, match="different scales"):
            join(fresh, server.multiply(fresh, fresh, 1))
    with pytest.raises(ValueError, match="finished before it is rotated"):
        server.rotate(server.multiply(fresh, fresh, 1), 1, level=1)
