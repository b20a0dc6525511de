"""python tools/picture.py: draws docs/picture.png, the picture of the README, from lesson 51's attack on a drawn
letter.
"""

import os
import pathlib
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from privlab import data, fl  # noqa: E402
from privlab.data.pictures import draw_picture  # noqa: E402
from privlab.lab.style import new_figure, png  # noqa: E402


def gradient_picture(numbers):
    """Numbers as a square picture from -1 to 1, the middle 98 in a hundred spread over it; filled up with zeros.

    Of many numbers every sixth or so is shown, as many as a screen can: about 40,000.
    """
    numbers = numbers[:: -(-len(numbers) // 40_000)]
    side = int(np.ceil(np.sqrt(len(numbers))))
    limit = np.quantile(np.abs(numbers), 0.98) or 1
    return np.pad(np.clip(numbers / limit, -1, 1), (0, side * side - len(numbers))).reshape(side, side)


def draw_matching(axes, secret, seen, path, iterations):
    """The secret letter, what the server saw and the picture after some iterations; the line says whether it is exact.

    seen  a `gradient_picture`.    path  of a `Reconstruction`; beyond the last iteration the last is drawn.
    """
    image = path[min(iterations, len(path) - 1)]
    draw_picture(axes[0], secret, "the letter", 0, 255)
    draw_picture(axes[1], seen, "the server saw", -1, 1)
    draw_picture(axes[2], image, "it got back", 0, 1)
    equal = fl.gradients.equal_pixels(image, secret)
    return f"after {iterations} iterations: {'byte-exact' if equal == 784 else f'{equal} of 784 pixels exact'}"


def main():
    os.environ.update(PRIVLAB_DATA="drawn", PRIVLAB_DEVICE="cpu")
    data.render()
    private = data.letters().test
    index = (private.labels == 0).nonzero()[0][0]
    secret, label = private.images[index], private.labels[index]
    model = fl.gradients.dense_network(seed=3, activation="sigmoid")
    gradient = fl.client_gradient(model, secret, label)
    attack = fl.gradients.match_gradient(gradient, model, fl.gradients.infer_label(gradient), seed=1)
    figure, axes = new_figure((7.5, 2.8), panels=3, dpi=144)
    print(draw_matching(axes, secret=secret, seen=gradient_picture(gradient.numbers), path=attack.path, iterations=20))
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "picture.png").write_bytes(png(figure))


if __name__ == "__main__":
    main()
