"""Plain matrices times encrypted slots: by diagonals, in baby steps and giant steps (lesson 31).

What a linear map takes from `offset` slots further right is one plain vector, a diagonal, times the slots rotated by
`offset`; the sum over all offsets is the product, at one level. With offset = giant + baby the rotations by the baby
steps are shared, and each giant step is one rotation of a sum: some 2 sqrt(n) rotations in place of n.
Source: Halevi and Shoup, "Algorithms in HElib" (2014) for the diagonals, "Faster homomorphic linear transformations in
HElib" (2018) for the steps.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from privlab.arrays import Floats


def diagonals(matrix: Floats, rows: int, columns: int) -> dict[int, Floats]:
    """The diagonals by their offsets, of a plain matrix [m, n] filled up with zeros to rows x columns.

    rows, columns  powers of two. Each diagonal has max(rows, columns) entries. Times slots that repeat after `columns`,
    rotated by the offset, their sum holds the product; where there are fewer rows, once all its parts `rows` apart are
    added.
    """
    whole = np.zeros((rows, columns))
    whole[: matrix.shape[0], : matrix.shape[1]] = matrix
    at = np.arange(max(rows, columns))
    return {offset: whole[at % rows, (at + offset) % columns] for offset in range(min(rows, columns))}


def mapped(value: Any, terms: Mapping[int, Floats], stride: int = 1) -> Any:
    """The sum of each term times the value rotated by its offset.

    value  what slots hold, as a traced function sees it.    terms  by offset, multiples of `stride`, each over all
    slots; those that are zero everywhere cost nothing.
    """
    terms = {offset: term for offset, term in terms.items() if term.any()}
    steps = [stride << bits for bits in range(max(map(abs, terms), default=0).bit_length() + 1)]

    def split(step: int) -> dict[tuple[int, int], Floats]:
        return {(offset - offset % step, offset % step): term for offset, term in terms.items()}

    def rotations(step: int) -> int:
        giants, babies = (set(steps) - {0} for steps in zip(*split(step)))
        return len(giants) + len(babies)

    return in_two_steps(value, split(min(steps, key=rotations)) if terms else {})


def in_two_steps(value: Any, terms: Mapping[tuple[int, int], Floats]) -> Any:
    """As `mapped`, with the offsets as pairs (giant step, baby step)."""
    total = None
    for giant in dict.fromkeys(giant for giant, _ in terms):
        inner = None
        for (own, baby), term in terms.items():
            if own == giant:
                part = value.rotate(baby) * np.roll(term, giant)
                inner = part if inner is None else inner + part
        turned = inner.rotate(giant)  # type: ignore[union-attr]
        total = turned if total is None else total + turned
    return value * 0.0 if total is None else total
