"""A live figure: sliders in JupyterLab, a picture and its line of numbers wherever there is no kernel.

The picture is an image widget that a callback fills: `interact` and `Output` cannot be compared by nbval.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from IPython.display import display
from matplotlib.text import Text

from privlab.lab.spoken import spoken, view_of
from privlab.lab.style import new_figure, png
from privlab.language import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNSEEN = "position:absolute; left:-9999px"  # read aloud only
LINE = "white-space: pre-line; line-height: 1.4; max-width: 88ch"
GREEK = {"epsilon": "ε", "delta": "δ"}


def slider(low: float, high: float, value: float, step: float | None = None, play: bool = False) -> widgets.Widget:
    """A slider from `low` to `high` that starts at `value`; whole numbers make it step in whole numbers.

    play : whether a button beside it runs through its whole numbers by itself.
    Raises ValueError when the bounds are reversed, or `value` lies outside them or between two steps: a reader who has
    moved the slider could not come back to it.
    """
    if not low < high or not low <= value <= high:
        raise ValueError(f"a slider needs low < high and a value between them, got {low}, {high} and {value}")
    whole = all(isinstance(number, int) for number in (low, high, value))
    step = step or (1 if whole else (high - low) / 100)
    steps = (value - low) / step
    if abs(steps - round(steps)) > 1e-6:
        raise ValueError(f"a slider from {low} in steps of {step:g} never stands at {value}: choose another step")
    if whole:
        made = widgets.IntSlider(value, low, high, step, readout=False)
        made.plays = play
        return made
    return widgets.FloatSlider(value, min=low, max=high, step=step, readout=False)


def choice(options: Iterable[Any], value: Any = None) -> widgets.Dropdown:
    """A drop-down list of `options` that starts at `value`, or at the first."""
    options = list(options)
    return widgets.Dropdown(options=options, value=options[0] if value is None else value)


def on_grid(control: widgets.Widget, value: float) -> float:
    """The value as a multiple of the slider's step from its lower end, without the noise of binary fractions."""
    if not isinstance(control, widgets.FloatSlider):
        return value
    digits = max(-int(Decimal(repr(number)).normalize().as_tuple().exponent) for number in (control.step, control.min))
    return round(value, max(digits, 0))


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


def texts(figure: Figure) -> Iterator[Text]:
    """The texts of a drawn figure that can be seen."""
    for axes in figure.axes:
        legend = axes.get_legend()
        every = [axes.title, *axes.texts, *(legend.get_texts() if legend else [])]
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            ticks = [
                tick for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()) if low <= tick.get_loc() <= high
            ]
            every += [axis.label, axis.offsetText, *(label for tick in ticks for label in (tick.label1, tick.label2))]
        yield from (text for text in every if text.get_visible() and text.get_text().strip())


def outside(figure: Figure) -> list[str]:
    """Those texts of a drawn figure that do not lie inside it altogether."""
    width, height = figure.canvas.get_width_height()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    return [said for said, box in boxes if min(box.x0, box.y0) < -1 or box.x1 > width + 1 or box.y1 > height + 1]


