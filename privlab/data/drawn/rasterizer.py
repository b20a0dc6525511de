"""From points on the pen's way to grey pictures, in whole numbers, so that every machine gets the same pixels."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Integers, Letters

SIDE = 28  # pixels of a picture
FINE = 4  # fine pixels in a pixel, each way
UNIT = 64  # coordinates are whole numbers of 1/64 pixel
FINE_SIDE = SIDE * FINE
BLURS = (3, 4, 5, 6, 7, 8, 9, 10)  # standard deviations of the blur, in tenths of a pixel
CHUNK = 64  # letters at once: few enough for the processor's cache


def raster(points: Integers, radii: Integers, blurs: Integers) -> Letters:
    """Pictures uint8 [n, 28, 28], white ink on black, of pens that dwell on every point.

    points : integers [n, points, 2], x and y in 1/64 pixel.
    radii : integers [n], the pen's radius in quarters of a fine pixel (1/16 pixel).
    blurs : integers [n], index into `BLURS`.
    """
    pictures = np.empty((len(points), SIDE, SIDE), np.uint8)
    order = np.lexsort((radii, blurs))
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        ink = np.empty((len(rows), FINE_SIDE, FINE_SIDE), np.uint8)
        for radius in np.unique(radii[rows]):
            same = radii[rows] == radius
            ink[same] = widen(dots(points[rows[same]]), int(radius))
        for blur in np.unique(blurs[rows]):
            same = blurs[rows] == blur
            pictures[rows[same]] = shrink(ink[same], int(blur))
    return pictures


def dots(points: Integers) -> Letters:
    """Fine pictures [n, 112, 112], 1 where a point lies."""
    ink = np.zeros((len(points), FINE_SIDE, FINE_SIDE), np.uint8)
    fine = np.clip(points // (UNIT // FINE), 0, FINE_SIDE - 1)
    ink[np.arange(len(points))[:, None], fine[..., 1], fine[..., 0]] = 1
    return ink


def widen(ink: Letters, radius: int) -> Letters:
    """The fine pictures with every dot widened to a disc of the given radius (quarters of a fine pixel)."""
    reach = radius // 4
    half_widths = [int(np.sqrt(radius * radius / 16 - dy * dy)) for dy in range(reach + 1)]
    widened, row = np.zeros_like(ink), ink.copy()
    width = 0
    for dy in range(reach, -1, -1):  # from the disc's narrow ends to its middle
        while width < half_widths[dy]:
            width += 1
            row[:, :, width:] |= ink[:, :, :-width]
            row[:, :, :-width] |= ink[:, :, width:]
        if dy:
            widened[:, dy:] |= row[:, :-dy]
            widened[:, :-dy] |= row[:, dy:]
    return widened | row


@cache
def shrinking_weights(blur: int) -> NDArray[np.float32]:
    """Weights [28, 112] that blur and then average blocks of 4: whole numbers, about 256 in a row, held as float32."""
    sigma = BLURS[blur] * FINE / 10
    offsets = np.arange(-FINE_SIDE, FINE_SIDE + 1)
    gauss = np.exp(-(offsets**2) / (2 * sigma**2))
    centres = np.arange(SIDE) * FINE
    rows = [
        sum(gauss[np.arange(FINE_SIDE) - (centre + inside) + FINE_SIDE] for inside in range(FINE)) for centre in centres
    ]
    return np.rint(256 * np.array(rows) / (FINE * gauss.sum())).astype(np.float32)


def shrink(ink: Letters, blur: int) -> Letters:
    """Pictures uint8 [n, 28, 28]: blurred, averaged over blocks, the brightest pixel raised to 255.

    The products stay whole numbers below 2^24, which float32 holds exactly: the order of summation does not matter.
    """
    weights = shrinking_weights(blur)
    grey = (weights @ (ink.astype(np.float32) @ weights.T)).astype(np.int64)
    brightest = grey.max(axis=(1, 2), keepdims=True)
    return ((grey * 255 + brightest // 2) // np.maximum(brightest, 1)).astype(np.uint8)
