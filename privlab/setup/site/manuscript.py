"""The course as one text in pandoc's Markdown, from which books are made: what a page asks or folds away is a question
here, and its answer stands behind the lessons.
"""

import base64
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import nbformat

from privlab.lab.exercise import exercises, find, quizzes
from privlab.lab.guesses import predictions
from privlab.lab.lessons import Lesson
from privlab.settings import notebooks
from privlab.setup.errors import SetupError
from privlab.setup.site import reference
from privlab.setup.site.addresses import addresses
from privlab.setup.site.exercises import calls, outcomes, without_a_kernel
from privlab.setup.site.pages import PARTS, PREDICT
from privlab.setup.site.pictures import picture_of
from privlab.setup.suite import repository

TITLE, SUBTITLE = "Computing on private data, by hand", "The lessons of privlab"
TEXT_WIDTH, TEXT_HEIGHT = 740, 640  # pixels of a picture, as notebooks have it, that a page holds
LOOKED_UP = {"glossary": "Glossary", **reference.PAGES}
_LINK = re.compile(
    r"\[([^\[\]]*)\]\((?:(?:\.\./lessons/)?((\d\d)_\w+)\.ipynb|\.\./docs/(\w+)\.md|(?=#))(?:#([^()\s]+))?\)"
)
_HEADING = re.compile(r"^```.*?^```|^(#+) ([^\n]*)$", re.M | re.S)
_FOLDED = re.compile(r"# What came out: run this cell first.*\n")
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+.!|~^$@'\"-])")


class Chapter(NamedTuple):
    """A lesson, as Markdown, and what stands of it behind the lessons: `answers` and `solutions`."""

    text: str
    answers: str
    solutions: str


def manuscript(lessons: Sequence[Lesson], folder: Path) -> str:
    """The book of these lessons. Its pictures are laid into `pictures` of the folder.

    Raises SetupError for a picture that says nothing to somebody who cannot see it.
    """
    chapters, part, text = [chapter(lesson, {each.name for each in lessons}, folder) for lesson in lessons], "", about()
    for lesson, made in zip(lessons, chapters):
        if PARTS[lesson.number[0]] != part:
            part = PARTS[lesson.number[0]]
            text += f"# {part}\n\n"
        text += made.text
    return text + (
        "# Answers and solutions\n\n## Answers {#answers}\n\nWhat came out of each guess, and what each answer to a "
        f"question is worth.\n\n{''.join(made.answers for made in chapters)}"
        "## Solutions {#solutions}\n\nEach exercise has three hints, from a nudge to the recipe. Try once more after "
        f"each, before you read on.\n\n{''.join(made.solutions for made in chapters)}"
        f"# To look up\n\n{''.join(looked_up(lessons).values())}"
    )


def about() -> str:
    """What the book is, where the course can be had, how to cite it, its licence."""
    root = repository()
    cff = (root / "CITATION.cff").read_text(encoding="utf-8")
    what = re.search(r"abstract: >-\n((?:  .*\n)+)", cff)
    assert what
    summary = " ".join(what[1].split())
    known = addresses()
    where = [f"<{known['site']}>"] * bool(known["site"])
    where += [f"<https://github.com/{known['repository']}>"] * bool(known["repository"])
    live = f"It is at {' and '.join(where)}." if where else "The repository that this book was made from holds it."
    return (
        f"# About this book\n\n{summary}\n\n"
        "The book holds every lesson as it stands in its notebook, with code and outputs. What moves there stands "
        "still here: a figure shows what it shows before anybody drags. A guess is asked before what it is about; "
        "decide before you read on. What came out, hints and solutions stand behind the lessons, and links lead there "
        "and back.\n\n"
        f"**The live course** has what paper lacks: code that runs, figures that move, checks that say what an answer "
        f"gives away. {live} In a copy of the repository `python3 course.py` opens it, and `python3 course.py site` "
        "builds it as a website.\n\n"
        f"**How to cite**\n\n```\n{reference.bibtex(cff)}\n```\n\n"
        f"**Licence**\n\n{(root / 'LICENSE').read_text(encoding='utf-8')}\n\n"
    )


def version() -> str:
    """The version that CITATION.cff tells."""
    found = re.search(r"^version: (.*)$", (repository() / "CITATION.cff").read_text(encoding="utf-8"), re.M)
    assert found
    return found[1]


