"""The figures of the Laplace mechanism. Each draws on given axes and returns its line of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Booleans, Floats
from privlab.dp.laplace import clipping_errors, density, scale
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REACH = 12  # how far to either side of the first world's value the two worlds are drawn


def draw_worlds(axes: NDArray[Any], *, epsilon: float, sensitivity: float) -> str:
    """Draws what is released in two neighbouring worlds (left) and the ratio of its densities (right).

    sensitivity : how far apart the two worlds' values are, and what the noise is made for.
    """
    left, right = axes
    noise_scale = scale(sensitivity=sensitivity, epsilon=epsilon)
    outputs = np.linspace(-REACH, REACH, 241)
    first, second = (density(outputs, value, scale=noise_scale) for value in (0, sensitivity))
    left.plot(outputs, first, color="C0", linestyle="-", label="her answer is no")
    left.plot(outputs, second, color="C1", linestyle="--", label="her answer is yes")
    left.set(
        xlim=(-REACH, REACH),
        ylim=(0, 0.75 / noise_scale),
        xlabel="released, less the count without her",
        ylabel="density",
        yticks=[],
    )
    left.legend(loc="upper center", ncols=1)
    right.plot(outputs, second / first, color="C2", linestyle="-")
    right.set(
        yscale="log",
        ylim=(1 / 200, 200),
        xlim=(-REACH, REACH),
        xlabel="released, less the count without her",
        ylabel="times likelier from yes",
        yticks=[0.01, 0.1, 1, 10, 100],
        yticklabels=["1/100", "1/10", "1", "10", "100"],
    )
    right.minorticks_off()
    for power, name, edge in ((1, "$e^{ε}$", "bottom"), (-1, "$e^{-ε}$", "top")):
        right.axhline(np.exp(power * epsilon), color="C7", linestyle=":", linewidth=2)
        right.annotate(
            name,
            (-REACH * power, np.exp(power * epsilon)),
            (6 * power, 6 * power),
            textcoords="offset points",
            va=edge,
            ha="left" if power == 1 else "right",
            fontsize=15,
        )
    return (
        f"ε = {epsilon:.1f}, sensitivity {sensitivity}: noise of scale {noise_scale:.2f}, "
        f"ratios from {(second / first).min():.3g} to {(second / first).max():.3g}; e^ε = {np.exp(epsilon):.3g}"
    )


@labels(bound="bound, thousand dollars")
def draw_clipping(axes: Axes, *, bound: float, epsilon: float, losses: Floats) -> str:
    """Draws what a private sum errs by against the bound that values are clipped to.

    bound : where to read the curve, in the unit of `losses`.  losses : [n], 0 or more, the private values.
    """
    total = np.sum(losses)
    bounds = np.geomspace(1, 100_000, 101)

    def percent(bounds):
        return (100 * errors / total for errors in clipping_errors(losses, bounds=bounds, epsilon=epsilon))

    bias, noise_std = percent(bounds)
    error = np.hypot(bias, noise_std)
    axes.plot(bounds, error, color="C2", linestyle="-", label="error")
    axes.plot(bounds, np.maximum(-bias, 1e-2), color="C0", linestyle="--", label="clipped away")
    axes.plot(bounds, noise_std, color="C1", linestyle="-.", label="noise")
    (here_bias,), (here_noise,) = percent([bound])
    here = np.hypot(here_bias, here_noise)
    axes.scatter([bound], [here], s=70, color="C2", zorder=3)
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(1, 100_000),
        ylim=(0.1, 1_000),
        xlabel="each loss counts up to (thousand dollars)",
        ylabel="% of the total",
        xticks=[1, 10, 100, 1_000, 10_000, 100_000],
        xticklabels=["1", "10", "100", "1,000", "10,000", "100,000"],
        yticks=[0.1, 1, 10, 100, 1_000],
        yticklabels=["0.1", "1", "10", "100", "1,000"],
    )
    axes.minorticks_off()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return (
        f"ε = {epsilon:.1f}, up to {bound:,}: {abs(here_bias):.1f} % of the total clipped away, "
        f"noise of {here_noise:.1f} %, error {here:.1f} %\n"
        f"least error {error.min():.1f} %, near {bounds[error.argmin()]:,.0f}"
    )


@labels(rest="released, less what is known, thousand dollars")
def draw_what_is_left(axes: Axes, *, epsilon: float, rest: float, bound: float, loss: float) -> str:
    """Draws what one who knows every loss but one makes of the private total.

    rest : the released total less all the losses that are known: the loss and the noise.
    bound, loss : of the one company, in thousand dollars, as `rest` is.
    """
    width = scale(sensitivity=bound, epsilon=epsilon)
    losses = np.linspace(0, bound, 101)
    likelihood = density(rest, losses, scale=width)
    belief = likelihood / likelihood.mean()
    axes.plot(losses, belief, color="C1", linestyle="-", label="after the private total")
    axes.axhline(1, color="C7", linestyle=":", linewidth=2, label="before")
    axes.axvline(loss, color="C0", linestyle="--", linewidth=2, label="after the exact total")
    axes.legend(loc="upper right")
    axes.set(xlim=(0, bound), ylim=(0, 4), xlabel="the company's loss, thousand dollars", ylabel="belief")
    return (
        f"ε = {epsilon:.1f}: the likeliest loss, {losses[belief.argmax()]:.0f}, is "
        f"{belief.max() / belief.min():.2f} times likelier than the unlikeliest, {losses[belief.argmin()]:.0f}; "
        f"e^ε = {np.exp(epsilon):.2f}"
    )


def draw_reachable(axes: Axes, *, first: Booleans, second: Booleans, start: float) -> str:
    """Draws which of some floating-point numbers in a row can come out in each of two worlds.

    first, second : [numbers], whether the first number in the row, the next one, ... can be released from 0 and from 1.
    start : the first number in the row.
    """
    axes.imshow(np.where([first, second], 0.2, 0.93), vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set(
        yticks=[0, 1],
        yticklabels=["true value 0", "true value 1"],
        xticks=[],
        xlabel=f"{len(first)} floating-point numbers in a row, from {start} up",
        xlim=(-0.5, len(first) - 0.5),
        ylim=(1.5, -0.5),
    )
    axes.axhline(0.5, color="white", linewidth=6)
    axes.tick_params(length=0)
    return f"{len(first)} floating-point numbers in a row, from {start} up: dark ones can be released, light ones never"
