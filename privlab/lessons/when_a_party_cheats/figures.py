"""The figures of lesson 13. Each draws on given axes and returns its numbers in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Booleans
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@labels(check="how it is checked", lies="lies told", modulus="prime modulus")
def draw_lies(axes: Axes, check: str, modulus: int, lies: int, passed: dict[str, dict[int, Booleans]]) -> str:
    """The share of lies that are caught, by the modulus, and what is expected of a guess.

    check : a key of `passed`. modulus : the one whose numbers are told. lies : how many of the runs are counted.
    passed : for each check and each prime, whether a lie passed, [runs].
    """
    primes = np.array(sorted(passed[check]))
    caught = np.array([1 - passed[check][prime][:lies].mean() for prime in primes])
    axes.set_xscale("log")
    between = np.geomspace(primes[0], primes[-1], 60)
    axes.plot(between, 100 * (1 - 1 / between), color="C0", linestyle="-")
    axes.plot(primes, 100 * caught, color="C1", linestyle="", marker="o")
    here = caught[primes == modulus][0]
    axes.plot([modulus], [100 * here], color="C1", linestyle="", marker="s", markersize=14, fillstyle="none")
    axes.set(xlabel="prime modulus p", ylabel="% of lies caught", ylim=(-6, 106), xlim=(1.7, 140))
    axes.set_xticks(primes, [str(prime) for prime in primes])
    axes.minorticks_off()
    axes.text(0.99, 0.42, "line: 100 % less 1/p", color="C0", ha="right", transform=axes.transAxes)
    axes.text(0.99, 0.30, "dots: lies that were caught", color="C1", ha="right", transform=axes.transAxes)
    return (
        f"{check}, modulo {modulus}: {(1 - here) * lies:,.0f} of {lies:,} lies passed, {1 - here:.1%}; "
        f"1/p is {1 / modulus:.1%}"
    )


@labels(slope_x="slope of the line of x", slope_y="slope of the line of y")
def draw_product(axes: Axes, slope_x: int, slope_y: int, secrets: tuple[int, int]) -> str:
    """Two lines, their product, and the parties' heights on all three; in whole numbers, without a modulus.

    slope_x, slope_y : what each dealer draws. secrets : the heights at 0.
    """
    lines = [secret + slope * np.linspace(0, 3.4, 69) for secret, slope in zip(secrets, (slope_x, slope_y))]
    heights = np.array([secret + slope * np.arange(1, 4) for secret, slope in zip(secrets, (slope_x, slope_y))])
    products, places = heights.prod(axis=0), np.linspace(0, 3.4, 69)
    two = 2 * products[0] - products[1]  # the line through the first two, at 0
    axes.axhline(0, color="black", linewidth=1)
    axes.plot(places, lines[0], color="C0", linestyle="-")
    axes.plot(places, lines[1], color="C2", linestyle="--")
    axes.plot(places, lines[0] * lines[1], color="C1", linestyle="-")
    axes.plot([0, 2], [two, products[1]], color="C7", linestyle=":")
    for values, colour in ((heights[0], "C0"), (heights[1], "C2"), (products, "C1")):
        axes.plot([1, 2, 3], values, color=colour, linestyle="", marker="o")
    axes.plot([0], [secrets[0] * secrets[1]], color="C1", linestyle="", marker="s", markersize=10)
    low, high = min(products.min(), two, -4), max(products.max(), two, secrets[0] * secrets[1])
    axes.set(ylabel="height", xlim=(-0.15, 3.5), ylim=(low - 0.1 * (high - low), high + 0.55 * (high - low)))
    axes.set_xticks([0, 1, 2, 3], ["secrets", "Alice", "Bob", "Carlos"])
    for number, (words, colour) in enumerate(
        (("solid: line of x", "C0"), ("dashed: line of y", "C2"), ("curve: their product", "C1"))
    ):
        axes.text(0.02, 0.98 - 0.1 * number, words, color=colour, va="top", transform=axes.transAxes)
    axes.text(
        0.98, 0.98, "dotted: line through two products", color="C7", ha="right", va="top", transform=axes.transAxes
    )
    listed = ", ".join(str(number) for number in products)
    three = 3 * products[0] - 3 * products[1] + products[2]
    return f"products {listed}: the curve through all three is {three} at 0,\nthe line through the first two {two}"
