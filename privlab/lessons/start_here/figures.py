"""Pictures of the differential-privacy lessons: each draws on axes and returns its line of numbers."""

import numpy as np


def draw_noisy_counts(axes, noise, count=12):
    """The line of numbers; draws what is published in two worlds, a true count and that count plus one.

    noise : whole number >= 0; a number drawn evenly from -noise to noise is added to the count.
    """
    possible = 2 * noise + 1
    for true, label, colour, line in (
        (count, "Lena took no nap", "C0", "-"),
        (count + 1, "Lena took a nap", "C1", "--"),
    ):
        edges = np.arange(true - noise, true + noise + 2) - 0.5
        axes.stairs(np.full(possible, 1 / possible), edges, fill=True, color=colour, alpha=0.15)
        axes.stairs(
            np.full(possible, 1 / possible), edges, baseline=0, color=colour, linestyle=line, linewidth=3, label=label
        )
    axes.set(xlim=(count - 13, count + 14), ylim=(0, 1.35 / possible), xlabel="published count", ylabel="chance")
    axes.legend(loc="upper center", ncols=2)
    return f"noise up to {noise}: {possible - 1} of the {possible} counts possible without the nap are possible with it too"
