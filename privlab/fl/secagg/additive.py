"""A sum of updates from shares: each party's gradient in fixed point, cut, handed round, added up (lesson 52)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Residues
from privlab.fl.gradients.gradient import Gradient
from privlab.mpc.additive import add_vectors, share_vector
from privlab.mpc.fixed_point import decode, encode
from privlab.validation import real_numbers

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class SharedUpdates:
    """The updates of n parties in shares modulo 2^64, and their sum.

    shares : [n, n, d]; shares[i, j] is what party i hands to party j (and keeps, where i is j).
    bits : digits after the binary point.
    """

    shares: Residues
    bits: int

    def handed(self, *, giver: int, receiver: int) -> Floats:
        """The share that one party handed another as the floats [d] that it would stand for, which are noise."""
        return decode(self.shares[giver, receiver], self.bits)

    @property
    def partial_sums(self) -> Residues:
        """What each party says aloud: the sum of the shares it holds, [n, d]."""
        return np.array([add_vectors(column) for column in self.shares.swapaxes(0, 1)])

    @property
    def total(self) -> Floats:
        """The sum of all updates, [d]."""
        return decode(add_vectors(self.partial_sums), self.bits)


def share_updates(updates: Sequence[ArrayLike] | Floats, bits: int = 32) -> SharedUpdates:
    """The updates of n parties, floats [n, d], in shares.

    bits : as in `encode`.
    Raises ValueError when updates differ in length, there are fewer than two, or a number does not fit.
    Source: "Preserving the privacy of AI training data", its private federated learning.
    Not secure because a party may lie or leave, and because all the others together subtract their own.
    """
    rows = [real_numbers("an update", update) for update in updates]
    if len(rows) < 2 or len({row.shape for row in rows}) != 1 or rows[0].ndim != 1:
        raise ValueError(
            f"updates that are added are at least two rows of one length, got shapes "
            f"{', '.join(str(list(row.shape)) for row in rows)}"
        )
    parties = len(rows)
    return SharedUpdates(np.array([share_vector(encode(row, bits, parties=parties), parties) for row in rows]), bits)


def as_gradient(numbers: Floats, model: torch.nn.Module) -> Gradient:
    """The row of numbers [d] cut and shaped like the model's parameters, weights and biases in turn.

    Raises ValueError when the model has more or fewer numbers.
    """
    shapes = [tuple(part.shape) for part in model.parameters()]
    sizes = [int(np.prod(shape)) for shape in shapes]
    if np.shape(numbers) != (sum(sizes),):
        raise ValueError(f"the model has {sum(sizes):,} numbers in a row, got {list(np.shape(numbers))}")
    parts = [part.reshape(shape) for part, shape in zip(np.split(numbers, np.cumsum(sizes)[:-1]), shapes)]
    return Gradient(tuple(parts[::2]), tuple(parts[1::2]))
