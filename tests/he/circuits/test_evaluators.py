"""What the evaluators say of a circuit, and that each can take another's place."""

import pytest

from privlab.he.circuits.evaluators import Count, Depth, Evaluator, Plain, Rotations, levels
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.noise_estimate import Precision
from tests.he.examples import X, random_function


@pytest.mark.parametrize("seed", range(30))
def test_levels_end_at_zero_and_count_the_depth(seed):
    circuit = trace(random_function(seed), x=8, y=8)
    at = levels(circuit)
    assert max(at) == Depth()(circuit) == max(Depth().by_node(circuit))
    assert all(level >= 0 for level in at) and min(at[output] for output in circuit.outputs) == 0
    for node in circuit.nodes:
        used = node.operation in ("multiply", "multiply_plain")
        assert all(at[argument] >= at[node.index] + used for argument in node.arguments)


def test_the_quartic_by_two_circuits():
    slow, fast = trace(lambda x: x * x * x * x + 2, x=8), trace(lambda x: x**4 + 2, x=8)
    assert (Depth()(slow), Depth()(fast)) == (3, 2)
    assert Count()(slow) == {"add_plain": 1, "input": 1, "multiply": 3}
    assert Count()(fast) == {"add_plain": 1, "input": 1, "multiply": 2}
    assert Plain()(slow, x=X) == pytest.approx(X**4 + 2) == Plain()(fast, x=X)


@pytest.mark.parametrize(
    "function, result, depth",
    [
        (lambda x, y: x.rotate(1), [2, 3, 4, 1], 0),
        (lambda x, y: x.rotate(-1), [4, 1, 2, 3], 0),
        (lambda x, y: x - y, [-9, -18, -27, -36], 0),
        (lambda x, y: y - x, [9, 18, 27, 36], 0),
        (lambda x, y: -x, [-1, -2, -3, -4], 0),
        (lambda x, y: x * y + 1, [11, 41, 91, 161], 1),
        (lambda x, y: [1, 0, 2, 0] * x, [1, 0, 6, 0], 1),
    ],
)
def test_each_operation_is_numpy_s(function, result, depth):
    circuit = trace(function, x=4, y=4)
    assert Plain()(circuit, x=[1, 2, 3, 4], y=[10, 20, 30, 40]).tolist() == result and Depth()(circuit) == depth


def test_an_output_may_be_read_by_another():
    first, second = Plain()(trace(lambda x: (x * x, x * x + 1), x=4), x=[1, 2, 3, 4])
    assert first.tolist() == [1, 4, 9, 16] and second.tolist() == [2, 5, 10, 17]


def test_evaluators_are_interchangeable():
    """Each has a method for every operation, and counts what the list of nodes says."""
    operations = ("input", "add", "subtract", "negate", "multiply", "add_plain", "multiply_plain", "rotate")
    for kind in (Plain, Depth, Count, Rotations, Precision, Executor):
        assert issubclass(kind, Evaluator) and all(callable(getattr(kind, operation)) for operation in operations)
    for seed in range(5):
        circuit = trace(random_function(seed), x=8, y=8)
        assert sum(Count()(circuit).values()) == len(circuit.nodes)
        assert Rotations()(circuit) == sorted({node.detail for node in circuit.nodes if node.operation == "rotate"})
