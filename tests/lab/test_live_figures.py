"""show, claim and explore: what a reader sees with and without a kernel."""

import base64
import importlib
import io

import numpy as np
import pytest
from PIL import Image

from privlab.lab import choice, claim, explore, show, slider
from privlab.lab.live_figures import outside
from privlab.lab.spoken import VIEW
from privlab.lab.style import COLOURS, labels, new_figure
from privlab.lessons.start_here.figures import draw_noisy_counts


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: pairs of (data, metadata), as a notebook would receive them."""
    outputs = []
    for name in ("privlab.lab.figures", "privlab.lab.live_figures"):
        monkeypatch.setattr(
            importlib.import_module(name), "display", lambda data, raw, metadata=None: outputs.append((data, metadata))
        )
    return outputs


def draw_line(axes, slope, name="a"):
    axes.plot([0, 1], [0, slope])
    axes.set_title(name)
    return f"slope {slope:.1f} of {name}"


@pytest.mark.slow
def test_show_gives_a_picture_its_alternative_and_its_line(shown, capsys):
    assert show(draw_line, alt="A rising line", slope=2.0) is None
    ((data, metadata),) = shown
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).format == "PNG"
    assert metadata["image/png"]["alt"] == data["text/plain"] == "A rising line"
    assert capsys.readouterr().out == "slope 2.0 of a\n"


def test_show_takes_a_ready_figure(shown, capsys):
    figure, axes = new_figure()
    show(figure, alt="Nothing drawn", line="0 lines")
    assert capsys.readouterr().out == "0 lines\n" and len(shown) == 1


@pytest.mark.parametrize("wrong", [dict(alt=""), dict(alt="x", line=None)])
def test_a_figure_without_words_is_refused(wrong):
    figure, _ = new_figure()
    with pytest.raises(ValueError, match="a figure needs"):
        show(figure, **wrong)


def test_claim_prints_or_raises(capsys):
    claim("two is more than one", 2 > 1)
    claim("numpy's own true is true", np.bool_(True))
    assert capsys.readouterr().out == "✓ two is more than one\n✓ numpy's own true is true\n"
    with pytest.raises(AssertionError, match="one is more than two"):
        claim("one is more than two", 1 > 2)


@pytest.mark.slow
def test_a_slider_redraws_picture_and_line():
    live = explore(draw_line, alt="A line", slope=slider(0.0, 4.0, 1.0, 0.5), name=choice(["a", "b"]))
    before = live.image.value
    live.controls["slope"].value = 2.5
    assert live.line == "slope 2.5 of a" and live.image.value != before
    np.testing.assert_allclose(live.axes.lines[0].get_ydata(), [0, 2.5])
    assert len(live.axes.lines) == 1, "the old line was not cleared"
    live.controls["name"].value = "b"
    assert live.line == "slope 2.5 of b" and live.axes.get_title() == "b"
    # read aloud beside the live image
    assert "slope 2.5 of b" in live.caption.value
    assert "A line." in live.caption.value or live.children[-1].alt == "A line"


@pytest.mark.slow
def test_without_a_kernel_it_is_a_picture_and_its_line(shown):
    live = explore(draw_noisy_counts, alt="Two bars", largest_noise=slider(0, 12, 3))
    live._ipython_display_()
    (picture, metadata), (line, _) = shown
    assert (
        picture["image/png"] and VIEW in picture and picture["text/plain"] == metadata["image/png"]["alt"] == "Two bars"
    )
    assert line["text/plain"] == live.line and VIEW in line and "image/png" not in line


@pytest.mark.slow
def test_each_slider_has_a_number_box_and_the_same_drawing_the_same_bytes():
    live, again = (explore(draw_noisy_counts, alt="Two bars", largest_noise=slider(0, 12, 3)) for _ in range(2))
    row = live.children[0]
    assert [type(child).__name__ for child in row.children] == ["IntSlider", "BoundedIntText"]
    assert live.image.value == again.image.value


@pytest.mark.slow
def test_number_boxes_show_the_slider_s_own_steps():
    live = explore(draw_line, alt="A line", slope=slider(0.1, 4.0, 1.0, 0.1))
    slope, box = live.children[0].children
    slope.value = 1.2000000000000002
    assert (slope.value, box.value, live.line) == (1.2, 1.2, "slope 1.2 of a")
    box.value = 2.3
    assert slope.value == 2.3 and live.line == "slope 2.3 of a"


@pytest.mark.slow
def test_controls_are_called_by_words_with_units_which_stand_one_below_the_other():
    @labels(slope="slope, metres a second")
    def draw(axes, slope, epsilon, name):
        return draw_line(axes, slope, name)

    controls = dict(slope=slider(0, 4, 1), epsilon=slider(0.1, 1.0, 0.5, 0.1), name=choice(["a"]))
    live = explore(draw, alt="A line", **controls)
    assert [control.description for control in live.controls.values()] == ["slope, metres a second", "ε", "name"]
    assert len({control.style.description_width for control in live.controls.values()}) == 1


@pytest.mark.slow
def test_a_text_that_grows_is_laid_out_inside_the_figure():
    def draw(axes, height):
        axes.plot([0, 1], [0, height])
        axes.set(ylim=(0, height), ylabel="height", yticks=[0, height], yticklabels=["0", f"{height:,} metres"])
        return f"{height}"

    live = explore(draw, alt="A line", height=slider(1, 1_000_000_000, 1))
    assert not outside(live.figure)
    live.controls["height"].value = 1_000_000_000
    assert not outside(live.figure)
    live.axes.text(5, 0.5, "far to the right")
    live.figure.canvas.draw()
    assert outside(live.figure) == ["far to the right"]


def test_the_line_below_a_live_figure_keeps_its_breaks():
    live = explore(lambda axes, x: f"one {x},\ntwo", alt="Nothing", x=slider(0, 1, 0))
    assert "white-space: pre-line" in live.caption.value and "one 0,\ntwo" in live.caption.value


@pytest.mark.slow
def test_a_slider_that_plays_has_a_button_tied_to_it():
    live = explore(draw_noisy_counts, alt="Two bars", largest_noise=slider(0, 12, 3, play=True))
    _, _, button = live.children[0].children
    assert (button.min, button.max, button.step, button.value) == (0, 12, 1, 3)


@pytest.mark.parametrize("low, high, value", [(1, 0, 0), (0, 1, 2), (0.0, 0.0, 0.0), (float("nan"), 1.0, 0.5)])
def test_a_slider_with_reversed_bounds_is_refused(low, high, value):
    with pytest.raises(ValueError, match="low < high"):
        slider(low, high, value)


@pytest.mark.parametrize("low, high, value, step", [(0.1, 2.5, 1.0, None), (0.0, 1.0, 0.25, 0.1), (0, 10, 3, 2)])
def test_a_slider_that_could_not_come_back_to_where_it_starts_is_refused(low, high, value, step):
    with pytest.raises(ValueError, match="never stands at"):
        slider(low, high, value, step)


def test_explore_needs_words_and_controls():
    with pytest.raises(ValueError, match="text alternative"):
        explore(draw_line, alt="", slope=slider(0, 1, 0))
    with pytest.raises(ValueError, match="needs a control"):
        explore(draw_line, alt="x")


@pytest.mark.slow
def test_several_panels_share_one_call():
    def draw(axes, height):
        for each in axes:
            each.bar([0], [height])
        return f"{len(axes)} panels of {height}"

    live = explore(draw, alt="Bars", panels=3, height=slider(1, 3, 2))
    live.controls["height"].value = 3
    assert live.line == "3 panels of 3" and all(len(axes.patches) == 1 for axes in live.figure.axes)


def test_colours_differ_from_white_and_from_each_other():
    assert len(set(COLOURS)) == len(COLOURS) and "#FFFFFF" not in COLOURS


def test_text_in_figures_has_12_points():
    _, axes = new_figure()
    axes.set(title="t", xlabel="x")
    legend = axes.legend([axes.plot([0, 1])[0]], ["l"])
    for text in (axes.title, axes.xaxis.label, *axes.get_xticklabels(), *legend.get_texts()):
        assert text.get_fontsize() == 12
