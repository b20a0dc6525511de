"""The figures of lesson 51. Each draws on the axes it is given and returns its numbers in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Images, Letters
from privlab.data.pictures import draw_picture
from privlab.fl.gradients.metrics import RECOVERED, byte_exact
from privlab.lab.style import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 2  # black pixels between letters


def draw_rows(axes: Sequence[Axes], weights: Floats) -> str:
    """The first rows of a layer's weight gradient, [n, 784], as pictures, grey where it is 0; says which are not blank.

    There is a row for each of the axes.
    """
    rows = np.asarray(weights)[: len(axes)]
    limit = np.abs(rows).max() or 1
    fired = [neuron for neuron, row in enumerate(rows) if row.any()]
    for neuron, panel in enumerate(axes):
        draw_picture(panel, rows[neuron].reshape(28, 28), f"neuron {neuron}", -limit, limit)
    return f"{len(fired)} of {len(rows)} rows are not zero: {', '.join(map(str, fired)) or 'none'}"


def draw_nearest(axes: Axes, errors: Floats) -> str:
    """How near the nearest public letters come, beside the threshold of "recovered"; the line counts the nearer ones.

    errors  [n], mean squared errors of nearest public letters.
    """
    axes.hist(errors, bins=np.geomspace(RECOVERED / 4, 1, 40).tolist(), color="C0")
    axes.axvline(RECOVERED, color="C1", linestyle="--")
    axes.text(
        RECOVERED * 1.1, 0.92, "recovered\nis left of this", color="C1", va="top", transform=axes.get_xaxis_transform()
    )
    axes.set_xscale("log")
    axes.set_xlabel("mean squared error of the nearest public letter")
    axes.set_ylabel("letters")
    return (
        f"{(errors < RECOVERED).sum()} of {len(errors)} letters have a public one nearer than {RECOVERED}; "
        f"the nearest is at {errors.min():.4f}"
    )


def draw_batches(axes: Axes, rows: Sequence[Images], titles: Sequence[str]) -> str:
    """Batches of letters one above the other, a title beside each; the line is the titles."""
    _mosaic(axes, rows, titles)
    return ", ".join(titles)


def draw_batch_matching(axes: Axes, truths: Letters, path: Sequence[Floats], iterations: int) -> str:
    """The letters of a batch above what the server has after some iterations; the line counts those that are exact.

    path  [k + 1, n, 28, 28], in the order of the truths; beyond the last iteration the last is drawn.
    """
    pictures = path[min(iterations, len(path) - 1)]
    _mosaic(axes, [truths, pictures], ["written", "got back"])
    return f"after {iterations} iterations: {byte_exact(pictures, truths).sum()} of {len(truths)} letters byte-exact"


@labels(which="how the tablet sends")
def draw_breaks(
    axes: Axes, sizes: Sequence[int], whole: dict[str, list[int]], trials: int, which: str, nearest: list[int]
) -> str:
    """Whole batches that came back, over the size of the batch, for one way of sending; the others are thin.

    whole    from a way's name to its counts of batches, of `trials`, one for each size.
    which    a name in `whole`.
    nearest  counts, of batches that the nearest public letters would have got. The line says both.
    """
    axes.plot(sizes, nearest, color="C7", linestyle=":", label="by chance")
    for (name, counts), style, marker in zip(whole.items(), ("-", "--", "-.", ":"), "os^D"):
        axes.plot(
            sizes,
            counts,
            linestyle=style,
            marker=marker,
            color="C1" if name == which else "C7",
            linewidth=2.5 if name == which else 1.2,
            zorder=2 + (name == which),
            label=name,
        )
    axes.legend(loc="center right")
    axes.set_ylim(-0.1 * trials, 1.15 * trials)
    axes.set_xticks(sizes)
    axes.set_yticks(range(trials + 1))
    axes.set_xlabel("letters in the batch")
    axes.set_ylabel(f"whole batches, of {trials}")
    axes.set_title(which)
    said = ", ".join(f"{count} of {trials} with {size}" for size, count in zip(sizes, whole[which]))
    return f"{which}, whole batches byte-exact: {said}; by chance {sum(nearest)} of {trials * len(sizes)}"


def draw_stages(axes: Axes, rates: dict[int, dict[int, float]], nearest: float) -> str:
    """Whole batches that came back over the steps the model was trained before, a line for each size of the batch.

    rates    from a size to a dict from steps to a rate.
    nearest  the rate of the nearest public letters, by chance alone.
    """
    stages = list(next(iter(rates.values())))
    for (size, line), style in zip(rates.items(), ("-", "--", "-.", ":")):
        axes.plot(range(len(stages)), list(line.values()), style, marker="o", label=f"{size} letters")
    axes.axhline(nearest, color="C7", linestyle=":", label="by chance")
    axes.set_xticks(range(len(stages)), list(map(str, stages)))
    axes.set(ylim=(-0.06, 1.06), xlabel="steps of training before", ylabel="whole batches, rate")
    axes.legend(loc="center right")
    lost = [f"{size} after {steps}" for size, line in rates.items() for steps, share in line.items() if share < 1]
    return f"by chance {nearest:g}; not all batches came back: " + (", ".join(lost) or "nowhere")


def _mosaic(axes, rows, titles):
    strips = []
    for row in rows:
        row = np.asarray(row)
        row = row / 255 if row.dtype == np.uint8 else np.clip(row, 0, 1)
        strips.append(np.concatenate([np.pad(picture, GAP) for picture in row], axis=1))
    axes.imshow(np.concatenate(strips), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    side = 28 + 2 * GAP
    axes.set_yticks(side * (np.arange(len(rows)) + 0.5), titles)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
