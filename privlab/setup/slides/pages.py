"""The slides of a lesson as HTML: for a screen by reveal.js, and for paper with what is said below each."""

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from privlab.lab.lessons import Lesson
from privlab.settings import notebooks
from privlab.setup.site.formulas import Katex
from privlab.setup.site.npm import package
from privlab.setup.site.pages import linked, live_figure
from privlab.setup.site.pictures import still
from privlab.setup.slides.deck import Slide, slides
from privlab.setup.suite import repository

OPTIONS = "ABCDEFGH"
REVEAL = ("reset.css", "reveal.css", "reveal.js", "plugin/notes.js")
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{styles}<script src="live.js"></script></head>
<body class="{kind}">{body}</body></html>
"""


def write(lesson: Lesson, frames: Path, folder: Path) -> Path:
    """The folder, with the slides of a lesson in it and all that they load.

    frames : the folder of the lesson's frames, as the website has them.
    """
    root, told = repository(), json.loads((frames / "figures.json").read_text(encoding="utf-8"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in REVEAL:
        shutil.copyfile(package("reveal.js") / "dist" / file, folder / Path(file).name)
    shutil.copytree(
        package("katex") / "dist", folder / "katex", ignore=shutil.ignore_patterns("*.?s", "contrib", "*.ttf", "*.woff")
    )
    shutil.copytree(root / "site" / "slides", folder, dirs_exist_ok=True)
    shutil.copyfile(root / "site" / "static" / "live.js", folder / "live.js")
    shutil.copytree(frames, folder / "live" / lesson.name, ignore=shutil.ignore_patterns("*.json"))
    cells = nbformat.read(notebooks() / f"{lesson.name}.ipynb", 4).cells
    deck = slides(lesson, cells, told.get("outcomes", {}))
    katex = Katex()
    try:
        shown = Pages(lesson, deck, told["figures"], folder, katex, licence(root))
        for name, text in (("index.html", shown.screen()), ("handout.html", shown.paper())):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    finally:
        katex.end()
    return folder


def licence(root: Path) -> str:
    """The licence of the course and whose it is, in a line."""
    name, _, whose = (root / "LICENSE").read_text(encoding="utf-8").splitlines()[:3]
    return f"{name}. {whose.removeprefix('Copyright ')}"


class Pages:
    """Slides as HTML.

    figures : what `figures.json` tells of live figures.  folder : where other pictures are kept.
    """

    def __init__(
        self, lesson: Lesson, deck: list[Slide], figures: list[dict[str, Any]], folder: Path, katex: Katex, licence: str
    ):
        self.lesson, self.figures, self.folder, self.licence = lesson, figures, folder, licence
        self.stills = 0
        self.markdown = MarkdownIt("commonmark").enable("table")
        dollarmath_plugin(self.markdown, renderer=lambda formula, how: katex.html(formula, how["display_mode"]))
        self.made = [(slide, self.slide(slide), self.notes(slide)) for slide in deck]

    def screen(self) -> str:
        """The page that reveal.js turns into slides."""
        sections = "\n".join(
            f'<section><div class="slide {slide.kind}">{shown}</div><aside class="notes">{said}</aside></section>'
            for slide, shown, said in self.made
        )
        programs = "".join(f'<script src="{name}.js"></script>' for name in ("reveal", "notes", "slides"))
        body = f'<main><div class="reveal"><div class="slides">\n{sections}\n</div></div></main>{programs}'
        return self._page("screen", ("reset", "reveal", "katex/katex.min", "slides"), body)

    def paper(self) -> str:
        """The page to print: each slide with what is said below it."""
        pages = "\n".join(
            f'<article><div class="paper"><div class="slide {slide.kind}">{shown}</div></div>'
            f'<div class="said">{said}</div></article>'
            for slide, shown, said in self.made
        )
        return self._page("paper", ("katex/katex.min", "slides"), f"<main>{pages}</main>")

    def _page(self, kind, styles, body):
        linked_styles = "".join(f'<link rel="stylesheet" href="{name}.css">' for name in styles)
        title = f"{self.lesson.number} {html.escape(self.lesson.title)}"
        return HEAD.format(title=title, styles=linked_styles, kind=kind, body=body)

    def slide(self, slide: Slide) -> str:
        """What stands on a slide."""
        if slide.kind == "title":
            return (
                f'<p class="where">privlab · Lesson {self.lesson.number}</p><h1>{self.inline(slide.lines[0])}</h1>'
                f'<p class="small">{self.lesson.minutes} minutes · {html.escape(self.licence)}</p>'
            )
        if slide.kind == "section":
            return f"<h2>{self.inline(slide.where)}</h2>"
        parts = [f'<h2 class="where">{self.inline(slide.where)}</h2>' if slide.where else ""]
        lines = "".join(f"<p>{self.inline(line)}</p>" for line in slide.lines)
        parts.append(f'<div class="lines{" one" * (len(slide.lines) == 1)}">{lines}</div>' if lines else "")
        parts.append(f'<div class="block">{self.block(slide.block)}</div>' if slide.block else "")
        if slide.options:
            options = zip(OPTIONS, slide.options)
            one = len(slide.options) == 1
            listed = "".join(
                f"<li>{'' if one else f'<b>{letter}</b> '}{self.inline(option)}</li>" for letter, option in options
            )
            parts.append(f'<ul class="options">{listed}</ul>')
        parts.append(f'<p class="answer">What came out: {html.escape(slide.answer)}</p>' if slide.answer else "")
        large = " large" * (not slide.html and _is_short(f"{slide.code}\n{slide.printed}"))
        parts.append(f'<pre class="code{large}"><code>{python(slide.code)}</code></pre>' if slide.code else "")
        parts.append(f'<pre class="printed{large}">{html.escape(slide.printed)}</pre>' if slide.printed else "")
        parts.append(f'<div class="html">{self.links(slide.html)}</div>' if slide.html else "")
        ticks = "".join(f"<li>✓ {html.escape(tick)}</li>" for tick in slide.ticks)
        parts.append(f'<ul class="ticks">{ticks}</ul>' if ticks else "")
        parts.append(self.figure(slide))
        return "".join(parts)

    def figure(self, slide: Slide) -> str:
        """The figure of a slide, if it has one."""
        if slide.live is not None:
            return live_figure(self.lesson.name, slide.live, self.figures[slide.live], [], ".").replace(
                ' loading="lazy"', ""
            )
        if slide.still is None:
            return ""
        output = slide.still
        self.stills += 1
        name = f"still{self.stills}.webp"
        still(output, 1, self.folder / name, name)
        picture = output["data"]["text/html"].replace(' loading="lazy"', "")
        return f'<figure>{picture}<figcaption class="line">{html.escape(slide.caption)}</figcaption></figure>'

    def notes(self, slide: Slide) -> str:
        """What is said."""
        return "".join(self.block(note) for note in slide.notes if note)

    def inline(self, text: str) -> str:
        """Markdown in a line, as HTML."""
        return self.markdown.renderInline(linked(text, ()))

    def block(self, text: str) -> str:
        """Markdown as HTML."""
        return self.markdown.render(linked(text, ()))

    @staticmethod
    def links(text: str) -> str:
        """HTML without its links, which lead to no part of the slides, and without what is folded."""
        return re.sub(r"</?a\b[^>]*>|<details>.*?</details>", "", text, flags=re.DOTALL)


def _is_short(text):
    """Whether lines are few and short enough for large letters."""
    lines = text.splitlines()
    return len(lines) <= 9 and max(map(len, lines)) <= 78


def python(code: str) -> str:
    """Python as HTML, its words in classes."""
    return highlight(code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n")
