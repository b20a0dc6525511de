"""The pages of the website as Sphinx reads them, made from the notebooks as they are committed; nothing is run."""

import html
import json
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat

from privlab.lab.lessons import LESSONS, Lesson
from privlab.settings import notebooks
from privlab.setup.site import checking, library, reference
from privlab.setup.site.addresses import addresses, launches
from privlab.setup.site.exercises import on_page
from privlab.setup.site.lessons import is_live
from privlab.setup.site.npm import package
from privlab.setup.site.pictures import cuts, markup, panels_of, picture_of, still, stretchable
from privlab.setup.site.reference import map_of_pages
from privlab.setup.suite import repository

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
PREDICT = re.compile(r"^> \*\*Predict\.\*\*.*(?:\n>.*)*", re.M)


def live_figure(lesson: str, number: int, told: dict[str, Any], cut: list[float], static: str = "_static") -> str:
    """The HTML of a live figure: its picture and its line. Where programs run, live.js puts controls above them.

    told : what `figures.json` of its frames says of it.  cut : where a phone cuts it.  static : where pages find files.
    """
    picture = markup(f"{static}/live/{lesson}/{number}.svg", told["alt"], told["size"], cut)
    return (
        f'<figure class="live" data-live="{lesson}/{number}">'
        f'<div class="controls{" many" * (told["controls"] > 4)}" style="--rows: {told["controls"]}"></div>{picture}'
        f'<figcaption class="line">{html.escape(told["line"])}</figcaption></figure>'
    )


def linked(text: str, names: Collection[str]) -> str:
    """Markdown whose links to lessons lead to pages of this site: one to a lesson that is not in it is left as words.

    names : of the lessons that are in it.
    """

    def link(found):
        return found[0] if found[3] in names else found[1]

    return _TO_A_LESSON.sub(link, text)


def scrolling(text: str) -> str:
    """HTML whose tables stand in boxes, as the theme puts those of a text: where one is too wide, its box scrolls."""
    text = text.replace("<table>", '<div class="table-wrapper docutils container"><table class="docutils">')
    return text.replace("</table>", "</table></div>")


def lesson_page(
    lesson: Lesson, names: Collection[str], figures: Sequence[dict[str, Any]], folder: Path, came_out: dict[str, Any]
) -> str:
    """A lesson as a notebook for Sphinx, as JSON.

    names : of the lessons of this site.  figures : what `figures.json` tells of its live figures.
    folder : where its other pictures are kept.  came_out : what its guesses are compared with, as far as it is known.
    """
    stills = 0
    book = nbformat.read(notebooks() / f"{lesson.name}.ipynb", 4)
    rest: Iterator[tuple[int, dict[str, Any]]] = iter(enumerate(figures))
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = linked(PREDICT.sub(_admonition, cell.source), names)
            continue
        cell.metadata.pop("mystnb", None)
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
        panels = panels_of(cell.source)
        if is_live(cell):
            number, told = next(rest)
            at = next(place for place, output in enumerate(cell.outputs) if "image/png" in output.get("data", {}))
            cut = cuts(picture_of(cell.outputs[at]), panels)
            shown = {"text/html": live_figure(lesson.name, number, told, cut, "../_static")}
            cell.outputs[at : at + 2] = [nbformat.v4.new_output("display_data", shown)]
        for output in cell.outputs:
            if said := output.get("data", {}).get("text/markdown"):
                output.data["text/markdown"] = linked(said, names)
            if said := output.get("data", {}).get("text/html"):
                output.data["text/html"] = scrolling(said)
            if "image/png" in output.get("data", {}):
                stills += 1
                name = f"{lesson.name}-{stills}.webp"
                still(output, panels, folder / name, f"../_static/stills/{name}")
    if launch := launch_line(lesson):
        title, _, rest_of_it = book.cells[0].source.partition("\n\n")
        book.cells[0].source = f"{title}\n\n{launch}{rest_of_it}"
    book.cells = on_page(book.cells, came_out)
    for place, cell in enumerate(book.cells):
        cell["id"] = f"c{place:03d}"
    return nbformat.writes(book)


def _admonition(found):
    """`> **Predict.** ...` as a box."""
    text = "\n".join(line.removeprefix(">").strip() for line in found[0].splitlines())
    return f"```{{admonition}} Predict\n:class: predict\n{text.removeprefix('**Predict.**').strip()}\n```"


def launch_line(lesson: Lesson) -> str:
    """The links that open a lesson with a kernel, as HTML; nothing while no address is known."""
    links = [f'<a href="{html.escape(url)}">Open in {where}</a>' for where, url in launches(lesson.name).items()]
    return f'<p class="launch">{" ".join(links)}</p>\n\n' if links else ""


