"""Directions in which most rows vanish: how the exact inversion tells the letters of a batch apart (lesson 51)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

BIASES = 0, 2, 4, 8  # how strongly neurons that seem silent are preferred, in turn
CHUNK = 512  # choices at a time


def sparse_directions(rows: Tensor, sums: Tensor, tolerance: float, seed: int, sets: int) -> Iterator[Tensor]:
    """Tensors [B, B] whose columns are independent directions with many zeros, the best so far, as they are found.

    Of B rows, B - 1 fix a direction on which they vanish. When these rows stem from neurons that are silent for one
    letter, all its silent neurons vanish with them, about half of all in a fresh model: that is how a right choice
    shows. Neurons that an average of the letters leaves silent are silent for most, so they are chosen more often: in a
    model in the middle of its training only they are left.

    rows       [m, B], each of length 1, B >= 2.
    sums       [m], each neuron's sum for an average of the letters; it fires above 0.
    tolerance  what still counts as zero.
    seed       decides the choices.
    sets       the most choices of B rows.
    Source: Prange (1962), information sets; Dimitrov et al. (2024), "SPEAR: exact gradient inversion of batches".
    """
    import torch

    total, letters = rows.shape
    ranks = sums.argsort().argsort().to(rows) / total
    draws = torch.Generator(device=rows.device).manual_seed(seed)
    best, zeros = rows[:0], rows.new_zeros(0)
    for chunk in range(-(-sets // CHUNK)):
        keys = torch.rand(CHUNK, total, generator=draws, dtype=rows.dtype, device=rows.device).log()
        # weights: Efraimidis, Spirakis
        chosen = (keys * torch.exp(BIASES[chunk % 4] * ranks)).topk(letters, dim=1).indices
        candidates = vanishing(rows, chosen)
        counts = _zeros(candidates, rows, tolerance)
        enough = counts >= letters - 1 + max(3, 5 * tolerance * total)  # more than chance puts within the tolerance
        if not enough.any():
            continue
        before = best
        best, zeros = _independent(torch.cat([best, candidates[enough]]), torch.cat([zeros, counts[enough]]))
        if len(best) == letters and not torch.equal(before, best):
            yield torch.stack([smallest(rows[(rows @ direction).abs() < tolerance]) for direction in best], dim=1)


def vanishing(rows: Tensor, chosen: Tensor) -> Tensor:
    """The directions on which all but one of B chosen rows vanish, B for each choice, [n, B], each of length 1.

    rows  [m, B].    chosen  [choices, B], which of them.
    """
    import torch

    inverses, singular = torch.linalg.inv_ex(rows[chosen])  # column j is at right angles to all rows but row j
    directions = inverses[singular == 0].transpose(1, 2).reshape(-1, rows.shape[1])
    return torch.nn.functional.normalize(directions[directions.isfinite().all(1)], dim=1)


def smallest(rows: Tensor) -> Tensor:
    """The direction, [B] of length 1, on which the rows [n, B] are nearest to zero."""
    import torch

    return torch.linalg.svd(rows, full_matrices=len(rows) < rows.shape[1]).Vh[-1]


def _zeros(directions, rows, tolerance):
    return ((directions @ rows.T).abs() < tolerance).sum(1)


def _independent(directions, zeros):
    """The directions with most zeros that are independent, greedily, and their counts."""
    order = zeros.argsort(descending=True, stable=True)
    directions, zeros = directions[order], zeros[order]
    kept, rest = [], directions
    for _ in range(directions.shape[1]):
        apart = (rest.norm(dim=1) > 1e-4).nonzero()[:, 0]
        if not len(apart):
            break
        kept.append(int(apart[0]))
        way = rest[kept[-1]] / rest[kept[-1]].norm()
        rest = rest - (rest @ way)[:, None] * way
    return directions[kept], zeros[kept]
