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


@pytest.mark.parametrize("n", [2, 4, 8])
def test_transpose(n, rng):
    a = rng.normal(size=(n, n))
    got, deep = run(lambda a: a.transpose(), dict(a=Matrix(n, n)), dict(a=a))
    assert got == pytest.approx(a.T) and deep == 1


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
    with pytest.raises(ValueError, match="different blocks"):
        trace(lambda a, b: a * b, a=Matrix(4, 4), b=Matrix(4, 8))
    with pytest.raises(ValueError, match="no product"):
        trace(lambda a, b: a @ b, a=Matrix(4, 4), b=Matrix(4, 4))
    with pytest.raises(ValueError, match="matrix @ vector no product"):
        trace(lambda a, b: a @ b, a=Matrix(4, 4), b=4)
    for join in (lambda a, b: a * b, lambda a, b: a + b, lambda a, b: a - b):
        with pytest.raises((ValueError, TypeError), match="give both a layout|cannot be looked at"):
            trace(join, a=Matrix(4, 4), b=4)
    with pytest.raises(ValueError, match="first half"):
        trace(lambda a, v: (a @ v).sum_columns(), a=Matrix(4, 4, "twice"), v=Row(4, 4, "twice"))
    with pytest.raises(ValueError, match="square matrix"):
        trace(lambda a: a.transpose(), a=Matrix(4, 8))
    with pytest.raises(ValueError, match=r"a matrix of the shape \(4, 4\), got \(4, 5\)"):
        Plain()(trace(lambda a: a + 1, a=Matrix(4, 4)), a=np.zeros((4, 5)))
