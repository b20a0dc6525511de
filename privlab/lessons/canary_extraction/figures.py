"""Pictures of lesson 61. Each function draws on the axes it is given and returns the line of the figure's numbers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats, Integers
from privlab.lab.style import labels
from privlab.text.assistant.canaries import CODES, PLACE_VALUES, exposure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIRST = (10, 100, 1_000)


@labels(step="step of the attack")
def draw_relaxation(
    axes: "Sequence[Axes]", shares: Floats, losses: Floats, temperatures: Floats, code: Integers, step: int
) -> str:
    """Left the mixture in each of four positions, right the loss of every digit there; the true digits are framed.

    axes : two.  shares, losses : [steps + 1, 4, 10].  temperatures : [steps + 1].  code : four digits.
    """
    below = losses[step] - losses[step].min(axis=1, keepdims=True)
    for panel, picture, title, low, high in (
        (axes[0], shares[step], "share of each digit", 0, 1),
        (axes[1], -below, "brighter: less loss", -max(below.max(), 1e-6), 0),
    ):
        panel.imshow(picture, cmap="gray", vmin=low, vmax=high, aspect="auto", interpolation="nearest")
        panel.scatter(code, range(4), s=150, marker="s", facecolors="none", edgecolors="C1", linewidths=2.5)
        panel.set(
            xticks=range(10),
            yticks=range(4),
            yticklabels=["1st", "2nd", "3rd", "4th"],
            xlabel="digit",
            xlim=(-0.5, 9.5),
            ylim=(3.5, -0.5),
        )
        panel.set_title(title)
    right = (shares[step].argmax(axis=1) == code).sum()
    return f"after {step} steps, temperature {temperatures[step]:.2f}: the true digit leads at {right} of 4 places"


@labels(heard="times heard", assistant="assistant number")
def draw_losses(axes: "Axes", losses: Mapping[int, Floats], codes: Integers, heard: int, assistant: int) -> str:
    """How surprised one assistant is by each of 10,000 codes, and where the true one stands; the line says how early.

    losses : from times heard to [models, 10000].  codes : [models, 4].  heard : a key of `losses`.
    assistant : from 1.
    """
    own = losses[heard][(assistant - 1) % len(losses[heard])]
    code = codes[assistant - 1]
    true = own[int(code @ PLACE_VALUES)]
    rank = int((own <= true).sum())
    low, high = min(stack.min() for stack in losses.values()), max(stack.max() for stack in losses.values())
    counts, edges = np.histogram(own, bins=np.geomspace(0.8 * low, 1.2 * high, 50))
    axes.stairs(counts, edges, color="C0", fill=True)
    axes.axvline(true, color="C1", linestyle="--")
    right = np.log(true / low) > 0.5 * np.log(high / low)
    axes.text(
        true,
        1.02,
        "the true PIN",
        color="C1",
        ha="right" if right else "left",
        va="bottom",
        transform=axes.get_xaxis_transform(),
    )
    axes.set(
        xscale="log",
        xlabel="loss",
        ylabel="codes of 10,000",
        xlim=(0.8 * low, 1.2 * high),
        ylim=(0, 1.1 * counts.max()),
        xticks=[0.1, 1, 10],
        xticklabels=["0.1", "1", "10"],
    )
    axes.minorticks_off()
    among = next((f"among the first {most:,}" for most in FIRST if rank <= most), "not among the first 1,000")
    times = {0: "never", 1: "once"}.get(heard, f"{heard} times")
    return f"assistant {assistant}, heard {times}: PIN {''.join(map(str, code))} is {among} of 10,000"


def draw_ranks(axes: "Axes", ranks: Mapping[str, ArrayLike]) -> str:
    """The ranks of true codes, a row for each setting; the line says how many PINs are drawn.

    ranks : from a setting's name to whole numbers [models].
    """
    for row, of_setting in enumerate(map(np.asarray, ranks.values())):
        shifts = np.linspace(-0.22, 0.22, len(of_setting))
        axes.scatter(of_setting, row + shifts, s=40, color=f"C{row % 7}", marker="osD^v<>"[row % 7])
    axes.axvspan(0.7, 100, color="C7", alpha=0.15)
    axes.set(
        xscale="log",
        xlim=(0.7, 14_000),
        ylim=(len(ranks) - 0.5, -0.5),
        xlabel="rank of the true PIN among 10,000 codes",
    )
    axes.set_yticks(range(len(ranks)), list(ranks))
    return "grey is the first hundred of 10,000; PINs drawn: " + ", ".join(
        f"{name} {np.size(of_setting)}" for name, of_setting in ranks.items()
    )


def draw_exposures(axes: "Axes", exposures: Mapping[str, float]) -> str:
    """Bars of exposure, one for each setting, between chance and all bits; the line repeats the numbers.

    exposures : from a setting's name to bits.
    """
    axes.barh(range(len(exposures)), list(exposures.values()), color="C0")
    for bits, words, side in (
        (float(exposure(np.arange(1, CODES + 1)).mean()), "chance", "left"),
        (float(exposure(1)), "all bits", "right"),
    ):
        axes.axvline(bits, color="C1", linestyle="--")
        axes.text(bits, len(exposures) - 0.4, f" {words} ", color="C1", ha=side, va="top")
    axes.set(xlim=(0, 14), ylim=(len(exposures) + 0.3, -0.6), xlabel="exposure, bits")
    axes.set_yticks(range(len(exposures)), list(exposures))
    return "bits: " + ", ".join(f"{name} {bits:.1f}" for name, bits in exposures.items())
