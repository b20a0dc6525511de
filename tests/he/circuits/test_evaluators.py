"""Circuits: what is traced, what the evaluators say of it, and which parameters are chosen for it."""

import sys

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Count, Depth, Evaluator, Plain, Rotations, levels
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import MOST_BITS, Parameters, is_prime, primes_below, primes_near

X = np.linspace(-1, 1, 8)


def random_function(seed, operations=8):
    """A function of x and y with random operations, the same for encrypted values and numpy vectors of 8."""

    def function(x, y):
        rng = np.random.default_rng(seed)
        found = [(x, 0), (y, 0)]
        for _ in range(operations):
            (a, deep), (b, other) = (found[int(place)] for place in rng.integers(0, len(found), 2))
            kind = int(rng.integers(0, 7))
            plain = rng.uniform(-1, 1, 8)
            if kind <= 1 and max(deep, other) < 3:
                found.append((a * b, max(deep, other) + 1))
            elif kind == 2 and deep < 3:
                found.append((a * plain, deep + 1))
            elif kind == 3:
                found.append(((a - b) if a is not b else -a, max(deep, other)))
            elif kind == 4:
                found.append((a.rotate(3) if hasattr(a, "rotate") else np.roll(a, -3), deep))
            elif kind == 5:
                found.append((a + plain, deep))
            else:
                found.append((a + b, max(deep, other)))
        return found[-1][0] + found[-2][0] + x

    return function


