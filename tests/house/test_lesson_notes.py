"""The instructor's notes say what the lessons say, and every lesson has its questions."""

import re
import subprocess
import sys

import nbformat
import pytest

from privlab.lab.lessons import LESSONS
from tests.house.modules import ROOT

PAGE = ROOT / "docs" / "lesson_notes.md"


@pytest.mark.slow
def test_the_made_parts_of_the_notes_are_what_the_lessons_say():
    command = [sys.executable, str(ROOT / "tools/lesson_notes.py"), "--check"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_every_lesson_has_a_misconception_a_discussion_and_an_oral_question():
    parts = re.split(r"^## (\d\d) ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    notes = dict(zip(parts[::2], parts[1::2]))
    assert list(notes) == [lesson.number for lesson in LESSONS]
    for number, text in notes.items():
        assert " Why: " in text and re.search(r"\sAsk:\s", text), number
        assert "**Discuss.** *" in text and "**Ask aloud.** " in text, number
    assert max(map(len, PAGE.read_text(encoding="utf-8").splitlines())) <= 120


def plans():
    """(lesson, minutes, text) of every plan, on one line."""
    parts = re.split(r"^## (\d\d) ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    notes = dict(zip(parts[::2], parts[1::2]))
    for lesson in LESSONS:
        found = re.findall(r"^\*\*(\d\d) minutes\.\*\* (.+?)\n\n", notes[lesson.number], flags=re.DOTALL | re.MULTILINE)
        assert [minutes for minutes, _ in found] == ["50", "90"], lesson.number
        for minutes, text in found:
            yield lesson, int(minutes), " ".join(text.split())


def sections(lesson):
    """What stands in each section of a lesson: from its heading to the names of its exercises and of its guesses."""
    book = nbformat.read(ROOT / "notebooks" / f"{lesson.name}.ipynb", 4)
    found = {"talk": (set(), set())}
    heading = "talk"
    for cell in book.cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^## (.+)$", cell.source, flags=re.MULTILINE):
                found[heading] = set(), set()
            continue
        exercise = [cell.metadata["exercise"]] if "exercise" in cell.metadata else []
        for names, ids in zip(found[heading], (exercise, re.findall(r'predict\("([\w.]+)"', cell.source))):
            names |= {id.partition(".")[2] for id in ids}
    return found


def read_part(part, known, here):
    """(minutes, exercises in class) of one part of a plan, which must speak of what stands in its sections."""
    number, said = re.match(r"(\d+) (.+)", part).groups()
    named, doing = re.match(r"(talk|\*[^*]+\*(?: and \*[^*]+\*)?)(?:: )?(.*)", said).groups()
    headings = re.findall(r"\*([^*]+)\*", named) or ["talk"]
    assert set(headings) <= set(known), f"{here}: no section {headings}"
    exercises, guesses = (set().union(*(known[heading][kind] for heading in headings)) for kind in (0, 1))
    names = re.findall(r"`(\w+)`", doing)
    stray = [name for name in names if name not in exercises | guesses]
    assert not stray, f"{here}: {headings} has no {stray}"
    in_class = re.findall(r"`(\w+)`", "".join(re.findall(r"class ((?:`\w+`(?:, | and )?)+)", doing)))
    assert set(in_class) <= exercises, f"{here}: {in_class}"
    assert int(number) >= 6 * len(in_class) + len(names) - len(in_class), f"{here}: {part} is too short"
    return int(number), in_class


def test_a_plan_is_for_the_lesson_as_it_is_and_its_minutes_add_up():
    for lesson, minutes, text in plans():
        here, known = f"{lesson.number}, {minutes} minutes", sections(lesson)
        parts, at_home = re.fullmatch(r"(.+)\. At home: (.+)\.", text).groups()
        read = [read_part(part, known, here) for part in parts.split("; ")]
        assert sum(spent for spent, _ in read) == minutes, here
        left = re.findall(r"`(\w+)`", at_home)
        done = [name for _, in_class in read for name in in_class]
        assert sorted(left + done) == sorted(set().union(*(exercises for exercises, _ in known.values()))), here
        assert bool(left) != (at_home == "nothing"), here


def test_every_lesson_has_a_picture_for_the_board():
    text = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"^\*\*On the board\.\*\* [A-Z]", text, flags=re.MULTILINE)) == len(LESSONS)
