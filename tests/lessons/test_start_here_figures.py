"""The figure of lesson 00: what is drawn and the line that says it."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.lessons import start_here as this


@pytest.mark.parametrize("largest_noise", [0, 3, 12])
def test_two_worlds_overlap_but_for_a_count_at_each_end(largest_noise):
    axes = Figure().subplots()
    line = this.draw_noisy_counts(axes, largest_noise)
    without, _, with_nap, _ = (block.get_data() for block in axes.patches)
    assert without.values.sum() == pytest.approx(1) and np.array_equal(with_nap.edges, without.edges + 1)
    assert f"{2 * largest_noise} of the {2 * largest_noise + 1} counts possible without the nap" in line
