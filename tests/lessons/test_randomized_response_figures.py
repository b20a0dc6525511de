"""The figures of lesson 21: what is drawn, and the line that says it."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.dp import randomized_response
from privlab.lessons.randomized_response import figures

LN3 = math.log(3)


def poll():
    rng = np.random.default_rng(1)
    truths = rng.permutation(np.repeat([1, 0], [150, 100]))
    return truths, randomized_response.respond(truths, LN3, rng)


@pytest.mark.parametrize("answered", [10, 100, 250])
def test_the_poll_shows_each_answer_and_ends_at_the_estimate(answered):
    truths, answers = poll()
    left, right = Figure().subplots(1, 2)
    line = figures.draw_poll((left, right), answered=answered, answers=answers, truths=truths, epsilon=LN3)
    shades = left.images[0].get_array().ravel()
    assert np.sum(shades == 0.3) == answers[:answered].sum() and np.sum(shades == 0.75) == 250 - answered
    (running,) = [curve for curve in right.lines if curve.get_color() == "C1"]
    last = running.get_ydata()[-1]
    assert last == pytest.approx(randomized_response.estimate_share(answers[:answered], LN3))
    assert f"{answered} answers" in line and f"estimate {last:.1%}" in line and "truth 60%" in line


def test_the_curves_of_belief_part_by_the_bound():
    axes = Figure().subplots()
    line = figures.draw_belief(axes, truth_percent=50, prior_percent=10)
    after_yes, after_no = axes.lines[0].get_ydata() / 100, axes.lines[1].get_ydata() / 100
    inner = slice(1, -1)
    odds = [belief[inner] / (1 - belief[inner]) for belief in (after_yes, after_no)]
    assert odds[0] / odds[1] == pytest.approx(np.full(99, 9))
    assert "ε = 1.10" in line and "factor of at most 3.00" in line and "after a yes 25.0 %, after a no 3.6 %" in line


def test_the_errors_fall_with_the_root_and_with_the_number():
    axes = Figure().subplots()
    line = figures.draw_errors(axes, epsilon=1.1, people=10_000)
    local, central = axes.lines[0].get_ydata(), axes.lines[1].get_ydata()
    assert local[0] / local[-1] == pytest.approx(100) and central[0] / central[-1] == pytest.approx(10_000)
    assert "67 times less" in line


def test_days_multiply_the_odds():
    axes = Figure().subplots()
    months = {"Lena": np.array([1, 1, 0, 1]), "Omar": np.array([0, 0, 1, 0])}
    line = figures.draw_days(axes, epsilon=LN3, months=months)
    assert axes.lines[0].get_ydata() == pytest.approx([50, 75, 90, 75, 90])
    assert axes.lines[1].get_ydata() == pytest.approx([50, 25, 10, 25, 10])
    assert line.splitlines() == [
        "Lena: 3 yes in 4 days, odds 9 to 1 for yes",
        "Omar: 1 yes in 4 days, odds 9 to 1 for no",
    ]
