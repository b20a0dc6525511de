"""A letter of the reader's own, drawn with a pen, as a picture like those of EMNIST."""

from collections.abc import Sequence

import numpy as np

from privlab.arrays import Letter
from privlab.data.drawn.fonts import points_along
from privlab.data.drawn.rasterizer import FINE, SIDE, UNIT, raster

BOX = 22.5  # pixels that the longer side of a letter takes, its pen included
PEN = 3.0  # pixels, how wide the pen is
BLUR = 3  # index into the rasterizer's blurs: 0.6 pixels


def letter_from_strokes(strokes: Sequence[Sequence[tuple[float, float]]]) -> Letter:
    """The picture of a letter that was drawn, uint8 [28, 28], white ink on black, cropped and centred as in EMNIST.

    strokes : the points of each stroke of the pen, x to the right and y downwards, in any unit; a dot is one point.
    Raises ValueError when nothing was drawn.
    Source: Cohen and others 2017, section II.A: crop to the ink, pad to a square, scale to 28 x 28.
    """
    ways = [np.array(stroke, float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not ways:
        raise ValueError("no letter was drawn: draw at least one stroke")
    ink = np.concatenate(ways)
    size = max(np.ptp(ink, axis=0).max(), 1e-9)
    middle = (ink.min(axis=0) + ink.max(axis=0)) / 2
    dot = size * 1e-3  # a dot becomes a stroke that is too short to be seen
    ways = [np.vstack([way, way[-1] + (dot, 0)]) for way in ways]
    points, _ = points_along(ways)
    placed = (points - middle) * (BOX - PEN) / size + SIDE / 2
    return raster(
        np.rint(placed * UNIT).astype(np.int64)[None], np.array([round(PEN / 2 * FINE * 4)]), np.array([BLUR])
    )[0]
