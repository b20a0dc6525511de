"""The pages of the website as Sphinx reads them, made from the notebooks as they are committed; nothing is run."""

import base64
import html
import io
import json
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from PIL import Image

from privlab.lab.lessons import Lesson
from privlab.settings import notebooks
from privlab.setup.site.exercises import on_page
from privlab.setup.site.lessons import is_live
from privlab.setup.site.npm import package

PARTS = {
    "0": "Start",
    "1": "Multiparty computation",
    "2": "Differential privacy",
    "3": "Homomorphic encryption",
    "4": "Training on letters",
    "5": "Federated learning",
    "6": "Language models",
    "9": "Capstone",
}
_TO_A_LESSON = re.compile(r"\[([^\[\]]*)\]\(((\d\d_\w+)\.ipynb(?:#[^)]*)?)\)")
_PREDICT = re.compile(r"^> \*\*Predict\.\*\*.*(?:\n>.*)*", re.M)


def live_figure(lesson: str, number: int, told: dict[str, Any]) -> str:
    """The HTML of a live figure: its picture and its line. Where programs run, live.js puts controls above them.

    told : what `figures.json` of its frames says of it.
    """
    width, height = told["size"]
    return (
        f'<figure class="live" data-live="{lesson}/{number}" data-panels="{told["panels"]}">'
        f'<div class="controls" style="--rows: {told["controls"]}"></div>'
        f'<img src="../_static/live/{lesson}/{number}.svg" alt="{html.escape(told["alt"])}" width="{width}" '
        f'height="{height}" loading="lazy"><figcaption class="line">{html.escape(told["line"])}</figcaption></figure>'
    )


def linked(text: str, names: Collection[str]) -> str:
    """Markdown whose links to lessons lead to pages of this site: one to a lesson that is not in it is left as words.

    names : of the lessons that are in it.
    """

    def link(found):
        return found[0] if found[3] in names else found[1]

    return _TO_A_LESSON.sub(link, text)


def lesson_page(lesson: Lesson, names: Collection[str], figures: Sequence[dict[str, Any]], folder: Path) -> str:
    """A lesson as a notebook for Sphinx, as JSON.

    names : of the lessons of this site.  figures : what `figures.json` tells of its live figures.
    folder : where its other pictures are kept.
    """
    stills = 0
    book = nbformat.read(notebooks() / f"{lesson.name}.ipynb", 4)
    rest: Iterator[tuple[int, dict[str, Any]]] = iter(enumerate(figures))
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = linked(_PREDICT.sub(_admonition, cell.source), names)
            continue
        cell.metadata.pop("mystnb", None)
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
        if is_live(cell):
            number, told = next(rest)
            at = next(place for place, output in enumerate(cell.outputs) if "image/png" in output.get("data", {}))
            shown = {"text/html": live_figure(lesson.name, number, told)}
            cell.outputs[at : at + 2] = [nbformat.v4.new_output("display_data", shown)]
        for output in cell.outputs:
            if said := output.get("data", {}).get("text/markdown"):
                output.data["text/markdown"] = linked(said, names)
            if "image/png" in output.get("data", {}):
                stills += 1
                _still(output, lesson.name, folder, stills)
    book.cells = on_page(book.cells)
    for place, cell in enumerate(book.cells):
        cell["id"] = f"c{place:03d}"
    return nbformat.writes(book)


def _still(output, lesson, folder, number):
    """Keeps the picture of an output as a file in the folder, and has the output show it with its alternative."""
    told = output["metadata"]["image/png"]
    picture = Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))
    width, height = told.get("width", picture.width), told.get("height", picture.height)
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / f"{number}.webp", lossless=True, quality=100, method=4)
    shown = (
        f'<img class="still" src="../_static/stills/{lesson}/{number}.webp" width="{width}" height="{height}" '
        f'alt="{html.escape(told["alt"])}" loading="lazy">'
    )
    output["data"] = {"text/html": shown}
    output["metadata"] = {}


def _admonition(found):
    """`> **Predict.** ...` as a box."""
    text = "\n".join(line.removeprefix(">").strip() for line in found[0].splitlines())
    return f"```{{admonition}} Predict\n:class: predict\n{text.removeprefix('**Predict.**').strip()}\n```"


def front_page(lessons: Sequence[Lesson]) -> str:
    """The front page, as Markdown, and with it the order of all pages."""
    rows = "".join(
        f"| [{each.number} {each.title}](lessons/{each.name}.ipynb) | {each.minutes} |\n" for each in lessons
    )
    trees = ""
    for part, caption in PARTS.items():
        entries = "".join(
            f"{each.number} {each.title} <lessons/{each.name}>\n" for each in lessons if each.number[0] == part
        )
        trees += f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{entries}```\n\n" if entries else ""
    return (
        "# Computing on private data, by hand\n\n"
        "Four engineers want their average raise, and none will tell her own. A hospital trains on records it must not "
        "reveal. A phone sends a gradient, and a letter comes back out of it. In this course you compute on private "
        "data, **break** each protection yourself, and repair it.\n\n"
        f"| lesson | minutes |\n| --- | --- |\n{rows}\n{trees}"
    )


def write(path: Path, text: str) -> None:
    """Writes a file, unless it says so already: Sphinx then knows that its page is not old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def lay_out(source: Path, site: Path, lessons: Sequence[Lesson], frames: dict[str, Path]) -> None:
    """Lays all that Sphinx reads into the folder `source`.

    site : the folder that says how the site is made.  frames : the folder of each lesson's frames, by its name.
    """
    shutil.copytree(site, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.toml", "*.lock.json"))
    static = source / "static"
    shutil.copytree(
        package("katex") / "dist",
        static / "katex",
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("*.?s", "contrib"),
    )
    names = {lesson.name for lesson in lessons}
    for gone in {file.stem for file in (source / "lessons").glob("*.ipynb")} - names:
        (source / "lessons" / f"{gone}.ipynb").unlink()
    for lesson in lessons:
        told = json.loads((frames[lesson.name] / "figures.json").read_text(encoding="utf-8"))
        shutil.copytree(
            frames[lesson.name],
            static / "live" / lesson.name,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("*.json"),
        )
        page = lesson_page(lesson, names, told["figures"], static / "stills" / lesson.name)
        write(source / "lessons" / f"{lesson.name}.ipynb", page)
    write(source / "index.md", front_page(lessons))
