"""The figures of lesson 63: whom a model takes a profession for, what arithmetic predicts, and what a repair costs."""

import numpy as np

from privlab.text.role_reversal.corpus import PROFESSIONS, SHARES, TECHNICAL
from privlab.text.role_reversal.metrics import predicted


def draw_professions(axes, model, ratios, shares=SHARES):
    """The line of numbers; draws the chance of "he" behind each profession that a model gives, beside the text's.

    ratios : dict from a model's name to log p(he) / p(she) [16]. shares : of "he" in the text [16].
    """
    chances = 1 / (1 + np.exp(-ratios[model]))
    places = np.arange(len(PROFESSIONS))
    axes.axhline(50, color="C7", linestyle=":")
    axes.plot(
        places,
        100 * np.asarray(shares),
        color="C7",
        marker="_",
        markersize=14,
        markeredgewidth=2,
        linestyle="none",
        label="text",
    )
    axes.plot(places, 100 * chances, color="C0", marker="o", linestyle="none", label=model)
    axes.set(xlim=(-0.7, 15.7), ylim=(-3, 112), ylabel="chance of he, %", yticks=[0, 50, 100], xticks=places)
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


def draw_predicted(axes, weight, repaired):
    """The line of numbers; draws the disparity that arithmetic predicts against the even part of what a student learns
    from.

    weight : of the teacher, from 0 to 1. repaired : which of "teacher", "text", "both" is made even.
    """
    part = {"nothing": 0.0, "teacher": weight, "text": 1 - weight, "both": 1.0}[repaired]
    grid = np.linspace(0, 1, 51)
    axes.plot(grid, [predicted(each) for each in grid], color="C0")
    axes.plot([part], [predicted(part)], color="C1", marker="o", markersize=10, linestyle="none")
    axes.set(
        xlim=(-0.03, 1.03), ylim=(-0.1, 2.2), xlabel="even part of what the student learns from", ylabel="disparity"
    )
    return f"weight of the teacher {weight:.2f}, made even: {repaired}; even part {part:.2f}, predicted disparity {predicted(part):.2f}"


def draw_students(axes, students, disparities, legitimate):
    """The line of numbers; draws each student's disparity against its log ratio for words of kinship.

    students : names [n]. disparities, legitimate : floats [n].
    """
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
