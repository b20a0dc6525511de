"""A pad on which the reader draws a letter; a given one stands in until then, and wherever there is no reader."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.display import display

from privlab.arrays import Letter
from privlab.lab.spoken import view_of
from privlab.lab.style import new_figure, png

CODE = Path(__file__).with_suffix(".js")


class LetterPad:
    """A pad to draw a letter on. `letter` is the picture that was drawn, or the given one. It displays itself."""

    def __init__(self, given: Letter, from_strokes: Callable[[list], Letter], name: str):
        self.given, self.from_strokes, self.name = given, from_strokes, name
        self.letter = given
        self.widget = self._widget()

    def _widget(self):
        """The pad, or None where `anywidget` is missing."""
        try:
            import anywidget
            import traitlets
        except ImportError:
            return None

        class Pad(anywidget.AnyWidget):
            """The pad in the browser: the strokes that it sends, and what is said below it."""

            _esm = CODE.read_text(encoding="utf-8")
            strokes = traitlets.List().tag(sync=True)
            label = traitlets.Unicode().tag(sync=True)
            said = traitlets.Unicode().tag(sync=True)

        keys = "arrow keys move the pen, the space key lowers and lifts it"
        pad = Pad(label=f"Draw {self.name}: {keys}", said=f"Draw {self.name} with mouse or finger; or {keys}.")
        pad.observe(lambda change: self.take(change.new), names="strokes")
        return pad

    def take(self, strokes: list) -> None:
        """Makes the strokes of the pen the letter; the given one stands in again when there are none."""
        self.letter = self.from_strokes(strokes) if strokes else self.given
        self.widget.said = (
            f"This is {self.name} of your own now: run the next cells."
            if strokes
            else f"The given letter stands in until you have drawn {self.name}."
        )

    def _ipython_display_(self):
        figure, axes = new_figure((1.6, 1.6))
        axes.imshow(self.letter, cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        alt = f"{self.name[0].upper()}{self.name[1:]} that is given, white on black"
        data: dict[str, Any] = {"text/plain": alt, "image/png": base64.b64encode(png(figure)).decode()}
        if self.widget:
            data |= view_of(self.widget)
        display(data, raw=True, metadata={"image/png": {"alt": alt}})
        print(f"The given letter stands in until {self.name} of your own is drawn.")


def letter_pad(given: Letter, from_strokes: Callable[[list], Letter], *, name: str = "a letter") -> LetterPad:
    """A `LetterPad`, which displays itself.

    given : uint8 [28, 28], the letter that stands in.
    from_strokes : makes such a picture of strokes, lists of points (`data.letter_from_strokes`).
    name : what to draw, "an a".
    """
    return LetterPad(given, from_strokes, name)
