"""Directions on which chosen rows vanish, and those with most zeros."""

import pytest
import torch

from privlab.fl.gradients.sparse_basis import smallest, sparse_directions, vanishing

pytestmark = pytest.mark.usefixtures("cpu")


def rows_of_letters(letters=3, neurons=60):
    """Rows of length 1 in a mixed basis; in each column of the hidden one about half of the rows are zero."""
    draws = torch.Generator().manual_seed(1)
    hidden = torch.randn(neurons, letters, generator=draws, dtype=torch.float64)
    hidden *= torch.rand(neurons, letters, generator=draws) < 0.5
    hidden = hidden[hidden.any(dim=1)]
    mixed = hidden @ torch.randn(letters, letters, generator=draws, dtype=torch.float64)
    return hidden, mixed / mixed.norm(dim=1, keepdim=True)


def test_a_direction_vanishes_on_all_chosen_rows_but_one():
    rows = torch.randn(20, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    chosen = torch.tensor([[0, 1, 2], [5, 9, 17]])
    directions = vanishing(rows, chosen)
    torch.testing.assert_close(directions.norm(dim=1), torch.ones(6, dtype=torch.float64))
    for three, own in zip(directions.split(3), chosen):
        products = (rows[own] @ three.T).abs()
        assert (products - products.diag().diag()).max() < 1e-9 and products.diag().min() > 1e-9


def test_the_basis_found_has_the_zeros_of_the_hidden_one():
    hidden, rows = rows_of_letters()
    *_, basis = sparse_directions(rows, torch.zeros(len(rows)), 1e-9, seed=1, sets=2000)
    zeros = ((rows @ basis).abs() < 1e-9).sum(dim=0)
    assert sorted(zeros.tolist()) == sorted((hidden == 0).sum(dim=0).tolist())


def test_the_smallest_direction_is_the_one_on_which_rows_are_nearest_to_zero():
    rows = torch.tensor([[1.0, 0, 0], [0, 2.0, 0]], dtype=torch.float64)
    assert smallest(rows).abs().tolist() == [0, 0, 1]
