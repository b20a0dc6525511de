"""The pages beside the lessons: glossary, recorded figures, data, how to cite, and what stands in docs/."""

import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from privlab.lab import words
from privlab.lab.benchmark_figures import FILE, SOURCES, WORDS, in_words
from privlab.lab.lessons import Lesson
from privlab.settings import notebooks
from privlab.setup.site.addresses import file_on_github

PAGES = {  # of docs/, in their order in the map
    "notation": "Notation",
    "why_did_my_attack_fail": "Why did my attack fail?",
    "what_does_this_error_mean": "What does this error mean?",
    "own_data": "With your own data and models",
}
FOR_INSTRUCTORS = {"instructors": "For instructors", "lesson_notes": "Notes on every lesson"}
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^()\s]+)\)")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.S)


def relinked(text: str, base: str, names: Collection[str]) -> str:
    """Markdown of the repository whose links lead to pages of the site.

    base : the folder that it stands in, "docs".  names : of the lessons that have a page.
    A file that has no page is linked on GitHub, and left as words while that has no address.
    """

    def link(found):
        said, target = found.groups()
        if target.startswith(("https://", "http://", "mailto:", "#")):
            return found[0]
        path, _, anchor = target.partition("#")
        parts = [part for part in f"{base}/{path}".split("/") if part not in ("", ".")]
        while ".." in parts:
            at = parts.index("..")
            del parts[max(at - 1, 0) : at + 1]
        name = Path(parts[-1]).stem
        anchor = f"#{anchor}" * bool(anchor)
        if parts[0] in ("notebooks", "lessons") and len(parts) == 2:
            return f"[{said}](../lessons/{name}.ipynb{anchor})" if name in names else said
        if parts[0] == "docs" and name in {**PAGES, **FOR_INSTRUCTORS} and parts[-1].endswith(".md"):
            return f"[{said}](../docs/{name}.md{anchor})"
        there = file_on_github("/".join(parts))
        return f"[{said}]({there})" if there else said

    pieces = _CODE.split(text)
    pieces[::2] = [_LINK.sub(link, piece) for piece in pieces[::2]]
    return "".join(pieces)


def glossary(lessons: Sequence[Lesson]) -> str:
    """Every technical word, where it is defined and which other lessons use it, as Markdown."""
    texts = {each.name: _said(each) for each in lessons}
    entries = []
    for found in sorted(words.definitions().values(), key=lambda each: each.word.lower()):
        uses = re.compile(rf"\b{re.escape(found.word)}s?\b", re.I)
        used = [each for each in lessons if each != found.lesson and uses.search(texts[each.name])]
        home = _to(found.lesson, f"lesson {found.lesson.number}", texts)
        also = f"; also used in {', '.join(_to(each, each.number, texts) for each in used)}" if used else ""
        entries.append(f"{found.word}\n: {found.said}\n\n  Defined in {home}{also}.\n")
    return "# Glossary\n\nEach word is defined once, in the lesson that brings it.\n\n" + "\n".join(entries)


def _to(lesson, said, texts):
    return f"[{said}](../lessons/{lesson.name}.ipynb)" if lesson.name in texts else said


def _said(lesson):
    """What a lesson says, its code left out."""
    cells = json.loads((notebooks() / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def recorded_figures() -> str:
    """Every figure that was measured by a long run, by the command that measures it, as Markdown."""
    figures = json.loads(FILE.read_text(encoding="utf-8"))
    said = json.loads(WORDS.read_text(encoding="utf-8"))
    runs: dict[tuple[str, str, str], list[str]] = {}
    for name, figure in figures.items():
        runs.setdefault((figure["command"], figure["machine"], figure["date"]), []).append(name)
    text = (
        "# Recorded figures\n\nWhat a lesson cannot measure while it runs was measured once, by a command that anybody "
        "can type in a checkout of the course. A lesson shows such a figure from the same file as this page.\n"
    )
    for (command, machine, date), names in sorted(runs.items()):
        text += f"\n## `{command}`\n\nMeasured on {date}, on {machine}.\n\n"
        text += f"| what | value | data | name |\n|{' --- |' * 4}\n"
        for name in names:
            figure = figures[name]
            what = said.get(name, name.replace("_", " "))
            source = SOURCES.get(figure["data"], figure["data"]) or ""
            text += f"| {what} | {in_words(figure)} | {source} | `{name}` |\n"
    return text


def data(readme: str, names: Collection[str]) -> str:
    """What the README says of the letters, as a page."""
    section = re.search(r"^## Data\n(.*?)(?=^## )", readme, re.M | re.S)
    assert section
    return f"# Data\n{relinked(section[1], '', names)}"


def bibtex(cff: str) -> str:
    """The entry of the course for BibTeX, from CITATION.cff."""
    title, version = (re.search(rf'^{name}: "?(.*?)"?$', cff, re.M)[1] for name in ("title", "version"))  # type: ignore[index]
    author = re.search(r'- name: "(.*)"', cff)[1]  # type: ignore[index]
    return (
        f"@software{{privlab,\n  author  = {{{{{author}}}}},\n  title   = {{{title}}},\n  version = {{{version}}},\n}}"
    )


def citation(cff: str) -> str:
    """How to cite the course, as a page, from CITATION.cff."""
    return (
        f"# How to cite\n\n```\n{bibtex(cff)}\n```\n\n"
        "The same as a file that GitHub and reference managers read, CITATION.cff:\n\n"
        f"```yaml\n{cff.strip()}\n```\n"
    )


def pages(root: Path, lessons: Sequence[Lesson]) -> dict[str, str]:
    """The text of each page beside the lessons, by its file in the site's source. root : of the repository."""
    names = {each.name for each in lessons}

    def read(path):
        return (root / path).read_text(encoding="utf-8")

    made = {
        f"docs/{name}.md": relinked(read(f"docs/{name}.md"), "docs", names) for name in {**PAGES, **FOR_INSTRUCTORS}
    }
    made["docs/glossary.md"] = glossary(lessons)
    made["docs/figures.md"] = recorded_figures()
    made["docs/data.md"] = data(read("README.md"), names)
    made["docs/cite.md"] = citation(read("CITATION.cff"))
    made["docs/changes.md"] = relinked(read("CHANGELOG.md"), "", names)
    return made


def map_of_pages(library: Sequence[str]) -> str:
    """The part of the site's map below the lessons, as Markdown. library : pages of the library, by their files."""
    beside = {
        "Look it up": ["docs/glossary", *(f"docs/{name}" for name in PAGES), "docs/figures"],
        "The library": list(library),
        "About the course": [*(f"docs/{name}" for name in FOR_INSTRUCTORS), "docs/data", "docs/cite", "docs/changes"],
    }
    return "".join(
        f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n" + "\n".join(files) + "\n```\n\n"
        for caption, files in beside.items()
        if files
    )
