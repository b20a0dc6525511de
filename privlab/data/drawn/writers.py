"""A writer's hand: slant, width, pen, wobble and faces, kept across the 52 letters the writer writes."""

from collections.abc import Sequence

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.data.drawn.fonts import face
from privlab.data.drawn.rasterizer import BLURS, FINE, SIDE, UNIT

LETTERS = 52
STYLES = 5  # numbers that stay with a writer: width, slant, turn, pen and wobble
HABITS = 3  # faces that a writer mixes
WAVES = 3  # that bend a letter
LETTER_NORMALS = 5 + 2 * WAVES
LETTER_UNIFORMS = 1 + 6 * WAVES
STROKES = 32  # at most, in one letter
STROKES_MOVED = 5  # letters of more strokes are doubled or serifed: theirs must not come apart


class Hands:
    """The random numbers of writers: each writer's come from a generator of its own, so any of them can be redrawn."""

    def __init__(self, seed, writers):
        """seed : int. writers : sequence of int, the writers' ids."""
        generators = [np.random.default_rng([seed, writer]) for writer in writers]
        self.writers = np.asarray(writers)
        self.style = np.stack([g.standard_normal(STYLES) for g in generators])
        self.habit = np.stack([g.random(HABITS) for g in generators])
        self.choice = np.stack([g.random((2, LETTERS)) for g in generators])
        self.normal = np.stack([g.standard_normal((LETTERS, LETTER_NORMALS)) for g in generators])
        self.uniform = np.stack([g.random((LETTERS, LETTER_UNIFORMS)) for g in generators])
        self.shake = np.stack([g.standard_normal((LETTERS, STROKES, 4)) for g in generators])
        self.order = np.argsort(self.choice[:, 0], axis=1, kind="stable")


def write(
    hands: Hands, which: Integers, letters: Integers, faces: Sequence[str], weights: Sequence[float]
) -> tuple[Integers, Integers, Integers]:
    """What `raster` needs for n letters: points [n, 256, 2] in 1/64 pixel, radii [n], blurs [n].

    which : int [n], rows of `hands`. letters : int [n], 0..51 = a..z, A..Z.
    faces : names of the faces a writer chooses from, with probabilities in proportion to `weights`.
    """
    style, normal, uniform = hands.style[which], hands.normal[which, letters], hands.uniform[which, letters]
    habit = (hands.choice[which, 1, letters] * HABITS).astype(int)
    points, strokes = choose_faces(hands.habit[which, habit], letters, faces, weights)
    points = points - middle(points)
    size = extent(points)[:, None, None]
    few_strokes = strokes.max(axis=1) < STROKES_MOVED
    wobble = np.exp(0.4 * style[:, 4] - 0.4)
    shake = np.take_along_axis(hands.shake[which, letters], strokes[..., None], axis=1)
    loose = (few_strokes * wobble)[:, None, None] * shake
    points = points + jolt(points, strokes, loose, size) + bend(points / size, wobble, normal, uniform) * size
    points = tilt(points, style, normal)
    return place(points, style, normal, uniform)


def choose_faces(
    draws: Floats, letters: Integers, faces: Sequence[str], weights: Sequence[float]
) -> tuple[Floats, Integers]:
    """Points [n, 256, 2] and stroke numbers [n, 256] of the letters, in the faces that draws from 0 to 1 fall on."""
    edges = np.cumsum(weights)[:-1] / np.sum(weights)
    chosen = np.searchsorted(edges, draws)
    forms = [face(name) for name in faces]
    points = np.stack([form[0] for form in forms])[chosen, letters]
    strokes = np.stack([form[1] for form in forms])[chosen, letters]
    return points, strokes


def jolt(points: Floats, strokes: Integers, loose: Floats, size: Floats) -> Floats:
    """Shifts [n, 256, 2] that move, stretch and turn each stroke a little, as a quick hand misplaces a bar."""
    middles = np.zeros_like(points)
    for stroke in range(STROKES_MOVED):
        own = (strokes == stroke)[..., None]
        middles += own * (points * own).sum(axis=1, keepdims=True) / np.maximum(own.sum(axis=1, keepdims=True), 1)
    x, y = np.moveaxis(points - middles, -1, 0)
    turn, stretch = 0.1 * loose[..., 2], 0.1 * loose[..., 3]
    return 0.04 * size * loose[..., :2] + np.stack([stretch * x - turn * y, turn * x + stretch * y], axis=-1)


def bend(points: Floats, wobble: Floats, normal: Floats, uniform: Floats) -> Floats:
    """Shifts [n, 256, 2] of the points by a few slow waves over the letter."""
    n = len(points)
    height = normal[:, 5:].reshape(n, 2, WAVES) * 0.055 * wobble[:, None, None]
    phase = uniform[:, 1 : 1 + 2 * WAVES].reshape(n, 2, WAVES) * 2 * np.pi
    rate = (0.2 + 0.8 * uniform[:, 1 + 2 * WAVES :].reshape(n, 2, WAVES, 2)) * 2 * np.pi
    x, y = points[..., 0], points[..., 1]
    shifts = np.zeros_like(points)
    for axis in range(2):
        for wave in range(WAVES):
            angle = rate[:, axis, wave, 0, None] * x + rate[:, axis, wave, 1, None] * y + phase[:, axis, wave, None]
            shifts[..., axis] += height[:, axis, wave, None] * np.sin(angle)
    return shifts


def tilt(points: Floats, style: Floats, normal: Floats) -> Floats:
    """The points made wider or narrower, slanted and turned."""
    wide = np.exp(0.15 + 0.22 * style[:, 0] + 0.08 * normal[:, 0])[:, None]
    slant = (0.22 * style[:, 1] + 0.08 * normal[:, 1])[:, None]
    angle = (0.08 * style[:, 2] + 0.06 * normal[:, 2])[:, None]
    x, y = points[..., 0], points[..., 1]
    x = wide * x - slant * y
    return np.stack([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], axis=-1)


def place(points: Floats, style: Floats, normal: Floats, uniform: Floats) -> tuple[Integers, Integers, Integers]:
    """The points scaled into the picture and rounded to 1/64 pixel, the pen's radii and the blurs.

    A small letter is enlarged more than a tall one, and with it its pen and its blur, as EMNIST does
    (Cohen et al. 2017, section II.A: crop, pad to a square, scale to 28 x 28).
    """
    size = extent(points)
    enlarged = np.sqrt(0.75 / size)
    pen = np.clip(2.7 * enlarged * np.exp(0.27 * style[:, 3] + 0.12 * normal[:, 3]), 1.2, 5.0)
    box = np.array([20.5, 22.5, 22.5, 24.0])[(uniform[:, 0] * 4).astype(int)]
    scale = (box - pen) / size
    points = (points - middle(points)) * scale[:, None, None] + SIDE / 2
    blur = np.clip(np.rint(10 * enlarged * (0.55 + 0.1 * normal[:, 4])) - BLURS[0], 0, len(BLURS) - 1).astype(int)
    return np.rint(points * UNIT).astype(np.int64), np.rint(pen / 2 * FINE * 4).astype(int), blur


def middle(points: Floats) -> Floats:
    """Middle of each letter's box, [n, 1, 2]."""
    return (points.min(axis=1, keepdims=True) + points.max(axis=1, keepdims=True)) / 2


def extent(points: Floats) -> Floats:
    """The longer side of each letter's box, [n]."""
    return (points.max(axis=1) - points.min(axis=1)).max(axis=1)
