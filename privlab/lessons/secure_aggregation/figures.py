"""Pictures of lesson 52. Each function draws on the axes it is given and returns the line of the figure's numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Floats, Residues
from privlab.lab.style import labels
from privlab.mpc.fixed_point import decode, encode

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_rows_seen(axes: NDArray[Any], plain: Floats, seen: Residues) -> str:
    """One neuron's row of a gradient as it is and as the server sees it, both [784]; the line counts their zeros.

    axes : 2.
    """
    limit = np.abs(plain).max() or 1
    pictures = (plain / limit, seen.view(np.int64) / 2.0**63)
    for panel, picture, title in zip(axes, pictures, ("the tablet's row", "what the server sees")):
        panel.imshow(picture.reshape(28, 28), cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
        panel.set_title(title)
        panel.set_axis_off()
    zeros = [(numbers == 0).sum() for numbers in (plain, seen)]
    return f"zeros among 784 numbers: {zeros[0]} in the tablet's row, {zeros[1]} in what the server sees"


@labels(bits="bits after the point")
def draw_step(axes: Axes, bits: int, numbers: Mapping[str, float]) -> str:
    """Numbers on the grid of fixed point; the line says what each becomes, modulo 2^64.

    bits : digits after the point. numbers : by their names.
    """
    whole = {name: encode([number], bits) for name, number in numbers.items()}
    reach = max(1.0, max(map(abs, numbers.values())))
    grid = np.arange(-np.ceil(reach), np.ceil(reach) + 2.0**-bits, 2.0**-bits)
    axes.plot(grid, np.zeros_like(grid), color="C7", linestyle="none", marker="|", markersize=14)
    for index, (name, number) in enumerate(numbers.items()):
        nearest = float(decode(whole[name], bits)[0])
        axes.plot([number, nearest], [1, 0], color=f"C{index}", marker="o", linestyle=("-", "--", "-.")[index % 3])
        axes.text(number, 1.15, name, color=f"C{index}", ha="center")
    axes.spines["left"].set_visible(False)
    spacing = f"$2^{{-{bits}}}$" if bits else "1"
    axes.set(yticks=[], ylim=(-0.5, 1.6), xlim=(grid[0] - 0.1, grid[-1] + 0.1), xlabel=f"multiples of {spacing}")
    total = sum(int(number) for (number,) in whole.values()) % 2**64
    said = ", ".join(f"{name} {int(number):,}" for name, (number,) in whole.items())
    back = float(decode(np.array([total], np.uint64), bits)[0])
    return f"{said}\nsum modulo 2^64: {total:,}, which stands for {back:g}; the true sum is {sum(numbers.values()):g}"


@labels(lost="tablets fallen silent")
def draw_round(
    axes: Axes,
    lost: int,
    order: Sequence[int],
    rounds: Sequence[str],
    graph: Sequence[Sequence[int]],
    committee: Collection[int],
) -> str:
    """The clients on a circle, who masks with whom, and how the round ended; the line says it.

    lost : how many fall silent.
    order : numbers of all clients, in the order in which they would fall silent.
    rounds : for each number of lost clients, how the round ended, in a few words.
    graph : the masking graph.
    committee : the decryptors' numbers.
    """
    from matplotlib.collections import LineCollection

    clients, gone = len(order), set(order[:lost])
    angles = 2 * np.pi * np.arange(clients) / clients
    spots = np.column_stack([np.sin(angles), np.cos(angles)])
    pairs = [(i, j) for i in range(clients) for j in graph[i] if i < j]
    kept = [(i, j) for i, j in pairs if not {i, j} & gone]
    cut = [(i, j) for i, j in pairs if len({i, j} & gone) == 1]
    kept_look: dict[str, Any] = dict(colors="C7", linewidths=0.6, alpha=0.7)
    cut_look: dict[str, Any] = dict(colors="C1", linewidths=1.2, linestyles="dashed")
    for drawn, look in ((kept, kept_look), (cut, cut_look)):
        axes.add_collection(LineCollection([spots[list(pair)] for pair in drawn], **look))
    online, away = [[i for i in range(clients) if (i in gone) == which] for which in (False, True)]
    axes.plot(*spots[online].T, color="C0", marker="o", markersize=9, linestyle="none")
    axes.plot(*spots[away].T, color="C1", marker="x", markersize=9, markeredgewidth=2.5, linestyle="none")
    axes.plot(*(1.14 * spots[list(committee)]).T, color="C2", marker="s", markersize=7, linestyle="none")
    axes.set(xlim=(-1.3, 3.2), ylim=(-1.25, 1.25), aspect="equal")
    axes.set_axis_off()
    for height, colour, text in (
        (0.9, "C0", "● reports"),
        (0.6, "C1", "× has fallen silent"),
        (0.3, "C2", "■ decryptor"),
        (-0.1, "C7", "— masks cancel"),
        (-0.4, "C1", "- - masks are left over"),
    ):
        axes.text(1.5, height, text, color=colour, va="center")
    helpers = sum(number not in gone for number in committee)
    axes.text(1.5, -0.9, rounds[lost], va="center", weight="bold")
    return (
        f"{clients - lost} of {clients} clients report, {helpers} of {len(committee)} decryptors among them\n"
        f"{len(cut)} pairs' masks are left over: {rounds[lost]}"
    )