@pytest.mark.parametrize("seed", range(30))
def test_a_circuit_in_the_clear_is_the_function(seed):
    function, y = random_function(seed), np.cos(X)
    circuit = trace(function, x=8, y=8)
    assert Plain()(
        circuit, **{name: value for name, value in (("x", X), ("y", y)) if name in circuit.layouts}
    ) == pytest.approx(function(X, y), abs=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_levels_end_at_zero_and_count_the_depth(seed):
    circuit = trace(random_function(seed), x=8, y=8)
    at = levels(circuit)
    assert max(at) == Depth()(circuit) == max(Depth().by_node(circuit))
    assert all(at[place] >= 0 for place in range(len(at))) and min(at[place] for place in circuit.outputs) == 0
    for node in circuit.nodes:
        used = node.operation in ("multiply", "multiply_plain")
        assert all(at[each] >= at[node.index] + used for each in node.arguments)


def test_the_quartic_by_two_circuits():
    slow, fast = trace(lambda x: x * x * x * x + 2, x=8), trace(lambda x: x**4 + 2, x=8)
    assert (Depth()(slow), Depth()(fast)) == (3, 2)
    assert Count()(slow) == {"add_plain": 1, "input": 1, "multiply": 3}
    assert Count()(fast) == {"add_plain": 1, "input": 1, "multiply": 2}
    assert Plain()(slow, x=X) == pytest.approx(X**4 + 2) == Plain()(fast, x=X)


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


def test_wrong_values_are_told():
    circuit = trace(lambda x: x + 1, x=8)
    with pytest.raises(ValueError, match="a vector of 8 numbers, got the shape \\(7,\\)"):
        Plain()(circuit, x=np.zeros(7))
    with pytest.raises(TypeError, match="takes x; got y"):
        Plain()(circuit, y=X)
    with pytest.raises(ValueError, match="at most 8 entries"):
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


def test_evaluators_are_interchangeable():
    """Each has a method for every operation, and counts what the list of nodes says."""
    operations = ("input", "add", "subtract", "negate", "multiply", "add_plain", "multiply_plain", "rotate")
    for kind in (Plain, Depth, Count, Rotations, Precision, Executor):
        assert issubclass(kind, Evaluator) and all(callable(getattr(kind, each)) for each in operations)
    for seed in range(5):
        circuit = trace(random_function(seed), x=8, y=8)
        assert sum(Count()(circuit).values()) == len(circuit.nodes)
        assert Rotations()(circuit) == sorted({node.detail for node in circuit.nodes if node.operation == "rotate"})


def test_primes():
    assert [number for number in range(60) if is_prime(number)] == [
        2,
        3,
        5,
        7,
        11,
        13,
        17,
        19,
        23,
        29,
        31,
        37,
        41,
        43,
        47,
        53,
        59,
    ]
    assert not is_prime(3215031751) and is_prime(2**61 - 1) and not is_prime((2**31 - 1) * (2**29 - 3))
    below = primes_below(4096, bits=40)
    first, second = next(below), next(below)
    assert first > second and first % 8192 == second % 8192 == 1 and first.bit_length() == 40
    assert len(set(primes_near(8192, bits=38, count=10))) >= 10


def test_parameters_are_the_smallest_secure_ones():
    slow, fast = trace(lambda x: x * x * x * x + 2, x=8), trace(lambda x: x**4 + 2, x=8)
    assert [Parameters.for_circuit(fast, scale_bits=bits).ring for bits in (22, 38, 40, 50)] == [
        4096,
        8192,
        8192,
        16384,
    ]
    assert [Parameters.for_circuit(slow, scale_bits=bits).ring for bits in (22, 39, 40)] == [8192, 8192, 16384]
    for bits in (22, 30, 38, 40):
        chosen = Parameters.for_circuit(slow, scale_bits=bits)
        assert chosen.is_secure() and chosen.bits <= MOST_BITS[chosen.ring] and len(chosen.primes) == 5
        assert all(abs(np.log2(scale) - bits) < 0.1 for scale in chosen.scales)
    wide = trace(lambda x: x.sum(), x=8192)
    assert Parameters.for_circuit(wide).ring == 16384 and Parameters.for_circuit(wide).rotations == tuple(
        Rotations()(wide)
    )


def test_the_depths_of_the_training_circuits_fit_their_rings():
    assert (
        Parameters(16384, depth=13, scale_bits=28, whole_bits=8).is_secure()
        and not Parameters(16384, depth=14, scale_bits=28, whole_bits=8).is_secure()
    )
    assert (
        Parameters(32768, depth=18, scale_bits=40, whole_bits=20).is_secure()
        and Parameters(65536, depth=30, scale_bits=40, whole_bits=20).is_secure()
    )
    assert not Parameters(32768, depth=30, scale_bits=40, whole_bits=20).is_secure()


def test_what_is_not_secure_is_refused_and_what_would_be_is_said():
    fast = trace(lambda x: x**4 + 2, x=8)
    with pytest.raises(ValueError, match="ring 4096 does not do .* up to 109 there; ring 8192 does"):
        Parameters.for_circuit(fast, scale_bits=40, ring=4096)
    with pytest.raises(ValueError, match="lower the depth or the scale"):
        Parameters.for_circuit(trace(lambda x: x ** (2**40), x=8), scale_bits=50)
    with pytest.raises(ValueError, match="not .* primes of 12 bits"):
        _ = Parameters(4096, depth=4, scale_bits=12).primes
    assert Parameters.for_circuit(fast, scale_bits=40, ring=16384).ring == 16384
    for wrong in (dict(scale_bits=61), dict(scale_bits=51), dict(scale_bits=0), dict(scale_bits=40, special_bits=61)):
        with pytest.raises(ValueError, match="primes have at most 60 bits"):
            Parameters.for_circuit(fast, **wrong)
    for wrong in (dict(depth=-1), dict(depth=2, scale_bits=34.5), dict(depth=1.5)):
        with pytest.raises(ValueError, match="are whole numbers"):
            Parameters(8192, **wrong)


def test_without_tenseal_the_clear_still_works_and_the_rest_says_what_is_missing(monkeypatch):
    from privlab.he.ckks.client import Client
    from privlab.he.ckks.seal import context

    monkeypatch.setitem(sys.modules, "tenseal", None)
    context.cache_clear()
    circuit = trace(lambda x: x**4 + 2, x=8)
    parameters = Parameters.for_circuit(circuit, scale_bits=38)
    assert Plain()(circuit, x=X) == pytest.approx(X**4 + 2) and Depth()(circuit) == 2
    assert 20 < Precision(parameters)(circuit, x=X) < 30
    with pytest.raises(ImportError, match="tenseal is not installed"):
        Client(parameters)
