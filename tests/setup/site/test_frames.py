"""Frames of live figures: which points of a grid are drawn, and that they are what the figure shows."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from privlab.lab import choice, explore, slider
from privlab.setup.site.frames import FrameError, frame, frames, grid_of, runs, thinned, values_of


def draw_line(axes, slope, name="a"):
    axes.plot([0, 1], [0, slope])
    axes.set_title(name)
    return f"slope {slope:.1f} of {name}"


def draw_wide(axes, letters):
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.text(0.5, 0.5, "m" * letters, in_layout=False)
    return f"{letters} letters"


def test_every_value_of_a_control_without_the_noise_of_binary_fractions():
    assert values_of(slider(0.1, 0.5, 0.2, 0.1)) == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert values_of(slider(2, 6, 4, 2)) == [2, 4, 6]
    assert values_of(choice(["a", "b"], "b")) == ["a", "b"]


@pytest.mark.parametrize("low, high, shipped, count", [(0, 100, 37, 11), (5, 500, 100, 30), (-3, 96, 0, 7)])
def test_a_long_slider_keeps_both_ends_its_shipped_value_and_round_numbers(low, high, shipped, count):
    kept = thinned(list(range(low, high + 1)), count, shipped)
    assert {low, high, shipped} <= set(kept) and len(kept) <= count + 2
    steps = np.diff([value for value in kept if value not in (low, high, shipped)])
    assert len(kept) >= count / 3 and all(value % steps.min() == 0 for value in kept[1:-1] if value != shipped)


def test_a_short_slider_stays_whole():
    assert thinned([1, 2, 3], 3, 2) == [1, 2, 3]


def test_a_grid_has_about_as_many_points_as_it_may_and_lists_are_never_thinned():
    controls = {"a": slider(0, 100, 30), "b": slider(0.0, 4.0, 1.0, 0.1), "c": choice(list("wxyz"))}
    grid = grid_of(controls, 240)
    assert grid["c"] == list("wxyz")
    assert 100 < np.prod([len(values) for values in grid.values()]) <= 340
    assert 30 in grid["a"] and 1.0 in grid["b"]
    assert {name: len(values) for name, values in grid_of(controls, 10**9).items()} == {"a": 101, "b": 41, "c": 4}


def test_runs_of_numbers():
    assert runs((7, 8, 9, 4)) == [7, 3, 4, 1]
    assert runs(()) == []


@pytest.mark.slow
def test_frames_are_what_the_figure_shows():
    live = explore(draw_line, alt="A line", slope=slider(0.0, 2.0, 1.0, 1.0), name=choice(["a", "b"], "b"))
    found = frames(live)
    names = [control["name"] for control in found["controls"]]
    assert names == ["name", "slope"] and [names[place] for place in found["order"]] == ["slope", "name"]
    lines = [found["sentences"][place] for place in found["said"]]
    assert lines == [f"slope {slope:.1f} of {name}" for name in "ab" for slope in (0, 1, 2)]
    assert [control["values"][control["at"]] for control in found["controls"]] == ["b", 1.0]
    pictures = []
    for place in found["frames"]:
        pairs = iter(found["pictures"][place])
        pictures.append("\n".join(line for first in pairs for line in found["lines"][first : first + next(pairs)]))
    assert len(set(pictures)) == 6 and len(found["lines"]) == len(set(found["lines"]))
    assert all(picture.startswith("<svg") and picture.endswith("</svg>") for picture in pictures)


@pytest.mark.slow
def test_a_grey_picture_takes_a_number_a_pixel_and_looks_the_same():
    def draw(axes, colour):
        pixels = np.random.default_rng(1).integers(0, 256, (28, 28))
        axes.imshow(pixels, cmap=colour, interpolation="none")
        return colour

    for colour, mode in (("gray", "L"), ("viridis", "RGBA")):
        live = explore(draw, alt="Noise", colour=choice([colour]))
        (data,) = re.findall(r"base64,([\w+/=\s]+)", "\n".join(frame(live, {"colour": colour})[0]))
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        assert picture.mode == mode and picture.size == (28, 28)
        shown = np.asarray(picture.convert("RGB")).reshape(-1, 3)
        assert len({tuple(pixel) for pixel in shown}) > 200 and (np.ptp(shown, axis=1) == 0).all() == (mode == "L")


@pytest.mark.slow
def test_a_frame_whose_text_leaves_the_picture_is_refused():
    live = explore(draw_wide, alt="Letters", letters=slider(1, 100, 1))
    with pytest.raises(FrameError, match=r"draw_wide, {'letters': 20}: .* leaves the picture"):
        frames(live, 5)
