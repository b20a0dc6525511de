"""A live figure: sliders in JupyterLab, a picture and its line of numbers wherever there is no kernel.

The picture is an image widget that a callback fills: `interact` and `Output` cannot be compared by nbval.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from IPython.display import display

from privlab.lab.style import new_figure, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VIEW = "application/vnd.jupyter.widget-view+json"
UNSEEN = "position:absolute; left:-9999px"  # read aloud only: an image widget takes no alternative text
LABEL = {"description_width": "initial"}


def slider(low: float, high: float, value: float, step: float | None = None, play: bool = False) -> widgets.Widget:
    """A slider from `low` to `high` that starts at `value`; whole numbers make it step in whole numbers.

    play : whether a button beside it runs through its whole numbers by itself.
    Raises ValueError when the bounds are reversed or `value` lies outside them.
    """
    if not low < high or not low <= value <= high:
        raise ValueError(f"a slider needs low < high and a value between them, got {low}, {high} and {value}")
    if all(isinstance(number, int) for number in (low, high, value)):
        made = widgets.IntSlider(value, low, high, step or 1, readout=False, style=LABEL)
        made.plays = play
        return made
    return widgets.FloatSlider(value, min=low, max=high, step=step or (high - low) / 100, readout=False, style=LABEL)


def choice(options: Iterable[Any], value: Any = None) -> widgets.Dropdown:
    """A drop-down list of `options` that starts at `value`, or at the first."""
    options = list(options)
    return widgets.Dropdown(options=options, value=options[0] if value is None else value, style=LABEL)


def empty(axes: Axes) -> None:
    """Takes what was drawn off the axes and keeps their ticks, which cost more to make than all the rest.

    A `draw` that sets scales, ticks or an aspect sets them on every call, so nothing of the last drawing shows.
    """
    for bars in list(axes.containers):
        bars.remove()
    for artist in (*axes.lines, *axes.patches, *axes.collections, *axes.images, *axes.texts):
        artist.remove()
    legend = axes.get_legend()
    if legend:
        legend.remove()
    axes.set_prop_cycle(None)
    axes.set_title("")
    axes.relim()
    axes.autoscale(True)


class Explorer(widgets.VBox):
    """A figure that is drawn anew whenever one of its controls moves. `line` is its line of numbers."""

    def __init__(self, draw, controls, *, alt, panels=1, size=(6.4, 3.6), fixed=None):
        self.draw, self.controls, self.fixed, self.alt = draw, controls, fixed or {}, alt
        self.figure, self.axes = new_figure(size, panels)
        self.image = widgets.Image(
            format="png", layout=widgets.Layout(max_width="100%", object_fit="contain", align_self="flex-start")
        )
        self.caption = widgets.HTML()
        rows = []
        for name, control in controls.items():
            control.description = name.replace("_", " ")
            control.observe(self._on_change, names="value")
            rows.append(widgets.HBox([control, *self._number_box(control), *self._play_button(control)]))
        super().__init__([*rows, self.image])
        self.render()
        self.figure.set_layout_engine("none")  # laid out once: later redraws are faster

    def _number_box(self, control):
        """The number box beside a slider, tied to it in the browser; nothing beside another control."""
        if isinstance(control, widgets.Dropdown):
            return []
        kind = widgets.BoundedIntText if isinstance(control, widgets.IntSlider) else widgets.BoundedFloatText
        box = kind(
            control.value,
            min=control.min,
            max=control.max,
            step=control.step,
            tooltip=f"{control.description}, as a number",
            layout=widgets.Layout(width="6em"),
        )
        widgets.jslink((control, "value"), (box, "value"))
        return [box]

    def _play_button(self, control):
        """The button that runs a slider made with `play`, tied to it in the browser; nothing for another control."""
        if not getattr(control, "plays", False):
            return []
        button = widgets.Play(control.value, min=control.min, max=control.max, step=control.step, interval=250)
        widgets.jslink((button, "value"), (control, "value"))
        return [button]

    def _on_change(self, _):
        self.render()

    def render(self) -> None:
        """Draws the figure for the controls' values and puts picture and line in place."""
        for axes in self.figure.axes:
            empty(axes)
        self.line = self.draw(
            self.axes, **self.fixed, **{name: control.value for name, control in self.controls.items()}
        )
        self.caption.value = (
            f'<span style="{UNSEEN}">{html.escape(self.alt)}.</span>'
            f'<div class="privlab-line" aria-live="polite">{html.escape(self.line)}</div>'
        )
        self.image.value = png(self.figure)

    def _ipython_display_(self):
        picture = {
            VIEW: self._view(self),
            "text/plain": self.alt,
            "image/png": base64.b64encode(self.image.value).decode(),
        }
        display(picture, raw=True, metadata={"image/png": {"alt": self.alt}})
        display({VIEW: self._view(self.caption), "text/plain": self.line}, raw=True)

    @staticmethod
    def _view(widget):
        return {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}


def explore(
    draw: Callable[..., str],
    *,
    alt: str,
    panels: int = 1,
    size: tuple[float, float] = (6.4, 3.6),
    fixed: dict[str, Any] | None = None,
    **controls: widgets.Widget,
) -> Explorer:
    """An `Explorer`, which displays itself: `draw` drawn anew at every move of a control.

    draw : `draw(axes, **values)`, draws on axes that are empty and returns one line of the figure's numbers.
    alt : str, what the picture shows.
    panels, size : axes side by side; width and height in inches.
    fixed : dict of values that no control changes.
    controls : `slider(...)` or `choice(...)` by the name of the value it sets.
    Raises ValueError without a text alternative or without a control.
    """
    if not alt:
        raise ValueError("a figure needs a text alternative: explore(draw, alt='Curves: ...', ...)")
    if not controls:
        raise ValueError("explore needs a control, such as epsilon=slider(0.1, 4.0, 1.0); without one use show")
    return Explorer(draw, controls, alt=alt, panels=panels, size=size, fixed=fixed)
