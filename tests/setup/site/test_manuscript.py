"""The text of the book: every link of it leads somewhere, every guess and exercise has its place behind the lessons."""

import re

import nbformat
import pytest

from privlab.lab.exercise import exercises, find, quizzes
from privlab.lab.guesses import predictions
from privlab.lab.lessons import LESSONS, lesson
from privlab.settings import notebooks
from privlab.setup.errors import SetupError
from privlab.setup.site import manuscript

FIRST, SECOND = lesson("11"), lesson("12")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The text of the whole course, and the folder of its pictures."""
    folder = tmp_path_factory.mktemp("book")
    return manuscript.manuscript(LESSONS, folder), folder


def names(text):
    return re.findall(r"\{(?:\.\w+ )?#([^ }]+)", text)


@pytest.mark.slow
def test_every_link_leads_to_one_place_of_the_book(book):
    text, folder = book
    found = names(text)
    assert len(found) == len(set(found))
    links = re.findall(r"\]\(#([^)]+)\)", text)
    assert len(links) > 500 and set(links) <= set(found)
    assert not re.search(r"\]\([^)#]*\.(ipynb|md)\b", text)
    pictures = re.findall(r"\]\((pictures/[^)]+)\)", text)
    assert len(pictures) > 100 and sorted(pictures) == sorted(f"pictures/{file.name}" for file in folder.rglob("*.png"))


@pytest.mark.slow
def test_every_guess_question_and_exercise_stands_in_a_lesson_and_behind_the_lessons(book):
    found = set(names(book[0]))
    for each in LESSONS:
        for id in predictions(each.topic):
            assert {f"guess-{id}", f"answer-{id}"} <= found
        for id in quizzes(each.topic):
            assert {f"question-{id}", f"feedback-{id}"} <= found
        for id in exercises(each.topic):
            assert {f"exercise-{id}", f"solution-{id}"} <= found
    assert not re.search(r"\[Back\]\(#guess-[^)]+\)\{\.page\}\s*:::", book[0]), "a guess of which nothing comes out"


@pytest.mark.slow
def test_nothing_of_a_kernel_is_left(book):
    text, _ = book
    for said in ("<IPython", "FigureWidget", "VBox(", "You kept no guess", "○ not tried", "run this cell first"):
        assert said not in text
    assert not re.search(r'^(predict|quiz|outcome)\("|^check\("[^"]*", \w+\)$', text, re.M)


def test_a_lesson_asks_and_its_answers_stand_apart(tmp_path):
    made = manuscript.chapter(FIRST, {FIRST.name}, tmp_path)
    assert made.text.startswith("## 11 Four raises and no secrets told {#lesson-11}")
    assert "### 3. Shares that tell nothing {#lesson-11-3-shares-that-tell-nothing}" in made.text
    assert made.text.count("### Your turn {#") == made.text.count("### Break it {#") == 1, "a name is given once"
    share = find(exercises, "raises.share")
    assert share.stub in made.text and share.solution not in made.text
    assert share.solution in made.solutions and all(hint in made.solutions for hint in share.hints)
    asked, said = made.answers.split("answer-raises.coalitions}")[1].split("[Back]")[:2]
    assert "Do two learn more? And three?" in asked and "three do, two do not" in said
    assert "Bob is off by 50 dollars" in made.answers, "what is computed is what the cell printed"
    assert "lesson-12" not in made.text, "that lesson is in another book"


def test_links_lead_inside_the_book():
    here = {FIRST.name, SECOND.name}
    text = "[a](12_what_a_result_reveals.ipynb) [b](11_raises.ipynb#4.-Friends-and-liars) [c](#5.-When-it-ends)"
    assert manuscript.inside(text, "lesson-12", here) == (
        "[a](#lesson-12) [b](#lesson-11-4-friends-and-liars) [c](#lesson-12-5-when-it-ends)"
    )
    text = "[a](../docs/notation.md) [b](../docs/instructors.md) [c](../lessons/90_capstone.ipynb#x) [d](https://e.org)"
    assert manuscript.inside(text, "glossary", here) == "[a](#notation) b c [d](https://e.org)"
    assert manuscript.slug("4. Whom do we both know?") == manuscript.slug("4.-Whom-do-we-both-know%3F")


def test_headings_stand_deeper_and_code_is_left_alone():
    text = "# Top\n\n```\n# no heading\n```\n\n## One\n\n## One"
    assert manuscript.named(text, "home") == (
        "## Top {#home}\n\n```\n# no heading\n```\n\n### One {#home-one}\n\n### One"
    )


def test_letters_stay_letters():
    assert manuscript.plain("a*b_c [d] $1 `e`") == r"a\*b\_c \[d\] \$1 \`e\`"


def test_a_picture_that_says_nothing_to_the_blind_stops_the_book(tmp_path, monkeypatch):
    book = nbformat.read(notebooks() / f"{FIRST.name}.ipynb", 4)
    shown = next(
        output
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    )
    shown["metadata"]["image/png"]["alt"] = " "
    nbformat.write(book, tmp_path / f"{FIRST.name}.ipynb")
    monkeypatch.setattr(manuscript, "notebooks", lambda: tmp_path)
    with pytest.raises(SetupError, match="Picture 1 of 11_raises has no text alternative: give its figure an `alt`"):
        manuscript.chapter(FIRST, {FIRST.name}, tmp_path)


def test_the_book_says_where_the_live_course_is(monkeypatch):
    unknown = {"site": "", "repository": ""}
    monkeypatch.setattr(manuscript, "addresses", lambda: unknown)
    assert "The repository that this book was made from holds it" in manuscript.about()
    monkeypatch.setattr(manuscript, "addresses", lambda: unknown | {"site": "https://e.org", "repository": "a/b"})
    said = manuscript.about()
    assert "It is at <https://e.org> and <https://github.com/a/b>." in said
    assert "@software{privlab" in said and "Permission is hereby granted" in said
