"""Of a lesson those cells are run that its live figures need."""

from benchmarks.explore import needed_for_figures


def test_what_a_figure_reads_is_made_and_changed_above_it():
    cells = [
        "from privlab.lab import *\nrng = start('x', seed=1)",
        "slow = rng.normal(size=9)",
        "model = rng.normal(size=3)",
        "name = [model for model in slow]",
        "train(model)",
        "claim('nothing hangs on this', slow.sum() > 0)",
        "%time slow",
        "model[0] = step = 2\nother = model",
        "explore(draw, alt='x', fixed=dict(model=model))",
        "print(other)",
    ]
    assert needed_for_figures(cells) == [0, 2, 4, 6, 7, 8]


def test_what_is_made_anew_hides_what_it_was_before():
    cells = ["import numpy", "x = 1", "x = 2", "x += 1", "for x in [x]:\n    y = x", "explore(draw, y=y)"]
    assert needed_for_figures(cells) == [0, 2, 3, 4, 5]
