"""The figures of lesson 24: what is drawn, and the line that says it."""

import math

import pytest
from matplotlib.figure import Figure

from privlab.dp.sparse_vector import loss_of_a_yes
from privlab.lessons.reconstruction import figures


@pytest.fixture
def axes():
    return Figure().subplots()


@pytest.mark.parametrize(
    "people, each, most_off, least, most", [(64, 4, 0, 1, 1), (64, 4, 4, 0.85, 1), (16, 8, 20, 0.4, 0.8)]
)
def test_bits_come_back_the_fewer_the_more_counts_are_off(people, each, most_off, least, most):
    table, curve = Figure().subplots(1, 2)
    line = figures.draw_back((table, curve), people=people, each=each, most_off=most_off)
    assert sum(len(marks.get_offsets()) for marks in table.collections) == people
    shares = curve.lines[0].get_ydata() / 100
    assert shares[0] == 1 and shares[-1] < 0.85 and least <= shares[most_off] <= most
    assert curve.lines[1].get_xdata()[0] == pytest.approx(math.sqrt(people))
    assert f"{each * people} questions" in line and f"{shares[most_off]:.0%} of the bits come back" in line


def test_the_attack_never_exceeds_what_epsilon_allows_and_succeeds_when_the_budget_is_off(axes):
    line = figures.draw_budget(axes, people=64, each=4, epsilon=10_000)
    most, back = (curve.get_ydata() for curve in axes.lines)
    assert (back < most + 3).all() and back[0] == pytest.approx(50, abs=3) and back[-1] == 100
    assert most[0] == pytest.approx(100 / (1 + math.exp(-0.1)))
    assert "100% of the bits come back" in line and "ε = 10000 for all" in line


def test_the_loss_stays_at_the_promise_with_noise_on_the_threshold_alone(axes):
    line = figures.draw_losses(axes, epsilon=2.0, questions=200)
    right, wrong, promised = (curve.get_ydata() for curve in axes.lines)
    assert max(right) <= 2 + 1e-9 and right[-1] == pytest.approx(2) and max(wrong) > 50 and promised[0] == 2
    assert right[-1] == pytest.approx(loss_of_a_yes(200, threshold_scale=1.0, count_scale=2.0))
    assert "the loss is 2.00 with noise" in line


def test_the_point_of_the_shuffle_lies_on_its_curve(axes):
    curves = {1.0: ([1.0, 0.5, 0.2], [1.0, 1.0, 0.6])}
    line = figures.draw_shuffled(
        axes, people=100, local_epsilon=1.0, delta=1e-6, crowds=[10, 100, 1_000], curves=curves
    )
    assert axes.collections[0].get_offsets()[0].tolist() == pytest.approx([100, 0.5])
    assert "ε = 0.50 at δ = 1e-06" in line
