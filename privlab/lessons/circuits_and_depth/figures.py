"""The figures of the lessons on encrypted computing. Each draws on given axes and returns its numbers in one line."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.he.circuits.evaluators import Depth
from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.parameters import MOST_BITS_2024, Parameters
from privlab.lab.style import labels
from privlab.lessons.circuits_and_depth.experiments import Cost

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_noise(axes: "Axes", *, x: float, depth: int) -> str:
    """The line of numbers; draws the modulus of the toy as digits, level by level: noise, value, and what is left.

    x  a value that is squared again and again.    depth  how many squarings the key was made for.
    The scale is 10^4 and the key 2. A squaring multiplies value and noise, and rounds each of the parts, of which the
    last counts times the key to the power 2, 4, 8.
    """
    error, value, levels, lost = 2.0, abs(x), np.arange(depth + 1), []
    for level in levels:
        modulus, used = 4 * (depth + 2 - level), 4 + np.log10(max(value, 1e-4))
        right, noise = used < modulus - 0.31, np.log10(error)
        axes.stairs([modulus], [level - 0.4, level + 0.4], color="C7", fill=True, alpha=0.35)
        axes.stairs([max(used, noise)], [level - 0.4, level + 0.4], color="C0" if right else "C1", fill=True)
        axes.stairs([noise], [level - 0.4, level + 0.4], color="C3", fill=True)
        lost.append(not right)
        error, value = 2 * value * error + 0.3 * 2.0**2 ** (level + 1), value**2
    axes.text(
        0.99, 0.97, "grey: digits left in the modulus", color="black", ha="right", va="top", transform=axes.transAxes
    )
    axes.text(0.99, 0.88, "blue: value and scale", color="C0", ha="right", va="top", transform=axes.transAxes)
    axes.text(0.99, 0.79, "orange: noise", color="C3", ha="right", va="top", transform=axes.transAxes)
    axes.set(
        xlabel="squarings done",
        ylabel="decimal digits",
        xticks=levels,
        ylim=(0, 4 * depth + 14),
        xlim=(-0.6, depth + 0.6),
    )
    wrong = lost.index(True) if any(lost) else None
    if wrong is not None:
        axes.text(wrong, 4 * (depth + 2 - wrong) + 0.5, "does not fit", color="black", ha="center")
    return f"x = {x:g}, made for {depth} squarings, {4 * (depth + 2)} digits at first: " + (
        "the value fits at every level" if wrong is None else f"after {wrong} it no longer fits"
    )


@labels(scale="scale, bits", ring="ring dimension")
def draw_levels(
    axes: "Sequence[Axes]",
    *,
    circuit: str,
    scale: int,
    ring: int,
    circuits: Mapping[str, Circuit],
    cost: Callable[[str, Parameters], Cost],
) -> str:
    """The line of numbers; draws the modulus that is left at each depth, and the whole beside the table of security.

    axes  two.    circuit  a key of `circuits`.    scale  in bits.    cost  of a circuit's name and parameters.
    """
    depth = Depth()(circuits[circuit])
    parameters = Parameters(ring, depth=depth, scale_bits=scale)
    most, secure = MOST_BITS_2024[ring], parameters.is_secure()
    left = [parameters.end_bits[0] + scale * level for level in range(depth, -1, -1)]
    edges = np.arange(depth + 2) - 0.5
    axes[0].stairs(left, edges, fill=True, color="C4", alpha=0.5)
    axes[0].stairs([scale] * (depth + 1), edges, fill=True, color="C0")
    noise = scale - (cost(circuit, parameters).estimate if secure else 0)
    if secure:
        axes[0].stairs([noise] * (depth + 1), edges, fill=True, color="C3")
    axes[0].set(
        xlabel="products done",
        ylabel="bits of a number",
        xticks=range(depth + 1),
        ylim=(0, 240),
        xlim=(-0.6, depth + 0.6),
    )
    for row, (text, colour) in enumerate(
        (
            ("levels left, and room before the point", "black"),
            ("after the point", "C0"),
            ("of these, noise at the end", "C3"),
        )
    ):
        axes[0].text(0.98, 0.99 - 0.09 * row, text, color=colour, ha="right", va="top", transform=axes[0].transAxes)
    whole = sum(parameters.end_bits) + depth * scale
    axes[1].barh([0], [whole], 0.5, color="C2" if secure else "C1")
    axes[1].axvline(most, color="black", linestyle="--", linewidth=2)
    axes[1].text(most + (6 if most < 300 else -6), 0.7, f"secure up to {most}", ha="left" if most < 300 else "right")
    size = parameters.ciphertext_bytes() / 1000
    if secure:
        measured = cost(circuit, parameters)
        title = f"{1000 * measured.seconds:.1f} ms, {size:,.0f} kB, {measured.bits:.0f} bits right"
    else:
        title = "not secure: refused"
    axes[1].set(xlabel="bits of the whole modulus", yticks=[], xlim=(0, 460), ylim=(-0.6, 1), title=title)
    axes[1].spines["left"].set_visible(False)
    outcome = (
        f"{size:,.0f} kB a ciphertext, at least {int(cost(circuit, parameters).estimate)} bits right"
        if secure
        else "refused, it would not be secure"
    )
    return f"{circuit}, scale {scale} bits, ring {ring}: {whole} of {most} bits; {outcome}"


def draw_costs(axes: "Sequence[Axes]", costs: Mapping[str, Cost], sizes: Mapping[str, int]) -> str:
    """The line of numbers; draws time, size and precision of several circuits side by side.

    axes  three.    costs, sizes  from a circuit's name to its cost, and to the bytes of a fresh ciphertext.
    """
    names = list(costs)
    bars = (
        ("time, ms", [1000 * costs[name].seconds for name in names], "{:.1f}"),
        ("ciphertext, kB", [sizes[name] / 1000 for name in names], "{:.0f}"),
        ("bits right", [costs[name].bits for name in names], "{:.0f}"),
    )
    for ax, (title, values, form) in zip(axes, bars):
        for position, value in enumerate(values):
            ax.bar(position, value, 0.6, color=f"C{position}")
            ax.text(position, value, form.format(value), ha="center", va="bottom")
        ax.set(title=title, xticks=range(len(names)), xticklabels=names, ylim=(0, 1.2 * max(values)), yticks=[])
        ax.spines["left"].set_visible(False)
    return "; ".join(
        f"{name}: {sizes[name] / 1000:,.0f} kB, at least {int(costs[name].estimate)} bits right" for name in names
    )
