"""Pictures of lesson 51. Each function draws on the axes it is given and returns the line of the figure's numbers."""
import numpy as np

from privlab.data.pictures import draw_picture
from privlab.fl.scores import RECOVERED, byte_exact, equal_pixels


def draw_rows(axes, weights):
    """The first rows of a layer's weight gradient as pictures, grey where it is 0; the line says which are not blank.

    axes : array of n `Axes`; weights : floats [at least n, 784].
    """
    rows = np.asarray(weights)[:len(axes)]
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
    numbers = numbers[::-(-len(numbers) // 40_000)]
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
    axes.text(RECOVERED * 1.1, 0.92, "recovered\nis left of this", color="C1", va="top",
              transform=axes.get_xaxis_transform())
    axes.set_xscale("log")
    axes.set_xlabel("mean squared error of the nearest public letter")
    axes.set_ylabel("letters")
    return (f"{(errors < RECOVERED).sum()} of {len(errors)} letters have a public one nearer than {RECOVERED}; "
            f"the nearest is at {errors.min():.4f}")
