"""Linear algebra on blocks of slots is numpy's, and a block held twice costs a level less."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Depth, Plain, Rotations
from privlab.he.circuits.linear_algebra import Column, Layout, Matrix, Row
from privlab.he.circuits.tracing import trace

SHAPES = [(4, 4), (8, 4), (4, 8), (3, 5), (5, 3), (1, 4)]
shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)


def run(function, layouts, values):
    """The result in the clear and the depth."""
    circuit = trace(function, **layouts)
    return Plain()(circuit, **values), Depth()(circuit)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@shapes
@pytest.mark.parametrize("copies, depth", [("once", 2), ("twice", 1)])
def test_matrix_times_vector(shape, copies, depth, rng):
    m, n = shape
    a, v = rng.normal(size=shape), rng.normal(size=n)
    got, deep = run(lambda a, v: a @ v, dict(a=Matrix(m, n, copies), v=Row(m, n, copies)), dict(a=a, v=v))
    assert got == pytest.approx(a @ v, abs=1e-12) and deep == depth


@shapes
@pytest.mark.parametrize("copies", ["once", "twice", "zeros"])
def test_vector_times_matrix(shape, copies, rng):
    m, n = shape
    a, u = rng.normal(size=shape), rng.normal(size=m)
    got, deep = run(
        lambda a, u: u @ a,
        dict(a=Matrix(m, n, copies), u=Column(m, n, "once" if copies == "once" else "twice")),
        dict(a=a, u=u),
    )
    assert got == pytest.approx(u @ a, abs=1e-12) and deep == 1


@shapes
def test_sums_of_what_is_repeated_count_each_entry_once(shape, rng):
    """A column summed over the columns is n times itself, a row over the rows m times, whatever fills them up."""
    m, n = shape
    u, v = rng.normal(size=m), rng.normal(size=n)
    assert run(lambda u: u.sum_columns(), dict(u=Column(m, n)), dict(u=u))[0] == pytest.approx(n * u)
    assert run(lambda v: v.sum_rows(), dict(v=Row(m, n)), dict(v=v))[0] == pytest.approx(m * v)


@shapes
def test_a_block_beside_zeros_is_doubled(shape, rng):
    """Held twice, a row can be summed from any of its slots: the sum goes with all its entries."""
    a = rng.normal(size=shape)
    layouts = dict(a=Matrix(*shape, "twice"))
    got, _ = run(lambda a: a.first().double().sum_columns() * a, layouts, dict(a=a))
    assert got == pytest.approx(a.sum(axis=1, keepdims=True) * a, abs=1e-12)


@pytest.mark.parametrize("other", [Matrix(2, 4), Matrix(4, 3), Row(2, 4), Matrix(2, 3, "twice")], ids=str)
def test_blocks_that_lie_differently_do_not_go_together(other):
    with pytest.raises(ValueError, match="these lie in different blocks"):
        trace(lambda a, b: a + b, a=Matrix(2, 3), b=other)


@pytest.mark.parametrize(
    "layout, wrong",
    [(Matrix(2, 3), (3, 2)), (Matrix(2, 3), (6,)), (Row(2, 3), (2,)), (Row(2, 3), (1, 3)), (Column(2, 3), (3,))],
    ids=str,
)
def test_numbers_of_another_shape_are_told(layout, wrong):
    with pytest.raises(ValueError, match=f"expected a {layout.kind} of the shape"):
        Plain()(trace(lambda a: a + 1, a=layout), a=np.zeros(wrong))


@shapes
def test_there_and_back(shape, rng):
    m, n = shape
    a, v = rng.normal(size=shape), rng.normal(size=n)
    once, deep = run(lambda a, v: (a @ v) @ a, dict(a=Matrix(m, n), v=Row(m, n)), dict(a=a, v=v))
    assert once == pytest.approx(a.T @ (a @ v), abs=1e-12) and deep == 3
    twice, deep = run(
        lambda a, v: ((a @ v) * a.first()).sum_rows().double(),
        dict(a=Matrix(m, n, "twice"), v=Row(m, n, "twice")),
        dict(a=a, v=v),
    )
    assert twice == pytest.approx(a.T @ (a @ v), abs=1e-12) and deep == 2


@shapes
def test_outer_products_sums_and_inner_products(shape, rng):
    m, n = shape
    a, u, v, s = rng.normal(size=shape), rng.normal(size=m), rng.normal(size=n), rng.normal()
    layouts = dict(a=Matrix(m, n), u=Column(m, n), v=Row(m, n), s=Layout("scalar", m, n))
    values = dict(a=a, u=u, v=v, s=s)
    circuit = trace(
        lambda a, u, v, s: [u * v, a.sum_rows(), a.sum_columns(), v @ v, s * a, a - v, 2 - u, a * a + 1], **layouts
    )
    wanted = [np.outer(u, v), a.sum(0), a.sum(1), v @ v, s * a, a - v, 2 - u, a * a + 1]
    for got, expected in zip(Plain()(circuit, **values), wanted):
        assert got == pytest.approx(expected, abs=1e-12)


@shapes
def test_transpose(shape, rng):
    a = rng.normal(size=shape)
    got, deep = run(lambda a: a.T, dict(a=Matrix(*shape)), dict(a=a))
    assert got == pytest.approx(a.T) and deep == 1
    got, _ = run(lambda a: (a.T + 1).sum_rows(), dict(a=Matrix(*shape, across=16)), dict(a=a))
    assert got == pytest.approx((a.T + 1).sum(0))


@shapes
@pytest.mark.parametrize("copies", ["once", "twice"])
def test_expressions_are_numpys(shape, copies, rng):
    """Each with encrypted x, v [n], w [m], b, u; plain p [m, n], q [k, m], r [n, j], s [m], t [n]; on all shapes."""
    m, n = shape
    x, v, w = rng.normal(size=shape), rng.normal(size=n), rng.normal(size=m)
    p, q, r, s, t = (rng.normal(size=size) for size in (shape, (3, m), (n, 2), m, n))

    def products(x, v, w, b, u):
        yield from (p @ v, v @ p.T, p @ b, b @ p.T, q @ u, u @ q.T, w @ p, p.T @ u, t @ v, b @ t, s @ u, u @ s)
        yield from (x @ v, x @ b, x @ t, w @ x, u @ x, s @ x, (x @ b) @ x, x @ (w @ x), b @ v, w @ u, u @ u)
        yield from (q @ x, q @ (x @ v), (x @ v) @ q.T, p @ (s @ x), (p @ v) @ x, q @ (p @ v + s) ** 2)
        yield from (x * p, x + t, p - x, b * p, x * v, v * x, x - b, x * [[2.0]], x / 2, x**3, (x @ b) * s + w, u - s)
        yield from (x @ r, b @ r, b.T, v.T) if n > 1 else ()

    def sums(x, v, b, u, rows, columns):
        yield from (rows(0.5 - 0.2 * (x @ b)), rows((q @ x) + 1), columns(b + 1), rows(u - 1), columns(b * t - 2))
        yield from (rows(x + 1), rows(x + b - 3), rows((x @ b) ** 2 + x @ v), rows(x * 2 + p), rows(x + t))
        if copies == "once":
            yield from (columns(x + 1), columns(x + b + 3), columns((x + b) ** 2 / 3), columns(x + p))

    def function(x, v, w, b, u):
        return [*products(x, v, w, b, u), *sums(x, v, b, u, lambda a: a.sum_rows(), lambda a: a.sum_columns())]

    layouts = dict(x=Matrix(m, n, copies), v=n, w=m, b=Row(m, n, copies), u=Column(m, n, copies))
    values = dict(x=x, v=v, w=w, b=t, u=s)
    wanted = [*products(*values.values()), *sums(x, v, t, s, lambda a: a.sum(0), lambda a: a.sum(-1))]
    got = Plain()(trace(function, **layouts), **values)
    assert len(got) == len(wanted)
    for number, (result, expected) in enumerate(zip(got, wanted)):
        assert result == pytest.approx(expected, abs=1e-9) and np.shape(result) == np.shape(expected), number


def test_plain_matrices_and_vectors(rng):
    a, w, v = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    for copies in ("once", "twice", "zeros"):
        got, _ = run(lambda a: a * w, dict(a=Matrix(4, 4, copies)), dict(a=a))
        assert got == pytest.approx(a * w)
    got, _ = run(lambda b: b * v + v, dict(b=Row(4, 4, "twice")), dict(b=v))
    assert got == pytest.approx(v * v + v)


def test_rotations_are_few():
    circuit = trace(lambda a, v: (a @ v) @ a, a=Matrix(64, 64), v=Row(64, 64))
    assert len(Rotations()(circuit)) == 13


def test_what_does_not_fit_is_told():
    with pytest.raises(ValueError, match="block of 4 x 4, held once, and a matrix in a block of 4 x 8"):
        trace(lambda a, b: a * b, a=Matrix(4, 4), b=Matrix(4, 8))
    with pytest.raises(ValueError, match="no product"):
        trace(lambda a, b: a @ b, a=Matrix(4, 4), b=Matrix(4, 4))
    for join in (lambda a, b: a @ b, lambda a, b: a * b, lambda a, b: b - a, lambda a, b: b @ a):
        with pytest.raises(ValueError, match="no row of a block|no product"):
            trace(join, a=Matrix(4, 4), b=5)
    for wrong in (np.ones(3), np.ones((3, 4)), np.ones((2, 2, 2)), "text", [[1, 2], [3]]):
        for join in (lambda a: a * wrong, lambda a: a @ wrong, lambda a: a - wrong):
            with pytest.raises(ValueError, match="does not go slot by slot|no product|text|unequal"):
                trace(join, a=Matrix(5, 4))
    for wrong in (
        ("matrix", 0, 4),
        ("matrix", 4, 2.5),
        ("square", 4, 4),
        ("row", 4, 4, "thrice"),
        ("row", 4, 4, "once", 3),
    ):
        with pytest.raises(ValueError, match="a block|held"):
            Layout(*wrong)
    with pytest.raises(ValueError, match="first half"):
        trace(lambda a, v: ((a @ v) * a).sum_columns(), a=Matrix(4, 4, "twice"), v=Row(4, 4, "twice"))
    with pytest.raises(ValueError, match="held once can be transposed"):
        trace(lambda a: a.T, a=Matrix(4, 8, "twice"))
    with pytest.raises(ValueError, match="give the matrix across=16"):
        trace(lambda a: a @ np.ones((8, 9)), a=Matrix(4, 8))
    with pytest.raises(ValueError, match=r"a matrix of the shape \(4, 4\), got \(4, 5\)"):
        Plain()(trace(lambda a: a + 1, a=Matrix(4, 4)), a=np.zeros((4, 5)))
