"""A plain matrix by its diagonals, in few rotations."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Count, Depth, Plain, Rotations
from privlab.he.circuits.linear_maps import diagonals, mapped
from privlab.he.circuits.tracing import trace


@pytest.mark.parametrize("rows, columns", [(4, 4), (2, 8), (8, 2)])
def test_diagonals_hold_the_matrix(rows, columns):
    matrix = np.arange(1.0, rows * columns + 1).reshape(rows, columns)
    terms, x = diagonals(matrix, rows, columns), np.arange(1.0, columns + 1)
    x = np.tile(x, max(rows, columns) // columns)
    whole = sum(term * np.roll(x, -offset) for offset, term in terms.items())
    assert len(terms) == min(rows, columns)
    assert whole.reshape(-1, rows).sum(0) == pytest.approx(matrix @ x[:columns])


def test_baby_steps_and_giant_steps_save_rotations():
    matrix = np.random.default_rng(0).normal(size=(128, 128))
    circuit = trace(lambda x: matrix @ x, x=128)
    assert Depth()(circuit) == 1 and Count()(circuit)["rotate"] <= 22 and len(Rotations()(circuit)) <= 22
    assert Count()(circuit)["multiply_plain"] == 128
    banded = np.eye(128) + np.eye(128, k=1)
    assert Count()(trace(lambda x: banded @ x, x=128)) == {"add": 1, "input": 1, "multiply_plain": 2, "rotate": 1}


@pytest.mark.parametrize("stride", [1, 3, 4])
def test_offsets_may_be_negative_and_far_apart(stride):
    rng, x = np.random.default_rng(stride), np.arange(16.0)
    terms = {stride * number: rng.normal(size=16) for number in (-3, -1, 0, 2, 5)}
    circuit = trace(lambda x: mapped(x, terms, stride), x=16)
    wanted = sum(term * np.roll(x, -offset) for offset, term in terms.items())
    assert Plain()(circuit, x=x) == pytest.approx(wanted) and Depth()(circuit) == 1
    assert Plain()(trace(lambda x: mapped(x, {1: np.zeros(16)}), x=16), x=x) == pytest.approx(np.zeros(16))
