"""What a server refuses: too deep, unlike scales, results that need no key, rotations without one."""

import pytest

from privlab.he.circuits.tracing import trace
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
