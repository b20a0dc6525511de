"""The figures of lesson 23: what is drawn, and the line that says it; and that the closing table's links lead
somewhere.
"""

import pathlib
import re

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.dp.composition import all_rules
from privlab.dp.distributed_noise import epsilon_left
from privlab.dp.exponential import probabilities, truest_list
from privlab.lessons.composition_and_selection import figures

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def axes():
    return Figure().subplots()


@pytest.mark.parametrize("releases, epsilon", [(5, 0.05), (100, 0.1), (500, 1.0)])
def test_the_hill_of_total_losses_stands_at_its_mean(axes, releases, epsilon):
    line = figures.draw_total_loss(axes, releases=releases, epsilon=epsilon, delta=1e-6)
    percent, edges, _ = axes.patches[0].get_data()
    assert percent.sum() == pytest.approx(100, abs=0.01)
    mean = np.dot(percent, edges[:-1] + edges[1:]) / 200
    # the mean loss of one Laplace release is ε - 1 + e^-ε; a bar of the hill is as wide as 1/59 of the sum of all ε
    assert mean == pytest.approx(releases * (epsilon - 1 + np.exp(-epsilon)), abs=releases * epsilon / 59)
    assert axes.lines[0].get_xdata()[0] == pytest.approx(releases * epsilon)
    assert f"at most {releases * epsilon:.2f}" in line


def test_the_curves_of_the_rules_are_the_rules(axes):
    grid = [1, 10, 100]
    curves = figures.curves_of_rules((0.1,), grid, 1e-6)
    line = figures.draw_rules(axes, releases=100, epsilon=0.1, delta=1e-6, grid=grid, curves=curves)
    drawn = {curve.get_label(): list(curve.get_ydata()) for curve in axes.lines}
    assert drawn == curves[0.1] and f"exact {curves[0.1]['exact'][2]:.2f}" in line


def test_curves_hold_every_rule_at_every_number_of_releases():
    curves = figures.curves_of_rules((0.1,), [1, 10, 100], 1e-6)
    assert curves[0.1]["basic"] == pytest.approx([0.1, 1, 10])
    assert curves[0.1]["exact"][2] == all_rules(0.1, 100, 1e-6)["exact"]


@pytest.mark.parametrize("budget, pairs", [(1, 1), (4, 4), (100, 100)])
def test_attackers_with_a_larger_budget_are_right_more_often(axes, budget, pairs):
    rng = np.random.default_rng(1)
    differences = rng.laplace(size=(4_000, 100)) - rng.laplace(size=(4_000, 100))
    line = figures.draw_differencing(axes, budget=budget, epsilon=0.5, differences=differences)
    right = int(re.search(r"right in (\d+)%;", line)[1])
    assert f"lets {pairs} pair{'s' * (pairs > 1)} of questions" in line
    assert right == pytest.approx({1: 55, 4: 60, 100: 89}[budget], abs=2)
    assert all(hill.get_data().values.sum() <= 100.001 for hill in axes.patches)


def test_the_bars_of_the_choice_are_its_chances(axes):
    line = figures.draw_choice(axes, epsilon=1.0, people=40, shares=(0.55, 0.5, 0.3, 0.1), names=("a", "b", "c", "d"))
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == pytest.approx(100 * probabilities([22, 20, 12, 4], 1.0))
    assert "40 people: a has a chance of 73%" in line and "within 8.8 approvals" in line


def test_the_curves_of_a_list_are_the_bounds(axes):
    line = figures.draw_intersection(axes, epsilon=1.0, common=1000, others=9000)
    grid, true = axes.lines[1].get_data()
    assert true == pytest.approx([100 * truest_list(common=1000, others=9000, epsilon=at) for at in grid])
    assert "731 of the 1,000 in common and 2,420 others, so that 23% of it is true" in line


@pytest.mark.parametrize("honest, coalition", [(5, 2), (3, 2), (1, 0), (5, 4)])
def test_what_remains_is_drawn_beside_what_is_needed(axes, honest, coalition):
    line = figures.draw_remaining(axes, honest=honest, coalition=coalition, epsilon=1.0, parties=5)
    needed, left = (steps.get_data().values for steps in axes.patches)
    assert (np.abs(needed - left).max() < 1e-9) == (honest == 5 - coalition)
    assert f"ε = {epsilon_left(1.0, honest=honest, remaining=5 - coalition):.2f}" in line


def test_every_live_figure_of_the_lesson_is_on_its_page():
    """A figure is shown only when it is the last thing in its cell."""
    book = nbformat.read(ROOT / "notebooks" / "23_composition_and_selection.ipynb", 4)
    for cell in book.cells:
        if "explore(" in cell.source:
            assert any("image/png" in output.get("data", {}) for output in cell.outputs), cell.source


def test_links_of_the_lesson_lead_somewhere():
    """A link to a lesson that is there goes to a heading that is there: JupyterLab's anchors, headings with dashes."""
    text = (ROOT / "lessons" / "23_composition_and_selection.py").read_text(encoding="utf-8")
    links = re.findall(r"\]\((\w*)(?:\.ipynb)?(?:#([^)]+))?\)", text)
    assert len(links) >= 15
    for lesson, anchor in links:
        path = ROOT / "lessons" / f"{lesson or '23_composition_and_selection'}.py"
        assert path.exists(), lesson
        headings = re.findall(r"^# #+ (.+)$", path.read_text(encoding="utf-8"), flags=re.M)
        assert not anchor or anchor.replace("-", " ") in [heading.replace("-", " ") for heading in headings], anchor
