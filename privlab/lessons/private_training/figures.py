"""Pictures of lesson 42. Each function draws on the axes it is given and returns the line of the figure's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats
from privlab.dp.gaussian import epsilon_at
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@labels(max_norm="max norm C")
def draw_clipping(axes: Axes, gradients: Floats, max_norm: float) -> str:
    """The gradients [n, 2] of some letters as arrows, each shortened to `max_norm`; the line counts those shortened."""
    from matplotlib.collections import LineCollection

    lengths = np.linalg.norm(gradients, axis=1)
    short = gradients * np.minimum(1, max_norm / lengths)[:, None]
    for arrows, colour, width, line in ((gradients, "C7", 1.5, ":"), (short, "C0", 3, "-")):
        ends = np.stack([np.zeros_like(arrows), arrows], axis=1)
        axes.add_collection(LineCollection(list(ends), colors=colour, linewidths=width, linestyles=line))
    turns = np.linspace(0, 2 * np.pi, 100)
    axes.plot(max_norm * np.cos(turns), max_norm * np.sin(turns), color="C1", linestyle="--", linewidth=1.5)
    reach = 1.1 * lengths.max()
    axes.set(
        xlim=(-reach, reach),
        ylim=(-0.5 * reach, 0.5 * reach),
        aspect="equal",
        xlabel="one weight",
        ylabel="another",
        title="dotted: as computed; solid: clipped; dashed: the clip",
    )
    return (
        f"clip {max_norm:.2f}: {(lengths > max_norm).sum()} of {len(lengths)} gradients are shortened, the longest "
        f"from {lengths.max():.2f} to {min(max_norm, lengths.max()):.2f}"
    )


@labels(exponent="δ = 10 to the power of minus", letters="letters")
def draw_delta(axes: Axes, exponent: int, letters: int, mu: float) -> str:
    """The ε that one noise costs, over δ, with the δ that one letter in all would be; the line gives both at one δ.

    exponent : of the δ that is looked at. letters : how many take part. mu : of the training.
    """
    delta = 10.0**-exponent
    exponents = np.linspace(3, 12, 40)
    axes.plot(10**-exponents, [epsilon_at(mu, delta=10**-each) for each in exponents], color="C0")
    here = epsilon_at(mu, delta=delta)
    axes.plot([delta], [here], "o", color="C0", markersize=11, clip_on=False)
    axes.axvline(1 / letters, color="C1", linestyle="--")
    axes.text(1 / letters, 5.9, " 1/n: one letter on average", color="C1", va="top", ha="left")
    axes.set(xscale="log", xlim=(1e-2, 1e-12), ylim=(0, 6), xlabel="δ", ylabel="ε of the same noise")
    return f"δ = {delta:.0e}: ε = {here:.2f}, and of {letters:,} letters {letters * delta:.2g} could be published"


@labels(letters="letters to train on")
def draw_utility(
    axes: Axes, letters: int, tables: Mapping[int, Sequence[float]], zero_shot: float, epsilons: Sequence[float]
) -> str:
    """What a private head reads at each budget, beside the reader that was never trained on these letters.

    letters : which of the tables. tables : from a number of letters to shares [budgets + 1], the last without noise.
    zero_shot : share read by the public reader. epsilons : [budgets].
    """
    shares = 100 * np.asarray(tables[letters])
    budgets = np.arange(len(shares))
    axes.plot(budgets[:-1], shares[:-1], color="C0", marker="o")
    axes.plot(budgets[-1:], shares[-1:], color="C2", marker="s", linestyle="none")
    axes.axhline(100 * zero_shot, color="C1", linestyle="--")
    axes.text(len(shares) - 0.55, 100 * zero_shot + 1.5, "not trained at all", color="C1", ha="right")
    axes.set(
        xticks=budgets,
        xticklabels=[f"{epsilon:g}" for epsilon in epsilons] + ["no noise"],
        xlim=(-0.5, len(shares) - 0.5),
        ylim=(0, 100),
        xlabel="ε of the training",
        ylabel="% of test letters read",
    )
    return (
        f"{letters:,} letters: more is read than without training at {(shares[:-1] > 100 * zero_shot).sum()} of "
        f"{len(epsilons)} budgets"
    )


def draw_leakage(axes: Axes, epsilons: Sequence[float], measured: Sequence[float], proved: Sequence[float]) -> str:
    """How well an attacker tells members apart, measured at each budget and proved at most; the line counts those kept.

    measured, proved : advantages 0..1 at each epsilon, true less false positives.
    """
    axes.plot(epsilons, proved, color="C1", linestyle="--", marker="s")
    axes.plot(epsilons, measured, color="C0", linestyle="-", marker="o")
    axes.text(epsilons[2] * 1.2, proved[2] - 0.06, "proved: never more", color="C1", va="top")
    axes.text(epsilons[-2], measured[-2] - 0.09, "measured", color="C0", va="top")
    axes.set(
        xscale="log",
        xticks=epsilons,
        xticklabels=[f"{epsilon:g}" for epsilon in epsilons],
        ylim=(-0.05, 1.15),
        xlabel="ε of the training",
        ylabel="advantage of the attacker",
    )
    axes.minorticks_off()
    kept = (np.asarray(measured) <= np.asarray(proved) + 0.02).sum()
    return (
        f"at {kept} of {len(epsilons)} budgets the attacker does no better than was proved, and less the smaller ε is"
    )


@labels(epsilon="ε of the training", max_norm="max norm C", learning_rate="learning rate")
def draw_tuning(
    axes: Axes,
    epsilon: str,
    max_norm: float,
    learning_rate: float,
    reached: Mapping[tuple[str, float, float], float],
    interval: float,
) -> str:
    """What heads read over the learning rate, a curve for each clip; the line gives the chosen one and the best.

    epsilon, max_norm, learning_rate : the chosen one, a key of reached. reached : per cent. interval : half of the 95 %
    interval of each.
    """
    clips = list(dict.fromkeys(clip for _, clip, _ in reached))
    rates = list(dict.fromkeys(rate for _, _, rate in reached))
    for clip in clips:
        read = [reached[epsilon, clip, rate] for rate in rates]
        chosen = (
            {"color": "C0", "linewidth": 3, "zorder": 3} if clip == max_norm else {"color": "C7", "linestyle": "--"}
        )
        axes.plot(rates, read, marker="o", **chosen)
    starts: dict[int, list[float]] = {}  # clips that begin at nearly the same height share a label
    for clip in clips:
        read_first = reached[epsilon, clip, rates[0]]
        starts.setdefault(next((low for low in starts if abs(low - read_first) < 6), round(read_first)), []).append(
            clip
        )
    for low, names in starts.items():
        axes.text(rates[0] / 1.3, low, ", ".join(f"{clip:g}" for clip in names), va="center", ha="right")
    axes.text(rates[0] / 1.3, 91, "clip", va="center", ha="right", fontstyle="italic")
    here = reached[epsilon, max_norm, learning_rate]
    axes.errorbar([learning_rate], [here], interval, color="C1", marker="s", markersize=11, capsize=7, zorder=4)
    axes.text(
        0.01, 0.01, f"solid: clip {max_norm:g}; square: the chosen learning rate", transform=axes.transAxes, va="bottom"
    )
    axes.set(xscale="log", xlim=(1, 2e5), ylim=(0, 100), xlabel="learning rate", ylabel="% of test letters read")
    axes.minorticks_off()
    best = max((reached[epsilon, clip, rate], clip, rate) for clip in clips for rate in rates)
    return (
        f"ε {epsilon}, clip {max_norm:g}, learning rate {learning_rate:,}: {here:.0f} % (± {interval:.1f}) are read; "
        f"best is {best[0]:.0f} % with clip {best[1]:g} and {best[2]:,}"
    )


def draw_widths(axes: Axes, widths: Sequence[int], shares: Mapping[str, Sequence[float]]) -> str:
    """What networks of several widths read at one budget, from a name to shares [widths]; the line names the widths."""
    for (name, read), colour, line in zip(shares.items(), ("C0", "C2", "C1"), ("-", ":", "--")):
        axes.plot(range(len(widths)), 100 * np.asarray(read), color=colour, linestyle=line, marker="o", label=name)
    axes.legend(loc="lower right")
    axes.set(
        xticks=range(len(widths)),
        xticklabels=widths,
        xlim=(-0.3, len(widths) - 0.7),
        ylim=(0, 110 * max(map(max, shares.values()))),
        xlabel="neurons in the hidden layer",
        ylabel="% of test letters read",
    )
    return f"networks of {', '.join(map(str, widths))} neurons, {len(shares)} trainings each"


@labels(noise_multiplier="noise multiplier")
def draw_two_accounts(
    axes: Axes, noise_multiplier: float, grid: Floats, said: Sequence[float], true: Sequence[float]
) -> str:
    """What a training on micro-batches costs, by the paper's sensitivity and by the real one; the line gives both.

    noise_multiplier : of the first epoch, one of the grid. said, true : epsilons at each of the grid.
    """
    nearest = int(np.argmin(np.abs(grid - noise_multiplier)))
    here = [said[nearest], true[nearest]]
    for epsilons, colour, line, label in ((said, "C0", "-", "counted with C"), (true, "C1", "--", "counted with 2C")):
        axes.plot(grid, epsilons, color=colour, linestyle=line, label=label)
    axes.plot([noise_multiplier, noise_multiplier], here, color="C7", linestyle=":", marker="o", clip_on=False)
    axes.legend(loc="upper right")
    axes.set(
        xlabel="noise of the first epoch, in clips",
        ylabel="ε of the training",
        yscale="log",
        ylim=(0.3, 100),
        yticks=[0.5, 1, 3, 10, 30],
        yticklabels=["0.5", "1", "3", "10", "30"],
        xlim=(grid[0], grid[-1]),
    )
    axes.minorticks_off()
    return f"first noise {noise_multiplier:.1f}: ε = {here[0]:.2f} counted with C, ε = {here[1]:.2f} counted with 2C"
