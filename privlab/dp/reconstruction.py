"""Reconstruction: a table of secret bits computed back from counts over many groups of people (lesson 24).

A table is a row of bits [people], 0 or 1 each. A group is a row of bits too: 1 for each person in it, and its count is
the number of its people whose bit is 1.
"""

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.validation import real_numbers, whole_number

MOST_TRIED = 20  # people of whom every table is tried: 2^20 tables


def random_groups(questions: int, people: int, rng: np.random.Generator) -> Integers:
    """Groups [questions, people] in which each person is with probability 1/2.

    Raises ValueError unless both numbers are whole and at least 1.
    """
    return rng.integers(0, 2, size=(whole_number("questions", questions), whole_number("people", people)))


def least_squares(groups: ArrayLike, counts: ArrayLike) -> Integers:
    """The table [people] that counts give back by linear algebra: the real numbers whose counts come nearest by the
    squares of what they are off, each then rounded to 0 or 1.

    groups : [questions, people].  counts : [questions], or [questions, tables] for several tables at once, which gives
    [people, tables].
    On exact counts of as many independent groups as people it is the true table.
    Raises ValueError for shapes that do not fit, or for a number that is not finite.
    """
    groups, counts = _checked(groups, counts)
    return (np.linalg.lstsq(groups, counts, rcond=None)[0] > 0.5).astype(np.int64)


def linear_program(groups: ArrayLike, counts: ArrayLike) -> Integers:
    """The table [people] that counts give back by a linear program: the numbers between 0 and 1 whose counts are off by
    the least in all, each then rounded to 0 or 1.

    Arguments, and what it raises, as for `least_squares`; counts of one table. It bears a few counts that are wildly
    wrong.
    Source: Dinur and Nissim (2003), who ask for counts within a bound; the least in all is that of Dwork, McSherry and
    Talwar, *The price of privacy and the limits of LP decoding* (2007).
    """
    from scipy import sparse
    from scipy.optimize import linprog

    groups, counts = _checked(groups, counts)
    if counts.ndim != 1:
        raise ValueError("a linear program finds one table: give counts of the shape [questions]")
    questions, people = groups.shape
    off = sparse.identity(questions)  # by how much each count is off, either way: one more unknown a question
    both_ways = sparse.bmat([[sparse.csr_matrix(groups), -off], [sparse.csr_matrix(-groups), -off]])
    found = linprog(
        np.concatenate([np.zeros(people), np.ones(questions)]),
        A_ub=both_ways,
        b_ub=np.concatenate([counts, -counts]),
        bounds=[(0, 1)] * people + [(0, None)] * questions,
        method="highs",
    )
    return (found.x[:people] > 0.5).astype(np.int64)


def consistent_tables(groups: ArrayLike, counts: ArrayLike, *, most_off: float = 0.0) -> Integers:
    """Every table [tables, people] whose counts are all within `most_off` of those that were given.

    groups, counts : as for `least_squares`, counts of one table; 20 people at most, since each of the 2^people tables
    is tried.
    If all groups are asked about, each of these tables differs from the true one in 4 `most_off` people at most.
    Raises ValueError as `least_squares` does, and for more people.
    Source: Dinur and Nissim (2003); Dwork and Roth (2014), theorem 8.1.
    """
    groups, counts = _checked(groups, counts)
    people = groups.shape[1]
    if people > MOST_TRIED or counts.ndim != 1:
        raise ValueError(
            f"every table is tried for {MOST_TRIED} people at most, got {people} and counts {counts.shape}"
        )
    tables = np.arange(2**people)[:, None] >> np.arange(people) & 1
    for group, count in zip(groups, counts):
        tables = tables[np.abs(tables @ group - count) <= most_off + 1e-9]
    return tables


def most_often_asked(groups: ArrayLike) -> int:
    """The largest number of groups that any one person is in: the sensitivity of all their counts together, when one
    person's bit changes.
    """
    return int(np.asarray(groups).sum(axis=0).max())


def _checked(groups: ArrayLike, counts: ArrayLike) -> tuple[Floats, Floats]:
    groups, counts = real_numbers("groups", groups), real_numbers("counts", counts)
    if groups.ndim != 2 or not groups.size or counts.ndim not in (1, 2) or len(counts) != len(groups):
        raise ValueError(
            f"it takes groups [questions, people] and a count for each question, got {groups.shape} and {counts.shape}"
        )
    if not (np.isfinite(groups).all() and np.isfinite(counts).all()):
        raise ValueError("groups and counts must be finite numbers")
    return groups, counts
