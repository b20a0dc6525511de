"""The figures of lesson 12. Each draws on given axes and returns its numbers in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Integers, Letter
from privlab.lab.style import labels
from privlab.mpc.output_leakage import QUESTIONS, all_inputs, interval_of_others

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@labels(top="largest number")
def draw_consistent(axes: Axes, question: str, parties: int, top: int) -> str:
    """For every result how many inputs give it.

    question : a key of `QUESTIONS`. top : each party's number lies from 0 to it; 1 for votes.
    """
    inputs = all_inputs(parties, top=top)
    results = QUESTIONS[question](inputs, top).astype(int)
    possible, counts = np.unique(results, return_counts=True)
    # results and inputs are the same whoever is called first, so the first party stands for every other
    sure = np.array([np.ptp(inputs[results == result, 0]) == 0 for result in possible])
    axes.set_yscale("log")
    axes.vlines(possible, 0.6, counts, colors=["C1" if known else "C0" for known in sure], linewidth=12)
    if len(possible) <= 14:
        for result, count in zip(possible, counts):
            axes.text(result, 1.15 * count, f"{count:,}", ha="center", va="bottom")
    axes.set(
        xlim=(-0.8, possible[-1] + 0.8),
        ylim=(0.6, 12 * len(inputs)),
        xlabel=f"result: {question}",
        ylabel="inputs that give it",
    )
    marked = possible[:: 1 + len(possible) // 15]
    powers_of_ten = 10 ** np.arange(len(str(12 * len(inputs))))
    axes.set_yticks(
        powers_of_ten, [f"{power:,}" for power in powers_of_ten]
    )  # no small ticks, no formulas: drawn faster
    axes.minorticks_off()
    axes.set_xticks(marked, ["NO", "YES"] if question == "at least half" else [str(result) for result in marked])
    axes.text(0.01, 0.99, "every number is known for sure", color="C1", va="top", transform=axes.transAxes)
    axes.text(0.99, 0.99, "no number is known for sure", color="C0", va="top", ha="right", transform=axes.transAxes)
    return (
        f"{question}, {parties} parties with numbers from 0 to {top}: "
        f"{len(inputs):,} inputs, {len(possible)} results\n"
        f"{sum(sure)} of the results tell every number; {np.sum(counts[sure]):,} of the inputs lead to one of them"
    )


@labels(news="loss in the newspaper, million dollars", error="give or take, million dollars")
def draw_news(axes: Axes, news: float, error: float, total: float, companies: int) -> str:
    """The highest loss another company can have had, against the one in the newspaper.

    news : the loss that the newspaper names. error : by how much that may be off. total : the total that was opened;
    all in million dollars. companies : how many took part.
    """

    def highest_given(loss):
        return interval_of_others(total=total, news=loss, error=error, others=companies - 1)[1]

    losses = np.linspace(0, total, 101)
    highest, here = np.array([highest_given(loss) for loss in losses]), highest_given(news)
    axes.fill_between(losses, 0, highest, color="C4", alpha=0.3, linewidth=0)
    axes.plot(losses, highest, color="C0", linestyle="-")
    axes.plot([news, news], [0, here], color="C1", linestyle="-", linewidth=6, solid_capstyle="butt")
    axes.plot([0, total], [total, total], color="C7", linestyle="--")
    axes.text(total, 0.97 * total, "from the total alone", color="C7", ha="right", va="top")
    side, alignment = (-1, "right") if news > total / 2 else (1, "left")
    height = (0.05 if here >= 0.1 * total else 0.3) * total  # under the line, or above it
    axes.text(news + side * 0.02 * total, height, f"0 to {here:,}", color="C1", ha=alignment, va="bottom")
    axes.set(
        xlim=(0, 1.02 * total),
        ylim=(0, 1.05 * total),
        xlabel="loss in the newspaper, million dollars",
        ylabel="loss of any other, million dollars",
    )
    return (
        f"total {total:,}, newspaper {news:,} give or take {error:,}: every other company lost from 0 to {here:,}\n"
        f"million dollars, {here / total:.0%} of what the total alone leaves open"
    )


def draw_reuse(axes: Sequence[Axes], first: Letter, second: Letter, difference: Integers) -> str:
    """Two letters, and what the server saw when their masks were the same.

    difference : [28, 28], the first masked letter less the second.
    """
    pictures: list[Integers | Letter] = [first, second, difference]
    titles = "first letter", "second letter", "what the server computes"
    for panel, picture, title, low in zip(axes, pictures, titles, (0, 0, -255)):
        panel.imshow(picture, vmin=low, vmax=255)
        panel.set(title=title, xticks=[], yticks=[])
    same = np.mean(difference == first.astype(int) - second)
    return f"{same:.0%} of the 784 pixels that the server computes are the first letter less the second"
