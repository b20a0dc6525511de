"""Figures of lesson 63: their lines say what is drawn."""

import numpy as np
from matplotlib.figure import Figure

from privlab.lessons.role_reversal import figures
from privlab.text.role_reversal import corpus


def test_the_lines_of_the_figures():
    ratios = {"base": np.log(corpus.SHARES / (1 - corpus.SHARES)), "both": np.zeros(16)}
    assert "as uneven as the text" in figures.draw_professions(Figure().subplots(), "base", ratios)
    assert "are even" in figures.draw_professions(Figure().subplots(), "both", ratios)
    line = figures.draw_predicted(Figure().subplots(), 0.5, "text")
    assert "even part 0.50, predicted disparity 0.68" in line
    line = figures.draw_students(Figure().subplots(), ["base", "hurried", "both"], [1.7, 0.1, 0.1], [4, 0.1, 4])
    assert line.endswith("even and right at once: both")