def looked_up(lessons: Sequence[Lesson]) -> dict[str, str]:
    """Glossary, notation and what else is looked up, as Markdown by the names of their pages."""
    names = {each.name for each in lessons}
    texts = {"glossary": reference.glossary(lessons)}
    for name in reference.PAGES:
        text = (repository() / "docs" / f"{name}.md").read_text(encoding="utf-8")
        texts[name] = reference.relinked(text, "docs", names)
    return {name: f"{named(inside(text, name, names), name)}\n\n" for name, text in texts.items()}


def slug(title: str) -> str:
    """The name of a section: of "3. Shares that tell nothing" and of a link to it "3-shares-that-tell-nothing"."""
    return re.sub(r"[^a-z0-9]+", "-", unquote(title).lower()).strip("-")


def named(text: str, home: str) -> str:
    """Markdown whose headings stand a level deeper, each with a name in links: the title's is `home`."""
    taken = set()

    def heading(found):
        if not found[1]:
            return found[0]
        name = home if len(found[1]) == 1 else f"{home}-{slug(found[2])}"
        mark = "" if name in taken else f" {{#{name}}}"  # of sections with one title the first has the name
        taken.add(name)
        return f"#{found[1]} {found[2]}{mark}"

    return _HEADING.sub(heading, text)


def inside(text: str, home: str, names: Collection[str]) -> str:
    """Markdown whose links lead to other places of the book; those to what is not in it are left as words.

    home : the name of the chapter it stands in.  names : of the lessons in the book.
    """

    def link(found):
        said, lesson, number, page, section = found.groups()
        if lesson and lesson not in names or page and page not in LOOKED_UP:
            return said
        there = f"lesson-{number}" if lesson else page or home
        return f"[{said}](#{there}{f'-{slug(section)}' if section else ''})"

    return _LINK.sub(link, text)


def plain(text: str) -> str:
    """Markdown that shows these letters and no others."""
    return _MARKS.sub(r"\\\1", text)


def chapter(lesson: Lesson, names: Collection[str], folder: Path) -> Chapter:
    """A lesson of the book.

    names : of the lessons in the book.  folder : where `pictures` are laid.
    Raises SetupError for a picture without a text alternative.
    """
    home = f"lesson-{lesson.number}"
    book = nbformat.read(notebooks() / f"{lesson.name}.ipynb", 4)
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = inside(cell.source, home, names)
    told = _told(book.cells)
    cells = without_a_kernel(book.cells, guess=_guess, question=_question, exercise=_exercise)
    pictures: list[str] = []
    pieces = []
    for cell in cells:
        if cell.cell_type == "markdown":
            pieces.append(PREDICT.sub(_predict, cell.source))
            continue
        if code := _code(cell):
            pieces.append(_fenced(code, "python"))
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                pictures.append(_picture(output, lesson, len(pictures) + 1, folder))
                pieces.append(pictures[-1])
            elif said := output.get("data", {}).get("text/markdown"):
                pieces.append(inside(said, home, names))
            else:
                pieces.append(_shown(output))
    text = named("\n\n".join(pieces), home)
    text = text.replace(f"## {lesson.title}", f"## {lesson.number} {lesson.title}", 1)
    heading = f"### {lesson.number} {lesson.title}\n\n"
    answers = "".join(_came_out(id, *said) for id, said in told.items()) + _feedback(lesson)
    solutions = "".join(map(_solution, exercises(lesson.topic)))
    return Chapter(f"{text}\n\n", f"{heading}{answers}" * bool(answers), f"{heading}{solutions}" * bool(solutions))


def _told(cells):
    """What each guess of a lesson asks, and what came out of it, by its id: pairs of Markdown."""
    asked, said, known, printed = "", {}, outcomes(cells), []
    for cell in cells:
        if cell.cell_type == "markdown":
            asked = (PREDICT.findall(cell.source) or [asked])[-1]
            continue
        shown = [output.get("text") or output.data.get("text/plain", "") for output in cell.outputs if _is_text(output)]
        printed += [each.strip() for each in shown]
        for name, call in calls(cell):
            id = call.args and getattr(call.args[0], "value", None)
            if name == "predict":
                printed, said[id] = [], (re.sub(r"^> ?", "", asked, flags=re.M), "")
            elif name == "outcome" and id in known:
                said[id] = (said[id][0], plain(predictions(id.split(".")[0])[id].said(known[id])))
            elif name == "outcome" and printed:
                said[id] = (said[id][0], _fenced(printed[-1], "output"))
    return said


