"""An answer typed on a web page gets the mark that it would get in a notebook, also where Python is as it is there."""

import sys
from pathlib import Path

import pytest

from privlab.lab.checks import judge
from privlab.lab.exercise import exercises, find
from privlab.lab.lessons import LESSONS
from privlab.lab.typed_answers import judged

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import page_checks  # noqa: E402

ESTIMATE = find(exercises, "raises.estimate")


def test_marks_and_sentences_are_those_of_the_notebook():
    wrong = "def estimate(published, gave, got):\n    return published"
    verdict = judge(ESTIMATE, lambda published, gave, got: published)
    assert judged(ESTIMATE.id, wrong) == {"mark": "✗", "head": "wrong", "rest": verdict.parts[1]}
    assert "gave 2000" in verdict.parts[1]
    assert judged(ESTIMATE.id, ESTIMATE.solution)["mark"] == "✓"
    assert judged(ESTIMATE.id, ESTIMATE.stub) == {"mark": "○", "head": "not tried yet", "rest": ""}


@pytest.mark.parametrize(
    "code, said",
    [
        ("def estimate(published, gave, got)\n    return 0", "your code raised SyntaxError in line 1: expected ':'"),
        ("one = 1\none / 0", "your code raised ZeroDivisionError in line 2: division by zero"),
        ("import torch_of_mine", "your code raised ModuleNotFoundError in line 1: No module named 'torch_of_mine'"),
        ("raise SystemExit(3)", "your code raised SystemExit in line 1: 3"),
        (
            "def estimates(a, b, c):\n    return a",
            "your code does not define estimate: write it as the exercise begins",
        ),
        ("", "your code does not define estimate: write it as the exercise begins"),
    ],
)
def test_code_that_gives_no_answer_is_told_why(code, said):
    assert judged(ESTIMATE.id, code) == {"mark": "?", "head": "no answer yet", "rest": said}


def test_one_answer_leaves_nothing_for_the_next():
    judged(ESTIMATE.id, "np = helper = 3")
    assert judged(ESTIMATE.id, "def estimate(a, b, c):\n    return helper")["rest"].count("'helper' is not defined")
    assert judged(ESTIMATE.id, ESTIMATE.solution)["mark"] == "✓"


@pytest.mark.slow
def test_a_python_as_web_pages_have_it_judges_every_exercise_and_what_is_noted_of_it_is_so():
    topics = page_checks.measured()
    marks = {id: marks for each in topics for id, marks in each["marks"].items()}
    assert set(marks) == {id for lesson in LESSONS for id in exercises(lesson.topic)}
    assert page_checks.NOTED.read_text(encoding="utf-8") == page_checks.noted(topics), "run tools/page_checks.py"
    lacking = {id for each in topics for id in each["lacks"]}
    for id, (stub, wrong, solution) in marks.items():
        assert id in lacking or (stub == "○" and wrong in "?✗⚠" and solution == "✓"), (id, stub, wrong, solution)
