"""The pictures of lesson 55: what a masking server sees, noise for few and for many, what a thousand nodes cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from privlab.fl.flower.app import model
from privlab.lab.style import labels
from privlab.lessons.beyond_one_machine.experiments import CROWDS, noise_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WEIGHTS = 784 * model.HIDDEN + model.HIDDEN + model.HIDDEN * 26 + 26
PLAIN, MASKED = 4 * WEIGHTS, 8 * (WEIGHTS + 1)  # bytes of one node's answer: float32, and int64 with its weight


def draw_seen(axes: NDArray[Any], learnt: ArrayLike, masked: ArrayLike) -> str:
    """What goes into one neuron, as a picture of 28 x 28: what a node has learnt, and what the server got.

    axes : 2. learnt : [784], how its weights have changed. masked : whole numbers [784].
    """
    for panel, numbers, title in zip(axes, (learnt, masked), ("learnt by Amara's tablet", "got by the server")):
        panel.imshow(np.reshape(numbers, (28, 28)), cmap="cividis")
        panel.set(title=title, xticks=(), yticks=())
    return f"{np.size(learnt)} weights of one neuron; the server got as many whole numbers below 2^32"


def draw_budget(axes: Axes, read: Mapping[int | None, float], clients: int) -> str:
    """Letters read right by a model with the noise of one round on it, over the clients who share that noise.

    read : per cent by the number of clients, without noise by None, as `read_under_noise` has it.
    clients : one of those numbers.
    """
    whole = read[None]
    axes.axhline(whole, color="C7", linestyle="--")
    axes.plot(CROWDS, [read[crowd] for crowd in CROWDS], marker="o")
    axes.text(CROWDS[-1], whole + 3, "without noise", color="0.35", ha="right")
    axes.axvline(clients, color="C1", linewidth=1)
    axes.set(
        xscale="log",
        xlabel="clients that share the noise of one round",
        ylabel="letters read right, %",
        xlim=(2.5, 12_000),
        ylim=(0, 100),
        xticks=[10, 100, 1_000, 10_000],
        xticklabels=["10", "100", "1,000", "10,000"],
    )
    axes.minorticks_off()
    lost = whole - read[clients]
    said = "at most 2 points" if lost <= 2 else "2 to 10 points" if lost <= 10 else "more than 10 points"
    return f"{clients:,} clients: noise of {noise_of(clients):.4f} on each weight costs {said}"


def crowd(clients: int, shares: int | None = None) -> tuple[int, int]:
    """Bytes that a server gets in a round, plain and under masks.

    shares : in how many parts each key is cut, at most one for each client; left out, one for each.
    """
    pieces = min(shares or clients, clients)
    return clients * PLAIN, clients * (MASKED + 623 * (pieces - 1))  # 623 bytes a neighbour were measured


@labels(clients="nodes")
def draw_crowd(axes: NDArray[Any], clients: int, sharing: float, masking: float, memory: float) -> str:
    """Three panels over the number of nodes: bytes to the server, seconds of one node's work in a round, memory of all.

    axes : 3.
    sharing : seconds to cut a node's keys in 1,000 shares, of which 500 are needed; it grows with the square. One of 23
        blocks was measured.
    masking : seconds for one mask, measured. memory : megabytes of a node, measured.
    """
    everyone = np.array([3, 10, 31, 100, 300, 1000])

    def work(nodes: Any, pieces: int) -> Any:
        pieces = np.minimum(nodes, pieces)
        return sharing * (pieces / 1000) ** 2 + masking * pieces

    bytes_sent = [
        [crowd(nodes, pieces)[masked] / 1e6 for nodes in everyone]
        for pieces, masked in ((31, False), (31, True), (None, True))
    ]
    panels: tuple[tuple[Axes, list[Any], str, tuple[str, ...]], ...] = (
        (axes[0], bytes_sent, "to the server, MB", ("1", "10", "100", "1,000")),
        (
            axes[1],
            [None, work(everyone, 31), work(everyone, 1000)],
            "a node's work, s",
            ("0.01", "0.1", "1", "10", "100"),
        ),
        (axes[2], [memory * everyone / 1e3], "memory of all, GB", ("1", "10", "100", "1,000")),
    )
    for panel, courses, title, ticks in panels:
        for course, style in zip(courses, ("C0-", "C1--", "C2:")):
            if course is not None:
                panel.plot(everyone, course, style, marker="o", markersize=4)
        panel.axvline(clients, color="C7", linewidth=1)
        panel.set(
            xscale="log",
            yscale="log",
            xlabel="nodes",
            title=title,
            xlim=(2.5, 1_500),
            xticks=[10, 100, 1_000],
            xticklabels=["10", "100", "1,000"],
            yticks=[float(tick.replace(",", "")) for tick in ticks],
            yticklabels=ticks,
        )
        panel.minorticks_off()
    for text, colour, height in (("a share for all", "C2", 0.9), ("31 shares", "C1", 0.8), ("plain", "C0", 0.7)):
        axes[0].text(0.05, height, text, color=colour, transform=axes[0].transAxes)
    (plain, masked), full = crowd(clients, 31), crowd(clients)[1]
    return (
        f"{clients:,} nodes: {plain / 1e6:.1f} MB plain, {masked / 1e6:.1f} MB under masks with 31 shares, "
        f"{full / 1e6:.1f} MB with a share for all;\n{work(clients, 31):.3g} s or {work(clients, 1000):.3g} s "
        f"of a node; {memory * clients / 1e3:.1f} GB"
    )
