"""The figure of lesson 00. It draws on given axes and returns its numbers in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COUNT = 12  # the naps, without Lena's
# the strokes of an a: a round that is closed, and a stem
AN_A = (
    tuple((np.cos(angle), np.sin(angle)) for angle in np.linspace(-0.6, 2 * np.pi - 0.6, 40)),
    ((0.95, -1.0), (0.95, 0.75), (1.1, 1.0), (1.35, 1.0)),
)


@labels(largest_noise="largest noise, people")
def draw_noisy_counts(axes: Axes, largest_noise: int) -> str:
    """What is published in two worlds, a true count and that count plus one.

    largest_noise : a number drawn evenly from -largest_noise to largest_noise is added to the count.
    """
    possible = 2 * largest_noise + 1
    height = np.full(possible, 1 / possible)
    for true, label, colour, line in (
        (COUNT, "Lena took no nap", "C0", "-"),
        (COUNT + 1, "Lena took a nap", "C1", "--"),
    ):
        edges = np.arange(true - largest_noise, true + largest_noise + 2) - 0.5
        axes.stairs(height, edges, fill=True, color=colour, alpha=0.15)
        axes.stairs(height, edges, baseline=0, color=colour, linestyle=line, linewidth=3, label=label)
    axes.set(xlim=(COUNT - 13, COUNT + 14), ylim=(0, 1.35 / possible), xlabel="published count", ylabel="chance")
    axes.legend(loc="upper center", ncols=2)
    return (
        f"noise up to {largest_noise}: {possible - 1} of the {possible} counts possible without the nap "
        "are possible with it too"
    )
