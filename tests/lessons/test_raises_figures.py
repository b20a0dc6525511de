"""The figures of lesson 11: what is drawn and the line that says it."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.lessons.raises import figures
from privlab.mpc import secure_sum
from privlab.mpc.secure_sum import NAMES

RAISES = [3800, 2514, 2982, 3390, 4100]


@pytest.mark.parametrize("parties, raise_of_alice", [(3, 0), (4, 3800), (5, 8000)])
def test_the_published_sums_total_the_raises(parties, raise_of_alice):
    axes = Figure().subplots()
    shares = np.random.default_rng(1).integers(-3000, 3001, (5, 5))
    line = figures.draw_sums(axes, parties, raise_of_alice, RAISES, shares, NAMES)
    raises, sums = ([bar.get_height() for bar in bars] for bars in axes.containers)
    assert raises == [raise_of_alice, *RAISES[1:parties]]
    assert sum(raises) == sum(sums) and raises != sums
    assert f"raises total {sum(raises):,}, published sums {sum(sums):,}" in line


@pytest.mark.parametrize("largest_share", [100, 1000, 3000])
def test_the_hill_of_estimates_is_as_wide_as_the_formula_says(largest_share):
    axes = Figure().subplots()
    errors = secure_sum.estimates(RAISES[:4], 20_000, bound=1000, rng=np.random.default_rng(1)) - 3800
    line = figures.draw_estimates(axes, largest_share, 3800, errors / 1000)
    heights, edges, _ = axes.patches[0].get_data()
    middles = (edges[:-1] + edges[1:]) / 2
    drawn = np.sqrt(np.sum(heights * (middles - 3800) ** 2) / 100)
    # a bar is 250 dollars wide, which blurs the narrowest hill
    assert drawn == pytest.approx(secure_sum.standard_deviation(parties=4, bound=largest_share), rel=0.04, abs=30)
    assert f"shares up to {largest_share:,}: standard deviation of the error" in line


def test_two_hills_from_small_shares_and_one_line_from_uniform_ones():
    panels = Figure().subplots(1, 2)
    rng = np.random.default_rng(1)
    small, uniform = (
        [secure_sum.estimates([secret, 1, 2, 3], 20_000, bound=bound, rng=rng) for secret in (2000, 5000)]
        for bound in (500, None)
    )
    line = figures.draw_two_secrets(panels, small, uniform, (2000, 5000))
    left, right = ([stairs.get_data().values for stairs in axes.patches] for axes in panels)
    assert np.minimum(*left).sum() < 5  # per cent of the runs in which the hills overlap
    assert max(np.abs(heights - 2.5).max() for heights in right) < 0.8
    assert "from small shares 100% and 0%,\nfrom uniform shares 50% and 50%" in line
