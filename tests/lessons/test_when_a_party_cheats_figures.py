"""The figure of lesson 13, and what it shows: how many lies pass, what a check costs, what an opened product tells."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import binomtest

from privlab.lessons.when_a_party_cheats import experiments, figures
from privlab.mpc import shamir
from privlab.mpc.additive import Shared, share
from privlab.mpc.degree_reduction import local_products

RNG = np.random.default_rng


@pytest.mark.parametrize("modulus", [2, 5, 31])
@pytest.mark.parametrize(
    "check, expected",
    [
        ("each number alone", lambda p: 1 / p),
        ("a plain sum", lambda p: 1),
        ("a weighted sum", lambda p: 2 / p - 1 / p**2),
    ],
)
def test_as_many_lies_pass_as_the_formula_says(check, expected, modulus):
    """20,000 lies: false alarm 1e-6, seed fixed."""
    passed = experiments.lies_that_pass(check, modulus, runs=20_000, rng=RNG(1))
    assert binomtest(int(passed.sum()), 20_000, expected(modulus)).pvalue > 1e-6


@pytest.mark.parametrize("check", experiments.CHECKS)
def test_the_dots_are_the_lies_that_were_caught(check):
    passed = {name: {p: RNG(p).random(2_000) < 1 / p for p in (2, 11, 101)} for name in experiments.CHECKS}
    axes = Figure().subplots()
    line = figures.draw_lies(axes, check, 11, 500, passed)
    caught = [100 * (1 - passed[check][p][:500].mean()) for p in (2, 11, 101)]
    assert axes.lines[1].get_ydata() == pytest.approx(caught)
    assert axes.lines[2].get_xdata() == [11] and axes.lines[2].get_ydata() == pytest.approx([caught[1]])
    count = int(passed[check][11][:500].sum())
    assert line == f"{check}, modulo 11: {count} of 500 lies passed, {count / 500:.1%}; 1/p is 9.1%"


@pytest.mark.parametrize("slope_x, slope_y", [(2, -1), (-3, 3), (0, 0)])
def test_the_curve_through_three_products_is_the_product_at_zero(slope_x, slope_y):
    axes = Figure().subplots()
    line = figures.draw_product(axes, slope_x, slope_y, (3, 4))
    products = [(3 + slope_x * place) * (4 + slope_y * place) for place in (1, 2, 3)]
    assert list(axes.lines[7].get_ydata()) == products
    curve = np.polyfit([1, 2, 3], products, 2)
    assert np.polyval(curve, 0) == pytest.approx(12)
    assert line.startswith(
        f"products {products[0]}, {products[1]}, {products[2]}: the curve through all three is 12 at 0"
    )
    assert axes.lines[4].get_ydata()[0] == 2 * products[0] - products[1] == int(line.split()[-1])


def test_a_lie_moves_the_last_party_s_share_and_the_number():
    shared = share(5, parties=3, modulus=11)
    said = experiments.lie(shared, by=4)
    assert said.shares[:2] == shared.shares[:2] and (said.reconstruct() - 9) % 11 == 0
    assert experiments.lie(Shared((1, 2), None), by=4).shares == (1, 6)


def test_one_check_serves_a_thousand_numbers():
    rows = [line.split()[-2:] for line in experiments.costs(4).splitlines()]
    assert rows[1:] == [["12", "96"], ["36", "960"], ["12,000", "96,000"], ["12,024", "96,864"]]


def test_an_opened_product_leaves_a_party_few_pairs():
    """Each time two pairs at most, and the true one is there: the two lines may be told apart or not."""
    rng = RNG(3)
    for x, y in ((3, 4), (1, 1), (10, 10), (2, 6)):
        xs, ys = (shamir.share(number, parties=3, threshold=1, prime=11, rng=rng) for number in (x, y))
        mine = xs[1], ys[1]
        if not mine[0].value or not mine[1].value:
            continue
        fit = experiments.pairs_that_fit(local_products(xs, ys), mine=mine)
        assert (x, y) in fit and len(fit) <= 2


def test_mpyc_s_answers_become_shares():
    answers = [{"shares": [party, 10 * party, 100 * party]} for party in (1, 2, 3)]
    of_x, _, of_xy = experiments.shares_of(answers)
    assert [(part.party, part.value) for part in of_x] == [(1, 1), (2, 2), (3, 3)]
    assert shamir.reconstruct(of_xy, 1) == 0
