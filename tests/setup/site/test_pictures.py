"""Pictures on a page: where they are cut for a phone, and their alternative."""

import numpy as np
from PIL import Image

from privlab.setup.site.pictures import cuts, markup, panels_of, stretchable


def striped(*dark, width=100):
    """A white picture with dark columns from one place to another."""
    pixels = np.full((10, width), 255, np.uint8)
    for first, last in dark:
        pixels[:, first:last] = 0
    return Image.fromarray(pixels)


def test_a_picture_is_cut_in_the_middle_of_the_white_strip_between_two_panels():
    assert cuts(striped((0, 40), (50, 100)), 2) == [0.45]
    assert cuts(striped((0, 28), (32, 58), (68, 100)), 3) == [0.3, 0.63]
    assert cuts(striped((0, 20), (22, 40), (50, 100)), 2) == [0.45]  # of two strips the wider one


def test_a_picture_of_one_panel_and_one_with_something_across_stay_whole():
    assert cuts(striped((0, 40), (50, 100)), 1) == []
    assert cuts(striped((0, 100)), 2) == []
    assert cuts(striped((0, 49), (51, 100)), 2) == []


def test_the_code_says_how_many_panels_there_are():
    assert panels_of("explore(this.draw, alt='x', panels=3, size=(9, 3))") == 3
    assert panels_of("show(this.draw, alt='x')") == 1


def test_the_alternative_is_read_once_and_cannot_end_its_attribute():
    whole = markup("a.svg", 'Left "x" <b>', (200, 100), [])
    assert whole.count("<img") == 1 and 'alt="Left &quot;x&quot; &lt;b&gt;"' in whole
    cut = markup("a.svg", "Bars", (200, 100), [0.25])
    assert cut.count("<img") == 2 and cut.count('alt="Bars"') == cut.count('alt=""') == 1
    assert "--left: 0.25; --share: 0.7500; --wide: 150; --high: 100" in cut


def test_frames_fill_whatever_box_they_are_shown_in(tmp_path):
    (tmp_path / "0.js").write_text(
        'privlabFigure("a/0", {"lines":["<svg width=\\"9pt\\">","</svg>"]});\n', encoding="utf-8"
    )
    stretchable(tmp_path / "0.js", tmp_path / "copy.js")
    text = (tmp_path / "copy.js").read_text(encoding="utf-8")
    assert (
        text == """privlabFigure("a/0", {"lines":["<svg preserveAspectRatio='none' width=\\"9pt\\">","</svg>"]});\n"""
    )
