"""The instructor's notes say what the lessons say, and every lesson has its questions."""

import re
import subprocess
import sys

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
