"""Faces made of handwritten forms: each a different choice of `FORMS`, some of them written without lifting the pen."""

import numpy as np

from privlab.arrays import Floats
from privlab.data.drawn.glyphs import FORMS

FACES = tuple(f"hand_{number}" for number in range(1, 9))  # the first form of every letter, the second ...
HURRIED = tuple(f"hurried_{number}" for number in range(1, 9))  # the same, the pen never lifted


def strokes_of(name: str, letter: str) -> list[Floats]:
    """Strokes of one letter in a face of `FACES` or `HURRIED`: float arrays [points, 2].

    A letter with fewer forms than there are faces has the same form in several.
    Unit: the height of a capital; x to the right, y downwards, the baseline at 0.
    """
    hand, number = name.split("_")
    forms = FORMS[letter].split("|")
    strokes = [smooth(stroke) / (10, -10) for stroke in forms[(int(number) - 1) % len(forms)].split("/")]
    return [np.concatenate(strokes)] if hand == "hurried" else strokes


def smooth(text: str) -> Floats:
    """Points [n, 2] of a stroke: a Catmull-Rom curve through the points named, broken at those with "!"."""
    words = [point.split() for point in text.split(",")]
    points = np.array([[float(x), float(y.rstrip("!"))] for x, y in words])
    corners = [i for i, (_, y) in enumerate(words) if y.endswith("!") or i in (0, len(words) - 1)]
    parts = [curve(points[first : last + 1]) for first, last in zip(corners, corners[1:])]
    return np.concatenate(parts + [points[-1:]])


def curve(points: Floats, steps: int = 8) -> Floats:
    """Points on the Catmull-Rom curve through `points`, the last one left out."""
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, here, there, after = ends[:-3, None], ends[1:-2, None], ends[2:-1, None], ends[3:, None]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    on_curve = here + t / 2 * (
        there - before + t * (2 * before - 5 * here + 4 * there - after + t * (3 * (here - there) + after - before))
    )
    return on_curve.reshape(-1, 2)
