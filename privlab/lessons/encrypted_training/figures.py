"""The figures of the lesson on encrypted training. Each draws on given axes and returns its numbers in one line."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats
from privlab.lab.style import labels
from privlab.lessons.encrypted_training.experiments import CubicRun

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@labels(reach="reach of the cubic")
def draw_polynomial(
    axes: "Sequence[Axes]", *, learning_rate: float, reach: float, runs: Mapping[tuple[float, float], CubicRun]
) -> str:
    """The line of numbers; draws sigmoid and cubic over the values that occur, and what each learns by minibatches.

    axes  two.    runs  by learning rate and reach.
    """
    run = runs[learning_rate, reach]
    u = np.linspace(-8, 8, 161)
    axes[0].stairs(run.histogram, run.edges, fill=True, color="C7", alpha=0.35)
    axes[0].plot(u, 1 / (1 + np.exp(u)), color="C0")
    axes[0].plot(u, np.clip(run.polynomial(u), -0.6, 1.6), color="C1", linestyle="--")
    for edge in (-reach, reach):
        axes[0].axvline(edge, color="black", linestyle=":")
    axes[0].text(-7.8, 1.05, "sigmoid", color="C0")
    axes[0].text(-7.8, 1.37, "cubic", color="C1")
    axes[0].set(
        xlim=(-8, 8),
        ylim=(-0.5, 1.5),
        xlabel="u of a sample (grey: those that occur)",
        title="h(u)",
        xticks=(-8, -4, 0, 4, 8),
        yticks=(0, 0.5, 1),
    )
    done = np.arange(len(run.sigmoid_correct))
    axes[1].plot(done, run.sigmoid_correct, color="C0")
    axes[1].plot(done, run.cubic_correct, color="C1", linestyle="--")
    axes[1].axhline(0.5, color="C7", linestyle=":")
    axes[1].text(done[-1], 0.53, "guessing", ha="right")
    axes[1].set(
        xlim=(0, done[-1]),
        ylim=(-0.03, 1.05),
        xlabel="minibatches seen",
        title="share told right in the test",
        xticks=done[::6],
        yticks=(0, 0.5, 1),
    )
    return f"rate {learning_rate:g}, reach {reach:g}: {run.outside} of {run.values} values outside"


def draw_steps(axes: "Sequence[Axes]", measures: Mapping[str, Mapping[str, int]]) -> str:
    """The line of numbers; draws depth, products and rotations of each step as bars.

    axes  three.    measures  from a step's name to what `he.logreg.measure` says.
    """
    names = list(measures)
    for ax, (kind, colour) in zip(axes, (("depth", "C1"), ("products", "C0"), ("rotations", "C2"))):
        values = [measures[name][kind] for name in names]
        ax.barh(range(len(names)), values, 0.7, color=colour)
        for position, value in enumerate(values):
            ax.text(value, position, f" {value}", va="center")
        ax.set(
            title=kind,
            xlim=(0, 1.25 * max(values)),
            ylim=(len(names) - 0.4, -0.6),
            xticks=[],
            yticks=range(len(names)),
            yticklabels=names if ax is axes[0] else [],
        )
        ax.spines["bottom"].set_visible(False)
    widths = ", ".join(f"{measure['width']} {name}" for name, measure in measures.items())
    return f"products at one depth, at most: {widths}"


@labels(after="after pass")
def draw_weights(axes: "Sequence[Axes]", weights: Floats, clear: Floats, *, after: int) -> str:
    """The line of numbers; draws decrypted weights beside those of the clear training, as pictures of 8 x 8.

    axes  two.    weights, clear  [passes, 64].    after  the pass, from 1.
    """
    largest = np.abs(np.concatenate([weights, clear])[:, 1:]).max()
    for ax, numbers, title in zip(axes, (weights[after - 1], clear[after - 1]), ("decrypted", "trained in the clear")):
        picture = numbers.copy()
        picture[0] = 0  # the corner holds the bias
        ax.imshow(picture.reshape(8, 8), cmap="PuOr", vmin=-largest, vmax=largest)
        ax.set(title=title, xticks=[], yticks=[])
    return (
        f"weights after pass {after}: {weights.shape[1]} numbers; dark orange speaks for an eight, dark purple for a "
        "three"
    )
