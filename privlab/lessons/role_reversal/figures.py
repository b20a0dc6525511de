"""The figures of lesson 63: whom a model takes a profession for, what arithmetic predicts, and what a repair costs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats
from privlab.lab.style import labels
from privlab.text.role_reversal.corpus import PROFESSIONS, SHARES, TECHNICAL
from privlab.text.role_reversal.metrics import predicted_disparity

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_professions(axes: "Axes", model: str, ratios: Mapping[str, Floats]) -> str:
    """The probability of "he" behind each profession that a model gives, beside the text's; the line says how uneven.

    ratios : from a model's name to log p(he) / p(she) [16].
    """
    probabilities = 1 / (1 + np.exp(-ratios[model]))
    ticks = np.arange(len(PROFESSIONS))
    axes.axhline(50, color="C7", linestyle=":")
    axes.plot(
        ticks, 100 * SHARES, color="C7", marker="_", markersize=14, markeredgewidth=2, linestyle="none", label="text"
    )
    axes.plot(ticks, 100 * probabilities, color="C0", marker="o", linestyle="none", label=model)
    axes.set(xlim=(-0.7, 15.7), ylim=(-3, 112), ylabel="chance of he, %", yticks=[0, 50, 100], xticks=ticks)
    axes.set_xticklabels(PROFESSIONS, rotation=60, ha="right")
    axes.legend(loc="upper right", ncols=2)
    disparity = np.abs(ratios[model]).mean()
    how = (
        "even"
        if disparity < 0.35
        else "half as uneven as the text, or less"
        if disparity < 1.2
        else "as uneven as the text"
    )
    return f"{model}: he and she are {how} over {len(PROFESSIONS)} professions, the first {len(TECHNICAL)} technical"


@labels(weight="weight of the teacher", repaired="made even")
def draw_predicted(axes: "Axes", weight: float, repaired: str) -> str:
    """The disparity that arithmetic predicts against the even part of what a student learns from; the line says both.

    weight : of the teacher, from 0 to 1. repaired : which of "nothing", "teacher", "text", "both" is made even.
    """
    even = {"nothing": 0.0, "teacher": weight, "text": 1 - weight, "both": 1.0}[repaired]
    predicted = predicted_disparity(SHARES, even)
    grid = np.linspace(0, 1, 51)
    axes.plot(grid, [predicted_disparity(SHARES, part) for part in grid], color="C0")
    axes.plot([even], [predicted], color="C1", marker="o", markersize=10, linestyle="none")
    axes.set(
        xlim=(-0.03, 1.03), ylim=(-0.1, 2.2), xlabel="even part of what the student learns from", ylabel="disparity"
    )
    return (
        f"weight of the teacher {weight:.2f}, made even: {repaired}; even part {even:.2f}, "
        f"predicted disparity {predicted:.2f}"
    )


def draw_students(
    axes: "Axes", students: Sequence[str], disparities: Sequence[float], legitimate: Sequence[float]
) -> str:
    """Each student's disparity against its log ratio for words of kinship, [n] each; the line names who is fit."""
    axes.axvspan(-0.1, 0.25, color="C2", alpha=0.15, linewidth=0)
    axes.axhspan(2.5, 6, color="C2", alpha=0.15, linewidth=0)
    for number, (name, x, y) in enumerate(zip(students, disparities, legitimate)):
        axes.plot([x], [y], color=f"C{number % 7}", marker="osD^vPX"[number % 7], markersize=9, linestyle="none")
        side = 0.25 if number % 2 == 0 else -0.25  # neighbours would write over each other
        axes.text(x + 0.05, y + side, name, va="center")
    axes.set(
        xlim=(-0.1, 2.3),
        ylim=(-0.5, 6),
        xlabel="disparity of professions (low is fair)",
        ylabel="queen is she (high is right)",
    )
    fit = [name for name, x, y in zip(students, disparities, legitimate) if x <= 0.25 and y >= 2.5]
    return f"{len(students)} students; even and right at once: {', '.join(fit) or 'none'}"
