"""The figures of lesson 51. Each draws on given axes and returns its numbers in one line."""

import numpy as np

from privlab.data.pictures import draw_picture
from privlab.fl.gradients.metrics import RECOVERED, byte_exact, equal_pixels


def draw_rows(axes, weights):
    """The first rows of a layer's weight gradient as pictures, grey where it is 0; the line says which are not blank.

    axes : array of n `Axes`; weights : floats [at least n, 784].
    """
    rows = np.asarray(weights)[: len(axes)]
    limit = np.abs(rows).max() or 1
    fired = [neuron for neuron, row in enumerate(rows) if row.any()]
    for neuron, panel in enumerate(axes):
        draw_picture(panel, rows[neuron].reshape(28, 28), f"neuron {neuron}", -limit, limit)
    return f"{len(fired)} of {len(rows)} rows are not zero: {', '.join(map(str, fired)) or 'none'}"


def gradient_picture(numbers):
    """Numbers as a square picture from -1 to 1, the middle 98 in a hundred spread over it; filled up with zeros.

    Of many numbers every sixth or so is shown, as many as a screen can: about 40,000.

    numbers : floats [n].
    """
    numbers = numbers[:: -(-len(numbers) // 40_000)]
    side = int(np.ceil(np.sqrt(len(numbers))))
    limit = np.quantile(np.abs(numbers), 0.98) or 1
    return np.pad(np.clip(numbers / limit, -1, 1), (0, side * side - len(numbers))).reshape(side, side)


def draw_matching(axes, secret, seen, path, iterations):
    """The secret letter, what the server saw and the picture after some iterations; the line says whether it is exact.

    axes : array of 3 `Axes`; secret : uint8 [28, 28].
    seen : picture of the gradient, of `gradient_picture`.
    path : floats [k + 1, 28, 28], the pictures of a `Reconstruction`.
    iterations : int; beyond the last one, the last picture is drawn.
    """
    image = path[min(iterations, len(path) - 1)]
    draw_picture(axes[0], secret, "the letter", 0, 255)
    draw_picture(axes[1], seen, "the server saw", -1, 1)
    draw_picture(axes[2], image, "it got back", 0, 1)
    found = "byte-exact" if byte_exact(image, secret) else f"{equal_pixels(image, secret)} of 784 pixels exact"
    return f"after {iterations} iterations: {found}"


def draw_chance(axes, errors):
    """How near the nearest public letters come, beside the threshold of "recovered"; the line counts the nearer ones.

    axes : one `Axes`; errors : floats [n], mean squared errors of nearest public letters.
    """
    axes.hist(errors, bins=np.geomspace(RECOVERED / 4, 1, 40), color="C0")
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


GAP = 2  # black pixels between letters


def draw_batches(axes, rows, titles):
    """Batches of letters one above the other, a name beside each; the line is the names.

    axes : one `Axes`; rows : lists of pictures [n, 28, 28], uint8 or floats from 0 to 1; titles : as many str.
    """
    _mosaic(axes, rows, titles)
    return ", ".join(titles)


def draw_batch_matching(axes, truths, path, iterations):
    """The letters of a batch above what the server has after some iterations; the line counts those that are exact.

    axes : one `Axes`; truths : uint8 [n, 28, 28].
    path : floats [k + 1, n, 28, 28], in the order of the truths; beyond the last iteration the last is drawn.
    iterations : int.
    """
    pictures = path[min(iterations, len(path) - 1)]
    _mosaic(axes, [truths, pictures], ["written", "got back"])
    return f"after {iterations} iterations: {byte_exact(pictures, truths).sum()} of {len(truths)} letters byte-exact"


def draw_breaks(axes, sizes, found, trials, which, chance):
    """Whole batches that came back, over the size of the batch, for one way of sending; the others are thin.

    axes : one `Axes`; sizes : ints; found : dict from a way's name to counts, one for each size; trials : int.
    which : a name in `found`. chance : counts, of batches that the nearest public letters would have got. The line says
    both.
    """
    axes.plot(sizes, chance, color="C7", linestyle=":", label="by chance")
    for name, counts in found.items():
        axes.plot(
            sizes,
            counts,
            marker="o",
            color="C1" if name == which else "C7",
            linewidth=2.5 if name == which else 0.8,
            zorder=2 + (name == which),
        )
    axes.set_ylim(-0.1 * trials, 1.15 * trials)
    axes.set_xticks(sizes)
    axes.set_yticks(range(trials + 1))
    axes.set_xlabel("letters in the batch")
    axes.set_ylabel(f"whole batches, of {trials}")
    axes.set_title(which)
    axes.text(sizes[-1], chance[-1] + 0.05 * trials, "by chance", color="0.35", ha="right")
    counts = ", ".join(f"{count} of {trials} with {size}" for size, count in zip(sizes, found[which]))
    return f"{which}, whole batches byte-exact: {counts}; by chance {sum(chance)} of {trials * len(sizes)}"


def draw_stages(axes, rates, chance):
    """Whole batches that came back over the steps the model was trained before, a line for each size of the batch.

    axes : one `Axes`; rates : dict from a size to a dict from steps to a rate; chance : float, the rate by chance
    alone.
    """
    stages = list(next(iter(rates.values())))
    for (size, line), style in zip(rates.items(), ("-", "--", "-.", ":")):
        axes.plot(range(len(stages)), list(line.values()), style, marker="o", label=f"{size} letters")
    axes.axhline(chance, color="C7", linestyle=":", label="by chance")
    axes.set_xticks(range(len(stages)), stages)
    axes.set(ylim=(-0.06, 1.06), xlabel="steps of training before", ylabel="whole batches, rate")
    axes.legend(loc="center right")
    lost = [f"{size} after {steps}" for size, line in rates.items() for steps, rate in line.items() if rate < 1]
    return f"by chance {chance:g}; not all batches came back: " + (", ".join(lost) or "nowhere")


def _mosaic(axes, rows, titles):
    strips = []
    for row in rows:
        row = np.asarray(row)
        row = row / 255 if row.dtype == np.uint8 else np.clip(row, 0, 1)
        strips.append(np.concatenate([np.pad(each, GAP) for each in row], axis=1))
    axes.imshow(np.concatenate(strips), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    side = 28 + 2 * GAP
    axes.set_yticks([side * (place + 0.5) for place in range(len(rows))], titles)
    axes.set_xticks([])
    for edge in axes.spines.values():
        edge.set_visible(False)
