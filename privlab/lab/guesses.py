"""Guesses: a reader says what will come out, the guess is kept, and is shown beside what came out."""

from __future__ import annotations

import html
import importlib
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from privlab.lab import progress_file
from privlab.lab.exercise import Unknown
from privlab.lab.spoken import spoken, view_of
from privlab.language import translate

WIDE = widgets.Layout(width="auto")
came_out: dict[str, Any] = {}  # what this kernel has shown, by the id of its guess


def _named():
    """What a control is called."""
    return {"description": translate("Your guess"), "style": {"description_width": "initial"}}


class Choice:
    """A guess that is one of a few answers. near : whether it is one of those that came out."""

    def __init__(self, *options: str):
        self.options = options

    def control(self, guess: str | None) -> widgets.RadioButtons:
        """The control that asks, at an earlier `guess` or at none."""
        guess = guess if guess in self.options else None
        options = [(translate(option), option) for option in self.options]
        return widgets.RadioButtons(options=options, value=guess, layout=WIDE, **_named())

    def said(self, value: str | Sequence[str]) -> str:
        """A guess or an outcome in words; an outcome may be several of the options."""
        return translate(" or ").join(map(translate, [value] if isinstance(value, str) else value))

    def near(self, guess: str, outcome: str | Sequence[str]) -> bool:
        """Whether the guess is (one of) what came out. Raises ValueError for an outcome that nobody could choose."""
        said = {translate(option): option for option in self.options}  # a translated lesson says it in its own words
        came_out = [said.get(each, each) for each in ([outcome] if isinstance(outcome, str) else outcome)]
        if not set(came_out) <= set(self.options):
            raise ValueError(f"{self.said(outcome)!r} is not among the options {', '.join(self.options)}")
        return guess in came_out

    def listed(self) -> list[str]:
        """The options, to be read without a kernel."""
        return [translate(option) for option in self.options]


class Number:
    """A guess of a size, from `low` to `high`, counted in `unit`.

    wide : whether sizes are compared by their ratio: near is then within a factor of 2, else a tenth of the range.
    """

    def __init__(self, low: float, high: float, unit: str = "", *, step: float | None = None, wide: bool = False):
        self.low, self.high, self.unit, self.wide = low, high, unit, wide
        whole = all(isinstance(number, int) for number in (low, high))
        self.step = step or (1 if whole else (high - low) / 100)

    def control(self, guess: float | None) -> widgets.Widget:
        """The control that asks: a number box."""
        whole = isinstance(self.step, int) and isinstance(self.low, int)
        kind = widgets.BoundedIntText if whole else widgets.BoundedFloatText
        start = self.low if guess is None else guess
        layout = widgets.Layout(width="14em")
        return kind(start, min=self.low, max=self.high, step=self.step, layout=layout, **_named())

    def said(self, value: float) -> str:
        """A guess or an outcome with its unit."""
        unit = translate(self.unit) if self.unit else ""
        return f"{_number(value)}{'' if unit.startswith('%') else ' '}{unit}".strip()

    def near(self, guess: float, outcome: float) -> bool:
        """Whether the guess is near what came out."""
        if self.wide:
            small, large = sorted((abs(float(guess)), abs(float(outcome))))
            return large <= 2 * small
        return abs(guess - float(outcome)) <= (self.high - self.low) / 10

    def listed(self) -> list[str]:
        """The range, to be read without a kernel."""
        return [translate("a number from {low} to {high}", low=_number(self.low), high=self.said(self.high))]


def _number(value):
    """A number without its unit: whole ones and large ones whole, others with three digits."""
    value = float(value)
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 1_000 else f"{value:.3g}"


class Words:
    """A guess in the reader's own words, which nobody but the reader can compare with what came out."""

    def control(self, guess: str | None) -> widgets.Textarea:
        """The control that asks."""
        return widgets.Textarea(guess or "", rows=2, layout=widgets.Layout(width="44em", max_width="100%"), **_named())

    def said(self, value: str) -> str:
        """The words."""
        return value

    def near(self, guess: str, outcome: str) -> None:
        """Not told."""
        return None

    def listed(self) -> list[str]:
        """What to do without a kernel."""
        return [translate("a sentence of your own")]


def predictions(topic: str) -> dict[str, Choice | Number | Words]:
    """What a topic ("raises") asks its reader to guess, by id, in the order of its file; nothing where it asks none."""
    module = f"privlab.lessons.{topic}.predictions"
    try:
        asked = importlib.import_module(module).PREDICTIONS
    except ModuleNotFoundError as error:
        if error.name not in (module, module.rpartition(".")[0]):
            raise
        return {}
    return {f"{topic}.{name}": prediction for name, prediction in asked.items()}


def _find(id):
    """The prediction of that id. Raises KeyError in one sentence when there is none."""
    known = predictions(str(id).split(".")[0])
    if id not in known:
        raise Unknown(f"there is no prediction {id!r}" + (f" among {', '.join(known)}" if known else ""))
    return known[id]


