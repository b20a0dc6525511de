"""The figures of lesson 24: what comes back of a table, what a budget leaves of it, questions that lose, a shuffle.

Each draws on given axes and returns its line of numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from privlab.dp.randomized_response import truth_probability
from privlab.dp.reconstruction import most_often_asked, random_groups
from privlab.dp.sparse_vector import loss_of_a_yes
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TABLES = 32  # random tables over which a share is averaged
CONTROLS = {"people": "people", "each": "questions for each person"}


def _asked(people, each, seed):
    """Random groups, random tables [people, TABLES] and their exact counts."""
    rng = np.random.default_rng(seed)
    groups = random_groups(each * people, people, rng)
    bits = rng.integers(0, 2, size=(people, TABLES))
    return rng, groups, bits, groups @ bits


def _back(groups, counts, spread, scales, bits):
    """Which bits come back, [people, TABLES, scales], with the noise `spread` [questions, TABLES] on the counts, times
    each of some scales.

    As `least_squares` finds them, which is linear up to its rounding: so one solution serves every scale.
    """
    solved = np.linalg.lstsq(groups, np.concatenate([counts, spread], axis=1), rcond=None)[0]
    exact, error = solved[:, :TABLES, None], solved[:, TABLES:, None]
    return (exact + error * np.asarray(scales) > 0.5) == bits[:, :, None]


@labels(most_off="counts are off by up to", **CONTROLS)
def draw_back(axes: NDArray[Any], *, people: int, each: int, most_off: float, seed: int = 24) -> str:
    """Draws whose bits come back from counts that are off by up to `most_off` (left), and how many do for any such
    bound (right).

    each : questions for each person, so that there are people times as many.
    """
    rng, groups, bits, counts = _asked(people, each, seed)
    offs = np.linspace(0, 20, 21)
    spread = rng.uniform(-1, 1, counts.shape)
    right = _back(groups, counts, spread, [*offs, most_off], bits)
    shares = right.mean(axis=(0, 1))
    table, curve = axes
    side = int(np.ceil(np.sqrt(people)))
    x, y = np.arange(people) % side, np.arange(people) // side
    known = right[:, 0, -1]
    table.scatter(x[known], y[known], s=50, marker="o", color="C0", label="come back")
    table.scatter(x[~known], y[~known], s=50, marker="x", color="C1", label="wrong")
    table.set(xticks=[], yticks=[], xlim=(-1, side), ylim=(side + 1.5, -1), title=f"{people} people, one table")
    table.legend(loc="lower center", ncols=2, handletextpad=0.1, columnspacing=1)
    curve.plot(offs, 100 * shares[:-1], color="C0", linestyle="-")
    curve.scatter([most_off], [100 * shares[-1]], s=60, color="C1", zorder=3, clip_on=False)
    curve.axvline(np.sqrt(people), color="C7", linestyle=":")
    curve.text(np.sqrt(people) + 0.3, 103, "√people", color="0.35", va="top")
    curve.axhline(50, color="C7", linestyle="--", linewidth=1.5)
    curve.text(20, 47, "a coin", color="0.35", va="top", ha="right")
    curve.set(xlim=(0, 20.3), ylim=(40, 104), xlabel="counts are off by up to", title="bits that come back, %")
    return (
        f"{people} people, {each * people} questions, counts off by up to {most_off:g}: {shares[-1]:.0%} of the bits "
        f"come back\n(over {TABLES} random tables; a coin gets 50%; √people is {np.sqrt(people):.1f})"
    )


@labels(epsilon="ε of all questions together", **CONTROLS)
def draw_budget(axes: Axes, *, people: int, each: int, epsilon: float, seed: int = 24) -> str:
    """Draws how many bits come back when all counts together are epsilon-private, beside what no attacker exceeds.

    each : questions for each person, so that there are people times as many.
    """
    rng, groups, bits, counts = _asked(people, each, seed)
    epsilons = np.geomspace(0.1, 10_000, 26)
    sensitivity = most_often_asked(groups)
    spread = rng.laplace(size=counts.shape)
    back = _back(groups, counts, spread, sensitivity / np.array([*epsilons, epsilon]), bits).mean(axis=(0, 1))
    most = np.array([truth_probability(one) for one in epsilons])
    axes.plot(epsilons, 100 * most, color="C7", linestyle="--", label="no attacker gets more\non average")
    axes.plot(epsilons, 100 * back[:-1], color="C0", linestyle="-", label="comes back")
    axes.scatter([epsilon], [100 * back[-1]], s=60, color="C1", zorder=3)
    axes.set(
        xscale="log",
        xlim=(0.09, 12_000),
        ylim=(40, 104),
        xlabel="ε of all questions together",
        ylabel="bits that come back, %",
        xticks=[0.1, 1, 10, 100, 1_000, 10_000],
        xticklabels=["0.1", "1", "10", "100", "1,000", "10,000"],
    )
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return (
        f"{people} people, {each * people} questions, ε = {epsilon:g} for all: noise of scale "
        f"{sensitivity / epsilon:,.2f} on each count,\n{back[-1]:.0%} of the bits come back; ε allows "
        f"{truth_probability(epsilon):.1%} at most"
    )


@labels(epsilon="promised ε", questions="questions until the yes")
def draw_losses(axes: Axes, *, epsilon: float, questions: int) -> str:
    """Draws the privacy loss of a yes to the last of many questions, with noise on the threshold and without.

    The worlds are those of `loss_of_a_yes`.
    """
    grid = np.unique(np.geomspace(1, 200, 30).astype(int))
    curves = {}
    for name, scale in (("noise on the threshold", 2 / epsilon), ("none on the threshold", 0.0)):
        curves[name] = loss_of_a_yes([*grid, questions], threshold_scale=scale, count_scale=4 / epsilon)
    for index, (name, losses) in enumerate(curves.items()):
        axes.plot(grid, losses[:-1], color=f"C{index}", linestyle=("-", "--")[index], label=name)
        axes.scatter([questions], [losses[-1]], s=60, color=f"C{index}", zorder=3)
    axes.axhline(epsilon, color="C7", linestyle=":", label="promised")
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(0.9, 220),
        ylim=(0.01, 300),
        xlabel="questions until the yes",
        ylabel="privacy loss",
        xticks=[1, 10, 100],
        xticklabels=["1", "10", "100"],
        yticks=[0.01, 0.1, 1, 10, 100],
        yticklabels=["0.01", "0.1", "1", "10", "100"],
    )
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    right, wrong = (losses[-1] for losses in curves.values())
    return (
        f"promised ε = {epsilon:.1f}, {questions} questions: the loss is {right:.2f} with noise on the threshold, "
        f"{wrong:.2f} without"
    )


@labels(people="people who answer", local_epsilon="ε of each answer")
def draw_shuffled(
    axes: Axes,
    *,
    people: int,
    local_epsilon: float,
    delta: float,
    crowds: list[int],
    curves: dict[float, tuple[list[float], list[float]]],
) -> str:
    """Draws the epsilon of shuffled answers against how many people give one.

    crowds, curves : numbers of people, and by the epsilon of each answer what `shuffled_curve` says of them at `delta`.
    """
    exact, bound = curves[local_epsilon]
    axes.plot(crowds, bound, color="C1", linestyle="--", label="answers of any kind,\nat most")
    axes.plot(crowds, exact, color="C0", linestyle="-", label="yes and no, exactly")
    axes.axhline(local_epsilon, color="C7", linestyle=":", label="not shuffled")
    here = float(np.exp(np.interp(np.log(people), np.log(crowds), np.log(exact))))
    axes.scatter([people], [here], s=60, color="C0", zorder=3)
    axes.set(
        xscale="log",
        xlim=(9, 1_100),
        ylim=(0, 1.1 * local_epsilon),
        xlabel="people who answer",
        ylabel=f"ε of all answers, δ = {delta:g}",
        xticks=[10, 100, 1_000],
        xticklabels=["10", "100", "1,000"],
    )
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return (
        f"{people:,} people, each answer with ε = {local_epsilon:g}: shuffled, all answers together have "
        f"ε = {here:.2f} at δ = {delta:g}"
    )