class Explorer(widgets.VBox):
    """A figure that is drawn anew whenever one of its controls moves. `line` is its line of numbers."""

    def __init__(self, draw, controls, *, alt, panels=1, size=(6.4, 3.6), fixed=None):
        self.draw, self.controls, self.fixed, self.alt = draw, controls, fixed or {}, alt
        self.figure, self.axes = new_figure(size, panels, dpi=144)  # as sharp as a static one
        self._width, self._height = (round(96 * inches) for inches in size)
        self._is_laid_out = False
        self.image = widgets.Image(
            format="png",
            width=self._width,
            layout=widgets.Layout(max_width="100%", object_fit="contain", align_self="flex-start"),
        )
        self.image.add_class("privlab-figure")
        self.caption = widgets.HTML()
        for name, control in controls.items():
            words = getattr(draw, "labels", {})
            control.description = translate(words.get(name) or GREEK.get(name, name.replace("_", " ")))
        width = f"{0.58 * max(len(control.description) for control in controls.values()) + 1:.1f}em"
        rows = []
        for control in controls.values():
            control.style.description_width = width
            control.layout = widgets.Layout(flex="1 1 auto", min_width="0", max_width=f"calc({width} + 20em)")
            control.observe(self._on_change, names="value")
            row = [control, *self._number_box(control), *self._play_button(control)]
            rows.append(widgets.HBox(row, layout=widgets.Layout(max_width="100%", align_items="center")))
        if len(rows) > 4:  # in two columns, so that a screen holds controls and figure
            columns = widgets.Layout(grid_template_columns="repeat(2, minmax(0, 1fr))", max_width="52em")
            rows = [widgets.GridBox(rows, layout=columns)]
        super().__init__([*rows, self.image], layout=widgets.Layout(max_width="100%", overflow="hidden"))
        named = spoken(self, alt)
        self._unseen = "" if named else f'<span style="{UNSEEN}">{html.escape(alt)}.</span>'
        self.render()
        self.figure.set_layout_engine("none")  # laid out once: later redraws are faster
        self._is_laid_out = True

    def _number_box(self, control):
        """The number box beside a slider, tied to it; nothing beside another control."""
        if isinstance(control, widgets.Dropdown):
            return []
        kind = widgets.BoundedIntText if isinstance(control, widgets.IntSlider) else widgets.BoundedFloatText
        box = kind(
            on_grid(control, control.value),
            min=control.min,
            max=control.max,
            step=control.step,
            tooltip=translate("{name}, as a number", name=control.description),
            layout=widgets.Layout(width="6em", flex="0 0 auto"),
        )
        control.observe(lambda change: setattr(box, "value", on_grid(control, change.new)), names="value")
        box.observe(lambda change: setattr(control, "value", change.new), names="value")
        return [box]

    def _play_button(self, control):
        """The button that runs a slider made with `play`, tied to it in the browser; nothing for another control."""
        if not getattr(control, "plays", False):
            return []
        button = widgets.Play(control.value, min=control.min, max=control.max, step=control.step, interval=250)
        widgets.jslink((button, "value"), (control, "value"))
        return [button]

    def _on_change(self, change):
        value = on_grid(change.owner, change.new)
        if value == change.new:
            self.render()
        else:
            change.owner.value = value  # which draws

    def render(self) -> None:
        """Draws the figure for the controls' values and puts picture and line in place."""
        for axes in self.figure.axes:
            empty(axes)
        self.line = self.draw(
            self.axes, **self.fixed, **{name: control.value for name, control in self.controls.items()}
        )
        self.image.value = self._picture()  # first, since it is waited for
        self.caption.value = (
            f'{self._unseen}<div class="privlab-line" aria-live="polite" style="{LINE}">{html.escape(self.line)}</div>'
        )

    def _picture(self):
        """The figure as PNG. A text that a new value has made longer than the margins gets them laid out anew."""
        picture = png(self.figure)
        if self._is_laid_out and outside(self.figure):
            self.figure.set_layout_engine("constrained")
            picture = png(self.figure)
            self.figure.set_layout_engine("none")
        return picture

    def _ipython_display_(self):
        picture = {**view_of(self), "text/plain": self.alt, "image/png": base64.b64encode(self.image.value).decode()}
        size = {"width": self._width, "height": self._height}
        display(picture, raw=True, metadata={"image/png": {"alt": self.alt, **size}})
        display({**view_of(self.caption), "text/plain": self.line}, raw=True)


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
    controls : `slider(...)` or `choice(...)` by the name of the value it sets; `style.labels` says what it is called.
    Raises ValueError without a text alternative or without a control.
    """
    if not alt:
        raise ValueError("a figure needs a text alternative: explore(draw, alt='Curves: ...', ...)")
    if not controls:
        raise ValueError("explore needs a control, such as epsilon=slider(0.1, 4.0, 1.0); without one use show")
    return Explorer(draw, controls, alt=alt, panels=panels, size=size, fixed=fixed)
