"""Pictures and sentences that cannot rot."""

import base64
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython.display import display
from matplotlib.figure import Figure

from privlab.lab.spoken import spoken, view_of
from privlab.lab.style import new_figure, png


def show(
    figure: Figure | Callable[..., str],
    *,
    alt: str,
    line: str | None = None,
    panels: int = 1,
    size: tuple[float, float] = (6.4, 3.6),
    **values: Any,
) -> None:
    """Displays a figure with its text alternative and prints the line of its numbers.

    figure : a `draw(axes, **values)` function that draws and returns the line, or a ready matplotlib `Figure`.
    alt : str, what the picture shows, for a reader who cannot see it.
    line : str, the line of numbers of a ready figure.
    panels, size : axes side by side, width and height in inches, for a `draw` function; `values` go to it.
    Raises ValueError when `alt` or the line is empty.
    """
    if not alt:
        raise ValueError("a figure needs a text alternative: show(draw, alt='Bars: ...')")
    if not isinstance(figure, Figure):
        draw, (figure, axes) = figure, new_figure(size, panels, dpi=144)
        line = draw(axes, **values)
    if not line:
        raise ValueError("a figure needs the line of its numbers: let draw return it, or pass line='...'")
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    picture = png(figure)
    data: dict[str, Any] = {"image/png": base64.b64encode(picture).decode(), "text/plain": alt}
    live = _with_alternative(picture, alt, width)
    if live:
        data |= view_of(live)
    display(data, raw=True, metadata={"image/png": {"alt": alt, "width": width, "height": height}})
    print(line)


def _with_alternative(picture, alt, width):
    """The picture as a widget that has its text alternative, which JupyterLab gives to no other; None without a way."""
    image = widgets.Image(
        value=picture, format="png", width=width, layout=widgets.Layout(max_width="100%", object_fit="contain")
    )
    box = widgets.VBox([image], layout=widgets.Layout(max_width="100%", overflow="hidden", align_items="flex-start"))
    return box if spoken(box, alt) else None


def claim(sentence: str, holds: bool) -> None:
    """Prints the sentence with a tick when it holds.

    sentence : str, what is claimed, with its margin.
    holds : bool, whether what was measured bears it out.
    Raises AssertionError with the sentence when it does not.
    """
    if not holds:
        raise AssertionError(f"this claim does not hold here: {sentence}")
    print(f"✓ {sentence}")
