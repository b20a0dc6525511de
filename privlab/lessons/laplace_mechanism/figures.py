"""The figures of the Laplace mechanism. Each draws on given axes and returns its numbers in one line."""

import numpy as np

from privlab.dp.laplace import clipping_errors, density, scale

REACH = 12  # how far to either side of the first world's value the two worlds are drawn


def draw_worlds(axes, epsilon, sensitivity):
    """The line of numbers; draws what is released in two neighbouring worlds (left) and the ratio of their chances
    (right).

    epsilon : > 0.  sensitivity : how far apart the two worlds' values are, and what the noise is made for.
    """
    left, right = axes
    noise = scale(epsilon, sensitivity)
    outputs = np.linspace(-REACH, REACH, 241)
    first, second = density(outputs, 0, noise), density(outputs, sensitivity, noise)
    left.plot(outputs, first, color="C0", linestyle="-", label="her answer is no")
    left.plot(outputs, second, color="C1", linestyle="--", label="her answer is yes")
    left.set(
        xlim=(-REACH, REACH),
        ylim=(0, 0.75 / noise),
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
        title="how many times likelier from yes",
        yticks=[0.01, 0.1, 1, 10, 100],
        yticklabels=["1/100", "1/10", "1", "10", "100"],
    )
    right.minorticks_off()
    for power, name, edge in ((1, "$e^{ε}$", "bottom"), (-1, "$e^{-ε}$", "top")):
        right.axhline(np.exp(power * epsilon), color="C7", linestyle=":", linewidth=2)
        right.text(-REACH * power, np.exp(power * epsilon), f" {name} ", va=edge, ha="left" if power == 1 else "right")
    return (
        f"ε = {epsilon:.1f}, sensitivity {sensitivity}: noise of scale {noise:.2f}, "
        f"ratios from {(second / first).min():.3g} to {(second / first).max():.3g}; e^ε = {np.exp(epsilon):.3g}"
    )


def draw_clipping(axes, bound, epsilon, losses):
    """The line of numbers; draws what a private sum errs by against the bound that values are clipped to.

    bound : where to read the curve, in the unit of `losses`.  losses : array of numbers >= 0, the private values.
    """
    total = np.sum(losses)
    bounds = np.geomspace(1, 100_000, 101)
    bias, spread = (100 * each / total for each in clipping_errors(losses, bounds, epsilon))
    error = np.hypot(bias, spread)
    axes.plot(bounds, error, color="C2", linestyle="-", label="error")
    axes.plot(bounds, np.maximum(-bias, 1e-2), color="C0", linestyle="--", label="clipped away")
    axes.plot(bounds, spread, color="C1", linestyle="-.", label="noise")
    here_bias, here_spread = (100 * each[0] / total for each in clipping_errors(losses, [bound], epsilon))
    here = np.hypot(here_bias, here_spread)
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
        f"ε = {epsilon:.1f}, up to {bound:,}: {-here_bias:.1f} % of the total clipped away, "
        f"noise of {here_spread:.1f} %, error {here:.1f} %\nleast error {error.min():.1f} %, near {bounds[error.argmin()]:,.0f}"
    )


def draw_what_is_left(axes, epsilon, noise, bound, loss):
    """The line of numbers; draws what one who knows every loss but one makes of the private total.

    epsilon : > 0.  noise : of this release, in units of its scale.  bound, loss : of the one company, in thousand
    dollars.
    """
    width = scale(epsilon, bound)
    guessed = loss + noise * width  # the released total less all the losses that are known
    losses = np.linspace(0, bound, 101)
    likelihood = density(guessed, losses, width)
    belief = likelihood / likelihood.mean()
    axes.plot(losses, belief, color="C1", linestyle="-", label="after the private total")
    axes.axhline(1, color="C7", linestyle=":", linewidth=2, label="before")
    axes.axvline(loss, color="C0", linestyle="--", linewidth=2, label="after the exact total")
    axes.legend(loc="upper right")
    axes.set(xlim=(0, bound), ylim=(0, 4), xlabel="the company's loss, thousand dollars", ylabel="belief")
    return (
        f"ε = {epsilon:.1f}: the likeliest loss is {belief.max() / belief.min():.2f} times likelier than the unlikeliest; "
        f"e^ε = {np.exp(epsilon):.2f}"
    )


def draw_reachable(axes, first, second, start):
    """The line of numbers; draws which of some floating-point numbers in a row can come out in each of two worlds.

    first, second : bool [numbers], whether the first number in the row, the next one, ... can be released from 0 and
    from 1.
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
