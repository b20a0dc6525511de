"""Pictures of lesson 61: redrawn they look as drawn anew, and their lines say what is drawn."""

import numpy as np
import pytest

from privlab.lab.live_figures import Explorer, choice, slider
from privlab.lab.style import new_figure
from privlab.lessons.canary_extraction.figures import draw_exposures, draw_losses, draw_ranks, draw_relaxation


def live(draw, panels=1, fixed=None, **controls):
    return Explorer(draw, controls, alt="a picture", panels=panels, fixed=fixed)


@pytest.fixture(scope="module")
def explorers():
    rng = np.random.default_rng(1)
    codes = np.array([[4, 8, 2, 7], [0, 0, 0, 0]])
    losses = {20: np.exp(rng.normal(0, 0.5, (2, 10_000))), 0: np.exp(rng.normal(2, 0.5, (1, 10_000)))}
    losses[20][0, 4827] = 1e-3
    shares = np.full((11, 4, 10), 0.01)
    shares[10, np.arange(4), codes[0]] = 0.9
    return (
        live(draw_losses, heard=choice([20, 0]), assistant=slider(1, 2, 1), fixed=dict(losses=losses, codes=codes)),
        live(
            draw_relaxation,
            panels=2,
            step=slider(0, 10, 10),
            fixed=dict(
                shares=shares, losses=rng.random((11, 4, 10)), code=codes[0], temperatures=np.geomspace(1, 0.1, 11)
            ),
        ),
    )


@pytest.mark.slow
def test_redrawn_is_as_drawn_anew(explorers):
    for each in explorers:
        for name, control in each.controls.items():
            for value in getattr(control, "options", None) or (control.min, control.max):
                control.value = value
                line, picture = each.line, each.image.value
                for axes in each.figure.axes:
                    axes.clear()
                each.render()
                assert (each.line, each.image.value) == (line, picture), (name, value)


def test_lines_say_what_is_drawn(explorers):
    losses, relaxation = explorers
    losses.controls["heard"].value, losses.controls["assistant"].value = 20, 1
    assert losses.line == "assistant 1, heard 20 times: PIN 4827 is among the first 10 of 10,000"
    losses.controls["heard"].value = 0
    assert "heard never" in losses.line
    relaxation.controls["step"].value = 10
    assert relaxation.line == "after 10 steps, temperature 0.10: the true digit leads at 4 of 4 places"
    axes, other = new_figure()[1], new_figure()[1]
    assert draw_ranks(other, {"once": [1, 20], "never": [5_000]}).endswith("PINs drawn: once 2, never 1")
    assert draw_exposures(axes, {"none": 13.04, "decay": 9.3}) == "bits: none 13.0, decay 9.3"
