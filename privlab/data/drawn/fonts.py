"""The faces of the drawn letters: pen strokes of each letter, as points at equal distances along the pen's way."""

from functools import cache
from string import ascii_letters
from typing import Any

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.data.drawn import handwriting

# Hershey repeats itself under several names (rowmans is futural, cursive is scripts): each drawing is used once.
PUBLIC_FACES = ("futural", "futuram", "timesr", "timesrb", *handwriting.FACES, *handwriting.HURRIED)
PRIVATE_FACES = ("scripts", "scriptc", "timesi", "timesib")
ALL_FACES = PUBLIC_FACES + PRIVATE_FACES
POINTS = 256  # of each letter
BASELINE, CAPITAL_HEIGHT = 9.0, 21.0  # in Hershey's units, y downwards


@cache
def face(name: str) -> tuple[Floats, Integers]:
    """The 52 letters a..z, A..Z of a face: points [52, 256, 2] and, for each point, the number of its stroke [52, 256].

    Unit: the height of a capital; x to the right, y downwards, the baseline at 0.
    Source: A. V. Hershey, Calligraphy for Computers (1967), in the package hershey-fonts.
    """
    if name in handwriting.FACES + handwriting.HURRIED:
        strokes = [handwriting.strokes_of(name, letter) for letter in ascii_letters]
    else:
        from HersheyFonts import HersheyFonts

        font = HersheyFonts()
        font.load_default_font(name)
        strokes = [hershey_strokes(font, letter) for letter in ascii_letters]
    points, stroke_numbers = zip(*map(points_along, strokes))
    return np.stack(points), np.stack(stroke_numbers)


def hershey_strokes(font: Any, letter: str) -> list[Floats]:
    """Strokes of one letter, each a float array [corners, 2] in capital heights, the baseline at 0."""
    strokes = [np.array(stroke, float) for stroke in font.strokes_for_text(letter) if len(stroke) > 1]
    return [(stroke - (0, BASELINE)) / CAPITAL_HEIGHT for stroke in strokes]


def points_along(strokes: list[Floats]) -> tuple[Floats, Integers]:
    """`POINTS` points spread over the strokes by length, [256, 2], and the number of the stroke of each, [256]."""
    ways = [np.concatenate([[0], np.cumsum(np.sqrt((np.diff(stroke, axis=0) ** 2).sum(1)))]) for stroke in strokes]
    lengths = np.array([way[-1] for way in ways])
    counts = 2 + np.floor((POINTS - 2 * len(strokes)) * lengths / lengths.sum()).astype(int)
    counts[np.argmax(lengths)] += POINTS - counts.sum()
    points = [
        np.stack([np.interp(np.linspace(0, way[-1], count), way, stroke[:, axis]) for axis in (0, 1)], axis=1)
        for stroke, way, count in zip(strokes, ways, counts)
    ]
    return np.concatenate(points), np.repeat(np.arange(len(strokes)), counts)