def front_page(lessons: Sequence[Lesson], stolen: str, looked_up: Sequence[str], books: Sequence[str]) -> str:
    """The front page, as Markdown, and with it the order of all pages.

    stolen : a live figure, as HTML, "" where its lesson has no page.  looked_up : pages of the library.
    books : files that lie beside it, "privlab.pdf".
    """
    names = {each.name for each in lessons}
    rows, part = "", ""
    for each in lessons:
        if PARTS[each.number[0]] != part:
            part = PARTS[each.number[0]]
            rows += f"| **{part}** | | |\n"
        before = ", ".join(f"[{other.number}](lessons/{other.name}.ipynb)" for other in _before(each, names))
        rows += f"| [{each.number} {each.title}](lessons/{each.name}.ipynb) | {each.minutes} | {before} |\n"
    trees = ""
    for part, caption in PARTS.items():
        entries = "".join(
            f"{each.number} {each.title} <lessons/{each.name}>\n" for each in lessons if each.number[0] == part
        )
        trees += f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{entries}```\n\n" if entries else ""
    theft = (
        "A phone learns from what its owner wrote, and sends nothing but a gradient. The server takes the letters out "
        f"of it again. Press *Play*, or drag:\n\n{stolen}\n\n"
    )
    return (
        "# Computing on private data, by hand\n\n"
        f"{theft if stolen else ''}"
        "In this course you compute on private data, **break** each protection yourself, repair it, and are checked at "
        "once, not only for the right answer but for what your answer gives away. Every figure on these pages moves; "
        "every number was tested.\n\n"
        f"{_begin(names)}{_download(books)}"
        "## The lessons\n\n"
        f"| lesson | minutes | before it |\n| --- | --- | --- |\n{rows}\n{trees}{map_of_pages(looked_up)}"
    )


def _begin(names):
    """Where to begin, as Markdown."""
    first = "Begin with [Start here](lessons/00_start_here.ipynb). " if "00_start_here" in names else ""
    repository = addresses()["repository"]
    where = f"[The repository](https://github.com/{repository}) says how. " if repository else ""
    host = urlsplit(checking.distribution()).netloc
    return (
        f"{first}A page keeps your guesses and checks your answers itself. For the first check it fetches Python from "
        f"this site, and numpy and its like from {host}; where these cannot be had, it says so, and where else the "
        "check runs. Nothing that you do is sent anywhere.\n\n"
        "To run and change the code, set the course up on your own machine: two commands, and no network after the "
        f"first. {where}\n\n"
    )


def _download(books):
    """The links to the books, as Markdown; nothing where none was made."""
    said = {"pdf": "PDF", "epub": "ePub"}
    links = [f'<a href="{book}" download>{said[book.rpartition(".")[2]]}</a>' for book in books]
    return f"To read or to print, the same lessons as a book: {' or '.join(links)}.\n\n" if links else ""


def _before(lesson, names):
    """The lessons that one asks for, of those that have a page."""
    book = nbformat.read(notebooks() / f"{lesson.name}.ipynb", 4)
    said = re.search(r"Before it:(.*?)(?:Source:|It follows|\Z)", book.cells[0].source, re.S)
    found = {link[3] for link in _TO_A_LESSON.finditer(said[1] if said else "")}
    return [each for each in LESSONS if each.name in found & set(names)]


def write(path: Path, text: str) -> bool:
    """Writes a file, unless it says so already, so that Sphinx knows that its page is not old. Whether it did."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def lay_out(
    source: Path, site: Path, lessons: Sequence[Lesson], frames: dict[str, Path], books: Sequence[str] = ()
) -> bool:
    """Lays all that Sphinx reads into the folder `source`. Whether the map of the pages is another one than before.

    site : the folder that says how the site is made.  frames : the folder of each lesson's frames, by its name.
    books : files that will lie beside the front page.
    """
    left = shutil.ignore_patterns("*.toml", "*.lock.json", "book", "slides")
    shutil.copytree(site, source, dirs_exist_ok=True, ignore=left)
    static = source / "static"
    checking.lay_out(static / "checks")
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
            copy_function=stretchable,
        )
        page = lesson_page(lesson, names, told["figures"], static / "stills", told.get("outcomes", {}))
        write(source / "lessons" / f"{lesson.name}.ipynb", page)
    looked_up = library.pages() if len(lessons) == len(LESSONS) else {}  # it takes half of the time of a small site
    for file, text in {**reference.pages(repository(), lessons), **looked_up}.items():
        write(source / file, text)
    for gone in {file.name for file in (source / "library").glob("*.rst")} - {Path(file).name for file in looked_up}:
        (source / "library" / gone).unlink()
    return write(source / "index.md", front_page(lessons, _stolen(frames), list(looked_up), books))


def _stolen(frames):
    """The front page's figure: letters got back from a gradient; "" where their lesson has no page."""
    lesson = "51_gradient_inversion"
    if lesson not in frames:
        return ""
    told = json.loads((frames[lesson] / "figures.json").read_text(encoding="utf-8"))
    return live_figure(lesson, 0, told["figures"][0], [])
