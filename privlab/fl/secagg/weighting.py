"""A weighted mean from a secure sum: each client sends its weight times its parameters, and the weight (lesson 52).

Engines of federated learning weigh a client by how many examples it has. Summed like an update, no weight is sent in
the clear. What the mean itself tells: the sum of all weights is known, and so is a weight by which two sums differ; a
client that weighs more than all others together has a mean that is nearly its own parameters.
"""

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.validation import positive, real_numbers


def weighted(parameters: ArrayLike, weight: float, *, max_weight: float) -> Floats:
    """What a client gives into the secure sum, [d + 1]: its share of the largest weight times its parameters, and it.

    parameters : [d]. weight : from 0 to `max_weight`; 0 counts for nothing.
    max_weight : the same for all clients, so that nobody weighs more than that many examples.
    Raises ValueError for parameters that are no row of numbers, or a weight out of range.
    Source: McMahan et al. (2017), whose weights are numbers of examples.
    """
    row = real_numbers("the parameters", parameters)
    if row.ndim != 1:
        raise ValueError(f"the parameters must be one row of numbers, got {list(row.shape)}")
    most = positive("the largest weight", max_weight)
    if not isinstance(weight, int | float | np.integer | np.floating) or not 0 <= weight <= most:
        raise ValueError(f"a weight lies from 0 to the largest, {most:g}, got {weight!r}")
    part = float(weight) / most
    return np.append(part * row, part)


def weighted_mean(total: ArrayLike, *, max_weight: float) -> tuple[Floats, float]:
    """The weighted mean of the parameters, [d], and the sum of all weights, from the sum of what clients gave.

    total : [d + 1], a sum of rows as of `weighted`. max_weight : as there.
    Raises ValueError when it is no such sum, or nobody has any weight.
    Not secure because it tells the sum of the weights, and almost the parameters of a client that outweighs all others.
    """
    row = real_numbers("the sum", total)
    if row.ndim != 1 or len(row) < 2 or not np.isfinite(row).all():
        raise ValueError(f"a sum of weighted parameters is a row of two numbers or more, got {list(row.shape)}")
    if row[-1] <= 0:
        raise ValueError("nobody in this sum has any weight: there is no mean")
    return row[:-1] / row[-1], float(row[-1] * positive("the largest weight", max_weight))
