"""python tools/picture.py: draws docs/picture.png, the picture of the README, from lesson 51's attack on a drawn
letter.
"""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.update(PRIVLAB_DATA="drawn", PRIVLAB_DEVICE="cpu")

from privlab.data import letters, render  # noqa: E402
from privlab.fl.gradients.analytic import infer_label  # noqa: E402
from privlab.fl.gradients.gradient import client_gradient  # noqa: E402
from privlab.fl.gradients.matching import match_gradient  # noqa: E402
from privlab.fl.gradients.models import dense_network  # noqa: E402
from privlab.lab.style import new_figure, png  # noqa: E402
from privlab.lessons.gradient_inversion.figures import draw_matching, gradient_picture  # noqa: E402


def main():
    render()
    private = letters().test
    place = (private.labels == 0).nonzero()[0][0]
    secret, label = private.images[place], private.labels[place]
    model = dense_network(seed=3, activation="sigmoid")
    gradient = client_gradient(model, secret, label)
    attack = match_gradient(model, gradient, infer_label(gradient), seed=1)
    figure, axes = new_figure((7.5, 2.8), panels=3, dpi=144)
    print(draw_matching(axes, secret=secret, seen=gradient_picture(gradient.numbers), path=attack.path, iterations=20))
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "picture.png").write_bytes(png(figure))


if __name__ == "__main__":
    main()
