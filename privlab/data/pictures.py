"""Letters as pictures, for the figures of several lessons. Each function draws on the axes it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Image, Images

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_picture(panel: Axes, picture: Image, title: str, low: float, high: float) -> None:
    """One picture [28, 28] in grey, black at `low` and white at `high`, without axes."""
    panel.imshow(picture, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    panel.set_title(title)
    panel.set_axis_off()


def draw_letters(axes: Axes | NDArray[Any], letters: Sequence[Image], titles: Sequence[str]) -> str:
    """Letters side by side, one for each of the axes; the line is the titles.

    axes : array of as many `Axes` as letters, or a single one for one letter.
    letters : pictures [n, 28, 28], uint8 or floats from 0 to 1.
    titles : n str.
    """
    panels = axes.ravel() if isinstance(axes, np.ndarray) else [axes]
    for panel, letter, title in zip(panels, letters, titles):
        draw_picture(panel, letter, title, 0, 255 if np.asarray(letter).dtype == np.uint8 else 1)
    return ", ".join(titles)


def draw_rows_of_letters(axes: Axes, rows: dict[str, Images], said: str) -> str:
    """Rows of letters one above the other, named at the left; the line is `said`.

    axes : one `Axes`.  rows : dict from a name to pictures [n, 28, 28], uint8 or floats from 0 to 1, or bool.
    said : str.
    """
    pictures = [_strip(letters) for letters in rows.values()]
    axes.imshow(np.vstack(pictures), vmin=0, vmax=1, interpolation="nearest")
    axes.set_yticks(30 * np.arange(len(rows)) + 15, list(rows))
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return said


def _strip(letters):
    """Letters side by side with a little room between them, floats [30, 30 n]."""
    pictures = np.asarray(letters) / (255 if np.asarray(letters).dtype == np.uint8 else 1)
    return np.hstack([np.pad(np.clip(picture, 0, 1), 1, constant_values=0.25) for picture in pictures])
