"""What an answer earns where another grader counts: 3 for ✓, 2 for ⚠, an error for every other."""

import pytest

from privlab.lab.exercise import exercises
from privlab.lab.points import points

EXERCISE = exercises("start_here")["start_here.publish"]


def test_a_mark_is_worth_its_points():
    assert points(EXERCISE.id, EXERCISE.reference) == 3
    assert points(EXERCISE.id, lambda count, rng: count) == 2


def test_too_few_points_are_an_error_that_says_why(capfd):
    with pytest.raises(AssertionError, match="✗ start_here.publish: wrong"):
        points(EXERCISE.id, lambda count, rng: 12)
    with pytest.raises(AssertionError, match="○ start_here.publish: not tried"):
        points(EXERCISE.id, ...)
    with pytest.raises(AssertionError, match="⚠ .*not private"):
        points(EXERCISE.id, lambda count, rng: count, least=3)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_noted(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(tmp_path / "progress.json"))
    points(EXERCISE.id, EXERCISE.reference)
    assert list(tmp_path.iterdir()) == []
