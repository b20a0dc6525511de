"""The figures of lesson 22: what is drawn, and the line that says it."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.lessons.laplace_mechanism import figures


@pytest.mark.parametrize("epsilon, sensitivity", [(0.1, 1), (1.0, 1), (4.0, 5)])
def test_the_ratio_is_drawn_between_its_bounds(epsilon, sensitivity):
    axes = Figure().subplots(1, 2)
    line = figures.draw_worlds(axes, epsilon=epsilon, sensitivity=sensitivity)
    ratio = axes[1].lines[0].get_ydata()
    assert np.log(ratio).max() == pytest.approx(epsilon) and np.log(ratio).min() == pytest.approx(-epsilon)
    assert f"noise of scale {sensitivity / epsilon:.2f}" in line and f"e^ε = {math.exp(epsilon):.3g}" in line


def test_the_error_of_a_sum_is_drawn_from_its_two_parts():
    axes, losses = Figure().subplots(), np.array([1.0, 20.0, 300.0])
    line = figures.draw_clipping(axes, bound=100, epsilon=1.0, losses=losses)
    error, clipped, noise = (curve.get_ydata() for curve in axes.lines)
    assert error[10:40] == pytest.approx(np.hypot(clipped, noise)[10:40])
    assert f"up to 100: {100 * 200 / 321:.1f} % of the total clipped away" in line


@pytest.mark.parametrize("rest", [-1_000, 0, 180, 380, 500, 2_000])
def test_what_is_left_moves_by_the_factor_at_most(rest):
    axes = Figure().subplots()
    line = figures.draw_what_is_left(axes, epsilon=1.0, rest=rest, bound=500, loss=180)
    belief = axes.lines[0].get_ydata()
    assert belief.max() / belief.min() <= math.e * (1 + 1e-9) and belief.mean() == pytest.approx(1)
    assert f"{belief.max() / belief.min():.2f} times likelier" in line


def test_the_two_rows_are_drawn_dark_where_reachable():
    axes = Figure().subplots()
    line = figures.draw_reachable(
        axes, first=np.array([True, False, False]), second=np.array([False, False, True]), start=0.3
    )
    assert (axes.images[0].get_array() < 0.5).tolist() == [[True, False, False], [False, False, True]]
    assert line.startswith("3 floating-point numbers in a row, from 0.3 up")
