"""Frames of the live figures of a lesson, so that their controls move on a page that has no kernel.

This runs behind a lesson's cells, in their kernel. Each figure is drawn at every point of a grid over the values of its
controls, as SVG; the frames of a figure share nearly all their lines, so each line is kept once.
"""

import base64
import gzip
import io
import itertools
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from ipywidgets import Dropdown
from PIL import Image

from privlab.lab import guesses
from privlab.lab.live_figures import Explorer, empty, on_grid, outside
from privlab.settings import PACKAGE

MOST = 240  # points of a grid, about; drop-down lists are never thinned
MOST_BYTES = 400_000  # of a figure's frames, compressed
POINTS = 72  # an inch
FEWEST = 5  # values that a slider keeps
_LONG_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{3,}(?=[\s,)\"])")
_PICTURE = re.compile(r"data:image/png;base64,([\w+/=\s]+)")
_shown: list[Explorer] = []


class FrameError(ValueError):
    """A figure that cannot stand on a page as it is."""


def watch() -> None:
    """Notes from here on every live figure that is shown, in their order."""
    show = Explorer._ipython_display_

    def noted(live: Explorer) -> None:
        _shown.append(live)
        show(live)

    Explorer._ipython_display_ = noted  # type: ignore[method-assign]


def values_of(control: Any) -> list[Any]:
    """Every value that a control can take, in order."""
    if isinstance(control, Dropdown):
        return list(control.options)
    steps = math.floor((control.max - control.min) / control.step + 1e-9)
    kind = type(control.value)
    return [kind(on_grid(control, control.min + place * control.step)) for place in range(steps + 1)]


def thinned(values: list[Any], count: int, shipped: Any) -> list[Any]:
    """About `count` of a slider's values: every 2nd, 4th, 5th, 10th ... from round numbers on, with both ends and the
    value that it is shipped with.
    """
    if len(values) <= count:
        return values
    home, width = values.index(shipped), values[1] - values[0]
    for stride in (round(digit * 10**power) for power in range(6) for digit in (2, 4, 5, 10)):
        first = round(-values[0] / width) % stride
        kept = sorted({0, home, len(values) - 1, *range(first, len(values), stride)})
        if len(kept) <= count + 2:
            break
    return [values[place] for place in kept]


