"""How every figure of the course looks: colours anyone can tell apart, line styles beside them, 12 point text."""

import io
from collections.abc import Callable
from typing import Any, TypeVar

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito (2008): blue, vermillion, green, orange, sky, purple, grey; their yellow darkened, to be seen on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7", "#9A8700", "#7F7F7F")
LINES = ("-", "--", "-.", ":") * 2

Draw = TypeVar("Draw", bound=Callable[..., str])

matplotlib.rcdefaults()  # a reader may have a dark style of his own
matplotlib.rcParams.update(
    {
        "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=LINES),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 12,
        "figure.constrained_layout.h_pad": 0.1,  # inches: a title does not touch the line above its figure
        "figure.facecolor": "white",
        "font.size": 12,
        "image.cmap": "gray",
        "legend.edgecolor": "none",  # a line that runs through a legend fades behind its words
        "legend.fancybox": False,
        "lines.linewidth": 2.5,
    }
)


def labels(**words: str) -> Callable[[Draw], Draw]:
    """A decorator of a `draw` function: what its live controls are called, with their units, by the value they set."""

    def labelled(draw: Draw) -> Draw:
        draw.labels = words  # type: ignore[attr-defined]
        return draw

    return labelled


def new_figure(size: tuple[float, float] = (6.4, 3.6), panels: int = 1, dpi: float = 96) -> tuple[Figure, Any]:
    """An empty figure in the course's style and its axes: one `Axes`, or an array of `panels` of them side by side.

    Not made by pyplot: nothing is shown twice and nothing is kept alive.
    """
    figure = Figure(figsize=size, dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, panels)


def png(figure: Figure) -> bytes:
    """The figure as PNG bytes, the same for the same drawing (no date, no software name)."""
    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    with io.BytesIO() as file:
        picture.save(file, "png", compress_level=3)
        return file.getvalue()
