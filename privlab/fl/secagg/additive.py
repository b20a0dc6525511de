"""A sum of updates from shares: each party's gradient in fixed point, cut, handed round, added up (lesson 52)."""

from dataclasses import dataclass

import numpy as np

from privlab.fl.gradients.gradient import Gradient
from privlab.mpc.additive import add_vectors, share_vector
from privlab.mpc.fixed_point import decode, encode
from privlab.validation import real_numbers


@dataclass(frozen=True)
class SharedUpdates:
    """The updates of n parties in shares modulo 2^64, and their sum.

    shares : uint64 [n, n, length]; shares[i, j] is what party i hands to party j (and keeps, where i is j).
    bits : int, digits after the binary point.
    """

    shares: np.ndarray
    bits: int

    def handed(self, giver, receiver):
        """The share that one party handed another as the floats it would stand for, which is noise: floats [length]."""
        return decode(self.shares[giver, receiver], self.bits)

    @property
    def partial_sums(self):
        """What each party says aloud: the sum of the shares it holds, uint64 [n, length]."""
        return np.array([add_vectors(column) for column in self.shares.swapaxes(0, 1)])

    @property
    def total(self):
        """The sum of all updates, floats [length]."""
        return decode(add_vectors(self.partial_sums), self.bits)


def share_updates(updates, bits=32):
    """The updates of n parties as `SharedUpdates`.

    updates : floats [n, length], n at least 2; bits : as in `encode`.
    Raises ValueError when updates differ in length, there are fewer than two, or a number does not fit.
    Source: "Preserving the privacy of AI training data", its private federated learning.
    Not secure because a party may lie or leave, and because all the others together subtract their own.
    """
    updates = [real_numbers("an update", each) for each in updates]
    if len(updates) < 2 or len({each.shape for each in updates}) != 1 or updates[0].ndim != 1:
        raise ValueError(
            f"updates that are added are at least two rows of one length, got shapes "
            f"{', '.join(str(list(each.shape)) for each in updates)}"
        )
    parties = len(updates)
    return SharedUpdates(np.array([share_vector(encode(each, bits, parties), parties) for each in updates]), bits)


def as_gradient(numbers, model):
    """The row of numbers as a `Gradient`, cut and shaped like the model's parameters.

    numbers : floats [n]; model : torch module with n numbers in all, weights and biases in turn.
    Raises ValueError when they are not as many.
    """
    shapes = [tuple(part.shape) for part in model.parameters()]
    sizes = [int(np.prod(shape)) for shape in shapes]
    if np.shape(numbers) != (sum(sizes),):
        raise ValueError(f"the model has {sum(sizes):,} numbers in a row, got {list(np.shape(numbers))}")
    parts = [part.reshape(shape) for part, shape in zip(np.split(numbers, np.cumsum(sizes)[:-1]), shapes)]
    return Gradient(tuple(parts[::2]), tuple(parts[1::2]))