def grid_of(controls: dict[str, Any], most: int = MOST) -> dict[str, list[Any]]:
    """The values to draw of each control, by its name: the longest slider is thinned until `most` points are left.

    controls : as a live figure has them.
    """
    whole = {name: values_of(control) for name, control in controls.items()}
    counts = {name: len(values) for name, values in whole.items()}
    sliders = [name for name, control in controls.items() if not isinstance(control, Dropdown)]
    while math.prod(counts.values()) > most and any(counts[name] > FEWEST for name in sliders):
        longest = max(sliders, key=lambda name: counts[name])
        others = math.prod(count for name, count in counts.items() if name != longest)
        second = max((counts[name] for name in sliders if name != longest), default=FEWEST)
        counts[longest] = max(FEWEST, min(counts[longest] - 1, max(most // others, second - 1)))
    return {
        name: thinned(values, counts[name], controls[name].value) if name in sliders else values
        for name, values in whole.items()
    }


def frame(live: Explorer, values: dict[str, Any]) -> tuple[list[str], str]:
    """The lines of the SVG of a live figure at these values, and its line of numbers.

    Raises FrameError when a text leaves the picture.
    """
    live.figure.dpi = POINTS  # as the SVG has it, so that its texts are measured where they stand
    for axes in live.figure.axes:
        empty(axes)
    line = live.draw(live.axes, **live.fixed, **values)
    svg = _svg(live)
    if outside(live.figure):  # a longer text gets its room, as `Explorer` gives it
        live.figure.set_layout_engine("constrained")
        svg = _svg(live)
        live.figure.set_layout_engine("none")
    if left := outside(live.figure):
        raise FrameError(f"{live.draw.__name__}, {values}: {left} leaves the picture")
    return svg, line


def _svg(live):
    """The figure as it stands, as the lines of an SVG whose coordinates are hundredths of a point."""
    with io.StringIO() as file:
        live.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        text = file.getvalue()
    text = _PICTURE.sub(_grey, text[text.index("<svg") :].strip())
    return _LONG_NUMBER.sub(_rounded, text).split("\n")


def _grey(found):
    """A picture in an SVG, a number a pixel instead of four where it is grey and nothing shines through it."""
    picture = Image.open(io.BytesIO(base64.b64decode(found[1])))
    pixels = np.asarray(picture.convert("RGBA"))
    if (pixels[..., 3] < 255).any() or (pixels[..., :1] != pixels[..., :3]).any():
        return found[0]
    with io.BytesIO() as file:
        picture.convert("L").save(file, "png", optimize=True)
        return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _rounded(found):
    """A coordinate to a hundredth; a number below 1 may be a scale and keeps six digits."""
    number = float(found[0])
    return f"{number:.2f}".rstrip("0").rstrip(".") if abs(number) >= 1 else f"{number:.6g}"


def runs(numbers: tuple[int, ...]) -> list[int]:
    """Where each run of consecutive numbers starts and how long it is: [7, 3, 4, 1] of 7, 8, 9, 4."""
    found: list[int] = []
    for number in numbers:
        if found and number == found[-2] + found[-1]:
            found[-1] += 1
        else:
            found += [number, 1]
    return found


def frames(live: Explorer, most: int = MOST) -> dict[str, Any]:
    """All frames of a live figure, as its page reads them.

    `controls`, those that change the picture least often last; `order`, how they stand on the page; by the place of a
    point in the grid its picture, in `frames`, and its line, in `said`; `sentences`, `pictures` as runs of `lines`.
    """
    grid = grid_of(live.controls, most)
    names = sorted(grid, key=lambda name: len(grid[name]))
    lines: dict[str, int] = {}
    pictures: dict[tuple[int, ...], int] = {}
    sentences: dict[str, int] = {}
    shown, said = [], []
    for point in itertools.product(*(grid[name] for name in names)):
        svg, line = frame(live, dict(zip(names, point)))
        key = tuple(lines.setdefault(part, len(lines)) for part in svg)
        shown.append(pictures.setdefault(key, len(pictures)))
        said.append(sentences.setdefault(line, len(sentences)))
    controls = [
        {
            "name": live.controls[name].description,
            "values": grid[name],
            "at": grid[name].index(live.controls[name].value),
            "choice": isinstance(live.controls[name], Dropdown),
            "play": bool(getattr(live.controls[name], "plays", False)),
        }
        for name in names
    ]
    return {
        "controls": controls,
        "order": [names.index(name) for name in live.controls],
        "frames": shown,
        "said": said,
        "sentences": list(sentences),
        "pictures": [runs(key) for key in pictures],
        "lines": list(lines),
    }


def keep(lesson: str, folder: str, most: int = MOST) -> None:
    """Writes the frames of every figure that was shown since `watch`, and what they are made of.

    Of figure 0 these are `0.js`, its frames, and `0.svg`, its shipped one; `figures.json` tells each one's alternative,
    size in pixels, panels, line and what it weighs, and what came out of the guesses of these cells.
    Raises FrameError for a figure that is too heavy or whose text leaves it.
    """
    matplotlib.rcParams["svg.hashsalt"] = "privlab"  # the same names in every frame
    told = []
    for number, live in enumerate(_shown):
        svg, line = frame(live, {name: control.value for name, control in live.controls.items()})
        found = frames(live, most)
        text = f"privlabFigure({json.dumps(f'{lesson}/{number}')}, {_json(found)});\n"
        weight = len(gzip.compress(text.encode()))
        if weight > MOST_BYTES:
            raise FrameError(f"{lesson}, {live.draw.__name__}: its frames weigh {weight} bytes, more than {MOST_BYTES}")
        Path(folder, f"{number}.svg").write_text("\n".join(svg), encoding="utf-8", newline="\n")
        Path(folder, f"{number}.js").write_text(text, encoding="utf-8", newline="\n")
        width, height = live.figure.get_size_inches()
        told.append(
            {
                "alt": live.alt,
                "line": line,
                "size": [round(96 * width), round(96 * height)],
                "panels": len(live.figure.axes) if hasattr(live.axes, "__len__") else 1,
                "controls": len(live.controls),
                "points": len(found["frames"]),
                "bytes": weight,
            }
        )
    modules = {Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    ours = sorted(file.relative_to(PACKAGE).as_posix() for file in modules if file.is_relative_to(PACKAGE))
    said = {"figures": told, "modules": ours, "outcomes": guesses.came_out}
    text = json.dumps(said, indent=1, ensure_ascii=False, default=lambda number: number.item())
    Path(folder, "figures.json").write_text(text, encoding="utf-8")


def _json(data):
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
