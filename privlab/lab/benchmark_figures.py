"""Figures that a lesson cannot measure while it runs: recorded from a long run, with the command and the machine."""

import html
import json
from pathlib import Path
from typing import Any

from IPython.display import display

FILE = Path(__file__).parent.parent / "figures.json"
WORDS = FILE.with_name("figure_words.json")  # what a reader calls a figure
SOURCES = {"emnist": "EMNIST's letters", "mnist": "MNIST's digits"}


def recorded(*names: str) -> None:
    """Shows recorded figures in a table, in a reader's words, and folded below it how they were measured.

    names : str, as the benchmarks name them; `name_low` and `name_high` are shown as the interval of `name`.
    Raises ValueError for a figure that was not recorded.
    """
    figures = {name: _figure(name) for name in names}
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    rows, runs = [], []
    for name, figure in figures.items():
        if any(name.removesuffix(end) in figures for end in ("_low", "_high") if name.endswith(end)):
            continue  # stands in the row of the figure itself
        rows.append((words.get(name, name.replace("_", " ")), _with_interval(name, figures)))
        run = f"{figure['command']}; {figure['machine']}; {figure['date']}"
        if figure["data"]:
            run += f"; on {SOURCES.get(figure['data'], figure['data'])}"
        if run not in runs:
            runs.append(run)
    width = max(len(what) for what, _ in rows)
    plain = [f"{what:<{width}}  {value}" for what, value in rows] + [f"recorded: {run}" for run in runs]
    cells = "".join(
        f'<tr><td style="text-align: left">{html.escape(what)}</td><td>{html.escape(value)}</td></tr>'
        for what, value in rows
    )
    measured = "".join(f"<div><code>{html.escape(run)}</code></div>" for run in runs)
    table = f"<table>{cells}</table><details><summary>recorded: how it was measured</summary>{measured}</details>"
    display({"text/html": table, "text/plain": "\n".join(plain)}, raw=True)


def recorded_value(name: str) -> float:
    """The value of one recorded figure, a number. Raises ValueError for a figure that was not recorded."""
    return _figure(name)["value"]


def _with_interval(name, figures):
    """The value with its unit and, where they were asked for, the ends of its interval."""
    figure = figures[name]
    said = in_words(figure)
    low, high = (figures.get(name + end) for end in ("_low", "_high"))
    if low and high:
        return f"{said} ({in_words(low)} to {in_words(high)})"
    return f"{said} (at least {in_words(low)})" if low else said


def in_words(figure: dict[str, Any]) -> str:
    """A value with its unit: shares as per cent, ratios with a times sign, whole numbers in full."""
    value, unit = figure["value"], figure["unit"]
    kind, _, rest = unit.partition(", ")
    if kind in ("rate", "%"):
        return f"{100 * value if kind == 'rate' else value:.4g} %" + (f" of {rest}" if rest else "")
    unit = "" if unit == "sigma" else unit
    number = f"{value:,d}" if isinstance(value, int) else f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"
    return f"× {number}" if unit in ("x", "ratio", "times") else f"{number} {unit}".strip()


def _figure(name):
    figures = json.loads(FILE.read_text())
    if name not in figures:
        raise ValueError(
            f"no figure is recorded as {name!r}: `python -m benchmarks NAME --record` records what it measures"
        )
    return figures[name]
