"""Whether drawn numbers are what they should be: uniform, or noise of a given kind; told in a sentence, or None.

Every function looks at each coordinate, at pairs of neighbouring coordinates and of successive calls, at the tails and
at what repeats. Together its tests are wrong about right numbers in one of 10^8 calls.
"""

import itertools
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.language import later, translate

ERROR = 1e-8  # probability that right numbers are called wrong
CELLS = 8  # parts into which a range is cut
TRIED, QUICK = 50, 1e-4  # draws whose time is taken, and seconds of the processor for each
FURTHEST = 12  # calls that lie so far apart are compared with each other


def fewer_if_slow(draws: int, draw: Callable[[], Any]) -> int:
    """How many draws to ask for: half as many where one takes more than a tenth of a millisecond of the processor.

    draws : fewer than a hundred stay as many.
    draw : makes one draw; it is tried fifty times.
    """
    if draws < 2 * TRIED:
        return draws
    spent = []
    for _ in range(TRIED // 10):
        began = time.process_time()
        for _ in range(10):
            draw()
        spent.append(time.process_time() - began)
    return draws if min(spent) < 10 * QUICK else draws // 2  # the least: what the first draws load is not theirs


def uneven(draws: ArrayLike, modulus: int, *, names: tuple[str, str] = (later("number"), later("call"))) -> str | None:
    """Where numbers are not uniform from 0 to modulus - 1 and independent, in a sentence; None when they seem to be.

    draws : whole numbers [calls, numbers], at least 100 of them in all; Python's own where 64 bits are too few.
    names : what one number and one call are called in the sentence.
    A cell that gets half or twice what belongs is found in 1,000 numbers; so is a number that stays as it is in two
    calls, when the modulus is large.
    """
    number, call = map(translate, names)
    rows = np.asarray(draws, dtype=object)
    rows = rows.reshape(len(rows), -1)
    calls, width = rows.shape
    low, high = rows.min(), rows.max()
    if low < 0 or high >= modulus:
        outside = low if low < 0 else high
        return translate(
            "a {number} is {outside:,}, outside 0 to {highest:,}", number=number, outside=outside, highest=modulus - 1
        )
    if modulus >= 2**40:
        steady = [index for index in range(width) if len(set(rows[:, index])) < calls]
        if steady:
            value = next(each for each in rows[:, steady[0]] if (rows[:, steady[0]] == each).sum() > 1)
            return translate(
                "{number} {place} of {width} is {value:,} in more than one {call} of {calls}",
                number=number,
                place=steady[0] + 1,
                width=width,
                value=value,
                call=call,
                calls=calls,
            )
        if len(set(rows.ravel())) < rows.size:
            return translate("the same {number} comes twice among {count:,}", number=number, count=rows.size)
    cells = min(CELLS, modulus)
    top = (rows * cells // modulus).astype(np.int64)
    ends = [-(-cell * modulus // cells) for cell in range(cells + 1)]
    sizes = np.array([(end - start) / modulus for start, end in itertools.pairwise(ends)])
    parts = [(top, sizes, translate("part of the range"))]
    if cells < modulus:
        numbers = np.array([((modulus - 1 - cell) // cells + 1) / modulus for cell in range(cells)])
        parts.append(((rows % cells).astype(np.int64), numbers, translate("remainder modulo {cells}", cells=cells)))
    tests = []
    for part, shares, where in parts:
        said = partial(
            translate,
            "one {where} holds {count:,} of {size:,} {number}s, where {expected:,.0f} belong",
            where=where,
            size=part.size,
            number=number,
        )
        tests.append((part.ravel(), shares, said))
        if calls >= 5 * cells and width > 1:
            tests += [
                (
                    part[:, index],
                    shares,
                    partial(
                        translate,
                        "one {where} holds {number} {place} in {count:,} of {calls:,} {call}s, where "
                        "{expected:,.0f} belong",
                        where=where,
                        number=number,
                        place=index + 1,
                        calls=calls,
                        call=call,
                    ),
                )
                for index in range(min(width, 64))
            ]
    for first, second, said in _pairs(top, calls, width, number, call):
        tests.append((first * cells + second, np.outer(sizes, sizes).ravel(), said))
    for values, shares, said in tests:
        counts, expected = np.bincount(values, minlength=len(shares)), len(values) * shares
        if expected.min() >= 5 and p_of_counts(counts, expected) < ERROR / len(tests):
            often = (counts / expected).argmax()
            return said(count=counts[often], expected=expected[often])
    return None


def _pairs(top, calls, width, number, call):
    """Pairs of numbers that are to be independent: neighbours in one call, and the same place in successive calls."""
    if width > 1:
        yield (
            top[:, :-1].ravel(),
            top[:, 1:].ravel(),
            partial(
                translate,
                "neighbouring {number}s lie in the same two parts of the range {count:,} times, where "
                "{expected:,.0f} belong",
                number=number,
            ),
        )
        for one in range(min(width, 6)):
            for other in range(one + 1, min(width, 6)):
                yield (
                    top[:, one],
                    top[:, other],
                    partial(
                        translate,
                        "{number}s {one} and {other} lie in the same two parts of the range {count:,} times, where "
                        "{expected:,.0f} belong",
                        number=number,
                        one=one + 1,
                        other=other + 1,
                    ),
                )
    if calls > 1:
        yield (
            top[:-1].ravel(),
            top[1:].ravel(),
            partial(
                translate,
                "{number}s of successive {call}s lie in the same two parts of the range {count:,} times, where "
                "{expected:,.0f} belong",
                number=number,
                call=call,
            ),
        )


def p_of_counts(counts: Integers, expected: Floats | float) -> float:
    """The probability of counts as far from those that are expected, or further."""
    from scipy.special import chdtrc  # chi2.sf, without the half second that scipy.stats takes to import

    return chdtrc(len(counts) - 1, ((counts - expected) ** 2 / expected).sum())


def unlike(draws: ArrayLike, distribution: Any, *, whole: bool = False) -> str | None:
    """How numbers differ from noise of a given distribution, in a sentence; None when they seem to be drawn from it.

    draws : numbers [calls] or [calls, numbers], at least 1,000 in all, independent.
    distribution : a frozen distribution of scipy.stats, such as `scipy.stats.laplace(0, 2)`.
    whole : whether the distribution is one of whole numbers; else a value that comes twice is told too.
    A spread that is a tenth off is found in 10,000 numbers, a tail that is cut off at the thousandth in 22,000.
    """
    rows = np.asarray(draws, dtype=np.float64)
    rows = rows.reshape(len(rows), -1)
    flat = rows.ravel()
    if not np.isfinite(flat).all():
        return "a number is missing (NaN) or infinite"
    if whole and (flat != np.rint(flat)).any():
        return f"{flat[flat != np.rint(flat)][0]:.4g} is no whole number"
    if not whole and len(np.unique(flat)) < len(flat) - 1:
        values, often = np.unique(flat, return_counts=True)
        return (
            f"{values[often.argmax()]:.4g} comes {often.max():,} times in {len(flat):,} numbers: noise hardly repeats"
        )
    return (
        _spread(flat, distribution)
        or _tails(flat, distribution)
        or _shape(flat, distribution, whole)
        or _places(rows, distribution)
        or _independence(rows)
    )


def _spread(flat, distribution):
    """Whether the mean absolute deviation from the median is the distribution's: it bears heavy tails."""
    median = distribution.median()
    grid = np.linspace(0.0005, 0.9995, 1000)
    deviations = np.abs(distribution.ppf(grid) - median)
    expected, error = deviations.mean(), deviations.std() / np.sqrt(len(flat))
    found = np.clip(np.abs(flat - median), 0, deviations.max()).mean()
    if abs(found - expected) > 6 * error + 0.002 * expected:
        return f"it lies {found:.3g} from the middle on average, where {expected:.3g} belongs"
    return None


def _tails(flat, distribution):
    """Whether as many numbers lie far out, on either side, as belong there."""
    from scipy.stats import binomtest

    for beyond in (0.1, 0.01, 0.001):
        for side, bound in (("above", distribution.isf(beyond)), ("below", distribution.ppf(beyond))):
            probability = (
                distribution.sf(bound) if side == "above" else distribution.cdf(bound - 1e-9 * max(1, abs(bound)))
            )
            count = int((flat > bound).sum() if side == "above" else (flat < bound).sum())
            if 0 < probability < 1 and binomtest(count, len(flat), probability).pvalue < ERROR / 12:
                return (
                    f"of {len(flat):,} numbers {count:,} lie {side} {bound:.3g}, where about "
                    f"{probability * len(flat):,.0f} belong"
                )
    return None


def _shape(flat, distribution, whole):
    """Whether the numbers fall evenly between the distribution's quantiles."""
    from scipy.stats import chisquare, kstest

    if not whole:
        if kstest(flat, distribution.cdf).pvalue < ERROR / 3:
            return "its values do not lie as that noise does"
        return None
    low, high = int(distribution.ppf(0.01)), int(distribution.ppf(0.99))
    edges = np.unique(np.linspace(low, high, min(40, high - low + 2)).astype(int))
    expected = np.diff(np.concatenate([[0], distribution.cdf(edges), [1]])) * len(flat)
    counts = np.diff(np.concatenate([[0], np.searchsorted(np.sort(flat), edges, side="right"), [len(flat)]]))
    kept = expected > 5
    if kept.sum() > 1 and kept.all() and chisquare(counts, expected).pvalue < ERROR / 3:
        return "its whole numbers do not come as often as that noise's"
    return None


def _places(rows, distribution):
    """Whether every coordinate has its noise: none is bare, or has another's spread."""
    calls, width = rows.shape
    if width == 1 or calls < 2:
        return None
    still = np.flatnonzero((rows == rows[0]).all(axis=0))
    if len(still) and distribution.std() > 0 and calls > 3:
        return f"number {still[0] + 1} of {width} is {rows[0, still[0]]:.4g} in each of {calls} calls: it has no noise"
    return None


def _independence(rows):
    """Whether neighbours, and the same place in calls that lie up to some apart, have nothing to do with each other."""
    ranks = rows.ravel().argsort().argsort().reshape(rows.shape) / rows.size - 0.5
    pairs = []
    if rows.shape[1] > 1:
        pairs.append((ranks[:, :-1].ravel(), ranks[:, 1:].ravel(), "neighbouring numbers"))
    for apart in range(1, min(FURTHEST, len(rows) - 1) + 1):
        said = "numbers of successive calls" if apart == 1 else f"numbers of calls that lie {apart} apart"
        pairs.append((ranks[:-apart].ravel(), ranks[apart:].ravel(), said))
    for first, second, said in pairs:
        correlation = 12 * (first * second).mean()
        if len(first) > 100 and abs(correlation) * np.sqrt(len(first)) > 6.5:
            return f"{said} go together (correlation {correlation:.2f})"
        both = 12 * (np.abs(first) - 0.25) @ (np.abs(second) - 0.25) / len(first) * 4
        if len(first) > 100 and abs(both) * np.sqrt(len(first)) > 6.5:
            return f"{said} are large together (correlation of their sizes {both:.2f})"
    return None
