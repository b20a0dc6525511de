"""How many minutes a lesson takes."""

from nbformat.v4 import new_code_cell, new_markdown_cell

from privlab.setup.minutes import reading_minutes, section_minutes


def test_words_lines_exercises_and_questions_are_counted():
    text = new_markdown_cell("word " * 300)
    assert reading_minutes(text, text.source) == 2
    code = new_code_cell("a = 1\n\nb = 2", metadata={"exercise": "raises.share"})
    assert reading_minutes(code, code.source) == 6 + 2 / 5
    asked = new_code_cell('quiz("raises.quiz1")')
    assert reading_minutes(asked, asked.source) == 1 + 1 / 5


def test_a_section_begins_at_its_heading_wherever_that_stands_in_a_cell():
    cells = [
        new_markdown_cell("before"),
        new_markdown_cell("*a place to stop*\n\n## 1. One\n\n" + "word " * 297 + "\n\n## 2. Two"),
        new_code_cell("x\n" * 20 + "## no heading"),
    ]
    assert section_minutes(cells) == {"": 1, "1. One": 2, "2. Two": 4}
