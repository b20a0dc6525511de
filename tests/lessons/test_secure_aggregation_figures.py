"""The figures of lesson 52: what is drawn and the line that says it."""

import numpy as np

from privlab.lab.live_figures import empty
from privlab.lab.style import new_figure, png
from privlab.lessons.secure_aggregation.figures import draw_round, draw_rows_seen, draw_step


def test_the_figures_say_what_they_show():
    numbers = {"x": 0.75, "y": -0.5, "z": 1.25}
    figure, axes = new_figure()
    line = draw_step(axes, 2, numbers)
    assert "y 18,446,744,073,709,551,614" in line and line.endswith(
        "sum modulo 2^64: 6, which stands for 1.5; the true sum is 1.5"
    )
    png(figure)
    figure.set_layout_engine("none")  # as the live figure does after its first drawing
    first = png(figure)
    empty(axes)
    draw_step(axes, 5, numbers)
    empty(axes)
    draw_step(axes, 2, numbers)
    assert png(figure) == first

    figure, axes = new_figure(panels=2)
    plain = np.where(np.arange(784) < 100, 0.0, 0.5)
    assert draw_rows_seen(axes, plain, np.arange(784, dtype=np.uint64)) == (
        "zeros among 784 numbers: 100 in the tablet's row, 1 in what the server sees"
    )

    graph = ((1, 3), (0, 2), (1, 3), (0, 2))
    values = dict(order=[2, 0, 1, 3], rounds=["right", "right", "no sum"], graph=graph, committee=(0, 1))
    figure, axes = new_figure()
    assert draw_round(axes, 1, **values) == (
        "3 of 4 clients report, 2 of 2 decryptors among them\n2 pairs' masks are left over: right"
    )
    png(figure)
    figure.set_layout_engine("none")  # as the live figure does after its first drawing
    first = png(figure)
    empty(axes)
    assert draw_round(axes, 2, **values).startswith("2 of 4 clients report, 1 of 2")
    empty(axes)
    draw_round(axes, 1, **values)
    assert png(figure) == first
