"""Every exercise of every lesson: the stub is not tried, the solution passes, and there are wrong answers to it."""

import importlib
import os

import pytest

from privlab.lab.checks import judge
from privlab.lab.exercise import MARKS, exercises, quizzes
from privlab.lab.lessons import LESSONS
from tests.lessons.answers import WRONG, run

EVERY = [each for lesson in LESSONS for each in exercises(lesson.topic).values()]
for lesson in LESSONS:
    importlib.import_module(f"tests.lessons.test_{lesson.topic}")  # notes the wrong answers
QUESTIONS = [each for lesson in LESSONS for each in quizzes(lesson.topic).values()]
every_exercise = pytest.mark.parametrize("exercise", EVERY, ids=lambda each: each.id)


@pytest.mark.slow
@every_exercise
def test_the_stub_is_not_tried(exercise):
    assert judge(exercise, run(exercise, exercise.stub)).mark == "○"


def seconds_of_the_solution(exercise):
    """The processor's seconds that a check of the solution takes, in this process and in copies of it."""
    began = sum(os.times()[:4])
    verdict = judge(exercise, exercise.reference)
    assert verdict.mark == "✓", verdict
    return sum(os.times()[:4]) - began


@pytest.mark.slow
@every_exercise
def test_the_solution_passes_in_time(exercise):
    assert any(seconds_of_the_solution(exercise) < 2 for _ in ("with loading of libraries", "without"))


@every_exercise
def test_three_hints_and_two_wrong_answers(exercise):
    assert len(exercise.hints) == 3 and len(WRONG[exercise.id]) >= 2
    assert exercise.id.split(".")[1] == exercise.name and exercise.judge.__doc__
    assert {mark for mark, *_ in WRONG[exercise.id].values()} <= set(MARKS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_a_lesson_has_its_exercises_and_one_wrong_answer_that_leaks(lesson):
    found = exercises(lesson.topic)
    fewest, most = (1, 1) if lesson.number == "00" else (3, 5)
    assert fewest <= len(found) <= most
    assert any(mark == "⚠" for id in found for mark, *_ in WRONG[id].values())
    assert all(id.startswith(f"{lesson.topic}.") for id in found)


@pytest.mark.parametrize("quiz", QUESTIONS, ids=lambda each: each.id)
def test_a_question_has_one_right_option_and_feedback_under_each(quiz):
    assert sum(right for _, right, _ in quiz.options) == 1 and len(quiz.options) >= 3
    assert all(text and feedback for text, _, feedback in quiz.options)
