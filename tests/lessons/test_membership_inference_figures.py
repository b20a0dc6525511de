"""The pictures of lesson 41."""

import numpy as np
import pytest

from privlab.lab.style import new_figure
from privlab.lessons.membership_inference import figures
from privlab.ml.membership.one_run_audit import measure_leakage
from privlab.ml.membership.shadow_models import draw_members


@pytest.mark.slow
def test_every_picture_says_a_line_and_looks_the_same_twice():
    rng = np.random.default_rng(1)
    members = draw_members(8, letters=100, rng=rng)
    scores = rng.normal(size=members.shape) + 2 * members
    found = {
        None: measure_leakage(scores, members, targets=2),
        3.0: measure_leakage(scores - members, members, targets=2),
    }
    curves = {each: {"threshold": scores, "lira": scores + members} for each in found}
    leakage = dict(leakages=found, curves=curves, members=members, delta=1e-5)
    letters = np.zeros((2, 28, 28), np.uint8)
    for draw, panels, values, said in (
        (figures.draw_margins, 2, dict(scores=scores[0], members=members[0], threshold=0.5, prior=50), "threshold 0.5"),
        (
            figures.draw_margins,
            2,
            dict(scores=scores[0], members=members[0], threshold=99, prior=5),
            "nobody is flagged",
        ),
        (
            figures.draw_sizes,
            2,
            dict(ratios={75: scores}, truths={75: members}, members=75, threshold=1.0, prior=1),
            "75",
        ),
        (
            figures.draw_shadows,
            2,
            dict(letters=letters, titles=["a", "b"], shadows=scores[:, :2], members=members[:, :2], own=[0, 1]),
            "a: 4 shadow models inside, 4 outside",
        ),
        (figures.draw_rates, 1, dict(curves={"one": (scores, members)}), "curves: one"),
        (figures.draw_shadow_numbers, 2, {}, "32 shadow models"),
        (
            figures.draw_accused,
            1,
            dict(ratios=scores[0], members=members[0], accused=scores[0] > 2),
            "of them are members",
        ),
        (figures.draw_leakage, 2, leakage | {"epsilon": "3.0"}, "ε = 3 is proved"),
        (figures.draw_leakage, 2, leakage | {"epsilon": "none"}, "nothing is proved"),
    ):
        _, axes = new_figure((8, 3), panels)
        assert said in draw(axes, **values)
        assert np.atleast_1d(axes)[0].has_data()


def test_the_title_counts_the_accused_and_bounds_the_precision():
    _, axes = new_figure((8, 3), 1)
    ratios, members = np.arange(10.0), np.arange(10) >= 6
    figures.draw_accused(axes, ratios, members, ratios >= 5)
    # Clopper and Pearson
    assert axes.get_title() == "5 accused, 4 of them members; precision, 95 % interval: 28 to 99 %"
