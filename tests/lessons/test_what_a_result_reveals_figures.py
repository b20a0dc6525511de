"""The figures of lesson 12: what is drawn and the line that says it."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.lessons.what_a_result_reveals import figures
from privlab.mpc.output_leakage import QUESTIONS, all_inputs


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("parties, top", [(2, 1), (7, 1), (5, 3)])
def test_every_result_stands_as_high_as_the_inputs_that_give_it(question, parties, top):
    axes = Figure().subplots()
    line = figures.draw_consistent(axes, question, parties, top)
    (bars,) = axes.collections
    heights = [segment[1][1] for segment in bars.get_segments()]
    assert sum(heights) == (top + 1) ** parties and f"{len(heights)} results" in line
    assert f"{question}, {parties} parties with numbers from 0 to {top}: {(top + 1) ** parties:,} inputs" in line


def test_a_bar_is_red_where_every_number_is_known():
    axes = Figure().subplots()
    line = figures.draw_consistent(axes, "tally", 5, 1)
    colours = axes.collections[0].get_colors()
    assert [tuple(colour) == tuple(colours[0]) for colour in colours] == [True, False, False, False, False, True]
    assert "2 of the results tell every number; 2 of the inputs" in line
    assert len(all_inputs(5)) == 32


@pytest.mark.parametrize("news, error, high", [(90, 5, 15), (0, 20, 100), (100, 0, 0), (50, 10, 60)])
def test_the_news_leaves_as_much_as_the_line_says(news, error, high):
    axes = Figure().subplots()
    line = figures.draw_news(axes, news, error, 100, 6)
    assert axes.lines[1].get_ydata()[1] == high
    assert f"every other company lost from 0 to {high}\n" in line and f"{high}% of what" in line
    assert np.all(np.diff(axes.lines[0].get_ydata()) <= 0)


def test_the_difference_of_two_letters():
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 256, (2, 28, 28), dtype=np.uint8)
    difference = first.astype(int) - second
    assert figures.draw_reuse(Figure().subplots(1, 3), first, second, difference).startswith("100% of the 784")
    difference[:14] += 1
    assert figures.draw_reuse(Figure().subplots(1, 3), first, second, difference).startswith("50% of the 784")
