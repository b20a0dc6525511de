"""A circuit drawn from left to right by depth (lessons 31 and 32)."""

import io
from dataclasses import dataclass, field

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from privlab.he.circuits.evaluators import Count, Depth

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


def drawing(circuit):
    """The `Drawing` of a circuit, as wide as it is deep."""
    figure = Figure(figsize=(min(12, 3 + 1.2 * Depth()(circuit)), 3.6), layout="constrained")
    line = draw_circuit(figure.subplots(), circuit)
    with io.BytesIO() as file:
        figure.savefig(file, format="png", metadata={"Software": None})
        return Drawing(line, file.getvalue())


def draw_circuit(axes, circuit, chains=None):
    """The line of numbers; draws a circuit from left to right by depth, what uses up a level filled.

    chains : dict from a node's place to 0 or 1, as `schedule.plan` gives it: each has its colour, and its half of the
    picture.
    """
    depths, free = Depth().places(circuit), []
    for node in circuit.nodes:  # how many operations that cost no depth lie between it and the last that does
        before = [free[each] + 1 for each in node.arguments if depths[each] == depths[node.place]]
        free.append(max(before, default=0))
    across = np.array(depths) + 0.9 * np.array(free) / (max(free) + 1)
    up = _heights(circuit, across, chains)
    edges, above = _edges(circuit, across, up)
    axes.add_collection(LineCollection(edges, colors="C7", linewidths=1.5 if len(edges) <= 2 * FEW else 0.7, zorder=1))
    costly = np.array([node.operation in ("multiply", "multiply_plain") for node in circuit.nodes])
    labelled = len(circuit.nodes) <= FEW
    size = 520 if labelled else 60
    colours = [
        CHAINS[chains[node.place]] if chains and node.place in chains else "C7" if chains else "C1" if cost else "C0"
        for node, cost in zip(circuit.nodes, costly)
    ]
    for those, face in ((costly, None), (~costly, "white")):
        own = [colour for colour, wanted in zip(colours, those) if wanted]
        axes.scatter(across[those], up[those], s=size, facecolors=face or own, edgecolors=own, linewidths=2, zorder=2)
    for node in circuit.nodes if labelled else ():
        axes.text(
            across[node.place],
            up[node.place],
            _sign(node),
            ha="center",
            va="center",
            zorder=3,
            color="white" if costly[node.place] else "black",
        )
    axes.set(
        xlim=(-0.4, max(across) + 0.4),
        ylim=(up.min() - 0.9, max(up.max() + 0.9, above + 0.1)),
        xlabel="depth",
        xticks=range(max(depths) + 1),
        yticks=[],
    )
    axes.spines["left"].set_visible(False)
    for half, (text, height) in enumerate((("one chain", 0.97), ("the other", 0.03))) if chains else ():
        axes.text(
            0.99, height, text, color=CHAINS[half], ha="right", va="bottom" if half else "top", transform=axes.transAxes
        )
    count = Count()(circuit)
    products = count.get("multiply", 0)
    return (
        f"depth {Depth()(circuit)}: {len(circuit.nodes)} nodes, {products} "
        f"product{'s' * (products != 1)} of ciphertexts, {count.get('rotate', 0)} rotations"
    )


def _heights(circuit, across, chains):
    """Where each node stands upwards: near what it reads, the first chain above the second."""
    up = np.zeros(len(across))
    for place in sorted(set(across)):
        column = [node for node in circuit.nodes if across[node.place] == place]
        column.sort(key=lambda node: np.mean([up[each] for each in node.arguments]) if node.arguments else node.place)
        for half in (0, 1) if chains else (None,):
            rows = [node for node in column if half is None or chains.get(node.place, node.place % 2) == half]
            for row, node in enumerate(rows):
                up[node.place] = row - (len(rows) - 1) / 2 if half is None else (1 - 2 * half) * (row + 1)
    return up


def _edges(circuit, across, up):
    """The lines between nodes, bent past what stands between them, and the height of the highest."""
    edges, above = [], 0.0
    for node in circuit.nodes:
        twice = len(node.arguments) == 2 and len(set(node.arguments)) == 1  # a square reads one value by two lines
        for each, aside in zip(node.arguments, (0.1, -0.1) if twice else (0, 0)):
            if up[each] == up[node.place] and across[node.place] - across[each] > 1:
                aside = 0.35 * (across[node.place] - across[each] - 0.5)
            middle = (across[each] + across[node.place]) / 2, (up[each] + up[node.place]) / 2 + aside
            above = max(above, middle[1])
            edges.append([(across[each], up[each]), middle, (across[node.place], up[node.place])])
    return edges, above


def _sign(node):
    if node.operation == "input":
        return node.detail
    return SIGNS[node.operation] + (f"{node.detail:g}" if isinstance(node.detail, float) else "")


def draw_circuits(axes, circuits):
    """The lines of numbers; draws several circuits side by side. circuits : dict from a title to a `Circuit`."""
    lines = []
    for each, (title, circuit) in zip(axes, circuits.items()):
        lines.append(draw_circuit(each, circuit))
        each.set(title=title, ylim=(-0.8, 1.05))
    return "\n".join(lines)
