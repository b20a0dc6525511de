"""A circuit drawn from left to right by depth (lessons 31 and 32)."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.circuits.evaluators import Count, Depth
from privlab.he.circuits.ir import Circuit, Node

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIGNS = {
    "add": "+",
    "subtract": "−",
    "negate": "−",
    "multiply": "×",
    "add_plain": "+",
    "multiply_plain": "×",
    "rotate": "↻",
}
FEW = 40  # nodes up to which each carries its sign
CHAINS = ("C1", "C0")  # the colours of two chains


@dataclass(frozen=True)
class Drawing:
    """A drawn circuit: a notebook shows its picture, everything else its line of numbers."""

    line: str
    png: bytes = field(repr=False)

    def __repr__(self):
        return self.line

    def _repr_png_(self):
        return self.png


def draw(circuit: Circuit) -> Drawing:
    """The picture of a circuit, as wide as it is deep."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(min(12, 3 + 1.2 * Depth()(circuit)), 3.6), layout="constrained")
    line = draw_circuit(figure.subplots(), circuit)
    with io.BytesIO() as file:
        figure.savefig(file, format="png", metadata={"Software": None})
        return Drawing(line, file.getvalue())


def draw_circuits(axes: "list[Axes]", circuits: Mapping[str, Circuit]) -> str:
    """The lines of numbers; draws several circuits side by side, under their titles."""
    lines = []
    for ax, (title, circuit) in zip(axes, circuits.items()):
        lines.append(draw_circuit(ax, circuit))
        ax.set(title=title, ylim=(-0.8, 1.05))
    return "\n".join(lines)


def draw_circuit(axes: "Axes", circuit: Circuit, chains: Mapping[int, int] | None = None) -> str:
    """The line of numbers; draws a circuit from left to right by depth, what uses up a level filled.

    chains  from a node's index to 0 or 1, as `plan` of `privlab.he.ckks` gives it: each has its colour, and its half
    of the picture.
    """
    from matplotlib.collections import LineCollection

    depths = Depth().by_node(circuit)
    across = _across(circuit, depths)
    up = _heights(circuit, across, chains)
    edges, highest = _edges(circuit, across, up)
    axes.add_collection(LineCollection(edges, colors="C7", linewidths=1.5 if len(edges) <= 2 * FEW else 0.7, zorder=1))
    costly = np.array([node.operation in ("multiply", "multiply_plain") for node in circuit.nodes])
    labelled = len(circuit.nodes) <= FEW
    for group, face in ((costly, None), (~costly, "white")):
        colours = [_colour(node, chains, costly[node.index]) for node in circuit.nodes if group[node.index]]
        axes.scatter(
            across[group],
            up[group],
            s=520 if labelled else 60,
            facecolors=face or colours,
            edgecolors=colours,
            linewidths=2,
            zorder=2,
        )
    for node in circuit.nodes if labelled else ():
        colour = "white" if costly[node.index] else "black"
        axes.text(across[node.index], up[node.index], _sign(node), ha="center", va="center", zorder=3, color=colour)
    axes.set(
        xlim=(-0.4, max(across) + 0.4),
        ylim=(up.min() - 0.9, max(up.max() + 0.9, highest + 0.1)),
        xlabel="depth",
        xticks=range(max(depths) + 1),
        yticks=[],
    )
    axes.spines["left"].set_visible(False)
    if chains:
        right: dict[str, Any] = dict(ha="right", transform=axes.transAxes)
        axes.text(0.99, 0.97, "one chain", color=CHAINS[0], va="top", **right)
        axes.text(0.99, 0.03, "the other", color=CHAINS[1], va="bottom", **right)
    count = Count()(circuit)
    products = count.get("multiply", 0)
    return (
        f"depth {max(depths[output] for output in circuit.outputs)}: {len(circuit.nodes)} nodes, {products} "
        f"product{'s' * (products != 1)} of ciphertexts, {count.get('rotate', 0)} rotations"
    )


def _across(circuit: Circuit, depths: list[int]) -> Floats:
    """Where each node stands from the left: at its depth, and past what it reads there."""
    steps: list[int] = []  # operations that cost no depth between a node and the last that does
    for node in circuit.nodes:
        before = [steps[argument] + 1 for argument in node.arguments if depths[argument] == depths[node.index]]
        steps.append(max(before, default=0))
    return np.array(depths) + 0.9 * np.array(steps) / (max(steps) + 1)


def _heights(circuit: Circuit, across: Floats, chains: Mapping[int, int] | None) -> Floats:
    """Where each node stands upwards: near what it reads, the first chain above the second."""
    up = np.zeros(len(across))
    for position in sorted(set(across)):
        column = [node for node in circuit.nodes if across[node.index] == position]
        column.sort(key=lambda node: np.mean([up[i] for i in node.arguments]) if node.arguments else node.index)
        if not chains:
            for row, node in enumerate(column):
                up[node.index] = row - (len(column) - 1) / 2
            continue
        for chain, sign in ((0, 1), (1, -1)):
            members = [node for node in column if chains.get(node.index, node.index % 2) == chain]
            for row, node in enumerate(members):
                up[node.index] = sign * (row + 1)
    return up


def _edges(circuit: Circuit, across: Floats, up: Floats) -> tuple[list, float]:
    """The lines between nodes, bent past what stands between them, and the height of the highest."""
    edges, highest = [], 0.0
    for node in circuit.nodes:
        end = across[node.index], up[node.index]
        twice = len(node.arguments) == 2 and len(set(node.arguments)) == 1  # a square reads one value by two lines
        for argument, aside in zip(node.arguments, (0.1, -0.1) if twice else (0, 0)):
            begin = across[argument], up[argument]
            if begin[1] == end[1] and end[0] - begin[0] > 1:
                aside = 0.35 * (end[0] - begin[0] - 0.5)
            middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2 + aside
            highest = max(highest, middle[1])
            edges.append([begin, middle, end])
    return edges, highest


def _colour(node: Node, chains: Mapping[int, int] | None, costly: bool) -> str:
    if chains:
        return CHAINS[chains[node.index]] if node.index in chains else "C7"
    return "C1" if costly else "C0"


def _sign(node: Node) -> str:
    if node.operation == "input":
        return str(node.detail)
    return SIGNS[node.operation] + (f"{node.detail:g}" if isinstance(node.detail, float) else "")