class Prediction(widgets.VBox):
    """A question that keeps the reader's guess. It displays itself."""

    def __init__(self, id: str):
        self.id, self.asked = id, _find(id)
        kept = progress_file.load()["guesses"].get(id, {}) if progress_file.recording else {}
        self.control = self.asked.control(kept.get("guess"))
        self.button = widgets.Button(
            description=translate("Keep this guess"), layout=widgets.Layout(width="auto", align_self="flex-start")
        )
        self.button.on_click(lambda _: self.keep())
        self.message = widgets.HTML()
        beside = self._beside() if isinstance(self.asked, Number) else []
        super().__init__([widgets.HBox([self.control, *beside]), self.button, self.message])
        spoken(self)
        if "guess" in kept:
            self._say(
                translate(
                    "You guessed {guess}, on {date}.", guess=self.asked.said(kept["guess"]), date=kept["date"][:10]
                )
            )

    def _beside(self):
        """The unit of a number, and a slider tied to its box in the browser."""
        unit = widgets.HTML(html.escape(translate(self.asked.unit) if self.asked.unit else ""))
        if self.asked.wide:
            return [unit]
        kind = widgets.IntSlider if isinstance(self.control, widgets.BoundedIntText) else widgets.FloatSlider
        slider = kind(self.control.value, min=self.asked.low, max=self.asked.high, step=self.asked.step, readout=False)
        widgets.jslink((slider, "value"), (self.control, "value"))
        return [unit, slider]

    def _say(self, sentence):
        self.message.value = f'<div role="status">{html.escape(sentence)}</div>'

    def keep(self) -> None:
        """Keeps the guess, unless what came out has been shown already."""
        guess = self.control.value
        if guess is None or guess == "":
            self._say(translate("Choose or write something first."))
        elif self.id in came_out or "outcome" in progress_file.load()["guesses"].get(self.id, {}):
            self._say(
                translate("What came out has been shown already, so this is no guess any more: it is not counted.")
            )
        elif not progress_file.recording:
            self._say(translate("A solved twin keeps no guesses: guess in the lesson itself."))
        else:
            progress_file.record_guess(self.id, guess=guess, date=progress_file.now())
            self._say(translate("Kept: {guess}. Run the next cell.", guess=self.asked.said(guess)))

    def static(self) -> str:
        """The question as HTML that needs no kernel: the possible answers fold open."""
        answers = "".join(f"<li>{html.escape(text)}</li>" for text in self.asked.listed())
        asked = html.escape(translate("Your guess? Decide before you read on."))
        return f"<details><summary>{asked}</summary><ul>{answers}</ul></details>"

    def plain(self) -> str:
        """The question as text."""
        return "\n".join([translate("Your guess?"), *(f"  {text}" for text in self.asked.listed())])

    def _ipython_display_(self):
        display({**view_of(self), "text/html": self.static(), "text/plain": self.plain()}, raw=True)


class Outcome:
    """What came out, beside the guess. It displays itself, and says nothing of what came out to whoever did not guess:
    the cell shows it anyway, and what is printed here is the same on every machine.
    """

    def __init__(self, sentence: str, near: bool | None):
        self.sentence, self.near = sentence, near

    def __repr__(self):
        return self.sentence

    def _repr_html_(self):
        ground = {True: "#1a7f37", False: "#8a5300", None: "#5f6368"}[self.near]
        frame = f"border-left: 4px solid {ground}; padding: 2px 12px; max-width: 88ch; overflow-wrap: break-word"
        return f'<div style="{frame}">{html.escape(self.sentence)}</div>'


def predict(id: str) -> Prediction:
    """A `Prediction`, which asks for a guess and displays itself. Raises KeyError for an unknown id."""
    return Prediction(id)


def outcome(id: str, value: Any) -> None:
    """Shows the reader's guess beside what came out, and keeps both.

    value : what came out: an option or a list of options, a number, or a sentence, as the prediction asks.
    Raises KeyError for an unknown id, and ValueError for an outcome that nobody could choose.
    """
    asked = _find(id)
    if isinstance(asked, Choice):
        asked.near("", value)
    kept = progress_file.load()["guesses"].get(id, {}) if progress_file.recording else {}
    came_out[id] = value
    if "guess" not in kept:
        display(Outcome(translate("You kept no guess of this."), None))
        return
    near = asked.near(kept["guess"], value)
    progress_file.record_guess(id, outcome=asked.said(value), near=near)
    verdict = {True: translate(" You guessed well."), False: translate(" Not what you guessed."), None: ""}[near]
    display(
        Outcome(
            translate(
                "Your guess: {guess}. What came out: {value}.{verdict}",
                guess=asked.said(kept["guess"]),
                value=asked.said(value),
                verdict=verdict,
            ),
            near,
        )
    )
