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


def test_a_dot_product_is_one_number_and_rotates_at_no_depth():
    circuit = trace(lambda x, y: x @ y, x=5, y=5)
    assert circuit.size == 8 and Depth()(circuit) == 1 and Rotations()(circuit) == [1, 2, 4]
    assert Plain()(circuit, x=[1, 2, 3, 4, 5], y=[1, 1, 1, 1, 2]) == 20


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
        (lambda x: abs(x), "looked at"),
        (lambda x: x[0], "no parts to take"),
        (lambda x: x / len(x), "no parts to take"),
        (lambda x: np.dot(np.eye(8), x), "numpy's dot"),
        (lambda x: np.sum(x), "numpy's sum"),
    ],
)
def test_what_a_circuit_cannot_do_is_told(function, fragment):
    with pytest.raises(TypeError, match=fragment):
        trace(function, x=8)


LENGTHS = pytest.mark.parametrize("length", [1, 2, 5, 7, 8, 12])


def in_the_clear(function, **values):
    """The result in the clear, and the circuit."""
    circuit = trace(function, **{name: len(value) for name, value in values.items()})
    return Plain()(circuit, **values), circuit


@LENGTHS
def test_what_fills_a_vector_up_never_counts(length):
    x, z = np.linspace(1, 2, length), np.cos(np.arange(length))

    def functions(x, z):
        yield (x + 1).sum()
        yield ((x - 2) ** 2).sum() * z
        yield (x.sum() + z).sum()  # the sum lies in every slot, so this one is masked
        yield (3 - x) @ z / 4
        yield (x * z + x @ z - 1).sum()
        yield 3 - x.sum() / 2
        yield (x @ z + 1) ** 2 * x

    for number, wanted in enumerate(functions(x, z)):
        got, circuit = in_the_clear(lambda x, z: list(functions(x, z))[number], x=x, z=z)
        assert got == pytest.approx(wanted) and np.shape(got) == np.shape(wanted)
        assert circuit.size == 1 << (length - 1).bit_length()


def test_only_a_sum_over_filled_slots_takes_a_level():
    assert Depth()(trace(lambda x: (x + 1).sum(), x=5)) == 0
    assert Depth()(trace(lambda x: (x.sum() + x).sum(), x=8)) == 0
    assert Depth()(trace(lambda x: (x.sum() + x).sum(), x=5)) == 1


@LENGTHS
def test_rotations_go_round_the_end_of_the_vector(length):
    x = np.arange(1.0, length + 1)
    for steps in (0, 1, 3, -2, length):
        got, circuit = in_the_clear(lambda x: x.rotate(steps), x=x)
        assert got == pytest.approx(np.roll(x, -steps))
        assert Depth()(circuit) == int(circuit.size > length and steps % length != 0)


@pytest.mark.parametrize("shape", [(4, 8), (3, 5), (10, 3), (1, 4), (4, 1), (16, 16), (64, 7)], ids=str)
def test_a_plain_matrix_times_a_vector_takes_one_level(shape):
    rng = np.random.default_rng(shape[0])
    matrix, x = rng.normal(size=shape), rng.normal(size=shape[1])
    for function in (lambda x: matrix @ x, lambda x: x @ matrix.T, lambda x: matrix.tolist() @ x):
        got, circuit = in_the_clear(function, x=x)
        assert got == pytest.approx(matrix @ x) and Depth()(circuit) == 1
    assert Count()(circuit).get("rotate", 0) <= 2 * np.sqrt(max(shape)) + np.log2(max(shape)) + 2
    bias = rng.normal(size=shape[0])
    got, _ = in_the_clear(lambda x: matrix.T @ (matrix @ x + bias) ** 2, x=x)
    assert got == pytest.approx(matrix.T @ (matrix @ x + bias) ** 2)


def test_what_numpy_refuses_is_refused():
    cases = {
        "do not go together": (lambda x, y: x + y, lambda x, y: x * np.ones(3), lambda x, y: x - np.ones(7)),
        "no product @": (lambda x, y: x @ y, lambda x, y: np.ones((2, 4)) @ x, lambda x, y: x @ np.ones((4, 2)),
                         lambda x, y: x.sum() @ x, lambda x, y: np.ones((2, 2, 5)) @ x,
                         lambda x, y: np.ones((0, 5)) @ x),
        "multiply by @": (lambda x, y: x * np.ones((5, 5)), lambda x, y: x + np.ones((1, 5))),
        "not finite": (lambda x, y: x * np.nan, lambda x, y: x + [np.inf, 1, 2, 3, 4]),
        "text": (lambda x, y: x + "1", lambda x, y: x * ["a"] * 5),
        "no windows over 5": (lambda x, y: x.sum(count=2),),
    }  # fmt: skip
    for fragment, functions in cases.items():
        for function in functions:
            with pytest.raises(ValueError, match=fragment):
                trace(function, x=5, y=8)
    with pytest.raises(ZeroDivisionError, match="cannot divide by zero"):
        trace(lambda x: x / [1, 0], x=2)
    kept = []
    trace(lambda x: kept.append(x) or x, x=8)
    for function in (lambda x: x + kept[0], lambda x: kept[0]):
        with pytest.raises(ValueError, match="belong"):
            trace(function, x=8)
