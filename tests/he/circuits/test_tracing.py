"""What is traced: the function, at the least depth, each common part once; what no circuit can do is told."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Count, Depth, Plain, Rotations
from privlab.he.circuits.tracing import trace
from tests.he.examples import X, random_function


@pytest.mark.parametrize("seed", range(30))
def test_a_circuit_in_the_clear_is_the_function(seed):
    function, y = random_function(seed), np.cos(X)
    circuit = trace(function, x=8, y=8)
    assert Plain()(
        circuit, **{name: value for name, value in (("x", X), ("y", y)) if name in circuit.layouts}
    ) == pytest.approx(function(X, y), abs=1e-12)


@pytest.mark.parametrize("power", range(1, 40))
def test_a_power_takes_the_least_depth(power):
    circuit = trace(lambda x: x**power, x=8)
    assert Depth()(circuit) == (power - 1).bit_length()
    assert Plain()(circuit, x=X) == pytest.approx(X**power)


def test_common_parts_are_there_once_and_unused_parts_not_at_all():
    def function(x, y):
        y * y
        return (x + y) * (y + x) + (x + y) * (x + y)

    assert Count()(trace(function, x=8, y=8)) == {"add": 2, "input": 2, "multiply": 1}


def test_sums_rotate_and_cost_no_depth():
    circuit = trace(lambda x, y: x @ y, x=5, y=5)
    assert circuit.size == 8 and Depth()(circuit) == 1 and Rotations()(circuit) == [1, 2, 4]
    assert Plain()(circuit, x=[1, 2, 3, 4, 5], y=[1, 1, 1, 1, 2]) == pytest.approx([20] * 5)


def test_plain_numbers_on_either_side():
    circuit = trace(lambda x: (np.arange(8) * x, 1 - x, x / 2, 3 + x, -x - np.arange(8)), x=8)
    wanted = (np.arange(8) * X, 1 - X, X / 2, 3 + X, -X - np.arange(8))
    for got, expected in zip(Plain()(circuit, x=X), wanted):
        assert got == pytest.approx(expected)


@pytest.mark.parametrize(
    "function, fragment",
    [
        (lambda x: x if x > 0 else -x, "cannot be looked at"),
        (lambda x: 1 / x, "approximate 1/x"),
        (lambda x: float(x), "conversion"),
        (lambda x: x**0.5, "powers 1, 2, 3"),
        (lambda x: 5, "hangs on no input"),
        (lambda x: x**0, "powers"),
        (lambda x: x == x, "looked at"),
    ],
)
def test_what_a_circuit_cannot_do_is_told(function, fragment):
    with pytest.raises(TypeError, match=fragment):
        trace(function, x=8)
