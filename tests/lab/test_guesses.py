"""predict and outcome: a guess is asked for, kept, and shown beside what came out."""

import json
import sys

import ipywidgets
import pytest

from privlab.lab import guesses, outcome, predict, progress_file
from privlab.lab.guesses import Choice, Number, Words
from privlab.lab.spoken import VIEW

ASKED = {
    "toy.who": Choice("Alice", "Bob", "neither"),
    "toy.far": Number(0, 1_000, "dollars", step=10),
    "toy.rank": Number(1, 10_000, wide=True),
    "toy.share": Number(0.0, 1.0),
    "toy.why": Words(),
}


@pytest.fixture
def file(monkeypatch, tmp_path):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(path))
    monkeypatch.setattr(progress_file, "recording", True)
    monkeypatch.setattr(guesses, "predictions", lambda topic: ASKED if topic == "toy" else {})
    monkeypatch.setattr(guesses, "came_out", {})
    return path


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(guesses, "display", lambda shown, raw=False: outputs.append(shown))
    return outputs


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))["guesses"]


@pytest.mark.parametrize(
    "id, guess, came_out, sentence, near",
    [
        ("toy.who", "Bob", "Bob", "Your guess: Bob. What came out: Bob. You guessed well.", True),
        ("toy.who", "Alice", ["Bob", "neither"], "What came out: Bob or neither. Not what", False),
        ("toy.far", 100, 50, "Your guess: 100 dollars. What came out: 50 dollars. You guessed well.", True),
        ("toy.far", 300, 50, "Not what you guessed.", False),
        ("toy.rank", 90, 51, "You guessed well.", True),
        ("toy.rank", 110, 51, "Not what", False),
        ("toy.share", 0.5, 0.4444, "Your guess: 0.5. What came out: 0.444. You guessed well.", True),
        ("toy.why", "they cancel", "shares are random", "Your guess: they cancel. What came out: shares are", None),
    ],
)
def test_a_guess_is_kept_and_shown_beside_what_came_out(file, shown, id, guess, came_out, sentence, near):
    asked = predict(id)
    asked.control.value = guess
    asked.button.click()
    assert "Kept: " in asked.message.value
    assert read(file)[id]["guess"] == guess and read(file)[id]["date"][:2] == "20"
    outcome(id, came_out)
    assert sentence in repr(shown[0]) and shown[0].near is near
    assert read(file)[id]["near"] is near and read(file)[id]["outcome"]
    assert "You guessed " in predict(id).message.value, "on the next day the guess is still there"


def test_without_a_guess_nothing_depends_on_what_came_out(file, shown):
    outcome("toy.far", 50)
    outcome("toy.far", 51)
    assert repr(shown[0]) == repr(shown[1]) and shown[0]._repr_html_() == shown[1]._repr_html_()
    assert not file.exists()


def test_what_has_come_out_can_be_guessed_no_more(file, shown):
    outcome("toy.who", "Bob")
    asked = predict("toy.who")
    asked.control.value = "Bob"
    asked.button.click()
    assert "no guess any more" in asked.message.value and not file.exists()


def test_nothing_is_kept_before_something_is_chosen(file):
    for id in ("toy.who", "toy.why"):
        asked = predict(id)
        asked.button.click()
        assert "Choose or write" in asked.message.value
    assert not file.exists()


def test_a_solved_twin_keeps_no_guess_and_says_so(file, monkeypatch):
    monkeypatch.setattr(progress_file, "recording", False)
    asked = predict("toy.who")
    asked.control.value = "Bob"
    asked.button.click()
    assert "solved twin" in asked.message.value and not file.exists()


def test_a_guess_can_be_changed_until_something_comes_out(file):
    asked = predict("toy.who")
    for guess in ("Alice", "Bob"):
        asked.control.value = guess
        asked.button.click()
    assert read(file)["toy.who"]["guess"] == "Bob"


def test_a_number_has_a_slider_with_the_same_bounds_unless_its_range_is_wide():
    for prediction, sliders in ((ASKED["toy.far"], 1), (ASKED["toy.rank"], 0), (ASKED["toy.share"], 1)):
        box = prediction.control(None)
        assert (box.min, box.max, box.step) == (prediction.low, prediction.high, prediction.step)
        made = guesses.Prediction.__new__(guesses.Prediction)
        made.asked, made.control = prediction, box
        beside = made._beside()
        assert sum(isinstance(each, ipywidgets.IntSlider | ipywidgets.FloatSlider) for each in beside) == sliders


def test_without_a_kernel_the_answers_fold_open(file, shown):
    predict("toy.who")._ipython_display_()
    (data,) = shown
    assert VIEW in data and "<details>" in data["text/html"] and "<li>neither</li>" in data["text/html"]
    assert data["text/plain"].splitlines() == ["Your guess?", "  Alice", "  Bob", "  neither"]


def test_an_outcome_that_nobody_could_choose_and_an_unknown_id_are_refused(file):
    with pytest.raises(ValueError, match="'Carl' is not among the options Alice, Bob, neither"):
        outcome("toy.who", "Carl")
    with pytest.raises(KeyError, match="no prediction 'toy.when' among toy.who"):
        predict("toy.when")
    with pytest.raises(KeyError, match="no prediction 'nothing'"):
        predict("nothing")


def test_a_topic_without_predictions_asks_none():
    assert guesses.predictions("no_such_topic") == {}
    assert "privlab.lessons.no_such_topic" not in sys.modules


def test_one_of_several_outcomes_is_near_and_none_is_shown_that_nobody_could_choose():
    asked = Choice("a", "b", "c")
    assert asked.near("a", ["a", "b"]) is True and asked.near("c", ["a", "b"]) is False
    for came_out in ("d", ["a", "d"]):
        with pytest.raises(ValueError, match="not among the options a, b, c"):
            asked.near("a", came_out)
