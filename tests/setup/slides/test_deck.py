"""The slides of a lesson, from its cells."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from privlab.lab.exercise import exercises, find, quizzes
from privlab.lab.lessons import LESSONS, lesson
from privlab.settings import notebooks
from privlab.setup.slides.cells import MOST_CODE
from privlab.setup.slides.deck import MOST_LINES, MOST_ROWS, TALLEST, slides

RAISES = lesson("11")


def made(*cells):
    """Slides of cells that stand below a heading: text, or pairs of code and what it shows."""
    book = [new_markdown_cell("## Part")]
    for cell in cells:
        book.append(new_markdown_cell(cell) if isinstance(cell, str) else new_code_cell(cell[0], outputs=cell[1]))
    return slides(RAISES, book, {})


def printed(text):
    return [new_output("stream", text=text)]


@pytest.fixture(scope="module", params=LESSONS, ids=lambda each: each.name)
def deck(request):
    book = nbformat.read(notebooks() / f"{request.param.name}.ipynb", 4)
    return request.param, book, slides(request.param, book.cells, {})


def test_a_deck_has_what_its_lesson_has(deck):
    which, book, made = deck
    kinds = [slide.kind for slide in made]
    assert kinds[:2] == ["title", "text"] and made[1].where == "You will be able to"
    sources = [cell.source for cell in book.cells]
    assert kinds.count("section") == sum(title[0].isdigit() for title in headings(book))
    assert kinds.count("exercise") == kinds.count("hint") == len(exercises(which.topic))
    assert kinds.count("question") == sum(source.count('quiz("') for source in sources)
    assert kinds.count("guess") == sum('predict("' in source for source in sources)
    lives = [slide.live for slide in made if slide.live is not None]
    assert lives == list(range(sum("explore(" in cell.source for cell in book.cells if cell.cell_type == "code")))
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    pictures = sum(
        "image/png" in output.get("data", {}) and output.metadata["image/png"].get("height", 0) <= TALLEST
        for output in outputs
    )
    assert kinds.count("figure") == pictures


def headings(book):
    return [
        line.removeprefix("## ")
        for cell in book.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("## ")
    ]


def test_no_slide_is_a_wall_of_text_and_none_is_empty(deck):
    for slide in deck[2]:
        assert sum(map(len, slide.lines)) < 640 and (slide.block[:1] == "|" or len(slide.block) < 900), slide
        assert len(slide.code.splitlines()) <= MOST_CODE + 2, slide
        said = [slide.lines, slide.block, slide.code, slide.printed, slide.html, slide.ticks, slide.answer]
        assert any(said) or slide.kind in ("section", "figure"), slide
        assert "a place to stop" not in str(slide) and "You kept no guess" not in slide.html


def test_a_paragraph_gives_its_first_sentence_and_the_rest_is_said():
    text = "The first sentence of it stands on the slide. The second is said."
    (slide,) = made(text)
    assert slide.lines == ["The first sentence of it stands on the slide."] and slide.notes == ["The second is said."]
    assert [len(slide.lines) for slide in made("\n\n".join([text] * (MOST_LINES + 1)))] == [MOST_LINES, 1]


def test_a_colon_leads_what_follows():
    slide, below = (
        made("Something that was said before, long enough.\n\nHere it is:", ("print(1)", printed("1\n"))),
        None,
    )
    before, code = slide
    assert before.lines == ["Something that was said before, long enough."] and below is None
    assert (code.kind, code.lines, code.code, code.printed) == ("code", ["Here it is:"], "print(1)", "1")


def test_what_came_out_is_told_by_the_next_paragraph():
    hidden = new_code_cell(
        'claim("so", True)\noutcome("raises.coalitions", "both do")',
        outputs=printed("✓ so\n"),
        metadata={"jupyter": {"source_hidden": True}},
    )
    cells = [
        new_markdown_cell("> **Predict.** Do two learn more?"),
        new_code_cell('predict("raises.coalitions")'),
        hidden,
        new_markdown_cell("Three of them together learn more than two of them. That is all."),
    ]
    guess, outcome = slides(RAISES, cells, {})
    assert guess.kind == "guess" and guess.lines == ["Do two learn more?"] and "both do" in guess.options
    assert outcome.kind == "outcome" and outcome.answer == "both do" and outcome.ticks == ["so"] and not outcome.code
    assert outcome.lines == ["Three of them together learn more than two of them."]
    assert outcome.notes == ["That is all."]


def test_an_exercise_is_a_task_and_then_a_hint_and_a_question_keeps_its_answers():
    share = find(exercises, "raises.share")
    book = [
        new_markdown_cell("### Your turn\n\nWrite `share`: a list."),
        new_code_cell(share.stub, metadata={"exercise": "raises.share"}),
        new_code_cell('check("raises.share", share)', outputs=[]),
        new_code_cell('display(quiz("raises.quiz1"))'),
    ]
    task, hint, question = slides(RAISES, book, {})
    assert task.lines == ["Write `share`: a list."] and task.code == share.stub
    assert hint.lines == [share.hints[0]] and len(hint.notes) == 2
    asked = find(quizzes, "raises.quiz1")
    assert question.options == [text for text, *_ in asked.options] and len(question.notes) == 3
    assert not any(feedback in str(question.lines + question.options) for *_, feedback in asked.options)


def test_a_long_table_goes_on():
    rows = "\n".join(f"| {number} |" for number in range(MOST_ROWS + 1))
    first, second = made(f"| head |\n| --- |\n{rows}")
    assert first.block.startswith("| head |\n| --- |\n| 0 |") and second.block == f"| head |\n| --- |\n| {MOST_ROWS} |"


def test_a_tagged_cell_is_said_and_not_shown():
    cells = [
        new_markdown_cell("## Part\n\nThis sentence stands on the slide, whatever follows."),
        new_markdown_cell("> **A share** is a part.", metadata={"tags": ["speaker-notes"]}),
    ]
    (slide,) = slides(RAISES, cells, {})
    assert slide.notes == ["**A share** is a part."]


def test_a_numbered_list_in_a_definition_keeps_its_numbers():
    (slide,) = made("> **Three facts.**\n> 1. One\n>    is so.\n> 2. Two.")
    assert slide.block == "**Three facts.**\n\n1. One is so.\n\n2. Two."
