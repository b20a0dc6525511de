"""Pictures on a page: their text alternative, and where a wide one is cut so that a phone shows its panels one below
the other.
"""

import base64
import html
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

NARROWEST = 4  # pixels that a white strip between two panels is wide, at least
_PANELS = re.compile(r"\bpanels=(\d)")


def panels_of(source: str) -> int:
    """How many panels stand side by side in the figure that a cell shows, by its code."""
    found = _PANELS.search(source)
    return int(found[1]) if found else 1


def cuts(picture: Image.Image, panels: int) -> list[float]:
    """Where to cut a picture between its panels, as fractions of its width; none where something lies across.

    Each lies in the middle of the widest white strip near the place where panels of one width would end.
    """
    white = (np.asarray(picture.convert("L")) == 255).all(axis=0)
    width, found = len(white), []
    for number in range(1, panels):
        near = slice(round(width * (number - 0.4) / panels), round(width * (number + 0.4) / panels))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], white[near].astype(int), [0]])))
        strips = edges.reshape(-1, 2)
        first, last = max(strips, key=lambda strip: strip[1] - strip[0], default=(0, 0))
        if last - first < NARROWEST:
            return []
        found.append(round((near.start + (first + last) / 2) / width, 4))
    return found


def picture_of(output: Any) -> Image.Image:
    """The picture in an output of a notebook."""
    return Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))


def stretchable(source: str, target: str) -> None:
    """Copies frames, SVG or the program that holds them, such that their pictures fill any box: a phone makes a wide
    one narrower and leaves its texts as high as they are.
    """
    text = Path(source).read_text(encoding="utf-8")
    Path(target).write_text(text.replace("<svg ", "<svg preserveAspectRatio='none' "), encoding="utf-8", newline="\n")


def markup(address: str, alt: str, size: tuple[int, int], cut: list[float]) -> str:
    """The HTML of a picture: whole, and where it is `cut` a second time for each further panel, which a phone shows.

    size : width and height in pixels.
    """
    width, height = size
    edges = [0.0, *cut, 1.0]
    parts = ""
    for number, (left, right) in enumerate(zip(edges, edges[1:])):
        said, more = (html.escape(alt), "") if number == 0 else ("", " more")
        place = (
            f"--left: {left}; --share: {right - left:.4f}; --wide: {round(width * (right - left))}; --high: {height}"
        )
        shown = f'<img src="{address}" alt="{said}" width="{width}" height="{height}" loading="lazy">'
        parts += f'<div class="part{more}" style="{place}">{shown}</div>'
    return f'<div class="pictures{" cut" * bool(cut)}">{parts}</div>'


def still(output: Any, panels: int, file: Path, address: str) -> None:
    """Keeps the picture of an output as `file`, and has the output show it, from `address`, with its alternative."""
    told, picture = output["metadata"]["image/png"], picture_of(output)
    size = told.get("width", picture.width), told.get("height", picture.height)
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file, lossless=True, quality=100, method=4)
    shown = markup(address, told.get("alt", output["data"].get("text/plain", "")), size, cuts(picture, panels))
    output["data"], output["metadata"] = {"text/html": f'<div class="still">{shown}</div>'}, {}
