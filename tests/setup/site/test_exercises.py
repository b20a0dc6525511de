"""The markup of what a reader does on a page: nothing is lost, nothing answers a guess, and all can be read without
programs.
"""

import html
import json
import re

import nbformat
import pytest

from privlab.lab.exercise import exercises, find, quizzes
from privlab.lab.guesses import predictions
from privlab.lab.lessons import LESSONS
from privlab.settings import notebooks
from privlab.setup.site.exercises import answer_box, guess, ladder, noted, on_page, outcomes


def cells_of(name):
    return nbformat.read(notebooks() / f"{name}.ipynb", 4).cells


def told(text, kind):
    """What the programs of a page read from it: a list of dicts."""
    return [json.loads(html.unescape(found)) for found in re.findall(f'data-{kind}="([^"]*)"', text)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_a_page_has_every_guess_exercise_and_question_of_its_lesson_once(lesson):
    text = "\n".join(cell.source for cell in on_page(cells_of(lesson.name), {}))
    assert {each["id"] for each in told(text, "guess")} == set(predictions(lesson.topic))
    assert {each["id"] for each in told(text, "exercise")} == set(exercises(lesson.topic))
    assert re.findall('data-quiz="([^"]*)"', text) == list(quizzes(lesson.topic))
    assert re.findall('data-ladder="([^"]*)"', text) == [each["id"] for each in told(text, "exercise")]
    assert not re.search(r'^(predict|quiz|check)\("[^"]*"\)$', text, re.M)


def test_a_guess_carries_what_its_control_and_its_answer_need():
    came_out = outcomes(cells_of("11_raises"))
    assert came_out["raises.coalitions"] == "three do, two do not"
    assert "raises.how_near" not in came_out, "that is computed in the notebook"
    (choice,) = told(guess("raises.coalitions", came_out["raises.coalitions"], ""), "guess")
    assert choice["kind"] == "choice" and choice["outcome"] == ["three do, two do not"]
    (number,) = told(guess("raises.how_near", None, ""), "guess")
    assert number["kind"] == "number" and (number["low"], number["high"], number["step"]) == (0, 4000, 10)
    assert number["outcome"] is None and number["said"] == ""


def test_what_came_out_can_be_guessed():
    for lesson in LESSONS:
        asked = predictions(lesson.topic)
        for id, outcome in outcomes(cells_of(lesson.name)).items():
            asked[id].near(outcome if isinstance(outcome, int | float) else "", outcome)


def test_an_answer_box_shows_its_stub_and_says_what_its_check_loads():
    (box,) = told(answer_box("raises.share"), "exercise")
    assert box["stub"] == find(exercises, "raises.share").stub and box["lacks"] == []
    assert box["packages"] == ["numpy", "scipy"]
    assert "\n" not in answer_box("raises.share"), "an empty line would end the HTML in Markdown"


def test_three_hints_then_a_word_of_warning_then_the_solution_each_in_the_one_before():
    text = ladder("raises.share")
    order = ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "The solution", "Try once more", "Show it", "def share("]
    places = [text.index(words) for words in order]
    assert places == sorted(places) and text.count("<details") == text.count("</details>") == 5
    assert "</details>" not in text[: places[-1]]


def test_every_topic_says_what_its_checks_load():
    assert set(noted()["packages"]) == {lesson.topic for lesson in LESSONS}
    assert set(noted()["lacks"]) <= {id for lesson in LESSONS for id in exercises(lesson.topic)}
