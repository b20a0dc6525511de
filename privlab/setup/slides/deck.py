"""The slides of a lesson, one idea each, from its text and its cells; a lesson is not written for them a second time.

The rule: a heading opens a slide, and so does each definition, guess, figure, piece of code, exercise and question. Of
a paragraph its first sentence stands on a slide and the rest is said; one that ends in a colon leads what follows it,
and the first one below what came out is the line above that. A cell tagged `speaker-notes` is said and not shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from privlab.lab.exercise import exercises, find, quizzes
from privlab.lab.guesses import predictions
from privlab.lab.lessons import Lesson
from privlab.setup.minutes import section_minutes
from privlab.setup.site.exercises import ASKED, QUIZ, outcomes
from privlab.setup.slides import prose
from privlab.setup.slides.cells import MOST_CODE, Outputs, taught

SPOKEN = "speaker-notes"  # the tag of a cell that is said and not shown
MOST_LINES = 3  # of sentences on a slide of text
MOST_LETTERS = 420
COLUMNS = 94  # of code
MOST_ROWS = 9  # of a table
SHORT = 140  # letters of a line above a figure
TALLEST = 600  # pixels of a picture: the texts of a taller one are too small on a slide
_STOP = re.compile(r"^\*About \d+ of \d+ minutes so far: a place to stop\.\*$")


@dataclass
class Slide:
    """One slide. All text is Markdown.

    kind : title, section, text, definition, guess, outcome, figure, code, exercise, hint or question.
    where : the section that it stands in.  lines : sentences, large.  block : what is set apart, a list, a table.
    options : answers to choose from.  answer : what came out.  code : Python.  printed : as it was printed.
    html : as the notebook shows it.  ticks : what was claimed and holds.  live : the number of a live figure.
    still : the output that holds a picture.  caption : its line of numbers.
    notes : what the speaker says.
    """

    kind: str
    where: str
    lines: list[str] = field(default_factory=list)
    block: str = ""
    options: list[str] = field(default_factory=list)
    answer: str = ""
    code: str = ""
    printed: str = ""
    html: str = ""
    ticks: list[str] = field(default_factory=list)
    live: int | None = None
    still: Any = None
    caption: str = ""
    notes: list[str] = field(default_factory=list)


def slides(lesson: Lesson, cells: Sequence[Any], came_out: dict[str, Any]) -> list[Slide]:
    """The slides of a lesson, in order.

    cells : of its notebook, with their outputs.  came_out : what its guesses are compared with, by their ids.
    """
    maker = _Maker(lesson, came_out | outcomes(list(cells)), section_minutes(cells))
    for cell in cells:
        if cell.cell_type == "markdown":
            maker.text(cell.source, spoken=SPOKEN in cell.metadata.get("tags", []))
        else:
            maker.code(cell)
    maker.flush()
    return maker.made


class _Maker:
    """Goes through a lesson's cells and makes slides."""

    def __init__(self, lesson, came_out, minutes):
        self.lesson, self.came_out, self.minutes = lesson, came_out, minutes
        self.made: list[Slide] = []
        self.section = self.part = ""
        self.waiting: list[str] = []  # paragraphs that stand on no slide yet
        self.question = ""
        self.unsaid: Slide | None = None  # it shows what came out, and the next paragraph says what that means
        self.said = ""  # the rest of a paragraph whose beginning leads the next slide
        self.figures = 0

    def add(self, kind, **what):
        """The new last slide."""
        where = " · ".join(filter(None, (self.section, self.part)))
        self.made.append(Slide(kind, where, **what))
        if self.said and what.get("lines"):
            self.made[-1].notes.insert(0, self.said)
        self.said = ""
        return self.made[-1]

    def say(self, text):
        """Leaves something to the speaker of the last slide."""
        if text and self.made:
            self.made[-1].notes.append(text)

    # text

    def text(self, source, spoken):
        """Takes a cell of text."""
        for block in prose.blocks(source):
            if _STOP.match(block):
                continue
            if heading := re.match(r"(#+) (.+)", block):
                self.heading(len(heading[1]), heading[2])
            elif spoken:
                self.flush()
                self.say(prose.one_line(block))
            elif block.startswith("> **Predict.**"):
                self.flush()
                self.question = prose.one_line(block).removeprefix("**Predict.**").strip()
            elif block.startswith(">"):
                self.definition(block)
            elif block.startswith(("|", "$$", "```")) or prose.is_list(block):
                self.set_apart(block)
            else:
                self.paragraph(block)

    def heading(self, level, title):
        """Opens a section, or a part of one."""
        self.flush()
        self.unsaid, self.part = None, ""
        if level == 1:
            self.add("title", lines=[title])
        elif level == 2:
            self.section = title
            if re.match(r"\d", title):
                self.add("section", notes=[f"About {self.minutes[title]} minutes."])
        elif title != "Your turn":
            self.part = title

    def paragraph(self, block):
        """Takes a paragraph."""
        if self.made and self.made[-1].kind == "title":
            if "You will be able to" in block:
                title, self.section = self.made[-1], "You will be able to"
                goals = prose.one_line(block).removeprefix("**You will be able to**").strip()
                self.add("text", lines=[goals[0].upper() + goals[1:]])
                self.made[-2:] = [title, self.made[-1]]
            return
        if self.section == "You will be able to":
            self.say(prose.one_line(block))
            return
        if self.unsaid:
            parts = prose.sentences(block)
            if parts[-1].endswith(":"):
                if len(parts) == 1:
                    self.waiting.append(block)
                    self.unsaid = None
                    return
                self.waiting.append(parts[-1])
                block = " ".join(parts[:-1])
            line, rest = prose.first(block, SHORT if self.unsaid.kind == "figure" else prose.LONGEST)
            self.unsaid.lines.insert(0, line)
            self.unsaid.notes += [rest] * bool(rest)
            self.unsaid = None
            return
        self.waiting.append(prose.one_line(block))

    def definition(self, block):
        """Takes a definition, or several in one quotation."""
        self.unsaid = None
        lead = self.lead() if self.waiting and self.waiting[-1].endswith(":") else []
        self.flush()
        inside = re.sub(r"(?m)^> ?", "", block)
        parts = [part for each in prose.blocks(inside) for part in re.split(r"\n(?=\d+\. )", each)]
        parts = [" ".join(part.split()) for part in parts]
        for group in _groups(parts):
            self.add("definition", lines=lead, block="\n\n".join(group))

    def set_apart(self, block):
        """Takes a list, a table, a formula or fenced lines."""
        self.unsaid = None
        lead = self.lead()
        if not lead and self.made and self.made[-1].notes:  # its paragraph has begun the slide before
            line, rest = prose.last(self.made[-1].notes.pop())
            self.made[-1].notes += [rest] * bool(rest)
            lead = [line]
        if block.startswith("|"):
            head, rows = block.splitlines()[:2], block.splitlines()[2:]
            for group in _groups(rows, most=MOST_ROWS, letters=620):
                self.add("text", lines=lead, block="\n".join([*head, *group]))
        elif prose.is_list(block):
            every = prose.items(block)
            shown = [prose.first(item) for item in every]
            if sum(prose.length(line) for line, _ in shown) > MOST_LETTERS:
                shown = [_bold(item) or prose.first(item) for item in every]
            for group in _groups([line for line, _ in shown], most=6, letters=430):
                self.add("text", lines=lead, block="\n".join(f"- {line}" for line in group))
            self.made[-1].notes += [rest for _, rest in shown if rest]
        else:
            self.add("text", lines=lead, block=block)

    def lead(self):
        """The line above what follows, from the last paragraph: its end where that is a colon, else its beginning. The
        paragraphs before it get slides of their own.
        """
        if not self.waiting:
            return []
        paragraph = self.waiting.pop()
        line, rest = (prose.last if paragraph.endswith(":") else prose.first)(paragraph)
        if paragraph.endswith(":") and prose.length(rest) > 160:  # more than a lead: it has a slide of its own
            self.waiting.append(rest)
            rest = ""
        self.flush()
        self.said = rest
        return [line]

    def flush(self):
        """Makes slides of the paragraphs that wait."""
        if self.section == "Summary":
            parts = [sentence for block in self.waiting for sentence in prose.sentences(block)]
            pairs = [(part, "") for part in parts]
        else:
            pairs = [prose.first(block) for block in self.waiting]
        self.waiting = []
        for group in _groups(pairs, most=5 if self.section == "Summary" else MOST_LINES):
            self.add("text", lines=[line for line, _ in group], notes=[rest for _, rest in group if rest])

    # code

    def code(self, cell):
        """Takes a cell of code."""
        if re.search(r"^rng = start\(", cell.source, re.M) or SPOKEN in cell.metadata.get("tags", []):
            return
        if asked := ASKED.search(cell.source):
            self.guess(asked[1])
        elif id := cell.metadata.get("exercise"):
            self.exercise(find(exercises, id))
        elif questions := QUIZ.findall(cell.source):
            self.flush()
            for id in questions:
                self.quiz(find(quizzes, id))
        else:
            self.shown(cell)

    def guess(self, id):
        """The question of a guess."""
        self.flush()
        asked = predictions(self.lesson.topic)[id]
        self.add("guess", lines=[self.question], options=asked.listed())
        self.made[-1].where = " · ".join(filter(None, (self.section, "Your guess?")))
        self.question, self.unsaid = "", None

    def exercise(self, exercise):
        """A task, and the first hint."""
        self.unsaid = None
        task = " ".join(self.waiting) or f"Write `{exercise.name}`."
        self.waiting = []
        at = next((place for place, part in enumerate(prose.sentences(task)) if part.startswith("Write ")), 0)
        parts = prose.sentences(task)
        count = len(parts)
        while count > at + 1 and prose.length(" ".join(parts[:count])) > 380:
            count -= 1
        self.add("exercise", lines=[" ".join(parts[:count])], code=exercise.stub, notes=[" ".join(parts[count:])])
        self.made[-1].where = " · ".join(filter(None, (self.section, "Your turn")))
        further = [f"Hint {number}: {hint}" for number, hint in enumerate(exercise.hints[1:], 2)]
        self.add("hint", lines=[exercise.hints[0]], notes=further)
        self.made[-1].where = f"{exercise.name} · First hint"

    def quiz(self, quiz):
        """A question to choose from; its answers are said."""
        said = [f"{'✓' if right else '✗'} {text} {feedback}" for text, right, feedback in quiz.options]
        self.add("question", lines=[quiz.question], options=[text for text, *_ in quiz.options], notes=said)
        self.made[-1].where = "A question"

    def shown(self, cell):
        """A cell that shows something."""
        hidden = bool(cell.metadata.get("jupyter", {}).get("source_hidden"))
        out = Outputs(cell)
        answer = self.answer(cell)
        lead = self.lead()
        if out.pictures:
            self.pictures(cell, out, lead, answer)
        elif out.source:
            for part in _parts(out.source.splitlines(), MOST_CODE + 2):
                self.add("code", lines=lead, code="\n".join(part))
        elif hidden:
            if answer or not out.is_empty():
                slide = self.packed("outcome", lead, out, answer=answer)
                self.unsaid = None if lead else slide
        else:
            self.run(cell, out, lead, answer)

    def answer(self, cell):
        """What came out, in words, where the cell shows what a guess is compared with."""
        for id, asked in predictions(self.lesson.topic).items():
            if f'outcome("{id}"' in cell.source and id in self.came_out:
                return asked.said(self.came_out[id])
        return ""

    def pictures(self, cell, out, lead, answer):
        """A slide for each figure of a cell; what is claimed of it is said."""
        slide, rest = None, ""
        if lead:
            line, rest = (prose.last if lead[0].endswith(":") else prose.first)(lead[0], SHORT)
            lead = [line]
        for picture in out.pictures:
            if picture.output.metadata.get("image/png", {}).get("height", 0) > TALLEST:
                continue
            slide = self.add("figure", lines=list(lead), caption=picture.line)
            if "explore(" in cell.source:
                slide.live, self.figures = self.figures, self.figures + 1
            else:
                slide.still = picture.output
        if slide is None:
            return
        slide.answer, slide.notes = (
            answer,
            [*slide.notes, *filter(None, [rest]), *out.ticks, *filter(None, [out.printed])],
        )
        self.unsaid = None if lead else slide
        if "\n" in out.printed:
            self.add("code", printed=out.printed)

    def run(self, cell, out, lead, answer):
        """A cell whose code is shown, with what it prints."""
        code = taught(cell.source)
        if out.is_empty() and not lead and not re.search(r"^(def|class) ", code, re.M):
            return
        kind = "code" if code or not out.is_empty() else "text"
        slide = self.packed(kind, lead, out, code=code, answer=answer)
        if answer and not lead:
            self.unsaid = slide

    def packed(self, kind, lead, out, code="", answer=""):
        """The first of the slides that hold code and what it shows, as many as it takes."""
        parts = {"code": code, "printed": out.printed, "ticks": out.ticks, "html": out.html}
        first = slide = self.add(kind, lines=lead, answer=answer)
        held = 5 * bool(answer)
        for name, part in parts.items():
            rows = _rows(name, part)
            if held and rows and held + rows > MOST_CODE:
                slide, held = self.add(kind), 0
            setattr(slide, name, part)
            held += rows
        return first