def _is_text(output):
    """Whether an output is printed, or is the line of numbers under a figure."""
    return output.output_type == "stream" or list(output.get("data", ())) == ["text/plain"]


def _guess(id, static):
    listed = "\n".join(f"- {plain(option)}" for option in predictions(id.split(".")[0])[id].listed())
    return f"::: {{.predict #guess-{id}}}\n{listed}\n\n[What came out](#answer-{id}){{.page}}\n:::"


def _predict(found):
    """`> **Predict.** ...` as a box."""
    text = "\n".join(line.removeprefix(">").removeprefix(" ") for line in found[0].splitlines())
    return f"::: predict\n{text}\n:::"


def _came_out(id, asked, shown):
    asked = asked.removeprefix("**Predict.**").strip()
    return f"::: {{.answer #answer-{id}}}\n{asked} [Back](#guess-{id}){{.page}}\n\n{shown}\n:::\n\n"


def _question(id, static):
    asked = find(quizzes, id)
    options = "\n".join(f"{letter}.  {plain(text)}" for letter, (text, _, _) in zip("ABCDEFG", asked.options))
    return (
        f"::: {{.quiz #question-{id}}}\n**{plain(asked.question)}**\n\n{options}\n\n"
        f"[Answers](#feedback-{id}){{.page}}\n:::"
    )


def _feedback(lesson):
    """What each answer to each question of a lesson is worth."""
    made = ""
    for id, asked in quizzes(lesson.topic).items():
        told = "\n".join(
            f"{letter}.  {'✓' if right else '✗'} {plain(said)}"
            for letter, (_, right, said) in zip("ABCDEFG", asked.options)
        )
        back = f"[Back](#question-{id}){{.page}}"
        made += f"::: {{.answer #feedback-{id}}}\n{plain(asked.question)} {back}\n\n{told}\n:::\n\n"
    return made


def _exercise(id):
    return (
        f"::: {{.exercise #exercise-{id}}}\n{_fenced(find(exercises, id).stub, 'python')}\n\n"
        f"[Hints and solution](#solution-{id}){{.page}}\n:::"
    )


def _solution(id):
    exercise = find(exercises, id)
    hints = "\n".join(f"{number}. {hint}" for number, hint in enumerate(exercise.hints, 1))
    return (
        f"#### {plain(id)} {{#solution-{id}}}\n\n[Exercise](#exercise-{id}){{.page}}\n\n{hints}\n\n"
        f"{_fenced(exercise.solution, 'python')}\n\n"
    )


def _code(cell):
    """The code of a cell, without what says something to a reader with a kernel alone."""
    lines = cell.source.splitlines()
    for name, call in calls(cell):
        if name == "outcome":
            lines[call.lineno - 1 : call.end_lineno] = [""] * (call.end_lineno - call.lineno + 1)
    return _FOLDED.sub("", "\n".join(lines) + "\n").strip("\n")


def _fenced(text, kind):
    fence = "`" * max(3, *(len(found) + 1 for found in re.findall("`+", text)), 3)
    return f"{fence} {kind}\n{text}\n{fence}"


def _shown(output: Any) -> str:
    """What a cell has printed, or a table, as Markdown."""
    data = output.get("data", {})
    if data.get("text/html", "").startswith("<table"):
        return _fenced(data["text/html"], "{=html}")
    return _fenced((output.get("text") or data["text/plain"]).rstrip("\n"), "output")


def _picture(output, lesson, number, folder):
    """A picture with its caption, which says the same as its alternative; the picture is laid into the folder."""
    told = output["metadata"]["image/png"]
    alt = told.get("alt", "")
    if not alt.strip():
        raise SetupError(f"Picture {number} of {lesson.name} has no text alternative: give its figure an `alt`.")
    name = f"{lesson.number}-{number}"
    file = folder / "pictures" / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(output["data"]["image/png"]))
    picture = picture_of(output)
    width, height = told.get("width", picture.width), told.get("height", picture.height)
    share = min(width / TEXT_WIDTH, 1.0, TEXT_HEIGHT / height * width / TEXT_WIDTH)
    return (
        f"::: {{.figure #figure-{name}}}\n![{plain(alt)}](pictures/{name}.png){{width={share:.0%}}}\n\n"
        f"**Figure {lesson.number}.{number}.** {plain(alt)}\n:::"
    )
