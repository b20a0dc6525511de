"""Links to a section lead to one that is there: in Markdown by GitHub's names of sections, in a lesson by Jupyter's."""

import functools
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

from privlab.lab.lessons import LESSONS
from privlab.setup.site.theme import slug

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(ROOT.glob("docs/*.md"))
NOTEBOOKS = [ROOT / "notebooks" / f"{lesson.name}.ipynb" for lesson in LESSONS] + sorted(ROOT.glob("notebooks/de/*"))
# GitHub's rule is the plugin's own: lower case, hyphens for spaces, no punctuation, -1 and so on behind a repeated name
GITHUB = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=6)
JUPYTER = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=6, slug_func=slug)


def parsed(text, markdown):
    """The targets of the links of a Markdown text, and the names of its sections."""
    links, names = [], set()
    for token in markdown.parse(text):
        if token.type == "heading_open":
            names.add(token.attrs["id"])
        links += [child.attrs["href"] for child in token.children or () if child.type == "link_open"]
    return links, names


@functools.cache
def read(file):
    """The targets of the links of a page or a lesson, and the names of its sections."""
    if file.suffix != ".ipynb":
        return parsed(file.read_text(encoding="utf-8"), GITHUB)
    cells = nbformat.read(file, 4).cells
    return parsed("\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown"), JUPYTER)


def test_names_of_sections_are_those_of_github_and_of_jupyter():
    text = "# It's *one*, `two_three`: 4!\n\n## Again\n\n## Again\n\n```\n# no heading\n```\n\n[to it](#again-1)\n"
    assert parsed(text, GITHUB) == (["#again-1"], {"its-one-two_three-4", "again", "again-1"})
    assert parsed(text, JUPYTER)[1] == {"It's-one,-two_three:-4!", "Again", "Again-1"}


@pytest.mark.parametrize("files", [PAGES, NOTEBOOKS], ids=["pages", "lessons"])
def test_every_link_within_the_course_leads_to_a_file_and_a_section_that_are_there(files):
    broken, sections = [], 0
    for file in files:
        for link in read(file)[0]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            section = unquote(parts.fragment)
            sections += bool(section)
            if not there.exists() or section and section not in read(there)[1]:
                broken.append(f"{file.relative_to(ROOT)}: {link}")
    assert broken == [] and sections
