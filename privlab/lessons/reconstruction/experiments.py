"""What lesson 24 tries: a desk that answers counts, a block of six people, the epsilon of shuffled crowds."""

import itertools
import statistics
from collections.abc import Callable, Collection, Iterable

import numpy as np

from privlab.dp.shuffling import central_epsilon, clones_bound

LEAST = 5  # people whom the desk wants in a group, and out of it
OLDEST = 100  # years
# What is published of a block of six people, line by line.
BLOCK = (
    "3 women: mean age 46, median 48; 3 men: mean age 38, median 39",
    "all 6: median age 43.5",
    "under 18: 2",
    "65 and over: 2",
    "mean age of those 65 and over: 72",
    "under 5: 1",
)


def desk(table: Collection[int]) -> Callable[[Iterable[int]], int]:
    """A statistics desk: a function `ask(group)` that counts how many people of a group, a list of their places, have
    the bit 1. It refuses groups of fewer than five and those that leave out fewer than five.

    table : [people], 0 or 1 each.
    """
    bits = np.array(table)

    def ask(group: Iterable[int]) -> int:
        members = [int(member) for member in group]
        if len(set(members)) < len(members) or not set(members) <= set(range(len(bits))):
            raise ValueError(f"the desk takes a list of people, each once, by their places 0 to {len(bits) - 1}")
        if not LEAST <= len(members) <= len(bits) - LEAST:
            raise ValueError(
                f"the desk wants {LEAST} people or more in a group, and {LEAST} or more out of it; got "
                f"{len(members)} of {len(bits)}"
            )
        return int(bits[members].sum())

    return ask


def ages_of_three(*, mean: int, median: int) -> list[tuple[int, int, int]]:
    """All ages of three people, in rising order, that have this mean and median."""
    highest = [3 * mean - median - low for low in range(median + 1)]
    return [(low, median, high) for low, high in enumerate(highest) if median <= high <= OLDEST]


def blocks(lines: int) -> list[tuple[int, ...]]:
    """All blocks, ages of three women and then of three men, that fit the first lines of `BLOCK`, 1 to 6 of them."""
    women, men = ages_of_three(mean=46, median=48), ages_of_three(mean=38, median=39)
    tests = (
        lambda ages: statistics.median(ages) == 43.5,
        lambda ages: sum(age < 18 for age in ages) == 2,
        lambda ages: sum(age >= 65 for age in ages) == 2,
        lambda ages: sum(age for age in ages if age >= 65) == 2 * 72,
        lambda ages: sum(age < 5 for age in ages) == 1,
    )
    every = (one + other for one, other in itertools.product(women, men))
    return [ages for ages in every if all(fits(ages) for fits in tests[: lines - 1])]


def shuffled_curve(local_epsilon: float, crowds: Iterable[int], delta: float) -> tuple[list[float], list[float]]:
    """The epsilon of shuffled answers of so many people, exactly and by the bound for answers of any kind."""
    exact = [central_epsilon(local_epsilon, people=people, delta=delta) for people in crowds]
    return exact, [clones_bound(local_epsilon, people=people, delta=delta) for people in crowds]
