"""A box into which the reader types a value of his own; a given one stands in until then, and wherever there is no
reader.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from privlab.lab.spoken import view_of
from privlab.language import translate


class ValueBox:
    """A box to type a value into. `value` is what was typed, as `read` reads it, or the given one. It displays itself.

    Until something that can be read is typed, the last value stays.
    """

    def __init__(self, given: str, read: Callable[[str], Any], name: str):
        self.read, self.name = read, name
        self.value = read(given)
        self._stands_in = translate(
            "{Name} of your own? Until you type one, {given} stands in.",
            Name=f"{name[0].upper()}{name[1:]}",
            given=given,
        )
        self.message = widgets.HTML()
        self.text = widgets.Text(
            given,
            description=f"{name[0].upper()}{name[1:]}",
            continuous_update=False,
            style={"description_width": "initial"},
            layout=widgets.Layout(width="16em"),
        )
        self.text.observe(lambda change: self.take(change.new), names="value")
        self._say(self._stands_in)
        self.widget = widgets.VBox([self.text, self.message])

    def _say(self, sentence):
        self.message.value = f'<div role="status">{html.escape(sentence)}</div>'

    def take(self, typed: str) -> None:
        """Makes what was typed the value, or says why it cannot be."""
        try:
            self.value = self.read(typed)
        except ValueError as error:
            self._say(translate("{error}; the one before stays.", error=error))
        else:
            self._say(translate("This is {name} of your own now: run the next cells.", name=self.name))

    def _ipython_display_(self):
        display({**view_of(self.widget), "text/plain": self._stands_in}, raw=True)


def value_box(given: str, read: Callable[[str], Any], *, name: str) -> ValueBox:
    """A `ValueBox`, which displays itself.

    given : what stands in, as it would be typed.
    read : makes the value of what was typed; raises ValueError in one sentence, without a full stop, for what it cannot
        read.
    name : what to type, "a raise".
    """
    return ValueBox(given, read, name)
