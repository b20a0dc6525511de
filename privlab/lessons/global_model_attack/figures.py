"""The figures of lesson 53. Each draws on the axes it is given and returns its numbers in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Integers, Letters
from privlab.data.pictures import draw_rows_of_letters
from privlab.dp import gaussian
from privlab.fl.imprint.planted_layer import expected_alone
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@labels(neurons="neurons planted")
def draw_cells(axes: Axes, public: Floats, secret: Floats, neurons: int) -> str:
    """The thresholds of one group among public letters, and in which cells the secret ones lie; the line counts.

    public, secret  the brightness of public and of secret letters.
    neurons         at least 1, thresholds; all but the lowest are drawn.
    """
    thresholds = np.quantile(public, np.arange(neurons) / neurons)[1:]
    cells = np.searchsorted(thresholds, secret)
    alone = np.bincount(cells, minlength=neurons)[cells] == 1
    counts, edges = np.histogram(public, bins=40)
    axes.stairs(counts / counts.max(), edges, fill=True, color="C7", alpha=0.35)
    axes.vlines(thresholds, 0, 1.05, color="black", linewidth=0.6)
    height = 0.1 + 0.85 * np.arange(len(secret)) / len(secret)
    axes.scatter(secret[alone], height[alone], marker="o", s=70, color="C0", edgecolor="white", zorder=3)
    axes.scatter(secret[~alone], height[~alone], marker="X", s=70, color="C1", edgecolor="white", zorder=3)
    low, high = edges[0], edges[-1]
    axes.set(xlim=(low, low + 1.35 * (high - low)), ylim=(0, 1.1), yticks=[], xlabel="brightness of a letter")
    axes.text(low + 1.03 * (high - low), 0.85, f"● {alone.sum()} alone", color="C0")
    axes.text(low + 1.03 * (high - low), 0.65, f"✖ {(~alone).sum()} share a cell", color="C1")
    axes.text(low + 1.03 * (high - low), 0.45, "grey: public letters", color="C7")
    return (
        f"{neurons} neurons: {alone.sum()} of {len(secret)} letters lie alone in their cell; "
        f"expected {expected_alone(len(secret), neurons):.1f}"
    )


def draw_theory(axes: Axes, letters: int, counts: dict[str, dict[int, Integers]]) -> str:
    """Letters found against neurons: the birthday theory for one group, and what was measured; the line counts.

    letters  in each trial.    counts  from a way's name to a dict from neurons to the letters found, [trials].
    """
    tried = sorted({size for measured in counts.values() for size in measured})
    low, high = tried[0], tried[-1]
    neurons = np.geomspace(low, high, 100)
    axes.plot(neurons, expected_alone(letters, neurons), color="C7", linestyle="-")
    axes.text(high, 3, "line: birthdays", color="C7", ha="right")
    for (name, measured), marker, sign, colour, height in zip(counts.items(), "oD", "●◆", ("C0", "C2"), (2, 1)):
        means = [np.mean(found) for found in measured.values()]
        axes.plot(list(measured), means, marker=marker, markersize=8, linestyle=" ", color=colour)
        axes.text(high, height, f"{sign} {name}", color=colour, ha="right")
    axes.set_xscale("log")
    axes.set(
        xlim=(low / 1.3, high * 1.3), ylim=(0, letters + 0.6), xlabel="neurons", ylabel=f"letters found, of {letters}"
    )
    axes.set_xticks(tried)
    axes.set_xticks([], minor=True)
    axes.get_xaxis().set_major_formatter("{x:.0f}")
    said = [
        f"{name} with 144 neurons in {(measured[144] == letters).sum()} of {len(measured[144])} trials"
        for name, measured in counts.items()
        if 144 in measured
    ]
    return f"all {letters}: " + ", ".join(said)


def draw_noise(
    axes: Axes, recovered: dict[str, dict[float, int]], letters: int, marks: dict[float, float], least: float
) -> str:
    """Letters recovered against σ, the noise over the clipping bound; the line names the last σ with any.

    recovered  from a name to a dict from σ to the letters recovered in all trials together, of `letters`.
    marks      from an epsilon to the σ that gives it.
    least      the σ above which no unbiased reading of a letter's own pixels is good enough.
    """
    sigmas = sorted({sigma for counts in recovered.values() for sigma in counts})
    for name, counts in recovered.items():
        axes.plot(list(counts), list(counts.values()), marker="o")
        half = max((sigma for sigma, count in counts.items() if count > letters / 2), default=sigmas[0])
        # to the left of the dotted line there is its own name
        place, side = (half * 1.6, "left") if half > least else (half / 1.5, "right")
        axes.text(place, 0.6 * letters, name, color=axes.lines[-1].get_color(), ha=side)
    axes.axvline(least, color="C7", linestyle=":")
    axes.text(
        least / 1.15,
        0.55 * letters,
        "no unbiased reading beyond",
        color="C7",
        ha="right",
        va="center",
        rotation="vertical",
    )
    for (epsilon, sigma), height in zip(sorted(marks.items()), (0.95, 0.8, 0.65)):
        axes.axvline(sigma, color="C1", linestyle="--", linewidth=1.5)
        axes.text(sigma * 1.15, height * letters, f"ε {epsilon:g}", color="C1", va="top")
    axes.set_xscale("log")
    axes.set(
        xlim=(sigmas[0] / 10, 30),
        ylim=(-0.03 * letters, 1.05 * letters),
        xlabel="σ, noise over clipping bound",
        ylabel=f"recovered, of {letters}",
    )
    last = {
        name: max((sigma for sigma, count in counts.items() if count), default=0) for name, counts in recovered.items()
    }
    beyond = min(marks.values())
    return "; ".join(f"{name}: the last letters at σ = {sigma:g}" for name, sigma in last.items()) + (
        f"; from σ = {beyond:.2f} on none of {letters}"
    )


@labels(power="noise, power of ten")
def draw_stolen(
    axes: Axes, secret: Letters, stolen: dict[float, tuple[Floats, int]], delta: float, power: float
) -> str:
    """The secret letters and the best pictures at one σ; the line counts the recovered ones and states epsilon.

    stolen  from the power of ten of σ to pictures [n, 28, 28] from 0 to 1, and how many of them are recovered.
    delta   at which epsilon is stated.
    power   a key of `stolen`.
    """
    pictures, count = stolen[round(power, 2)]
    sigma = 10.0**power
    epsilon = gaussian.epsilon_at(1 / sigma, delta=delta)
    stated = f"{epsilon:,.2f}" if epsilon < 10 else f"{epsilon:,.0f}" if epsilon < 1e6 else f"{epsilon:.0e}"
    return draw_rows_of_letters(
        axes,
        {"letters": secret, "stolen": pictures},
        f"σ = 10^{power:g}: {count} of {len(secret)} recovered; one round at this σ is ε = {stated} at δ = {delta:g}",
    )


# what the lesson calls attacks and defenses whose figures have other names
SAID = {"lira": "shadow_models", "dp": "ε = 1.5", "fp16": "16 bits", "int8": "8 bits", "sign": "signs"}


def draw_matrix(axes: Axes, table: dict[str, dict[str, float]]) -> str:
    """Attacks against defenses as a table, the darker the more is lost; the line counts the cells that are empty.

    table  from an attack to a dict from a defense to a share from 0 to 1.
    """
    attacks, defenses = list(table), list(next(iter(table.values())))
    values = np.array([[table[attack][defense] for defense in defenses] for attack in attacks])
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for row, column in np.ndindex(values.shape):
        value, text = values[row, column], f"{values[row, column]:.2f}" if values[row, column] else "0"
        axes.text(column, row, text, ha="center", va="center", color="white" if value > 0.7 else "black")
    axes.set_xticks(range(len(defenses)), [SAID.get(defense, defense).replace("_", "\n") for defense in defenses])
    axes.set_yticks(range(len(attacks)), [SAID.get(attack, attack).replace("_", " ") for attack in attacks])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return f"{values.size} pairs; in {(values < 0.02).sum()} of them at most 1 in 50 is lost"