def _rows(name, part):
    """How many lines of code are as high as a part of a slide, about."""
    if name == "ticks":
        return sum(1.6 * -(-len(tick) // 74) for tick in part)
    if name == "html":
        return 1.4 * part.count("<tr") + 3 * ("<tr" not in part and bool(part))
    return sum(map(_height, part.splitlines()))


def _bold(item):
    """The bold beginning of an item and the rest of it, or None."""
    found = re.match(r"(\*\*[^*]+\*\*)(.*)", item)
    return (found[1], found[2].strip()) if found else None


def _groups(parts, most=MOST_LINES, letters=MOST_LETTERS):
    """Parts that fit on one slide together, as lists, in order. A part is a line, or a pair that begins with one."""
    found: list[list[Any]] = []
    held = 0
    for part in parts:
        count = prose.length(part if isinstance(part, str) else part[0])
        if not found or len(found[-1]) == most or held + count > letters:
            found.append([])
            held = 0
        found[-1].append(part)
        held += count
    return found


def _parts(lines, most):
    """Lines in parts of about one height, none higher than `most` lines."""
    whole = sum(map(_height, lines))
    size = whole / -(-whole // most)
    found: list[list[str]] = [[]]
    held = 0
    for line in lines:
        if found[-1] and held + _height(line) > min(most, size + 1):
            found.append([])
            held = 0
        found[-1].append(line)
        held += _height(line)
    return found


def _height(line):
    """How many lines a line of code takes on a slide."""
    return max(1, -(-len(line) // COLUMNS))
